"""Numbers that only count the points of a letter: "1、11月12日 1,860元；2、11月13日 2,045元", 1.终端 … 2.改卡 …"""

from __future__ import annotations

from itertools import pairwise

from knowledge.patterns import compiled

_SECOND = compiled(r"[\s;:,.!?)(元块到]2\s?[、)]|[\s;:,!?)(]2\.(?=\s?[^\d\s]|\s)")
_NUMBER = compiled(r"(?:^|(?<=[\s;:,.!?)(元块到]))(?P<number>[1-9])(?:\s?[、)]|\.(?=\D))")
_FEWEST, _NEAREST = 2, 6
"""Items, and signs between their numbers: "1、2、3号" counts nothing."""


def without_numbering(text: str) -> str:
    """Normalised ``text`` with a semicolon for each such number, where they run from 1 on; its length stays.

    Each point is a sentence of its own, and what counts it is neither a day nor a sum.
    """
    if _SECOND.search(text) is None:
        return text
    found = list(_NUMBER.finditer(text))
    counts = [int(one["number"]) for one in found]
    if len(found) < _FEWEST or counts != [*range(1, len(found) + 1)]:
        return text
    if any(later.start() - one.end() < _NEAREST for one, later in pairwise(found)):
        return text
    for one in found:
        text = text[: one.start()] + (";" if one.start() else " ").ljust(len(one[0])) + text[one.end() :]
    return text
