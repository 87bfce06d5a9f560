"""What merchants say in place of an answer: that no card was changed, where to look, when the money will come."""

from __future__ import annotations

from knowledge.patterns import compiled
from knowledge.text import normalise

_NO_CHANGE = compiled(
    r"(?:我|我们|这边|最近|从来|一直|根本|压根|都|又|还|就|,|\s)*(?:没|没有|未)(?:换|改|变更|更换|动|换绑)过?"
    r"(?:的|我的)?(?:结算|银行|收款)?(?:卡|账户|账号)?(?:啊|呀|的|呢|哦|过|了|吧|[.!;\s])*"
    r"|(?:还是|一直是|就是)(?:用)?(?:原来|以前|之前|老)(?:的)?(?:那张)?卡(?:啊|呀|的|[.!;\s])*"
    r"|(?:i |we |i've |we've )?(?:didn't|did not|haven't|have not|never|not)(?: \w+)? chang(?:e|ed)"
    r"(?: (?:it|my|the|any|our|settlement|bank|card|account|anything|yet))*[.!\s]*"
    r"|no (?:card )?change[.!\s]*|(?:it's |still )?(?:the )?same (?:card|account)(?: as (?:before|ever|always))?[.!\s]*"
)
_IN_PASSING = compiled(
    r"(?<![有是果要])(?:没|没有|未)(?:换|改|更换)过?(?:结算|银行|收款)?卡(?=[,;.!\s]|$)|从来?没(?:有)?换过(?=[,;.!\s]|$)"
    r"|(?<![a-z])(?:i|we) (?:didn't|did not|haven't|have not|never) changed? "
    r"(?:it|(?:my|the|any|our) (?:\w+ )?(?:card|account))(?=[,;.!]|$| (?:and|but)(?![a-z]))"
)
_WHERE = compiled(
    r"哪[里儿看找有]|哪个(?:位置|地方|是)|(?:怎么|咋|如何)(?:看|找|查|知道|弄)|在哪|是哪个|什么是终端"
    r"|终端号?(?:码)?是(?:什么|啥|哪)|(?<![a-z])(?:where|how (?:do|can|to) (?:i |we )?(?:find|see|get|know)"
    r"|what(?:'s| is) (?:a |the |that |my )?terminal|which (?:number|one)|find (?:it|that))(?![a-z])"
)
_WHEN = compiled(
    r"多久|多长时间|几天|几时|何时|(?:什么|啥子?|甚么)时[候间]|啥时|哪(?:一)?天(?:能|会|可以|才)?(?:到|来|收|给|有|打|入|进)"
    r"|几号(?:能|会|可以|才)?(?:到|来|收|给|打|入|进)"
    r"|(?<![a-z])(?:when(?! (?:i|we) )|how (?:long|soon|many days)|what (?:day|time))(?![a-z])"
)
_OTHER_WAIT = compiled(
    r"审核|换卡|改卡|生效|回复|上班|客服|人工|退票|提现|办|(?<![a-z])(?:review|change|effective|reply|answer|open|agent|person)"
)
"""Something else is waited for than money."""
_ITS_NUMBER = compiled(r"终端|机号|设备|编号|号码|小票|(?<![a-z])(?:terminal|tid|number|id|it|that)(?![a-z])")
_NONE = compiled(
    r"(?:我|也|就|都|真的?|确实|实在)*(?:没有|没|无|没得|木有|不用填?|不需要|不填)(?:的|啊|呀|呢|了|[.!;\s])*"
    r"|(?:i )?(?:don't|do not|haven't) (?:have|got) (?:it|one|any|that)[.!]*|(?:there(?:'s| is) )?none[.!]*"
)
_RECORDS = r"(?:你们|银行|系统|登记|后台|上面|那边)?的?(?:记录|登记|系统|后台|数据|你们)(?:上|里)?的?"
_COUNTS, _BY = r"(?:为准|是?对的?|没错|准|来|算|才对)", r"(?:以|按照?|听|照|信|依)"
_WORDS_COUNT = (
    rf"(?:还是|就|应该|,)*(?:{_BY}我(?:自己)?(?:说|记|讲|写)?的?{_COUNTS}?|我(?:自己)?(?:说|记|讲|写)?的{_COUNTS})[吧啊.!]*"
    r"|我(?:没有?|不会|不可能)(?:记|说|搞|弄|看|写)?错的?[.!]*|我(?:很|非常|百分百)?(?:确定|肯定)(?:没错|没记错)?的?[.!]*"
    rf"|{_RECORDS}(?:肯定|是|搞|弄|记|写|登记|有)*(?:错|有误|不对|问题|不准)[了的吧.!]*"
    r"|i(?:'m| am) (?:right|sure|certain|positive|not wrong)[.!]*|(?:just )?trust me[.!]*"
    r"|(?:go with|use|take) (?:mine|me|my (?:date|word|answer|digits)|what i said)[.!]*"
    r"|(?:the |your )?(?:records?|system) (?:is|are|must be) (?:wrong|incorrect)[.!]*"
)
_RECORDS_COUNT = (
    rf"(?:那|就|还是|应该是?|,)*(?:{_BY}{_RECORDS}{_COUNTS}?|{_RECORDS}{_COUNTS})[吧啊.!]*"
    r"|(?:应该|可能|好像|那|是|哦|啊|抱歉|不好意思|,)*我(?:应该|可能|好像|是|真的?)*(?:记|说|搞|弄|写|看|填|打)[错混反岔]了?"
    r"[吧啊,.!]*(?:不好意思|抱歉)?"
    r"|(?:go with|use|take|trust|follow) (?:the|your) (?:records?|system|date in the records?)[.!]*"
    r"|(?:the |your )?(?:records?|system)(?:'s| is| are)? (?:right|correct)[.!]*|you(?:'re| are) right[.!]*"
    r"|(?:sorry,? )?(?:my (?:mistake|bad)|i (?:was wrong|got it wrong|misremembered|mixed (?:it|them) up))[.!]*"
)
_SIDES = (("words", compiled(_WORDS_COUNT)), ("records", compiled(_RECORDS_COUNT)))
_PLACES = (
    (0, r"第?[一1]个|上面(?:那个)?|前面?(?:那|一)?个|first(?: one)?|1st(?: one)?"),
    (1, r"第?[二2]个|second(?: one)?|2nd(?: one)?"),
    (2, r"第?[三3]个|third(?: one)?|3rd one"),
    (-1, r"下面(?:那个)?|后面?(?:那|一)?个|最后(?:那|一)?个|last(?: one)?"),
)
_PLACED = [(place, compiled(rf"(?:[是选就]|the |it's |that's )*(?:{said})[吧的.!]*")) for place, said in _PLACES]
_NAMED = (
    ("change_date", r"(?:换|改)卡(?:的)?(?:日期|日子|时间|那天)?|(?:card )?change(?: date)?|date of (?:the )?change"),
    ("trade_dates", r"(?:交易|刷卡|收款)(?:的)?(?:日期|日子|时间|那天)?|(?:trade|sales?) (?:dates?|days?)"),
    ("amounts", r"(?:没到的)?(?:金额|钱数?)|(?:missing )?(?:amount|money)|missing"),
    ("new_tail", r"(?:新卡|卡)?(?:的)?尾号|新卡|后四位|(?:new )?card(?: digits)?|(?:last )?(?:4 )?digits"),
)
_NAMING = [(slot, compiled(rf"(?:[是改选就]|the |it's |that's )*(?:{said})[吧的啊.!]*")) for slot, said in _NAMED]
_WHO = compiled(
    r"(?:请问|你好|那|,|\s)*(?:你们?|这|对面)?(?:到底)?是(?:不是)?(?:谁|哪位|哪里|什么人|个?机器人?|ai|自动回复|自动的|客服)"
    r"(?:还是(?:真?人|人工|客服))?(?:啊|呀|吗|么|呢|吧|在回|[?!.\s])*"
    r"|(?:who|what) (?:are you|is this|am i (?:talking|chatting|writing) (?:to|with))[?!.\s]*"
    r"|(?:are you|is this|am i (?:talking|chatting|writing) (?:to|with)) (?:an? )?(?:ro)?(?:bot|ai|machine|computer)"
    r"(?: or (?:an? )?(?:real )?(?:human|person))?[?!.\s]*"
)
_GIVES_NAMED = compiled(
    r"(?:[那这就,\s]|其实|应该|正确的?|我的?|没到的|不好意思|抱歉|(?:the|my|sorry|actually|correct|right)(?![a-z]))*"
    r"(?:(?:换卡|变更|交易|刷卡|收款)的?(?:日期|日子|时间|那天)?|日期|金额|(?:新?卡的?)?尾号|终端(?:编?号)?"
    r"|(?:missing )?amount|(?:(?:trade|sales?|change) )?(?:date|day)|(?:new )?card|(?:last )?(?:4 |four )?digits"
    r"|terminal(?: id| number)?)\s?"
    r"(?:其实|应该|actually |really )*(?:[是为:]|改成|(?:is|was|are|were|should be|ends (?:in|with))(?![a-z]))"
)
_DAY_WRONG = compiled(
    r"(?:日期|日子|时间|哪天)(?:也|还是|好像|都|我)*(?:不对|[说写填记打弄搞]?错了?|有误)[的了啊吧.!]*"
    r"|(?:the )?(?:date|day)(?: is|'s| was)(?: also| still)? (?:wrong|not right|incorrect)(?: too)?[.!]*"
)
_NEWS = compiled(
    r"(?:到|好|成|过|生效|结果|消息|完|变化|进展|打款|出款).{0,6}(?:(?:告诉|通知|提醒|叫|跟|和|同)(?:一下)?[我咱]|给我(?:[说讲发]|个信|消息|通知))"
    r"|(?:告诉|通知|提醒)我?(?:一声|一下)?.{0,6}(?:到账|生效|结果|好了|到了)(?:没有?|的话)?$"
    r"|(?<![a-z])(?:tell|notify|inform|alert|message|text|ping|remind|let) (?:me|us)(?: know)? (?:when|once|if|as soon)"
)
_NOT_THIS = (
    (
        "terminal_id",
        compiled(r"不是这(?:一)?(?:台|个(?:机器|终端))|(?<![a-z])not (?:this|that) (?:terminal|device|machine)"),
    ),
    ("trade_dates", compiled(r"不是这(?:一)?(?:天|几天|个日子)|(?<![a-z])not (?:this|that) day")),
    (
        "amounts",
        compiled(
            r"不是这(?:一)?(?:个数|个金额|么多)|^(?:没到的)?金额(?:也|还是|好像|都|我)*(?:不对|[说写填记打]?错了?|有误)"
            r"|(?<![a-z])not (?:this|that) (?:amount|sum)"
        ),
    ),
    ("new_tail", compiled(r"不是这(?:一)?张|(?<![a-z])not (?:this|that) card")),
)
_NONE_OF_THEM = compiled(
    r"(?:[一这两]个)?都不(?:是|改|对|用改?|要)(?:的|了|[.!])*|(?:算了,?|那|还是|就|先)*(?:不用|不要|不|别)改了?[吧.!]*"
    r"|(?:none|neither)(?: of (?:them|these))?[.!]*|leave (?:it|them)(?: as (?:it is|they are))?[.!]*"
)
_PHONE = compiled(
    r"(?:我的?|手机号?|电话|号码|my |phone |number |is |是|[:\s])*(?:\+?86[\s-]?)?1[3-9]\d(?:[\s-]?\d{4}){2}[\s.!;]*"
)
_BRIEF, _SHORT = 6, 24
"""Signs of a question without a word beside it; of one question alone."""


