"""What the meaning of words says for each entry: a linear model over word vectors, as serving needs it.

What a word says is the same in every question. So it is reckoned beforehand for the words that the examples have; for
other words each entry's direction is kept.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul

from knowledge.packing import Packer, Unpacker
from knowledge.wordvectors import WordVectors

Meant = Sequence[tuple[int, float]]
"""Places of words and how much each counts: ``WordVectors.weighed``."""


@dataclass(frozen=True, slots=True)
class Directions:
    """``table`` has a number of each entry for each word, from where ``rows`` says; ``axes`` each entry's direction."""

    rows: Mapping[int, int]
    table: array[float]
    axes: Sequence[array[float]]

    def scores(self, words: Meant, labels: Sequence[int], vectors: WordVectors) -> list[float]:
        """What the words say for each of these entries."""
        table, rows = self.table, self.rows
        told = [(rows[place], share) for place, share in words if place in rows]
        scores = [sum([share * table[row + label] for row, share in told]) for label in labels]
        strange = [(vectors.row(place), share) for place, share in words if place not in rows]
        if strange:
            weighed = [[share * value for value in row] for row, share in strange]
            direction = list(map(sum, zip(*weighed, strict=True)))
            for number, label in enumerate(labels):
                scores[number] += sum(map(mul, direction, self.axes[label]))
        return scores

    def pack(self, packer: Packer) -> None:
        """Add all parts."""
        packer.numbers(array("I", self.rows))
        packer.numbers(self.table)
        for axis in self.axes:
            packer.numbers(axis)

    @classmethod
    def unpacked(cls, unpacker: Unpacker, size: int) -> Directions:
        """The parts that ``pack`` added, for ``size`` entries. Raises ``ValueError`` for others."""
        places, table = unpacker.numbers("I"), unpacker.numbers("f")
        if len(table) != len(places) * size:
            raise ValueError("this was learnt from other entries")
        rows = {place: number * size for number, place in enumerate(places)}
        return cls(rows, table, [unpacker.numbers("f") for _ in range(size)])
