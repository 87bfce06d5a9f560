"""The last digits of cards: labelled, said beside a bank's name, or made the old or the new card's by a verb."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from string import ascii_lowercase

from knowledge.cues import cued
from knowledge.identifier import Identifier, Kind
from knowledge.number_labels import BEFORE_AND_NOW, BEFORE_SAID, OLD_AND_NEW, OLD_SAID
from knowledge.numerals import SPOKEN_DIGITS
from knowledge.patterns import compiled
from knowledge.spoken_sums import NUMBER_WORDS

_CN = "零一二三四五六七八九幺"
_ENGLISH_DIGITS = {word: str(number) for word, number in NUMBER_WORDS.items() if number < 10} | {"oh": "0", "o": "0"}
_EN = f"(?:{'|'.join(_ENGLISH_DIGITS)})"
_TAIL_WORD = (
    rf"(?:(?<=[卡户])后面(?:的?(?:号码?|数字))?(?=\s?(?:是|为|:)+\s?(?:\d{{4}}|[{_CN}]{{4}})(?![\d{_CN}.,/-]\d"
    rf"|[\d{_CN}百千万年月号日点元块笔kw]))"
    rf"|(?<![月年周手])尾(?=\s?(?:系|是)\s?(?:\d{{4}}(?!\d)|[{_CN}]{{4}}(?![{_CN}百千万])))"
    r"|尾巴|尾号|尾数|尾码|尾号码|末尾|(?<!\d)(?<!\d\s)结尾|卡尾|末位|后尾"
    r"|最后(?:的)?(?:四|4|几|三|3|两|2)(?:个|位)?(?:数字?|数|号码|位)?"
    r"|(?<=[卡账户]号)最后(?=[是为]?\s?\d{4}(?!\d))|尾好|尾[四三43](?:位|个|码)(?:数字?|数|号码|字)?|[后末]面?(?:四|4|三|3|两|2|几)(?:位|个|码)?(?:数字?|数|号码)?"
    r"|(?:last|final)\s(?:(?:four|4|three|3|two|2)(?:\s?(?:digits?|numbers?))?|digits|numbers)"
    r"|(?<![a-z])finish(?:es|ing)(?:\s(?:in|with|on)|(?=\s\d{4}(?!\d)))"
    r"|(?<![a-z])end(?:i?ng|in|ed)(?:\s(?:in|with|by|on))?|(?<![a-z])end(?=\s(?:for|at)\s\d{4}(?!\d))\s(?:for|at)"
    r"|(?<![a-z])ends?(?:\s(?:in|with))?"
    r"|(?<![a-z])tail(?:'s)?(?:\s?(?:no\.?|number))?)"
)
_TAIL_SAID = compiled(r"尾|末|[卡户]后面|结尾|卡尾|后尾|最后|后面?[四4三3两2几]|(?:last|final)\s|end|tail|finish")
"""Begins no later than any of these words; the longer pattern begins with any words and is tried at each of them."""
_WORDS_BEFORE, _PAUSES = 12, ",;.\n"
_TAIL_LABELLED = compiled(
    rf"(?P<before>[^{_PAUSES}]{{0,{_WORDS_BEFORE}}}?){_TAIL_WORD}\s?(?:数字|号码|号|记得|应该|好像|是|系|为|就是"
    rf"|应该是|(?:变成|改成|改为|换成)了?|:|=|is|are"
    r"|was|#)*\s?(?:(?:不是|not)\s?\d{2,4}\s?,?\s?(?:而?是|应该是|but|it's"
    r"|it is)?\s?)?(?P<tail>\d(?:\s\d){1,3}(?!\s?\d)|\d\d\s\d\d(?!\s?[\d没未也还号的元块日月])|\d{2,4}(?!\d"
    r"|\s\d{4}(?!\s?[没未也还号的元块]))|\d{5,}"
    rf"|[{_CN}]{{2}}\s[{_CN}]{{2}}(?!\s?[{_CN}百千万])|[{_CN}](?:\s[{_CN}]){{3}}(?!\s?[{_CN}百千万])"
    rf"|[\d{_CN}]{{4}}(?![\d{_CN}百千万])|[{_CN}]{{2,3}}(?!\s?[{_CN}百千万])|(?:{_EN}[\s-]){{2,3}}{_EN}(?!(?:[\s-](?:{_EN}"
    rf"|hundred|thousand))?[a-z]))"
)
_TAIL_AFTER = compiled(
    r"(?<![\d*])(?<!\d[.,])(?P<tail>\d{4})(?:\s?(?:结尾|尾号(?!\s?(?:是|为|:)?\s?\d)|这张|那张|的(?:[那这]张)?(?:新|旧"
    r"|老)?卡"
    r"|(?<![笔刷收做卖]\d{4})(?<![笔刷收做卖]\d{4}\s)(?<!\d\s(?=卡[里上中]))卡(?![号住着壳尾]|在|是(?!新|旧|老|我))|的账户|账户|的银行卡"
    r"|为结算"
    r"|为收款|作为?(?:结算|收款)|收[钱款]"
    r"|(?:建|工|农|中|招|交|邮|浦发|兴业|民生|光大)[行储]|card(?!\s?\d)|account(?!\s?\d)"
    r"|(?:been\s)?(?:activated|registered|set up|saved|added|linked|approved)\sas\s(?:my|our|the)"
    r"\s(?:\w+\s)?(?:card|account)))(?!\d)"
)
_CASH = compiled(r"现金|(?<![a-z])cash(?![a-z])")
_BY_CARD = compiled(r"\d\s?(?:card|卡)$")
_AND_A_DAY = (
    r"\d{4},\s?(?:on|since|from|last|yesterday|changed|switched|and|but|which|then|换|改|\d{1,2}[号日月]|上|昨"
    r"|前天|大前天)"
)
"""Between a card and the day of its change: no sum stands there."""
_BANK = (
    r"(?:(?:[建工农中招交邮浦兴民光平广华][设商国通政东业生大安发夏]?(?:储|银行|行|信|业|生|发|安|大)|农信社?"
    r"|信用社|[一-鿿]{2,4}银行|(?:建设|工商|农业|中国|招商|交通|邮政|邮储|浦发|兴业|民生|光大|平安|广发|华夏"
    r"|中信|恒生|汇丰|中银|渣打|东亚)(?=的?(?:卡|尾号)?\s?\d))"
    rf"(?:的?卡,\s?(?={_AND_A_DAY})|的?(?:卡|尾号)?\s?)"
    r"|(?<![a-z])(?:icbc|ccb|abc|boc|cmb|bocom|psbc|cib|spdb|citic|cgb|cmbc|pab|ceb|hxb"
    r"|bank of [a-z]+|china merchants(?: bank)?"
    r"|[a-z]+ bank)(?: card| account| a/c)?(?: no\.?| number| ending)?(?:\s"
    rf"|(?:(?<=card)|(?<=account)),\s(?={_AND_A_DAY})))"
)
_BANK_TAIL = compiled(rf"{_BANK}\(?(?P<tail>\d{{4}})(?![-/\d.,]\d|\d|[年月]|\s?(?:元|块|万|千|年|笔|rmb|yuan))")
_CARD_CHANGES = compiled(r"换|改|转到|绑|(?<![a-z])(?:chang|switch|updat|mov|replac)")
_TAIL_THEN = compiled(
    r"\d{4}(?: now)?\s?,?\s?(?:was|formerly|previously|before|used to be)\s(?P<tail>\d{4})(?![-/\d.,]\d|\d|[年月])"
)
_CARD_TAIL = compiled(
    r"(?<![a-z])(?:card|account)\s(?:(?:i|we) (?:now )?(?:use|have)\s(?:now\s|today\s)?is\s"
    r"|no\.?\s|number\s|is\s|was\s)?(?P<tail>\d{4})(?![-/\d.,]\d|\d|[年月]|\s\d{4}"
    r"|\s?(?:rmb|yuan))"
)
_NOT_A_CARD = compiled(
    r"(?:设备|终端|机器?|客户的?卡?|客人的?卡?|顾客的?卡?|customer'?s? card"
    r"|信用卡|(?:客户|客人|顾客|人家|对方)的?(?:信用|银行|储蓄)?卡?|身份证|id card|手机(?!上|里|银行)|电话"
    r"|商户号?|订单|单"
    r"|流水|参考|凭证"
    r"|pos|phone|terminal|device|machine)号?的?\s?$"
)
_NO_CARD_NEAR = compiled(
    r"(?:身份证|手机号?|电话(?:号码)?|(?<![a-z])(?:phone|mobile"
    r"|id card)(?: number)?)(?:(?!卡|card|账|account|\d{7}|[*•x]\s?\d{4}|\d{4},)[^;!?\n])*$"
)
"""The last digits of something else than a card."""
_OF_A_MACHINE = compiled(r"\s?[这那][台部]|号?的(?:机|终端|设备|pos)")
_NOT_OURS = compiled(r"(?<![a-z])(?:customer|client|buyer|guest)(?:'?s)?\s(?:(?:bank|debit|credit|card)\s)*$")
_CHANGE_TO = compiled(
    r"(?P<verb>(?:应该?|要|该)(?:打|转|进)(?:到|进|入)|(?:应该?|请|要|该|麻烦)往|换上|换了|[换改倒转切]回(?:到"
    r"|去)?(?:原先|原来|以前|之前)?的?(?:那张)?"
    r"|换的新?卡?(?=\s?是?\s?\d{4}(?![没元块的万千]))"
    r"|(?:更换|换|新)(?:结算|收款)?(?:银行)?卡(?=\()|改用|改绑(?:到|成|为)?|换绑(?:到|成|为)?|改成了?|改为|换成了?"
    r"|(?<![上里]就)(?<!进来)(?<!到账)(?<!打来)(?<!收到)变成"
    r"|(?:应该?|该|要)是?(?:进|打|转|发)(?!\s?\d{4}\s?,?\s?(?:实际?|只|才|就|却|仅|但只)(?:打|到|给|进|收|转)了?\s?\d)"
    r"|换到|改到|(?:变更|更改|更换|改|换)了?(?:结算|收款|绑定)?(?:银行)?(?:卡"
    r"|账户|账号|户口)(?:到|成|为)"
    r"|变更(?:到|成|为|了?收款账[户号]到)|更新(?:到|成|为)?|更换(?:为|成|到)|转到|绑(?:定)?(?:到|了)?|切到"
    r"|(?:现在|后来)的?(?:用|是|绑|换|我?自己)的?(?:是)?|新卡|新那?张|新的?(?:那张)?(?:卡|账户|账号|户口)|新的"
    r"|(?<![a-z])pay (?:it |me |us |out |everything |the money )?into"
    r"|(?:should|must|has to|needs? to|ought to) (?:go|be paid|be sent|arrive|land) (?:in|on)?(?:to|on|in)|to"
    r"|should be|换(?:卡)?后(?:的|用)?|[改换转](?:咗|了)?做"
    r"|new(?: (?:card|account|acc?t?|a/c|bank|one))*(?=:? (?:is )?\(?\d)|now)\s?(?:是|就是|系|就系|为|:"
    rf"|尾号|the|is)?\s?{_BANK}?\(?(?P<tail>\d{{4}})(?![-/\d.,]\d|\d|[年月]|\s?(?:元|块|万|千|年|笔|号机|rmb|yuan)"
    rf"|\s(?:is |was )?(?:the |my )?old)"
)
_CHANGE_FROM = compiled(
    r"(?P<verb>(?:还|又|老|仍|一直|总|却|都|继续)[在是]*往|(?:不要|别|不用)再?(?:打|转|汇|存|进)(?:到|进|入|去)?"
    r"|从|由|(?<!回)(?:原先(?:绑|用)?的?|原来(?:绑?的|是|用的?|那张)?)"
    r"|(?<![该要应])(?:打|转|汇|划|跑|存)(?:到|进|去|入)了?|(?:钱|款)(?:却|还|都|又|是|全|一直)*(?:进|打|转|去"
    r"|存)(?:了|到|进)*(?:我|俺|咱)?的?[那这]张卡?|(?:钱|款)(?:却|还|都|又|是|全)*进了?(?:到)?|旧卡|老卡"
    r"|旧的?(?:那?张)?(?:卡|账户|账号|户口)|[旧老](?:的|那?张|那张)|原卡|弃用|不用|停用|之前(?:绑?的|是|用的?)"
    r"|以前(?:绑?的|是|用的?)|from"
    r"|换(?:卡)?前(?:的|用)?|(?<![a-z])old(?: (?:card|account|acc?t?|a/c|bank|one))*(?=:? ?\(?(?:is |was "
    r"|是)?\s?\d)|previously"
    r"|(?<!should )(?<!must )(?<!has to )(?<!need to )(?<!needs to )(?<!ought to )(?:land(?:ing|s)?|go(?:es"
    r"|ing)?|went|sent|sending|paying|paid|arriv\w+) (?:on"
    r"|in|to|into)(?: my| the| card)*|(?<!\d )instead of|still (?:on|to))\s?(?:是|为|:|尾号"
    rf"|the|is|was)?\s?{_BANK}?\(?(?P<tail>\d{{4}})(?![-/\d.,]\d|\d|[年月]|\s?(?:元|块|万|千|年|笔|rmb|yuan))"
)
_FROM_TO = cued(
    r"\d{4}\s*(?:[的换改变更转切→=]|->|to)",
    r"(?<![\d*])(?<!\d[.,])(?P<old>\d{4})\s?(?:的卡?)?\s?(?:换绑?|改绑?|变更?|更换|转|切换?)(?:成|为|到)?"
    rf"了?\s?{_BANK}?(?:尾号)?\s?(?P<new>\d{{4}})(?!\d|[.,]\d)|(?<![\d*])(?<!\d[.,])(?P<old2>\d{{4}})\s?(?:->|→|=>"
    rf"|to)\s?{_BANK}?(?P<new2>\d{{4}})(?!\d|[.,]\d)",
)
_PAID_INSTEAD = compiled(
    r"(?:(?:paid|sent|went|gone|goes|going|land\w*|deposit\w*|transferr\w*|arriv\w*|credited)(?: it"
    r"| in)?\s?(?:in|on)?to(?: my| the| card"
    r"| account| old| bank| one| \w+'s)*|(?:打|转|进|汇|存)(?:到|进|入"
    r"|去)?了?)\s?(?P<old>\d{4}),?\s?(?:instead of|not"
    r"|rather than|而不是|不是|没[打转进]?到?)"
    r"(?: the| my| mine| new| one| card| account| to)*\s?(?P<new>\d{4})(?![-/\d.,]\d|\d|\s?(?:元|块|万|千|年|rmb"
    r"|yuan))"
)
"""Where the money went and where it should have gone: the old card's digits and the new one's."""
_ASKED_FOR = compiled(
    r"(?:(?<!别)(?<!不要)把(?:钱|款)|请|麻烦|帮我|以后|今后|希望|能不能|可以)[^;\n\d]{0,10}(?:打|转|汇|存)(?:到|进"
    r"|入)[^\d]{0,4}$"
)
"""Where the money is to go."""
_GIVEN = compiled(
    r"(?<![a-z])(?:(?:gave|given|told|sent|provided)(?: it)?(?: to)? (?:you|u|ya)(?: guys)?|registered|submitted)"
    r"(?: (?:the|my|a|new|card|account|one|number|as|is))*\s(?P<tail>\d{4})"
    r"(?![-/\d.,]\d|\d|\s?(?:元|块|万|千|rmb|yuan|to|from|for|on the))"
)
_NOT_PAID_TO = compiled(
    r"(?:(?:没|未|不|唔)(?:有|给|肯|能|会)?(?:打|进|转|汇|存|划)(?:到|进|入|去|给)(?:了|我的?)?"
    r"|(?<=[\d元块整十百千万])的?(?:还|都|也|又)*(?:没有?|未)到(?:我的?)?)\s?(?P<tail>\d{4})(?![-/\d.,]\d|\d|\s?[元块万千年])"
    r"|(?<![a-z])(?:\w+n't|not|never)\s(?:(?:been|have|yet)\s)*(?:(?:go(?:ne|ing)?|pa(?:y|id|ying)|com(?:e|ing)|sen[dt]"
    r"|land(?:ed|ing)?|arriv(?:ed?|ing)|deposit(?:ed)?|credit(?:ed)?)\s(?:out\s)?(?:in|on)?to|reach(?:ing|ed))"
    r"(?:\s(?:my|the|card|account|bank))*\s(?P<en>\d{4})(?![-/\d.,]\d|\d|\s?(?:rmb|yuan))"
)
"""Where money has not come to, as who misses it says: the new card."""
_PAID_THERE = compiled(
    r"(?<![没未不应该要能请会烦我])(?:打|转|汇|划|付|存|跑|进|去)款?(?:到|进|入|去|给|至)了?(?:(?!新|应该|没|未|哪|吗"
    r"|[换改绑])[^;.\n\d]){0,20}$"
    r"|错(?:了?(?:卡|账户|账号|户头?)|了)[^;.\n\d]{0,12}$"
    r"|(?<![a-z])(?:went|sent|paid|going|goes|landed|deposited)(?: it| them| out)? (?:in|on)?to (?:(?!new|should"
    r"|not)[^;\n\d]){0,30}$"
)
"""Before the digits of a card: money went there; where the merchant complains of it, that is not the new one."""
OLD_SAID_AFTER = compiled(
    r"(?:\s?|,\s?(?=[这那]))(?:[这那嗰]?[张个]?卡?\s?(?:是|系|就是)|(?:is|was|'s)\s)(?:我|的|my\s|the\s)*(?:旧"
    r"|老|以前|之前|原来|old|previous)"
    r"|\s?的?(?:那张)?卡?(?:想|要|准备|打算|帮我)*(?:换成|换掉|换到|改成|改到|不用了|注销|销户)(?!\s?\d)"
)
_NEW_SAID_AFTER = compiled(
    r"(?<![\d*¥.,])(?P<tail>\d{4})(?:这张|那张)?(?:才|就)是(?:我|俺|咱)?(?:们|现在|如今|的)*(?:新|要收)"
)
_NEW_SPOKEN = compiled(
    rf"新的?(?:结算|收款|银行)*(?:卡|账户|账号|户口)(?:是|为|:)?\s?(?P<tail>[{_CN}]{{4}})(?![{_CN}十百千万\d])"
)
_MADE_NEW = compiled("换成|改成|改为|变成|变为")
"""尾号换成2893: between the label and the digits."""
_THAT_IS_OLD = compiled(
    r"[^\n]{0,90}?(?:[这那][个张]?(?:卡|账户)?(?:是|还是|就是)|(?<![a-z])(?:that|this|it)(?:'?s| is"
    r"| was)\s)(?:我|的|my\s|the\s)*(?:旧|老|以前|old|previous)"
)
_OF_ANYTHING = compiled(r"改[咗了]?做|改成|改为|变成|换成|(?:应该?|该|要)是?(?:进|打|转|发)|should be|to|now")
_OF_ANY_TIME = compiled(r"(?:之前|以前|原来|原先)的?是|现在的?是|后来的?是")
_CARD_NOUN = compiled(
    r"卡|尾|账[户号]|户口|绑|(?<![a-z])(?:cards?|accounts?|ending|tail|last (?:four|4)|bank)(?![a-z])"
)
_CARD_WORD = compiled(
    rf"{_CARD_NOUN.pattern}|换|(?<![a-z])(?:switch\w*|chang\w*|updat\w*|mov\w*|replac\w*"
    r"|(?:to|on|into|in|from|was)(?: the| my)? \d{4}(?!\d))"
)
_MONEY_WORD = compiled(
    r"金额|数额|钱|(?<!收)款|到账|收到|(?<![a-z])(?:payouts?|amounts?|paid|money|sum|total|received|got|sales?"
    r"|sold|took)"
    r"(?![a-z])"
)
_NO_TAIL_AFTER = (
    r"(?!\d|[.,/-]\d|\s?[年月号日点笔元块万千百kw没未的不还]|[卖刷收](?:的|了)"
    r"|\s?(?:rmb|yuan|not|is|was|from|did|has|missing))"
)
_CARD_THEN_TAIL = compiled(
    r"(?:(?:换|改|变更|更换|更改|更新|绑)(?:了|的|过|好|完|成|新|张|一|我|是|结算|收款|银行)*(?:卡|账户|账号"
    r"|户口)(?:了|的)?"
    rf"(?P<alone>\s?[,;]\s?)?\s?|(?<![a-z])(?:chang|switch|updat|replac|swapp)ed (?:my |the )?(?:\w+ )?(?:card"
    rf"|account)"
    rf"(?P<also_alone>[^,;.!?\n]{{0,24}},\s))(?P<tail>\d{{4}}){_NO_TAIL_AFTER}(?P<end>\s?(?:[,;.!]|$))?"
    r"(?!\s?(?:没|未|还|钱|not|did|has))"
)
"""A card that was changed, and four digits right after it ("9号换卡8821") or alone in the next clause."""
_MONTH_AND_DAY = compiled(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_DAY_SAID = compiled(r"[号日天]|[周期拜][一二三四五六]|\d[./-]\d|\d(?:st|nd|rd|th)|day(?![a-z])")
_MONTH_BEFORE = compiled(
    r"(?<![a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s?(?:\d{1,2}(?:st|nd|rd|th)?,?\s?)?$"
)
_OLD = compiled(r"老$|旧|由|老卡|老的|原|之前|以前|错的?|别人|old|previous|former|from|wrong")
_NEW = compiled(r"新|现(?=用|绑|结|收|为|是)|改|换|变|绑|到|现在|如今|目前|to|new|now")


def find_tails(text: str, asked: str | None, fours: int) -> Iterator[Identifier]:
    """``fours``: how often four digits stand alone, as a tail does wherever no label names it."""
    two = fours > 1
    if two:
        yield from _old_and_new(text)
    for found in _PAID_INSTEAD.finditer(text) if two else ():
        yield Identifier(*found.span("old"), "old_tail", found["old"])
        yield Identifier(*found.span("new"), "new_tail", found["new"])
    for found in _FROM_TO.finditer(text) if two else ():
        if _MONTH_BEFORE.search(text, max(0, found.start() - 16), found.start()):
            continue  # "14 October 2026 to 7563"
        old, new = ("old", "new") if found["old"] else ("old2", "new2")
        if _NO_CARD_NEAR.search(text, max(0, found.start() - 24), found.start()):
            yield Identifier(*found.span(), "other")
            continue
        yield Identifier(*found.span(old), "old_tail", found[old])
        yield Identifier(*found.span(new), "new_tail", found[new])
    yield from _tails_labelled(text)
    if not fours:
        return
    yield from _tails_after_words(text, asked)
    for pattern in (_BANK_TAIL, _CARD_TAIL, _GIVEN, _NEW_SAID_AFTER):
        for found in pattern.finditer(text):
            if _NOT_OURS.search(text, 0, found.start()):
                yield Identifier(*found.span("tail"), "other")
                continue
            near = text[max(0, found.start() - 40) : found.start()]
            if "," in found[0] and not _CARD_CHANGES.search(near):
                continue  # "swiped at the ICBC card, 1200, and": a sum
            yield Identifier(*found.span("tail"), tail_kind(near[-6:] + found[0]), found["tail"])
    cash = _CASH.search(text) is not None
    for found in _TAIL_AFTER.finditer(text):
        if cash and _BY_CARD.search(found[0]):
            continue  # "500 cash, 1200 card": how it was paid
        yield Identifier(*found.span("tail"), tail_kind(text[max(0, found.start() - 6) : found.end()]), found["tail"])


def _old_and_new(text: str) -> Iterator[Identifier]:
    """The digits of two cards side by side of which the words say which is the old one."""
    for pattern in OLD_AND_NEW if OLD_SAID.search(text) else ():
        for found in pattern.finditer(text):
            yield Identifier(*found.span("old"), "old_tail", found["old"])
            yield Identifier(*found.span("new"), "new_tail", found["new"])
    for pattern in BEFORE_AND_NOW if BEFORE_SAID.search(text) and _CARD_WORD.search(text) else ():
        for found in pattern.finditer(text):
            phone = _NO_CARD_NEAR.search(text, max(0, found.start() - 24), found.start()) is not None
            yield Identifier(*found.span("old"), "other" if phone else "old_tail", found["old"])
            yield Identifier(*found.span("new"), "other" if phone else "new_tail", found["new"])


def _tails_labelled(text: str) -> Iterator[Identifier]:
    for found in _NEW_SPOKEN.finditer(text):
        yield Identifier(*found.span(), "new_tail", _digits(found["tail"]))
    for found in _labels(text):
        lead = max(0, found.end("before") - 24), found.end("before")
        if _NOT_A_CARD.search(found["before"]) or _NO_CARD_NEAR.search(text, *lead) or _NOT_OURS.search(text, *lead):
            yield Identifier(found.end("before"), found.end(), "other")
            continue
        if _OF_A_MACHINE.match(text, found.end()):
            yield Identifier(found.end("before"), found.end(), "other")
            continue
        digits = _digits(found["tail"])
        start = found.end("before")
        if len(digits) > 4:
            yield Identifier(start, found.end(), "tail", rejected="tail_too_long")
        else:
            made = _MADE_NEW.search(text, start, found.start("tail")) is not None
            kind = "new_tail" if made else tail_kind(found["before"])
            yield Identifier(found.start("tail") if made else start, found.end(), kind, digits)


def _digits(tail: str) -> str:
    """The digits of a tail in digits, Chinese or English words."""
    if tail[0] in ascii_lowercase:
        return "".join(_ENGLISH_DIGITS[word] for word in re.split(r"[\s-]", tail))
    return "".join(SPOKEN_DIGITS.get(sign, sign) for sign in tail if sign != " ")


def _labels(text: str) -> Iterator[re.Match[str]]:
    """All that the pattern finds, looked for only where one of its words stands ahead."""
    place = 0
    while said := _TAIL_SAID.search(text, place):
        lead = max(place, said.start() - _WORDS_BEFORE)
        pause = max(text.rfind(sign, lead, said.start()) for sign in _PAUSES)
        found = _TAIL_LABELLED.search(text, max(lead, pause + 1))
        if found is None:
            return
        yield found
        place = found.end()


def _tails_after_words(text: str, asked: str | None) -> Iterator[Identifier]:
    """Tails that a word of change before them makes the old or the new card's."""
    paid_to = False
    for found in _NOT_PAID_TO.finditer(text):
        name = "tail" if found["tail"] else "en"
        yield Identifier(*found.span(name), "new_tail", found[name])
    for pattern, kind in _BY_VERB:
        for found in pattern.finditer(text):
            if _NO_CARD_NEAR.search(text, max(0, found.start() - 24), found.start()):
                yield Identifier(*found.span("tail"), "other")
            elif pattern is _CHANGE_FROM and _ASKED_FOR.search(text, max(0, found.start() - 16), found.start("tail")):
                yield Identifier(*found.span("tail"), "new_tail", found["tail"])
            elif pattern is _TAIL_THEN or paid_to or _speaks_of_a_card(text, found, asked):
                paid_to = paid_to or kind == "old_tail"  # beside an old card's digits "换成9912" gives the new one's
                yield Identifier(*found.span("tail"), kind, found["tail"])
    for found in _CARD_THEN_TAIL.finditer(text):
        if _is_its_tail(text, found):
            yield Identifier(*found.span("tail"), "new_tail", found["tail"])


