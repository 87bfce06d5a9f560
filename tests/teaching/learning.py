"""Multinomial logistic regression, learnt message by message (FTRL-Proximal, McMahan 2013): most weights stay zero.

Plain arithmetic in a fixed order, so that the same examples give the same weights.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

_RATE, _SLOWING, _TO_ZERO, _TO_SMALL, _ROUNDS = 0.15, 1.0, 1.2, 0.5, 8
_SETTLED = 1e-3
"""Where the answer is this certain, there is nothing more to learn."""

Weighed = tuple[list[str], str, float]
"""Features, the right answer, how much it counts."""


def learn(examples: Sequence[Weighed], answers: Sequence[str], to_zero: float = _TO_ZERO) -> dict[str, list[float]]:
    """The weights of each feature for the ``answers``, of those that have any."""
    names: dict[str, int] = {}
    rows = [
        ([names.setdefault(feature, len(names)) for feature in features], answers.index(answer), weight)
        for features, answer, weight in examples
    ]
    size = len(names)
    sums, squares, weights = ([[0.0] * size for _ in answers] for _ in range(3))
    lot, order = random.Random(1), list(range(len(rows)))
    for _ in range(_ROUNDS):
        lot.shuffle(order)
        for number in order:
            features, right, counts = rows[number]
            scores = [sum([own[feature] for feature in features]) for own in weights]
            best = max(scores)
            shares = [math.exp(score - best) for score in scores]
            whole = sum(shares)
            for place, share in enumerate(shares):
                slope = (share / whole - (place == right)) * counts
                if abs(slope) >= _SETTLED:
                    _step(sums[place], squares[place], weights[place], features, slope, to_zero)
    learnt = {name: [own[place] for own in weights] for name, place in names.items()}
    return {name: found for name, found in learnt.items() if any(found)}


def _step(
    sums: list[float], squares: list[float], weights: list[float], features: list[int], slope: float, to_zero: float
) -> None:
    for feature in features:
        before = math.sqrt(squares[feature])
        squares[feature] += slope * slope
        after = math.sqrt(squares[feature])
        total = sums[feature] + slope - (after - before) / _RATE * weights[feature]
        sums[feature] = total
        if abs(total) <= to_zero:
            weights[feature] = 0.0
        else:
            weights[feature] = -(total - math.copysign(to_zero, total)) / ((_SLOWING + after) / _RATE + _TO_SMALL)
