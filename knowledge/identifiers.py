"""Numbers that name something: terminals, merchants, card tails, and those that only look so (phones, orders, tickets).

Shapes from ISO 8583: a terminal (field 41) has eight letters or digits, a merchant (field 42) fifteen, a card
thirteen to nineteen digits. What a label calls a number decides before its shape does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from knowledge.cues import Cued, cued
from knowledge.number_labels import CONTACT, OLD_AND_NEW, OLD_SAID, OTHER_TERMINAL_NUMBER
from knowledge.redaction import card_spans
from knowledge.roles import TAKEN_BACK

Kind = Literal[
    "card", "terminal_id", "merchant_no", "new_tail", "old_tail", "tail", "phone", "order", "ticket", "cycle", "other"
]


@dataclass(frozen=True, slots=True)
class Identifier:
    """One number at ``start:end`` and what it names. ``value`` is as it is stored: upper case, without blanks."""

    start: int
    end: int
    kind: Kind
    value: str = ""
    rejected: str | None = None


_CHINESE_DIGITS = {sign: str(number) for number, sign in enumerate("零一二三四五六七八九")} | {"幺": "1", "两": "2"}
_CN = "零一二三四五六七八九幺"
_ANY_DIGIT = re.compile(rf"[\d{_CN}]")
_DIGITS = re.compile(r"\d+")

_TERMINAL_WORD = (
    r"(?:终端机?|设备|机器|机子|机具|刷卡机|[这那]台|pos\s?机?|tid|(?<![a-z]\s)(?<![a-z])id|sn|terminal|device|machine"
    r"|机)(?:\s?(?:编?号码?|编码|代码|序列号|id|no\.?|number|num))?"
)
_LABELLED_TERMINAL = re.compile(
    rf"(?<![a-z]){_TERMINAL_WORD}\s?(?:是|为|就是|应该是|=|:|is|was|#|-"
    r"|号)?\s?[\"'(「]?\s?(?P<id>(?=(?:[a-z\s-]*\d){4})[0-9a-z](?:[\s-]?[0-9a-z]){7})(?![0-9a-z])"
)
_PLAIN_WORD = re.compile(r"(?:ends?|tail|last|card|shop|room|call|bank|code|line|till|desk|from|with|case)[\s-]")
"""Words that a number after them turns into no terminal: "terminal ends 7716"."""
_SPOKEN_TERMINAL = re.compile(
    rf"(?:终端机?|设备|机器|机身)(?:编?号码?)?\s?(?:是|为|:)?\s?(?P<id>[{_CN}]{{8}})(?![{_CN}十百千万])"
)
_EIGHT_DIGITS = re.compile(r"(?<![\da-z/*])(?<!\d[.,-])\d{8}(?![\da-z]|[./-]\d|,\d{3}(?!\d)|\s?(?:元|块|rmb|万))")
_EIGHT_MIXED = cued(
    r"\d[a-z]|[a-z]\d",
    r"(?<![\da-z])(?!\d+(?:rmb|cny|yuan|kuai)|rmb|cny)(?=[0-9a-z]*[a-z])(?=(?:[a-z]*\d){5})[0-9a-z]{8}(?![\da-z])",
)
_LABELLED_MERCHANT = re.compile(
    r"(?:商户(?:编?号码?|编码|id)?|商编|mid|merchant(?:\s?(?:no\.?|number|id|code))?)\s?(?:是|为|=|:|is"
    r"|#)?\s?(?P<id>\d{11}[0-9a-z]{4}|\d{8,15}|\d{3,5}(?:\s\d{3,5}){2,4})(?![0-9a-z])"
)
_FIFTEEN = cued(r"\d\d{10}", r"(?<![\da-z])\d{11}[0-9a-z]{4}(?![\da-z])")
_PHONE = cued(
    r"1[3-9]\d[\s-]?\d{4}|[48]00|0\d{2,3}-\d|\+",
    r"(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d(?:[\s-]?\d{4}){2}(?!\d)|(?<!\d)(?:400|800)[\s-]?\d{3,4}[\s-]?\d{3,4}(?!\d)"
    r"|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)|\+\d{1,3}[\s-]?\d[\d\s-]{6,12}\d",
)
_HOTLINE = re.compile(
    r"(?:电话|热线|拨打?|打了?|打给|客服|call(?:ed)?|hotline|phone)\s?(?:电话)?(?:是|为|:|to)?\s?(?P<id>\d{5,11})(?!\d)"
)
_ORDER = re.compile(
    r"(?:订单号?|流水号|流水(?=\s?\d{10})|(?<!工)单号|交易号|参考号|凭证号|批次号?|检索号|order|reference|invoice|发票号?|ref"
    r"|transaction id|trace|batch)(?:\s?(?:no\.?|number|id))?\s?(?:是|为|:|#)?\s?(?=[a-z-]*\d)[0-9a-z-]{4,}"
)
_LONG = cued(
    r"[\da-z][\da-z]{8}",
    r"(?<!\d)(?<!\d[.,])\d{9,}(?![\d])|(?<![0-9a-z])(?=[a-z]*\d)[0-9a-z]{16,}(?![0-9a-z])",
)
_TICKET = re.compile(
    r"(?:工单|单子|编号|案件|受理|投诉单|ticket|case|request"
    r"|reference)(?:\s?(?:号码?|编号|no\.?|number|id))?\s?(?:是|为|:|#)?\s?#?(?P<id>\d{3,6})(?!\d)"
)
_NUMBERED = re.compile(r"#\s?\d{3,6}(?!\d)")
_MASKED = cued(
    r"\*|[•x·.][*•x·.]",
    r"(?<![\d*])\*\s?(?P<one>\d{4})(?!\d)|(?:\d{4,6}\s?)?[*•x·.]{2,}[\s*•x·.]*(?P<tail>\d{3,4})(?!\d)",
)
_TAIL_WORD = (
    r"(?:尾号|尾数|尾码|尾号码|末尾|(?<!\d)(?<!\d\s)结尾|卡尾|末位|后尾"
    r"|最后(?:的)?(?:四|4|几|三|3|两|2)(?:个|位)?(?:数字?|数|号码|位)?"
    r"|尾好|[后末](?:四|4|三|3|两|2|几)(?:位|个|码)?(?:数字?|数|号码)?"
    r"|(?:last|final)\s(?:four|4|three|3|two|2)(?:\s?(?:digits?|numbers?))?"
    r"|(?<![a-z])end(?:i?ng|in)(?:\s(?:in|with|by|on))?|(?<![a-z])ends?(?:\s(?:in|with))?"
    r"|(?<![a-z])tail(?:\s?(?:no\.?|number))?)"
)
_TAIL_SAID = re.compile(r"尾|末|结尾|卡尾|后尾|最后|后[四4三3两2几]|(?:last|final)\s|end|tail")
"""Begins no later than any of these words; the longer pattern begins with any words and is tried at each of them."""
_WORDS_BEFORE = 12
_TAIL_LABELLED = re.compile(
    rf"(?P<before>[^,;.\n]{{0,{_WORDS_BEFORE}}}){_TAIL_WORD}\s?(?:数字|号码|号|是|为|就是|应该是|变成|改成|改为|换成|:|=|is|are"
    r"|was|#)*\s?(?:(?:不是|not)\s?\d{2,4}\s?,?\s?(?:而?是|应该是|but|it's"
    r"|it is)?\s?)?(?P<tail>\d(?:\s\d){1,3}(?!\s?\d)|\d{2,4}(?!\d|\s\d{4}(?!\s?[没未也还号的元块]))|\d{5,}"
    rf"|[{_CN}]{{2,4}}(?![{_CN}百千万]))"
)
_TAIL_AFTER = re.compile(
    r"(?<![\d*])(?<!\d[.,])(?P<tail>\d{4})(?:\s?(?:结尾|尾号(?!\s?(?:是|为|:)?\s?\d)|这张|那张|的(?:新|旧|老)?卡"
    r"|卡(?!号)|的账户|账户|的银行卡|为结算|为收款|作为?(?:结算|收款)|收[钱款]"
    r"|(?:建|工|农|中|招|交|邮|浦发|兴业|民生|光大)[行储]|card(?!\s?\d)|account(?!\s?\d)))(?!\d)"
)
_BANK = (
    r"(?:(?:[建工农中招交邮浦兴民光平广华][设商国通政东业生大安发夏]?(?:储|银行|行|信|业|生|发|安|大)|农信社?"
    r"|信用社|[一-鿿]{2,4}银行)的?(?:卡|尾号)?\s?)"
)
_BANK_TAIL = re.compile(rf"{_BANK}(?P<tail>\d{{4}})(?![-/\d.,]\d|\d|[年月]|\s?(?:元|块|万|千|年|笔|rmb|yuan))")
_TAIL_THEN = re.compile(
    r"\d{4}\s?,?\s?(?:was|formerly|previously|before|used to be)\s(?P<tail>\d{4})(?![-/\d.,]\d|\d|[年月])"
)
_CARD_TAIL = re.compile(
    r"(?<![a-z])(?:card|account)\s(?:no\.?\s|number\s|is\s|was\s)?(?P<tail>\d{4})(?![-/\d.,]\d|\d|[年月]|\s\d{4}"
    r"|\s?(?:rmb|yuan))"
)
_NOT_A_CARD = re.compile(
    r"(?:设备|终端|机器?|客户的?卡?|客人的?卡?|顾客的?卡?|customer'?s? card"
    r"|身份证|id card|手机|电话|商户号?|订单|流水|pos|phone|terminal|device)号?的?$"
)
_RECEIPT = re.compile(r"参考号|凭证号|交易金额|批次号|流水号|授权码|消费|小票|reference|receipt")
_CHANGE_TO = re.compile(
    r"(?P<verb>(?:应该?|要|该)(?:打|转|进)(?:到|进|入)|换上|换了|换的新?卡?(?=\s?\d{4}(?![没元块的万千]))"
    r"|(?:更换|换|新)(?:结算|收款)?(?:银行)?卡(?=\()|改用|改绑(?:到|成|为)?|换绑(?:到|成|为)?|改成|改为|换成|变成"
    r"|换到|改到|(?:变更|更改|更换|改|换)了?(?:结算|收款|绑定)?(?:银行)?(?:卡|账户|账号|户口)(?:到|成|为)"
    r"|变更(?:到|成|为|了?收款账[户号]到)|更新(?:到|成|为)?|更换(?:为|成|到)|转到|绑(?:定)?(?:到|了)?|切到"
    r"|现在(?:用|是|绑|换)的?(?:是)?|新卡|新的?(?:那张)?(?:卡|账户|账号|户口)|新的"
    r"|should (?:go|be paid|be sent|arrive) (?:to|on|in)|to|should be|new (?:card|account|one)|now)\s?(?:是|为|:"
    rf"|尾号|the)?\s?{_BANK}?\(?(?P<tail>\d{{4}})(?![-/\d.,]\d|\d|[年月]|\s?(?:元|块|万|千|年|笔|号机|rmb|yuan)"
    rf"|\s(?:is |was )?(?:the |my )?old)"
)
_CHANGE_FROM = re.compile(
    r"(?P<verb>从|由|原先(?:绑|用)?的?|原来(?:绑?的|是|用的?|那张)?"
    r"|(?<![该要应])(?:打|转|汇|划|跑|存)(?:到|进|去|入)了?|(?:钱|款)(?:却|还|都|又|是|全)*进了?(?:到)?|旧卡|老卡"
    r"|旧的?(?:卡|账户|账号|户口)|旧的|老的|原卡|弃用|不用|停用|之前(?:绑?的|是|用的?)|以前(?:绑?的|是|用的?)|from"
    r"|old card|old account|previously|(?<!should )(?:land(?:ing|s)?|go(?:es|ing)?|went|sent|paid|arriv\w+) (?:on"
    r"|in|to|into)(?: my| the| card)*|(?<!\d )instead of|still (?:on|to))\s?(?:是|为|:|尾号"
    rf"|the)?\s?{_BANK}?(?P<tail>\d{{4}})(?![-/\d.,]\d|\d|[年月]|\s?(?:元|块|万|千|年|笔|rmb|yuan))"
)
_FROM_TO = cued(
    r"\d{4}\s*(?:[的换改变更转切→=]|->|to)",
    r"(?<![\d*])(?<!\d[.,])(?P<old>\d{4})\s?(?:的卡)?\s?(?:换绑?|改绑?|变更?|更换|转|切换?)(?:成|为|到)?"
    rf"了?\s?{_BANK}?(?:尾号)?\s?(?P<new>\d{{4}})(?!\d|[.,]\d)|(?<![\d*])(?<!\d[.,])(?P<old2>\d{{4}})\s?(?:->|→|=>"
    r"|to)\s?(?P<new2>\d{4})(?!\d|[.,]\d)",
)
_OF_ANYTHING = frozenset({"改成", "改为", "变成", "换成", "should be", "to", "now"})
_CARD_NOUN = re.compile(
    r"卡|尾|账[户号]|户口|绑|(?<![a-z])(?:cards?|accounts?|ending|tail|last (?:four|4)|bank)(?![a-z])"
)
_CARD_WORD = re.compile(
    rf"{_CARD_NOUN.pattern}|换|(?<![a-z])(?:switch\w*|chang\w*|updat\w*|mov\w*|replac\w*"
    r"|(?:to|on|into|in|from|was)(?: the| my)? \d{4}(?!\d))"
)
_MONEY_WORD = re.compile(
    r"金额|数额|钱|(?<!收)款|到账|收到|(?<![a-z])(?:payouts?|amounts?|paid|money|sum|total|received|got|sales?|sold|took)"
    r"(?![a-z])"
)
_NO_TAIL_AFTER = (
    r"(?!\d|[.,/-]\d|\s?[年月号日点笔元块万千百kw没未的不还]|\s?(?:rmb|yuan|not|is|was|from|did|has|missing))"
)
_CARD_THEN_TAIL = re.compile(
    r"(?:(?:换|改|变更|更换|更改|更新|绑)(?:了|的|过|好|完|成|新|张|一|我|是|结算|收款|银行)*(?:卡|账户|账号|户口)(?:了|的)?"
    rf"(?P<alone>\s?[,;]\s?)?|(?<![a-z])(?:chang|switch|updat|replac|swapp)ed (?:my |the )?(?:\w+ )?(?:card|account)"
    rf"(?P<also_alone>[^,;.!?\n]{{0,24}},\s))(?P<tail>\d{{4}}){_NO_TAIL_AFTER}(?P<end>\s?(?:[,;.!]|$))?"
    r"(?!\s?(?:没|未|还|钱|not|did|has))"
)
"""A card that was changed, and four digits right after it ("9号换卡8821") or alone in the next clause."""
_MONTH_AND_DAY = re.compile(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_DAY_SAID = re.compile(r"[号日天]|[周期拜][一二三四五六]|\d[./-]\d|\d(?:st|nd|rd|th)|day(?![a-z])")
_MONTH_BEFORE = re.compile(
    r"(?<![a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s?(?:\d{1,2}(?:st|nd|rd|th)?,?\s?)?$"
)
_OLD = re.compile(r"旧|老卡|老的|原|之前|以前|old|previous|former|from")
_NEW = re.compile(r"新|改|换|变|绑|到|to|new|now")
_CYCLE = cued(
    r"[dt]\s?\+?\s?[01]|秒到|秒结|实时|即时|当[天日]到|次日|隔[天日]到|第二天到|instant|immediate|same[- ]day|real"
    r"|next[- ]",
    r"(?<![0-9a-z])(?:(?P<d0>d\s?\+\s?0|d0|t\s?\+\s?0|t0|秒到账?|秒到|秒结|实时(?:到账|结算)?|即时(?:到账|结算)?"
    r"|当天到账?|当日到账?|instant(?:ly)?|immediate(?:ly)?|same[- ]day|real[- ]?time)"
    r"|(?P<t1>t\s?\+\s?1|t1|次日(?:到账?|结算)?|隔天到账?|隔日到账?|第二天到账?"
    r"|next[- ](?:working |business )?day))(?![0-9a-z])",
)


def find_identifiers(text: str, today: date, asked: str | None = None) -> tuple[Identifier, ...]:
    """All such numbers of normalised ``text``, in the order said; what one finder took, later ones leave."""
    taken: list[Identifier] = []
    for found in _candidates(text, today, asked):
        if all(found.end <= other.start or found.start >= other.end for other in taken):
            taken.append(found)
    taken = [replace(one, kind="other") if _is_head(text, one) else one for one in taken]
    taken += list(_put_right(text, taken))
    return tuple(sorted(taken, key=lambda one: one.start))


_HEAD_AFTER = re.compile(r"\s?(?:开头|打头)")
_HEAD_BEFORE = re.compile(r"(?:start|begin)(?:s|ning|ing)?\s(?:with\s)?$")


def _is_head(text: str, one: Identifier) -> bool:
    """Digits that a card begins with are no tail."""
    if one.kind not in {"tail", "new_tail", "old_tail"}:
        return False
    before = _HEAD_BEFORE.search(text, max(0, one.start - 16), one.start)
    return before is not None or _HEAD_AFTER.match(text, one.end) is not None


_CORRECTED = re.compile(r"(?P<tail>\d{4})(?![\d./-]|,\d|\s?(?:[年月号日点笔元块万千百]|rmb|yuan))")


def _put_right(text: str, taken: list[Identifier]) -> Iterator[Identifier]:
    """ "ending 4410 sorry 4401": the digits that take a tail's place."""
    for one in taken:
        if one.kind not in {"tail", "new_tail", "old_tail"}:
            continue
        words = TAKEN_BACK.match(text, one.end)
        found = _CORRECTED.match(text, words.end()) if words is not None and words.end() > one.end else None
        if found is not None and all(found.end() <= other.start or found.start() >= other.end for other in taken):
            yield Identifier(*found.span("tail"), one.kind, found["tail"])


