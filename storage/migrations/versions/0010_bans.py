"""Bans; why a merchant gave few stars; tickets by when they were opened and resolved, for statistics."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """One open ban for each user; those that are over stay."""
    op.create_table(
        "bans",
        sa.Column("number", BIG, sa.Identity(), primary_key=True),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("ticket", BIG, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("until", BIG, nullable=False),
        sa.Column("open", sa.SmallInteger, nullable=False, server_default=sa.text("1")),
        sa.Column("told", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("messages", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("lifted_by", BIG),
        sa.Column("lifted_at", BIG),
        sqlite_autoincrement=True,
    )
    there = sa.text("open = 1")
    op.create_index("bans_open", "bans", ["user_id"], unique=True, sqlite_where=there, postgresql_where=there)
    op.add_column("tickets", sa.Column("stars_reason", sa.Text, nullable=True))
    op.create_index("tickets_created", "tickets", ["created_at"])
    op.create_index("tickets_resolved", "tickets", ["resolved_at"])


def downgrade() -> None:
    """Nobody is banned any more; what merchants wrote to their stars stays in the audit log alone."""
    op.drop_index("tickets_resolved", "tickets")
    op.drop_index("tickets_created", "tickets")
    op.drop_column("tickets", "stars_reason")
    op.drop_table("bans")
