"""Merged tickets: the one in which a ticket goes on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """No ticket was merged yet."""
    op.add_column("tickets", sa.Column("merged_into", BIG, nullable=True))


def downgrade() -> None:
    """A merged ticket is a closed one like others, and words for it are words for it."""
    op.drop_column("tickets", "merged_into")
