"""Stripe's payout reconciliation report, itemized: the transactions that automatic payouts are made of.

Source: Stripe's pages on the report types ``payout_reconciliation.itemized.5`` and, with the same columns,
``ending_balance_reconciliation.itemized.4`` (also of connected accounts), and on reporting categories; no report was at
hand. It tells of sums, and of the day of the last sale: what is known of a payout's status, account and reason stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.formats import decimals
from storage.moments import restored
from storage.settlement.formats import cells
from storage.settlement.formats.batch import Batch, Share
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Scalar, Sum
from storage.settlement.formats.feeds import Feed, day_of, owner
from storage.settlement.formats.sheets import Sheet, header_of
from storage.settlement.formats.stripe_payouts import currency
from storage.settlement.opening import Part

__all__ = ["FORMAT"]

_TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")
_moment = cells.moment_as("UTC", *_TIMES)


def _currency(row: Sequence[str], places: Mapping[str, int], _intake: Intake) -> str:
    return row[places["currency"]].strip().upper()


def _amount(cell: str, places: int) -> int:
    """A sum in major units; noughts beyond the decimals of its currency, as of ISK, say nothing."""
    whole, dot, rest = cell.partition(".")
    if len(rest) > places and not rest[places:].strip("0"):
        cell = f"{whole}{dot}{rest[:places]}" if places else whole
    return cells.signed_amount(cell, places)


SHEET = Sheet(
    {
        "payout_id": Column("automatic_payout_id", cells.remembering(cells.identifier)),
        "transaction": Column("balance_transaction_id", cells.identifier),
        "category": Column("reporting_category", cells.remembering(cells.identifier), required=True),
        "currency": Column("currency", cells.remembering(currency), required=True),
        "gross": Sum("gross", _amount, required=True),
        "fee": Sum("fee", _amount, required=True),
        "net": Sum("net", _amount, required=True),
        "created": Column("created", _moment),
        "created_utc": Column("created_utc", _moment),
        "account": Column("connected_account", cells.remembering(cells.identifier)),
    },
    currency=_currency,
)
_SUMMARY = frozenset({"reporting_category", "currency", "count", "gross", "fee", "net"})
_IGNORED = re.compile(
    r"automatic_payout_effective_at(_utc)?|available_on(_utc)?|charge_\w+|source_id|description|customer_\w+|card_\w+|"
    r"payment_\w+(\[.*\])?|refund_\w+\[.*\]|transfer_\w+\[.*\]|invoice_\w+|order_id|subscription_id|shipping_\w+|"
    r"statement_descriptor|dispute_reason|regulatory_tag|is_link|trace_id(_status)?|connected_account_\w+|"
    r"destination_payment_id"
)
"""Columns that the report has and sums do not need: not worth a report of unknown columns."""

SHARES: dict[str, Share] = {
    **dict.fromkeys(("charge", "charge_failure", "partial_capture_reversal"), "sale"),
    **dict.fromkeys(("refund", "refund_failure", "dispute", "dispute_reversal"), "refund"),
    **dict.fromkeys(("fee", "network_cost", "tax"), "fee"),
    **dict.fromkeys(("risk_reserved_funds", "connect_reserved_funds"), "held"),
    "payout_reversal": "carried",
}  # fmt: skip
PAYOUT = "payout"


@dataclass
class _Payout:
    """The rows of one payout in one file."""

    part: Part
    line: int
    account: Scalar
    sums: Batch = field(default_factory=Batch)
    paid: int | None = None
    """What the payout's own row says, where the report has it."""
    last_sale: int = 0
    """The time of the newest charge: microseconds, or on the report's own clocks as if they were UTC."""
    own_clocks: bool = False


