"""Postings to Telegram: kept by the commit that decided them, sent afterwards, in order per lane."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, null, or_, select, text, update

from knowledge.markup import plain
from knowledge.postings import Album, Card, Copy, Posting, Text, Topic, Typing
from storage.moments import restored, stored
from storage.postings import decode, encode, lane_of, originals
from storage.statements import Statement, Wire, p
from storage.tables import DONE, FAILED, HELD, outbox
from storage.tickets import Direction, Tickets


@dataclass(frozen=True, slots=True)
class Letter:
    """A posting that waits to be sent. Lanes keep the order of (not front, id)."""

    id: int
    lane: str
    posting: Posting
    created_at: datetime
    not_before: datetime | None = None
    front: bool = False
    attempts: int = 0

    @property
    def order(self) -> tuple[bool, int]:
        """Its place within its lane."""
        return (not self.front, self.id)


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a letter: the ids of the messages that Telegram made of it (for a topic: the topic's id)."""

    letter: Letter
    messages: tuple[int, ...] = ()
    note: str | None = None
    """Why it needed no sending, or what was odd about it."""


_o = outbox.c
_NEW = text("outbox.state = 0")
_COLUMNS = (_o.id, _o.lane, _o.payload, _o.created_at, _o.not_before, _o.front, _o.attempts)
_POST = Statement(
    lambda insert: (
        insert(outbox)
        .values(
            lane=p("way"),
            front=p("first"),
            ticket=p("of"),
            payload=p("said"),
            created_at=p("at"),
            not_before=p("after"),
            state=text("0"),
        )
        .returning(_o.id)
    )
)
_PENDING = Statement(lambda _: select(*_COLUMNS).where(_NEW, _o.id > p("beyond")).order_by(_o.id).limit(p("most")))
_SENT = Statement(
    lambda _: (
        update(outbox)
        .where(_o.id == p("that"), _NEW)
        .values(state=text(str(DONE)), settled_at=p("now"), messages=p("made"), error=p("note"))
    )
)
_TRIED = Statement(
    lambda _: (
        update(outbox)
        .where(_o.id == p("that"), _NEW)
        .values(attempts=_o.attempts + 1, error=p("why"), not_before=p("after"))
    )
)
_REFUSED = Statement(
    lambda _: (
        update(outbox)
        .where(_o.id == p("that"), _NEW)
        .values(attempts=_o.attempts + 1, error=p("why"), state=text(str(FAILED)), settled_at=p("now"))
    )
)
_FAILED = Statement(
    lambda _: select(*_COLUMNS, _o.error).where(_o.state == text(str(FAILED))).order_by(_o.id.desc()).limit(p("most"))
)
_HOLD = Statement(
    lambda insert: (
        insert(outbox)
        .values(
            lane=p("way"),
            front=text("0"),
            ticket=p("of"),
            payload=p("said"),
            created_at=p("at"),
            state=text(str(HELD)),
        )
        .returning(_o.id)
    )
)
_ASIDE = text(f"outbox.state IN ({FAILED}, {HELD})")
_KEPT = Statement(lambda _: select(*_COLUMNS).where(_o.id == p("that"), _ASIDE, _o.payload != ""))
_LET_GO = Statement(lambda _: delete(outbox).where(_o.ticket == p("of"), _o.state == text(str(HELD))))
_TAKEN_UP = Statement(
    lambda _: (
        update(outbox)
        .where(_o.id == p("that"), _ASIDE)
        .values(state=text(str(DONE)), settled_at=p("now"), error=p("why"))
    )
)
_WAITING_TOPICS = Statement(
    lambda _: select(_o.ticket, _o.payload).where(_NEW, _o.ticket.is_not(None), _o.payload.like('%"kind":"topic"%'))
)
_WAITING_OF = Statement(lambda _: select(_o.payload).where(_NEW, _o.ticket == p("of")).order_by(_o.id))
_HELD_OF = Statement(
    lambda _: select(_o.id, _o.payload).where(_o.ticket == p("of"), _o.state == text(str(HELD))).order_by(_o.id)
)
_BLANK = Statement(
    lambda _: update(outbox).where(_o.settled_at < p("before"), _o.payload != "").values(payload="", error=null())
)
_FORGET = Statement(
    lambda _: delete(outbox).where(and_(_o.settled_at < p("before"), or_(_o.state == 1, _o.state == 2)))
)
_COUNTS = Statement(lambda _: select(_o.state, func.count()).group_by(_o.state))
_OLDEST = Statement(lambda _: select(func.min(_o.created_at)).where(_NEW))


