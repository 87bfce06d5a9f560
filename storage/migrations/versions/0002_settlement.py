"""The embedded settlement table: the ledger of imports, and every record version after version."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TEXTS = {
    "merchants": (
        "merchant_no!", "name", "phone", "locale", "timezone", "acquirer", "account_type", "cycle", "mode",
        "min_payout#", "retained#", "balance#", "pending_sum#", "currency", "risk_hold%", "payouts_suspended%",
    ),
    "terminals": (
        "terminal_id!", "merchant_no!", "location", "account_tail", "unsent_txns%", "last_signon_at#",
    ),
    "card_changes": (
        "change_id!", "merchant_no!", "terminal_id", "old_tail", "new_tail", "new_bank", "status", "submitted_at#",
        "effective_at#", "reject_reason", "need",
    ),
    "payouts": (
        "payout_id!", "merchant_no!", "terminal_id", "batch_id", "trade_date", "cut_at#", "status", "raw_status",
        "reason", "raw_reason", "sent_at#", "paid_at#", "returned_at#", "due_date", "dest_tail", "dest_bank", "gross#",
        "fee#", "d0_fee#", "refund_offset#", "held#", "net#", "currency", "replaces",
    ),
    "incidents": ("incident_id!", "bank", "starts_at#", "ends_at#", "title"),
}  # fmt: skip
"""Columns after the id: ``!`` required text, ``#`` a sum or moment, ``%`` a small number or flag, else text."""
_INDEXES = {
    "merchants": ("merchant_no", "phone"),
    "terminals": ("terminal_id",),
    "card_changes": ("change_id", "merchant_no"),
    "payouts": ("payout_id",),
    "incidents": ("incident_id", "starts_at"),
}


def _column(name: str) -> sa.Column[object]:
    kinds: dict[str, sa.types.TypeEngine[Any]] = {"!": sa.Text(), "#": sa.BigInteger(), "%": sa.Integer()}
    return sa.Column(name.rstrip("!#%"), kinds.get(name[-1], sa.Text()), nullable=not name.endswith("!"))


def upgrade() -> None:
    """Create the ledger and a table for each kind of record."""
    op.create_table(
        "settlement_imports",
        sa.Column("import_no", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("digest", "format", "name", "parts", "state", "owner")),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("beat_at", sa.BigInteger, nullable=False),
        sa.Column("finished_at", sa.BigInteger),
        sa.Column("as_of", sa.BigInteger),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("unmapped", sa.Text, nullable=False),
    )
    for name in ("digest", "state", "as_of"):
        op.create_index(f"ix_settlement_imports_{name}", "settlement_imports", [name])
    for kind, names in _TEXTS.items():
        table = f"settlement_{kind}"
        op.create_table(
            table, sa.Column("id", Big, primary_key=True, autoincrement=False), *(_column(name) for name in names)
        )
        for name in _INDEXES[kind]:
            op.create_index(f"ix_{table}_{name}", table, [name])
    op.create_index("ix_settlement_payouts_day", "settlement_payouts", ["merchant_no", "trade_date"])
    given = sa.text("replaces IS NOT NULL")
    op.create_index(
        "ix_settlement_payouts_replaces", "settlement_payouts", ["replaces"], sqlite_where=given, postgresql_where=given
    )


def downgrade() -> None:
    """Drop them; what was imported can be imported again."""
    for kind in reversed(_TEXTS):
        op.drop_table(f"settlement_{kind}")
    op.drop_table("settlement_imports")
