"""Telling entries apart by directions: linear discriminant analysis with a shrunk covariance, in plain arithmetic.

How far examples of one entry lie from their middle is assumed to be alike for all entries; what varies much within
entries then counts little between them. Solved at once, without steps.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from operator import mul, sub

SHRINK = 0.6
"""How much of the covariance is replaced by the same variance in every direction; 0.3 to 0.6 came out the same."""


class Discriminant:
    """Scores of classes for dense vectors.

    ``lines``: of each class its axis and, last, its offset; empty without rows.
    """

    def __init__(self, lines: Sequence[array[float]]) -> None:
        self.lines = lines

    @classmethod
    def of(cls, rows: Sequence[tuple[int, Sequence[float]]], size: int) -> Discriminant:
        """Learnt from labelled vectors of ``size`` classes."""
        held: list[list[Sequence[float]]] = [[] for _ in range(size)]
        for label, vector in rows:
            held[label].append(vector)
        middles = [[sum(column) / len(own) for column in zip(*own, strict=True)] for own in held]
        apart = [list(map(sub, vector, middles[label])) for label, vector in rows]
        inverse = _inverse(_shrunk(apart)) if apart else []
        lines = []
        for middle in middles:
            axis = [sum(map(mul, line, middle)) for line in inverse] if middle else []
            lines.append(array("d", [*axis, -sum(map(mul, axis, middle)) / 2] if axis else []))
        return cls(lines)

    def score(self, label: int, vector: Sequence[float]) -> float:
        """How well a vector fits a class; 0 when it never had a row."""
        line = self.lines[label]
        return sum(map(mul, line, vector)) + line[-1] if line else 0.0


def _shrunk(apart: Sequence[Sequence[float]]) -> list[list[float]]:
    """The covariance of vectors around their middles, shrunk; never singular."""
    columns = list(zip(*apart, strict=True))
    size = len(columns)
    spread = [[0.0] * size for _ in range(size)]
    for one, column in enumerate(columns):
        for other in range(one + 1):
            spread[one][other] = spread[other][one] = (1 - SHRINK) * sum(map(mul, column, columns[other])) / len(apart)
    mean = sum(spread[place][place] for place in range(size)) / size / (1 - SHRINK)
    for place in range(size):
        spread[place][place] += SHRINK * mean + 1e-6
    return spread


def _inverse(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """Gauss and Jordan; the matrix is positive definite, so no pivot is needed."""
    size = len(matrix)
    rows = [[*line, *(1.0 if place == number else 0.0 for place in range(size))] for number, line in enumerate(matrix)]
    for one in range(size):
        lead = rows[one][one]
        rows[one] = own = [value / lead for value in rows[one]]
        for other in range(size):
            factor = rows[other][one]
            if other != one and factor:
                rows[other] = [value - factor * by for value, by in zip(rows[other], own, strict=True)]
    return [row[size:] for row in rows]
