"""What a day or a sum in a message is for: the day of the card change or of the trades, a sum traded or only received.

Works on *blanked* text: normalised text in which days, sums and numbers are single private signs, so that the words
around them can be matched. In Chinese the telling word mostly follows the day (3号换的卡), in English it mostly
precedes.
"""

from __future__ import annotations

import re
from itertools import product
from typing import Literal, NamedTuple

from knowledge.clauses_before import did_the_change, led_in
from knowledge.days_of_other_matters import ROWS as OF_OTHER_MATTERS
from knowledge.patterns import compiled
from knowledge.sure_days import ROWS
from knowledge.taken_back import DENIED_AFTER, DENIED_BEFORE, INSTEAD, NOT_THE_NEXT, OR_ELSE, TAKEN_BACK, is_claimed

DAY, SUM, NUMBER, TIME = "\ue001", "\ue002", "\ue003", "\ue004"

DayRole = Literal["change", "trade", "neither", "received", "denied", "vague"]

_SIGNS = compiled(f"[{DAY}{SUM}{NUMBER}{TIME}]")
_CLAUSE = compiled(
    r"[,;!?\n…]+|(?<=[一-鿿])/(?=[一-鿿\ue001-\ue003])|(?<=[\ue001-\ue003])/(?=[一-鿿])|(?<=\ue001)/(?=[\ue002\ue003]/)"
    r"|(?<!\b[a-z])(?<!\bdt)\.(?!\d)|(?<=[^\x00-\x7f\ue001-\ue004]) (?=\S)|(?<=\S) (?=[一-鿿])"
    r"|(?<![a-z])(?:but"
    r"|yet|however|then)(?![a-z])"
    r"|\band(?=\s(?:nothing|no|i|my|it|still|have|haven't|never|not|now|the money)\b)"
    r"|(?<!\ue002 )\band(?=\s\ue002\s?(?:from|of|for|on)?\s?\ue001)|但是?|可是?|不过|然后|结果"
)

_ASIDE = compiled(r"\([^()]{1,40}\)")

