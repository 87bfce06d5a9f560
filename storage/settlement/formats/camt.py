"""ISO 20022 bank statements (camt.053) and notifications (camt.054) of the acquirer's account, of any version.

Source: the messages' definitions (ISO 20022, BankToCustomerStatement and BankToCustomerDebitCreditNotification) and the
external code lists for entry status, balance type, bank transaction and return reason. A booked debit that names a
payout means that it was sent; a credit marked as a return, that it came back. What is pending or for information only
is no booking. A statement must close: opening balance, credits less debits, closing balance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.formats import decimals
from storage.settlement.formats import bookings, cells
from storage.settlement.formats.bookings import Booking, Bookings, When, Whole, day_or_time, plain
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Sum, Unreadable
from storage.settlement.formats.xmlfiles import (
    Element,
    Shape,
    children,
    elements,
    message_of,
    parent_name,
    text_at,
    texts_at,
)
from storage.settlement.opening import Part

__all__ = ["FORMAT"]

_MESSAGES = {"camt.053": "Stmt", "camt.054": "Ntfctn"}
_BOOKED = "BOOK"
_RETURNS = frozenset({"RRTN", "RPCR"})
"""Sub-families of credits that give a transfer back: after a return, and after the acquirer asked for it."""
_TRANSFERS = frozenset({"ICDT", "IRCT", "OTHR", "NTAV", ""})
"""Families of debits that can be payouts: credit transfers that the account's owner gave, and what has no family."""
_GERMAN_RETURN = "159"
"""The German banks' number of a transfer that comes back, in a proprietary code such as NRTI+159+0399+914."""


def _flag(cell: str) -> bool:
    if cell in ("true", "1", "false", "0"):
        return cell in ("true", "1")
    raise Unreadable("not true or false")


_DIRECTION = cells.one_of("CRDT", "DBIT")
_CODES = {
    "domain": Column("BkTxCd/Domn/Cd", plain),
    "family": Column("BkTxCd/Domn/Fmly/Cd", plain),
    "sub": Column("BkTxCd/Domn/Fmly/SubFmlyCd", plain),
    "own": Column("BkTxCd/Prtry/Cd", plain),
}
ENTRY = Shape(
    {
        "amount": Sum("Amt", cells.amount, required=True),
        "direction": Column("CdtDbtInd", _DIRECTION, required=True),
        "reversal": Column("RvslInd", _flag),
        "status": Column("Sts/Cd|Sts/Prtry|Sts", plain, required=True),
        "booked": Column("BookgDt/DtTm|BookgDt/Dt", day_or_time),
        "valued": Column("ValDt/DtTm|ValDt/Dt", day_or_time),
        "batched": Column("NtryDtls/Btch/NbOfTxs", cells.count),
        "words": Column("AddtlNtryInf", plain),
        **_CODES,
    }
)
TRANSACTION = Shape(
    {
        "amount": Sum("Amt|AmtDtls/TxAmt/Amt", cells.amount),
        "direction": Column("CdtDbtInd", _DIRECTION),
        "end_to_end": Column("Refs/EndToEndId", plain),
        "instruction": Column("Refs/InstrId", plain),
        "payment": Column("Refs/PmtInfId", plain),
        "message": Column("Refs/MsgId", plain),
        "account": Column("RltdPties/CdtrAcct/Id/IBAN|RltdPties/CdtrAcct/Id/Othr/Id", plain),
        "code": Column("RtrInf/Rsn/Cd|RtrInf/Rsn/Prtry|RtrInf/RtrRsn/Cd|RtrInf/RtrRsn/Prtry", plain),
        "words": Column("AddtlTxInf", plain),
        **_CODES,
    }
)
BALANCE = Shape(
    {
        "kind": Column("Tp/CdOrPrtry/Cd|Tp/CdOrPrtry/Prtry", plain, required=True),
        "amount": Sum("Amt", cells.amount, required=True),
        "direction": Column("CdtDbtInd", _DIRECTION, required=True),
    }
)


@dataclass
class _Statement(Whole):
    """What has been read of the statement that is being read."""

    bookings: list[Booking] = field(default_factory=list)
    currency: str | None = None
    sums: dict[str, int] = field(default_factory=lambda: {"CRDT": 0, "DBIT": 0})
    """Booked entries by direction, minor units."""
    numbers: Counter[str] = field(default_factory=Counter)


class Camt(Format):
    """Entries one by one, a statement at a time; one word on each payout at the end."""

    name = "camt"
    title = "ISO 20022 bank statements and notifications: camt.053 and camt.054, any version (XML)"

    def recognises(self, part: Part) -> bool:
        """The namespace of one of the two messages."""
        return message_of(part.head) in _MESSAGES

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """Updates of payouts that are known; no statement tells whose merchant an unknown one would be."""
        found = Bookings(intake)
        for part in parts:
            _read(part, intake, found)
        yield from found.entries()


