"""Further words that settle what a day is for: the day of an approval, of a card's effect, a day left out.

Rows of (role, pattern of the words before, pattern of the words after) on blanked text; see ``knowledge.roles``.
"""

from __future__ import annotations

import re
from typing import Literal

from knowledge.patterns import compiled

SUM = "\ue002"

SureRole = Literal["change", "trade", "neither", "received"]

_EFFECTIVE = compiled(
    r"(?<![a-z])(?:(?:effective|in effect|in force|valid|active)(?:\s(?:for \w+|date|from|on|as of|since|is|was))*"
    r"|w\.?\s?e\.?\s?f\.?|with effect (?:from|on))(?:\sthe)?\s?:?\s?$"
)
_NEW_CARD_FROM = compiled(
    r"(?:(?<![a-z])new (?:bank |settlement |payout )?(?:card|account|bank|(?=debit ))|新卡)\s?"
    r"(?:(?:debit )?\ue003\s?(?:from|since|starting|as of|on)\s|(?:from|since|starting|as(?: of)?)\s)$"
    r"|(?<![a-z])(?:mine|ours|(?:card|account|bank)(?: now)?|it) is (?:now )?[\ue002\ue003],?\s(?:now )?(?:from"
    r"|since|starting|as(?: of| from)?)\s(?:the\s)?$"
)
_GAVE_YOU = compiled(
    r"(?<![a-z])(?:register\w*|gave|submitted|sent|handed|added|filed|told)\s[^,;.]{0,20}?(?:with|to)\s(?:you|u"
    r"|your\s\w+)"
    r"\s(?:guys\s)?(?:on\s)?(?:the\s)?$"
    r"|(?<![a-z])(?:gave|told|sent)\s(?:you|u)\s(?:guys\s)?[^,;.]{0,20}\ue003\s(?:on\s)?(?:the\s)?$"
)
_NOT_FROM = compiled(
    r"(?<![a-z])(?:(?:jump|leap)(?:s|ed|t)?|skip(?:s|ped)?(?=\sfrom\s)"
    r"|goes? straight)(?: straight)?\s(?:from\s)?(?:the\s)?$"
    r"|(?<![a-z])w/?e\s$|(?<![a-z])week ending\s(?:the\s)?$"
)
"""The days at both ends of what is left out; the end of a week."""
_TYPED_IN = compiled(
    r"(?<![a-z])(?:typed|entered)\s(?:it|that|them|the (?:digits|number"
    r"|details))(?: in)?(?: myself)?\s(?:on\s)?(?:the\s)?$"
)
_PAPERS_SENT = compiled(
    r"(?<![a-z])(?:sent|handed|turned|gave|put|filed|lodged|submitted|applied|signed|filled|completed|uploaded)\s"
    r"(?:[^,;.]{0,40}\s)?(?:forms?|papers|paperwork|docs?|documents|details|application|request|amendment"
    r"|mandate)(?![a-z])"
    r"(?!\s(?:about|of the (?:payout|payment)))[^,;.]{0,36}\s(?:on\s)?(?:the\s)?$"
    r"|(?<![a-z])(?:forms?|papers|paperwork|docs|documents|application|change request)\s(?:\ue003\s)?(?:was |were "
    r"|have been "
    r"|has been |all )*"
    r"(?:sent|handed|submitted|lodged|filed|signed|uploaded|in|turned)(?: in| off| over| to you)?\s(?:since\s"
    r"|on\s)?(?:the\s)?$"
)
"""What is handed in is a change of card: a complaint is told, not signed."""
_APPLIED = compiled(r"(?<![a-z])(?:applied|requested|asked)\s(?:on\s)?(?:the\s)?$")
_TO_CHANGE = compiled(r"^\s?(?:to|for)\s(?:an?\s|the\s)?(?:move|change|switch|swap)(?![a-z])")
_CHANGE_NOUN = compiled(
    r"(?:换|改|变更|更[换新]|绑)(?:卡|账户|户)?(?:了)?(?:的?(?:时间|日期?|日子|时候)\s?(?:是|为|在|:|就是|\s)*|(?:是"
    r"|就是|[:(])在?\s?|在)$"
)
_NOT_OTHER = compiled(r"^(?!的?(?:那?笔|钱|款|没|未))")
_HANDED_IN = compiled(
    r"^给(?:你们?|贵司|平台|业务员?)(?:递|交|报|填|传|发)(?:的|了|过|上)+.{0,2}新?(?:卡|账[户号]|资料|表)"
    r"|^(?:交|递交|提交|递)(?:嘅|的|咗|㗎|上去的?)(?!钱|押金|费|.{0,4}(?:工单|投诉|问题|反馈|申诉|咨询|事情?$))"
)
_OF_OTHER_THINGS = compiled(
    r"^.{0,2}换[的了过]*[这那一]?[台部个]?新?(?:机|pos|终端|设备|打印|手机)"
    r"|^的?(?:开的?(?:店|业|张)|试营业|正式(?:营业|开业)|(?:系统)?(?:维护|升级|停机)|放假|开张|(?:还|都|也"
    r"|会)*(?:有没?有?|没)人?(?:值班|上班|在班)|装的?机|(?:办|领|买|装|申请)的?(?:机器|终端|pos|刷卡机|执照|营业执照)"
    r"|(?:审核|审批|审)(?:过|通过|完|的|好)|(?:都|也|又|还)*没有?(?:改|换|绑|变更|弄|办|批|审)(?:成|上|好|掉|完|下)"
    r"|通过(?:的|了)?(?:审核|审批)|(?:才|又|就|还)*(?:[让叫要]|通知)?我?们?(?:重新|再|去)?补(?:了|交|传|的"
    r"|上)*(?:身份证|[照证材资执件营])|批(?:的|了|下来|准))"
)
_EXCLUDED = compiled(
    r"^\s?(?:的|那天|那笔|那|[一整全]天|店里?)*(?:就|也|都)?(?:不算|别算|不用算|除外|不包括|不含|没营业|没开门|没开店"
    r"|(?:休息|歇业|停业|关门)(?![之以]?[前后]|的?时)"
    r"|没有?(?:刷(?!到|出|成)|做生意|收款|交易))"
    r"|^\s?(?:excluded|not included|doesn't count|does not count|(?:was |is )?closed)"
)

