"""When each record was said, so that a late word does not count as the newest; as of when each feed is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = ("merchants", "terminals", "card_changes", "payouts", "incidents")
SEAT_BITS = 39


def upgrade() -> None:
    """What was imported so far was said when its import began; its feeds are as fresh as their newest import."""
    for kind in KINDS:
        table = f"settlement_{kind}"
        op.add_column(table, sa.Column("said_at", sa.BigInteger, nullable=False, server_default="0"))
        op.execute(
            f"UPDATE {table} SET said_at = COALESCE((SELECT i.started_at FROM settlement_imports i "  # noqa: S608
            f"WHERE i.import_no = {table}.id >> {SEAT_BITS}), 0)"
        )
    op.create_table(
        "settlement_feeds",
        sa.Column("format", sa.Text, primary_key=True),
        sa.Column("acquirer", sa.Text, primary_key=True),
        sa.Column("as_of", sa.BigInteger, nullable=False),
    )
    op.execute(
        "INSERT INTO settlement_feeds (format, acquirer, as_of) "  # noqa: S608
        "SELECT i.format, COALESCE(m.acquirer, ''), MAX(i.as_of) FROM settlement_imports i "
        f"JOIN settlement_payouts p ON p.id >> {SEAT_BITS} = i.import_no "
        "JOIN settlement_merchants m ON m.merchant_no = p.merchant_no "
        "WHERE i.state = 'done' AND i.as_of IS NOT NULL GROUP BY i.format, COALESCE(m.acquirer, '')"
    )
    op.drop_index("ix_settlement_imports_as_of", "settlement_imports")
    op.drop_column("settlement_imports", "parts")


def downgrade() -> None:
    """The newest import is the newest word again."""
    op.add_column("settlement_imports", sa.Column("parts", sa.Text, nullable=False, server_default="[]"))
    op.create_index("ix_settlement_imports_as_of", "settlement_imports", ["as_of"])
    op.drop_table("settlement_feeds")
    for kind in reversed(KINDS):
        op.drop_column(f"settlement_{kind}", "said_at")