def _read(part: Part, intake: Intake, found: Bookings) -> None:
    intake.rows[part.name] = 0
    container = _MESSAGES.get(message_of(part.head) or "", "Stmt")
    statement = _Statement(part)
    created: When | None = None
    passed: Counter[str] = Counter()
    outer = ("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn")
    paths = {f"{container}/Ntry", *(f"{name}/GrpHdr" for name in outer), *(f"{name}/{container}" for name in outer)}
    for path, element in elements(part, intake, paths):
        if path.endswith("/GrpHdr"):
            created = _created(element)
        elif path.endswith("/Ntry"):
            intake.rows[part.name] += 1
            _entry(element, statement, intake)
        elif path:
            made = _created(element) or created
            if _closes(element, statement, intake):
                found.made(made)
                found.found += [_made(booking, made) for booking in statement.bookings]
                passed += statement.numbers
            statement = _Statement(part)
    _note(part, passed, intake)


def _note(part: Part, passed: Mapping[str, int], intake: Intake) -> None:
    for what in sorted(passed):
        bookings.count_note(intake, part, passed[what], what)


def _created(element: Element) -> When | None:
    try:
        return bookings.when(text_at(element, "CreDtTm"))
    except Unreadable:
        return None


def _made(booking: Booking, made: When | None) -> Booking:
    return Booking(**{name: getattr(booking, name) for name in Booking.__slots__} | {"made": made})


def _entry(element: Element, statement: _Statement, intake: Intake) -> None:
    """Add an entry to its statement: its sum, and the payouts that it names."""
    entry = ENTRY.read(element, statement.part, intake)
    if entry is None:
        statement.good = False
        return
    line = element.sourceline or 0
    if statement.currency not in (None, entry["amount_currency"]):
        statement.refuse(intake, line, "Ntry/Amt", "not the currency of the other entries")
        return
    statement.currency = entry["amount_currency"]
    if entry["status"] != _BOOKED:
        statement.numbers["entries are not booked yet or for information only: passed over"] += 1
        return
    booked = entry.get("booked") or entry.get("valued")
    if booked is None:
        statement.refuse(intake, line, "Ntry/BookgDt", "neither a day of booking nor a value date")
        return
    statement.sums[entry["direction"]] += entry["amount"]
    details = children(element, "NtryDtls/TxDtls")
    read = [TRANSACTION.read(detail, statement.part, intake) for detail in details]
    if None in read:
        statement.good = False
        return
    transactions = [transaction for transaction in read if transaction is not None]
    _itemised(entry, transactions, element, statement, intake)
    alone = len(transactions) == 1 and entry.get("batched", 1) == 1
    for detail, transaction in zip(details, transactions, strict=True):
        _transaction(entry, transaction, alone, booked, detail, statement, intake)
    if not transactions:
        statement.numbers["entries name no single payment: passed over"] += 1


def _itemised(
    entry: Mapping[str, Any], transactions: Sequence[Mapping[str, Any]], element: Element, statement: _Statement,
    intake: Intake,
) -> None:  # fmt: skip
    """A batch's transactions must come to the entry, where all are listed, in its currency, and nothing was charged."""
    listed = len(transactions) > 1 and entry.get("batched", len(transactions)) == len(transactions)
    priced = all(transaction.get("amount_currency") == entry["amount_currency"] for transaction in transactions)
    if not listed or not priced or children(element, "Chrgs") or children(element, "NtryDtls/TxDtls/Chrgs"):
        return
    total = sum(
        transaction["amount"] * (1 if transaction.get("direction", entry["direction"]) == entry["direction"] else -1)
        for transaction in transactions
    )
    if total != entry["amount"]:
        reason = "the transactions in it do not come to the entry's amount"
        statement.refuse(intake, element.sourceline or 0, "Ntry/NtryDtls", reason)


def _transaction(
    entry: Mapping[str, Any], transaction: Mapping[str, Any], alone: bool, booked: When, element: Element,
    statement: _Statement, intake: Intake,
) -> None:  # fmt: skip
    """Add what one transaction says of a payout, if it does."""
    line = element.sourceline or 0
    codes = transaction if any(transaction.get(name) for name in ("domain", "own")) else entry
    direction = transaction.get("direction", entry["direction"])
    status = _meaning(direction, bool(entry.get("reversal")), codes, transaction)
    if status == "other":
        statement.numbers[f"{'credits' if direction == 'CRDT' else 'debits'} are not of payouts: passed over"] += 1
        return
    whole = (transaction.get("payment", ""), transaction.get("message", "")) if alone else ()
    candidates = (transaction.get("end_to_end", ""), transaction.get("instruction", ""), *whole)
    try:
        payout_id = bookings.reference(*candidates)
    except Unreadable as error:
        statement.refuse(intake, line, "TxDtls/Refs", str(error))
        return
    if payout_id is None:
        statement.numbers["transactions have no reference that a payout could have: passed over"] += 1
        return
    tail = _tail(transaction.get("account", "")) if status == "sent" else None
    reason, raw_reason = None, None
    if status == "returned":
        more = texts_at(element, "RtrInf/AddtlInf|RtrInf/AddtlRtrRsnInf")
        text = bookings.words(*more, transaction.get("words"), None if more else entry.get("words"))
        code = transaction.get("code", "")
        raw_reason = bookings.words(code, text)
        reason = bookings.reason_of(intake, "iso20022", code, text)
    raw = bookings.words(_raw_status(direction, bool(entry.get("reversal")), codes)) or direction
    statement.bookings.append(
        Booking(statement.part.name, line, payout_id, None if status == "undone" else status, booked, raw,
                tail=tail, reason=reason, raw_reason=raw_reason)
    )  # fmt: skip


