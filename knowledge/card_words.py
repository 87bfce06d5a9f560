"""What words say around the digits of a card, in a few kinds: new, old, gone, paid to, changed, asked for …

The trained reading of cards looks at the kinds besides the words, so that it needs to meet each word less often.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.patterns import compiled

_ENGLISH = {
    "limit": r"limits?|caps?|capped|ceiling|quota|price|rate|fee|rent|salary|deposit",
    "instead": r"in(?:stead| place| lieu) of|rather than|as opposed to",
    "instead_after": r"instead",
    "replaced_by": r"(?:been |was |is |got |be |gets |being )(?:replac|swapp|chang|switch|substitut"
    r"|exchang)\w*(?: out)?",
    "replaces": r"replaced|replaces|replacing|has replaced|tak(?:es?|ing) over|took over|supersed\w*"
    r"|take the place",
    "replace": r"replac\w*|swap\w*|substitut\w*|exchang\w*|trad(?:e|ed|ing)",
    "change": r"chang\w*|switch\w*|mov(?:e|ed|ing|in)|updat\w*|rebound|re-?bind\w*|bound|re-?link\w*|link\w*"
    r"|migrat\w*"
    r"|transition\w*|upgrad\w*|set up|convert\w*",
    "becomes": r"became|becomes?|turn(?:ed)? into",
    "out": r"out|off|go away|needs? to go|removed?|delet\w*|retir\w*|drop\w*|ditch\w*|dump\w*|unlink\w*|unbind"
    r"|unbound|get rid of|leav(?:e|ing)",
    "in": r"in|onto|over to|comes? in",
    "gone": r"clos\w*|dead|lost|stolen|expir\w*|cancel\w*|shut\w*|frozen|froze|block\w*|gave up|give up|broken"
    r"|terminat\w*|gone|snapped|swallow\w*|no longer|don't use|not us\w+|defunct|deactivat\w*|eaten|ate"
    r"|stop (?:using|paying)|quit",
    "fresh": r"alive|active|live|valid|working|fresh|latest|reissued|re-issued|current one",
    "new": r"new(?:er|ly)?|replacement",
    "old": r"old(?:er)?|previous(?:ly)?|former(?:ly)?|prior|original(?:ly)?|ex|past",
    "before": r"before|used to(?: be)?|earlier|until|till|up to",
    "now": r"now|current(?:ly)?|today|at (?:the moment|present)|these days|presently|as of|from now on"
    r"|going forward",
    "from": r"from|away from|out of",
    "to": r"to|into",
    "on": r"on|with|by|for|at|under|using",
    "paid": r"paid|sent|went|land(?:ed|s|ing)?|credited|deposited|wired|transferred|remitted|goes|going"
    r"|arriv\w*|hit|paying|sending|fell|dropped into|pays",
    "pay": r"pay|send|go|credit|deposits?|wire|transfer|remit|receive|settle\w*",
    "should": r"should(?:'ve)?|must|supposed|ought|meant to|needs?|want\w*|would|i'd|like|please|pls|kindly|can"
    r"|could|wanna|make",
    "still": r"still|keeps?|again|continu\w*|always|why",
    "not": r"not|n't|no|never|isn't|wasn't|nope|ain't|don't|stop",
    "wrong": r"wrong|mistake|typo|oops|sorry|wait|mistyp\w*|misread|scratch|correction|error|mixed up"
    r"|swapped round",
    "really": r"actually|really|i mean|i meant|meant|correct(?:ly)?|right|it's|is|was|be|should be",
    "told": r"told|gave|given|registered|submitted|sent in|fil(?:l)?ed|typed|entered|keyed|asked|requested"
    r"|applied|application|form|approv\w*|review\w*|pending|put",
    "card": r"cards?|accounts?|acct|acc|a/c|iban|bank(?: card| account)?|debit|plastic",
    "tail": r"ending|ends?|ended|last (?:four|4|three|3|two|2)|digits?|tail|finish\w*|numbers?",
    "customers": r"customers?(?:'s)?|clients?|buyers?|guests?|patients?|shoppers?|visa|mastercard|tapped"
    r"|cardholder",
    "stranger": r"strangers?|who|whose|someone(?:'s)?|somebody(?:'s)?|wrong person",
    "kin": r"wife(?:'s)?|husband(?:'s)?|dad(?:'s)?|mum(?:'s)?|mom(?:'s)?|mother(?:'s)?|father(?:'s)?"
    r"|brother(?:'s)?|sister(?:'s)?|son(?:'s)?|daughter(?:'s)?|boss(?:'s)?|partner(?:'s)?",
    "counted": r"tickets?|case|order|auth\w*|code|phone|ref\w*|badge|room|invoice|batch|pin|flat|extension"
    r"|model|version|o'?clock|reg|plate|receipt|trace|version|error|year|hours|shop|store|unit|postcode|street"
    r"|road|cell|mobile|call",
    "money": r"money|sales?|payouts?|amounts?|yuan|rmb|sold|took|takings|swiped|charged|worth|total|revenue|fee"
    r"|rent|cash|owe\w*|missing|received|got",
    "mine": r"my|mine|our|ours|i|we",
}  # fmt: skip
_CHINESE = {
    "limit": r"额度|限额|上限|费率|单价|价格|房租|租金|工资|押金|版本",
    "instead": r"而不是|而非|取代|代替|替代|顶替|接替|替掉|替换|顶掉|顶",
    "change": r"换|改|变更|更|转|迁|挪|切|移|搬|绑|调|升级|过档",
    "out": r"解绑|解除|删|拿掉|去掉|下线|弄走|退掉|剔",
    "in": r"上线|启用|补上|加上|替上",
    "gone": r"注销|销户|销了|已销|作废|停用|挂失|丢|掉了|冻结|到期|过期|失效|废|不用|弃|关了|取消|不要|唔要"
    r"|唔用|消磁|吞|坏|没用|剪|断",
    "new": r"新|补办|刚办|先系",
    "old": r"旧|老(?!板|师|公|婆)|原|早前",
    "before": r"之前|以前|先前|从前|头先|前头|换前|改前|本来",
    "now": r"现在|如今|目前|而家|现时|这会儿|现用|现|往后|以后|今后|之后|从今后",
    "from": r"由|从|自",
    "take": r"把|将|拿|用|以|使",
    "to": r"到|至|成|为|做|去|落|返|与",
    "paid": r"[打转汇划]到?了|进了|入了|过数|过了|跑|去了|落了|错打|打去|打到|进到|入到|流|误入"
    r"|汇入|打入|仍汇|收的是|错入",
    "pay": r"打|转|汇|付|划|存|进|入|收|走|发|拨|结",
    "should": r"应|该|请|要|想|希望|拟|申请|麻烦|能|可以|得|先啱|才对|需",
    "still": r"还|仍|又|一直|却|仲|居然|怎么|点解|凭|为什么|为何|继续",
    "not": r"不|没|未|别|非|勿|无",
    "wrong": r"错|误|反|打漏|笔误|搞混|混|看花",
    "really": r"其实|实际|才是|先是|正确|是|系",
    "told": r"报备|登记|提交|递|交|填|报|录|审|批|备案|生效|上传|说",
    "card": r"卡|账户|户口|户|存折|折|账号|银行|建行|工行|农行|中行|招行|邮储|信用社",
    "tail": r"尾号?|末|后四|后三|后两|最后|号码|数字|结尾|尾数",
    "customers": r"客户|客人|顾客|顾|买家|消费者|信用卡|碌了|食客|病人|住客|刷的是",
    "stranger": r"谁|别人|人家|陌生|不认识|他人|第三方",
    "kin": r"老婆|老公|我妈|我爸|媳妇|闺女|儿子|丈母娘|爱人|前妻|女儿|老板娘|合伙人|妹|弟|姐|哥",
    "counted": r"单|授权|验证码|电话|手机|房|门牌|批次|年|工号|车牌|密码|版本|型号|报错|代码|编号|终端"
    r"|机|号机|流水|参考|凭证|点钟|取餐|桌",
    "money": r"钱|款|块|元|营业额|货|金额|刷|卖|笔|流水|房租|押金|手续费|现金|账",
    "mine": r"我|俺|咱|本店|敝",
}  # fmt: skip
_BY_WORD = "|".join(rf"(?P<{tag}>{words})" for tag, words in _ENGLISH.items())
_BY_SIGN = "|".join(rf"(?P<cn_{tag}>{words})" for tag, words in _CHINESE.items())
_TAGGED = compiled(
    r"(?P<sign>[\ue001-\ue003,.;:!?\n()/>→-])"
    rf"|(?=[a-z])(?<![a-z])(?:{_BY_WORD})(?![a-z])|(?=[\u4e00-\u9fff])(?:{_BY_SIGN})"
)
OWN, PAUSE = "T", "|"
"""Digits that may be a card's; where a clause ends."""
_SIGNS = dict.fromkeys(",.;:!?\n", PAUSE) | {"→": ">"}


def kinds_of_words(blanked: str, own: Sequence[int]) -> tuple[list[str], list[int]]:
    """The kinds one by one, signs among them; and which of them are the digits at the places ``own`` of ``blanked``."""
    kinds: list[str] = []
    places: list[int] = []
    wanted = frozenset(own)
    for found in _TAGGED.finditer(blanked):
        tag = found.lastgroup or ""
        if found.start() in wanted:
            places.append(len(kinds))
            kinds.append(OWN)
        elif tag == "sign":
            kinds.append(_SIGNS.get(found[0], found[0]))
        else:
            kinds.append(tag.removeprefix("cn_"))
    return kinds, places
