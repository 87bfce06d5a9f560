"""The words of a blanked message: English words, single Chinese characters and marks; a day, a sum, a number is one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.roles import DAY, NUMBER, SUM

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*|\d[\d.,:]*|[^\s\d]")


@dataclass(slots=True, eq=False)
class Words:
    """``clauses``: the clause that each of ``words`` belongs to; ``places``: which are days, sums and numbers.

    ``strung``: the words, and between each two of them the two as one. ``all``: each of them once.
    """

    words: list[str]
    clauses: list[int]
    places: dict[str, list[int]]
    strung: list[str]
    all: frozenset[str]

    @classmethod
    def of(cls, blanked: str, breaks: Sequence[int], kinds: Sequence[str]) -> Words:
        """``breaks``: where clauses end; ``kinds``: what the numbers name, in order. Other digits are all alike."""
        words: list[str] = []
        clauses: list[int] = []
        places: dict[str, list[int]] = {DAY: [], SUM: [], NUMBER: []}
        clause, numbers, last = 0, iter(kinds), len(breaks)
        for found in _WORD.finditer(blanked):
            word = found[0]
            while clause < last and breaks[clause] < found.end():
                clause += 1
            if word in places:
                places[word].append(len(words))
                if word == NUMBER:
                    word += next(numbers, "")
            elif len(word) > 1 and word[0].isdecimal():
                word = "#"
            words.append(word)
            clauses.append(clause)
        strung = [""] * (2 * len(words) - 1)
        strung[::2] = words
        strung[1::2] = map(" ".join, pairwise(words))
        return cls(words, clauses, places, strung, frozenset(words))
