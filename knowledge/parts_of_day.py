"""Sums that are told apart by what they were called: "800 at lunch and 1,300 at dinner; lunch was paid", 就刷卡的没到.

What a sum is called stands right before it, or it is the part of the day after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from knowledge.patterns import compiled
from knowledge.roles import DAY, SUM

_PART = compiled(
    r"早市|午市|晚市|早上|上午|中午|下午|晚上|夜里|(?<![a-z])(?:breakfast|brunch|lunch|dinner|supper|morning|afternoon"
    r"|evening|night)"
    r"(?:time)?(?![a-z])"
)
_AFTER_SUM = compiled(r"\s?(?:at|in|over|from|for)\s(?:the\s)?$")
_BEFORE_SUM = compiled(rf"(?:的|那笔?|是|刷|收|卖|做|了|又|'s|we|i|took|did|made|sold|was|\s|:)*{SUM}")
_CALLED = compiled(
    r"(?P<name>[一-鿿]{2,4}?|(?<![a-z])[a-z]{3,}(?: \d{1,3})?)\s?(?:[收刷卖付]了?|是|的|有|was|paid|for|:)?\s?$"
)
_LONGEST = 12
_NO_NAME = compiled(
    r"还有|另外|一共|总共|其中|还差|应该|应收|实收|the|and|for|was|got|only|from|sold|took|total|just|but"
)
_ONLY_BEFORE = compiled(r"(?:只有?|就只?有?|唯独|单单|偏偏|(?<![a-z])only)(?:是|那|the|\s)*$")
_FEWEST = 2


class Called(NamedTuple):
    """A sum whose name is said once more: where its sign stands, where the name ends, whether "only" is said of it."""

    place: int
    end: int
    only: bool


def parts_called(blanked: str) -> Iterator[Called]:
    """Every sum that is named once more by its part of the day, or by the word right before it."""
    parts = list(_PART.finditer(blanked))
    named: dict[str, int] = {}
    for part in parts if len(parts) >= _FEWEST else ():
        place = _its_sum(blanked, part)
        if place is not None:
            named.setdefault(part[0], place)
        elif part[0] in named and blanked[part.start() - 1] != DAY:
            yield Called(named[part[0]], part.end(), _ONLY_BEFORE.search(blanked, 0, part.start()) is not None)
    yield from _named_again(blanked)


def _its_sum(blanked: str, part: re.Match[str]) -> int | None:
    after = _BEFORE_SUM.match(blanked, part.end())
    if after is not None:
        return after.end() - 1
    place = blanked.rfind(SUM, 0, part.start())
    between = blanked[place + 1 : part.start()]
    return place if place >= 0 and _AFTER_SUM.fullmatch(between) else None


def _named_again(blanked: str) -> Iterator[Called]:
    """ "微信400,支付宝260,刷卡1900,就刷卡的没到": each name is one sum's alone, and is said after the last sum."""
    ends = [place for place, sign in enumerate(blanked) if sign == SUM]
    last = ends[-1] + 1 if len(ends) >= _FEWEST else len(blanked)
    if not blanked[last:].strip():
        return
    for place in ends:
        for found in (_CALLED.match(blanked, start, place) for start in range(max(0, place - _LONGEST), place)):
            if found is None:
                continue
            name = found["name"]
            again = blanked.find(name, last)
            if again < 0 or blanked[again - 1] == DAY or _NO_NAME.search(name) or blanked.count(name, 0, last) > 1:
                continue
            yield Called(place, again + len(name), _ONLY_BEFORE.search(blanked, 0, again) is not None)
            break