def _candidates(text: str, today: date, asked: str | None) -> Iterator[Identifier]:
    for found in _CYCLE.finditer(text):
        yield Identifier(*found.span(), "cycle", "D0" if found["d0"] else "T1")
    if not _ANY_DIGIT.search(text):
        return
    lengths = {len(run) for run in _DIGITS.findall(text)}
    allow = frozenset({asked}) if asked in {"merchant_no", "terminal_id"} else frozenset[str]()
    for start, end in card_spans(text, allow):
        yield Identifier(start, end, "card")
    for found in _MASKED.finditer(text):
        kind = _tail_kind(text[max(0, found.start() - 10) : found.start()])
        customers = kind == "tail" and asked != "new_tail" and _RECEIPT.search(text)
        yield Identifier(*found.span(), "other" if customers else kind, found["tail"] or found["one"])
    yield from _spoken_terminals(text)
    if lengths:  # of all these only labelled tails are said in Chinese digits too
        yield from _merchants(text, asked)
        for found in CONTACT.finditer(text):
            yield Identifier(*found.span("id"), "phone", found["id"])
        yield from _terminals(text, today, 8 in lengths)
        for found in OTHER_TERMINAL_NUMBER.finditer(text):
            yield Identifier(*found.span("id"), "other", found["id"])
        for pattern, kind in _NOISE:
            for found in pattern.finditer(text):
                yield Identifier(*found.span("id" if found.re.groups else 0), kind, found[0])
    yield from _tails(text, asked, 4 in lengths)


