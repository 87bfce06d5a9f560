"""ISO 20022 payment returns (pacs.004) of any version: payouts that the payee's bank sent back.

Source: the message's definition (ISO 20022, PaymentReturn) and its external list of return reasons, which
``providers.yaml`` maps under ``iso20022``. The number of transactions, the control sum and the total that the message
states must be what its transactions come to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from knowledge.formats import decimals
from storage.settlement.formats import bookings, cells
from storage.settlement.formats.bookings import Booking, Bookings, Whole, day_or_time, plain
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Sum, Unreadable
from storage.settlement.formats.xmlfiles import Element, Shape, elements, message_of, texts_at
from storage.settlement.opening import Part

__all__ = ["FORMAT"]

MESSAGE = "pacs.004"


def _control(cell: str) -> Any:
    """A control sum: a number of any currency, so with any decimals."""
    try:
        value = Decimal(cell)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value.adjusted()) > 30:
        raise Unreadable("not a control sum")
    return value


HEADER = Shape(
    {
        "message": Column("MsgId", plain),
        "made": Column("CreDtTm", day_or_time, required=True),
        "count": Column("NbOfTxs", cells.count, required=True),
        "control": Column("CtrlSum", _control),
        "total": Sum("TtlRtrdIntrBkSttlmAmt", cells.amount),
        "settled": Column("IntrBkSttlmDt", day_or_time),
    }
)
TRANSACTION = Shape(
    {
        "end_to_end": Column("OrgnlEndToEndId", plain),
        "instruction": Column("OrgnlInstrId", plain),
        "amount": Sum("RtrdIntrBkSttlmAmt", cells.amount, required=True),
        "settled": Column("IntrBkSttlmDt", day_or_time),
        "account": Column("OrgnlTxRef/CdtrAcct/Id/IBAN|OrgnlTxRef/CdtrAcct/Id/Othr/Id", plain),
        "code": Column("RtrRsnInf/Rsn/Cd|RtrRsnInf/Rsn/Prtry|RtrRsnInf/RtrRsn/Cd|RtrRsnInf/RtrRsn/Prtry", plain),
    }
)


@dataclass
class _Message(Whole):
    header: dict[str, Any] | None = None
    returns: list[Booking] = field(default_factory=list)
    count: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    """Currency -> minor units."""
    unnamed: int = 0


class Pacs004(Format):
    """Returns one by one; nothing counts unless the message's own totals fit."""

    name = "pacs004"
    title = "ISO 20022 payment returns: pacs.004, any version (XML)"

    def recognises(self, part: Part) -> bool:
        """The namespace of the message."""
        return message_of(part.head) == MESSAGE

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """Updates of payouts that are known, by the reference that the acquirer gave them."""
        found = Bookings(intake)
        for part in parts:
            message = _read(part, intake)
            if message is not None and message.header is not None:
                found.made(message.header["made"])
                found.found += message.returns
        yield from found.entries()


def _read(part: Part, intake: Intake) -> _Message | None:
    """The message; None when it breaks off or does not come to its own totals, which has been reported."""
    intake.rows[part.name] = 0
    message = _Message(part)
    whole = False
    for path, element in elements(part, intake, {"PmtRtr/GrpHdr", "PmtRtr/TxInf"}):
        if path == "PmtRtr/GrpHdr":
            message.header = HEADER.read(element, part, intake)
            message.good &= message.header is not None
        elif path:
            intake.rows[part.name] += 1
            _transaction(element, message, intake)
        else:
            whole = _closes(element, message, intake)
    bookings.count_note(
        intake, part, message.unnamed, "transactions have no reference that a payout could have: passed over"
    )
    return message if whole else None


def _transaction(element: Element, message: _Message, intake: Intake) -> None:
    part, line = message.part, element.sourceline or 0
    read = TRANSACTION.read(element, part, intake)
    message.count += 1
    if read is None:
        message.good = False
        return
    currency = read["amount_currency"]
    message.sums[currency] = message.sums.get(currency, 0) + read["amount"]
    header = message.header or {}
    settled = read.get("settled") or header.get("settled") or header.get("made")
    try:
        payout_id = bookings.reference(read.get("end_to_end", ""), read.get("instruction", ""))
        tail = cells.account_tail(read["account"]) if "account" in read else None
    except Unreadable as error:
        message.refuse(intake, line, "TxInf/OrgnlEndToEndId", str(error))
        return
    if payout_id is None:
        message.unnamed += 1
        return
    if settled is None:
        return  # the header is missing, which is reported at the end
    code = read.get("code", "")
    text = bookings.words(*texts_at(element, "RtrRsnInf/AddtlInf|RtrRsnInf/AddtlRtrRsnInf"))
    message.returns.append(
        Booking(part.name, line, payout_id, "returned", settled, MESSAGE, header.get("made"), tail,
                bookings.reason_of(intake, "iso20022", code, text), bookings.words(code, text))
    )  # fmt: skip


def _closes(root: Element, message: _Message, intake: Intake) -> bool:
    """Whether number, control sum and total are what the transactions come to."""
    header = message.header
    if header is None:
        if message.good:
            message.refuse(intake, root.sourceline or 0, "GrpHdr", "missing, and required")
        return False
    if not message.good:
        return False
    units = {currency: Decimal(total).scaleb(-decimals(currency)) for currency, total in message.sums.items()}
    checks = {
        "GrpHdr/NbOfTxs": header["count"] == message.count,
        "GrpHdr/CtrlSum": header.get("control") in (None, sum(units.values())),
        "GrpHdr/TtlRtrdIntrBkSttlmAmt": "total" not in header
        or message.sums == {header["total_currency"]: header["total"]},
    }
    for currency, total in sorted(units.items()):
        intake.batches.append(
            {"account": None, "batch": bookings.words(header.get("message")), "currency": currency,
             "rows": message.count, "returned": float(total), "closes": all(checks.values())}
        )  # fmt: skip
    for column, fits in checks.items():
        if not fits:
            message.refuse(intake, 0, column, "the transactions do not come to this")
    return message.good


FORMAT = Pacs004()
