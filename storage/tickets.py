"""Tickets, and which message of a merchant is which message in a ticket's topic.

``topic``, its group and ``card`` are written by the sender alone (``place_topic``, ``place_card``): it learns them from
Telegram at any time, and a save by the desk that read the ticket before must not undo them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from pydantic import TypeAdapter
from sqlalchemy import func, null, or_, select, update

from knowledge.ticket import Life, Ticket, TicketStatus
from storage.errors import StaleTicket
from storage.moments import restored, stored
from storage.statements import Statement, Wire, p
from storage.tables import copies, tickets

Direction = Literal["to_staff", "to_merchant"]


@dataclass(frozen=True, slots=True)
class Link:
    """A message and its copy in the other chat."""

    ticket: int | None
    origin_chat: int
    origin_message: int
    copy_chat: int
    copy_message: int
    direction: str
    album: int | None = None
    """The original of the first part, for all parts that were sent as one album."""
    file: bool = False
    """It is a photo, a file or the like."""
    said: str | None = None
    """Its words; None when it has none, empty when it was taken back."""
    at: datetime | None = None

    @property
    def origin(self) -> tuple[int, int]:
        """The chat and the message."""
        return self.origin_chat, self.origin_message

    @property
    def copy(self) -> tuple[int, int]:
        """The chat and the message that its words are in on the other side."""
        return self.copy_chat, self.copy_message


@dataclass(frozen=True, slots=True)
class Brief:
    """A ticket in short, for finding out which one a message belongs to."""

    number: int
    status: TicketStatus
    terminal_id: str | None
    references: tuple[str, ...]
    created_at: datetime
    resolved_at: datetime | None
    stars: int | None
    merged_into: int | None = None
    """The ticket in which it goes on."""


_LIFE: TypeAdapter[Life] = TypeAdapter(Life)
_t, _c = tickets.c, copies.c
_SAVED = (
    "chat",
    "user_id",
    "locale",
    "department",
    "status",
    "priority",
    "verified",
    "merchant_no",
    "merchant_name",
    "terminal_id",
    "refs",
    "owner",
    "owner_name",
    "created_at",
    "claimed_at",
    "first_reply_at",
    "resolved_at",
    "stars",
    "case_data",
    "reason",
    "article",
    "merged_into",
    "look_at",
    "life",
    "stars_reason",
)
_COLUMNS = (_t.number, _t.version, _t.topic, _t.topic_chat, _t.card, *(_t[name] for name in _SAVED))
_VALUES: dict[str, Any] = {name: p(f"new_{name}") for name in _SAVED}
_SETTLED = ("resolved", "closed")

_OPEN = Statement(lambda insert: insert(tickets).values(version=1, **_VALUES).returning(_t.number))
_SAVE = Statement(
    lambda _: update(tickets).where(_t.number == p("of"), _t.version == p("known")).values(version=p("next"), **_VALUES)
)
_BY_NUMBER = Statement(lambda _: select(*_COLUMNS).where(_t.number == p("of")))
_BY_TOPIC = Statement(
    lambda _: select(*_COLUMNS).where(_t.topic == p("of"), or_(_t.topic_chat == p("there"), _t.topic_chat.is_(None)))
)
_OF_CHAT = Statement(lambda _: select(*_COLUMNS).where(_t.chat == p("of")).order_by(_t.number.desc()))
_LIVE_OF_CHAT = Statement(
    lambda _: select(*_COLUMNS).where(_t.chat == p("of"), _t.status.not_in(_SETTLED)).order_by(_t.number.desc())
)
_BRIEF = (_t.number, _t.status, _t.terminal_id, _t.refs, _t.created_at, _t.resolved_at, _t.stars, _t.merged_into)
_BRIEFS = Statement(lambda _: select(*_BRIEF).where(_t.chat == p("of")).order_by(_t.number.desc()).limit(p("most")))
_DUE = Statement(
    lambda _: select(_t.number).where(_t.look_at <= p("now")).order_by(_t.look_at, _t.number).limit(p("most"))
)
_TOPIC = Statement(
    lambda _: update(tickets).where(_t.number == p("of")).values(topic=p("place"), topic_chat=p("there"))
)
_ADOPT = Statement(
    lambda _: update(tickets).where(_t.topic.is_not(None), _t.topic_chat.is_(None)).values(topic_chat=p("there"))
)
_IN_GROUP = Statement(
    lambda _: select(_t.number).where(_t.topic_chat == p("there"), _t.status.not_in(_SETTLED)).order_by(_t.number)
)
_LEAVE = Statement(
    lambda _: update(tickets).where(_t.topic_chat == p("there")).values(topic=null(), topic_chat=null(), card=null())
)
_CARD = Statement(lambda _: update(tickets).where(_t.number == p("of")).values(card=p("place")))
_LINK = Statement(
    lambda insert: (
        insert(copies)
        .values(
            ticket=p("of"),
            origin_chat=p("a_chat"),
            origin_message=p("a_message"),
            copy_chat=p("b_chat"),
            copy_message=p("b_message"),
            direction=p("way"),
            album=p("part_of"),
            file=p("is_file"),
            said=p("words"),
            at=p("moment"),
        )
        .on_conflict_do_nothing()
    )
)
_LINKS = (
    *(_c.ticket, _c.origin_chat, _c.origin_message, _c.copy_chat, _c.copy_message, _c.direction),
    *(_c.album, _c.file, _c.said, _c.at),
)
_LINKED = Statement(
    lambda _: (
        select(*_LINKS)
        .where(
            or_(
                (_c.origin_chat == p("at")) & (_c.origin_message == p("message")),
                (_c.copy_chat == p("at")) & (_c.copy_message == p("message")),
            )
        )
        .order_by(_c.id)
    )
)
_GIVE = Statement(
    lambda _: (
        update(copies)
        .where(_c.copy_chat == p("there"), _c.copy_message == p("message"), _c.origin_message == p("original"))
        .values(ticket=p("to"))
    )
)
_GIVE_ALL = Statement(lambda _: update(copies).where(_c.ticket == p("of")).values(ticket=p("to")))
_ALBUM = Statement(
    lambda _: (
        select(*_LINKS)
        .where(_c.ticket == p("of"), _c.origin_chat == p("at"), _c.album == p("part_of"), _c.copy_chat == p("there"))
        .order_by(_c.id)
    )
)
_REWORD = Statement(
    lambda _: (
        update(copies).where(_c.origin_chat == p("there"), _c.origin_message == p("message")).values(said=p("words"))
    )
)
_LINKS_OF = Statement(lambda _: select(*_LINKS).where(_c.ticket == p("of")).order_by(_c.id))
_NEWEST = Statement(lambda _: select(*_COLUMNS).order_by(_t.number.desc()).limit(p("most")))
_OPENED = Statement(
    lambda _: (
        select(*_COLUMNS)
        .where(_t.number > p("beyond"), _t.created_at >= p("since"), _t.created_at < p("until"))
        .order_by(_t.number)
        .limit(p("most"))
    )
)
_COUNTS = Statement(lambda _: select(_t.status, func.count()).group_by(_t.status))


def _row(ticket: Ticket) -> dict[str, Any]:
    """The ticket's columns as statement values."""
    values: dict[str, Any] = {
        "user_id": ticket.user,
        "verified": int(ticket.verified),
        "refs": json.dumps(ticket.references),
        "case_data": ticket.case,
        "created_at": stored(ticket.created_at),
        "claimed_at": stored(ticket.claimed_at),
        "first_reply_at": stored(ticket.first_reply_at),
        "resolved_at": stored(ticket.resolved_at),
        "look_at": stored(ticket.look_at),
        "life": _LIFE.dump_json(ticket.life, exclude_defaults=True).decode(),
    }
    return {f"new_{name}": values[name] if name in values else getattr(ticket, name) for name in _SAVED}


