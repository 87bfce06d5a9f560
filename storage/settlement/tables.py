"""The embedded settlement table: rows of every record an acquirer's files told us, version after version.

Records are only ever added. A row's ``id`` is made of the number of the import that brought it, the file and its place
there, so an import's rows are one range of ids. ``said_at`` is the moment at which the source said so: the newest word
counts, however late it comes, and of two from one moment the one with the larger id. Earlier versions stay as history.
Readers skip the rows of imports that are not finished: an import of any size becomes visible, or vanishes, by one small
update in the ledger, while the bot goes on writing beside it.

Money is integer minor units, moments are microseconds since 1970 UTC (``storage.moments``), dates are ISO text, flags
are 0 and 1: the same raw values in SQLite and PostgreSQL, so that they can be written in bulk and compared as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, text
from sqlmodel import Field, SQLModel

from knowledge import records

__all__ = [
    "CARD_CHANGES",
    "INCIDENTS",
    "KINDS",
    "LINE_BITS",
    "MERCHANTS",
    "PAYOUTS",
    "SEAT_BITS",
    "TERMINALS",
    "CardChangeRow",
    "IncidentRow",
    "Kind",
    "MerchantRow",
    "PayoutRow",
    "SettlementFeed",
    "SettlementImport",
    "TerminalRow",
]

LINE_BITS, SEAT_BITS = 29, 39
"""A row's id: the import's number, 10 bits for the file within the import, 29 for the place in it (half a billion)."""

_BIG = BigInteger().with_variant(Integer, "sqlite")  # SQLite makes only INTEGER PRIMARY KEY its row id


def _identity() -> Any:
    return Field(sa_column=Column(_BIG, primary_key=True, autoincrement=False))


def _said() -> Any:
    return Field(sa_column=Column(BigInteger, nullable=False))


def _sum() -> Any:
    return Field(default=None, sa_type=BigInteger)


class SettlementImport(SQLModel, table=True):
    """The ledger of imports: what was read, how far it came, and what became of it."""

    __tablename__ = "settlement_imports"

    import_no: int | None = Field(default=None, primary_key=True)
    digest: str = Field(index=True, sa_type=Text)
    """SHA-256 of the content, so that the same file by another name is known again."""
    format: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    state: str = Field(index=True, sa_type=Text)
    """running, done or rejected; only rows of imports that are not ``running`` count."""
    owner: str = Field(sa_type=Text)
    """host, process and a random word of who writes it; whoever takes it over leaves the earlier writer out."""
    started_at: int = Field(sa_type=BigInteger)
    beat_at: int = Field(sa_type=BigInteger)
    finished_at: int | None = _sum()
    as_of: int | None = Field(default=None, sa_type=BigInteger)
    """As of when its payouts are; empty when it brought none."""
    counts: str = Field(default="{}", sa_type=Text)
    """JSON: kind of record -> how many read, new, changed, same, late, unmatched."""
    unmapped: str = Field(default="{}", sa_type=Text)
    """JSON: reason, status or transaction type -> raw value -> how often."""
    reasons: str | None = Field(default=None, sa_type=Text)
    """JSON: why it was refused, the first reasons; empty unless a person has to look at it."""


class SettlementFeed(SQLModel, table=True):
    """As of when the payouts of one feed are. A feed is what one format brings of one acquirer's merchants."""

    __tablename__ = "settlement_feeds"

    format: str = Field(primary_key=True, sa_type=Text)
    acquirer: str = Field(primary_key=True, sa_type=Text)
    """Empty for merchants of which no acquirer is known."""
    as_of: int = Field(sa_type=BigInteger)


class MerchantRow(SQLModel, table=True):
    """One version of a merchant."""

    __tablename__ = "settlement_merchants"

    id: int = _identity()
    said_at: int = _said()
    merchant_no: str = Field(index=True, sa_type=Text)
    name: str | None = Field(default=None, sa_type=Text)
    phone: str | None = Field(default=None, sa_type=Text, index=True)
    locale: str | None = Field(default=None, sa_type=Text)
    timezone: str | None = Field(default=None, sa_type=Text)
    acquirer: str | None = Field(default=None, sa_type=Text)
    account_type: str | None = Field(default=None, sa_type=Text)
    cycle: str | None = Field(default=None, sa_type=Text)
    mode: str | None = Field(default=None, sa_type=Text)
    min_payout: int | None = _sum()
    retained: int | None = _sum()
    balance: int | None = _sum()
    pending_sum: int | None = _sum()
    currency: str | None = Field(default=None, sa_type=Text)
    risk_hold: int | None = None
    payouts_suspended: int | None = None


class TerminalRow(SQLModel, table=True):
    """One version of a terminal."""

    __tablename__ = "settlement_terminals"

    id: int = _identity()
    said_at: int = _said()
    terminal_id: str = Field(index=True, sa_type=Text)
    merchant_no: str = Field(sa_type=Text)
    location: str | None = Field(default=None, sa_type=Text)
    account_tail: str | None = Field(default=None, sa_type=Text)
    unsent_txns: int | None = None
    last_signon_at: int | None = _sum()


