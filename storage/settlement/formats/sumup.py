"""SumUp's payouts: rows of the payouts API, as JSON or CSV, one for each sale that is paid out or sum that is deducted.

Source: SumUp's reference of ``GET /v1.0/merchants/{merchant_code}/payouts``: types, statuses, sums in major units. Rows
of one reference are one transfer to the bank. Whether a row's amount is before or after its fee is not documented, so
gross is not told; nor does the answer name its merchant, unless ``merchant_code`` was added to the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.formats import decimals
from storage.settlement.formats import cells
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Scalar, Sum, Unreadable
from storage.settlement.formats.documents import Document, keys_of
from storage.settlement.formats.feeds import Feed, objects, owner
from storage.settlement.formats.sheets import Sheet, header_of
from storage.settlement.opening import Part

__all__ = ["FORMAT"]

_NEEDED = frozenset({"id", "type", "amount", "date", "currency", "status", "reference", "transaction_code"})
PAYOUT = "PAYOUT"
DEDUCTIONS = frozenset({"CHARGE_BACK_DEDUCTION", "REFUND_DEDUCTION", "DD_RETURN_DEDUCTION", "BALANCE_DEDUCTION"})

LONGEST_REFERENCE = 40


def _reference(cell: str) -> str:
    """A reference of one or several words. Digits in it are no card's: it stands on the bank statement."""
    value = " ".join(cells.identifier(word) for word in cell.split())
    if len(value) > LONGEST_REFERENCE:
        raise Unreadable(f"longer than {LONGEST_REFERENCE} characters")
    return value


COLUMNS: dict[str, Column | Sum] = {
    "id": Column("id", cells.identifier, required=True),
    "type": Column("type", cells.remembering(cells.identifier), required=True),
    "date": Column("date", cells.remembering(cells.day), required=True),
    "currency": Column("currency", cells.remembering(cells.currency), required=True),
    "status": Column("status", cells.remembering(cells.identifier), required=True),
    "reference": Column("reference", cells.remembering(_reference)),
    "account": Column("merchant_code", cells.remembering(cells.identifier)),
    "amount": Sum("amount", cells.signed_amount, required=True),
    "fee": Sum("fee", cells.signed_amount),
}


def _currency(row: Sequence[str], places: Mapping[str, int], _intake: Intake) -> str:
    return row[places["currency"]].strip()


SHEET = Sheet(COLUMNS, currency=_currency)
ROW = Document(COLUMNS)
_IGNORED = ["transaction_code"]


@dataclass
class _Payout:
    """The rows of one reference: minor units."""

    part: Part
    line: int
    rows: int = 0
    paid: int = 0
    fee: int | None = None
    deducted: int = 0
    days: set[str] = field(default_factory=set)
    statuses: set[str] = field(default_factory=set)
    strange: bool = False
    """Whether a row is of a type that may add or take away."""

    def take(self, row: Mapping[str, Scalar], intake: Intake) -> None:
        """Add one row. A deduction takes away, whichever sign it is written with."""
        kind, amount = str(row["type"]), int(row["amount"] or 0)
        self.rows += 1
        if kind in DEDUCTIONS:
            self.deducted += abs(amount)
        else:
            self.paid += amount
            if kind != PAYOUT:
                self.strange = True
                intake.leave_raw("payout type", kind)
        if row.get("fee") is not None:
            self.fee = (self.fee or 0) + int(row["fee"] or 0)
        self.days.add(str(row["date"]))
        self.statuses.add(str(row["status"]))


_Key = tuple[str, str, str]
"""Merchant code, or nothing; reference, or the row's id where it has none; currency."""


class Sumup(Format):
    """One payout for each reference, once all its rows are read."""

    name = "sumup"
    title = "SumUp payouts (JSON or CSV of the API)"

    def recognises(self, part: Part) -> bool:
        """The fields of a row, as headings or as keys."""
        return keys_of(part) >= _NEEDED or frozenset(header_of(part)) >= _NEEDED

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """Rows of all files first: a reference may go on in the next page."""
        payouts: dict[_Key, _Payout] = {}
        seen: set[str] = set()
        for part in parts:
            for line, row in _rows(part, intake):
                if row["id"] in seen:
                    intake.refuse(part.name, line, "id", f"the row {row['id']} is there twice; fetch days only once")
                    continue
                seen.add(str(row["id"]))
                key = (str(row.get("account") or ""), str(row.get("reference") or row["id"]), str(row["currency"]))
                payouts.setdefault(key, _Payout(part, line)).take(row, intake)
        feed = Feed("sumup")
        for key, payout in payouts.items():
            yield from _entries(key, payout, feed, intake)


def _rows(part: Part, intake: Intake) -> Iterator[tuple[int, Mapping[str, Scalar]]]:
    if not keys_of(part):
        for line, values in SHEET.rows(part, intake):
            yield line, dict(zip(COLUMNS, values, strict=True))
        if intake.unknown_columns.get(part.name) == _IGNORED:
            del intake.unknown_columns[part.name]
        return
    for node in objects(part, intake):
        code = node.get("currency")
        row = ROW.read(node, part, intake, code if isinstance(code, str) else None)
        if row is not None:
            yield node.line, row


def _entries(key: _Key, payout: _Payout, feed: Feed, intake: Intake) -> Iterator[Entry]:
    account, reference, code = key
    net, unit = payout.paid - payout.deducted, 10 ** decimals(code)
    shown = {"rows": payout.rows, "paid": payout.paid / unit, "deducted": payout.deducted / unit, "net": net / unit}
    closes = len(payout.days) == 1
    intake.batches.append({"account": account or None, "batch": reference, "currency": code, **shown, "closes": closes})
    if not closes:
        words = f"rows of {reference} are of different days ({', '.join(sorted(payout.days))}): not one payout"
        intake.refuse(payout.part.name, payout.line, "date", words)
        return
    merchant_no = owner(intake, "sumup", account or None)
    name = "-".join(reference.split())
    told: dict[str, Scalar] = {
        "payout_id": f"{merchant_no}.{name}" if merchant_no else name,
        "batch_id": reference,
        "due_date": min(payout.days),
        "refund_offset": payout.deducted,
        "net": None if payout.strange or len(payout.statuses) > 1 else net,
        "currency": code,
    }
    if payout.fee is not None:
        told["fee"] = payout.fee
    yield from feed.payout(payout.part, payout.line, merchant_no, None, told | _status(payout, net, intake))


def _status(payout: _Payout, net: int, intake: Intake) -> dict[str, Scalar]:
    """The status that all rows share; where they differ, or money is taken, none of ours."""
    raw = ", ".join(sorted(payout.statuses))
    if net < 0:
        intake.leave_raw("status", "withdrawal")
        return {"status": None, "raw_status": f"{raw}, withdrawal"}
    return {"status": intake.payout_status("sumup", raw), "raw_status": raw}


FORMAT = Sumup()
