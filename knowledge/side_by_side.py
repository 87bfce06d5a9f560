"""Weights of many entries in one whole number, one beside the other: multiplied and added all at once.

A weight is written in 32 bits, in parts of ``SCALE``, and ``MIDDLE`` stands for nought; what it counts in a question is
written in parts of ``SHARE``. So sums from -128 to 128 fit: more than an entry's weights are long together, 23 at most
where 10,000 examples were learnt.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable

SCALE = 1 << 13
SHARE = 1 << 11
MIDDLE = 1 << 31


class SideBySide:
    """Packs and unpacks weights of ``size`` entries. Packed ones may be added, and multiplied by whole numbers."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._middle = int.from_bytes(array("I", [MIDDLE] * size).tobytes(), sys.byteorder)

    def packed(self, written: array[int]) -> int:
        """Weights as they are written, of 32 bits each."""
        return int.from_bytes(written.tobytes(), sys.byteorder) - self._middle

    def sparse(self, weights: Iterable[tuple[int, float]]) -> int:
        """Weights of some of the entries; the others' are nought."""
        written = array("I", [MIDDLE]) * self.size
        for label, weight in weights:
            written[label] = MIDDLE + round(weight * SCALE)
        return self.packed(written)

    def written(self, packed: int) -> array[int]:
        """As they are written."""
        return array("I", (packed + self._middle).to_bytes(4 * self.size, sys.byteorder))

    def sums(self, total: int) -> list[float]:
        """What weights times shares come to."""
        return [(number - MIDDLE) / (SCALE * SHARE) for number in self.written(total)]
