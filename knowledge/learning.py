"""What entries are told apart by: how telling each feature is, weights by feature, and probabilities from scores.

Plain arithmetic, as serving needs it; the weights themselves are learnt in ``knowledge.regression``. ``Odds`` turns
scores into a probability (logistic regression by Newton's steps).
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from knowledge.features import KINDS
from knowledge.side_by_side import SHARE, SideBySide

Vector = Iterable[tuple[int, float]]

_COMMON = 0.15
"""A feature that has a weight for a greater share of the labels than this is faster side by side."""


class Terms:
    """The features seen and how telling each is: ``weight`` is the inverse document frequency, by kind."""

    def __init__(self, names: Sequence[str], weight: Sequence[float], unseen: float) -> None:
        self.index = {feature: number for number, feature in enumerate(names)}
        self.names = names
        self.weight = weight
        self.unseen = unseen

    @classmethod
    def of(cls, documents: Sequence[Counter[str]]) -> Terms:
        """What these documents teach."""
        seen: Counter[str] = Counter()
        for document in documents:
            seen.update(document.keys())
        size = len(documents) + 1
        weight = array("d", [math.log(1 + size / count) * KINDS[feature[0]] for feature, count in seen.items()])
        return cls(list(seen), weight, math.log(1 + size))

    def vector(self, document: Counter[str]) -> tuple[list[tuple[int, float]], float]:
        """The document as a vector of at most unit length, and the share of it that was ever seen.

        What was never seen makes the vector shorter: a question full of unknown words is near to nothing.
        """
        found: list[tuple[int, float]] = []
        known = unknown = 0.0
        for feature, count in document.items():
            number = self.index.get(feature)
            frequency = 1.0 if count == 1 else 1 + math.log(count)
            if number is None:
                value = frequency * self.unseen * KINDS[feature[0]]
                unknown += value * value
            else:
                value = frequency * self.weight[number]
                known += value * value
                found.append((number, value))
        size = math.sqrt(known + unknown) or 1.0
        return [(number, value / size) for number, value in found], known / ((known + unknown) or 1.0)


class Packed:
    """A vector that is kept for a while, in a tenth of the memory of a list of tuples."""

    __slots__ = ("numbers", "values")

    def __init__(self, vector: Sequence[tuple[int, float]]) -> None:
        self.numbers = array("I", [number for number, _ in vector])
        self.values = array("d", [value for _, value in vector])

    def __iter__(self) -> Iterator[tuple[int, float]]:
        return zip(self.numbers, self.values, strict=True)


class Columns:
    """A sparse matrix of weights by feature, for ``size`` labels, packed: as tuples it takes ten times the memory.

    Features that have a weight for many labels are kept side by side too.
    """

    __slots__ = ("_beside", "_common", "ends", "labels", "values")

    def __init__(self, size: int, labels: array[int], values: array[float], ends: array[int]) -> None:
        self.labels, self.values, self.ends = labels, values, ends
        self._beside = SideBySide(size)
        self._common = {
            number: self._beside.sparse(self[number])
            for number in range(len(ends) - 1)
            if ends[number + 1] - ends[number] > _COMMON * size
        }

    def __getitem__(self, number: int) -> Iterator[tuple[int, float]]:
        start, end = self.ends[number], self.ends[number + 1]
        return zip(self.labels[start:end], self.values[start:end], strict=True)

    def times(self, vector: Vector) -> list[float]:
        """The product with a vector that is 1 long at most: a number for each label."""
        labels, values, ends, common = self.labels, self.values, self.ends, self._common
        rare = []
        total = 0
        for number, value in vector:
            if number in common:
                total += round(value * SHARE) * common[number]
            else:
                rare.append((ends[number], ends[number + 1], value))
        sums = self._beside.sums(total)
        for start, end, value in rare:  # not by __getitem__: this is where a question spends most of its time
            for label, weight in zip(labels[start:end], values[start:end], strict=True):
                sums[label] += weight * value
        return sums


class Odds:
    """The probability of something from a few numbers."""

    def __init__(self, weights: Sequence[float]) -> None:
        self.weights = weights

    @classmethod
    def of(cls, rows: Sequence[tuple[Sequence[float], bool, float]], ridge: float = 1.0) -> Odds:
        """Learnt from what was given, whether it came true, and how much that row counts."""
        width = len(rows[0][0]) + 1 if rows else 1
        odds = cls([0.0] * width)
        for _ in range(12 if rows else 0):
            gradient = [-ridge * weight for weight in odds.weights]
            slopes = [[ridge if one == two else 0.0 for two in range(width)] for one in range(width)]
            for given, true, share in rows:
                values = (1.0, *given)
                chance = odds.chance(given)
                miss, slope = share * (true - chance), share * chance * (1 - chance)
                for one, value in enumerate(values):
                    gradient[one] += miss * value
                    line, part = slopes[one], slope * value
                    for two in range(one + 1):
                        line[two] += part * values[two]
            for one in range(width):
                for two in range(one):
                    slopes[two][one] = slopes[one][two]
            change = _solved(slopes, gradient)
            odds = cls([weight + step for weight, step in zip(odds.weights, change, strict=True)])
            if max(map(abs, change)) < 1e-6:
                break
        return odds

    def chance(self, given: Sequence[float]) -> float:
        """The probability, from 0 to 1."""
        total = self.weights[0] + sum(weight * value for weight, value in zip(self.weights[1:], given, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss' elimination; the matrix is positive definite, so no pivot is needed."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for one in range(size):
        for two in range(one + 1, size):
            factor = rows[two][one] / rows[one][one]
            for column in range(one, size + 1):
                rows[two][column] -= factor * rows[one][column]
    found = [0.0] * size
    for one in reversed(range(size)):
        known = sum(rows[one][column] * found[column] for column in range(one + 1, size))
        found[one] = (rows[one][size] - known) / rows[one][one]
    return found


def top(scores: Sequence[float], count: int) -> list[int]:
    """The classes with the highest scores, best first."""
    return sorted(range(len(scores)), key=lambda label: -scores[label])[:count]


def folds(labels: Sequence[int], count: int) -> list[int]:
    """A fold for each row, so that the rows of a class spread evenly."""
    seen: Counter[int] = Counter()
    placed = []
    for label in labels:
        placed.append(seen[label] % count)
        seen[label] += 1
    return placed
