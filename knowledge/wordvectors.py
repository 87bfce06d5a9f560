"""What English words mean, as directions: words that stand in for each other point the same way.

The vectors are distilled from a sentence encoder and lie beside this package (``vectors/README.md``: from what, how,
and under which licence); a text's vector is the weighted sum of its words'. Weights are brought to length 1, not the
sum: so what a word gives is the same in every text, and can be reckoned beforehand. No network is run here.
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

    def weighed(self, text: str) -> list[tuple[int, float]]:
        """The places of the words that mean something, and how much each counts. Common words count little."""
        places = [self._place(word.replace("'", "")) for word in _WORD.findall(normalise(text))]
        # what a place counts is its smooth inverse frequency, as frequency falls with rank
        found = [(at, 1 - 1 / (1 + self._commonness * (at + 1))) for at in places if at is not None and at >= _EMPTY]
        length = math.sqrt(sum(weight * weight for _, weight in found))
        return [(place, weight / length) for place, weight in found]

    def row(self, place: int) -> list[float]:
        """The vector of the word at a place."""
        size = self.dimensions // 2
        digits = self._rows[place * size : (place + 1) * size].hex().encode().translate(_SIGNED)
        return list(map(mul, memoryview(digits).cast("b"), self._scales))

    def vector(self, text: str) -> list[float] | None:
        """The direction of a text; None when it has no known word."""
        rows = [[weight * value for value in self.row(place)] for place, weight in self.weighed(text)]
        return list(map(sum, zip(*rows, strict=True))) if rows else None

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
