"""NACHA return files: payouts by ACH credit that the payee's bank sent back, with the reason in an addenda 99.

Source: the NACHA file format (records of 94 characters; positions below count from 1, as its tables do). A return is a
new entry that repeats the original one; its addenda 99 says why, and the original's trace number. The payout's id is
what the acquirer put into the Individual Identification Number; where that is empty, or the number of a merchant, it is
the original entry's trace number. Notifications of change (addenda 98) and the disputes of banks over returns are no
returns. Counts, hash and sums of every batch and of the file must close.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from storage.settlement.formats import bookings, cells
from storage.settlement.formats.bookings import Booking, Bookings, When
from storage.settlement.formats.declaration import Entry, Format, Intake, Unreadable
from storage.settlement.opening import Part, Unopenable

__all__ = ["FORMAT", "entry_hash"]

LENGTH, BLOCKING = 94, 10
HASHED = 10**10
"""The hash keeps the last ten digits of the sum of the banks' numbers."""
_HEADER = re.compile(rb"101[ 0-9]{10}[ 0-9A-Z]{10}\d{6}(?:\d{4}|    )[0-9A-Z]094101")
_CREDITS = ("21", "31", "41", "51")
"""Transaction codes of returned credits; those that end in 6 are returned debits, which no payout is."""
_PADDING = "9" * LENGTH
_DISPUTED = range(61, 78)
"""R61 to R77: a bank refuses a return, or contests that."""
_SHORTEST = {"1": 40, "9": 55}
"""Records that end in spaces, which some programs cut off: the characters that they must have."""


class _Record(str):
    """One record, by positions from 1 as NACHA's tables give them."""

    def at(self, first: int, last: int) -> str:
        """The characters from ``first`` to ``last``, both included, without the space around them."""
        return self[first - 1 : last].strip()

    def number(self, first: int, last: int) -> int:
        """A number that fills its field; ``Unreadable`` when it does not."""
        written = self.at(first, last)
        if not written.isascii() or not written.isdigit():
            raise Unreadable(f"no number in positions {first} to {last}")
        return int(written)


@dataclass
class _Sums:
    """What a control record states, or what is counted until one comes."""

    count: int = 0
    """Entries and addenda."""
    hashed: int = 0
    debit: int = 0
    credit: int = 0
    """Cents."""

    def add(self, other: _Sums) -> None:
        """Count another's too."""
        self.count += other.count
        self.hashed = (self.hashed + other.hashed) % HASHED
        self.debit += other.debit
        self.credit += other.credit


@dataclass
class _Batch:
    line: int
    number: str
    kind: str
    settled: date | None
    sums: _Sums = field(default_factory=_Sums)
    entry: _Record | None = None
    """The entry whose addenda may follow."""
    addenda: int = 0
    """Of that entry."""
    returns: list[Booking] = field(default_factory=list)


@dataclass
class _File:
    part: Part
    made: When | None = None
    batch: _Batch | None = None
    sums: _Sums = field(default_factory=_Sums)
    batches: int = 0
    records: int = 0
    over: bool = False
    good: bool = True
    numbers: Counter[str] = field(default_factory=Counter)
    returns: list[Booking] = field(default_factory=list)

    def refuse(self, intake: Intake, line: int, column: str, reason: str) -> None:
        """Report what makes the file unusable: its totals cover all of it."""
        intake.refuse(self.part.name, line, column, reason)
        self.good = False


def entry_hash(banks: Sequence[str]) -> int:
    """The hash of a batch: the sum of the first eight digits of its entries' banks, of which ten digits are kept."""
    return sum(int(bank[:8]) for bank in banks) % HASHED


class NachaReturns(Format):
    """Records one by one, a file at a time: its control record is the last."""

    name = "nacha_returns"
    title = "NACHA return file: ACH credits sent back (addenda 99)"

    def recognises(self, part: Part) -> bool:
        """A file header: record size 094, blocking factor 10, format code 1."""
        return _HEADER.match(part.head.removeprefix(b"\xef\xbb\xbf")) is not None

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """Updates of payouts that are known, by the id or the trace number that the acquirer gave them."""
        found = Bookings(intake)
        for part in parts:
            file = _read(part, intake)
            if file.good:
                found.made(file.made)
                found.found += file.returns
        yield from found.entries()