_NOISE: tuple[tuple[re.Pattern[str] | Cued, Kind], ...] = (
    (_PHONE, "phone"),
    (_HOTLINE, "phone"),
    (_TICKET, "ticket"),
    (_NUMBERED, "ticket"),
    (_LONG, "order"),
)


def _merchants(text: str, asked: str | None) -> Iterator[Identifier]:
    for found in _LABELLED_MERCHANT.finditer(text):
        yield Identifier(*found.span(), "merchant_no", _compact(found["id"]))
    for found in _FIFTEEN.finditer(text):
        yield Identifier(*found.span(), "merchant_no", _compact(found[0]))
    if asked == ("merchant_no") and (
        only := re.fullmatch(r"[\s#]*([0-9a-z]{8,20}|\d{3,5}(?:[\s-]\d{3,5}){2,4})\s*", text)
    ):
        yield Identifier(*only.span(), "merchant_no", _compact(only[1]))


def _spoken_terminals(text: str) -> Iterator[Identifier]:
    """Eight Chinese digits after a word for a terminal."""
    for found in _SPOKEN_TERMINAL.finditer(text):
        digits = "".join(_CHINESE_DIGITS[sign] for sign in found["id"])
        yield Identifier(*found.span("id"), "terminal_id", digits)


def _terminals(text: str, today: date, eight: bool) -> Iterator[Identifier]:
    """``eight``: somewhere are eight digits and no more."""
    for found in _LABELLED_TERMINAL.finditer(text):
        if not _PLAIN_WORD.match(found["id"]):
            yield Identifier(*found.span(), "terminal_id", _compact(found["id"]))
    for found in _ORDER.finditer(text):
        yield Identifier(*found.span(), "order", found[0])
    for found in _EIGHT_MIXED.finditer(text):
        yield Identifier(*found.span(), "terminal_id", _compact(found[0]))
    for found in _EIGHT_DIGITS.finditer(text) if eight else ():
        if not is_date_shaped(found[0], today):
            yield Identifier(*found.span(), "terminal_id", found[0])


