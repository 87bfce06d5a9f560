"""One merchant's conversation, as a value: stored, replayed, fuzzed and shown to staff alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

SlotName = Literal["terminal_id", "change_date", "trade_dates", "amounts", "new_tail"]
SLOTS: tuple[SlotName, ...] = ("terminal_id", "change_date", "trade_dates", "amounts", "new_tail")


@dataclass(frozen=True, slots=True)
class Answers:
    """What the merchant told us; None or empty is *not said*. Amounts are minor units in the order said."""

    terminal_id: str | None = None
    change_date: date | None = None
    trade_dates: tuple[date, ...] = ()
    amounts: tuple[int, ...] = ()
    new_tail: str | None = None
    merchant_no: str | None = None
    old_tail: str | None = None
    claims_cycle: Literal["T1", "D0"] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the transcript: who, when, what (never a card number)."""

    who: Literal["merchant", "desk", "staff", "system"]
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class CauseTold:
    """A finding in short, for the ticket and for comparing with a later run."""

    reference: str
    primary: str
    secondary: tuple[str, ...] = ()
    undecidable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """cause -> the facts that were missing to decide it."""
    trade_date: date | None = None
    amounts: tuple[int, ...] = ()
    payouts: tuple[str, ...] = ()
