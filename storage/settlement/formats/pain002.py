"""ISO 20022 payment status reports (pain.002) of any version: what the bank made of the acquirer's payment order.

Source: the message's definition (ISO 20022, CustomerPaymentStatusReport) and its external list of status codes, which
``providers.yaml`` maps under ``iso20022``. A transaction's own status counts, else that of its payment, else that of
the group. A status of a group or payment that lists no transactions would be that of payouts which the message does
not name: it is counted, and changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from storage.settlement.formats import bookings, cells
from storage.settlement.formats.bookings import When, day_or_time, plain
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Unreadable, saying
from storage.settlement.formats.xmlfiles import Element, Shape, children, elements, message_of, text_at, texts_at
from storage.settlement.opening import Part
from storage.settlement.tables import PAYOUTS

__all__ = ["FORMAT"]

PROVIDER = "iso20022"
_PARTLY = ("PART", "PATC")
"""Statuses of a group or payment whose transactions differ: they say nothing of a single one."""
_MOMENTS = {"sent": "sent_at", "paid": "paid_at"}


TRANSACTION = Shape(
    {
        "end_to_end": Column("OrgnlEndToEndId", plain),
        "instruction": Column("OrgnlInstrId", plain),
        "status": Column("TxSts", plain),
        "effective": Column("FctvIntrBkSttlmDt/DtTm|FctvIntrBkSttlmDt/Dt", day_or_time),
        "account": Column("OrgnlTxRef/CdtrAcct/Id/IBAN|OrgnlTxRef/CdtrAcct/Id/Othr/Id", plain),
    }
)
_REASON, _REASON_TEXT = "Rsn/Cd|Rsn/Prtry|StsRsn/Cd|StsRsn/Prtry", "AddtlInf|AddtlStsRsnInf"
"""The first versions had the longer names."""
_PASSED = "transactions have no reference that a payout could have: passed over"
_UNLISTED = "statuses are of a whole order whose transactions are not listed: nothing is changed by them"


@dataclass
class _Report:
    """What counts for all transactions of a message, and what was counted of them."""

    part: Part
    created: When | None = None
    group: tuple[str, list[Element]] = ("", [])
    """The group's status, and its reasons."""
    listed: int = 0
    numbers: Counter[str] = field(default_factory=Counter)


class Pain002(Format):
    """Transactions one by one, each with the status that is nearest to it."""

    name = "pain002"
    title = "ISO 20022 payment status reports: pain.002, any version (XML)"

    def recognises(self, part: Part) -> bool:
        """The namespace of the message."""
        return message_of(part.head) == "pain.002"

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """Updates of payouts that are known, by the reference that the acquirer gave them."""
        for part in parts:
            yield from _read(part, intake)


def _read(part: Part, intake: Intake) -> Iterator[Entry]:
    intake.rows[part.name] = 0
    report = _Report(part)
    transactions = ("OrgnlPmtInfAndSts/TxInfAndSts", "CstmrPmtStsRpt/TxInfAndSts", "pain.002.001.02/TxInfAndSts")
    tops = ("CstmrPmtStsRpt", "pain.002.001.02")  # the second of these versions named it after itself
    outer = {f"{top}/{name}" for top in tops for name in ("GrpHdr", "OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts")}
    for path, element in elements(part, intake, {*transactions, *outer}):
        if path.endswith("/GrpHdr"):
            _begin(element, report, intake)
        elif path.endswith("/OrgnlGrpInfAndSts"):
            report.group = _status(element, "GrpSts")
        elif path.endswith("/OrgnlPmtInfAndSts"):
            if text_at(element, "PmtInfSts") and not children(element, "TxInfAndSts"):
                report.numbers[_UNLISTED] += 1
        elif path:
            intake.rows[part.name] += 1
            report.listed += 1
            entry = _transaction(element, report, intake)
            if entry is not None:
                yield entry
        elif report.group[0] and not report.listed and not report.numbers[_UNLISTED]:
            report.numbers[_UNLISTED] += 1
    for what in sorted(report.numbers):
        bookings.count_note(intake, part, report.numbers[what], what)


def _begin(element: Element, report: _Report, intake: Intake) -> None:
    """The message's own time, at which everything in it was so."""
    try:
        report.created = bookings.when(text_at(element, "CreDtTm"))
    except Unreadable as error:
        intake.refuse(report.part.name, element.sourceline or 0, "GrpHdr/CreDtTm", str(error))
        return
    made = report.created.end(intake.timezone)
    intake.as_of = made if intake.as_of is None else max(intake.as_of, made)


def _status(element: Element, path: str) -> tuple[str, list[Element]]:
    """A status and its reasons, as copies that outlive the element."""
    return text_at(element, path), [deepcopy(found) for found in children(element, "StsRsnInf")]


def _transaction(element: Element, report: _Report, intake: Intake) -> Entry | None:
    """What is said of one payout; None when the transaction names none of ours or is not good."""
    part, line = report.part, element.sourceline or 0
    read = TRANSACTION.read(element, part, intake)
    if read is None:
        return None
    try:
        payout_id = bookings.reference(read.get("end_to_end", ""), read.get("instruction", ""))
    except Unreadable as error:
        intake.refuse(part.name, line, "TxInfAndSts/OrgnlEndToEndId", str(error))
        return None
    if payout_id is None:
        report.numbers[_PASSED] += 1
        return None
    above = element.getparent()
    payment = _status(above, "PmtInfSts") if above is not None else ("", [])
    own = (read.get("status", ""), children(element, "StsRsnInf"))
    found = next((given for given in (own, payment, report.group) if given[0] and given[0] not in _PARTLY), None)
    if found is None:
        intake.refuse(part.name, line, "TxInfAndSts/TxSts", "no status, and none of its payment or group to inherit")
        return None
    told = _told(found[0], own[1] or found[1], read, intake)
    said_at = report.created.end(intake.timezone) if report.created else None
    return saying(PAYOUTS, part.name, line, said_at=said_at, payout_id=payout_id, **told)


def _told(raw: str, reasons: Sequence[Element], read: dict[str, Any], intake: Intake) -> dict[str, Any]:
    status = intake.payout_status(PROVIDER, raw)
    told: dict[str, Any] = {"status": status, "raw_status": bookings.words(raw)}
    moment = _MOMENTS.get(status or "")
    if moment and "effective" in read:
        told[moment] = read["effective"].start(intake.timezone)
    if "account" in read:
        with suppress(Unreadable):  # an account without digits has no tail
            told["dest_tail"] = cells.account_tail(read["account"])
    if status in ("failed", None):
        code = next((found for reason in reasons if (found := text_at(reason, _REASON))), "")
        text = bookings.words(*(said for reason in reasons for said in texts_at(reason, _REASON_TEXT)))
        raw_reason = bookings.words(code, text)
        if raw_reason is not None:
            told["raw_reason"] = raw_reason
            told["reason"] = bookings.reason_of(intake, PROVIDER, code, text)
    return told


FORMAT = Pain002()
