"""What a bank's statement says of payouts: that one was sent, and that one came back. Shared by the banks' formats.

The statement is of the acquirer's own account. A debit that names a payout means that it was *sent*, never that it was
paid: only the payee's bank knows that. A credit that gives one back means *returned*. One word per payout and import
is said, in the order of booking, however often the payout stands in the files; its sums stay as they were recorded.

A bank mostly books by days. A debit counts as said at the beginning of its day, so that it never covers what the
acquirer says of that day or later; a return counts as said when the statement was made, else at the end of its day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from storage.moments import stored
from storage.settlement.formats import cells
from storage.settlement.formats.declaration import Entry, Intake, Unreadable, saying
from storage.settlement.opening import Part
from storage.settlement.tables import PAYOUTS

__all__ = [
    "Booking", "Bookings", "When", "Whole", "count_note", "day_or_time", "plain", "reason_of", "reference", "when",
    "words",
]  # fmt: skip

NO_REFERENCE = frozenset({"", "NOTPROVIDED", "NOT PROVIDED", "NONREF"})
"""What stands where nobody gave a reference (ISO 20022, SWIFT)."""
NARRATIVE = "NARR"
"""The code that says no more than: see the text (ISO 20022)."""
LONGEST_WORDS, LONGEST_PLAIN = 400, 2000
_ZONED_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})?")
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?=(?:[A-Z]*\d){6})[A-Z0-9]{8,30}\b|\d(?:[ .\-]?\d){7,}")
"""An IBAN, or a number of eight digits and more."""
_UNPRINTABLE = re.compile(r"[^\S ]|[\x00-\x1f\x7f]")


@dataclass
class Whole:
    """A statement or message of a part that counts as a whole, or not at all."""

    part: Part
    good: bool = field(default=True, kw_only=True)

    def refuse(self, intake: Intake, line: int, column: str, reason: str) -> None:
        """Report what makes it unusable, all of it."""
        intake.refuse(self.part.name, line, column, reason)
        self.good = False


@dataclass(frozen=True, slots=True)
class When:
    """A day, or a moment of it where the statement tells the time."""

    day: date
    clock: datetime | None = None

    def start(self, zone: str) -> int:
        """The moment, or the beginning of the day in that zone; microseconds."""
        return stored(self._zoned(zone) if self.clock else datetime.combine(self.day, time(), ZoneInfo(zone)))

    def end(self, zone: str) -> int:
        """The moment, or the last of the day in that zone; microseconds."""
        if self.clock:
            return self.start(zone)
        return stored(datetime.combine(self.day + timedelta(days=1), time(), ZoneInfo(zone))) - 1

    def _zoned(self, zone: str) -> datetime:
        assert self.clock is not None
        return self.clock if self.clock.utcoffset() is not None else self.clock.replace(tzinfo=ZoneInfo(zone))


def when(cell: str) -> When:
    """A day or a time in ISO 8601, with or without its offset; the years 2000 to 2099."""
    zoned = _ZONED_DAY.fullmatch(cell)
    try:
        clock = None if zoned else datetime.fromisoformat(cell)
        day = date.fromisoformat(zoned[1]) if zoned else clock.date() if clock else None
    except ValueError:
        day = None
    if day is None or not cell[:4].isdigit():
        raise Unreadable("not a day or a time in ISO 8601")
    if not 2000 <= day.year < 2100:
        raise Unreadable("the year is not between 2000 and 2099")
    return When(day, clock)


def day_or_time(cell: str) -> Any:
    """``when`` as the reader of a column; its value is no raw one, so it never reaches an entry as it is."""
    return when(cell)


def plain(cell: str) -> str:
    """A text as it is written, which a format looks at and does not store."""
    return cell[:LONGEST_PLAIN]


def reference(*candidates: str) -> str | None:
    """The first of these that can be a payout's id; None when there is none. ``Unreadable`` for a mangled number.

    A payout's id has no spaces and at most 64 characters, so what is otherwise names no payout of ours.
    """
    for candidate in candidates:
        bare = candidate.strip()
        if bare.upper() in NO_REFERENCE:
            continue
        if len(bare) > cells.LONGEST_ID or not bare.isprintable() or any(letter.isspace() for letter in bare):
            return None
        return cells.identifier(bare) if bare[0] not in "=@+" else None
    return None


def words(*texts: str | None) -> str | None:
    """A bank's words as they may be stored: account numbers and long numbers cut to their last 4 digits."""
    told = list(dict.fromkeys(" ".join(_UNPRINTABLE.sub(" ", text).split()) for text in texts if text))
    joined = " ".join(text for text in told if text)
    if not joined:
        return None
    hidden = _ACCOUNT.sub(lambda found: "****" + re.sub(r"[^0-9A-Z]", "", found[0])[-4:], joined)
    try:
        return cells.text(hidden if len(hidden) <= LONGEST_WORDS else hidden[:LONGEST_WORDS] + "…")
    except Unreadable:
        return None  # words that look like a formula help nobody


