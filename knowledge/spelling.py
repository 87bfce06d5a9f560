"""Slips of the keyboard in Latin words: a word that is no word, but nearly one of the base's, is read as that."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.text import normalise
from knowledge.wordvectors import word_vectors

_WORD = re.compile(r"(?<![\w'])[a-z]{3,20}(?![\w'])")
MENDED = 6
"""So many words of a question are looked up; in whose every word is strange there is nothing to mend."""


class Spelling:
    """The words that a base is written in, commonest first: of two as near, the commoner was meant."""

    def __init__(self, words: Sequence[str]) -> None:
        self._known = frozenset(words)
        self._targets = [word for word in words if len(word) > 2 and word.isascii() and word.isalpha()]

    def mended(self, text: str) -> str:
        """The text, normalised, with slips mended. English words that the base does not use stay what they are."""
        left = MENDED

        def meant(found: re.Match[str]) -> str:
            nonlocal left
            word = found[0]
            if not left or word in self._known or word_vectors().knows(word):
                return word
            left -= 1
            slips = 1 if len(word) < 6 else 2
            near = process.extractOne(word, self._targets, scorer=OSA.distance, score_cutoff=slips)
            return str(near[0]) if near else word

        return _WORD.sub(meant, normalise(text))
