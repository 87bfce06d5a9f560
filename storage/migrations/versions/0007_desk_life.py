"""A ticket's life: its deadlines, what it waits for, what it was resolved with; and who of staff was seen last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Tickets that are open now have no deadline until somebody writes or does something with them."""
    op.add_column("tickets", sa.Column("reason", sa.Text, nullable=True))
    op.add_column("tickets", sa.Column("article", sa.Text, nullable=True))
    op.add_column("tickets", sa.Column("look_at", BIG, nullable=True))
    op.add_column("tickets", sa.Column("life", sa.Text, nullable=False, server_default=sa.text("'{}'")))
    there = sa.text("look_at IS NOT NULL")
    op.create_index("tickets_look_at", "tickets", ["look_at"], sqlite_where=there, postgresql_where=there)
    op.create_table(
        "staff",
        sa.Column("user_id", BIG, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("username", sa.Text, nullable=True),
        sa.Column("seen_at", BIG, nullable=False),
    )
    op.create_index("staff_seen", "staff", ["seen_at"])


def downgrade() -> None:
    """Deadlines and waits are forgotten; a ticket that waited still says so."""
    op.drop_table("staff")
    op.drop_index("tickets_look_at", "tickets")
    for name in ("life", "look_at", "article", "reason"):
        op.drop_column("tickets", name)