def _ticket(row: Sequence[Any]) -> Ticket:
    number, version, topic, topic_chat, card = row[:5]
    values = dict(zip(_SAVED, row[5:], strict=True))
    for name in ("created_at", "claimed_at", "first_reply_at", "resolved_at", "look_at"):
        values[name] = restored(values[name])
    values["life"] = _LIFE.validate_json(values["life"])
    values["user"], values["case"] = values.pop("user_id"), values.pop("case_data")
    values["verified"] = bool(values["verified"])
    values["references"] = tuple(json.loads(values.pop("refs")))
    return Ticket(number=number, version=version, topic=topic, topic_chat=topic_chat, card=card, **values)


def _link(row: Sequence[Any]) -> Link:
    ticket, origin_chat, origin_message, copy_chat, copy_message, direction, album, file, said, at = row
    origin, copy = (origin_chat, origin_message), (copy_chat, copy_message)
    return Link(ticket, *origin, *copy, direction, album, bool(file), said, restored(at))


class Tickets:
    """The tickets, within one unit of work."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def open(self, draft: Ticket) -> Ticket:
        """Open a ticket: the draft with the next number (from 1001) and version 1; the draft's own is ignored."""
        number = self._wire.run(_OPEN, **_row(draft)).fetchone()[0]
        return replace(draft, number=number, version=1, topic=None, topic_chat=None, card=None)

    def by_number(self, number: int) -> Ticket | None:
        """The ticket of this number."""
        return self._one(_BY_NUMBER, of=number)

    def by_topic(self, chat: int, topic: int) -> Ticket | None:
        """The ticket whose topic in that support group this is."""
        return self._one(_BY_TOPIC, of=topic, there=chat)

    def of_chat(self, chat: int) -> tuple[Ticket, ...]:
        """All tickets of a merchant's chat, newest first."""
        return tuple(map(_ticket, self._wire.run(_OF_CHAT, of=chat).fetchall()))

    def live_of_chat(self, chat: int) -> tuple[Ticket, ...]:
        """Tickets of the chat that are neither resolved nor closed, newest first."""
        return tuple(map(_ticket, self._wire.run(_LIVE_OF_CHAT, of=chat).fetchall()))

    def briefs(self, chat: int, limit: int = 20) -> tuple[Brief, ...]:
        """The newest tickets of a merchant's chat in short, newest first."""
        rows = self._wire.run(_BRIEFS, of=chat, most=limit).fetchall()
        return tuple(
            Brief(row[0], row[1], row[2], tuple(json.loads(row[3])), restored(row[4]), restored(row[5]), row[6], row[7])
            for row in rows
        )

    def due(self, now: datetime, limit: int) -> tuple[int, ...]:
        """The numbers of tickets that the clock has to look at, longest waiting first."""
        return tuple(row[0] for row in self._wire.run(_DUE, now=stored(now), most=limit).fetchall())

    def queue(
        self,
        *,
        statuses: Sequence[str] | None = None,
        department: str | None = None,
        owner: int | None = None,
        limit: int = 100,
    ) -> tuple[Ticket, ...]:
        """Tickets of these statuses (None: all that are live), department and owner, oldest first."""

        def build(_: Any) -> Any:
            wanted = _t.status.not_in(_SETTLED) if statuses is None else _t.status.in_(tuple(statuses))
            query = select(*_COLUMNS).where(wanted)
            if department is not None:
                query = query.where(_t.department == department)
            if owner is not None:
                query = query.where(_t.owner == owner)
            return query.order_by(_t.number).limit(p("most"))

        return tuple(map(_ticket, self._wire.run(Statement(build), most=limit).fetchall()))

    def newest(self, limit: int) -> tuple[Ticket, ...]:
        """The tickets that were opened last, newest first, whatever became of them."""
        return tuple(map(_ticket, self._wire.run(_NEWEST, most=limit).fetchall()))

    def opened(self, begins: datetime, ends: datetime, *, after: int = 0, limit: int = 500) -> tuple[Ticket, ...]:
        """Tickets opened from ``begins`` until before ``ends``, by number, those beyond the number ``after``."""
        values = {"since": stored(begins), "until": stored(ends), "beyond": after, "most": limit}
        return tuple(map(_ticket, self._wire.run(_OPENED, **values).fetchall()))

    def counts(self) -> Mapping[str, int]:
        """How many tickets there are of each status."""
        return {row[0]: row[1] for row in self._wire.run(_COUNTS).fetchall()}

    def save(self, ticket: Ticket) -> Ticket:
        """Save over the version that was read, except topic and card; returns it as saved. Raises StaleTicket."""
        values = _row(ticket) | {"of": ticket.number, "known": ticket.version, "next": ticket.version + 1}
        if self._wire.run(_SAVE, **values).rowcount != 1:
            raise StaleTicket(f"ticket {ticket.number}: version {ticket.version} is not the newest")
        return replace(ticket, version=ticket.version + 1)

    def place_topic(self, number: int, topic: int | None, chat: int | None = None) -> None:
        """Remember which topic the ticket lives in, and in which group; None when it was lost, and its card with it."""
        self._wire.run(_TOPIC, of=number, place=topic, there=None if topic is None else chat)
        if topic is None:
            self._wire.run(_CARD, of=number, place=None)

    def place_card(self, number: int, message: int | None) -> None:
        """Remember which message is the ticket's card."""
        self._wire.run(_CARD, of=number, place=message)

    def adopt_topics(self, chat: int) -> int:
        """Topics of which no group is known are in this one; returns how many there were."""
        return int(self._wire.run(_ADOPT, there=chat).rowcount)

    def leave_group(self, chat: int) -> tuple[int, ...]:
        """Forget the topics and cards in a group that is no more; returns the live tickets that had one."""
        left = tuple(row[0] for row in self._wire.run(_IN_GROUP, there=chat).fetchall())
        self._wire.run(_LEAVE, there=chat)
        return left

    def link(
        self,
        ticket: int | None,
        origin: tuple[int, int],
        copy: tuple[int, int],
        direction: Direction,
        *,
        album: int | None = None,
        file: bool = False,
        said: str | None = None,
        at: datetime | None = None,
    ) -> None:
        """Remember that a (chat, message) was copied to another, and its words; noting it twice changes nothing."""
        self._wire.run(
            _LINK,
            of=ticket,
            a_chat=origin[0],
            a_message=origin[1],
            b_chat=copy[0],
            b_message=copy[1],
            way=direction,
            part_of=album,
            is_file=int(file),
            words=said,
            moment=stored(at),
        )

    def reword(self, chat: int, message: int, said: str | None) -> None:
        """What was relayed reads differently now; None: it has no words any more; empty: it was taken back."""
        self._wire.run(_REWORD, there=chat, message=message, words=said)

    def followed(self, number: int) -> Ticket | None:
        """The ticket in which the one of this number goes on: that one itself, unless it was merged into another."""
        ticket = self.by_number(number)
        while ticket is not None and ticket.merged_into is not None:
            ticket = self.by_number(ticket.merged_into)
        return ticket

    def give(self, links: Sequence[Link], to: int) -> None:
        """What was relayed belongs to another ticket from now on."""
        for link in links:
            where = {"there": link.copy_chat, "message": link.copy_message, "original": link.origin_message}
            self._wire.run(_GIVE, **where, to=to)

    def give_all(self, of: int, to: int) -> None:
        """All that was relayed for a ticket belongs to another one from now on."""
        self._wire.run(_GIVE_ALL, of=of, to=to)

    def links_of(self, chat: int, message: int) -> tuple[Link, ...]:
        """Every link that the message is part of, as origin or as copy, oldest first."""
        return tuple(map(_link, self._wire.run(_LINKED, at=chat, message=message).fetchall()))

    def album(self, link: Link) -> tuple[Link, ...]:
        """The link with those of the other parts of its album, in order; alone when it was sent alone."""
        if link.album is None:
            return (link,)
        wanted = {"of": link.ticket, "at": link.origin_chat, "part_of": link.album, "there": link.copy_chat}
        return tuple(map(_link, self._wire.run(_ALBUM, **wanted).fetchall()))

    def linked(self, chat: int, message: int) -> tuple[tuple[int, int], ...]:
        """The (chat, message) on the other side of the message's links, oldest first."""
        return tuple(
            (link.copy_chat, link.copy_message)
            if (link.origin_chat, link.origin_message) == (chat, message)
            else (link.origin_chat, link.origin_message)
            for link in self.links_of(chat, message)
        )

    def history(self, number: int) -> tuple[Link, ...]:
        """All that was relayed for a ticket, in order."""
        return tuple(map(_link, self._wire.run(_LINKS_OF, of=number).fetchall()))

    def _one(self, statement: Statement, **values: int) -> Ticket | None:
        row = self._wire.run(statement, **values).fetchone()
        return None if row is None else _ticket(row)
