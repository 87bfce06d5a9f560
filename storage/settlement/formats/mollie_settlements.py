"""Mollie's settlements: one or a list of the settlements API, each a transfer to the merchant's bank.

Source: Mollie's reference of the settlement object (API version 2): statuses, periods with revenue and costs in decimal
strings of up to 4 places. What the periods come to must be the settlement's amount but for less than its smallest unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from knowledge.formats import decimals
from storage.settlement.formats import cells
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Scalar, Sum
from storage.settlement.formats.documents import Document, Node, keys_of, nodes_of
from storage.settlement.formats.feeds import Feed, objects, owner
from storage.settlement.opening import Part

__all__ = ["FORMAT"]

_NEEDED = frozenset({"resource", "settledAt", "reference", "amount", "status"})
RESOURCE, OPEN = "settlement", "open"
PLACES = 4
"""Of the sums in periods."""


def _exact(cell: str, _places: int) -> int:
    """A sum of a period, in ten-thousandths of the major unit."""
    return cells.signed_amount(cell, PLACES)


SETTLEMENT = Document(
    {
        "payout_id": Column("id", cells.identifier, required=True),
        "reference": Column("reference", cells.identifier),
        "status": Column("status", cells.identifier, required=True),
        "settled_at": Column("settledAt", cells.moment),
        "currency": Column("amount.currency", cells.currency, required=True),
        "amount": Sum("amount.value", cells.signed_amount, required=True),
        "balance": Column("balanceId", cells.identifier),
    }
)
LINE = Document(
    {
        "net": Sum("amountNet.value", _exact, required=True),
        "vat": Sum("amountVat.value", _exact),
        "currency": Column("amountNet.currency", cells.currency, required=True),
    }
)


@dataclass
class _Periods:
    """What the periods of a settlement come to, in ten-thousandths of the major unit."""

    lines: int = 0
    revenue: int = 0
    refunds: int = 0
    costs: int = 0
    good: bool = True

    @property
    def net(self) -> int:
        """What is left to be paid."""
        return self.revenue - self.refunds - self.costs


class MollieSettlements(Format):
    """A payout from every settlement that is closed; one that is still open is no payout yet."""

    name = "mollie_settlements"
    title = "Mollie settlements (JSON of the API)"

    def recognises(self, part: Part) -> bool:
        """The fields of a settlement, and the word for it."""
        return keys_of(part) >= _NEEDED and b'"settlement"' in part.head

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """A word on each settlement, whose sums have been checked."""
        feed, open_ones = Feed("mollie"), 0
        for part in parts:
            for document in objects(part, intake):
                listed = list(nodes_of(document, "_embedded.settlements"))
                for node in listed or [document]:
                    if node.get("resource") != RESOURCE:
                        intake.refuse(part.name, node.line, "resource", "not a settlement")
                        continue
                    word = _read(node, part, intake)
                    if word is None:
                        continue
                    row, periods = word
                    if row["status"] == OPEN or row["payout_id"] == OPEN:
                        open_ones += 1
                    else:
                        yield from _told(part, node, row, periods, feed, intake)
        if open_ones:
            intake.notes.append(f"settlements that are open, no payouts yet: {open_ones}")


def _read(node: Node, part: Part, intake: Intake) -> tuple[Mapping[str, Scalar], _Periods | None] | None:
    """The settlement and its periods, if it has any; None when something does not fit (then it has been reported)."""
    rows = intake.rows[part.name]
    amount = node.get("amount")
    code = amount.get("currency") if isinstance(amount, Node) else None
    row = SETTLEMENT.read(node, part, intake, code if isinstance(code, str) else None)
    periods = _periods(node, part, intake, row["currency"]) if row is not None else None
    intake.rows[part.name] = rows + 1
    if row is None or (periods is not None and not periods.good):
        return None
    if periods is not None and not _closes(node, part, row, periods, intake):
        return None
    return row, periods


def _periods(node: Node, part: Part, intake: Intake, currency: Scalar) -> _Periods | None:
    """Sum up the periods; None where there are none."""
    found = _Periods()
    for period in nodes_of(node, "periods.*.*[]"):
        for line in nodes_of(period, "revenue"):
            if (amount := _line(line, part, intake, currency)) is None:
                found.good = False
                continue
            found.lines += 1
            found.revenue += max(amount, 0)
            found.refunds -= min(amount, 0)
        for line in nodes_of(period, "costs"):
            if (amount := _line(line, part, intake, currency)) is None:
                found.good = False
                continue
            found.lines += 1
            found.costs += amount
    return found if found.lines or not found.good else None


def _line(node: Node, part: Part, intake: Intake, currency: Scalar) -> int | None:
    """One line of a period with its VAT; ``amountGross`` is left alone: in documented examples it has no sign."""
    row = LINE.read(node, part, intake)
    if row is None:
        return None
    if row["currency"] != currency:
        intake.refuse(part.name, node.line, "amountNet.currency", f"not in {currency} like the settlement")
        return None
    return int(row["net"] or 0) + int(row.get("vat") or 0)


def _closes(node: Node, part: Part, row: Mapping[str, Scalar], periods: _Periods, intake: Intake) -> bool:
    """Whether the periods come to the amount but for the rounding; keeps the arithmetic for the report."""
    code = str(row["currency"])
    unit: int = 10 ** (PLACES - decimals(code))
    paid = int(row["amount"] or 0)
    left = periods.net - paid * unit
    closes = abs(left) < unit
    shown: dict[str, Any] = {name: float(Decimal(getattr(periods, name)) / 10**PLACES) for name in (
        "revenue", "refunds", "costs", "net",
    )}  # fmt: skip
    shown |= {"paid": paid / 10 ** decimals(code), "rounding": float(Decimal(left) / 10**PLACES), "closes": closes}
    batch = row.get("reference") or row["payout_id"]
    intake.batches.append(
        {"account": row.get("balance"), "batch": batch, "currency": code, "rows": periods.lines, **shown}
    )
    if not closes:
        words = f"revenue less costs and the amount of {batch} differ by {float(Decimal(left) / 10**PLACES)}"
        intake.refuse(part.name, node.line, "periods", words)
    return closes


def _told(
    part: Part, node: Node, row: Mapping[str, Scalar], periods: _Periods | None, feed: Feed, intake: Intake
) -> Iterator[Entry]:
    net, code, raw = int(row["amount"] or 0), str(row["currency"]), str(row["status"])
    told: dict[str, Scalar] = {"payout_id": row["payout_id"], "net": net, "currency": code}
    if net < 0:
        intake.leave_raw("status", "withdrawal")
        told |= {"status": None, "raw_status": f"{raw}, withdrawal"}
    else:
        told |= {"status": intake.payout_status("mollie", raw), "raw_status": raw}
        if row.get("settled_at") and told["status"] == "sent":
            told["sent_at"] = row["settled_at"]
    if row.get("reference"):
        told["batch_id"] = row["reference"]
    if periods is not None:
        unit: int = 10 ** (PLACES - decimals(code))
        gross, refunds = (_rounded(value, unit) for value in (periods.revenue, periods.refunds))
        told |= {"gross": gross, "refund_offset": refunds, "fee": gross - refunds - net}
    yield from feed.payout(part, node.line, owner(intake, "mollie", row.get("balance")), None, told)


def _rounded(value: int, unit: int) -> int:
    """To the nearest whole unit, half of one upwards."""
    return (2 * value + unit) // (2 * unit)


FORMAT = MollieSettlements()
