"""Questions put to the base, and diagnoses that found no reason: what authors learn from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The table, with indexes on its age, its chat and its ticket."""
    op.create_table(
        "questions",
        sa.Column("number", BIG, sa.Identity(), primary_key=True),
        sa.Column("at", BIG, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("chat", BIG, nullable=False),
        sa.Column("message", BIG),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("best", sa.Text),
        sa.Column("confidence", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("outcome", sa.Text),
        sa.Column("chosen", sa.Text),
        sa.Column("ticket", BIG),
        sa.Column("replies", sa.Text, nullable=False, server_default=sa.text("''")),
        sqlite_autoincrement=True,
    )
    op.create_index("questions_at", "questions", ["at"])
    op.create_index("questions_chat", "questions", ["chat", "message"])
    op.create_index("questions_ticket", "questions", ["ticket"])


def downgrade() -> None:
    """What was asked is forgotten."""
    op.drop_table("questions")
