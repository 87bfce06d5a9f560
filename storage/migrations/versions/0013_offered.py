"""The titles that were offered for a question: which of them was chosen is what an author may learn from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of questions asked before, nobody knows what was offered."""
    op.add_column("questions", sa.Column("offered", sa.Text, nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    """What was offered is forgotten; what was chosen stays."""
    op.drop_column("questions", "offered")
