"""Incidents that supervisors announce."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The table, with an index on those whose end was not told, and on their ends."""
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


def downgrade() -> None:
    """What was announced is forgotten."""
    op.drop_table("announced")
