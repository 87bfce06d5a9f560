"""Conversations: one row per chat, saved only by the turn that read the newest version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from storage.errors import StaleCase
from storage.moments import restored, stored
from storage.statements import Statement, Wire, p
from storage.tables import cases


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case as kept: its JSON, and what the program itself must know of it without reading the JSON."""

    chat: int
    data: str
    version: int
    asked: str | None
    wake_at: datetime | None
    updated_at: datetime


_c = cases.c
_COLUMNS = (_c.chat, _c.data, _c.version, _c.asked, _c.wake_at, _c.updated_at)
_OF = Statement(lambda _: select(*_COLUMNS).where(_c.chat == p("at")))
_ASKED = Statement(lambda _: select(_c.asked).where(_c.chat == p("at")))
_DUE = Statement(lambda _: select(*_COLUMNS).where(_c.wake_at <= p("now")).order_by(_c.wake_at).limit(p("most")))
_NEWEST = Statement(lambda _: select(*_COLUMNS).order_by(_c.updated_at.desc()).limit(p("most")))
_COUNT = Statement(lambda _: select(func.count()).select_from(cases))
_FIRST = Statement(
    lambda insert: (
        insert(cases)
        .values(
            chat=p("at"), version=1, data=p("data"), asked=p("asked"), wake_at=p("wake_at"), updated_at=p("updated_at")
        )
        .on_conflict_do_nothing()
    )
)
_NEXT = Statement(
    lambda _: (
        update(cases)
        .where(_c.chat == p("at"), _c.version == p("known"))
        .values(version=p("next"), data=p("data"), asked=p("asked"), wake_at=p("wake_at"), updated_at=p("updated_at"))
    )
)


def _case(row: tuple[int, str, int, str | None, int | None, int]) -> StoredCase:
    chat, data, version, asked, wake_at, updated_at = row
    return StoredCase(chat, data, version, asked, restored(wake_at), restored(updated_at))


class Cases:
    """The cases of all chats, within one unit of work."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def of(self, chat: int) -> StoredCase | None:
        """The chat's case, or None when it never wrote."""
        row = self._wire.run(_OF, at=chat).fetchone()
        return None if row is None else _case(row)

    def asked(self, chats: Iterable[int]) -> dict[int, str | None]:
        """What each chat's form is waiting for (chats without a case are left out)."""
        rows = ((chat, self._wire.run(_ASKED, at=chat).fetchone()) for chat in chats)
        return {chat: row[0] for chat, row in rows if row is not None}

    def keep(
        self,
        chat: int,
        data: str,
        version: int,
        *,
        at: datetime,
        asked: str | None = None,
        wake_at: datetime | None = None,
    ) -> int:
        """Save the case over the version that was read (0: there was none) and return the new version.

        Raises StaleCase when another turn saved first. ``wake_at``: when the case wants attention next, None for never.
        """
        statement = _NEXT if version else _FIRST
        values = {"at": chat, "data": data, "asked": asked, "wake_at": stored(wake_at), "updated_at": stored(at)}
        if version:
            values |= {"known": version, "next": version + 1}
        if self._wire.run(statement, **values).rowcount != 1:
            raise StaleCase(f"case of chat {chat}: version {version} is not the newest")
        return version + 1

    def due(self, now: datetime, limit: int = 100) -> tuple[StoredCase, ...]:
        """Cases whose ``wake_at`` has come, longest waiting first. Saving one with a later ``wake_at`` settles it."""
        return tuple(map(_case, self._wire.run(_DUE, now=stored(now), most=limit).fetchall()))

    def newest(self, limit: int) -> tuple[StoredCase, ...]:
        """The cases that were saved last, newest first."""
        return tuple(map(_case, self._wire.run(_NEWEST, most=limit).fetchall()))

    def count(self) -> int:
        """How many chats ever wrote."""
        return int(self._wire.run(_COUNT).fetchone()[0])