def _is_its_tail(text: str, found: re.Match[str]) -> bool:
    """Whether digits after a changed card are its own: alone where a pause precedes, and no day ("换卡1108")."""
    if (found["alone"] or found["also_alone"]) and found["end"] is None:
        return False
    return not _MONTH_AND_DAY.fullmatch(found["tail"]) or _DAY_SAID.search(text[: found.start("tail")]) is not None


def _speaks_of_a_card(text: str, found: re.Match[str], asked: str | None) -> bool:
    """Whether "改成2000" or "should be 2000" puts a card right: a word for money that is nearer makes it a sum."""
    verb = found["verb"]
    if verb == "from":
        return _CARD_WORD.search(text, 0, found.start()) is not None
    if _OF_ANYTHING.fullmatch(verb) is None:
        return _OF_ANY_TIME.match(verb) is None or _CARD_WORD.search(text) is not None
    before = re.split(r"[;.!?\n]", text[max(0, found.start() - 60) : found.start()])[-1]
    words = (_CARD_NOUN if asked == "amounts" else _CARD_WORD), _MONEY_WORD
    card, money = (max((one.end() for one in pattern.finditer(before)), default=-1) for pattern in words)
    needs_word = asked == "amounts" or (verb.isascii() and asked != "new_tail")
    return card > money or (money < 0 and not needs_word)


