"""SWIFT MT940 statements of the acquirer's account; returned payouts are told by the codes in ``:86:``.

Source: SWIFT's category 9 (``:20: :25: :28C: :60F: :61: :86: :62F:``) and the German banks' rules for ``:86:`` (a
business code, then ``?NN`` fields of at most 27 characters, wrapped into lines of 65). The patterns of ``:61:`` and of
the balances are those of the library ``mt-940``, which knows what banks make of them; the file, its lines and ``:86:``
are read here, since a wrong reference or a bent date would be a wrong fact told to a merchant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from mt940 import tags

from knowledge.formats import decimals
from storage.settlement.formats import bookings, cells
from storage.settlement.formats.bookings import Booking, Bookings, When, Whole
from storage.settlement.formats.declaration import Entry, Format, Intake, Unreadable
from storage.settlement.formats.mt940_details import Details, details_of
from storage.settlement.opening import CHINESE, Part, Unopenable

__all__ = ["FORMAT"]

_LINE = tags.Statement().re
_BALANCE = tags.FinalClosingBalance().re
_TAG = re.compile(r":(\d{2}[A-Z]?):")
_NEEDED = (re.compile(rb"^:20:", re.M), re.compile(rb"^:25[A-Z]?:", re.M), re.compile(rb"^:60[FM]:[CD]\d{6}", re.M))
_PAIRS = re.compile(rb"[\x80-\xff]+")
_FAR = 180
"""Days: a day of booking further away than this from its value date is in the year before or after."""
_RETURNED_ITEM = "RTI"
"""SWIFT's transaction type for returned items."""
GERMAN_RETURN = "159"
"""The German banks' business code of a transfer that comes back."""
FIRST_REASON, LAST_REASON = 901, 918
"""Their numbers in ``?34`` of why something came back; other numbers there have other meanings."""


@dataclass
class _Tag:
    """One field of a message: its name, its lines as they stand, and where it begins."""

    name: str
    line: int
    lines: list[str]


@dataclass(frozen=True)
class _Balance:
    minor: int
    """Signed, minor units."""
    currency: str
    day: date


@dataclass(frozen=True)
class _Line:
    """A ``:61:``, read."""

    tag: _Tag
    booked: date
    mark: str
    """C, D, RC (a credit undone: money out) or RD (a debit undone: money in)."""
    minor: int
    kind: str
    reference: str


@dataclass
class _Statement(Whole):
    """A message from ``:20:`` to its end, as far as it has been read."""

    line: int
    account: str | None = None
    number: str | None = None
    opening: _Balance | None = None
    closing: _Balance | None = None
    page: tuple[str, str] = ("", "")
    """The account and the statement's number, which its pages share."""
    continues: bool = False
    """Opened by the balance of the page before (``:60M:``)."""
    last: _Line | None = None
    """The ``:61:`` whose ``:86:`` may follow."""
    credits: int = 0
    debits: int = 0
    bookings: list[Booking] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=Counter)


class Mt940(Format):
    """Statements one by one, each closed before its bookings count; one word on each payout at the end."""

    name = "mt940"
    title = "SWIFT MT940 bank statements (returns in :86:)"

    def recognises(self, part: Part) -> bool:
        """A reference, an account and an opening balance, each at the beginning of a line."""
        return all(pattern.search(part.head.replace(b"\r", b"\n")) for pattern in _NEEDED)

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """Updates of payouts that are known; no statement tells whose merchant an unknown one would be."""
        found = Bookings(intake)
        for part in parts:
            _read(part, intake, found)
        yield from found.entries()


def _read(part: Part, intake: Intake, found: Bookings) -> None:
    intake.rows[part.name] = 0
    passed: Counter[str] = Counter()
    pages: dict[tuple[str, str], _Balance] = {}
    try:
        text = part.text(_encodings(part.content()))
    except Unopenable as error:
        intake.refuse(part.name, error.line, "", error.reason)
        return
    if intake.advance is not None:
        intake.advance(part.size)
    for statement in _statements(text, part, intake):
        if _closes(statement, pages, intake) and statement.closing:
            found.made(When(statement.closing.day))
            found.found += statement.bookings
            passed += statement.numbers
    for what in sorted(passed):
        bookings.count_note(intake, part, passed[what], what)


def _encodings(raw: bytes) -> tuple[str, ...]:
    """UTF-8; else GB18030 where all that is not ASCII comes in pairs, as Chinese does; else Latin-1."""
    pairs = all(len(found) % 2 == 0 for found in _PAIRS.findall(raw))
    return (*CHINESE, "latin-1") if pairs else ("utf-8", "latin-1")