_CHANGE = compiled(
    r"换(?!(?:的|了|过)*(?:不是卡|是机|是终端|是pos)|(?:的|了|过)*(?:[这那一]?[台部个卷块张])?新?(?:机|pos|终端|设备"
    r"|轮胎|[胎油屏锁灯瓶药膜壳]|配件|零件|床单|刹车"
    r"|打印|手机|电话|店员|电池|纸|货|班|零|地))|变更|更改|更换|更新|改(?!天|日)"
    r"|转(?:$|卡|[的嘅](?=$|[\s,;.!]|.{0,3}[卡户])|咗|户|了?户|到(?!账)|成)|绑|切换|登记(?!.{0,4}(?:工单|投诉"
    r"|问题|反馈"
    r"|申诉))|弄的?(?:新|卡)"
    r"|迁(?!就)|挪(?!用)|更[易替]|易(?=[卡户])|改走|转用|^上线(?=[的嘅了,;\s]|$)|切(?=[到成的换去])"
    r"|调[到成为](?![账货])"
    r"|转(?=\s?\ue003)|[移搬转变弄搞整倒]腾?(?:到|成|为|至|去|往|进)了?"
    r"(?:尾?号?\s?(?:[\ue002\ue003]|\d{4}(?!\d))|[^,;.\ue001-\ue004]{0,6}(?:卡|账户|户口|行|名下))|^才(?:改|换|弄"
    r"|办|搞|绑)?(?:成功?|好|妥|完)"
    r"|^(?:的|才|刚|又|重新?)*(?:办|弄|搞|操作|申请|提交|递|报备|备案|呈[交报]|报上|录[进入]|申办|更(?=[的了])"
    r"|提(?=[的嘅])|交(?=[的嘅咗]))的?(?!.{0,4}(?:工单|投诉|问题|反馈|申诉|咨询|促销|活动|优惠|庆))|起(?:用|改)"
    r"|启用|启\s?用"
    r"|起用|过户"
    r"|新(?:账户|户口|卡)(?:生效|启用|开始)|生效"
    r"|(?<![a-z])(?:chang\w*(?!\w| nothing)|chn?g(?:e?d)|switch\w*|updat\w*|mov(?:ed|ing)|replac\w*|swap\w*"
    r"|filed(?! an? (?:complaint|ticket|report|claim|case))|set up"
    r"|(?:was|were|got) (?:put in|entered)(?= on)|amend\w*|modif\w*|alter(?:ed|ing|ation)|substitut\w*|redirect\w*"
    r"|re-?pointed|ported|flipped (?:over )?to"
    r"|(?:went|gone|go) over to|variation"
    r"|put (?:it|that|the new one) (?:in|into|on) (?:the|your) (?:app|system|account|portal)"
    r"|(?:fixed|corrected|sorted|edited) (?:the |my |it )?(?:card|account|bank)"
    r"|new (?:bank|payout|settlement)? ?(?:card|account|details)|re-?bound|re-?bind|bound|(?:re-?)?linked"
    r"|registered|took effect)"
)
_CARD_CHANGED = compiled(
    r"(?<![a-z])(?:chang|switch|updat|replac|swapp)ed\s(?:my |the |our )?(?:\w+ ){0,2}?"
    r"(?:cards?|accounts?|bank)(?: on)?\s?$"
)
_NOT_ITS_SUBJECT = compiled(
    r"^(?!(?:'s\s|\s)?(?:is|was|has|hasn't|isn't|wasn't|did|didn't|never|still|payouts?|money|sales?|takings|one)\b)"
)
"""After "changed my card" a day is when, unless it begins a statement: "since I changed my card the 12th is …"."""
_START_USING = compiled(
    r"^\s?(?:起|开始)[就都已经明应该收款钱]{0,6}(?:改?使?用|换|绑|改|(?:走|(?:打|进|转|结"
    r"|汇)[到进去往入]?)(?:的是?)?(?=[\s.…]*(?:新|尾?号?\ue003)))"
)
_TRADE = compiled(
    r"刷|(?:打|进|汇|存|转|跑|走)[到进入去]?了?(?:旧|老|原)|收(?!到|款(?:账|卡|银|信|[挪换改转切移迁变])|钱的?卡)"
    r"|做(?!的?变更)|卖|营业"
    r"|货款|交易|流水|酒席|[那这]?[一两三几]?[单笔]|的钱"
    r"|没|未|冇|不见|款(?!卡|账)|钱|生意|扫码|扫了|营收|销售|消费|金额|账单|进账|打款|结算(?!卡|账|户)|入账|到账"
    r"|缺|的账(?![户号])|空(?=[\s,;的着了欢等]|$)|白[板干]|归零"
    r"|差|欠|"
    + SUM
    + r"|(?<![a-z])(?:sales?|sold|took|takings|swip\w*|transact\w*|payments?|batch|missing|arriv\w*|credit\w*"
    r"|nowhere|nothing (?:for|from)(?![a-z])|(?:don't|didn't|can't|cannot|not) see|(?:are|is|was|were|came"
    r"|up) blank|absent|skipped|tall(?:y|ies)"
    r"|haven't|hasn't|didn't|not(?!h)"
    r"|revenue|turnover|earn\w*|made|receipts?|paid)"
)
_TRADE_PERHAPS = compiled(r"款|(?<![a-z])(?:money|payouts?|funds?|deposits?|settle(?:d|ment)|nothing)(?![a-z])")
"""Said of changes too ("moved my payouts to"): counts only where no word of change is near."""
_REPORT = compiled(
    r"^.{0,3}(?:你们?|有个|那个)?(?:客服|业务员|工作人员|有人|人家|经理|小姑娘|小伙子).{0,4}(?:说|讲|告诉|答应"
    r"|回复|答复|通知)"
    r"|^.{0,3}(?:投诉|反馈|反映|报修|打(?:过|了|的)?(?:\d{5}|电话|客服|\ue003)|打给(?!我)|联系|咨询|问(?:过|了|你|客)"
    r"|找(?:过|了|你|客|人)|说(?:过|了)|申诉|来电|报(?:过|了)|催(?:过|了)|发(?:过|了)?(?:消息|信息|邮件))"
    r"|(?<![a-z])(?:called|rang|ring(?:ed)?|checked(?! (?:in|out)(?![a-z]))|msgd|msged|texted|chased|pinged|visited"
    r"|complain\w*|reported"
    r"|contacted|filed an? (?:complaint|ticket|report|claim|case)|asked|told|emailed|spoke|wrote|phoned"
    r"|messaged|raised|flagged|escalated|followed up|logged a"
    r"|lodged a)(?![a-z])"
)
_COUNTED_IN, _SO_LONG_NOW = compiled(r"(?:算上|连上)\s?$"), compiled(r"^[,\s]?(?:换|改|绑|第|已|一?共|有|等|是|都)")
"""算上今天换卡第五天了: today is only counted in."""
_APPOINTED = compiled(r"(?<![a-z])(?:(?:an|my|our) appointment|booked in)[^,;.]{0,24}$|预约(?:了|的)?在?$")
_NEW_CARD = compiled(
    r"^(?:(?:那天)?就?只?是)?(?:我|才|刚|在|去|银行)*(?:新?办|开|补办?|领|拿到?|收到|申领|激活)(?:的|了"
    r"|好)?.{0,6}(?:卡|户|存折|新的)"
    r"|(?:got|received|issued|opened|collected) (?:a|the|my) (?:new |bank ){0,2}(?:card|account)"
    r"(?! (?:chang|switch|swapp|updat|replac)ed)"
)
_NEW_CARD_ON = compiled(
    r"(?:got|received|issued|opened|collected|bought|picked up|g[ai]ve(?:n)? me|sent me|posted me)\s[^,;.]{0,20}(?:card"
    r"|account)\s(?:from the bank\s)?(?:on\s)?(?:the\s)?$"
)
_AFTERWARDS = compiled(r"^(?:以后|之后|过后|往后|以前|之前|前|后)(?!晌|半[夜晌天]|台|厨|.{0,4}的?那)")
_NEXT_DAY = compiled(r"^的?(?:前一[天日晚]|后一[天日]|第二[天日]|次日|头一天)")
_AFTER_OR_BEFORE = compiled(r"(?<![a-z])(?:after|before)\s(?:the\s)?$")
_PLAN = compiled(
    r"打算|准备|计划|想(?=换|改|变|更)|要(?=换|改|去)|(?<!已)(?<!已经)将|再(?=[换改]卡)"
    r"|(?<![a-z])(?:will|going to|plan|intend|about to)(?![a-z])"
)
_PLANNED = compiled(
    r"(?<![a-z])(?:will|'ll|going to|gonna|plan\w* (?:to|on|for)|intend\w* to|about to|want(?:ing)? to|hop(?:e"
    r"|ing) to"
    r"|thinking of|would like to|wanna)\s[^,;.]{0,30}$"
)
_OTHER_DAY = compiled(
    r"^(?:之?前|以前|前)(?:没|都|还|会|能|一定|必须|可以|到)"
    r"|^(?:就|会|能|应该|应|该|说|答应|承诺)(?:会|能|说)?(?:到|给|打)(?!账?的?是?\s?"
    + SUM
    + r")|^\s?(?:来|去)(?:看|找|你们)"
    r"|^(?:那天)?(?:是|我|家里)?(?:结婚|生日|过生日|搬家|住院|出差|放假|请假|休息|开业|开张)|^(?:过期|到期|截止)"
    r"|^才?到(?:账)?(?:还是|吗|$)"
)

