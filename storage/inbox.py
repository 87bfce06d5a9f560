"""Updates from Telegram: kept before they are acknowledged, each done exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, null, select, text, update

from storage.errors import AlreadyDone
from storage.moments import restored, stored
from storage.statements import Statement, Wire, p
from storage.tables import DONE, FAILED, inbox


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update as kept. ``lane``: what it keeps its order with; ``payload``: its JSON, without card numbers."""

    update_id: int
    lane: str
    payload: str
    received_at: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """An update that was given up, with the reason."""

    arrival: Arrival
    error: str


_i = inbox.c
_NEW = text("inbox.state = 0")
_COLUMNS = (_i.update_id, _i.lane, _i.payload, _i.received_at, _i.attempts)
_TAKE = Statement(
    lambda insert: (
        insert(inbox)
        .values(update_id=p("id"), lane=p("way"), payload=p("said"), received_at=p("at"), state=text("0"))
        .on_conflict_do_nothing()
    )
)
_COMPLETE = Statement(
    lambda _: (
        update(inbox).where(_i.update_id == p("id"), _NEW).values(state=text(str(DONE)), settled_at=_i.received_at)
    )
)
_PENDING = Statement(lambda _: select(*_COLUMNS).where(_NEW).order_by(_i.received_at, _i.update_id).limit(p("most")))
_INTERRUPTED = Statement(lambda _: update(inbox).where(_NEW).values(interruptions=_i.interruptions + 1))
_OFTEN = Statement(lambda _: select(*_COLUMNS).where(_NEW, _i.interruptions > p("most")))
_ALL_NEW = Statement(lambda _: select(*_COLUMNS).where(_NEW).order_by(_i.received_at, _i.update_id))
_JOINED = Statement(
    lambda _: (
        update(inbox)
        .where(_i.update_id == p("id"), _NEW)
        .values(state=text(str(DONE)), payload="", settled_at=_i.received_at)
    )
)
_RETRY = Statement(
    lambda _: update(inbox).where(_i.update_id == p("id"), _NEW).values(attempts=_i.attempts + 1, error=p("why"))
)
_GIVE_UP = Statement(
    lambda _: (
        update(inbox)
        .where(_i.update_id == p("id"), _NEW)
        .values(attempts=_i.attempts + 1, error=p("why"), state=text(str(FAILED)), settled_at=_i.received_at)
    )
)
_REJECT = Statement(
    lambda insert: (
        insert(inbox)
        .values(
            update_id=p("id"),
            lane=p("way"),
            payload=p("said"),
            received_at=p("at"),
            state=text(str(FAILED)),
            error=p("why"),
            settled_at=p("at"),
        )
        .on_conflict_do_nothing()
    )
)
_LOWEST = Statement(lambda _: select(func.min(_i.update_id)))
_FAILED = Statement(
    lambda _: (
        select(*_COLUMNS, _i.error)
        .where(_i.state == text(str(FAILED)))
        .order_by(_i.received_at.desc())
        .limit(p("most"))
    )
)
_AGAIN = Statement(
    lambda _: (
        update(inbox)
        .where(_i.update_id == p("id"), _i.state == text(str(FAILED)))
        .values(state=text("0"), attempts=0, error=null(), settled_at=null())
    )
)
_RECENT = Statement(
    lambda _: select(*_COLUMNS).where(_i.lane == p("way"), _i.received_at >= p("since")).order_by(_i.received_at)
)
_SINCE = Statement(lambda _: select(*_COLUMNS).where(_i.received_at >= p("since")).order_by(_i.received_at))
_PAYLOAD = Statement(lambda _: select(_i.payload).where(_i.update_id == p("id")))
_REWRITE = Statement(lambda _: update(inbox).where(_i.update_id == p("id")).values(payload=p("said")))
_BLANK = Statement(
    lambda _: update(inbox).where(_i.settled_at < p("before"), _i.payload != "").values(payload="", error=null())
)
_FORGET = Statement(lambda _: delete(inbox).where(_i.settled_at < p("before")))
_COUNTS = Statement(lambda _: select(_i.state, func.count()).group_by(_i.state))


