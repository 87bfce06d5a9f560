"""What was done, by whom and when: added to, never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

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

    def newest(self, limit: int = 100, *, ticket: int | None = None, actor: int | None = None) -> tuple[Entry, ...]:
        """The newest entries first: all, or those of one ticket or one person."""
        if ticket is not None:
            rows = self._wire.run(_OF_TICKET, of=ticket, most=limit).fetchall()
        elif actor is not None:
            rows = self._wire.run(_OF_ACTOR, of=actor, most=limit).fetchall()
        else:
            rows = self._wire.run(_NEWEST, most=limit).fetchall()
        return tuple(Entry(restored(row[0]), row[1], row[2], row[3], json.loads(row[4])) for row in rows)