class CardChangeRow(SQLModel, table=True):
    """One version of a card change."""

    __tablename__ = "settlement_card_changes"

    id: int = _identity()
    said_at: int = _said()
    change_id: str = Field(index=True, sa_type=Text)
    merchant_no: str = Field(index=True, sa_type=Text)
    terminal_id: str | None = Field(default=None, sa_type=Text)
    old_tail: str | None = Field(default=None, sa_type=Text)
    new_tail: str | None = Field(default=None, sa_type=Text)
    new_bank: str | None = Field(default=None, sa_type=Text)
    status: str | None = Field(default=None, sa_type=Text)
    submitted_at: int | None = _sum()
    effective_at: int | None = _sum()
    reject_reason: str | None = Field(default=None, sa_type=Text)
    need: str | None = Field(default=None, sa_type=Text)


class PayoutRow(SQLModel, table=True):
    """One version of a payout."""

    __tablename__ = "settlement_payouts"
    __table_args__ = (
        Index("ix_settlement_payouts_day", "merchant_no", "trade_date"),
        Index(
            "ix_settlement_payouts_replaces",
            "replaces",
            sqlite_where=text("replaces IS NOT NULL"),
            postgresql_where=text("replaces IS NOT NULL"),
        ),
    )

    id: int = _identity()
    said_at: int = _said()
    payout_id: str = Field(index=True, sa_type=Text)
    merchant_no: str = Field(sa_type=Text)
    terminal_id: str | None = Field(default=None, sa_type=Text)
    batch_id: str | None = Field(default=None, sa_type=Text)
    trade_date: str | None = Field(default=None, sa_type=Text)
    cut_at: int | None = _sum()
    status: str | None = Field(default=None, sa_type=Text)
    raw_status: str | None = Field(default=None, sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    raw_reason: str | None = Field(default=None, sa_type=Text)
    sent_at: int | None = _sum()
    paid_at: int | None = _sum()
    returned_at: int | None = _sum()
    due_date: str | None = Field(default=None, sa_type=Text)
    dest_tail: str | None = Field(default=None, sa_type=Text)
    dest_bank: str | None = Field(default=None, sa_type=Text)
    gross: int | None = _sum()
    fee: int | None = _sum()
    d0_fee: int | None = _sum()
    refund_offset: int | None = _sum()
    held: int | None = _sum()
    net: int | None = _sum()
    currency: str | None = Field(default=None, sa_type=Text)
    replaces: str | None = Field(default=None, sa_type=Text)


class IncidentRow(SQLModel, table=True):
    """One version of an incident."""

    __tablename__ = "settlement_incidents"

    id: int = _identity()
    said_at: int = _said()
    incident_id: str = Field(index=True, sa_type=Text)
    bank: str | None = Field(default=None, sa_type=Text)
    starts_at: int | None = Field(default=None, sa_type=BigInteger, index=True)
    ends_at: int | None = _sum()
    title: str | None = Field(default=None, sa_type=Text)


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of record: its table, its value in ``knowledge.records``, and the field that names a record."""

    name: str
    row: type[SQLModel]
    record: type[Any]
    key: str
    moments: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    of_status: frozenset[str] = frozenset()
    """Fields that belong to the status they came with: another status, and they are no longer known."""

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The record's fields in order; a row's values are in the same order, after its id."""
        return tuple(field.name for field in fields(self.record))

    @property
    def table(self) -> Table:
        """The table that keeps its versions."""
        table: Table = self.row.__table__  # type: ignore[attr-defined]
        return table


MERCHANTS = Kind(
    "merchants", MerchantRow, records.Merchant, "merchant_no", flags=frozenset({"risk_hold", "payouts_suspended"})
)
TERMINALS = Kind("terminals", TerminalRow, records.Terminal, "terminal_id", frozenset({"last_signon_at"}))
CARD_CHANGES = Kind(
    "card_changes", CardChangeRow, records.CardChange, "change_id", frozenset({"submitted_at", "effective_at"}),
    of_status=frozenset({"reject_reason", "need"}),
)  # fmt: skip
PAYOUTS = Kind(
    "payouts", PayoutRow, records.Payout, "payout_id", frozenset({"cut_at", "sent_at", "paid_at", "returned_at"}),
    of_status=frozenset({"raw_status", "reason", "raw_reason", "returned_at"}),
)  # fmt: skip
INCIDENTS = Kind("incidents", IncidentRow, records.Incident, "incident_id", frozenset({"starts_at", "ends_at"}))
KINDS = (MERCHANTS, TERMINALS, CARD_CHANGES, PAYOUTS, INCIDENTS)
"""In the order in which one may refer to the other."""
