"""What an acquirer's settlement records say, as plain values.

Money is integer minor units of the record's currency (fen for CNY). Moments carry their zone. A field that is
``None`` is *unknown*: the source does not say. That a payout does not exist is said by its absence from
``Records.payouts``, never by an empty field. Source of the fields: the native bundle of the product's contract.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

PayoutStatus = Literal["created", "processing", "sent", "paid", "failed", "returned", "frozen"]
ChangeStatus = Literal["submitted", "need_merchant", "auditing", "rejected", "effective"]
Cycle = Literal["T1", "D1", "D0"]


@dataclass(frozen=True, slots=True)
class Merchant:
    """A merchant of an acquirer. ``phone`` is E.164; sums are minor units of ``currency``."""

    merchant_no: str
    name: str | None = None
    phone: str | None = None
    locale: str | None = None
    timezone: str | None = None
    acquirer: str | None = None
    account_type: Literal["personal", "corporate"] | None = None
    cycle: Cycle | None = None
    mode: Literal["auto", "manual"] | None = None
    min_payout: int | None = None
    retained: int | None = None
    balance: int | None = None
    pending_sum: int | None = None
    currency: str | None = None
    risk_hold: bool | None = None
    payouts_suspended: bool | None = None


@dataclass(frozen=True, slots=True)
class Terminal:
    """A card terminal; some acquirers keep a settlement account of its own for it (``account_tail``)."""

    terminal_id: str
    merchant_no: str
    location: str | None = None
    account_tail: str | None = None
    unsent_txns: int | None = None
    last_signon_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CardChange:
    """A request to settle to another card; without ``terminal_id`` it is merchant-wide."""

    change_id: str
    merchant_no: str
    terminal_id: str | None = None
    old_tail: str | None = None
    new_tail: str | None = None
    new_bank: str | None = None
    status: ChangeStatus | None = None
    submitted_at: datetime | None = None
    effective_at: datetime | None = None
    reject_reason: str | None = None
    need: Literal["sign", "amount_verify", "document"] | None = None


@dataclass(frozen=True, slots=True)
class Payout:
    """One payout record; without ``terminal_id`` it pays the whole merchant. ``replaces``: the one it re-issues."""

    payout_id: str
    merchant_no: str
    terminal_id: str | None = None
    batch_id: str | None = None
    trade_date: date | None = None
    cut_at: datetime | None = None
    status: PayoutStatus | None = None
    raw_status: str | None = None
    reason: str | None = None
    raw_reason: str | None = None
    sent_at: datetime | None = None
    paid_at: datetime | None = None
    returned_at: datetime | None = None
    due_date: date | None = None
    dest_tail: str | None = None
    dest_bank: str | None = None
    gross: int | None = None
    fee: int | None = None
    d0_fee: int | None = None
    refund_offset: int | None = None
    held: int | None = None
    net: int | None = None
    currency: str | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """A maintenance or outage at a bank, or (``bank`` is None) of the channel; open while ``ends_at`` is None."""

    incident_id: str
    bank: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """All that a source knows about one terminal and its merchant around the dates asked for."""

    terminal: Terminal
    merchant: Merchant
    changes: tuple[CardChange, ...] = ()
    payouts: tuple[Payout, ...] = ()
    incidents: tuple[Incident, ...] = ()
    knows_changes: bool = True
    """False when the source keeps no card changes at all: then a change is unknown, not absent."""
    knows_payouts: bool = True
    """False when the source cannot say that there is no payout."""


@dataclass(frozen=True, slots=True)
class Query:
    """A lookup. ``merchants`` are those that the asker is bound to: records of others never leave a source.

    An empty ``terminal_id`` with one merchant asks for all that this merchant has; staff alone ask so.
    """

    terminal_id: str
    trade_dates: tuple[date, ...] = ()
    merchants: frozenset[str] = field(default_factory=frozenset)

    @property
    def whole(self) -> str | None:
        """The merchant that is asked about as a whole; None where a terminal is."""
        if self.terminal_id.strip() or len(self.merchants) != 1:
            return None
        return next(iter(self.merchants))


@dataclass(frozen=True, slots=True)
class Found:
    """The records, which source gave them, and as of when (``stale``: older than the source's freshness limit)."""

    records: Records
    source: str
    as_of: datetime
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Absent:
    """The source answered: there is no such terminal."""

    source: str = ""


@dataclass(frozen=True, slots=True)
class Foreign:
    """The terminal belongs to a merchant that the asker is not bound to. Looks like ``Absent`` to merchants."""

    source: str = ""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The source did not answer; silence is not absence. ``reason`` is for staff and logs, without personal data."""

    reason: str
    source: str = ""


LookupResult = Found | Absent | Foreign | Unavailable
