"""What the meaning of words says for each entry: a linear model over word vectors, as serving needs it.

What a word says is the same in every question. So it is reckoned beforehand for the words that the examples have; for
other words each dimension's weights are kept.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from operator import mul

from knowledge.packing import Packer, Unpacker
from knowledge.side_by_side import SHARE, SideBySide
from knowledge.wordvectors import WordVectors

Meant = Sequence[tuple[int, float]]
"""Places of words and how much each counts: ``WordVectors.weighed``."""


class Directions:
    """``table`` has the weights of ``size`` entries for each word in ``places``, ``axes`` for each dimension.

    Both as ``SideBySide`` writes them.
    """

    def __init__(self, size: int, places: Sequence[int], table: array[int], axes: array[int]) -> None:
        self._beside = SideBySide(size)
        self._words = dict(zip(places, self._packed(table), strict=True))
        self._axes = self._packed(axes)

    def scores(self, words: Meant, vectors: WordVectors) -> list[float]:
        """What the words say for each entry."""
        known = self._words
        total = sum([round(share * SHARE) * known[place] for place, share in words if place in known])
        strange = [(vectors.row(place), share * SHARE) for place, share in words if place not in known]
        if strange:
            weighed = [[share * value for value in row] for row, share in strange]
            total += sum(map(mul, map(round, map(sum, zip(*weighed, strict=True))), self._axes))
        return self._beside.sums(total)

    def pack(self, packer: Packer) -> None:
        """Add all parts."""
        packer.numbers(array("I", self._words))
        for packed in (self._words.values(), self._axes):
            written = array("I")
            for number in packed:
                written += self._beside.written(number)
            packer.numbers(written)

    @classmethod
    def unpacked(cls, unpacker: Unpacker, size: int) -> Directions:
        """The parts that ``pack`` added, for ``size`` entries. Raises ``ValueError`` for others."""
        places, table, axes = unpacker.numbers("I"), unpacker.numbers("I"), unpacker.numbers("I")
        if len(table) != len(places) * size or len(axes) % max(size, 1):
            raise ValueError("this was learnt from other entries")
        return cls(size, places, table, axes)

    def _packed(self, written: array[int]) -> list[int]:
        size = self._beside.size
        return [self._beside.packed(written[start : start + size]) for start in range(0, len(written), size or 1)]
