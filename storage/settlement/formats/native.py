"""The native bundle: a folder or zip of CSV files in the product's own words. Source: the contract of the product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.providers import REASONS
from storage.settlement.formats import cells
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Sum, Unreadable
from storage.settlement.formats.sheets import Row, Sheet, header_of
from storage.settlement.opening import Part
from storage.settlement.tables import CARD_CHANGES, INCIDENTS, MERCHANTS, PAYOUTS, TERMINALS, Kind

__all__ = ["FORMAT"]


def _own_currency(row: Sequence[str], places: Mapping[str, int], intake: Intake) -> str:
    """A merchant's own currency, else the house's."""
    place = places.get("currency")
    return (row[place].strip() if place is not None else "") or intake.currency


def _currency(row: Sequence[str], places: Mapping[str, int], intake: Intake) -> str:
    """The row's own currency, else its merchant's, else the house's: sums are minor units of it."""
    place = places.get("currency")
    own = row[place].strip() if place is not None else ""
    if own:
        return own
    known = intake.merchant(row[places["merchant_no"]].strip())
    return (known.currency if known else None) or intake.currency


_identifier = cells.remembering(cells.identifier)
_terminal = cells.remembering(cells.terminal)
_tail = cells.remembering(cells.tail)
_day = cells.remembering(cells.day)
_moment = cells.remembering(cells.moment)
_text = cells.remembering(cells.text)

MERCHANT_SHEET = Sheet(
    {
        "merchant_no": Column("merchant_no", _identifier, required=True),
        "name": Column("name", cells.text),
        "phone": Column("phone", str),  # as it is: it becomes E.164 once the row's time zone is known
        "locale": Column("locale", cells.code),
        "timezone": Column("timezone", cells.remembering(cells.zone)),
        "acquirer": Column("acquirer", _identifier),
        "account_type": Column("account_type", cells.one_of("personal", "corporate")),
        "cycle": Column("cycle", cells.one_of("T1", "D1", "D0")),
        "mode": Column("mode", cells.one_of("auto", "manual")),
        "min_payout": Sum("min_payout", cells.amount),
        "retained": Sum("retained", cells.amount),
        "balance": Sum("balance", cells.signed_amount),  # below nothing after refunds: a cause of its own
        "pending_sum": Sum("pending_sum", cells.signed_amount),
        "currency": Column("currency", cells.currency),
        "risk_hold": Column("risk_hold", cells.flag),
        "payouts_suspended": Column("payouts_suspended", cells.flag),
    },
    currency=_own_currency,
)

TERMINAL_SHEET = Sheet(
    {
        "terminal_id": Column("terminal_id", _terminal, required=True),
        "merchant_no": Column("merchant_no", _identifier, required=True),
        "location": Column("location", _text),
        "account_tail": Column("account_tail", _tail),
        "unsent_txns": Column("unsent_txns", cells.count),
        "last_signon_at": Column("last_signon_at", _moment),
    }
)

CARD_CHANGE_SHEET = Sheet(
    {
        "change_id": Column("change_id", cells.identifier, required=True),
        "merchant_no": Column("merchant_no", _identifier, required=True),
        "terminal_id": Column("terminal_id", _terminal),
        "old_tail": Column("old_tail", _tail, required=True),
        "new_tail": Column("new_tail", _tail, required=True),
        "new_bank": Column("new_bank", _text),
        "status": Column(
            "status", cells.one_of("submitted", "need_merchant", "auditing", "rejected", "effective"), required=True
        ),
        "submitted_at": Column("submitted_at", _moment, required=True),
        "effective_at": Column("effective_at", _moment),
        "reject_reason": Column("reject_reason", _text),
        "need": Column("need", cells.one_of("sign", "amount_verify", "document")),
    }
)

PAYOUT_SHEET = Sheet(
    {
        "payout_id": Column("payout_id", cells.identifier, required=True),
        "merchant_no": Column("merchant_no", _identifier, required=True),
        "terminal_id": Column("terminal_id", _terminal),
        "batch_id": Column("batch_id", _identifier),
        "trade_date": Column("trade_date", _day, required=True),
        "cut_at": Column("cut_at", _moment),
        "status": Column(
            "status",
            cells.one_of("created", "processing", "sent", "paid", "failed", "returned", "frozen"),
            required=True,
        ),
        "raw_status": Column("raw_status", _text),
        "reason": Column("reason", cells.one_of(*REASONS)),
        "raw_reason": Column("raw_reason", _text),
        "sent_at": Column("sent_at", _moment),
        "paid_at": Column("paid_at", _moment),
        "returned_at": Column("returned_at", _moment),
        "due_date": Column("due_date", _day),
        "dest_tail": Column("dest_tail", _tail),
        "dest_bank": Column("dest_bank", _text),
        "gross": Sum("gross", cells.amount, required=True),
        "fee": Sum("fee", cells.amount),
        "d0_fee": Sum("d0_fee", cells.amount),
        "refund_offset": Sum("refund_offset", cells.amount),
        "held": Sum("held", cells.amount),
        "net": Sum("net", cells.amount, required=True),
        "currency": Column("currency", cells.currency),
        "replaces": Column("replaces", cells.identifier),
    },
    currency=_currency,
)

