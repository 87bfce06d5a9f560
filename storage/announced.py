"""Incidents that supervisors announced: every process sees them with its next look."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, text, update

from knowledge.incidents import Announced, Wanted
from storage.moments import restored, stored
from storage.statements import Statement, Wire, p
from storage.tables import announced

_a = announced.c
_COLUMNS = (
    _a.number, _a.scope, _a.name, _a.title, _a.starts_at, _a.until, _a.announced_by, _a.by_name, _a.ended_at,
)  # fmt: skip
_OPEN = text("closed = 0")
_ADD = Statement(
    lambda insert: (
        insert(announced)
        .values(
            scope=p("about"), name=p("named"), title=p("said"), starts_at=p("at"), until=p("last"),
            announced_by=p("person"), by_name=p("called"), closed=text("0"),
        )
        .returning(_a.number)
    )
)  # fmt: skip
_GOING_ON = Statement(
    lambda _: (
        select(*_COLUMNS)
        .where(_OPEN, _a.until > p("now"), or_(_a.ended_at.is_(None), _a.ended_at > p("now")))
        .order_by(_a.until, _a.number)
    )
)
_SINCE = Statement(lambda _: select(*_COLUMNS).where(_a.until >= p("after")).order_by(_a.number))
_END = Statement(
    lambda _: (
        update(announced)
        .where(_a.number == p("which"), _OPEN, _a.until > p("now"), _a.ended_at.is_(None))
        .values(ended_at=p("now"))
    )
)
_OVER = Statement(lambda _: select(*_COLUMNS).where(_OPEN, or_(_a.until <= p("now"), _a.ended_at <= p("now"))))
_CLOSE = Statement(lambda _: update(announced).where(_a.number == p("which"), _OPEN).values(closed=text("1")))
_ONE = Statement(lambda _: select(*_COLUMNS).where(_a.number == p("which")))


class Announcements:
    """The announced incidents, within one unit of work."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def add(self, wanted: Wanted, by: int, by_name: str, now: datetime) -> Announced:
        """Keep a new one, which begins now."""
        row = self._wire.run(
            _ADD, about=wanted.scope, named=wanted.name, said=wanted.title, at=stored(now), last=stored(wanted.until),
            person=by, called=by_name,
        ).fetchone()  # fmt: skip
        return Announced(int(row[0]), wanted.scope, wanted.name, wanted.title, now, wanted.until, by, by_name)

    def going_on(self, now: datetime) -> tuple[Announced, ...]:
        """Those that are not over, the first to end first."""
        return tuple(map(_announced, self._wire.run(_GOING_ON, now=stored(now)).fetchall()))

    def since(self, moment: datetime) -> tuple[Announced, ...]:
        """Those that were to last until then or longer, over or not."""
        return tuple(map(_announced, self._wire.run(_SINCE, after=stored(moment)).fetchall()))

    def end(self, number: int, now: datetime) -> bool:
        """End one before its time; False when there is none of that number, or it is over. Of two at once one does."""
        return bool(self._wire.run(_END, which=number, now=stored(now)).rowcount == 1)

    def over(self, now: datetime) -> tuple[Announced, ...]:
        """Those that are over and whose end was not told yet."""
        return tuple(map(_announced, self._wire.run(_OVER, now=stored(now)).fetchall()))

    def close(self, number: int) -> bool:
        """Note that the end is being told; False when somebody else does."""
        return bool(self._wire.run(_CLOSE, which=number).rowcount == 1)

    def by_number(self, number: int) -> Announced | None:
        """The one of that number."""
        row = self._wire.run(_ONE, which=number).fetchone()
        return None if row is None else _announced(row)


def _announced(row: Any) -> Announced:
    number, scope, name, title, starts_at, until, by, by_name, ended_at = row
    return Announced(number, scope, name, title, restored(starts_at), restored(until), by, by_name, restored(ended_at))
