"""Messages of a flood in one message of the topic: how they are put together, and how one of them is told apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from markupsafe import Markup

from handlers.topics import Topics
from knowledge.markup import LIMIT, length
from knowledge.moves import RelayTogether
from storage.tickets import Link
from storage.unit import Unit

Lines = Sequence[tuple[int, str]]
"""Messages and their words, as Telegram HTML."""


def gathered(topics: Topics, move: RelayTogether, now: datetime) -> Iterator[tuple[str, Lines]]:
    """The words in pieces that each fit into a message, and which messages each piece is. No line is cut."""
    rest, media = list(move.words), len(move.media)
    room = LIMIT - length(digest(topics, (), now, count=len(rest) + media, media=media))
    while rest or media:
        size, taken = 0, 0
        while taken < len(rest) and (size := size + length(rest[taken][1]) + 1) <= room:
            taken += 1
        lines, rest = rest[: max(taken, 1)], rest[max(taken, 1) :]
        last = 0 if rest else media
        if lines and not taken:
            yield lines[0][1], lines  # as long as a message may be: it stands by itself
        else:
            yield digest(topics, lines, now, count=len(lines) + last, media=last), lines
        if not rest:
            return


def digest(topics: Topics, lines: Lines, now: datetime, *, count: int, media: int) -> str:
    """One message of the lines. ``count`` messages are meant, ``media`` of them follow as files."""
    said = [Markup(line) for _, line in lines]  # noqa: S704 (as Telegram gave it, or escaped)
    return str(topics.phrase("note_together", now, lines=said, count=count, media=media))


def changed(topics: Topics, html: str, now: datetime) -> str:
    """What one of them says now, marked as a change; without the mark where there is no room for it."""
    marked = str(topics.phrase("said_anew", now, words=Markup(html)))  # noqa: S704 (likewise)
    return marked if length(marked) <= LIMIT else html


def beside(unit: Unit, link: Link) -> list[Link]:
    """The other messages that have the same copy, in order."""
    shared = unit.tickets.links_of(*link.copy)
    return [each for each in shared if each.copy == link.copy and each.origin != link.origin]