_ASKED_ABOUT = compiled(
    r"(?<![a-z])(?:called|asked|phoned|wrote|told|asking"
    r"|calling)\s(?:\S+\s){0,4}(?:about|regarding|for)\s(?:the\s)?$"
)
_FEAST = compiled(r"(?:活动|促销|店庆|酒席|宴席|喜酒|团建)是?$")
_GIVEN = compiled("^(?:搞|做|办|摆)")
_CAME_FOR = compiled(r"(?<![没未冇])(?<!没有)到账?的(?:(?:就|都|全)?是|只有)$")
_NOT_ASKED = compiled(r"^(?!的?(?:钱|款|那?笔)?[吗么嘛?])")
_IS_FOR = compiled(r"^(?:到账?|来|打)的?(?:那笔|钱|款)?(?:就)?是(?=\ue001|$)")
_WAS_PAID_FOR = compiled(
    r"(?<!n't )(?<!not )(?<!never )(?<![a-z])(?:got|get|was|were|been)\spaid\s(?:for|on)\s(?:the\s)?$"
    r"|(?<![a-z])(?:is|was|were|came)\sfor\s(?:the\s)?$"
)
_NOT_ASKED_WHY = compiled(r"^(?!.*(?:为啥|为什么|怎么|咋|凭什么|干嘛)\s?$)")
_NEVER_THEN = compiled(r"^(?:是|都|也|又|本来|一般)*不(?:打款|结算|上班|营业|出款|处理|办公|发款)")
"""A rule of the bank's or the desk's: weekends bring no money."""
_PAID_ON = compiled(
    r"^(?!.*(?<![a-z])(?:\w+n't|not|never|no|nothing|nor|yet|customers?|clients?|buyers?|guests?|he|she|(?:table"
    r"|room) \d{1,3})(?![a-z]))"
    rf".*(?<![a-z])(?:paid|arrived|came|credited|landed|deposited|(?:showed|turned) up|(?:received|got)\s{SUM})"
    rf"\s(?:out\s|in\s|me\s|with\s|{SUM}\s)*(?:on\s(?:the\s)?)?$"
    r"|(?<![a-z])(?:come|comes|arrives?)\s(?:on\s)?$"
)
_CHANGE_MADE = compiled(
    r"(?<![a-z])(?:change|switch|update|swap)\s(?:that\s|which\s)?(?:i|we|you)\s(?:made|did|requested|submitted"
    r"|asked for)"
    r"\s(?:on\s)?(?:the\s)?$"
)
_APPROVED = compiled(
    r"(?<![a-z])(?:(?<!\ue002 )approved|accepted|reviewed|verified|rejected|declined|(?:returned|bounced"
    r"|sent)(?: it)?(?: back)?(?<!sent)(?<!sent it))\s(?:on\s)?(?:the\s)?$"
)
_GOT = compiled(r"(?<![没未冇不能会要])(?<!没有)(?<!可以)(?:收到|拿到|查到|看到)了?$")
_CAME_IS = compiled(
    rf"(?<![没未冇不])(?:到账?了?|收到了?|来了?|[打给]了|进了?账?了?)(?:你们|[一两]笔|的?钱|{SUM}[块元]?)*[,\s]*"
    r"(?:[那这]个?笔?|一笔|其中)*(?:说|应该|好像|估计|看着)?(?:就?是|算)$"
)
_OF_THAT_DAY = compiled(r"^(?:的|那笔|那天的?|$|[,;])")
"""到账850是17号那笔: it came."""
_PAPERS = compiled(
    r"(?:执照|许可证|证件|身份证|印章|公章)(?:是|在)?$|(?:合同|协议)[^,;.]{0,8}$"
    r"|(?:装机|开户|开店|开业|签约|入网|进件)(?:日期?|时间)?[是在于:]?\s?$"
)
_SETTLED = compiled(r"^的?(?:那个|那件)?(?:问题|事情?|单子|工单)(?:已经?|都|早)?(?:解决|处理|搞定|弄好|结)")
_GOT_ONLY = compiled(
    r"(?<!n't )(?<!not )(?<!never )(?<![a-z])(?:i|we)\s(?:have\s|only\s|just\s)*(?:got|received)\s(?:only\s"
    r"|just\s)?(?:the\s)?$"
    r"|(?<![a-z])received\s?:\s(?:only\s|just\s)?(?:the\s)?$"
)
_SURELY = compiled(
    rf"^的?(?:钱|款|货款|营业款|那?笔)?(?:了|{SUM}(?=\s?(?:块|元)?(?:[,;]|了|$))"
    r"|(?<=[的钱款])(?=\s?(?:$|[,;])))(?!\s?[吗么没?])"
)
_DUE_BEFORE = compiled(r"(?:应该?|本来|按道理|按理|照理|理应|理论上|原本|正常)(?:来说|来讲|是|说|应该?|该|在|,|\s)*$")
_DUE_AFTER = compiled(r"^(?:就|会|能|要|可以|该)*(?:到(?!现|今|目前)|来(?!的)|入账|进账)")
_DUE = compiled(
    rf"^(?:就|本来|早就?)(?:应该?|该)(?:会|能)?(?:到|来|给|打|入账)|^应(?:清算|结算(?!{SUM})|入账|打款|划付)|^再不"
    r"|^应?该?(?:到账?|入账|进账)[^,;]{0,10}\(?(?:即|也就是|系)$"
)
"""Also 16号入账应为990(即15号交易): the day of the trade follows."""
_WILL_DO = compiled(
    r"(?<![a-z])(?:will|'ll|going to|gonna|plan\w* to|might|intend to)\s(?:have to\s|also\s|then\s)?(?:come|go|call"
    r"|visit|drop|ring|phone|complain|report|contact|see|show|stop|send|email|write|wait|be)(?![a-z])[^,;.]{0,40}?"
    r"\s(?:on\s|until\s|till\s)?(?:the\s)?$"
)