_BY_VERB: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_TAIL_THEN, "old_tail"),
    (_CHANGE_FROM, "old_tail"),
    (_CHANGE_TO, "new_tail"),
)


def tail_kind(before: str) -> Kind:
    """Old or new card by the nearest word before; an unnamed tail is told apart by the caller."""
    old = max((found.start() for found in _OLD.finditer(before)), default=-1)
    new = max((found.start() for found in _NEW.finditer(before)), default=-1)
    return "old_tail" if old > new else "new_tail" if new >= 0 else "tail"


_ITS_DIGITS = compiled(r"(?:^|[;.!?,\s])(?:it|that one|that card|这张|那张|它)(?:'s)?的?\s?$")
"""Right before the digits of a card that was spoken of before."""
_A_CARD = compiled(
    r"(?P<old>(?<![a-z])(?:old|dead|previous|former) (?:card|account|one|bank)|[旧老](?:的)?(?:那张)?(?:卡|账户))"
    r"|(?<![a-z])new (?:card|account|one|bank)|新(?:的)?(?:那张)?(?:卡|账户)"
)


_GIVEN_UP = compiled(
    r"(?<![a-z])(?:cancell?ed|closed|binned|blocked|scrapped|lost|ditched)\s(?:(?:my|the|our|that|bank)\s)*(?:card"
    r"|account)\s$"
)


def sided(text: str, one: Identifier, quoted: bool) -> Identifier:
    """The tail as the old card's where the words after it say so; ``quoted``: a bank's notice names it."""
    if one.kind not in {"tail", "new_tail"}:
        return one
    if OLD_SAID_AFTER.match(text, one.end) or (quoted and _THAT_IS_OLD.match(text, one.end)):
        return replace(one, kind="old_tail")
    near = max(0, one.start - 32)
    if one.kind == "tail" and (its := _ITS_DIGITS.search(text, 0, one.start)) is not None:
        said = list(_A_CARD.finditer(text, max(0, its.start() - 90), its.start()))
        if said and said[-1]["old"]:
            return replace(one, kind="old_tail")
    if one.kind == "tail" and _GIVEN_UP.search(text, near, one.start):
        return replace(one, kind="old_tail")
    if _NOT_PAID_TO.search(text, near, one.end):
        return one
    if _PAID_THERE.search(text, near, one.start) and not _ASKED_FOR.search(text, near, one.start):
        return replace(one, kind="old_tail")
    return replace(one, kind="tail") if quoted else one
