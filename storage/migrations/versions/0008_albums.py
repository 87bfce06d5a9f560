"""Which copies were sent as one album."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Albums relayed before count as single messages, as which they were sent."""
    op.add_column("copies", sa.Column("album", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))


def downgrade() -> None:
    """Albums are forgotten; their messages stay linked."""
    op.drop_column("copies", "album")
