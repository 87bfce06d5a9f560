"""Incidents that supervisors announce, and what one person of staff asks for and another approves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Both tables; of incidents those whose end was not told, and of requests those that are open, have an index."""
    op.create_table(
        "announced",
        sa.Column("number", BIG, sa.Identity(), primary_key=True),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("starts_at", BIG, nullable=False),
        sa.Column("until", BIG, nullable=False),
        sa.Column("ended_at", BIG),
        sa.Column("announced_by", BIG, nullable=False),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.Column("closed", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
        sqlite_autoincrement=True,
    )
    there = sa.text("closed = 0")
    op.create_index("announced_open", "announced", ["number"], sqlite_where=there, postgresql_where=there)
    op.create_index("announced_until", "announced", ["until"])
    op.create_table(
        "approvals",
        sa.Column("number", BIG, sa.Identity(), primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("ticket", BIG),
        sa.Column("user_id", BIG),
        sa.Column("merchant_no", sa.Text),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("decided_by", BIG),
        sa.Column("decided_name", sa.Text),
        sa.Column("decided_at", BIG),
        sqlite_autoincrement=True,
    )
    op.create_index("approvals_ticket", "approvals", ["ticket"])
    open_ones = sa.text("state = 'open'")
    op.create_index("approvals_open", "approvals", ["at"], sqlite_where=open_ones, postgresql_where=open_ones)


def downgrade() -> None:
    """What was announced and asked for is forgotten; what came of it (bindings, links) stays."""
    op.drop_table("approvals")
    op.drop_table("announced")