def is_due(before: str, after: str) -> bool:
    """True for 本来9号到: when the money should have come."""
    return _DUE.match(after) is not None or (_DUE_BEFORE.search(before) and _DUE_AFTER.match(after)) is not None


_SENT_BY_POST = compiled(r"^(?:才|刚|就|都)*(?:寄|邮|快递|到我手)")
_HOW_MUCH = compiled(r"^(?:一共|总共|实际)?(?:到账?|收到?|来|进|入账?|打)了?(?:多少|几[笔多块元])")
"""Asks what came on a day, and says of none that it is missing."""
_SYSTEM_SAYS = compiled(r"(?:系统|后台|app|短信|合同)[里上]?(?:写|显示|记|说)的?是?$")
_NOTHING = compiled(r"^[\s上的]*$")
_NOTICE_OF = compiled(
    r"(?<![a-z])(?:e-?mail|sms|message|letter|notice|notification|text|statement|chat)(?:\s(?:dated|of|from|on"
    r"|sent))*\s(?:the\s)?$"
)
_EVENT = compiled(
    r"(?<!\ue002 for the )(?<!\ue002 for a )(?<![a-z])(?:holidays?|festival|maintenance|outage|event|birthday"
    r"|wedding|meeting)\s(?:(?:on|of|from)\s(?:the\s)?)?$"
)
_NOTICE = compiled(r"^的?(?:那[条个封])?(?:短信|通知|邮件|消息|公告|对账单)(?!.{0,4}(?:没|未))")
_FAULTY = compiled(
    r"(?<![a-z])(?:machines?|terminals?|pos|devices?|printers?|internet|wifi|network|power|screen|app|system)(?:'s)?\s"
    r"[^,;.]{0,24}?(?:not work\w*|n't work\w*|broke\w*|down|dead|died|offline|faulty|stopped|fail\w*|fixed|repaired"
    r"|replaced|crashed|installed|out)[^,;.]{0,12}?\s(?:(?:since|on|from|until|till|by|last)\s)?(?:the\s)?$"
    r"|(?:^|[,;.]|(?<![a-z])and)\s?(?:\ue003\s)?(?:was|got|been|is|has been|had)\s(?:broken|fixed|repaired"
    r"|serviced|replaced|down|offline)"
    r"\s(?:since\s|on\s|by\s|from\s|until\s)?(?:the\s)?$"
)
_REPAIRED = compiled(
    r"^(?:那天|晚上|下午|上午|早上|才|刚|就|又|又?被)*(?:坏|修[好过了的]|送修|维修|死机|断网|断电|停电|停网|装机"
    r"|换机|掉线)"
)
"""What a terminal did or what was done to it is no trade."""
_REFUNDED = compiled(r"(?<![a-z])refund\w*\s[^,;.]{0,24}$|退[款货了][^,;.]{0,4}(?:是|在)$")

