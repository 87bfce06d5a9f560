"""What English and Chinese words mean, as directions: words that stand in for each other point the same way.

The vectors are distilled from sentence encoders and lie beside this package (``vectors/README.md``: from what, how,
and under which licences); a text's vector is the weighted sum of its words'. Weights are brought to length 1, not the
sum: so what a word gives is the same in every text, and can be reckoned beforehand. No network is run here.

Chinese text is taken apart into the longest words that have a vector, from the left; every usual character has one.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from operator import mul
from pathlib import Path
from typing import NamedTuple

from knowledge.text import normalise

FOLDER = Path(__file__).resolve().parent / "vectors"
FILES = (FOLDER / "en.bin", FOLDER / "zh.bin")
LONGEST = 4
"""So many characters has the longest Chinese word."""
_WORD = re.compile(r"[a-z][a-z']*|[\u4e00-\u9fff]+")
_ENDINGS = ("ing", "ed", "es", "s", "ly", "er", "d")
_EMPTY = 8
"""The commonest words (``a`` to ``was``) are left out: they count little, and they are much of all that is said."""
_SIGNED = bytes.maketrans(b"0123456789abcdef", bytes((*range(8), *range(248, 256))))
"""A hexadecimal digit stands for a signed number of four bits; as bytes of two's complement they are read at once."""


class Language(NamedTuple):
    """The words of a language, commonest first, their vectors, four bits a number, and each dimension's size."""

    words: Sequence[str]
    rows: bytes
    scales: Sequence[float]
    commonness: float

    @classmethod
    def read(cls, file: Path) -> Language:
        """What a file holds: a line of JSON, then the words, then the rows, both compressed."""
        head, _, body = file.read_bytes().partition(b"\n")
        told = json.loads(head)
        unpacker = zlib.decompressobj()
        words = unpacker.decompress(body).decode().split("\n")
        rows = zlib.decompress(unpacker.unused_data)
        return cls(words, rows, told["scales"], told["commonness"])

    def weights(self) -> list[float]:
        """What each word counts: its smooth inverse frequency, as frequency falls with rank."""
        return [
            1 - 1 / (1 + self.commonness * (rank + 1)) if rank >= _EMPTY else 0.0 for rank in range(len(self.words))
        ]


class WordVectors:
    """The vectors of the words of several languages, which have the same number of dimensions."""

    def __init__(self, languages: Sequence[Language]) -> None:
        self.dimensions = len(languages[0].scales)
        self._places: dict[str, int] = {}
        self._weights: list[float] = []
        self._begins: list[tuple[int, Language]] = []
        for language in languages:
            begin = len(self._weights)
            self._begins.insert(0, (begin, language))
            self._places.update((word, place) for place, word in enumerate(language.words, begin))
            self._weights += language.weights()

    def knows(self, word: str) -> bool:
        """Whether this is a word, or has a stem that is one."""
        return self._place(word) is not None

    def weighed(self, text: str) -> list[tuple[int, float]]:
        """The places of the words that mean something, and how much each counts. Common words count little."""
        weights = self._weights
        found = [(place, weights[place]) for place in self._found(normalise(text)) if weights[place]]
        length = math.sqrt(sum(weight * weight for _, weight in found))
        return [(place, weight / length) for place, weight in found]

    def row(self, place: int) -> list[float]:
        """The vector of the word at a place."""
        begin, language = next(each for each in self._begins if each[0] <= place)
        size, start = self.dimensions // 2, place - begin
        digits = language.rows[start * size : (start + 1) * size].hex().encode().translate(_SIGNED)
        return list(map(mul, memoryview(digits).cast("b"), language.scales))

    def vector(self, text: str) -> list[float] | None:
        """The direction of a text; None when it has no known word."""
        rows = [[weight * value for value in self.row(place)] for place, weight in self.weighed(text)]
        return list(map(sum, zip(*rows, strict=True))) if rows else None

    def _found(self, text: str) -> Iterator[int]:
        """The places of the words that have one."""
        for run in _WORD.findall(text):
            if run[0] <= "z":
                place = self._place(run.replace("'", ""))
                if place is not None:
                    yield place
            else:
                yield from self._chinese(run)

    def _chinese(self, run: str) -> Iterator[int]:
        start = 0
        while start < len(run):
            for end in range(min(start + LONGEST, len(run)), start, -1):
                place = self._places.get(run[start:end])
                if place is not None:
                    yield place
                    break
            start = end

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
def word_vectors() -> WordVectors:
    """The vectors that come with the program (some 40 ms when first asked for)."""
    return WordVectors([Language.read(file) for file in FILES])