def _read(part: Part, intake: Intake) -> _File:
    intake.rows[part.name] = 0
    file = _File(part)
    try:
        text = part.text(("utf-8", "latin-1"))
    except Unopenable as error:
        file.refuse(intake, error.line, "", error.reason)
        return file
    if intake.advance is not None:
        intake.advance(part.size)
    line = 0
    try:
        for line, record in _records(text):
            _take(line, record, file, intake)
    except Unreadable as error:
        file.refuse(intake, line, "", str(error))
        return file
    if not file.over:
        file.refuse(intake, line, "", "no file control record: the file breaks off here?")
    if file.good and not intake.rows[part.name]:
        file.refuse(intake, 0, "", "there is no return in it: a file of entries to be sent?")
    for what in sorted(file.numbers):
        bookings.count_note(intake, part, file.numbers[what], what)
    return file


def _records(text: str) -> Iterator[tuple[int, _Record]]:
    """Records with their number, from 1; a line may hold one, a block of ten, or the whole file."""
    number = 0
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line.strip():
            continue
        for start in range(0, len(line), LENGTH):
            number += 1
            yield number, _record(line[start : start + LENGTH])


def _record(written: str) -> _Record:
    shortest = _SHORTEST.get(written[:1], LENGTH)
    if len(written) < shortest:
        raise Unreadable(f"{len(written)} characters where a record has {LENGTH}: the file breaks off here?")
    return _Record(written.ljust(LENGTH))


def _take(line: int, record: _Record, file: _File, intake: Intake) -> None:
    """Add one record; ``Unreadable`` when it cannot stand here, after which nothing else can be told of the file."""
    if file.over:
        if record != _PADDING:
            raise Unreadable("a record after the end of the file")
        return
    file.records += 1
    kind, batch = record[0], file.batch
    if kind == "1" and line == 1:
        file.made = _made(record)
    elif kind == "5" and batch is None:
        file.batch = _Batch(line, record.at(88, 94), record.at(51, 53), _settled(record, file))
    elif kind == "6" and batch is not None:
        _end_entry(file)
        batch.entry, batch.addenda = record, 0
        batch.sums.add(_entry(record))
    elif kind == "7" and batch is not None and batch.entry is not None:
        batch.addenda += 1
        batch.sums.count += 1
        _addenda(line, record, batch.entry, file, batch, intake)
    elif kind == "8" and batch is not None:
        _end_entry(file)
        _end_batch(line, record, file, batch, intake)
    elif kind == "9" and batch is None:
        _end_file(line, record, file, intake)
    else:
        raise Unreadable(f"a record of type {kind!r} cannot stand here")


def _made(record: _Record) -> When:
    """The file's date and time of creation."""
    day, clock = record.at(24, 29), record.at(30, 33)
    try:
        moment = datetime.strptime(day + (clock or "0000"), "%y%m%d%H%M")  # noqa: DTZ007 - local to its maker
    except ValueError:
        raise Unreadable("no day YYMMDD in positions 24 to 29, or no time in 30 to 33") from None
    day_only = date(2000 + moment.year % 100, moment.month, moment.day)
    return When(day_only, datetime.combine(day_only, moment.time()) if clock else None)


def _settled(record: _Record, file: _File) -> date | None:
    """The day on which the returns are settled: a number within the year, which is that nearest to the file's day."""
    written = record.at(76, 78)
    if not written.isdigit() or not file.made or not 1 <= int(written) <= 366:
        return None
    made = file.made.day
    days = [date(year, 1, 1) + timedelta(days=int(written) - 1) for year in (made.year - 1, made.year, made.year + 1)]
    return min(days, key=lambda found: abs(found - made))


def _entry(record: _Record) -> _Sums:
    amount = record.number(30, 39)
    credit = record.at(2, 3) in _CREDITS or record.at(2, 3)[1:] in ("2", "3", "4")
    bank = str(record.number(4, 11)).zfill(8)
    return _Sums(1, entry_hash([bank]), 0 if credit else amount, amount if credit else 0)


