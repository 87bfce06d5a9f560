"""A ticket: a case that a person works on, in a forum topic of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

TicketStatus = Literal["open", "claimed", "waiting_merchant", "waiting_bank", "resolved", "closed"]
Priority = Literal["low", "normal", "high", "urgent"]


@dataclass(frozen=True, slots=True)
class Ticket:
    """What staff see and change. ``case`` is the conversation's case as JSON, as it was when the ticket was opened."""

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
    topic: int | None = None
    """message_thread_id in the support group, once created."""
    card: int | None = None
    """message id of the pinned card, once posted."""
    case: str = "{}"
    version: int = 0

    @property
    def live(self) -> bool:
        """Whether a person still works on it."""
        return self.status not in ("resolved", "closed")
