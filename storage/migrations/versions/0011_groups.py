"""Several support groups: where a ticket's topic is, what became of a group; and the words that were relayed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Topics that exist are in the group of the settings, as the program notes when it starts."""
    op.create_table(
        "groups",
        sa.Column("chat", BIG, primary_key=True, autoincrement=False),
        sa.Column("moved_to", BIG, nullable=True),
        sa.Column("full_at", BIG, nullable=True),
    )
    op.add_column("tickets", sa.Column("topic_chat", BIG, nullable=True))
    op.drop_index("tickets_topic", "tickets")
    op.create_index("tickets_topic", "tickets", ["topic_chat", "topic"], unique=True)
    op.add_column("copies", sa.Column("file", sa.SmallInteger, nullable=False, server_default=sa.text("0")))
    op.add_column("copies", sa.Column("said", sa.Text, nullable=True))
    op.add_column("copies", sa.Column("at", BIG, nullable=True))


def downgrade() -> None:
    """One group alone can be told apart: topics elsewhere are forgotten, and made anew when they are needed."""
    op.execute(
        "UPDATE tickets SET topic = NULL, card = NULL WHERE topic IS NOT NULL AND EXISTS"
        " (SELECT 1 FROM tickets AS other WHERE other.topic = tickets.topic AND other.number < tickets.number)"
    )
    for name in ("at", "said", "file"):
        op.drop_column("copies", name)
    op.drop_index("tickets_topic", "tickets")
    op.create_index("tickets_topic", "tickets", ["topic"], unique=True)
    op.drop_column("tickets", "topic_chat")
    op.drop_table("groups")