ROWS: tuple[tuple[SureRole, re.Pattern[str] | None, re.Pattern[str] | None], ...] = (
    ("trade", _ASKED_ABOUT, None),
    ("trade", _FEAST, _GIVEN),
    ("change", _CHANGE_MADE, None),
    ("neither", _APPROVED, None),
    ("received", _GOT, _SURELY),
    ("received", _CAME_IS, _OF_THAT_DAY),
    ("neither", _PAPERS, None),
    ("neither", None, _SETTLED),
    ("received", _GOT_ONLY, None),
    ("change", _EFFECTIVE, None),
    ("change", _NEW_CARD_FROM, None),
    ("change", _GAVE_YOU, None),
    ("change", _PAPERS_SENT, None),
    ("change", _APPLIED, _TO_CHANGE),
    ("change", _TYPED_IN, None),
    ("neither", _NOT_FROM, None),
    ("change", _CHANGE_NOUN, _NOT_OTHER),
    ("change", None, _HANDED_IN),
    ("neither", None, _OF_OTHER_THINGS),
    ("received", None, _EXCLUDED),
    ("received", _CAME_FOR, _NOT_ASKED),
    ("neither", None, _IS_FOR),
    ("received", _WAS_PAID_FOR, None),
    ("neither", _PAID_ON, None),
    ("neither", _DUE_BEFORE, _DUE_AFTER),
    ("neither", None, _DUE),
    ("neither", _WILL_DO, None),
    ("neither", None, _SENT_BY_POST),
    ("neither", None, _HOW_MUCH),
    ("neither", _SYSTEM_SAYS, _NOTHING),
    ("neither", _FAULTY, None),
    ("neither", _NOTICE_OF, None),
    ("neither", _EVENT, None),
    ("neither", None, _NOTICE),
    ("neither", _NOT_ASKED_WHY, _NEVER_THEN),
    ("neither", None, _REPAIRED),
    ("neither", _REFUNDED, None),
)

