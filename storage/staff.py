"""Who works in the support group, as far as they were seen there: a bot cannot list a group's members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from storage.moments import restored, stored
from storage.statements import Statement, Wire, p
from storage.tables import staff


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of staff; ``username`` without @."""

    id: int
    name: str
    username: str | None
    seen_at: datetime


_s = staff.c
_COLUMNS = (_s.user_id, _s.name, _s.username, _s.seen_at)
_SEEN = Statement(
    lambda insert: (
        insert(staff)
        .values(user_id=p("user"), name=p("called"), username=p("handle"), seen_at=p("at"))
        .on_conflict_do_update(
            index_elements=["user_id"], set_={"name": p("called"), "username": p("handle"), "seen_at": p("at")}
        )
    )
)
_RECENT = Statement(lambda _: select(*_COLUMNS).order_by(_s.seen_at.desc(), _s.user_id).limit(p("most")))
_CALLED = Statement(
    lambda _: (
        select(*_COLUMNS)
        .where(or_(func.lower(_s.username) == p("handle"), _s.name == p("called")))
        .order_by(_s.seen_at.desc(), _s.user_id)
    )
)
_ONE = Statement(lambda _: select(*_COLUMNS).where(_s.user_id == p("user")))


def _member(row: tuple[int, str, str | None, int]) -> Member:
    return Member(row[0], row[1], row[2], restored(row[3]))


class Staff:
    """The people of the support group, within one unit of work."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def seen(self, user: int, name: str, username: str | None, at: datetime) -> None:
        """Somebody wrote or pressed a button in the group."""
        self._wire.run(_SEEN, user=user, called=name, handle=username, at=stored(at))

    def recent(self, limit: int) -> tuple[Member, ...]:
        """Those who were seen last, the latest first."""
        return tuple(map(_member, self._wire.run(_RECENT, most=limit).fetchall()))

    def called(self, words: str) -> tuple[Member, ...]:
        """Those with that user name (with or without @, in any case) or exactly that first name."""
        handle = words.removeprefix("@").lower()
        return tuple(map(_member, self._wire.run(_CALLED, handle=handle, called=words).fetchall()))

    def member(self, user: int) -> Member | None:
        """The person of this id, if they were ever seen."""
        row = self._wire.run(_ONE, user=user).fetchone()
        return None if row is None else _member(row)

    def names(self, users: Iterable[int]) -> Mapping[int, str]:
        """The names of these people; those never seen are left out."""
        found = (self.member(user) for user in dict.fromkeys(users))
        return {member.id: member.name for member in found if member is not None}
