"""Sums that are told apart by the part of the day: "800 at lunch and 1,300 at dinner; lunch was paid"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.patterns import compiled
from knowledge.roles import SUM

_PART = compiled(
    r"早市|午市|晚市|早上|上午|中午|下午|晚上|夜里|(?<![a-z])(?:breakfast|brunch|lunch|dinner|supper|morning|afternoon|evening|night)"
    r"(?:time)?(?![a-z])"
)
_AFTER_SUM = compiled(r"\s?(?:at|in|over|from|for)\s(?:the\s)?$")
_BEFORE_SUM = compiled(rf"(?:的|那笔?|是|刷|收|卖|做|了|又|'s|we|i|took|did|made|sold|was|\s|:)*{SUM}")


def parts_called(blanked: str) -> Iterator[tuple[int, int]]:
    """Where the sign of a sum stands, and where words end that name it once more by its part of the day."""
    parts = list(_PART.finditer(blanked))
    if len(parts) < 2:
        return
    named: dict[str, int] = {}
    for part in parts:
        place = _its_sum(blanked, part)
        if place is not None:
            named.setdefault(part[0], place)
        elif part[0] in named:
            yield named[part[0]], part.end()


def _its_sum(blanked: str, part: re.Match[str]) -> int | None:
    after = _BEFORE_SUM.match(blanked, part.end())
    if after is not None:
        return after.end() - 1
    place = blanked.rfind(SUM, 0, part.start())
    between = blanked[place + 1 : part.start()]
    return place if place >= 0 and _AFTER_SUM.fullmatch(between) else None
