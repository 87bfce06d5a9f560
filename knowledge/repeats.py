"""Example questions that say the same: given twice, they leave the ranker no way to tell two articles apart."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from knowledge import matching

MOST = 3


def found(text: str, among: Sequence[str]) -> tuple[tuple[int, bool], ...]:
    """Which of the texts, all in one comparable form, say the same as this one: place, and whether sign by sign."""
    near = process.extract(text, among, scorer=fuzz.ratio, score_cutoff=matching.SAME, limit=MOST)
    return tuple((place, score == 100) for _, score, place in near)