class Outbox:
    """The outbox, within one unit of work. ``posted``: the letters that this unit added, sent once it is committed."""

    def __init__(self, wire: Wire, tickets: Tickets) -> None:
        self._wire = wire
        self._tickets = tickets
        self.posted: list[Letter] = []

    def post(self, posting: Posting, now: datetime, not_before: datetime | None = None, *, front: bool = False) -> int:
        """Have it sent after this unit's commit; returns its id. ``front``: before all others that wait in its lane."""
        if isinstance(posting, Typing):
            raise TypeError("typing is shown at once or not at all, never stored")
        lane = lane_of(posting)
        row = self._wire.run(
            _POST,
            way=lane,
            first=int(front),
            of=getattr(posting, "ticket", None),
            said=encode(posting),
            at=stored(now),
            after=stored(not_before),
        ).fetchone()
        self.posted.append(Letter(row[0], lane, posting, now, not_before, front))
        return int(row[0])

    def pending(self, limit: int = 1000, beyond: int = 0) -> tuple[Letter, ...]:
        """Letters that wait, by id, after the id ``beyond``."""
        return tuple(map(_letter, self._wire.run(_PENDING, most=limit, beyond=beyond).fetchall()))

    def sent(self, done: Sequence[Sent], now: datetime) -> None:
        """Telegram has them: remember the messages, the links of what was relayed, and the ticket's topic and card."""
        for each in done:
            made = json.dumps(each.messages) if each.messages else None
            self._wire.run(_SENT, that=each.letter.id, now=stored(now), made=made, note=each.note)
            if each.messages:
                self._remember(each.letter.posting, each.messages, now)

    def postpone(self, letter: int, error: str, not_before: datetime) -> None:
        """Note a failed attempt; it is tried again from then on, as often as it takes."""
        self._wire.run(_TRIED, that=letter, why=error[:2000], after=stored(not_before))

    def failed(self, letter: int, error: str, now: datetime) -> None:
        """Telegram refused it for good; it stays here with the reason."""
        self._wire.run(_REFUSED, that=letter, why=error[:2000], now=stored(now))

    def hold(self, posting: Posting, now: datetime) -> int:
        """Keep it and do not send it, until somebody says ``again``; returns its id."""
        row = self._wire.run(
            _HOLD, way=lane_of(posting), of=getattr(posting, "ticket", None), said=encode(posting), at=stored(now)
        ).fetchone()
        return int(row[0])

    def let_go(self, ticket: int) -> int:
        """Forget what is held back for a ticket; returns how many letters."""
        return int(self._wire.run(_LET_GO, of=ticket).rowcount)

    def kept(self, letter: int) -> Posting | None:
        """What a refused or held letter holds, as long as its words are kept."""
        row = self._wire.run(_KEPT, that=letter).fetchone()
        return None if row is None else decode(row[2])

    def again(self, letter: int, now: datetime) -> int | None:
        """Send a refused or held letter now, as a new one; None when somebody did so before, or its words are gone."""
        posting = self.kept(letter)
        if posting is None or self._wire.run(_TAKEN_UP, that=letter, now=stored(now), why="sent again").rowcount != 1:
            return None
        return self.post(posting, now)

    def failures(self, limit: int = 100) -> tuple[tuple[Letter, str], ...]:
        """Letters that were refused, newest first, with the reason."""
        rows = self._wire.run(_FAILED, most=limit).fetchall()
        return tuple((_letter(row[:7]), row[7] or "") for row in rows if row[2])

    def ticket_of_topic_name(self, chat: int, name: str) -> int | None:
        """The ticket that waits for a topic of exactly this name in this group."""
        for ticket, payload in self._wire.run(_WAITING_TOPICS).fetchall():
            posting = decode(payload)
            if isinstance(posting, Topic) and (posting.chat, posting.name) == (chat, name):
                return int(ticket)
        return None

    def waiting(self, ticket: int, origin: tuple[int, int]) -> Posting | None:
        """The newest copy of this (chat, message) that is still on its way."""
        found = (decode(row[0]) for row in reversed(self._wire.run(_WAITING_OF, of=ticket).fetchall()))
        return next((posting for posting in found if origin in originals(posting)), None)

    def held(self, ticket: int, origin: tuple[int, int]) -> int | None:
        """The letter that is held back and would bring this (chat, message)."""
        found = self._wire.run(_HELD_OF, of=ticket).fetchall()
        return next((int(row[0]) for row in found if row[1] and origin in originals(decode(row[1]))), None)

    def blank(self, before: datetime) -> int:
        """Empty letters that were settled before then. Returns how many."""
        return int(self._wire.run(_BLANK, before=stored(before)).rowcount)

    def forget(self, before: datetime) -> int:
        """Delete letters that were settled before then. Returns how many."""
        return int(self._wire.run(_FORGET, before=stored(before)).rowcount)

    def counts(self) -> dict[str, int]:
        """How many letters are ``new``, ``sent`` and ``failed``."""
        found = dict(self._wire.run(_COUNTS).fetchall())
        return {name: int(found.get(state, 0)) for state, name in enumerate(("new", "sent", "failed"))}

    def oldest(self) -> datetime | None:
        """Since when the longest waiting letter waits."""
        found: int | None = self._wire.run(_OLDEST).fetchone()[0]
        return restored(found)

    def _remember(self, posting: Posting, messages: tuple[int, ...], now: datetime) -> None:
        match posting:
            case Topic():
                self._tickets.place_topic(posting.ticket, messages[0], posting.chat)
            case Card():
                self._tickets.place_card(posting.ticket, messages[0])
            case Text() | Copy() | Album():
                self._link(posting, originals(posting), messages, now)
            case _:
                pass

    def _link(
        self,
        posting: Text | Album | Copy,
        origins: tuple[tuple[int, int], ...],
        messages: tuple[int, ...],
        now: datetime,
    ) -> None:
        direction: Direction = "to_staff" if posting.chat < 0 else "to_merchant"
        several = isinstance(posting, Text) and len(origins) > 1
        album = origins[0][1] if len(origins) > 1 and not several else None
        copies = messages[:1] * len(origins) if several else messages
        for origin, made, said in zip(origins, copies, _said(posting), strict=False):
            self._tickets.link(
                posting.ticket,
                origin,
                (posting.chat, made),
                direction,
                album=album,
                file=not isinstance(posting, Text),
                said=said or None,
                at=now,
            )


def _said(posting: Text | Album | Copy) -> tuple[str, ...]:
    """The words of each message that a posting becomes."""
    match posting:
        case Text(brings=brings) if brings:
            return tuple(words for _, words in brings)
        case Text():
            return (plain(posting.html),)
        case Copy():
            return (plain(posting.caption or "") or posting.said,) * len(posting.messages)
        case Album():
            return tuple(plain(part.caption) for part in posting.parts)


def _letter(row: tuple[int, str, str, int, int | None, int, int]) -> Letter:
    return Letter(row[0], row[1], decode(row[2]), restored(row[3]), restored(row[4]), bool(row[5]), row[6])
