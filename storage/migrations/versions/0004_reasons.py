"""Why an import was refused, so that a delivery that nobody watched can be looked at later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was refused before has no reasons on record."""
    op.add_column("settlement_imports", sa.Column("reasons", sa.Text, nullable=True))


def downgrade() -> None:
    """The reasons go; that it was refused stays."""
    op.drop_column("settlement_imports", "reasons")
