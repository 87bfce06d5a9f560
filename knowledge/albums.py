"""What Telegram lets stand together in an album: photos with videos, documents alone, music alone, two to ten.

And what becomes of a part that is edited while its album waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Protocol

from knowledge.postings import Part

MOST = 10
EXCHANGEABLE = ("photo", "animation", "video", "document", "audio")
"""Files that an edit may put in the place of others (Bot API, editMessageMedia)."""
_TOGETHER = {"photo": "seen", "video": "seen", "document": "document", "audio": "audio"}


class Message(Protocol):
    """A message that waits, with its files when they are known."""

    @property
    def message(self) -> int:
        """Its own id."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its files."""


def is_of(waiting: Message, message: int) -> bool:
    """Whether it is that message, or its album has that message as a part."""
    return message in (waiting.message, *(part.message for part in waiting.parts))


def exchanged(parts: tuple[Part, ...], edited: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts with those that were edited as they are now."""
    now = {part.message: part for part in edited}
    return tuple(now.get(part.message, part) for part in parts)


def albums(parts: Sequence[Part]) -> Iterator[tuple[Part, ...]]:
    """The parts in order, as few albums as may be; what fits into none stands alone."""
    for kind, run in groupby(parts, key=lambda part: _TOGETHER.get(part.kind)):
        same = tuple(run)
        size = MOST if kind else 1
        for first in range(0, len(same), size):
            yield same[first : first + size]
