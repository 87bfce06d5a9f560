"""The desk's tables: inbox, outbox, cases, tickets, copies, people, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FIRST_TICKET = 1001


def _serial(name: str, start: int | None = None) -> sa.Column[int]:
    return sa.Column(name, Big, sa.Identity(start=start), primary_key=True)


def _state(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.SmallInteger, nullable=False, server_default=sa.text("0"))


def _big(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, Big, nullable=nullable)


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _index(name: str, table: str, *columns: str, unique: bool = False, where: str | None = None) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, list(columns), unique=unique, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    """Create everything."""
    _boxes()
    _desk()
    _people()


def _boxes() -> None:
    op.create_table(
        "inbox",
        sa.Column("update_id", Big, primary_key=True, autoincrement=False),
        _text("lane"),
        _text("payload"),
        _big("received_at"),
        _state("state"),
        _state("attempts"),
        _state("interruptions"),
        _text("error", nullable=True),
        _big("settled_at", nullable=True),
    )
    _index("inbox_new", "inbox", "received_at", where="state = 0")
    _index("inbox_settled", "inbox", "settled_at")
    _index("inbox_lane", "inbox", "lane", "received_at")
    op.create_table(
        "outbox",
        _serial("id"),
        _text("lane"),
        _state("front"),
        _big("ticket", nullable=True),
        _text("payload"),
        _big("created_at"),
        _big("not_before", nullable=True),
        _state("state"),
        _state("attempts"),
        _text("error", nullable=True),
        _big("settled_at", nullable=True),
        _text("messages", nullable=True),
        sqlite_autoincrement=True,
    )
    _index("outbox_new", "outbox", "id", where="state = 0")
    _index("outbox_settled", "outbox", "settled_at")


def _desk() -> None:
    op.create_table(
        "cases",
        sa.Column("chat", Big, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, nullable=False),
        _text("data"),
        _text("asked", nullable=True),
        _big("wake_at", nullable=True),
        _big("updated_at"),
    )
    _index("cases_wake", "cases", "wake_at", where="wake_at IS NOT NULL")
    op.create_table(
        "tickets",
        _serial("number", start=FIRST_TICKET),
        sa.Column("version", sa.Integer, nullable=False),
        _big("chat"),
        _big("user_id"),
        *(_text(name) for name in ("locale", "department", "status", "priority")),
        _state("verified"),
        *(_text(name, nullable=True) for name in ("merchant_no", "merchant_name", "terminal_id")),
        _text("refs"),
        _big("owner", nullable=True),
        _text("owner_name", nullable=True),
        _big("created_at"),
        *(_big(name, nullable=True) for name in ("claimed_at", "first_reply_at", "resolved_at")),
        sa.Column("stars", sa.SmallInteger, nullable=True),
        *(_big(name, nullable=True) for name in ("topic", "card")),
        _text("case_data"),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "sqlite":  # PostgreSQL's identity starts there by itself
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('tickets', {FIRST_TICKET - 1})")  # noqa: S608
    _index("tickets_chat", "tickets", "chat", "number")
    _index("tickets_topic", "tickets", "topic", unique=True)
    _index("tickets_status", "tickets", "status", "number")
    op.create_table(
        "copies",
        _serial("id"),
        _big("ticket", nullable=True),
        *(_big(name) for name in ("origin_chat", "origin_message", "copy_chat", "copy_message")),
        _text("direction"),
        sqlite_autoincrement=True,
    )
    _index("copies_origin", "copies", "origin_chat", "origin_message")
    _index("copies_ticket", "copies", "ticket", "id")
    _index("copies_copy", "copies", "copy_chat", "copy_message", unique=True)


def _people() -> None:
    op.create_table(
        "bindings",
        sa.Column("user_id", Big, primary_key=True, autoincrement=False),
        sa.Column("merchant_no", sa.Text, primary_key=True),
        _text("how"),
        _big("bound_by", nullable=True),
        _big("bound_at"),
    )
    _index("bindings_merchant", "bindings", "merchant_no")
    op.create_table(
        "links",
        sa.Column("token_hash", sa.Text, primary_key=True),
        _text("merchant_no"),
        *(_big(name) for name in ("issued_by", "issued_at", "expires_at")),
        *(_big(name, nullable=True) for name in ("redeemed_by", "redeemed_at")),
    )
    op.create_table("attempts", _serial("id"), _big("user_id"), _text("kind"), _big("at"))
    _index("attempts_user", "attempts", "user_id", "kind", "at")
    _index("attempts_at", "attempts", "at")
    op.create_table("preferences", sa.Column("user_id", Big, primary_key=True, autoincrement=False), _text("locale"))
    op.create_table(
        "audit",
        _serial("id"),
        _big("at"),
        _big("actor"),
        _text("action"),
        _big("ticket", nullable=True),
        _text("detail"),
    )
    _index("audit_ticket", "audit", "ticket", "id")
    _index("audit_actor", "audit", "actor", "id")


def downgrade() -> None:
    """Drop everything."""
    for name in (
        "audit",
        "preferences",
        "attempts",
        "links",
        "bindings",
        "copies",
        "tickets",
        "cases",
        "outbox",
        "inbox",
    ):
        op.drop_table(name)
