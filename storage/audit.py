"""What was done, by whom and when: added to, never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from storage.moments import restored, stored
from storage.statements import Statement, Wire, p
from storage.tables import audit


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done. ``actor`` is a Telegram user id, or 0 for the desk itself; ``detail`` holds JSON-able values."""

    at: datetime
    actor: int
    action: str
    ticket: int | None
    detail: Mapping[str, Any]


_a = audit.c
_COLUMNS = (_a.at, _a.actor, _a.action, _a.ticket, _a.detail)
_NOTE = Statement(
    lambda insert: insert(audit).values(
        at=p("at"), actor=p("actor"), action=p("action"), ticket=p("ticket"), detail=p("detail")
    )
)
_NEWEST = Statement(lambda _: select(*_COLUMNS).order_by(_a.id.desc()).limit(p("most")))
_OF_TICKET = Statement(lambda _: select(*_COLUMNS).where(_a.ticket == p("of")).order_by(_a.id.desc()).limit(p("most")))
_OF_ACTOR = Statement(lambda _: select(*_COLUMNS).where(_a.actor == p("of")).order_by(_a.id.desc()).limit(p("most")))
_LATEST = Statement(
    lambda _: (
        select(*_COLUMNS)
        .where(or_(_a.action == p("one"), _a.action == p("other")))
        .order_by(_a.id.desc())
        .limit(p("most"))
    )
)
_ONE_AT_A_TIME = Statement(lambda _: select(func.pg_advisory_xact_lock(p("key"))))
_TURNING = 0x5E77_1F  # the advisory lock under which one process at a time says what a thing has become


class Audit:
    """The audit log, within one unit of work."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def note(
        self,
        at: datetime,
        actor: int,
        action: str,
        *,
        ticket: int | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Add an entry. ``detail`` must hold no card number and no more personal data than needed."""
        said = json.dumps(dict(detail or {}), ensure_ascii=False, separators=(",", ":"))
        self._wire.run(_NOTE, at=stored(at), actor=actor, action=action, ticket=ticket, detail=said)

    def turned(self, at: datetime, action: str, other: str, what: str) -> Entry | None:
        """Note that something has become ``action``, unless the newest of ``action`` and ``other`` says so of ``what``.

        Returns the entry before, which for the first of several processes that say the same is another one than for
        those that come after it: their entry is the very same that they wanted to make.
        """
        if self._wire.database == "postgresql":  # SQLite has one writer at a time anyway
            self._wire.run(_ONE_AT_A_TIME, key=_TURNING)
        row = self._wire.run(_LATEST, one=action, other=other, most=1).fetchone()
        before = None if row is None else Entry(restored(row[0]), row[1], row[2], row[3], json.loads(row[4]))
        if before is None or (before.action, before.detail.get("what")) != (action, what):
            self.note(at, 0, action, detail={"what": what})
        return before

    def newest(self, limit: int = 100, *, ticket: int | None = None, actor: int | None = None) -> tuple[Entry, ...]:
        """The newest entries first: all, or those of one ticket or one person."""
        if ticket is not None:
            rows = self._wire.run(_OF_TICKET, of=ticket, most=limit).fetchall()
        elif actor is not None:
            rows = self._wire.run(_OF_ACTOR, of=actor, most=limit).fetchall()
        else:
            rows = self._wire.run(_NEWEST, most=limit).fetchall()
        return tuple(Entry(restored(row[0]), row[1], row[2], row[3], json.loads(row[4])) for row in rows)
