"""A reading that was learnt from labelled messages: for each thing to tell, how likely is every answer.

Multinomial logistic regression. What was learnt lies beside this module, a compressed line of text for each feature
with its weights in hundredths. How it is made again: ``tests/teaching``, ``make teach``.
"""

from __future__ import annotations

import json
import math
import sys
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from knowledge.placed_words import ANYWHERE, PLAIN, ZONES, Features, place_of

FILE = Path(__file__).resolve().parent / "roles.weights"
_SCALE = 100
"""A weight of 1 is written so."""


class Judged(NamedTuple):
    """The likeliest answer and how likely it is, from 0 to 1."""

    answer: str
    likelihood: float


class Learnt:
    """Weights of features for each of a few ``answers``.

    All weights of a feature are kept in one whole number, one beside the other, so that one addition adds them all.
    Each has room for all features together, and twice: whatever is said, none runs over into the next.
    """

    def __init__(self, answers: Sequence[str], weights: Mapping[str, Sequence[int]]) -> None:
        self.answers = tuple(answers)
        most = max((sum(map(abs, column)) for column in zip(*weights.values(), strict=True)), default=0)
        bits = most.bit_length() + 2
        self._places = range(0, len(self.answers) * bits, bits)
        self._mask = (1 << bits) - 1
        packed: dict[str, dict[str, int]] = {place: {} for place in (PLAIN, ANYWHERE, *ZONES)}
        for name, numbers in weights.items():
            place = place_of(name)
            packed[place][sys.intern(name[len(place) :])] = self._side_by_side(numbers)
        self._weigh: dict[str, Callable[[str], int | None]] = {place: own.get for place, own in packed.items()}
        self._middle = self._side_by_side([1 << bits - 1] * len(self.answers))

    def _side_by_side(self, numbers: Sequence[int]) -> int:
        return sum(number << place for number, place in zip(numbers, self._places, strict=True))

    def judge(self, features: Features) -> Judged:
        """The answer that the features speak for most."""
        scores = self._scores(features)
        best = max(scores)
        likelihood = 1 / sum([math.exp((score - best) / _SCALE) for score in scores])
        return Judged(self.answers[scores.index(best)], likelihood)

    def likelihoods(self, features: Features) -> dict[str, float]:
        """How likely every answer is."""
        scores = self._scores(features)
        best = max(scores)
        shares = [math.exp((score - best) / _SCALE) for score in scores]
        whole = sum(shares)
        return {answer: share / whole for answer, share in zip(self.answers, shares, strict=True)}

    def _scores(self, features: Features) -> list[int]:
        weigh, mask = self._weigh, self._mask
        found = chain.from_iterable([map(weigh[place], words) for place, words in features])
        total = sum(filter(None, found), self._middle)
        return [total >> place & mask for place in self._places]


@cache
def learnt() -> Mapping[str, Learnt]:
    """What was learnt, by what it tells: ``day``, ``sum``, ``intent``, ``tail``."""
    return unpack(FILE.read_bytes())


def pack(answers: Mapping[str, Sequence[str]], weights: Mapping[str, Mapping[str, Sequence[int]]], rows: str) -> bytes:
    """As it is kept: a line of JSON with the answers and the digest of the ``rows``, then a line for each feature."""
    lines = [json.dumps({"answers": answers, "rows": rows})]
    for kind, own in weights.items():
        lines += ["\t".join([kind, feature, *map(str, numbers)]) for feature, numbers in own.items()]
    return zlib.compress("\n".join(lines).encode(), 9)


def rows_of(packed: bytes) -> str:
    """The digest of the rows that this was learnt from."""
    head = zlib.decompress(packed).partition(b"\n")[0]
    return str(json.loads(head)["rows"])


def unpack(packed: bytes) -> Mapping[str, Learnt]:
    """What ``pack`` kept."""
    head, *lines = zlib.decompress(packed).decode().split("\n")
    answers = json.loads(head)["answers"]
    weights: dict[str, dict[str, tuple[int, ...]]] = {kind: {} for kind in answers}
    for line in lines:
        kind, feature, *numbers = line.split("\t")
        weights[kind][feature] = tuple(map(int, numbers))
    return {kind: Learnt(answers[kind], weights[kind]) for kind in answers}
