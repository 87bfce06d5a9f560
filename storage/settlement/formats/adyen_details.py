"""Adyen's settlement details report: one row per transaction, one payout per batch.

Source: reports as Adyen makes them, and Adyen's documentation. The order of columns differs between accounts, so they
are found by heading. The report has no card digits, no failure reason and no terminals: those stay unknown. A batch is
booked in and out to nothing: credits equal debits, the payout and what is carried to the next batch among them. That is
checked, so a report that breaks off is never taken for a whole one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from knowledge.formats import decimals
from storage.moments import stored
from storage.settlement.formats import cells
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Scalar, Sum, Unreadable
from storage.settlement.formats.sheets import Sheet, header_of
from storage.settlement.opening import Part
from storage.settlement.tables import MERCHANTS, PAYOUTS

__all__ = ["FORMAT"]

_ABBREVIATIONS = {
    "CEST": "CET", "BST": "Europe/London", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
    "EDT": "America/New_York", "CDT": "America/Chicago", "CST": "America/Chicago", "MDT": "America/Denver",
    "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney", "SGT": "Asia/Singapore", "HKT": "Asia/Hong_Kong",
    "JST": "Asia/Tokyo", "BRT": "America/Sao_Paulo", "NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland",
}  # fmt: skip
"""Abbreviations that the time zone database does not have by themselves; in these reports CST is Chicago's."""

SALES = frozenset({"Settled", "SettledInInstallments", "SettledExternally"})
REFUNDS = frozenset({"Refunded", "RefundedExternally", "Chargeback", "SecondChargeback", "ChargebackExternally"})
REFUNDS_BACK = frozenset({"RefundedReversed", "ChargebackReversed"})
FEES = frozenset({"Fee", "MiscCosts", "PaymentCost", "InvoiceDeduction"})
HELD = frozenset({"ReserveAdjustment"})
PAYOUT, CARRIED = "MerchantPayout", "Balancetransfer"


def _currency(row: Sequence[str], places: Mapping[str, int], _intake: Intake) -> str:
    return row[places["Net Currency"]].strip()


