"""Which day each sum of a message was taken on: 10号1100, "2,860 (17th)", "760 on the 11th".

Works on blanked text, where every day and every sum is one sign; see ``knowledge.roles``.
"""

from __future__ import annotations

from typing import NamedTuple

from knowledge.message import Message
from knowledge.patterns import compiled
from knowledge.roles import DAY, SUM

_FARTHEST = 40
_OF_DAY = compiled(
    r"\s?(?:块|元|yuan|rmb)?\s?(?:,?(?:[那这]个?|应该|就|说|都)*是"
    r"|\(|,?\s?(?:from|of|for|on|dated|dt)\s(?:the\s)?)"
)
_PREPOSITION = compiled(r"(?:on|from|of|for)\s")
_NO_MORE_OF_IT = compiled(
    r"[;\n!?/]|\.(?=\s|$)|到|没|未|冇|来了|另|其他|其余|剩|换|绑|(?<![a-z])(?:came|paid|missing|arrived|received"
    r"|others?|rest|but|not|outstanding|unpaid|owed|due|chang\w+"
    r"|switch\w+)(?![a-z])|n't"
)
"""Between a day and a sum: the sum is no longer that day's."""


class Mark(NamedTuple):
    """A day or a sum (``sign``), which one (``number``), and where its sign stands in the blanked words."""

    place: int
    sign: str
    number: int


def marks(blanked: str) -> list[Mark]:
    """All days and sums in the order said."""
    counts = {DAY: 0, SUM: 0}
    found: list[Mark] = []
    for place, one in enumerate(blanked):
        if one in counts:
            found.append(Mark(place, one, counts[one]))
            counts[one] += 1
    return found


def days_of_sums(message: Message, said: list[Mark]) -> dict[int, int]:
    """Of each sum that the words say the day of: its number -> the day's number."""
    blanked = message.blanked
    belongs: dict[int, int] = {}
    last: Mark | None = None
    for here, mark in enumerate(said):
        if mark.sign == DAY:
            last = mark
            continue
        after = said[here + 1] if here + 1 < len(said) else None
        if after is not None and after.sign == DAY and _is_of(message, mark, after):
            belongs[mark.number] = after.number
        elif last is not None and _goes_on(blanked, last.place + 1, mark.place):
            belongs[mark.number] = last.number
    return belongs


def _goes_on(blanked: str, start: int, end: int) -> bool:
    """True where nothing between a day and a sum ends what is said of the day."""
    return end - start < _FARTHEST and _NO_MORE_OF_IT.search(blanked, start, end) is None


def _is_of(message: Message, one: Mark, day: Mark) -> bool:
    """ "760 on the 11th", "2,860 (17th)"."""
    if _OF_DAY.fullmatch(message.blanked, one.place + 1, day.place):
        return True
    if message.blanked[one.place + 1 : day.place].strip():
        return False
    return _PREPOSITION.match(message.text, message.days[day.number].start) is not None
