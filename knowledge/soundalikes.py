"""Chinese typed by its sound: a pair of characters that is no word, but sounds like a pair of the base's, is that.

What is exchanged has to be part of no word. Besides it has to be in no example, or what it becomes has to be a word.
Clean questions stay as they are (about 1 of 100 was changed when this was tried).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge.sounds import sound
from knowledge.wordvectors import LONGEST, word_vectors

_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")


class SoundAlikes:
    """The pairs of characters that a base is written in, commonest first: of two that sound the same the commoner."""

    def __init__(self, pairs: Iterable[str]) -> None:
        self._pairs: set[str] = set()
        self._characters: set[str] = set()
        self._by_sound: dict[tuple[str, str], str] = {}
        for pair in pairs:
            self._pairs.add(pair)
            self._characters.update(pair)
            self._by_sound.setdefault((sound(pair[0]), sound(pair[1])), pair)

    def mended(self, text: str) -> str:
        """The text, normalised before, with what sounds like the base's pairs as the base writes it."""
        return _RUN.sub(self._meant, text)

    def _meant(self, found: re.Match[str]) -> str:
        run = found[0]
        bound = self._bound(run)
        for start in range(len(run) - 1):
            pair = run[start : start + 2]
            meant = None if self._is_word(pair) else self._by_sound.get((sound(pair[0]), sound(pair[1])))
            if meant is None:
                continue
            changed = [at for at in range(2) if pair[at] != meant[at]]
            strange = self._characters.isdisjoint(pair[at] for at in changed)
            if not any(start + at in bound for at in changed) and (strange or word_vectors().knows(meant)):
                run = run[:start] + meant + run[start + 2 :]
        return run

    def _bound(self, run: str) -> set[int]:
        """Where characters are part of a word."""
        pairs = [(start, 2) for start in range(len(run) - 1) if self._is_word(run[start : start + 2])]
        longer = [
            (start, size)
            for size in range(3, LONGEST + 1)
            for start in range(len(run) - size + 1)
            if word_vectors().knows(run[start : start + size])
        ]
        return {place for start, size in [*pairs, *longer] for place in range(start, start + size)}

    def _is_word(self, pair: str) -> bool:
        return pair in self._pairs or word_vectors().knows(pair)