class StripeReconciliation(Format):
    """Sums of each payout. Rows in no payout yet are counted; a summary names no payout and is refused."""

    name = "stripe_reconciliation"
    title = "Stripe payout reconciliation report, itemized (CSV)"

    def recognises(self, part: Part) -> bool:
        """The headings of the itemized report, or of the summary, which is told apart when it is read."""
        headings = frozenset(header_of(part))
        return headings >= SHEET.headings(required=True) | {"automatic_payout_id"} or headings >= _SUMMARY

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """A word on each payout, once all rows are read; it must be known already unless the report names an owner."""
        payouts: dict[tuple[str, str], _Payout] = {}
        for part in parts:
            if "automatic_payout_id" not in header_of(part):
                reason = "a summary, which names no payout; download the itemized report"
                intake.refuse(part.name, 1, "automatic_payout_id", reason)
                continue
            for key, payout in _payouts(part, intake).items():
                before = payouts.setdefault(key, payout)
                if (before.sums, before.paid) != (payout.sums, payout.paid):
                    reason = f"payout {key[0]} comes to other sums in {before.part.name}; import one report of it"
                    intake.refuse(part.name, payout.line, "automatic_payout_id", reason)
        feed = Feed("stripe")
        for (payout_id, code), payout in payouts.items():
            if _closes(payout_id, code, payout, intake):
                yield from _entries(payout_id, code, payout, feed, intake)
        if unsure := sum(payout.paid is None for payout in payouts.values()):
            intake.notes.append(
                f"payouts without their own row, so that it cannot be seen whether all is there: {unsure}"
            )


def _payouts(part: Part, intake: Intake) -> dict[tuple[str, str], _Payout]:
    """The payouts of one file by id and currency."""
    found: dict[tuple[str, str], _Payout] = {}
    unsettled = 0
    for line, cells_read in SHEET.rows(part, intake):
        row = dict(zip(SHEET.columns, cells_read, strict=True))
        gross, fee, net = (int(row[name] or 0) for name in ("gross", "fee", "net"))
        if gross - fee != net:
            intake.refuse(part.name, line, "net", "gross less fee is not net")
            continue
        if row["payout_id"] is None:
            unsettled += 1
            continue
        key = (str(row["payout_id"]), str(row["currency"]))
        payout = found.setdefault(key, _Payout(part, line, row["account"]))
        category = str(row["category"])
        if category == PAYOUT:
            payout.paid = (payout.paid or 0) - net
            continue
        share = SHARES.get(category, "other")
        if share == "other":
            intake.leave_raw("reporting category", category)
        payout.sums.take(share, gross, fee, net)
        if category == "charge":
            payout.own_clocks = row["created"] is not None
            payout.last_sale = max(payout.last_sale, int(row["created"] or row["created_utc"] or 0))
    strangers = [name for name in intake.unknown_columns.pop(part.name, []) if not _IGNORED.fullmatch(name)]
    if strangers:
        intake.unknown_columns[part.name] = strangers
    if unsettled:
        intake.notes.append(f"{part.name}: transactions in no payout yet: {unsettled}")
    return found


def _closes(payout_id: str, code: str, payout: _Payout, intake: Intake) -> bool:
    """Whether the transactions come to what the payout's own row says; keeps the arithmetic for the report."""
    unit = 10 ** decimals(code)
    left = 0 if payout.paid is None else payout.sums.net - payout.paid
    paid = None if payout.paid is None else payout.paid / unit
    shown = payout.sums.shown(code)
    intake.batches.append(
        {"account": payout.account, "batch": payout_id, "currency": code, **shown, "paid": paid, "closes": left == 0}
    )
    if left:
        words = f"payout {payout_id}: its transactions and its own row differ by {left / unit}; the report is not whole"
        intake.refuse(payout.part.name, 0, "", words)
    return left == 0


def _entries(payout_id: str, code: str, payout: _Payout, feed: Feed, intake: Intake) -> Iterator[Entry]:
    told: dict[str, Scalar] = {"payout_id": payout_id, "currency": code, **payout.sums.told()}
    if payout.paid is not None:
        told["net"] = payout.paid
    merchant_no = owner(intake, "stripe", payout.account)
    if payout.own_clocks:
        told["trade_date"] = restored(payout.last_sale).date().isoformat()
    elif payout.last_sale:
        told["trade_date"] = day_of(payout.last_sale, merchant_no, intake)
    yield from feed.payout(payout.part, payout.line, merchant_no, None, told)


FORMAT = StripeReconciliation()
