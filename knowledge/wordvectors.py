"""What English words mean, as directions: words that stand in for each other point the same way.

The vectors are distilled from a sentence encoder and lie beside this package (``vectors/README.md``: from what, how,
and under which licence); a text's vector is the weighted sum of its words'. No network is run here.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from operator import mul
from pathlib import Path

from knowledge.text import normalise

FILE = Path(__file__).resolve().parent / "vectors" / "en.bin"
_WORD = re.compile(r"[a-z][a-z']*")
_ENDINGS = ("ing", "ed", "es", "s", "ly", "er", "d")
_MET = 1000
"""How many words are kept unpacked: three megabytes at most."""
_EMPTY = 8
"""The commonest words (``a`` to ``was``) are left out: they count little, and they are much of all that is said."""
_SIGNED = bytes.maketrans(b"0123456789abcdef", bytes((*range(8), *range(248, 256))))
"""A hexadecimal digit stands for a signed number of four bits; as bytes of two's complement they are read at once."""


class WordVectors:
    """Vectors by word, four bits a number; ``scales`` bring each dimension back to its size."""

    def __init__(self, words: Sequence[str], rows: bytes, scales: Sequence[float], commonness: float) -> None:
        self.dimensions = len(scales)
        self._places: Mapping[str, int] = {word: place for place, word in enumerate(words)}
        self._rows = rows
        self._scales = scales
        self._commonness = commonness
        self._met: dict[str, list[float] | None] = {}

    @classmethod
    def read(cls, file: Path) -> WordVectors:
        """The vectors of a file: a line of JSON, then the words (commonest first), then the rows, both compressed."""
        head, _, body = file.read_bytes().partition(b"\n")
        told = json.loads(head)
        unpacker = zlib.decompressobj()
        words = unpacker.decompress(body).decode().split("\n")
        rows = zlib.decompress(unpacker.unused_data)
        return cls(words, rows, told["scales"], told["commonness"])

    def knows(self, word: str) -> bool:
        """Whether this is a word, or has a stem that is one."""
        return self._place(word) is not None

    def vector(self, text: str) -> list[float] | None:
        """The direction of a text, of length 1; None when it has no known word. Common words count little."""
        met = self._met
        found = (met[word] if word in met else self._meet(word) for word in _WORD.findall(normalise(text)))
        rows = [row for row in found if row is not None]
        if not rows:
            return None
        total = list(map(sum, zip(*rows, strict=True)))
        length = math.sqrt(sum(map(mul, total, total)))
        return [value / length for value in total] if length else None

    def _meet(self, word: str) -> Sequence[float] | None:
        """A word's weighted vector, kept for the next time: people say the same words again and again."""
        if len(self._met) >= _MET:
            self._met.clear()
        place = self._place(word.replace("'", ""))
        if place is None or place < _EMPTY:
            self._met[word] = None
            return None
        weight = 1 - 1 / (1 + self._commonness * (place + 1))
        row = self._rows[place * self.dimensions // 2 : (place + 1) * self.dimensions // 2]
        signed = memoryview(row.hex().encode().translate(_SIGNED)).cast("b")
        found = self._met[word] = [weight * value * scale for value, scale in zip(signed, self._scales, strict=True)]
        return found

    def _place(self, word: str) -> int | None:
        """Where a word is, or else its stem: ``topped`` is found at ``top``, ``charges`` at ``charge``."""
        found = self._places.get(word)
        if found is not None or len(word) < 5:
            return found
        for ending in _ENDINGS:
            if word.endswith(ending):
                bare = word[: -len(ending)]
                doubled = bare[:-1] if bare[-2:-1] == bare[-1:] else bare
                for stem in (bare, f"{bare}e", doubled, f"{bare[:-1]}y" if bare.endswith("i") else bare):
                    found = self._places.get(stem) if len(stem) > 2 else None
                    if found is not None:
                        return found
        return None


@cache
def english() -> WordVectors:
    """The vectors that come with the program (20 ms when first asked for)."""
    return WordVectors.read(FILE)
