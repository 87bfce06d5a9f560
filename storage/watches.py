"""Watches: what is to be looked at again, and when. A watch is saved only by the look that read its newest version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update

from storage.errors import StaleWatch
from storage.moments import restored, stored
from storage.statements import Statement, Wire, p
from storage.tables import watches


@dataclass(frozen=True, slots=True)
class StoredWatch:
    """A watch as kept: its JSON, and what the program itself must know of it without reading the JSON."""

    number: int
    version: int
    chat: int
    user: int
    data: str
    look_at: datetime


_w = watches.c
_COLUMNS = (_w.number, _w.version, _w.chat, _w.user_id, _w.data, _w.look_at)
_ADD = Statement(
    lambda insert: (
        insert(watches)
        .values(chat=p("at"), user_id=p("user"), version=1, data=p("data"), look_at=p("look"))
        .returning(_w.number)
    )
)
_OF_CHAT = Statement(lambda _: select(*_COLUMNS).where(_w.chat == p("at")).order_by(_w.number))
_DUE = Statement(
    lambda _: select(*_COLUMNS).where(_w.look_at <= p("now")).order_by(_w.look_at, _w.number).limit(p("most"))
)
_SAVE = Statement(
    lambda _: (
        update(watches)
        .where(_w.number == p("of"), _w.version == p("known"))
        .values(version=p("next"), data=p("data"), look_at=p("look"))
    )
)
_SOONER = Statement(
    lambda _: update(watches).where(_w.look_at > p("now")).values(version=_w.version + 1, look_at=p("look"))
)
_END = Statement(lambda _: delete(watches).where(_w.number == p("of"), _w.version == p("known")))
_STOP = Statement(
    lambda _: delete(watches).where(_w.number == p("of"), _w.chat == p("at")).returning(*_COLUMNS),
)
_STOP_ALL = Statement(lambda _: delete(watches).where(_w.chat == p("at")))
_COUNT = Statement(lambda _: select(func.count()).select_from(watches))


def _watch(row: tuple[int, int, int, int, str, int]) -> StoredWatch:
    number, version, chat, user, data, look_at = row
    return StoredWatch(number, version, chat, user, data, restored(look_at))


class Watches:
    """The watches of all chats, within one unit of work."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def add(self, chat: int, user: int, data: str, look_at: datetime) -> int:
        """Keep a new watch; returns its number."""
        row = self._wire.run(_ADD, at=chat, user=user, data=data, look=stored(look_at)).fetchone()
        return int(row[0])

    def of_chat(self, chat: int) -> tuple[StoredWatch, ...]:
        """All watches of a chat, oldest first."""
        return tuple(map(_watch, self._wire.run(_OF_CHAT, at=chat).fetchall()))

    def due(self, now: datetime, limit: int) -> tuple[StoredWatch, ...]:
        """Watches whose next look has come, longest waiting first."""
        return tuple(map(_watch, self._wire.run(_DUE, now=stored(now), most=limit).fetchall()))

    def save(self, number: int, version: int, data: str, look_at: datetime) -> int:
        """Save over the version that was read; returns the new version. Raises StaleWatch when it is not the newest."""
        values = {"of": number, "known": version, "next": version + 1, "data": data, "look": stored(look_at)}
        if self._wire.run(_SAVE, **values).rowcount != 1:
            raise StaleWatch(f"watch {number}: version {version} is not the newest")
        return version + 1

    def sooner(self, now: datetime) -> int:
        """Have everything looked at now; returns how many were not due yet. A look under way is repeated: its version
        is not the newest any more.
        """
        return int(self._wire.run(_SOONER, now=stored(now), look=stored(now)).rowcount)

    def end(self, number: int, version: int) -> None:
        """Let the watch go, by the look that read its newest version. Raises StaleWatch."""
        if self._wire.run(_END, of=number, known=version).rowcount != 1:
            raise StaleWatch(f"watch {number}: version {version} is not the newest")

    def stop(self, number: int, chat: int) -> StoredWatch | None:
        """Let a watch go by the wish of its chat; None when the chat has none of that number."""
        row = self._wire.run(_STOP, of=number, at=chat).fetchone()
        return None if row is None else _watch(row)

    def stop_all(self, chat: int) -> int:
        """Let all watches of a chat go that cannot be written to any more; returns how many."""
        return int(self._wire.run(_STOP_ALL, at=chat).rowcount)

    def count(self) -> int:
        """How many things are being watched."""
        return int(self._wire.run(_COUNT).fetchone()[0])
