"""Requests that need a second person, as kept: of two decisions at the same moment one counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from knowledge.four_eyes import WITHIN, Kind, Request, Subject
from storage.moments import restored, stored
from storage.statements import Statement, Wire, p
from storage.tables import approvals

_a = approvals.c
_COLUMNS = (
    _a.number, _a.kind, _a.ticket, _a.user_id, _a.merchant_no, _a.by_id, _a.by_name, _a.reason, _a.at, _a.state,
    _a.decided_by, _a.decided_name, _a.decided_at,
)  # fmt: skip
_ADD = Statement(
    lambda insert: (
        insert(approvals)
        .values(
            kind=p("what"), ticket=p("of"), user_id=p("user"), merchant_no=p("merchant"), by_id=p("by"),
            by_name=p("called"), reason=p("why"), at=p("now"), state="open",
        )
        .returning(_a.number)
    )
)  # fmt: skip
_ONE = Statement(lambda _: select(*_COLUMNS).where(_a.number == p("that")))
_OPEN = Statement(lambda _: select(*_COLUMNS).where(_a.state == "open", _a.kind == p("what"), _a.at > p("since")))
_DECIDE = Statement(
    lambda _: (
        update(approvals)
        .where(_a.number == p("that"), _a.state == "open")
        .values(state=p("result"), decided_by=p("by"), decided_name=p("called"), decided_at=p("now"))
    )
)
_GRANTED = Statement(
    lambda _: select(_a.merchant_no).where(_a.ticket == p("of"), _a.kind == p("what"), _a.state == "approved")
)


class Approvals:
    """The requests, within one unit of work."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def add(self, request: Request) -> Request:
        """Keep a new one; returns it with its number."""
        about = request.subject
        row = self._wire.run(
            _ADD, what=about.kind, of=about.ticket, user=about.user, merchant=about.merchant_no, by=request.by,
            called=request.by_name, why=request.reason, now=stored(request.at),
        ).fetchone()  # fmt: skip
        return replace(request, number=int(row[0]))

    def by_number(self, number: int) -> Request | None:
        """The one of that number."""
        row = self._wire.run(_ONE, that=number).fetchone()
        return None if row is None else _request(row)

    def waiting(self, subject: Subject, now: datetime) -> Request | None:
        """One for the very same that can still be decided."""
        rows = self._wire.run(_OPEN, what=subject.kind, since=stored(now - WITHIN)).fetchall()
        return next((request for request in map(_request, rows) if request.subject == subject), None)

    def decide(self, request: Request) -> bool:
        """Keep a decision; False when another one was faster."""
        done = self._wire.run(
            _DECIDE, that=request.number, result=request.state, by=request.decided_by, called=request.decided_name,
            now=stored(request.decided_at),
        )  # fmt: skip
        return bool(done.rowcount == 1)

    def granted(self, ticket: int, kind: Kind) -> frozenset[str]:
        """The merchants for which this was approved in a ticket."""
        rows = self._wire.run(_GRANTED, of=ticket, what=kind).fetchall()
        return frozenset(row[0] for row in rows if row[0] is not None)


def _request(row: Any) -> Request:
    number, kind, ticket, user, merchant, by, by_name, reason, at, state, decided_by, decided_name, decided_at = row
    subject = Subject(kind, ticket, user, merchant)
    return Request(
        number, subject, by, by_name, reason, restored(at), state, decided_by, decided_name, restored(decided_at)
    )