def is_date_shaped(digits: str, today: date) -> bool:
    """True for eight digits that are a day of these years (20261103): rather a date than a terminal."""
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return abs(day.year - today.year) <= 3


def _tails(text: str, asked: str | None, four: bool) -> Iterator[Identifier]:
    """``four``: four digits stand alone somewhere, as a tail does wherever no label names it."""
    for pattern in OLD_AND_NEW if four and OLD_SAID.search(text) else ():
        for found in pattern.finditer(text):
            yield Identifier(*found.span("old"), "old_tail", found["old"])
            yield Identifier(*found.span("new"), "new_tail", found["new"])
    for found in _FROM_TO.finditer(text) if four else ():
        if _MONTH_BEFORE.search(text, max(0, found.start() - 16), found.start()):
            continue  # "14 October 2026 to 7563"
        old, new = ("old", "new") if found["old"] else ("old2", "new2")
        yield Identifier(*found.span(old), "old_tail", found[old])
        yield Identifier(*found.span(new), "new_tail", found[new])
    yield from _tails_labelled(text)
    if not four:
        return
    yield from _tails_after_words(text, asked)
    for pattern in (_BANK_TAIL, _CARD_TAIL):
        for found in pattern.finditer(text):
            yield Identifier(
                *found.span("tail"), _tail_kind(text[max(0, found.start() - 6) : found.end()]), found["tail"]
            )
    for found in _TAIL_AFTER.finditer(text):
        yield Identifier(*found.span("tail"), _tail_kind(text[max(0, found.start() - 6) : found.end()]), found["tail"])


