"""A ticket: a case that a person works on, in a forum topic of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zlib import crc32

TicketStatus = Literal["open", "claimed", "waiting_merchant", "waiting_bank", "resolved", "closed"]
Priority = Literal["low", "normal", "high", "urgent"]
DeadlineKind = Literal["first_reply", "next_reply", "resolution"]
Reason = Literal["paid", "mended", "explained", "duplicate", "other"]
REASONS: tuple[Reason, ...] = ("paid", "mended", "explained", "duplicate", "other")
"""What a ticket can be resolved with: the money came, something was set right, it was explained, it is told twice."""
SILENT = "silent"
"""Why a ticket was closed whose merchant did not answer any more."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A promise: its working time runs from ``since`` (None: it stands still), after ``spent`` seconds before.

    ``told``: what staff have heard of it.
    """

    kind: DeadlineKind
    since: datetime | None
    spent: int = 0
    told: Literal["", "reminded", "missed"] = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the ticket waits for: since when, until when at most, and when the merchant was asked again."""

    since: datetime
    until: datetime | None = None
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """What the clock must know of a ticket. ``introduced``: the owner whose name the merchant was told last.

    ``away_until``: the merchant was told that nobody is there before then.
    """

    deadlines: tuple[Deadline, ...] = ()
    waiting: Waiting | None = None
    introduced: int | None = None
    away_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What a conversation knows of a ticket of its chat. ``reopenable``: resolved, but not for too long; ``taken``:
    somebody has it.
    """

    number: int
    live: bool
    terminal_id: str | None = None
    references: tuple[str, ...] = ()
    reopenable: bool = False
    rated: bool = False
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """What staff see and change. ``case`` is the conversation's case as JSON, as it was when the ticket was opened.

    ``reason`` and ``article``: what it was resolved with. ``look_at``: when the clock has to look at it next.
    ``merged_into``: the ticket in which it goes on; it is closed for good.
    """

    number: int
    chat: int
    user: int
    locale: str
    department: str
    created_at: datetime
    status: TicketStatus = "open"
    priority: Priority = "normal"
    verified: bool = False
    merchant_no: str | None = None
    merchant_name: str | None = None
    terminal_id: str | None = None
    references: tuple[str, ...] = ()
    owner: int | None = None
    owner_name: str | None = None
    claimed_at: datetime | None = None
    first_reply_at: datetime | None = None
    resolved_at: datetime | None = None
    stars: int | None = None
    stars_reason: str | None = None
    """Why there were only few of them, in the merchant's words or as the button that was pressed."""
    reason: str | None = None
    article: str | None = None
    merged_into: int | None = None
    look_at: datetime | None = None
    life: Life = Life()
    topic: int | None = None
    """message_thread_id in the support group, once created."""
    topic_chat: int | None = None
    """The support group that the topic is in; None while there is no topic."""
    card: int | None = None
    """message id of the pinned card, once posted."""
    case: str = "{}"
    version: int = 0

    @property
    def live(self) -> bool:
        """Whether a person still works on it."""
        return self.status not in ("resolved", "closed")

    @property
    def stamp(self) -> str:
        """Four letters that change when what a person decides upon has changed; buttons carry it."""
        waiting = self.life.waiting
        seen = (self.status, self.owner, self.department, self.priority, waiting and waiting.until)
        return f"{crc32(repr(seen).encode()) & 0xFFFF:04x}"
