"""The rows that statistics are made of: tickets of a period with the deadlines that they missed."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import CompoundSelect, select, union

from knowledge.figures import Missed, Worked
from storage.moments import restored, stored
from storage.statements import Statement, Wire, p
from storage.tables import audit, tickets

LIVE = ("open", "claimed", "waiting_merchant", "waiting_bank")
_t, _a = tickets.c, audit.c


def _numbers() -> CompoundSelect[int]:
    """Opened in the period, resolved since it began, or on somebody's desk: only such can have missed a deadline in it.

    Three searches of an index each, which SQLite does not make of three conditions joined with OR.
    """
    return union(
        select(_t.number).where(_t.created_at >= p("since"), _t.created_at < p("until")),
        select(_t.number).where(_t.resolved_at >= p("since")),
        select(_t.number).where(_t.status.in_(LIVE)),
    )


_TICKETS = Statement(
    lambda _: (
        select(
            *(_t.number, _t.department, _t.created_at, _t.refs, _t.owner, _t.owner_name),
            *(_t.first_reply_at, _t.resolved_at, _t.stars, _t.reason),
        )
        .where(_t.number.in_(_numbers()), _t.created_at < p("until"))
        .order_by(_t.number)
    )
)
_MISSED = Statement(
    lambda _: (
        select(_a.ticket, _a.at, _a.detail)
        .where(
            _a.ticket.in_(_numbers()),
            _a.action == "deadline_missed",
            _a.at >= p("since"),
            _a.at < p("until"),
        )
        .order_by(_a.id)
    )
)


class Statistics:
    """What statistics are made of, within one unit of work."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def worked(self, begins: datetime, ends: datetime) -> tuple[Worked, ...]:
        """Every ticket that counts in the time from ``begins`` until before ``ends``, by number."""
        since, until = stored(begins), stored(ends)
        missed: dict[int, list[Missed]] = {}
        for number, at, detail in self._wire.run(_MISSED, since=since, until=until).fetchall():
            said = json.loads(detail)
            missed.setdefault(number, []).append(Missed(restored(at), said["kind"], said.get("owner")))
        return tuple(
            Worked(
                number=row[0],
                department=row[1],
                created_at=restored(row[2]),
                cause=next(iter(json.loads(row[3])), None),
                owner=row[4],
                owner_name=row[5],
                first_reply_at=restored(row[6]),
                resolved_at=restored(row[7]),
                stars=row[8],
                reason=row[9],
                missed=tuple(missed.get(row[0], ())),
            )
            for row in self._wire.run(_TICKETS, since=since, until=until).fetchall()
        )