def says_no_change(text: str) -> bool:
    """Whether the words as a whole say that no card was changed."""
    return _NO_CHANGE.fullmatch(normalise(text)) is not None


def tells_no_change(text: str) -> bool:
    """Whether the words say among others that no card was changed."""
    return _IN_PASSING.search(normalise(text)) is not None


def has_none(text: str) -> bool:
    """Whether the words as a whole say that there is nothing to tell: 没有."""
    return _NONE.fullmatch(normalise(text)) is not None


def is_phone(text: str) -> bool:
    """Whether the words are a mobile number and nothing else."""
    return _PHONE.fullmatch(normalise(text)) is not None


def wants_news(text: str) -> bool:
    """Whether the words wish to hear of it when something comes."""
    plain = normalise(text)
    return len(plain) <= _SHORT * 2 and _NEWS.search(plain) is not None


def not_this(text: str) -> frozenset[str]:
    """The answers that short words call another's: 不是这台."""
    plain = normalise(text)
    return frozenset(slot for slot, pattern in _NOT_THIS if len(plain) <= _SHORT and pattern.search(plain))


def none_of_them(text: str) -> bool:
    """Whether the words turn down all that is offered."""
    return _NONE_OF_THEM.fullmatch(normalise(text)) is not None


def place_of(text: str) -> int | None:
    """Which of several things offered the words mean by its place: from 0 on, -1 the last one."""
    plain = normalise(text)
    return next((place for place, pattern in _PLACED if pattern.fullmatch(plain)), None)


