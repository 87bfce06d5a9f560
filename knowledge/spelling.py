"""Slips of the keyboard in Latin words: a word that is no word, but nearly one of the base's, is read as that."""

from __future__ import annotations

import re
from collections.abc import Collection

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.text import normalise
from knowledge.wordvectors import word_vectors

_WORD = re.compile(r"(?<![\w'])[a-z]{4,20}(?![\w'])")
MENDED = 6
"""So many words of a question are looked up; in whose every word is strange there is nothing to mend."""


class Spelling:
    """The words that a base is written in, for finding what was meant."""

    def __init__(self, words: Collection[str]) -> None:
        self._known = frozenset(words)
        self._targets = [word for word in words if len(word) > 3 and word.isascii() and word.isalpha()]

    def mended(self, text: str) -> str:
        """The text, normalised, with slips mended. English words that the base does not use stay what they are."""
        left = MENDED

        def meant(found: re.Match[str]) -> str:
            nonlocal left
            word = found[0]
            if not left or word in self._known or word_vectors().knows(word):
                return word
            left -= 1
            slips = 1 if len(word) < 7 else 2
            near = process.extractOne(word, self._targets, scorer=OSA.distance, score_cutoff=slips)
            return str(near[0]) if near else word

        return _WORD.sub(meant, normalise(text))