_BY_THEN = compiled(r"^\s?,?\s?到时")
_TO_BE_CHANGED = compiled(r"(?:想|要|打算|准备|计划|等)在?$")
_DO_IT = compiled(r"^(?:就|再|去|来)*(?:[把将](?:[^,;.]{0,6}))?(?:换|改|变更|更换|过户|绑)(?![^,;.]{0,8}[的了过])")
"""我想周一去换: a plan; "我想是周一换的" is not."""
_PROMISED = compiled(
    r"(?:说是?|说好|承诺|答应|告诉我|通知|讲|回复)(?:的)?(?:最迟|最晚|大概)?$"
    r"|(?<![a-z])(?:said|promised|told me|supposed to|due(?: in)?|expected|should(?:'ve|a| have| of)?)(?: it"
    r"| to)?(?: would"
    r"| will)?(?: (?:have |of )?(?:arrived?|come|came|be paid|been paid|been here|landed))?(?: on| by| for)?\s?$"
)
_UNTIL = compiled(
    r"(?:算是?|记[在到])$|(?<![没未不收])(?:到|至|直到|等到|截止|截至)$"
    r"|(?<![a-z])(?:until|till|as of|by|up to(?: and including)?)\s$"
)
_NOT_ONLY_THEN = compiled("^(?!才(?:[换改绑弄办迁切]|变更|更))")
"""到12号才换: the change was made on that day."""
_THEY_SAID = compiled(
    r"(?<![a-z])(?:they|you|u|he|she|agents?|support|staff|bank|someone|guy|lady)\s(?:said|told me"
    r"|promised)\s(?:on\s)?(?:the\s)?$"
    r"|(?<![a-z])(?:it|they|would|will|should|money|payout)(?:'d|'ll)?\s(?:be|come|arrive|land)(?:\s(?:here"
    r"|there|in|through|paid))*"
    r"\s(?:on\s|by\s)?(?:the\s)?$"
)
_COMES = compiled(
    r"^(?:之?前|就|会|能|应该|可以|一定)*(?:到|给|打|来|有|处理|解决|好|行|弄好|生效|通过|用|$)|^\s*(?:$|(?:for"
    r"|from)\s(?:the\s)?(?:sales? |money |takings )?$)"
)
_RECEIVED = compiled(
    r"^(?:[旧老]卡)?[还都也是一直]*正常(?:到|入|收|进)(?!.{0,3}[吗么没?])"
    r"|^(?:里|那天|当天|试刷的?|测试的?|[那这]个|那|的|那?笔|货款|营业款|款|钱|那单|交易|款项|金额|"
    + SUM
    + r"(?:块|元)?)*(?:是|倒|都|也|后来|已经?|早就?|全|就|算|我|终于|总算|刚|才|均|陆续"
    r"|陆陆续续|统统|通通|按时|准时|照常)*(?:收到"
    r"|收着|收了|收齐|有了|有(?:的|来|到)|给了|给过了?|结清了?|到账了|到了|到咗|已收|已到|来了|[打进到](?:到"
    r"|了)?新卡(?:上|里)?了|入账了|进来了|进账了|打了|打过来了|结了|正常|没问题|没事"
    r"|ok|收妥|收咗|有收到|到齐|齐|已(?:入账?|进账?|结算?|清算?)|到账)了?(?=$|[,;.!\s)啦哈啊呀哦喔嘞咯喽喇]"
    r"|谢|多谢|感谢|辛苦|但|可|只|就|而|差|缺|剩|另|还有)(?!\s?[没吗么不" + SUM + r"])"
    r"|^(?:'?s)?\s?(?:(?:the|sale|sales|one|payment|money|payout|was|is|has|have|already|been|both"
    r"|did)\s?){0,3}(?:came(?! (?:up )?(?:short|light)| to \ue002)|arrived|fine|received|paid|ok|okay|credited"
    r"|landed|settled|sorted"
    r"|good|(?:come|in)(?=\s?(?:$|[,;.!])))(?![a-z])"
)
THAT_CAME = compiled(
    r"^,?\s?(?:it's|it is|that's|that one is)\s(?:already |now )?(?:in|here|there|paid)(?=\s?(?:$|[,;.]))"
    r"|^ 到(?= ?\n)|^[\s,](?:都|已经)*(?:到了|到咗|收到了|到账了)(?=\s?(?:$|[,;.]|但|可|不过|just|but))"
    rf"|^,\s?(?:{SUM},?\s)?(?:was|were|has|have|did)(?: all| both| been| already)*\s(?:paid|received|credited"
    rf"|settled|come|arrived"
    r"|landed|in|fine|ok)(?![a-z])"
    r"|^[?]?\s(?:came|arrived|received|paid|got it)(?=\s?(?:$|[,;.!]))"
    r"|^\s?(?:[这那][个一]?[笔单]?|it|that(?: one)?|this(?: one)?)\s?(?:是|倒|都|已经?|has|is|did|was|\s)*"
    r"(?:到了|收到|到账了|来了|有了|came|come|arrived|fine|ok|received)(?!\s?[吗么没?])"
)
"""The next clause speaks of the day or sum before it."""
EXCEPT = compiled(r"(?:除了?|除开|除去|(?<![a-z])(?:except(?: for)?|apart from|other than|but not))\s?(?:the\s|on\s)*$")
_OTHERS_CAME = compiled(
    r"^.{0,6}(?:都|全|其他|别的|其它|其余|别的).{0,4}(?:到了|收到|到账了|到账$|正常)"
    r"|^\s?(?:all\s|has\s|have\s|was\s|were\s|is\s)*(?:arrived|came|paid|received|fine|ok)"
)
_OTHERS_CAME_BEFORE = compiled(
    r"(?:到了|收到了|到账了|到齐了),?(?:就|只|唯独)?(?:除了?|除开)"
    r"|(?:arrived|came|paid|received|fine|ok),?\s(?:except|apart|but not|other than)"
)
_LAST_RECEIVED = compiled(
    r"最后一(?:笔|次|天)(?:到账|收到|结算|打款|钱).{0,6}$"
    r"|(?:last|latest) (?:payout|payment|settlement|money|deposit)[^,;]{0,24}$"
)
_NOT_A_CHANGE_BEFORE = compiled(
    r"(?:blocked|lost|stolen|expired|frozen|(?<!batch )closed|cancell?ed|issued)\s(?:to (?:me"
    r"|us)\s)?(?:on\s)?(?:the\s)?$"
)
_NOT_A_CHANGE_AFTER = compiled(r"^.{0,4}(?:丢|挂失|被?冻|注销|销户|取消|停用|作废|失效|过期|消磁|补办)")
_REFUND = compiled(r"^.{0,3}(?:收到|有|办)?了?(?:退款|退货|退钱|退了)")
_NOT = compiled(
    r"(?:n't|not|never|no|hasn't|没|未|不)\s*\S*$|(?<![a-z])(?:only|part|half|just|some|(?:\d|one|two"
    r"|three) of (?:the |my )?(?:\d|two|three|four|five|several))(?![a-z])"
)
_NOR = compiled(r"(?<![a-z])nor\s")
_ONLY = compiled(r"(?<![a-z])(?:only|just)\s(?:the\s)?$")
"""Right before a day: it came, and the others did not."""
_CLAIMED_BEFORE = compiled(r"(?:之前|刚才|刚刚|前面|上面)(?:说|讲|写|填|报|发)(?:的|成|了)*(?:是)?$")
_ENGLISH_LEADS = compiled(r"[a-z]\s(?:(?:on|since|last|this|the|from|of)\s)*$|(?<![a-z])(?:on|since|from)\s(?:the\s)?$")
"""The word before the day is English: as in English it tells more than what follows."""


