"""Words right after or before a day or a sum that say whether its money came: 到了, "never turned up", "received"."""

from __future__ import annotations

from knowledge.patterns import compiled

_PREFIX = (
    r"(?:\s|块|元|那笔?|那天|的|钱|货款|款|\ue002|、\ue002|,\s?\ue002,?|之|你们|他们|倒|却|是|也|又|都|已经?|早就?|就|刚|才|全|还"
    r"|一直|至今|每一?天|天天|每笔|[上中下]午|早上|晚上|今早|刚刚|到\ue001了?|到现在|到今天|到目前|仍|根本|我|给|连着|连续|起|开始|以后|之后|合?在?一起|一块儿?|一并|单独"
    r"|不知道?(?:为何|为什么|怎么|咋)|为什么|怎么|咋|偏偏|死活|硬是|愣是|始终|迟迟|压根|到底|完全"
    r"|这?[两三四几][天笔]|状态|结果|情况|status|state|'s|:|=|-|\)|one|ones|was|is|has|have|had|did|got|been"
    r"|already|all|both|that|it|were"
    r"|are|still"
    r"|now|sales?|money|payments?)*"
)
"""May stand between the day or the sum and these words."""
_PART = r"(?:[上下中]午|早上|晚上)?"
_THEN = rf"(?<=[的钱款笔们])\ue001{_PART}"
"""The day when the money of the day before it came, or should have."""
_CHINESE_CAME = (
    r"(?:收?到(?:了|账了?|咗)|收到|来了|有到|有收到|到齐|齐了|有了|有(?=\s?(?:$|[,;.\n]))|[进入]了?账了?|[进入]了(?!\s?[\ue002\d])"
    r"|已?结(?:算|清)?了|已(?:结|付|打|收|到|发|转|清)(?:算|账|款|讫)?|收讫|付清|清算了|[付发转]了(?=\s?(?:$|[,;.]))|结了|给了|打了|没问题|正常|对的|没错|不[差缺欠]|在呢|不用管|别管|不用查|[打进转]?(?:到|进)了?新(?:卡|账户)"
    r"|(?:隔天|次日|第二天|按时|准时|正常|当天|如期|照常|陆续|陆陆续续|顺利)(?:就|都|也)*(?:到|来|给|打|结|入|收)"
    rf"|(?P<day>\ue001){_PART}(?:倒是?|就|才|已经?)?到[的了]"
    r"|(?:(?:本?来?应?该|说好|原定)?\ue001(?:就|应?该)*到?账?的?,?(?:结果|可是?|但是?|却|,)*)?(?:一直)?(?:拖到|等到"
    r"|直到|到)?\ue001"
    rf"{_PART}才(?:来|到|给|收到|打|结)"
    rf"|{_THEN}(?:倒是?|就|已经?|都|一起|一块儿?|同时|统一|一次性)*(?:收到|到账?|来|给|打|结)(?:了|(?=\s?[,;]))"
    r"|到(?=\s?(?:$|[,;.\n)/]))|√)"
)
_ENGLISH_CAME = (
    r"(?:\ue001,? (?:and|but) (?:it |that )?(?:only )?(?:came|arrived|was paid)(?: in)? \ue001"
    r"|(?:,\s(?:it |that |which )?(?:has |have )?(?=came|come|arrived|landed))?"
    r"(?:(?:paid|came|arrived|received|landed) (?:ok|okay|fine|alright|safely)|paid|(?:came(?! short)|come)(?:\s(?:in"
    r"|through|fine))*|arrived|landed|received|fine|ok|okay|here|cleared"
    r"|credited"
    r"|settled|good|sorted|grand|in|turned up|showed up|through|yes|got it|arrive)"
    r"(?=\s?(?:$|[,;.!\n)/]|(?:but|except|apart from|other than|and|just|though|yesterday|today|at last"
    r"|finally|safely|already|now)(?![a-z])"
    r"|(?:on |by )?(?:the )?\ue001)))"
)
_HAS_NOT = (
    rf"(?:{_THEN}(?:还|又|都|也|就|仍|依然)*(?:没|未)(?:到|打|来|给|结|收)"
    r"|(?:没|未|冇)(?:有)?(?:到|收|进|来|入|结|给|打|付|发|清|见|影|钱|动静|消息|着落|[\s,;.!\n]|$)|不见|×|不到了|不行了|断了"
    r"|少了?(?=\s?(?:$|[,;\n]))|有问题|去?哪(?:儿|里)?(?:去|了)|(?:跑|上)?哪儿?里?去"
    r"|(?:到底|究竟)?(?:什么|啥|几|何)时候?(?:能|会|才)?(?:到|来|给|打|结)"
    r"|(?:怎么|咋|为啥|为什么)(?:就|还|都|一[分毛]|\s)*(?:没|未|冇|不[到见来]|一[分毛])|缺|差(?=\s?(?:$|[,;.]))"
    r"|(?:not|never|missing|unpaid|no(?![a-z])|stuck|hanging|lost|nowhere|outstanding|pending|absent|nothing|zero|nil"
    r"|the problem|a problem|problems?|should have (?:come|arrived|been)|bounced|failed|rejected|vanished|disappeared"
    r"|gone|awol|skipped|though(?=\s?(?:$|[,;.!?])))(?![a-z])|[a-z]+n't"
    r"|(?:that |which )?(?:i|we)(?:'m| am|'ve| have)? (?:still )?(?:missing|waiting|[a-z]+n't))"
)
CAME_AFTER = compiled(rf"{_PREFIX}(?:{_CHINESE_CAME}|{_ENGLISH_CAME})(?!\s?[吗么没?])")
"""``day``: the day when it came, as in 17号的昨天到的."""
LACKS_AFTER = compiled(_PREFIX + _HAS_NOT)
_SENTENCE = r"(?:^|[,;.:\n(]|(?<![a-z])(?:and|but))\s?"
_WHOSE = (
    r"(?:for\s|the\s|on\s|me\s|us\s|my\s|our\s|that\s|from\s|all\s|of\s|every\sday\s|money\s|payments?\s|payouts?\s"
    r"|takings\s"
    r"|sales\s)*$"
)
CAME_BEFORE = compiled(
    rf"{_SENTENCE}(?:i|we|you|they|have|has|'ve|already|did|only|just|\s)*(?<![a-z])"
    rf"(?:received|got|paid|sent|settled|credited|(?:can )?(?:only )?see|(?<='ve )had|(?<=have )had)\s{_WHOSE}"
)
LACKS_BEFORE = compiled(
    rf"{_SENTENCE}(?:what\s|i'm\s|we're\s|i|we|you|they|still|are|is|there's|\s)*(?<![a-z])"
    r"(?:(?:not|never|haven't|didn't|hasn't|don't have|no)\s(?:been\s)?(?:yet\s)?(?:received|got|get|had|paid"
    r"|credited|seen)?\s?"
    rf"|missing\s|skipped\s|left out\s|waiting (?:for|on)\s|no sign\s(?:of\s)?|where(?:'s| is| are)\s){_WHOSE}"
)
_ONLY = compiled(r"(?:只有?|就只?|唯独|仅有?)\s?$|(?<![a-z])(?:only|just)\s(?:for\s)?(?:the\s)?$")
BUT_NOT = compiled(r"[\s(),]*(?:but|and|just)?\s?not\s(?:yet\s)?(?:for\s|the\s)*$")
"""After a day that came: "got the 12th but not the 13th"."""


def told_apart(text: str, start: int, end: int) -> bool:
    """Whether one of two at ``start:end`` came: "got the 6th, the 7th is missing", "only the 14th, the 13th came"."""
    if LACKS_AFTER.match(text, end):
        return CAME_BEFORE.search(text[:start]) is not None
    return CAME_AFTER.match(text, end) is not None and _ONLY.search(text, 0, start) is not None
