"""The tables, as definitions: rows never leave ``storage``, and the repositories state their SQL with these columns.

Times are microseconds since the epoch (``storage.moments``), states are small numbers, JSON is text: every value reads
the same through SQLite and PostgreSQL without conversion.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, SmallInteger, Table, Text, text
from sqlmodel import Field, SQLModel

Big = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite keeps a table by its key only when the key is called INTEGER; it holds 64 bits there too."""

NEW, DONE, FAILED, HELD = 0, 1, 2, 3
"""States of rows in the inbox (new, done, given up) and the outbox (to be sent, sent, refused for good, held back)."""


def key() -> Any:
    """A primary key that Telegram numbers."""
    return Field(sa_column=Column(Big, primary_key=True, autoincrement=False))


def big(*, default: int | None = None, nullable: bool = False) -> Any:
    """A 64-bit number: an id of Telegram or a moment."""
    return Field(
        sa_column=Column(Big, nullable=nullable, server_default=None if default is None else text(str(default)))
    )


def small(default: int = 0) -> Any:
    """A state or a counter."""
    return Field(sa_column=Column(SmallInteger, nullable=False, server_default=text(str(default))))


def words(*, primary: bool = False, nullable: bool = False, default: str | None = None) -> Any:
    """Text of any length."""
    column: Column[Any] = Column(
        Text,
        primary_key=primary,
        nullable=nullable and not primary,
        server_default=None if default is None else text(f"'{default}'"),
    )
    return Field(sa_column=column)


class InboxRow(SQLModel, table=True):
    """An update of Telegram, redacted, from before it was acknowledged until it is done."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("inbox_new", "received_at", sqlite_where=text("state = 0"), postgresql_where=text("state = 0")),
        Index("inbox_settled", "settled_at"),
        Index("inbox_lane", "lane", "received_at"),
    )
    update_id: int = key()
    lane: str = words()
    payload: str = words()
    received_at: int = big()
    state: int = small()
    attempts: int = small()
    interruptions: int = small()
    error: str | None = words(nullable=True)
    settled_at: int | None = big(nullable=True)


class OutboxRow(SQLModel, table=True):
    """A posting, from the commit that decided it until Telegram has it. ``front`` rows go first in their lane."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_new", "id", sqlite_where=text("state = 0"), postgresql_where=text("state = 0")),
        Index("outbox_settled", "settled_at"),
        {"sqlite_autoincrement": True},
    )
    id: int = Field(sa_column=Column(Big, Identity(), primary_key=True))
    lane: str = words()
    front: int = small()
    ticket: int | None = big(nullable=True)
    payload: str = words()
    created_at: int = big()
    not_before: int | None = big(nullable=True)
    state: int = small()
    attempts: int = small()
    error: str | None = words(nullable=True)
    settled_at: int | None = big(nullable=True)
    messages: str | None = words(nullable=True)