_SUM_OF = compiled(
    r"(?<![a-z])(?:figure|amount|sum|payout|total|deposit|money|payment)s?(?![a-z])[^,;.]{0,24}\s(?:for|of|on"
    r"|from)\s(?:the\s)?$"
)
"""The figure for the 12th is wrong: not the day is."""
_THIS_IS = compiled(r"[是系]\s?$")


class Surroundings(NamedTuple):
    """The words of its clause before and after one day or sum, up to the neighbouring days."""

    before: str
    after: str
    clause_before: str
    clause_after: str
    followed: bool = False
    """The next such sign comes right after ``after``."""
    lead: str = ""
    """All words since the sign before, whatever the clauses."""
    is_later: bool = False
    """There is such a sign before."""
    until_next: str | None = None
    """All words to the next sign, if there is one."""

    @property
    def denied(self) -> bool:
        """Taken back: "不是…", "…错了", "…，不对，…"."""
        if self.until_next is not None and OR_ELSE.fullmatch(self.until_next):
            return False  # 不是4410就是4401
        if self.until_next is not None and NOT_THE_NEXT.fullmatch(self.until_next) and _THIS_IS.search(self.lead):
            return False  # 机号是A 不是B
        wrong = DENIED_AFTER.match(self.after) and not _SUM_OF.search(self.lead)
        if DENIED_BEFORE.search(self.lead) or wrong or is_claimed(self.lead, self.after):
            return True
        return (
            self.until_next is not None
            and len(self.until_next) <= 30
            and TAKEN_BACK.fullmatch(self.until_next) is not None
        )