def _tails_labelled(text: str) -> Iterator[Identifier]:
    for found in _labels(text):
        if _NOT_A_CARD.search(found["before"]):
            yield Identifier(found.end("before"), found.end(), "other")
            continue
        digits = "".join(_CHINESE_DIGITS.get(sign, sign) for sign in found["tail"] if sign != " ")
        start = found.end("before")
        if len(digits) > 4:
            yield Identifier(start, found.end(), "tail", rejected="tail_too_long")
        else:
            yield Identifier(start, found.end(), _tail_kind(found["before"]), digits)


def _labels(text: str) -> Iterator[re.Match[str]]:
    """All that the pattern finds, looked for only where one of its words stands ahead."""
    place = 0
    while said := _TAIL_SAID.search(text, place):
        found = _TAIL_LABELLED.search(text, max(place, said.start() - _WORDS_BEFORE))
        if found is None:
            return
        yield found
        place = found.end()


def _tails_after_words(text: str, asked: str | None) -> Iterator[Identifier]:
    """Tails that a word of change before them makes the old or the new card's."""
    for pattern, kind in _BY_VERB:
        for found in pattern.finditer(text):
            if pattern is not _CHANGE_TO or _speaks_of_a_card(text, found, asked):
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
    if verb not in _OF_ANYTHING:
        return True
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


def _tail_kind(before: str) -> Kind:
    """Old or new card by the nearest word before; an unnamed tail is told apart by the caller."""
    old = max((found.start() for found in _OLD.finditer(before)), default=-1)
    new = max((found.start() for found in _NEW.finditer(before)), default=-1)
    return "old_tail" if old > new else "new_tail" if new >= 0 else "tail"


def _compact(words: str) -> str:
    return re.sub(r"[\s-]", "", words).upper()
