"""Watches: what merchants want to be told of, and when it is looked at next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The table, with an index on what is due and one on whose it is."""
    op.create_table(
        "watches",
        sa.Column("number", BIG, sa.Identity(), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("chat", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("look_at", BIG, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("watches_look_at", "watches", ["look_at"])
    op.create_index("watches_chat", "watches", ["chat", "number"])


def downgrade() -> None:
    """Nobody is told of anything any more."""
    op.drop_table("watches")
