"""Which of those named before came, told by their order: 前三笔没到, "all but the last".

Works on blanked text, where every day and every sum is one sign; see ``knowledge.roles``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple

from knowledge.words_of_several import ALL, EXCEPT_IN_ORDER, ORDER, One, picked

_FARTHEST = 24
"""Characters between 都 or "all" and 除了 or "except"."""


class InOrder(NamedTuple, Generic[One]):
    """Those that came, or did not, and the others of their row."""

    these: list[One]
    others: list[One]
    came: bool


def told_in_order(
    blanked: str, row_before: Callable[[int], Sequence[One]], status: Callable[[int], bool | None]
) -> list[InOrder[One]]:
    """All such statements.

    ``row_before``: what was named before a place; ``status``: what the words from a place on say, came or did not.
    """
    told: list[InOrder[One]] = []
    for found in ORDER.finditer(blanked):
        left_out = EXCEPT_IN_ORDER.search(blanked, max(0, found.start() - _FARTHEST), found.start())
        came = status(found.end())
        if came is None and left_out is not None:
            came = _said_of_all(blanked, left_out.start(), status)
        row = row_before(found.start()) if came is not None else ()
        these = picked(found, row)
        if came is not None and these and len(these) < len(row):
            told.append(InOrder(these, [one for one in row if one not in these], came is (left_out is None)))
    return told


def _said_of_all(blanked: str, end: int, status: Callable[[int], bool | None]) -> bool | None:
    """What became of all, said before ``end``: 都到了除了最后一笔."""
    said = {status(found.end()) for found in ALL.finditer(blanked, max(0, end - _FARTHEST), end)} - {None}
    return said.pop() if len(said) == 1 else None