def _tags(text: str) -> Iterator[_Tag | None]:
    """The fields in order; None where a message ends. SWIFT's own block headers are passed over."""
    current: _Tag | None = None
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        line = raw.partition("{4:")[2] if raw.startswith("{") else raw
        tag = _TAG.match(line)
        if tag:
            if current:
                yield current
            current = _Tag(tag[1], number, [line[tag.end() :]])
        elif line.rstrip() in ("-", "-}") or line.startswith(("-}", "{")):
            if current:
                yield current
            current = None
            yield None
        elif current and line:
            current.lines.append(line)
    if current:
        yield current


def _statements(text: str, part: Part, intake: Intake) -> Iterator[_Statement]:
    """Messages, each once it is over: at its end, at the next ``:20:`` or at the end of the file."""
    statement: _Statement | None = None
    for tag in _tags(text):
        if tag is None or tag.name == "20":
            if statement:
                yield statement
            statement = _Statement(part, tag.line) if tag else None
        elif statement:
            try:
                _take(tag, statement, intake)
            except Unreadable as error:
                statement.refuse(intake, tag.line, f":{tag.name}:", str(error))
        else:
            intake.refuse(part.name, tag.line, f":{tag.name}:", "a field before the :20: that begins a statement")
    if statement:
        yield statement


def _take(tag: _Tag, statement: _Statement, intake: Intake) -> None:
    """Add one field to its statement; ``Unreadable`` when it does not hold what it must."""
    value = tag.lines[0].strip()
    if tag.name in ("25", "25P"):
        statement.account, statement.page = _tail(value), (value, statement.page[1])
    elif tag.name in ("28", "28C"):
        statement.number, statement.page = bookings.words(value), (statement.page[0], value.partition("/")[0])
    elif tag.name in ("60F", "60M"):
        if statement.opening:
            raise Unreadable("a second opening balance in one statement")
        statement.opening, statement.continues = _balance(value), tag.name == "60M"
    elif tag.name in ("62F", "62M"):
        _flush(statement, intake)
        if statement.closing:
            raise Unreadable("a second closing balance in one statement")
        statement.closing = _balance(value)
    elif tag.name == "61":
        _flush(statement, intake)
        intake.rows[statement.part.name] += 1
        statement.last = _entry(tag, statement)
        money_in = statement.last.mark in ("C", "RD")
        statement.credits += statement.last.minor if money_in else 0
        statement.debits += 0 if money_in else statement.last.minor
    elif tag.name == "86" and statement.last:
        line, statement.last = statement.last, None
        _book(line, details_of(tag.lines), statement, intake)


def _entry(tag: _Tag, statement: _Statement) -> _Line:
    """``:61:``: value date, day of booking, mark, sum, type, reference (6!n[4!n]2a[1!a]15d1!a3!c16x[//16x], SWIFT)."""
    found = _LINE.match("\n".join(line.rstrip() for line in tag.lines))
    if found is None:
        raise Unreadable("not a statement line such as 2611051105D120,50NTRFP-1")
    if statement.opening is None:
        raise Unreadable("before any opening balance")
    valued = _day(found["year"], found["month"], found["day"])
    booked = _booked(valued, (found["entry_month"] or "").strip(), (found["entry_day"] or "").strip())
    minor = _minor(found["amount"], statement.opening.currency)
    return _Line(tag, booked, found["status"].upper(), minor, found["id"] or "", found["customer_reference"] or "")


def _booked(valued: date, month: str, day: str) -> date:
    """The day of booking, whose year is not told: the one that brings it nearest to the value date."""
    if not month or not day:
        return valued
    years = [year for year in (valued.year - 1, valued.year, valued.year + 1) if 2000 <= year < 2100]
    days = []
    for year in years:
        try:
            days.append(date(year, int(month), int(day)))
        except ValueError:
            continue
    nearest = min(days, key=lambda found: abs(found - valued), default=None)
    if nearest is None or abs((nearest - valued).days) > _FAR:
        raise Unreadable("the day of booking is no day")
    return nearest


def _day(year: str, month: str, day: str) -> date:
    try:
        return date(2000 + int(year), int(month), int(day))
    except ValueError:
        raise Unreadable("not a day YYMMDD") from None


def _minor(written: str, currency: str) -> int:
    """A sum with its comma, which is never left out; noughts beyond the currency's decimals are nothing."""
    places = decimals(currency)
    whole, comma, rest = written.partition(",")
    if not comma or not whole.isascii() or not rest.isascii():
        raise Unreadable("not a sum like 1234,50")
    kept = rest[:places] if rest[places:].strip("0") == "" else rest
    return cells.amount(f"{whole}.{kept}" if kept else whole, places)


