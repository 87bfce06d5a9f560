"""What a trained reading looks at: places beside a mention, and the words that stand there.

A feature is a place with one of its words; they are kept apart, because for hundreds of features a message it is
quicker to look each word up in the weights of its place than to make a name of both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

Features = list[tuple[str, Collection[str]]]
"""Places, each with the words that stand there; a feature that is no word at a place has the place ``PLAIN``."""

PLAIN = ""
ANYWHERE = "*"
ZONES = (">00", ">01", ">10", ">11", "<00", "<01", "<10", "<11")
"""After (``>``) or before a mention, on this or the other side of the next such one, in its own clause or beside it."""
_PLACES = frozenset({ANYWHERE, *ZONES})
_LENGTHS = sorted({len(place) for place in _PLACES}, reverse=True)


def names(features: Features) -> Iterator[str]:
    """Each feature by its name, as the weights are kept."""
    for place, words in features:
        for word in words:
            yield place + word


def place_of(name: str) -> str:
    """The place of a feature with that name."""
    return next((name[:length] for length in _LENGTHS if name[:length] in _PLACES), PLAIN)