def _text_moment(cell: str) -> str:
    try:
        datetime.strptime(cell, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - its zone stands in the next column
    except ValueError:
        raise Unreadable("not a time like 2021-01-06 23:50:00") from None
    return cell


def _zone_name(cell: str) -> str:
    name = _ABBREVIATIONS.get(cell, cell)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unreadable("a time zone that is not known here") from None
    return name


SHEET = Sheet(
    {
        "account": Column("Merchant Account", cells.remembering(cells.identifier), required=True),
        "type": Column("Type", cells.remembering(cells.identifier), required=True),
        "reference": Column("Modification Reference", cells.text),
        "created_at": Column("Creation Date", cells.remembering(_text_moment), required=True),
        "zone": Column("TimeZone", cells.remembering(_zone_name), required=True),
        "currency": Column("Net Currency", cells.remembering(cells.currency), required=True),
        "debit": Sum("Net Debit (NC)", cells.signed_amount),
        "credit": Sum("Net Credit (NC)", cells.signed_amount),
        "commission": Sum("Commission (NC)", cells.signed_amount),
        "markup": Sum("Markup (NC)", cells.signed_amount),
        "scheme": Sum("Scheme Fees (NC)", cells.signed_amount),
        "interchange": Sum("Interchange (NC)", cells.signed_amount),
        "batch": Column("Batch Number", cells.remembering(cells.identifier), required=True),
        "booked_at": Column("Booking Date", cells.remembering(_text_moment)),
        "booked_zone": Column("Booking Date TimeZone", cells.remembering(_zone_name)),
    },
    currency=_currency,
)
_NEEDED = frozenset({"Merchant Account", "Type", "Net Currency", "Net Debit (NC)", "Net Credit (NC)", "Batch Number"})
_IGNORED = re.compile(
    r"Company Account|Psp Reference|Merchant Reference|Payment Method.*|Gross .*|Exchange Rate|Reserved\d+|"
    r"Modification Merchant Reference|Store|Terminal.*"
)
"""Columns that the report has and a payout does not need: not worth a report of unknown columns."""


@dataclass
class _Batch:
    """What the transactions of one batch come to, in minor units."""

    part: str
    line: int
    zone: str
    rows: int = 0
    credits: int = 0
    debits: int = 0
    gross: int = 0
    fee: int = 0
    refunds: int = 0
    held: int = 0
    paid: int = 0
    carried_in: int = 0
    carried_out: int = 0
    other: int = 0
    paid_line: int = 0
    words: list[str] = field(default_factory=list)
    last_sale: datetime | None = None
    cut_at: datetime | None = None
    sent_at: datetime | None = None
    latest: datetime | None = None

    def take(self, row: Mapping[str, Scalar], intake: Intake) -> None:
        """Add one transaction."""
        kind = str(row["type"])
        debit, credit = _number(row["debit"]), _number(row["credit"])
        fees = sum(_number(row[name]) for name in ("commission", "markup", "scheme", "interchange"))
        self.rows += 1
        self.debits += debit
        self.credits += credit
        created = _moment(row["created_at"], row["zone"])
        booked = _moment(row["booked_at"], row["booked_zone"] or row["zone"]) or created
        self.latest = _later(self.latest, booked)
        words = str(row["reference"] or kind)
        if kind in SALES:
            self.gross += credit - debit + fees
            self.fee += fees
            self.last_sale = _later(self.last_sale, created)
            self.cut_at = _later(self.cut_at, booked)
        elif kind in REFUNDS or kind in REFUNDS_BACK:
            self.refunds += debit - credit - fees
            self.fee += fees
        elif kind in FEES:
            self.fee += debit - credit
        elif kind in HELD:
            self.held += debit - credit
        elif kind == PAYOUT:
            self.paid += debit - credit
            self.words.append(words)
            self.sent_at = _later(self.sent_at, booked)
        elif kind == CARRIED:
            self.carried_in += credit
            self.carried_out += debit
            self.words.append(words)
        else:
            self.other += credit - debit
            intake.leave_raw("transaction type", kind)


class AdyenSettlementDetails(Format):
    """Payouts of a merchant account: one for each batch; money moved on to the next batch is no payout."""

    name = "adyen_details"
    title = "Adyen settlement details report (CSV or xlsx, any order of columns)"

    def recognises(self, part: Part) -> bool:
        """The headings of the report, wherever they stand."""
        return frozenset(header_of(part)) >= _NEEDED

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """One payout per merchant account, batch and currency, once all rows are read."""
        batches: dict[tuple[str, str, str], _Batch] = {}
        for part in parts:
            for line, row in SHEET.rows(part, intake):
                values = dict(zip(SHEET.columns, row, strict=True))
                key = (str(values["account"]), str(values["batch"]), str(values["currency"]))
                batches.setdefault(key, _Batch(part.name, line, str(values["zone"]))).take(values, intake)
            strangers = [name for name in intake.unknown_columns.pop(part.name, []) if not _IGNORED.fullmatch(name)]
            if strangers:
                intake.unknown_columns[part.name] = strangers
        latest = max((batch.latest for batch in batches.values() if batch.latest), default=None)
        intake.as_of = stored(latest) if latest else None
        for (account, _, currency), batch in batches.items():
            yield Entry(
                MERCHANTS, batch.part, batch.line, _merchant(intake, account, currency, batch.zone), implied=True
            )
        for (account, number, currency), batch in batches.items():
            if _closes(account, number, currency, batch, intake):
                yield Entry(PAYOUTS, batch.part, batch.line, _payout(intake, account, number, currency, batch))


def _closes(account: str, number: str, currency: str, batch: _Batch, intake: Intake) -> bool:
    """Whether credits equal debits, payout and carried sums among them; keeps the arithmetic for the report."""
    left = batch.credits - batch.debits
    unit = 10 ** decimals(currency)
    shown = {name: round(getattr(batch, name) / unit, 4) for name in (
        "credits", "debits", "gross", "fee", "refunds", "held", "paid", "carried_in", "carried_out", "other",
    )}  # fmt: skip
    intake.batches.append(
        {"account": account, "batch": number, "currency": currency, "rows": batch.rows, **shown, "closes": left == 0}
    )
    if left:
        words = f"batch {number}: credits and debits differ by {left / unit}; the report is not whole"
        intake.refuse(batch.part, 0, "", words)
    return left == 0


def _merchant(intake: Intake, account: str, currency: str, zone: str) -> tuple[Scalar, ...]:
    number = intake.providers.merchant_no("adyen", account)
    values = {"merchant_no": number, "acquirer": "adyen", "currency": currency, "timezone": zone}
    return tuple(values.get(name) for name in MERCHANTS.fields)


def _payout(intake: Intake, account: str, number: str, currency: str, batch: _Batch) -> tuple[Scalar, ...]:
    """The batch as a payout record. Money that moved to the next batch was not paid: its status stays unknown."""
    raw = "; ".join(batch.words)[:200] or None
    known: dict[str, Scalar] = {
        "payout_id": f"{account}.{number}.{currency}",
        "merchant_no": intake.providers.merchant_no("adyen", account),
        "batch_id": number,
        "trade_date": batch.last_sale.date().isoformat() if batch.last_sale else None,
        "cut_at": stored(batch.cut_at),
        "status": "sent" if batch.sent_at and batch.paid > 0 else None,
        "raw_status": raw,
        "sent_at": stored(batch.sent_at),
        "gross": batch.gross,
        "fee": batch.fee,
        "refund_offset": batch.refunds,
        "held": max(batch.held, 0) + batch.carried_out,
        "net": batch.paid,
        "currency": currency,
    }
    return tuple(known.get(name) for name in PAYOUTS.fields)


def _number(value: Scalar) -> int:
    return value if isinstance(value, int) else 0


def _moment(words: Scalar, zone: Scalar) -> datetime | None:
    if words is None:
        return None
    return datetime.fromisoformat(str(words)).replace(tzinfo=ZoneInfo(str(zone)))


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    least = datetime.min.replace(tzinfo=UTC)
    return max(one or least, other or least) if one or other else None


FORMAT = AdyenSettlementDetails()
