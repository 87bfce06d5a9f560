"""Patterns that are tried only on words which hold a cue of theirs.

A pattern that begins with a look around is tried at every sign of a text. Its cue begins with plain signs, which a
search finds at once, and most messages hold the cues of few patterns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.patterns import compiled


@dataclass(frozen=True, slots=True)
class Cued:
    """A pattern with its cue. Wherever the pattern finds something, the cue stands in the same text."""

    cue: re.Pattern[str]
    pattern: re.Pattern[str]

    def finditer(self, text: str) -> Iterable[re.Match[str]]:
        """All that the pattern finds."""
        return self.pattern.finditer(text) if self.cue.search(text) else ()


def cued(cue: str, pattern: str) -> Cued:
    """Both compiled."""
    return Cued(compiled(cue), compiled(pattern))


def any_cue(*patterns: Cued) -> re.Pattern[str]:
    """Finds something wherever one of these finds something: looked for once before several of them are tried."""
    return compiled("|".join(one.cue.pattern for one in patterns))
