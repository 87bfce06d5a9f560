"""Money that came, but not as much as was due: 少到了, 多给我打了200, "got 4,870 but sales were 4,900"."""

from __future__ import annotations

from itertools import pairwise

from knowledge.message import Message
from knowledge.pastdays import DateMention
from knowledge.patterns import compiled

_PAID = r"(?:打|到|给|转|付|结|发|入|进|算|汇|划|来|存|还|返)"
TOO_MUCH_OR_LITTLE = compiled(
    rf"(?<![多一两三])[少短]了?{_PAID}(?:账|款|来)?了?(?!一?[笔单两几]|费|数民族)|{_PAID}(?:得|的|账|款|过来"
    rf"|咗)?的?(?:[少短](?:了|咗|太多|一截|一块)|有点少)(?!一?[笔单两几])"
    rf"|多(?:给|帮)?(?:我|我们|俺|咱)?{_PAID}(?:给)?(?:了|咗)?(?:我|我们)?(?:了|咗)?\s?\ue002"
    r"|(?:怎么|咋|为啥|为什么|点解|干嘛)[^,;!?\n]{0,4}(?:少了?|短了?|缺了?)(?!一?[笔单])\s?(?:$|[,;!?.]|\ue002"
    r"|这么多|那么多|好多|一截)"
    r"|(?<![a-z])(?:too (?:little|low|small|few|much)|not enough|(?:over|under)-?pa(?:id|y\w*)|(?:over"
    r"|under)payment|shortfall|short of"
    r"|less than|(?:what|explain|why)\s(?:\w+\s){0,3}?difference)(?![a-z])|差额|(?:相|还)差\s?\ue002|对账(?:有|差)"
    r"|\ue002[^;]{0,24}(?:bank|statement|account|app|card)\s(?:has |have |only |just )*(?:says?|shows?|got|has"
    r"|credited|paid|reads?|gave"
    r"|received?|booked)\s(?:only |just )?\ue002"
    r"|(?<![a-z])(?:got|received|paid|credited|came|arrived|in my (?:bank|account))\s(?:\w+\s){0,2}?(?:only "
    r"|just )?\ue002[^;]{0,24}"
    r"(?:sales?|sold|took|takings|turnover|total\w*|should|expect\w*|batch|charged|actual\w*|owed|real\w*|swiped"
    r"|customers? paid)(?![a-z])"
    r"[^;\ue002]{0,16}\ue002"
)
"""Paid less or more than was due, in any of the verbs for paying and either order."""
MORE_OR_LESS = compiled(r"[少短多差缺]|too |not enough|paid|pay|short|less than|difference|\ue002[^\ue002]*\ue002")
"""Without one of these the longer pattern finds nothing."""
_LEAST, _MOST_TAKEN_OFF = 10_00, 20
"""Minor units; one part in so many is the most that a fee takes off."""
_PAIR = 2
_FOR = compiled(r"(?:for|of|from)\s")
_JOINED = compiled(r"\s?(?:[、+/&,]|和|跟|与|分别|and)?\s?|.{0,6}(?:不是|打错|写成|not).{0,4}")
"""Between two sums that stand beside each other, or of which one is taken back."""


def is_net_said(message: Message) -> bool:
    """True where a sum and what may be left of it after a fee are said of one day: "刷3600 入3578.4"."""
    exact = [one for one in message.sums if one.minor is not None and one.minor >= _LEAST]
    for one, other in pairwise(exact):
        more, less = sorted((one.minor or 0, other.minor or 0), reverse=True)
        if less < more <= less + less // _MOST_TAKEN_OFF and not (
            _JOINED.fullmatch(message.text, one.end, other.start)
            or any(one.end <= day.start < other.start for day in message.days)
        ):
            return True
    return False


def is_net_of(message: Message, day: DateMention) -> bool:
    """True for "I was paid 2,940 for the 11th but it should be 3,000": the day of what was taken, not of its coming."""
    if len(message.sums) < _PAIR or _FOR.match(message.text, day.start) is None:
        return False
    its = [one for one in message.sums if one.minor and not message.text[one.end : day.start].strip()]
    return any(
        its[0].minor < (one.minor or 0) <= its[0].minor + its[0].minor // _MOST_TAKEN_OFF
        for one in message.sums
        if its and its[0].minor
    )
