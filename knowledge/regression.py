"""Learning to tell entries apart: one softmax regression over pieces of words and over what words mean, together.

Begins with the middle of each entry's examples and follows the gradient example by example (Bottou 2010), with steps
that shorten evenly to nothing. Ten rounds do not settle altogether, which keeps the weights small. The order is the
same in every run. Only learning needs numpy: what serves does not import this module.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.directions import Directions, Meant
from knowledge.learning import Columns, Packed
from knowledge.side_by_side import MIDDLE, SCALE
from knowledge.wordvectors import WordVectors

Matrix = NDArray[np.float32]

CENTROID = 4.0
"""How long the middles are that learning begins with."""
STEP = 1.0
"""How far the first example moves the weights."""
SMOOTH = 0.05
"""This share of every example is taken to belong to all entries alike: none is fitted at any price."""
MEANING = 0.8
"""How much what words mean counts beside the words themselves."""
LEAST = 0.05
"""Weights below this are left out: most are, and they change next to nothing."""


def regression(
    rows: Sequence[tuple[int, Packed, Meant]], size: int, terms: int, vectors: WordVectors, rounds: int
) -> tuple[Columns, Directions]:
    """Weights of ``size`` entries: by term, and by what words mean."""
    examples, words, at = _examples(rows, vectors)
    weights = _middles([(label, numbers, values) for label, numbers, values, _ in examples], size, terms)
    every = np.arange(vectors.dimensions, dtype=np.uint32)
    meaning = _middles([(label, every, direction) for label, *_, direction in examples], size, vectors.dimensions)
    length = np.sqrt((weights**2).sum(0) + (meaning**2).sum(0))
    scale = np.float32(CENTROID) / np.where(length > 0, length, 1).astype(np.float32)
    weights *= scale
    meaning *= scale
    step, shorter = STEP, STEP / (rounds * len(examples) or 1)
    # an entry that has many examples is not asked for more often: how many it has explains itself here, not in weights
    many = np.bincount([label for label, *_ in examples], minlength=size)
    expected = np.log(np.maximum(many, 1)).astype(np.float32)
    order = np.random.RandomState(7)
    for _ in range(rounds):
        for place in order.permutation(len(examples)):
            label, numbers, values, direction = examples[place]
            scores = values @ weights[numbers] + direction @ meaning + expected
            chances = np.exp(scores - scores.max())
            miss = chances / chances.sum() - np.float32(SMOOTH / size)
            miss[label] -= np.float32(1 - SMOOTH)
            miss *= np.float32(-step)
            weights[numbers] += values[:, None] * miss
            meaning += direction[:, None] * miss
            step -= shorter
    directions = Directions(size, list(at), _written(words @ meaning), _written(np.float32(MEANING) * meaning))
    return _sparse(weights, size), directions


def _examples(
    rows: Sequence[tuple[int, Packed, Meant]], vectors: WordVectors
) -> tuple[list[tuple[int, NDArray[np.uint32], Matrix, Matrix]], Matrix, dict[int, int]]:
    """The rows as arrays, the vectors of all their words, and where each word's is among them."""
    places = sorted({place for _, _, meant in rows for place, _ in meant})
    at = {place: number for number, place in enumerate(places)}
    words = np.zeros((len(places), vectors.dimensions), np.float32)
    for number, place in enumerate(places):
        words[number] = vectors.row(place)
    words *= np.float32(MEANING)
    examples = []
    for label, packed, meant in rows:
        shares = np.array([share for _, share in meant], np.float32)
        direction = (
            shares @ words[[at[place] for place, _ in meant]] if meant else np.zeros_like(words, shape=words.shape[1])
        )
        numbers = np.frombuffer(packed.numbers, np.uint32)
        examples.append((label, numbers, np.array(packed.values, np.float32), direction))
    return examples, words, at


def _middles(examples: Sequence[tuple[int, NDArray[np.uint32], Matrix]], size: int, width: int) -> Matrix:
    sums = np.zeros((width, size), np.float32)
    for label, numbers, values in examples:
        sums[numbers, label] += values
    return sums


def _sparse(weights: Matrix, size: int) -> Columns:
    kept = np.abs(weights) >= LEAST
    ends = np.concatenate([[0], kept.sum(1).cumsum()])
    labels = np.nonzero(kept)[1]
    return Columns(
        size,
        array("I", labels.astype(np.uint32).tobytes()),
        array("f", weights[kept].tobytes()),
        array("I", ends.astype(np.uint32).tobytes()),
    )


def _written(weights: Matrix) -> array[int]:
    """As ``SideBySide`` writes them."""
    return array("I", (np.rint(weights * SCALE).astype(np.int64) + MIDDLE).astype(np.uint32).tobytes())