def clauses(text: str) -> tuple[tuple[int, int], ...]:
    """Where one clause of blanked ``text`` ends and the next begins."""
    asides = [found.span() for found in _ASIDE.finditer(text)] if "(" in text else []
    return tuple(
        found.span()
        for found in _CLAUSE.finditer(text)
        if not any(start < found.start() < end for start, end in asides)
    )


def surroundings(text: str, breaks: tuple[tuple[int, int], ...], place: int) -> Surroundings:
    """The sign at ``place`` of blanked ``text``.

    Its own clause, and the clauses beside it as far as the next such sign.
    """
    sign = text[place]
    left, right = 0, len(text)
    for start, end in breaks:
        if start > place:
            right = start
            break
        if end <= place:
            left = end
    last, first = text.rfind(sign, 0, place), text.find(sign, place + 1)
    until_next = text[place + 1 : first] if first >= 0 else None
    if until_next is None:
        first = len(text)
    return Surroundings(
        text[max(left, last + 1) : place],
        text[place + 1 : min(right, first)],
        text[last + 1 : left] if last < left else "",
        text[right:first] if right < first else "",
        until_next is not None and first <= right,
        text[last + 1 : place],
        last >= 0,
        until_next,
    )


def day_role(words: Surroundings) -> DayRole | None:
    """What the words around a day say that it is; None when they say nothing."""
    if NOT_THE_NEXT.fullmatch(words.after + words.clause_after):
        said = day_role(words._replace(after="", clause_after=""))  # "the 4th, not the 3rd"
        if said is not None:
            return said
    before, after = words.before, words.after.lstrip("()~' ")
    if _PREPOSITION.fullmatch(before):
        before = led_in(words.clause_before) + before
    if words.denied or (_CLAIMED_BEFORE.search(before) and not after):
        return "denied"
    for role, pattern_before, pattern_after in _SURE_BESIDE[bool(before), bool(after)]:
        if (pattern_before is None or pattern_before.search(before)) and (
            pattern_after is None or pattern_after.search(after)
        ):
            return role
    if words.is_later and words.lead == words.before and _ITS_MONEY.fullmatch(before) and not after.startswith("money"):
        return "neither"
    if EXCEPT.search(before):
        return (
            "trade"
            if _OTHERS_CAME.search(after + words.clause_after) or _OTHERS_CAME_BEFORE.search(before)
            else "received"
        )
    its_own = not words.is_later or is_english(before)  # else they are the day's before it: "18号的没到19号的到了"
    if (
        _RECEIVED.match(after)
        and (_ONLY.search(before) or not (its_own and _NOT.search(before)))
        and not _NOR.search(before)
    ) or THAT_CAME.match(words.clause_after):
        return "received"
    english = is_english(after) and (is_english(before) or _ENGLISH_LEADS.search(before) is not None)
    anew = words.is_later and after.startswith("的") and _DIGITS_END.search(before)
    if (own := "trade" if anew else _nearest(before, _SINCE_WHEN.sub("", after), english)) is not None:
        return "neither" if own == "change" and _BY_THEN.match(words.clause_after) else own
    if (bare := _of_bare(words, before, after)) is not None:
        return bare
    if (later := _nearest("", _LABEL.sub("", words.clause_after), english)) is not None:
        return later
    earlier = _nearest(words.clause_before, "", english)
    not_its = words.is_later or _UNCHANGED.search(words.clause_before)
    return None if earlier == "change" and not_its else earlier  # those words are the earlier day's