INCIDENT_SHEET = Sheet(
    {
        "incident_id": Column("incident_id", cells.identifier, required=True),
        "bank": Column("bank", _text),
        "starts_at": Column("starts_at", _moment, required=True),
        "ends_at": Column("ends_at", _moment),
        "title": Column("title", _text),
    }
)


@dataclass(frozen=True)
class _Bound:
    kind: Kind
    sheet: Sheet


SHEETS = (
    _Bound(MERCHANTS, MERCHANT_SHEET),
    _Bound(TERMINALS, TERMINAL_SHEET),
    _Bound(CARD_CHANGES, CARD_CHANGE_SHEET),
    _Bound(PAYOUTS, PAYOUT_SHEET),
    _Bound(INCIDENTS, INCIDENT_SHEET),
)
"""In the order in which records refer to each other."""
_BY_KEY = (SHEETS[3], SHEETS[2], SHEETS[4], SHEETS[1], SHEETS[0])
"""Payouts and changes name terminals and merchants, terminals name merchants: the most particular key decides."""
_PHONE = MERCHANTS.fields.index("phone")
_ZONE = MERCHANTS.fields.index("timezone")
_CURRENCY = PAYOUTS.fields.index("currency")
_MERCHANT = PAYOUTS.fields.index("merchant_no")
_REASON, _RAW_REASON = PAYOUTS.fields.index("reason"), PAYOUTS.fields.index("raw_reason")


class NativeBundle(Format):
    """Five sheets, told apart by their headings; the files' names do not count, and any of them may be missing."""

    name = "native"
    whole = True
    title = "Native bundle: merchants, terminals, card changes, payouts, incidents as CSV (folder, zip or single files)"

    def recognises(self, part: Part) -> bool:
        """A header of one of the sheets."""
        return self._sheet(part) is not None

    def role(self, part: Part) -> str | None:
        """The sheet that it is: payouts may refer to merchants of a file beside them."""
        bound = self._sheet(part)
        return bound.kind.name if bound else None

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """Merchants first, then what refers to them."""
        sheets = [(self._sheet(part), part) for part in parts]
        for bound in SHEETS:
            for _, part in (pair for pair in sheets if pair[0] is bound):
                for line, row in bound.sheet.rows(part, intake):
                    if bound.kind is MERCHANTS and not _complete_merchant(part.name, line, row, intake):
                        continue
                    if bound.kind is PAYOUTS:
                        _complete_payout(row, intake)
                    yield Entry(bound.kind, part.name, line, tuple(row))

    def _sheet(self, part: Part) -> _Bound | None:
        """The sheet whose key the header has, if at least half of the header is its own.

        Required columns may be missing: then it is this sheet all the same, and reading it says what is missing.
        """
        header = frozenset(header_of(part))
        for bound in _BY_KEY:
            if bound.kind.key in header:
                own = len(header & bound.sheet.headings())
                return bound if own >= 2 and 2 * own >= len(header) else None
        return None


def _complete_merchant(part: str, line: int, row: Row, intake: Intake) -> bool:
    given = row[_PHONE]
    if isinstance(given, str):
        try:
            row[_PHONE] = cells.phone(given, str(row[_ZONE] or intake.timezone))
        except Unreadable as error:
            intake.refuse(part, line, "phone", str(error))
            return False
    return True


def _complete_payout(row: Row, intake: Intake) -> None:
    """Fill in the currency that the sums were read in, and a reason that the provider's own words give away."""
    known = None
    if row[_CURRENCY] is None:
        known = intake.merchant(str(row[_MERCHANT]))
        row[_CURRENCY] = (known.currency if known else None) or intake.currency
    raw = row[_RAW_REASON]
    if isinstance(raw, str) and row[_REASON] is None:
        known = known or intake.merchant(str(row[_MERCHANT]))
        row[_REASON] = intake.providers.reason(raw, known.acquirer if known else None)
        if row[_REASON] is None:
            intake.leave_raw("reason", raw)


FORMAT = NativeBundle()