class CaseRow(SQLModel, table=True):
    """A conversation, as the JSON that ``knowledge.case`` makes of it. ``asked``: the slot that the form waits for."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(
            "cases_wake",
            "wake_at",
            sqlite_where=text("wake_at IS NOT NULL"),
            postgresql_where=text("wake_at IS NOT NULL"),
        ),
    )
    chat: int = key()
    version: int = Field(sa_column=Column(Integer, nullable=False))
    data: str = words()
    asked: str | None = words(nullable=True)
    wake_at: int | None = big(nullable=True)
    updated_at: int = big()


class TicketRow(SQLModel, table=True):
    """A ticket. ``topic``, ``topic_chat`` and ``card`` belong to the sender, all else to whoever saves the ticket.

    ``life``: deadlines and waiting, as JSON; ``look_at``: when the clock has to look at it next.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index("tickets_chat", "chat", "number"),
        Index("tickets_topic", "topic_chat", "topic", unique=True),
        Index("tickets_status", "status", "number"),
        Index("tickets_created", "created_at"),
        Index("tickets_resolved", "resolved_at"),
        Index(
            "tickets_look_at",
            "look_at",
            sqlite_where=text("look_at IS NOT NULL"),
            postgresql_where=text("look_at IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )
    number: int = Field(sa_column=Column(Big, Identity(start=1001), primary_key=True))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    chat: int = big()
    user_id: int = big()
    locale: str = words()
    department: str = words()
    status: str = words()
    priority: str = words()
    verified: int = small()
    merchant_no: str | None = words(nullable=True)
    merchant_name: str | None = words(nullable=True)
    terminal_id: str | None = words(nullable=True)
    refs: str = words()
    owner: int | None = big(nullable=True)
    owner_name: str | None = words(nullable=True)
    created_at: int = big()
    claimed_at: int | None = big(nullable=True)
    first_reply_at: int | None = big(nullable=True)
    resolved_at: int | None = big(nullable=True)
    stars: int | None = Field(sa_column=Column(SmallInteger, nullable=True))
    topic: int | None = big(nullable=True)
    topic_chat: int | None = big(nullable=True)
    card: int | None = big(nullable=True)
    case_data: str = words()
    reason: str | None = words(nullable=True)
    article: str | None = words(nullable=True)
    merged_into: int | None = big(nullable=True)
    look_at: int | None = big(nullable=True)
    life: str = words(default="{}")
    stars_reason: str | None = words(nullable=True)


class CopyRow(SQLModel, table=True):
    """Two messages that are the same words in two chats: a merchant's and its copy in the topic, or the reverse.

    Several messages of a flood have one copy between them.

    ``album``: the original of the first part, for all parts that were sent as one album. ``file``: it is a photo, a
    file or the like. ``said``: its words, without card numbers; none when it has none, empty when it was taken back.
    """

    __tablename__ = "copies"
    __table_args__ = (
        Index("copies_origin", "origin_chat", "origin_message"),
        Index("copies_ticket", "ticket", "id"),
        Index("copies_copy", "copy_chat", "copy_message", "origin_chat", "origin_message", unique=True),
        {"sqlite_autoincrement": True},
    )
    id: int = Field(sa_column=Column(Big, Identity(), primary_key=True))
    ticket: int | None = big(nullable=True)
    origin_chat: int = big()
    origin_message: int = big()
    copy_chat: int = big()
    copy_message: int = big()
    direction: str = words()
    album: int | None = big(nullable=True)
    file: int = small()
    said: str | None = words(nullable=True)
    at: int | None = big(nullable=True)


class GroupRow(SQLModel, table=True):
    """What became of a support group: another id that it has now, or that it takes no more topics."""

    __tablename__ = "groups"
    chat: int = key()
    moved_to: int | None = big(nullable=True)
    full_at: int | None = big(nullable=True)


class BindingRow(SQLModel, table=True):
    """Who may see which merchant's records, how that was shown, and who let it."""

    __tablename__ = "bindings"
    __table_args__ = (Index("bindings_merchant", "merchant_no"),)
    user_id: int = key()
    merchant_no: str = words(primary=True)
    how: str = words()
    bound_by: int | None = big(nullable=True)
    bound_at: int = big()


class LinkRow(SQLModel, table=True):
    """A one-time link: only its token's hash is kept."""

    __tablename__ = "links"
    token_hash: str = words(primary=True)
    merchant_no: str = words()
    issued_by: int = big()
    issued_at: int = big()
    expires_at: int = big()
    redeemed_by: int | None = big(nullable=True)
    redeemed_at: int | None = big(nullable=True)


class AttemptRow(SQLModel, table=True):
    """A try at something that is limited (binding, asking for terminals of others)."""

    __tablename__ = "attempts"
    __table_args__ = (Index("attempts_user", "user_id", "kind", "at"), Index("attempts_at", "at"))
    id: int = Field(sa_column=Column(Big, Identity(), primary_key=True))
    user_id: int = big()
    kind: str = words()
    at: int = big()


class PreferenceRow(SQLModel, table=True):
    """What a user chose for good: the language."""

    __tablename__ = "preferences"
    user_id: int = key()
    locale: str = words()


class WatchRow(SQLModel, table=True):
    """A wish to be told, as the JSON that ``knowledge.watches`` makes of it. ``look_at``: when to look next."""

    __tablename__ = "watches"
    __table_args__ = (
        Index("watches_look_at", "look_at"),
        Index("watches_chat", "chat", "number"),
        {"sqlite_autoincrement": True},
    )
    number: int = Field(sa_column=Column(Big, Identity(), primary_key=True))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    chat: int = big()
    user_id: int = big()
    data: str = words()
    look_at: int = big()


class BanRow(SQLModel, table=True):
    """Somebody who is not listened to until ``until``. ``open`` 0: lifted, or over and followed by another.

    ``told``: whether they heard of it; ``messages``: how many did not reach staff.
    """

    __tablename__ = "bans"
    __table_args__ = (
        Index("bans_open", "user_id", unique=True, sqlite_where=text("open = 1"), postgresql_where=text("open = 1")),
        {"sqlite_autoincrement": True},
    )
    number: int = Field(sa_column=Column(Big, Identity(), primary_key=True))
    user_id: int = big()
    ticket: int = big()
    reason: str = words()
    by_id: int = big()
    by_name: str = words()
    at: int = big()
    until: int = big()
    open: int = small(1)
    told: int = small()
    messages: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("0")))
    lifted_by: int | None = big(nullable=True)
    lifted_at: int | None = big(nullable=True)