def _balance(value: str) -> _Balance:
    found = _BALANCE.match(value)
    if found is None or found.end() != len(value):
        raise Unreadable("not a balance such as C261105CNY1234,50")
    currency = cells.currency(found["currency"])
    minor = _minor(found["amount"], currency)
    day = _day(found["year"], found["month"], found["day"])
    return _Balance(minor if found["status"] in ("C", "c") else -minor, currency, day)


def _tail(account: str) -> str | None:
    try:
        bare = account.rpartition("/")[2]
        return cells.account_tail(bare[:-3] if bare[-3:].isalpha() else bare) if account else None
    except Unreadable:
        return None


def _flush(statement: _Statement, intake: Intake) -> None:
    """Book a ``:61:`` that no ``:86:`` followed: its own reference and type may say enough."""
    if statement.last:
        line, statement.last = statement.last, None
        _book(line, Details(), statement, intake)


def _book(line: _Line, details: Details, statement: _Statement, intake: Intake) -> None:
    """Add what a booking says of a payout, if it does."""
    status = _meaning(line, details)
    if status is None:
        statement.numbers["credits are not marked as returns: passed over"] += 1
        return
    try:
        payout_id = bookings.reference(details.end_to_end, details.customer, _own_reference(line.reference))
    except Unreadable as error:
        statement.refuse(intake, line.tag.line, ":61:", str(error))
        return
    if payout_id is None:
        statement.numbers["bookings have no reference that a payout could have: passed over"] += 1
        return
    raw = bookings.words(line.mark, line.kind, details.business, details.posting)
    booking = Booking(
        statement.part.name, line.tag.line, payout_id, None if status == "undone" else status, When(line.booked),
        raw or line.mark, tail=_tail(details.account) if status == "sent" else None,
    )  # fmt: skip
    if status == "returned":
        provider, code = _code(details, intake)
        text = bookings.words(*details.words)
        booking = replace(
            booking,
            reason=bookings.reason_of(intake, provider, code, text),
            raw_reason=bookings.words(details.returned or code, text),
        )
    statement.bookings.append(booking)


def _meaning(line: _Line, details: Details) -> str | None:
    """``sent``, ``returned``, ``undone`` (a return taken back); None for credits that are none of ours."""
    if line.mark == "D":
        return "sent"
    if line.mark == "RC":
        return "undone"
    number = details.returned
    marked = (
        line.mark == "RD"
        or line.kind[1:] == _RETURNED_ITEM
        or details.business == GERMAN_RETURN
        or (number.isdigit() and FIRST_REASON <= int(number[:3]) <= LAST_REASON)
        or details.marked
    )
    return "returned" if marked else None


def _own_reference(reference: str) -> str:
    """The reference of a ``:61:``; ``KREF+`` there only says that one stands in the ``:86:``."""
    bare = reference.strip()
    return "" if bare.endswith("+") else bare


def _code(details: Details, intake: Intake) -> tuple[str, str]:
    """Whose code tells the reason, and the code: ``?34``, a field for it, else the only known one in the words."""
    if details.returned:
        return "german_banks", f"DK{details.returned}"  # bare numbers would be anybody's codes
    if details.code:
        return "iso20022", details.code
    known = [code for code in details.mentioned if intake.providers.reason(code, "iso20022")]
    return "iso20022", known[0] if len(known) == 1 else ""


def _closes(statement: _Statement, pages: dict[tuple[str, str], _Balance], intake: Intake) -> bool:
    """Whether the statement may be used: it has both balances, they fit its lines, and its pages fit each other."""
    _flush(statement, intake)
    opening, closing, line = statement.opening, statement.closing, statement.line
    if opening is None or closing is None:
        what = "opening" if opening is None else "closing"
        statement.refuse(intake, line, "", f"no {what} balance: the file breaks off here?")
        return False
    if opening.currency != closing.currency:
        statement.refuse(intake, line, ":62F:", "not the currency of the opening balance")
        return False
    if not statement.good:
        return False
    before = pages.get(statement.page)
    if statement.continues and before and before.minor != opening.minor:
        statement.refuse(intake, line, ":60M:", "not the closing balance of the page before")
        return False
    pages[statement.page] = closing
    unit = 10 ** decimals(opening.currency)
    closes = opening.minor + statement.credits - statement.debits == closing.minor
    intake.batches.append(
        {"account": statement.account, "batch": statement.number, "currency": opening.currency,
         "opening": opening.minor / unit, "credits": statement.credits / unit, "debits": statement.debits / unit,
         "closing": closing.minor / unit, "closes": closes}
    )  # fmt: skip
    if not closes:
        reason = "opening balance, credits and debits do not come to the closing balance"
        statement.refuse(intake, line, ":62F:", reason)
    return statement.good


FORMAT = Mt940()
