"""What became of support groups: a new id, or no room for more topics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.moments import restored, stored
from storage.statements import Statement, Wire, p
from storage.tables import groups


@dataclass(frozen=True, slots=True)
class KeptGroup:
    """A group of which something is known. ``moved_to``: the id that it has now; ``full_at``: no topics since then."""

    chat: int
    moved_to: int | None = None
    full_at: datetime | None = None


_g = groups.c
_ALL = Statement(lambda _: select(_g.chat, _g.moved_to, _g.full_at))
_MOVED = Statement(
    lambda insert: (
        insert(groups)
        .values(chat=p("of"), moved_to=p("to"))
        .on_conflict_do_update(index_elements=["chat"], set_={"moved_to": p("to")})
    )
)
_FULL = Statement(
    lambda insert: (
        insert(groups)
        .values(chat=p("of"), full_at=p("since"))
        .on_conflict_do_update(index_elements=["chat"], set_={"full_at": p("since")})
    )
)


class KeptGroups:
    """The groups, within one unit of work."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def all(self) -> tuple[KeptGroup, ...]:
        """Every group of which something is known."""
        rows = self._wire.run(_ALL).fetchall()
        return tuple(KeptGroup(row[0], row[1], restored(row[2])) for row in rows)

    def moved(self, old: int, new: int) -> None:
        """The group has another id now."""
        self._wire.run(_MOVED, of=old, to=new)

    def full(self, chat: int, at: datetime) -> None:
        """The group takes no more topics."""
        self._wire.run(_FULL, of=chat, since=stored(at))
