"""What one person of staff may not do alone: asked for by one, decided by another, within an hour. Pure.

``ask`` makes a request, ``decide`` ends it; both say why not. Whatever happens in whatever order, nothing is approved
by who asked for it, by whom it is about, by who did what it would undo, after its time, or twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from knowledge.ticket_events import Person, Refused

Kind = Literal["bind", "link", "show", "unban"]
"""Bind the ticket's person to a merchant; make a link that binds whoever opens it; tell the ticket's unbound person of
a merchant's records; lift a ban.
"""
State = Literal["open", "approved", "refused", "withdrawn"]
WITHIN = timedelta(hours=1)
SHORTEST_REASON, LONGEST_REASON = 4, 300
ANONYMOUS = 1087968824
"""The account in whose name Telegram lets every anonymous administrator write: it may be anybody, so it is nobody."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What it is about: a ticket, the person of it, a merchant; what a kind does not need is None."""

    kind: Kind
    ticket: int | None = None
    user: int | None = None
    merchant_no: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody wants it done, and why. It is open until somebody decided, or until its time is over."""

    number: int
    subject: Subject
    by: int
    by_name: str
    reason: str
    at: datetime
    state: State = "open"
    decided_by: int | None = None
    decided_name: str | None = None
    decided_at: datetime | None = None

    @property
    def until(self) -> datetime:
        """When it can be approved no longer."""
        return self.at + WITHIN

    def waits(self, now: datetime) -> bool:
        """Whether it can still be decided."""
        return self.state == "open" and now < self.until


def ask(subject: Subject, reason: str, by: Person, now: datetime) -> Request | Refused:
    """A new request (its number is given when it is kept), or why this person cannot ask for it."""
    words = " ".join(reason.split())
    if by.id == ANONYMOUS:
        return Refused("refused_anonymous")
    if by.id == subject.user:
        return Refused("refused_own_matter")
    if len(words.encode("utf-16-le")) < 2 * SHORTEST_REASON:
        return Refused("refused_no_reason", {"kind": subject.kind, "least": SHORTEST_REASON})
    return Request(0, subject, by.id, by.name, words[:LONGEST_REASON], now)


def decide(
    request: Request, by: Person, now: datetime, *, approve: bool, undone: int | None = None
) -> Request | Refused:
    """The request as it is after this person's decision, or why it cannot be theirs.

    Who asked may take it back at any time before, which approves nothing. ``undone``: who did what it would undo;
    they may ask for that like anybody, but decide about no colleague's request.
    """
    if request.state != "open":
        return Refused(f"refused_{request.state}", {"name": request.decided_name})
    if now >= request.until:
        return Refused("refused_expired")
    if by.id == ANONYMOUS:
        return Refused("refused_anonymous")
    if by.id == request.by:
        return Refused("refused_own_request") if approve else _decided(request, "withdrawn", by, now)
    if by.id == request.subject.user:
        return Refused("refused_own_matter")
    if by.id == undone:
        return Refused("refused_own_deed")
    return _decided(request, "approved" if approve else "refused", by, now)


def _decided(request: Request, state: State, by: Person, now: datetime) -> Request:
    return replace(request, state=state, decided_by=by.id, decided_name=by.name, decided_at=now)