def reason_of(intake: Intake, provider: str, code: str, text: str | None) -> str | None:
    """The canonical reason: by the code, else by the words; counted as unmapped when neither is in ``providers.yaml``.

    Where code and words contradict each other the code counts. The code NARR only says that there are words.
    """
    known = intake.providers
    by_words = known.reason(text, provider) if text else None
    by_code = known.reason(code, provider) if code else None
    found = (by_words or by_code) if code.upper() == NARRATIVE else (by_code or by_words)
    if found is None and (code or text):
        intake.leave_raw("reason", code or str(text))
    return found


@dataclass(frozen=True, slots=True)
class Booking:
    """One booking of a payout. ``status`` is ``sent``, ``returned``, or None where the bank took a return back."""

    part: str
    line: int
    payout_id: str
    status: str | None
    booked: When
    raw_status: str
    made: When | None = None
    """When the statement was made, where it tells."""
    tail: str | None = None
    reason: str | None = None
    raw_reason: str | None = None


@dataclass
class Bookings:
    """The bookings of one import, and one word on each payout among them."""

    intake: Intake
    found: list[Booking] = field(default_factory=list)
    latest: int | None = None
    """The latest time at which one of the statements was made."""

    def made(self, moment: When | None) -> None:
        """Note when a statement was made, or up to which day it goes; the latest is the import's own time."""
        if moment is not None:
            end = moment.end(self.intake.timezone)
            self.latest = end if self.latest is None else max(self.latest, end)

    def entries(self) -> Iterator[Entry]:
        """A word on each payout, in the order in which the files name them first."""
        if self.latest is not None:
            self.intake.as_of = self.latest
        by_payout: dict[str, list[Booking]] = {}
        for booking in self.found:
            by_payout.setdefault(booking.payout_id, []).append(booking)
        for payout_id, bookings in by_payout.items():
            told: dict[str, Any] = {}
            said_at = 0
            ordered = self._in_order(bookings)
            for booking in ordered:
                said_at = max(said_at, self._apply(booking, told))
            last = ordered[-1]
            yield saying(PAYOUTS, last.part, last.line, said_at=said_at, payout_id=payout_id, **told)

    def _in_order(self, bookings: list[Booking]) -> list[Booking]:
        """As the bank booked them: by the clock where all have one, else by the day and by their place in the files."""
        zone = self.intake.timezone
        if all(booking.booked.clock for booking in bookings):
            return sorted(bookings, key=lambda booking: booking.booked.start(zone))
        return sorted(bookings, key=lambda booking: booking.booked.day)

    def _apply(self, booking: Booking, told: dict[str, Any]) -> int:
        """Add what a booking says to what was said before it; when it counts as said, microseconds."""
        zone = self.intake.timezone
        before = told.get("status")
        told["status"], told["raw_status"] = booking.status, booking.raw_status
        if booking.tail is not None:
            told["dest_tail"] = booking.tail
        if booking.status == "sent":
            told["sent_at"] = booking.booked.start(zone)
            if before == "returned":  # sent once more, by the same id
                told["returned_at"] = told["reason"] = told["raw_reason"] = None
            return When(booking.booked.day).start(zone)
        if booking.status == "returned":
            told["returned_at"] = booking.booked.start(zone)
            if booking.raw_reason is not None:
                told["reason"], told["raw_reason"] = booking.reason, booking.raw_reason
        else:
            told["returned_at"] = told["reason"] = told["raw_reason"] = None
        return (booking.made or booking.booked).end(zone)


def count_note(intake: Intake, part: Part, count: int, what: str) -> None:
    """A line of the report about bookings that were passed over, where there are any."""
    if count:
        intake.notes.append(f"{part.name}: {count} {what}")
