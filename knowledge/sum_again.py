"""A sum that tells another one again: "15,000, a whole 15,000", "a bill of 1,366 … the 1,366 went nowhere"."""

from __future__ import annotations

from knowledge.amounts import AmountMention
from knowledge.message import Message
from knowledge.patterns import compiled
from knowledge.roles import DAY
from knowledge.sum_roles import SumRole
from knowledge.taken_back import SAID_WRONG

ON_ITS_DAY = compiled(rf"\s(?:in\s|back\s)?(?:on|of|for|from)\s(?:the\s)?{DAY}")
"""After a sum that came, beside another day: "received 780 on the 12th, where is the 13th"."""
_SAID_AGAIN = compiled(r"[\s,;!]*(?:整整|足足|我说的?是?|没错|对对?|嗯+|[这那]笔?)\s?")
_CALLED_OUT = compiled(r"[元块]?(?:啊|呀|呐|哪)?!")
_THAT_SAME = compiled(r"(?<![a-z])(?:the|that|this|those|my)\s(?:whole |same |full )?$|[那这]笔?¥?$")
_LACKS = compiled(
    r"[元块]?钱?(?:是?刷卡的?|的)?(?:就|还|都|也|却|一直|我|根本|愣是)*(?:没(?![问事])|未|不见|哪去|去哪|哪儿去|丢|呢)"
)
_NAMED_AGAIN = compiled(r"^[.;!]\s(?:the|that|this)\s$|(?<![a-z])(?:see|seen|had|got) no\s$")
"""Between the two: "3000. The 3000 from the 8th", "3000, and I see no 3000"."""
_SHOWN_TOO = compiled(
    r"(?:小票|单[子据]|手机|系统|后台|上面|上边|显示|打印的?|凭条)[^,;.]{0,4}也[是写显有]示?了?的?$"
    r"|(?<![a-z])(?:slip|receipt|screen|app|system) also (?:says|said|shows|showed|reads)\s$"
)
"""Between the two: what a slip or a screen says of the same sale."""
_WHERE_IS = compiled(
    rf"\s?(?:and |but |so )?(?:where's|where is|what about|how about)\s(?:the |my )?(?:{DAY}(?:'s)?)?\s?"
)
_ONE_MORE_SAID = compiled(r"(?<![a-z])(?:and|plus|also|another|both|other|second)(?![a-z])|还有|另|也|又|[和跟]")


def is_said_again(message: Message, was: tuple[AmountMention, SumRole], now: tuple[AmountMention, SumRole]) -> bool:
    """Whether the later sum is no further one beside the one before it."""
    (last, before), (one, role) = was, now
    if one.minor is None or last.minor != one.minor or (role == "traded" and before != "traded"):
        return False
    if _SAID_AGAIN.fullmatch(message.text, last.end, one.start):
        return True
    if _CALLED_OUT.match(message.text, last.end) and not message.text[: last.start].strip():
        return True  # 两万六啊!压着两万六不给我
    words = message.around(one.start)
    if _SHOWN_TOO.search(words.lead):
        return True
    if _WHERE_IS.fullmatch(words.before) and not any(day.start < last.start for day in message.days):
        return True  # "45 in fees on 2,000? And where's Monday's 2,000"
    if _is_told_missing(message, last, one):
        return True
    if SAID_WRONG.search(words.lead) or _NAMED_AGAIN.search(words.lead):
        return True
    if ON_ITS_DAY.match(words.after) or words.after.lstrip().startswith(DAY) or _ONE_MORE_SAID.search(words.lead):
        return False
    return _THAT_SAME.search(words.before) is not None


def _is_told_missing(message: Message, last: AmountMention, one: AmountMention) -> bool:
    """ "刷卡收了4100 前天的 4100哪去了": in a clause of its own what was taken is told to be missing."""
    words = message.around(one.start)
    said = words.before.strip().removeprefix("都").removeprefix("是")
    if said == DAY and message.days and message.days[0].start < last.start:
        return False  # each day's
    between = message.blanked[message.place(last.start) + 1 : message.place(one.start)].strip(" ,、")
    if said not in {"", DAY} or not between or _ONE_MORE_SAID.search(between) or "笔" in between or "单" in between:
        return False
    return _LACKS.match(words.after) is not None and _LACKS.match(message.around(last.start).after) is None