def _end_entry(file: _File) -> None:
    """Count an entry that says neither why it came back nor what is to change."""
    batch = file.batch
    if batch and batch.entry and not batch.addenda:
        file.numbers["entries without addenda: passed over"] += 1


def _addenda(line: int, record: _Record, entry: _Record, file: _File, batch: _Batch, intake: Intake) -> None:
    """What an addenda 99 says of a payout."""
    kind, code = record.at(2, 3), record.at(4, 6)
    if kind == "98":
        intake.rows[file.part.name] += 1
        file.numbers["notifications of change (addenda 98), no returns: passed over"] += 1
    if kind != "99":
        return
    intake.rows[file.part.name] += 1
    if not re.fullmatch(r"R\d{2}", code):
        raise Unreadable("no return reason such as R03 in positions 4 to 6")
    if int(code[1:]) in _DISPUTED:
        file.numbers["banks' disputes over returns (R61 to R77): passed over"] += 1
        return
    if entry.at(2, 3) not in _CREDITS:
        file.numbers["returns of debits: passed over"] += 1
        return
    payout_id = _payout_id(record, entry, batch, intake)
    if payout_id is None or file.made is None:
        file.numbers["returns have no reference that a payout could have: passed over"] += 1
        return
    text = bookings.words(record.at(36, 79))
    returned = When(batch.settled) if batch.settled else When(file.made.day)
    batch.returns.append(
        Booking(file.part.name, line, payout_id, "returned", returned, f"{entry.at(2, 3)} {batch.kind}", file.made,
                _tail(entry, batch), bookings.reason_of(intake, "nacha", code, text), bookings.words(code, text))
    )  # fmt: skip


def _payout_id(record: _Record, entry: _Record, batch: _Batch, intake: Intake) -> str | None:
    """The acquirer's own number, unless that is empty or a merchant's; else the original entry's trace number."""
    own = entry.at(40, 54) if batch.kind != "IAT" else ""
    if own and intake.merchant(own) is None:
        return bookings.reference(own)
    return bookings.reference(record.at(7, 21))


def _tail(entry: _Record, batch: _Batch) -> str | None:
    """The last digits of the payee's account; entries to other countries keep it elsewhere."""
    account = entry.at(40, 74) if batch.kind == "IAT" else entry.at(13, 29)
    try:
        return cells.account_tail(account)
    except Unreadable:
        return None


def _end_batch(line: int, record: _Record, file: _File, batch: _Batch, intake: Intake) -> None:
    told = _Sums(record.number(5, 10), record.number(11, 20), record.number(21, 32), record.number(33, 44))
    same = record.at(88, 94) == batch.number
    closes = told == batch.sums and same
    intake.batches.append(
        {"account": None, "batch": batch.number, "currency": "USD", "rows": batch.sums.count,
         "debits": batch.sums.debit / 100, "credits": batch.sums.credit / 100, "closes": closes}
    )  # fmt: skip
    if not closes:
        what = _difference(told, batch.sums) or "this is the control record of another batch"
        file.refuse(intake, line, "", what)
    file.sums.add(batch.sums)
    file.batches += 1
    file.returns += batch.returns
    file.batch = None


def _end_file(line: int, record: _Record, file: _File, intake: Intake) -> None:
    told = _Sums(record.number(14, 21), record.number(22, 31), record.number(32, 43), record.number(44, 55))
    blocks = -(-file.records // BLOCKING)
    what = _difference(told, file.sums)
    if not what and record.number(2, 7) != file.batches:
        what = f"{file.batches} batches, and the control record says {record.number(2, 7)}"
    if not what and record.number(8, 13) != blocks:
        what = f"{blocks} blocks of ten records, and the control record says {record.number(8, 13)}"
    if what:
        file.refuse(intake, line, "", what)
    file.over = True


def _difference(told: _Sums, counted: _Sums) -> str:
    """What a control record says otherwise than its entries; empty when nothing."""
    for name, what in (("count", "entries and addenda"), ("hashed", "entry hash"), ("debit", "debits in cents"),
                            ("credit", "credits in cents")):  # fmt: skip
        if getattr(told, name) != getattr(counted, name):
            return f"{what}: {getattr(counted, name)} counted, and the control record says {getattr(told, name)}"
    return ""


FORMAT = NachaReturns()