class StaffRow(SQLModel, table=True):
    """Somebody of staff, as last seen in the support group."""

    __tablename__ = "staff"
    __table_args__ = (Index("staff_seen", "seen_at"),)
    user_id: int = key()
    name: str = words()
    username: str | None = words(nullable=True)
    seen_at: int = big()


class QuestionRow(SQLModel, table=True):
    """A question put to the base, or a diagnosis without a reason (``kind``); what came of it: ``knowledge.questions``.

    ``confidence`` is in ten thousandths. ``replies``: what staff wrote in the ticket that it led to. ``offered``: ids
    of the articles whose titles were offered, with blanks between them; ``chosen`` is one of them.
    """

    __tablename__ = "questions"
    __table_args__ = (
        Index("questions_at", "at"),
        Index("questions_chat", "chat", "message"),
        Index("questions_ticket", "ticket"),
        {"sqlite_autoincrement": True},
    )
    number: int = Field(sa_column=Column(Big, Identity(), primary_key=True))
    at: int = big()
    kind: str = words()
    chat: int = big()
    message: int | None = big(nullable=True)
    locale: str = words()
    said: str = words()
    zone: str = words()
    best: str | None = words(nullable=True)
    confidence: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("0")))
    outcome: str | None = words(nullable=True)
    chosen: str | None = words(nullable=True)
    ticket: int | None = big(nullable=True)
    replies: str = words(default="")
    offered: str = words(default="")


class AnnouncedRow(SQLModel, table=True):
    """An incident that a supervisor announced. ``closed``: its end was told."""

    __tablename__ = "announced"
    __table_args__ = (
        Index("announced_open", "number", sqlite_where=text("closed = 0"), postgresql_where=text("closed = 0")),
        Index("announced_until", "until"),
        {"sqlite_autoincrement": True},
    )
    number: int = Field(sa_column=Column(Big, Identity(), primary_key=True))
    scope: str = words()
    name: str | None = words(nullable=True)
    title: str = words()
    starts_at: int = big()
    until: int = big()
    ended_at: int | None = big(nullable=True)
    announced_by: int = big()
    by_name: str = words()
    closed: int = small()


class ApprovalRow(SQLModel, table=True):
    """Something that one person of staff asked for and another has to approve: ``knowledge.four_eyes``."""

    __tablename__ = "approvals"
    __table_args__ = (
        Index("approvals_ticket", "ticket"),
        Index("approvals_open", "at", sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
        {"sqlite_autoincrement": True},
    )
    number: int = Field(sa_column=Column(Big, Identity(), primary_key=True))
    kind: str = words()
    ticket: int | None = big(nullable=True)
    user_id: int | None = big(nullable=True)
    merchant_no: str | None = words(nullable=True)
    by_id: int = big()
    by_name: str = words()
    reason: str = words()
    at: int = big()
    state: str = words()
    decided_by: int | None = big(nullable=True)
    decided_name: str | None = words(nullable=True)
    decided_at: int | None = big(nullable=True)


class AuditRow(SQLModel, table=True):
    """What somebody did, in order; never changed."""

    __tablename__ = "audit"
    __table_args__ = (Index("audit_ticket", "ticket", "id"), Index("audit_actor", "actor", "id"))
    id: int = Field(sa_column=Column(Big, Identity(), primary_key=True))
    at: int = big()
    actor: int = big()
    action: str = words()
    ticket: int | None = big(nullable=True)
    detail: str = words()


def table(row: type[SQLModel]) -> Table:
    """The SQLAlchemy table of a row class."""
    found: Table = row.__table__  # type: ignore[attr-defined]
    return found


inbox, outbox, cases = table(InboxRow), table(OutboxRow), table(CaseRow)
tickets, copies, audit = table(TicketRow), table(CopyRow), table(AuditRow)
bindings, links, attempts, preferences = table(BindingRow), table(LinkRow), table(AttemptRow), table(PreferenceRow)
watches, staff, questions, groups = table(WatchRow), table(StaffRow), table(QuestionRow), table(GroupRow)
announced, approvals = table(AnnouncedRow), table(ApprovalRow)
bans = table(BanRow)