def named(text: str) -> str | None:
    """The answer that the words name, without a value and without anything else."""
    plain = normalise(text)
    return next((slot for slot, pattern in _NAMING if pattern.fullmatch(plain)), None)


def side_of(text: str) -> str | None:
    """Where words and records differ: whose side is taken, ``records`` or ``words``; None without a word of it."""
    plain = normalise(text)
    return next((side for side, pattern in _SIDES if pattern.fullmatch(plain)), None) if plain else None


def calls_a_day_wrong(text: str) -> bool:
    """Whether the words as a whole call a day wrong without saying which of them."""
    return _DAY_WRONG.fullmatch(normalise(text)) is not None


def asks_who(text: str) -> bool:
    """Whether the words ask who or what the desk is."""
    return _WHO.fullmatch(normalise(text)) is not None


def gives_named(text: str) -> bool:
    """Whether the words begin by naming an answer and go on to say what it is: 金额是…, "the amount was …"."""
    return _GIVES_NAMED.match(normalise(text)) is not None


def asks_where(text: str) -> bool:
    """Whether the words ask where to find the number of a terminal."""
    plain = normalise(text)
    near = len(plain) <= (_SHORT if plain.isascii() else _BRIEF) or _ITS_NUMBER.search(plain) is not None
    return near and _WHERE.search(plain) is not None


def asks_when(text: str) -> bool:
    """Whether the words ask when the money will come, and hardly anything else."""
    plain = normalise(text)
    short = len(plain) <= (_SHORT * 2 if plain.isascii() else _SHORT)
    return short and _WHEN.search(plain) is not None and _OTHER_WAIT.search(plain) is None
