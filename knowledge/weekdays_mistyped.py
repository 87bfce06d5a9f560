"""English weekdays as they are mistyped: wensday, thrusday, mondy. A word near two of them, or near none, stays."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from knowledge.patterns import compiled

_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LIKE_ONE = compiled(r"(?<![a-z])(?P<name>[mtwfs][a-z]{2,8}(?:day|dy|dya|dey))(?=s?(?![a-z]))")
_LONG = 8
"""Letters of a name in which two slips leave it recognisable; in "friday" two would make it "payday"."""


def mend_weekdays(text: str) -> str:
    """``text`` in lower case with such words spelt rightly."""
    return _LIKE_ONE.sub(lambda found: _meant(found["name"]), text)


@lru_cache(maxsize=512)
def _meant(word: str) -> str:
    if word in _NAMES:
        return word
    near = process.extract(word, _NAMES, scorer=DamerauLevenshtein.distance, score_cutoff=2, limit=2)
    if not near or (len(near) > 1 and near[0][1] == near[1][1]):
        return word
    name, slips, _ = near[0]
    may_slip = 2 if len(name) >= _LONG and word.endswith("day") else 1
    return name if name[0] == word[0] and slips <= may_slip else word