class Inbox:
    """The inbox, within one unit of work. ``completed``: the updates that this unit is the end of."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.completed: list[int] = []

    def take(self, arrivals: Sequence[Arrival]) -> tuple[Arrival, ...]:
        """Keep the updates; returns those that were not here before (Telegram repeats what it is unsure of)."""
        return tuple(arrival for arrival in arrivals if self._insert(arrival))

    def complete(self, update_id: int) -> None:
        """The update is done with this unit. Raises AlreadyDone: then nothing of this unit may be kept."""
        if self._wire.run(_COMPLETE, id=update_id).rowcount != 1:
            raise AlreadyDone(f"update {update_id}")
        self.completed.append(update_id)

    def join(self, first: Arrival, others: Sequence[Arrival]) -> None:
        """The parts of an album become one update, ``first`` with what it is now; the others are done with it.

        Raises AlreadyDone when one of them is not new any more.
        """
        for arrival in others:
            if self._wire.run(_JOINED, id=arrival.update_id).rowcount != 1:
                raise AlreadyDone(f"update {arrival.update_id}")
            self.completed.append(arrival.update_id)
        self.rewrite(first.update_id, first.payload)

    def pending(self, limit: int = 1000) -> tuple[Arrival, ...]:
        """Updates that are not done, in the order they came."""
        return tuple(_arrival(row) for row in self._wire.run(_PENDING, most=limit).fetchall())

    def resume(self, most: int) -> tuple[tuple[Arrival, ...], tuple[Arrival, ...]]:
        """At the start of the program: what is not done, and what is given up now.

        Given up is what was not done at more than ``most`` starts in a row: it may well be what ends the program.
        """
        self._wire.run(_INTERRUPTED)
        hopeless = tuple(_arrival(row) for row in self._wire.run(_OFTEN, most=most).fetchall())
        for arrival in hopeless:
            self.failed(arrival.update_id, f"not done at {most} starts of the program", final=True)
        return tuple(_arrival(row) for row in self._wire.run(_ALL_NEW).fetchall()), hopeless

    def failed(self, update_id: int, error: str, *, final: bool) -> None:
        """Note a failed attempt; ``final`` gives the update up: it stays here with its error, never taken again."""
        self._wire.run(_GIVE_UP if final else _RETRY, id=update_id, why=error[:2000])

    def reject(self, payload: str, error: str, at: datetime, *, update_id: int | None = None, lane: str = "") -> None:
        """Keep something that cannot be an update we handle, given up at once. Without an id it gets a negative one."""
        if update_id is None:
            lowest = self._wire.run(_LOWEST).fetchone()[0]
            update_id = min(0, lowest or 0) - 1
        self._wire.run(_REJECT, id=update_id, way=lane, said=payload, at=stored(at), why=error[:2000])

    def failures(self, limit: int = 100) -> tuple[Failure, ...]:
        """Updates that were given up, newest first."""
        return tuple(Failure(_arrival(row), row[5] or "") for row in self._wire.run(_FAILED, most=limit).fetchall())

    def again(self, update_id: int) -> bool:
        """Let a given-up update be tried again at the next start; False when there is none of this id."""
        return bool(self._wire.run(_AGAIN, id=update_id).rowcount == 1)

    def since(self, moment: datetime, lane: str | None = None) -> tuple[Arrival, ...]:
        """What came since then, done or not, of one lane or all."""
        if lane is None:
            rows = self._wire.run(_SINCE, since=stored(moment)).fetchall()
        else:
            rows = self._wire.run(_RECENT, since=stored(moment), way=lane).fetchall()
        return tuple(map(_arrival, rows))

    def payload(self, update_id: int) -> str | None:
        """What is kept of an update, done or not."""
        row = self._wire.run(_PAYLOAD, id=update_id).fetchone()
        return None if row is None else str(row[0])

    def rewrite(self, update_id: int, payload: str) -> None:
        """Replace what is kept of an update: the half of a card number that only its neighbour gave away."""
        self._wire.run(_REWRITE, id=update_id, said=payload)

    def blank(self, before: datetime) -> int:
        """Empty settled updates received before then; their ids stay, to know repeats by. Returns how many."""
        return int(self._wire.run(_BLANK, before=stored(before)).rowcount)

    def forget(self, before: datetime) -> int:
        """Delete settled updates received before then. Telegram keeps updates for a day, so keep more than that."""
        return int(self._wire.run(_FORGET, before=stored(before)).rowcount)

    def counts(self) -> dict[str, int]:
        """How many updates are ``new``, ``done`` and ``failed``."""
        found = dict(self._wire.run(_COUNTS).fetchall())
        return {name: int(found.get(state, 0)) for state, name in enumerate(("new", "done", "failed"))}

    def _insert(self, arrival: Arrival) -> bool:
        done = self._wire.run(
            _TAKE, id=arrival.update_id, way=arrival.lane, said=arrival.payload, at=stored(arrival.received_at)
        )
        return bool(done.rowcount == 1)


def _arrival(row: tuple[int, str, str, int, int]) -> Arrival:
    return Arrival(row[0], row[1], row[2], restored(row[3]), row[4])
