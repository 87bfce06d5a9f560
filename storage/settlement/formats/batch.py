"""What the transactions of one payout come to, where each of them says its gross, its fee and its net."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from knowledge.formats import decimals
from storage.settlement.formats.declaration import Scalar

__all__ = ["Batch", "Share"]

Share = Literal["sale", "refund", "fee", "d0_fee", "held", "carried", "other"]
"""What a transaction is to the payout. ``carried``: money of an earlier payout that is paid again with this one."""


@dataclass
class Batch:
    """Sums in minor units of one currency. ``net`` is what all transactions together leave to be paid."""

    rows: int = 0
    gross: int = 0
    fee: int = 0
    d0_fee: int = 0
    refunds: int = 0
    held: int = 0
    carried_in: int = 0
    other: int = 0
    net: int = 0

    def take(self, what: Share, gross: int, fee: int, net: int) -> None:
        """Add one transaction. ``net`` must be ``gross`` less ``fee``; what costs money has a negative net."""
        self.rows += 1
        self.net += net
        if what == "sale":
            self.gross += gross
            self.fee += fee
        elif what == "refund":
            self.refunds -= gross
            self.fee += fee
        elif what == "fee":
            self.fee -= net
        elif what == "d0_fee":
            self.d0_fee -= net
        elif what == "held":
            self.held -= net
        elif what == "carried":
            self.carried_in += net
        else:
            self.other += net

    def told(self) -> dict[str, Scalar]:
        """What a payout record says of it. ``held`` is below nothing where more was released than held back."""
        return {"gross": self.gross, "fee": self.fee, "refund_offset": self.refunds, "held": self.held}

    def shown(self, currency: str) -> dict[str, Any]:
        """Rows, and sums in major units, for the report."""
        unit = 10 ** decimals(currency)
        names = ("gross", "fee", "d0_fee", "refunds", "held", "carried_in", "other", "net")
        return {"rows": self.rows, **{name: round(getattr(self, name) / unit, 4) for name in names}}