_ISSUED_BEFORE = compiled(
    r"(?<![a-z])new card (?:came|arrived|was delivered|turned up)[^,;.]{0,24}$|(?<![a-z])activated (?:it )?(?:on )?$"
    r"|新的?(?:卡|账户|银行卡)(?:是|就是)?$|(?<![a-z])new (?:\w+ )?(?:card|account)\s(?:on )?(?:the )?$"
)
_CARD_BEFORE = compiled(r"(?:卡|账户|户口|存折)(?:是|就是|在)?$")
_ISSUED_AFTER = compiled(r"^(?:才|刚)?(?:开|办|领|申请|补办?|拿到?|激活|下来)(?:的|到|好|下来)?")
_APPLIED = compiled(r"^(?:就|才)?(?:申请|提交|递|报备|交|填|上报)")
_FAILED = compiled(r"驳回|[没未不]通过|没过|退回|打回|[没未不]成功?|失败|[没未](?:换|改|绑)[成上好]|被拒")
_TAKES_EFFECT = compiled(r"^(?:就|才|已|显示|正式)*(?:生效|通过|启用|审核?通过|成功|换成功|改成功)")
_ITS_ARRIVAL = compiled(
    r"(?:倒是?|总算|终于|才|就|已经?|还|都|也)*(?:到了|收到|到账|没到|未到|没收|没有到|到(?=\s?(?:$|[,;])))"
)
_ITS_MONEY = compiled(rf"的(?:钱|款|货款|营业款|那?一?笔)?(?:{SUM}[块元]?)?")


def comes_on(earlier: str, later: str) -> str | None:
    """Of "15号的16号到了": ``received`` or ``trade`` for the first day; the second is when it came or should have."""
    found = _ITS_ARRIVAL.match(later) if _ITS_MONEY.fullmatch(earlier) else None
    return None if found is None else "trade" if re.search("没|未", found[0]) else "received"


_CAME_WITH_AFTER = compiled(
    rf"^(?:已经?|我|有)*(?:到账|入账|进账|收到|到了|来了|存入|转入|收入|到咗|收咗)了?(?:人民币|¥|\s|的是)*{SUM}"
)
_CAME_WITH_BEFORE = compiled(
    rf"(?<!not )(?<!n't )(?<!never )(?<!only )(?<!just )(?<![a-z])(?:received|got|credited|came in|deposited)"
    rf"\s(?:with\s|of\s|rmb\s|cny\s|the\s|my\s)*{SUM}\s(?:in\s|back\s)?on\s(?:the\s)?$"
)


def came_with_sum(before: str, after: str) -> bool:
    """True for "received 780 on the 12th", 12号到账780: beside a day that is missing it is the day of that sum."""
    if SUM in after and _CAME_WITH_AFTER.match(after) is not None:
        return True
    return SUM in before and _CAME_WITH_BEFORE.search(before) is not None


def is_applied_for(after: str) -> bool:
    """True for "8号递交": where another day is that of the effect (``takes_effect``), the change is dated by that."""
    return _APPLIED.match(after) is not None


def failed(after: str) -> bool:
    """True for "12号提交被驳回": that change was none."""
    return _FAILED.search(after) is not None


def takes_effect(after: str) -> bool:
    """True for 10号生效, 10号通过的."""
    return _TAKES_EFFECT.match(after) is not None


def is_issued(before: str, after: str) -> bool:
    """True for "新卡是1号办的": the bank's day, where another day says when it was registered here."""
    if _ISSUED_AFTER.match(after) is not None:
        return _CARD_BEFORE.search(before) is not None
    return after.isascii() and _ISSUED_BEFORE.search(before) is not None