_DIGITS_END = compiled(r"[到成为用绑张号][^,;.\ue001\ue002]{0,6}(?:\d{4}|\ue003)[\s,]+$")
"""7号挪到媳妇那张0339 8号的没到: what precedes the digits is said of them."""
_UNCHANGED = compiled(
    r"(?<![a-z])(?:not|never|\w+n't)\s(?:\w+\s)?chang|(?:没有?|未|冇)[换改绑]过?|没有?(?:变更|更换)|same card"
)
_ITS_MONEY = compiled(r"\smoney\s(?:on\s|by\s)?(?:the\s)?")
"""Between two days: "wed's money thurs" says when it came or should have."""
_SINCE_WHEN = compiled(
    r"(?<![a-z])(?:ever since|since|because)\s(?:i|we|my|our|the|bank|card|account|you|it)(?![a-z]).*$"
)
"""What follows in one breath is told of another day."""


def is_new_card(after: str) -> bool:
    """True for 10号是开卡: the bank's day, and no change."""
    return _NEW_CARD.match(after) is not None


def is_planned(words: Surroundings) -> bool:
    """True for 我想25号换张卡, "going to change it on the 25th": what is to be done on that day is not yet."""
    if _APPOINTED.search(words.before):
        return True
    return (_TO_BE_CHANGED.search(words.before) is not None and _DO_IT.match(words.after) is not None) or (
        _PLANNED.search(words.before) is not None and _CHANGE.search(words.before + words.after) is not None
    )


