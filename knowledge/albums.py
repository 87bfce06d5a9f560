"""What Telegram lets stand together in an album: photos with videos, documents alone, music alone, two to ten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from knowledge.postings import Part

MOST = 10
_TOGETHER = {"photo": "seen", "video": "seen", "document": "document", "audio": "audio"}


def albums(parts: Sequence[Part]) -> Iterator[tuple[Part, ...]]:
    """The parts in order, as few albums as may be; what fits into none stands alone."""
    for kind, run in groupby(parts, key=lambda part: _TOGETHER.get(part.kind)):
        same = tuple(run)
        size = MOST if kind else 1
        for first in range(0, len(same), size):
            yield same[first : first + size]