def _meaning(direction: str, reversal: bool, codes: Mapping[str, Any], transaction: Mapping[str, Any]) -> str:
    """``sent``, ``returned``, ``undone`` (a return taken back), or ``other``.

    ``CdtDbtInd`` is the direction of the entry itself; with ``RvslInd`` it undoes one of the other direction.
    """
    own = str(codes.get("own", "")).split("+")
    if direction == "CRDT":
        marked = "code" in transaction or codes.get("sub") in _RETURNS or reversal or _GERMAN_RETURN in own[1:2]
        return "returned" if marked and codes.get("family") not in ("IDDT", "RDDT") else "other"
    if reversal:
        return "undone" if "code" not in transaction and codes.get("family", "") in _TRANSFERS | {"RCDT"} else "other"
    transfer = codes.get("domain", "PMNT") in ("PMNT", "XTND") and codes.get("family", "") in _TRANSFERS
    return "sent" if transfer and "code" not in transaction and codes.get("sub") not in _RETURNS else "other"


def _raw_status(direction: str, reversal: bool, codes: Mapping[str, Any]) -> str:
    names = [codes.get(name) for name in ("domain", "family", "sub")]
    code = "-".join(str(name) for name in names if name) or str(codes.get("own", ""))
    return " ".join(word for word in (_BOOKED, direction, "reversal" if reversal else "", code) if word)


def _tail(account: str) -> str | None:
    try:
        return cells.account_tail(account) if account else None
    except Unreadable:
        return None


def _closes(element: Element, statement: _Statement, intake: Intake) -> bool:
    """Whether the statement may be used: its balances, and the totals that it gives of its entries, must fit."""
    part, line = statement.part, element.sourceline or 0
    balances = [BALANCE.read(found, part, intake) for found in children(element, "Bal")]
    if None in balances:
        statement.good = False
    given = [found for found in balances if found is not None]
    currency = statement.currency or (given[0]["amount_currency"] if given else None)
    if any(found["amount_currency"] != currency for found in given):
        statement.refuse(intake, line, "Bal/Amt", "not the currency of the entries")
    if not statement.good or currency is None:
        return statement.good
    opening = _balance(given, ("OPBD", "PRCD"), 0)
    closing = _balance(given, ("CLBD",), -1)
    credits, debits = statement.sums["CRDT"], statement.sums["DBIT"]
    unit = 10 ** decimals(currency)
    closes = opening is None or closing is None or opening + credits - debits == closing
    intake.batches.append(
        {"account": _shown(element), "batch": bookings.words(text_at(element, "Id")), "currency": currency,
         "opening": None if opening is None else opening / unit, "credits": credits / unit, "debits": debits / unit,
         "closing": None if closing is None else closing / unit, "closes": closes}
    )  # fmt: skip
    if not closes:
        statement.refuse(intake, line, "Bal", "opening balance, credits and debits do not come to the closing balance")
    elif (opening is None or closing is None) and parent_name(element) == "BkToCstmrStmt":
        intake.notes.append(f"{part.name}: a statement without both balances; whether it is whole cannot be told")
    return statement.good and _totals(element, statement, currency, intake)


def _balance(given: Sequence[Mapping[str, Any]], kinds: Sequence[str], place: int) -> int | None:
    """The balance of the first of these kinds, else the interim one at that place if there are two; minor units."""
    interim = [found for found in given if found["kind"] == "ITBD"]
    for kind in kinds:
        found = [found for found in given if found["kind"] == kind]
        if found:
            break
    else:
        outer = any(found["kind"] in ("OPBD", "PRCD", "CLBD") for found in given)
        found = interim[place:][:1] if len(interim) > 1 or (interim and outer) else []
    return found[0]["amount"] * (1 if found[0]["direction"] == "CRDT" else -1) if found else None


def _totals(element: Element, statement: _Statement, currency: str, intake: Intake) -> bool:
    """Whether the sums of credits and of debits are what the statement's own summary says, where it has one."""
    if statement.numbers["entries are not booked yet or for information only: passed over"]:
        return True  # whether those are in the summary differs between banks
    for path, direction in (("TxsSummry/TtlCdtNtries/Sum", "CRDT"), ("TxsSummry/TtlDbtNtries/Sum", "DBIT")):
        written = text_at(element, path)
        if not written:
            continue
        try:
            told = cells.amount(written, decimals(currency))
        except Unreadable as error:
            statement.refuse(intake, element.sourceline or 0, path, str(error))
            continue
        if told != statement.sums[direction]:
            statement.refuse(intake, element.sourceline or 0, path, "the entries do not come to this sum")
    return statement.good


def _shown(element: Element) -> str | None:
    """The last digits of the account that the statement is of."""
    return _tail(text_at(element, "Acct/Id/IBAN|Acct/Id/Othr/Id"))


FORMAT = Camt()