def day_role_after(words: Surroundings) -> DayRole | None:
    """What the words of its clause after a day say that it is."""
    return _nearest("", words.after.lstrip("()~' "), is_english(words.after))


def _of_bare(words: Surroundings, before: str, after: str) -> DayRole | None:
    """What is said of a day that has no telling word in its clause."""
    if words.until_next is not None and _TILL_THE_NEXT.fullmatch(words.until_next):
        return "trade"
    if _IT_IS.fullmatch(before) and _THAT_CAME_BEFORE.search(words.clause_before):
        return "received"
    if before:
        return "change" if did_the_change(before, words.clause_before) else None
    if _CHANGE_SPOKEN_OF.search(words.clause_before):
        return "change"
    return "neither" if not after and _STOOD_STILL.search(words.clause_before) else None


_LABEL = compiled(r"[^;,.\n]*:\s?$")
"""Words with a colon right before the next sign name that one."""
_PREPOSITION = compiled(r"\s?(?:on|in|since|from|at)\s(?:the\s)?")
_CHANGE_SPOKEN_OF = compiled(
    r"(?:换|改|变更|更换|换绑)(?:了|的)?(?:结算|收款|银行)?(?:卡|账户|账号)?(?:了|的)?(?:日期|时间|日子)?\s?$"
    r"|(?<![a-z])the day (?:i|we|he|she|they) (?:chang|switch|swapp|updat)ed(?: (?:my|the|our|it|card|account|bank))*$"
    r"|(?<![a-z])(?:card|account|bank)\s(?:change|swap|switch|update|replacement)d?\s(?:was\s|on\s|in\s"
    r"|from\s)*(?:the\s)?$"
)
_IT_IS = compiled(r"\s?[这那都就]?是")
_THAT_CAME_BEFORE = compiled(r"(?<![没未冇])(?:收到|进账|到账|来)了?[^没未冇]{0,8}[,\s]*$")
"""收到一笔2000，是18号的: it came."""
_TILL_THE_NEXT = compiled(r"的(?:本该|本来|应该?|说好?|要?等?到|拖到|直到|都)*")
"""Between two days: 14号的到15号了还没来."""
_STOOD_STILL = compiled(
    r"(?:坏|修|断[网电]|停[电网业机]|歇业|关[门店]|休息|放假"
    r"|没开[门店]?)了?(?:[一二两三四五六七几\d]+[天日])?[\s,:]*$"
)
"""机器坏了两天 16号17号: days without trade."""
_SURE: tuple[tuple[DayRole, re.Pattern[str] | None, re.Pattern[str] | None], ...] = (
    ("change", _CARD_CHANGED, _NOT_ITS_SUBJECT),
    *ROWS,
    *OF_OTHER_MATTERS,
    ("neither", _COUNTED_IN, _SO_LONG_NOW),
    ("neither", _NEW_CARD_ON, None),
    ("neither", _APPOINTED, None),
    ("vague", None, _AFTERWARDS),
    ("vague", None, _NEXT_DAY),
    ("vague", _AFTER_OR_BEFORE, None),
    ("neither", _UNTIL, _NOT_ONLY_THEN),
    ("neither", _PROMISED, _COMES),
    ("neither", _THEY_SAID, None),
    ("neither", None, _REPORT),
    ("neither", None, _NEW_CARD),
    ("neither", None, _OTHER_DAY),
    ("received", _LAST_RECEIVED, None),
    ("neither", _NOT_A_CHANGE_BEFORE, None),
    ("neither", None, _NOT_A_CHANGE_AFTER),
    ("neither", None, _REFUND),
    ("neither", _TO_BE_CHANGED, _DO_IT),
)
"""Which words before and after a day settle what it is; the first row that fits counts."""
_SURE_BESIDE = {
    (before, after): tuple(
        row
        for row in _SURE
        if (before or row[1] is None or row[1].search("")) and (after or row[2] is None or row[2].search(""))
    )
    for before, after in product((False, True), repeat=2)
}
"""Those rows that can fit with words before a day, or after it, or both, or without any."""


