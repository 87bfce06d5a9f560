"""Bans: who is not listened to for a while. One at a time for each user; those that are over are kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text, update

from knowledge.bans import Ban
from storage.moments import restored, stored
from storage.statements import Statement, Wire, p
from storage.tables import bans

_b = bans.c
_COLUMNS = (_b.number, _b.user_id, _b.ticket, _b.reason, _b.by_id, _b.by_name, _b.at, _b.until, _b.messages)
_OPEN = text("bans.open = 1")
_OF = Statement(lambda _: select(*_COLUMNS).where(_b.user_id == p("user"), _OPEN, _b.until > p("now")))
_RUNNING = Statement(
    lambda _: select(*_COLUMNS).where(_OPEN, _b.until > p("now")).order_by(_b.until, _b.number).limit(p("most"))
)
_OVER = Statement(lambda _: update(bans).where(_b.user_id == p("user"), _OPEN, _b.until <= p("now")).values(open=0))
_ENDED = Statement(
    lambda _: select(*_COLUMNS).where(_OPEN, _b.until <= p("now")).order_by(_b.until, _b.number).limit(p("most"))
)
_CLOSE = Statement(lambda _: update(bans).where(_b.number == p("that"), _OPEN, _b.until <= p("now")).values(open=0))
_ADD = Statement(
    lambda insert: (
        insert(bans)
        .values(
            user_id=p("user"),
            ticket=p("of"),
            reason=p("why"),
            by_id=p("by"),
            by_name=p("called"),
            at=p("now"),
            until=p("end"),
            open=1,
        )
        .on_conflict_do_nothing()
        .returning(*_COLUMNS)
    )
)
_LIFT = Statement(
    lambda _: (
        update(bans)
        .where(_b.number == p("that"), _OPEN, _b.until > p("now"))
        .values(open=0, lifted_by=p("by"), lifted_at=p("now"))
    )
)
_COUNT = Statement(lambda _: update(bans).where(_b.number == p("that")).values(messages=_b.messages + 1))
_TOLD = Statement(lambda _: update(bans).where(_b.number == p("that"), _b.told == text("0")).values(told=1))
_HEARD = Statement(lambda _: select(_b.told).where(_b.number == p("that")))


class Bans:
    """The bans, within one unit of work."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def of(self, user: int, now: datetime) -> Ban | None:
        """The ban under which the user is now."""
        row = self._wire.run(_OF, user=user, now=stored(now)).fetchone()
        return None if row is None else _ban(row)

    def running(self, now: datetime, limit: int = 100) -> tuple[Ban, ...]:
        """All that are not over, the next to end first."""
        return tuple(map(_ban, self._wire.run(_RUNNING, now=stored(now), most=limit).fetchall()))

    def add(
        self, user: int, ticket: int, reason: str, by: tuple[int, str], now: datetime, span: timedelta
    ) -> Ban | None:
        """Ban the user from now on; ``by``: id and name. None when one runs already: of two at once one counts."""
        self._wire.run(_OVER, user=user, now=stored(now))
        values = {"user": user, "of": ticket, "why": reason, "by": by[0], "called": by[1]}
        row = self._wire.run(_ADD, **values, now=stored(now), end=stored(now + span)).fetchone()
        return None if row is None else _ban(row)

    def lift(self, number: int, by: int, now: datetime) -> bool:
        """End a ban before its time; False when it was over."""
        return bool(self._wire.run(_LIFT, that=number, by=by, now=stored(now)).rowcount == 1)

    def ended(self, now: datetime, limit: int = 100) -> tuple[Ban, ...]:
        """Those whose time is over and whose end was not noted yet, longest over first."""
        return tuple(map(_ban, self._wire.run(_ENDED, now=stored(now), most=limit).fetchall()))

    def close(self, number: int, now: datetime) -> bool:
        """Note the end of one whose time is over; False when that was done before."""
        return bool(self._wire.run(_CLOSE, that=number, now=stored(now)).rowcount == 1)

    def count(self, number: int) -> None:
        """One more message did not reach staff."""
        self._wire.run(_COUNT, that=number)

    def tell(self, number: int) -> bool:
        """The user is told now; False when they were before."""
        return bool(self._wire.run(_TOLD, that=number).rowcount == 1)

    def was_told(self, number: int) -> bool:
        """Whether the user ever heard of the ban."""
        row = self._wire.run(_HEARD, that=number).fetchone()
        return row is not None and bool(row[0])


def _ban(row: tuple[Any, ...]) -> Ban:
    number, user, ticket, reason, by, name, at, until, messages = row
    return Ban(number, user, ticket, reason, by, name, restored(at), restored(until), messages)
