"""A reading that was learnt from labelled messages: for each thing to tell, how likely is every answer.

Multinomial logistic regression; what was learnt lies beside this module as text (``roles.weights``: a line for each
feature, its weights in hundredths). How it is made again: ``tests/teaching``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).resolve().parent / "roles.weights"
_SCALE = 100
"""A weight of 1 is written so."""


class Judged(NamedTuple):
    """The likeliest answer and how likely it is, from 0 to 1."""

    answer: str
    likelihood: float


class Learnt:
    """Weights of features for each of a few ``answers``."""

    def __init__(self, answers: Sequence[str], weights: Mapping[str, Sequence[tuple[int, int]]]) -> None:
        self.answers = tuple(answers)
        self._weights = weights
        self._start = [0] * len(answers)

    def judge(self, features: Iterable[str]) -> Judged:
        """The answer that the features speak for most."""
        scores = self._start.copy()
        get = self._weights.get
        for feature in features:
            if (weights := get(feature)) is not None:
                for place, weight in weights:
                    scores[place] += weight
        best = max(scores)
        likelihood = 1 / sum(math.exp((score - best) / _SCALE) for score in scores)
        return Judged(self.answers[scores.index(best)], likelihood)


@cache
def learnt() -> Mapping[str, Learnt]:
    """What was learnt, by what it tells: ``day``, ``sum``, ``intent``."""
    head, *lines = FILE.read_text(encoding="utf-8").splitlines()
    answers = json.loads(head)["answers"]
    weights: dict[str, dict[str, tuple[tuple[int, int], ...]]] = {kind: {} for kind in answers}
    for line in lines:
        kind, feature, *numbers = line.split("\t")
        weights[kind][feature] = tuple((place, int(number)) for place, number in enumerate(numbers) if number != "0")
    return {kind: Learnt(answers[kind], weights[kind]) for kind in answers}