def _nearest(before: str, after: str, english: bool) -> DayRole | None:
    """The role that the nearest telling word gives; in Chinese a word after the day outweighs one before."""
    if _START_USING.match(after):
        return "change"
    found: list[tuple[int, DayRole]] = []
    for role, pattern, doubt in _ROLES:
        if (one := pattern.search(after)) is not None:
            found.append((one.start() + doubt, role))
        last = None
        for last in pattern.finditer(before):  # noqa: B007 - the last one counts
            pass
        if last is not None:
            found.append((len(before) - last.end() + doubt + (0 if english else 100), role))
    if english and (one := _REPORT.search(before)):
        found.append((len(before) - one.end(), "neither"))
    if not found:
        return None
    nearest = min(found)[1]
    if nearest == "change" and (_PLAN.search(before[-6:] + after[:6]) or _PLANNED.search(before)):
        return "neither"
    return nearest


_ROLES: tuple[tuple[DayRole, re.Pattern[str], int], ...] = (
    ("change", _CHANGE, 0),
    ("trade", _TRADE, 0),
    ("trade", _TRADE_PERHAPS, 60),
)


def is_english(words: str) -> bool:
    """True for words without Chinese ones; the private signs that stand for days and sums belong to no language."""
    return words.isascii() or _SIGNS.sub("", words).isascii()


_NOT_BUT = compiled(r"(?:的|换|改|绑|卡|了|刷|[\s,;])*(?:而?是|应该是|but|it was)\s?(?:在|on )?(?:the )?")


def takes_over_change(denied: Surroundings, said: Surroundings) -> bool:
    """True where the day said in a denied one's place is the day of change: "不是3号换的 是5号"."""
    if _NOT_BUT.fullmatch(said.lead):
        return _CHANGE.match(denied.after.lstrip()) is not None or _nearest(denied.before, "", True) == "change"
    if TAKEN_BACK.fullmatch(said.lead) is None or _nearest("", said.after, is_english(said.after)) is not None:
        return False
    return _nearest(denied.before, "", True) == "change"


def is_change_instead(said: Surroundings, denied: Surroundings) -> bool:
    """True for the first day of "是17号不是16号换的"."""
    return (
        said.until_next is not None
        and NOT_THE_NEXT.fullmatch(said.until_next) is not None
        and _CHANGE.match(denied.after.lstrip()) is not None
    )


def is_number_denied(words: Surroundings) -> bool:
    """True for a sum or another number that is taken back; what stands in its place ("instead of 2000") is said."""
    return words.denied and not INSTEAD.search(words.before)
