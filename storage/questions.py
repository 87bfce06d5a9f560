"""Questions put to the base and diagnoses without a reason, with what came of each. Kept for authors, for a while.

Only redacted text comes in here, the same that the inbox keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import and_, delete, func, or_, select, update

from knowledge.questions import Asked, Decided
from storage.moments import restored, stored
from storage.statements import Statement, Wire, p
from storage.tables import bindings, questions

Kind = Literal["question", "evidence"]
LONGEST_TEXT, LONGEST_REPLIES = 600, 4000
"""Characters kept of a question, and of what staff wrote to it."""


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """What is to be kept: see ``knowledge.questions.Asked``."""

    kind: Kind
    chat: int
    locale: str
    text: str
    zone: str
    best: str | None
    confidence: float = 0.0
    message: int | None = None
    ticket: int | None = None
    offered: tuple[str, ...] = ()


_q, _b = questions.c, bindings.c
_SHOWN = ("number", "at", "kind", "locale", "said", "zone", "best", "confidence", "outcome", "chosen", "ticket")
_COLUMNS = (*(_q[name] for name in _SHOWN), _q.replies)
_ADD = Statement(
    lambda insert: (
        insert(questions)
        .values(
            at=p("moment"), kind=p("of"), chat=p("where"), message=p("message"), locale=p("locale"), said=p("said"),
            zone=p("zone"), best=p("best"), confidence=p("confidence"), ticket=p("ticket"),
            offered=p("offered"),
        )
        .returning(_q.number)
    )
)  # fmt: skip
_SETTLE = Statement(
    lambda _: (
        update(questions)
        .where(_q.number == p("of"), _q.outcome.is_(None))
        .values(outcome=p("what"), chosen=p("article"), ticket=p("into"))
    )
)
_OFFERED = Statement(lambda _: select(_q.offered).where(_q.number == p("of")))
_TO_TICKET = Statement(lambda _: update(questions).where(_q.number == p("of")).values(ticket=p("into")))
_REPLIED = Statement(
    lambda _: (
        update(questions)
        .where(_q.ticket == p("of"), func.length(_q.replies) < p("most"))
        .values(replies=_q.replies + p("line"))
    )
)
_ERASE = Statement(lambda _: delete(questions).where(_q.chat == p("where"), _q.message == p("which")))
_OPEN = Statement(
    lambda _: (
        select(*_COLUMNS)
        .where(
            _q.at >= p("since"),
            or_(
                _q.kind == "evidence",
                _q.zone == "none",
                _q.outcome == "person",
                and_(_q.zone == "offer", _q.outcome != "chose"),
            ),
        )
        .order_by(_q.number.desc())
        .limit(p("most"))
    )
)
_NEWEST = Statement(
    lambda _: select(*_COLUMNS).where(_q.kind == "question").order_by(_q.number.desc()).limit(p("most"))
)
_NUMBERED = Statement(lambda _: select(*_COLUMNS).where(_q.number == p("of"), _q.kind == "question"))
_MERCHANT = select(func.min(_b.merchant_no)).where(_b.user_id == _q.chat).scalar_subquery()
_DECIDED = Statement(
    lambda _: (
        select(_q.number, _q.at, _q.locale, _q.said, _q.chosen, _q.chat, _MERCHANT)
        .where(_q.at >= p("since"), _q.zone == "offer", _q.outcome.in_(("chose", "none_of_these")))
        .order_by(_q.number.desc())
        .limit(p("most"))
    )
)
_FORGET = Statement(lambda _: delete(questions).where(_q.at < p("before")))
_HIGHEST = Statement(lambda _: select(func.max(_q.number)))
_DROP = Statement(lambda _: delete(questions).where(_q.number <= p("last")))
_COUNT = Statement(lambda _: select(func.count()).select_from(questions))


class Questions:
    """The questions, within one unit of work."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def add(self, new: NewQuestion, at: datetime) -> int:
        """Keep one; returns its number."""
        row = self._wire.run(
            _ADD, moment=stored(at), of=new.kind, where=new.chat, message=new.message, locale=new.locale,
            said=new.text[:LONGEST_TEXT], zone=new.zone, best=new.best, confidence=round(new.confidence * 10_000),
            ticket=new.ticket, offered=" ".join(new.offered),
        ).fetchone()  # fmt: skip
        return int(row[0])

    def settle(self, number: int, outcome: str, *, chosen: str | None = None, ticket: int | None = None) -> None:
        """Note what came of a question; what was noted first stays."""
        self._wire.run(_SETTLE, of=number, what=outcome, article=chosen, into=ticket)

    def offered(self, number: int) -> tuple[str, ...]:
        """The articles whose titles were offered for a question; none for one that is gone."""
        row = self._wire.run(_OFFERED, of=number).fetchone()
        return tuple(str(row[0]).split()) if row else ()

    def to_ticket(self, numbers: Iterable[int], ticket: int) -> None:
        """A ticket was opened about these."""
        for number in numbers:
            self._wire.run(_TO_TICKET, of=number, into=ticket)

    def replied(self, ticket: int, text: str) -> None:
        """Staff wrote this in the ticket; for a question that led to it, it may be the answer."""
        line = " ".join(text.split())
        if line:
            self._wire.run(_REPLIED, of=ticket, most=LONGEST_REPLIES, line=line[:LONGEST_TEXT] + "\n")

    def erase(self, chat: int, messages: Iterable[int]) -> None:
        """Delete what these messages asked: they turned out to hold a part of a card number."""
        for message in messages:
            self._wire.run(_ERASE, where=chat, which=message)

    def open(self, since: datetime, limit: int) -> tuple[Asked, ...]:
        """What could not be answered since then, and diagnoses without a reason; newest first.

        Not answered: the base had nothing, none of what it offered was chosen, or a person was wanted right after.
        """
        return tuple(map(_asked, self._wire.run(_OPEN, since=stored(since), most=limit).fetchall()))

    def newest(self, limit: int) -> tuple[Asked, ...]:
        """The newest questions, answered or not."""
        return tuple(map(_asked, self._wire.run(_NEWEST, most=limit).fetchall()))

    def numbered(self, number: int) -> Asked | None:
        """The question of this number, while it is kept."""
        row = self._wire.run(_NUMBERED, of=number).fetchone()
        return _asked(row) if row else None

    def decided(self, since: datetime, limit: int) -> tuple[Decided, ...]:
        """Questions since then whose offered titles were answered by a button; newest first.

        Everybody who may see one merchant's records is that merchant; somebody unknown is one by the chat.
        """
        rows = self._wire.run(_DECIDED, since=stored(since), most=limit).fetchall()
        return tuple(
            Decided(int(number), restored(at), locale, said, chosen, f"merchant {own}" if own else f"chat {chat}")
            for number, at, locale, said, chosen, chat, own in rows
        )

    def forget(self, before: datetime, most: int) -> int:
        """Delete what is older than that, and all but about the newest ``most``; returns how many went."""
        gone = int(self._wire.run(_FORGET, before=stored(before)).rowcount)
        highest = self._wire.run(_HIGHEST).fetchone()[0] or 0
        if highest > most:
            gone += int(self._wire.run(_DROP, last=highest - most).rowcount)
        return gone

    def count(self) -> int:
        """How many there are."""
        return int(self._wire.run(_COUNT).fetchone()[0])


def _asked(row: Sequence[Any]) -> Asked:
    values = dict(zip((*_SHOWN, "replies"), row, strict=True))
    values["text"] = values.pop("said")
    values["at"] = restored(values["at"])
    values["confidence"] = values["confidence"] / 10_000
    return Asked(**values)
