"""What became of a merchant's money, in the order in which it happened: for staff who look a terminal up. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from knowledge.acquirers import Acquirers
from knowledge.case import Answers
from knowledge.diagnosis import case_of
from knowledge.duedates import due_date
from knowledge.facts import Case, aware
from knowledge.readings import destination
from knowledge.records import CardChange, Incident, Payout, Records, Terminal
from knowledge.workdays import Calendar

Kind = Literal[
    "traded", "cut", "sent", "paid", "returned", "failed", "frozen", "due", "submitted", "effective", "rejected",
    "need_merchant", "auditing", "incident", "incident_over",
]  # fmt: skip
Card = Literal["new", "old", "other"]
DAYS_BEFORE, DAYS_AFTER = 3, 10
"""Around the days that are asked about: sources give no more after them, and what came before them seldom matters."""
RECENT_DAYS = 14
"""How far back it goes when no day is asked about."""
LONGEST_DAYS = 45
OPEN = ("created", "processing", "sent")


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. ``at`` is None where only the day is known; ``anew``: the payout replaces another."""

    kind: Kind
    day: date
    at: datetime | None = None
    payout: Payout | None = None
    change: CardChange | None = None
    incident: Incident | None = None
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Track:
    """One payout from the trade day to where it ended. ``card``: the one that it went to; ``due``: while it is open."""

    payout: Payout
    happenings: tuple[Happening, ...]
    card: Card = "other"
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that happened from the first day to the last. Card changes stand here whenever they were.

    ``free``: the days on which no bank works. ``tracks``: the payouts, the oldest first.
    """

    first: date
    last: date
    now: datetime
    happenings: tuple[Happening, ...] = ()
    tracks: tuple[Track, ...] = ()
    changes: tuple[CardChange, ...] = ()
    incidents: tuple[Incident, ...] = ()
    free: frozenset[date] = field(default_factory=frozenset)


def timeline(
    records: Records,
    terminal_id: str | None,
    days: Sequence[date],
    acquirers: Acquirers,
    calendar: Calendar,
    now: datetime,
) -> Timeline:
    """The timeline of a terminal, or (None) of all that its merchant has, around these days; without days the latest.

    What is the merchant's as a whole counts for each of its terminals.
    """
    case = case_of(records, Answers(terminal_id, trade_dates=tuple(days)), acquirers, calendar, now)
    first, last = _span(days, case.today)
    payouts = [payout for payout in records.payouts if _ours(payout, terminal_id, records)]
    cases: dict[str | None, Case] = {None: case}
    for other in {payout.terminal_id for payout in payouts if terminal_id is None} - {None}:
        of_other = replace(records, terminal=Terminal(str(other), records.merchant.merchant_no))
        cases[other] = case_of(of_other, Answers(other), acquirers, calendar, now)
    tracks = sorted(
        (
            track
            for track in (_track(payout, cases.get(payout.terminal_id, case)) for payout in payouts)
            if any(first <= each.day <= last for each in track.happenings)
        ),
        key=lambda track: (_when(track.happenings[0], case.zone), track.payout.payout_id),
    )
    changes = tuple(change for change in records.changes if _ours(change, terminal_id, records))
    incidents = tuple(incident for incident in records.incidents if _touches(incident, first, last, case.zone))
    happened = [each for track in tracks for each in track.happenings]
    happened += [each for change in changes for each in _of_change(change, case.zone)]
    happened += [each for incident in incidents for each in _of_incident(incident, now, case.zone)]
    span = [first + timedelta(number) for number in range((last - first).days + 1)]
    return Timeline(
        first,
        last,
        case.now,
        tuple(sorted(happened, key=lambda each: _when(each, case.zone))),
        tuple(tracks),
        changes,
        incidents,
        frozenset(day for day in span if not calendar.day(day).working),
    )


def _span(days: Sequence[date], today: date) -> tuple[date, date]:
    if not days:
        return today - timedelta(RECENT_DAYS), today
    first, last = min(days) - timedelta(DAYS_BEFORE), max(days) + timedelta(DAYS_AFTER)
    last = max(min(last, today), *days)
    return max(first, last - timedelta(LONGEST_DAYS)), last


def _ours(record: Payout | CardChange, terminal_id: str | None, records: Records) -> bool:
    own = record.merchant_no == records.merchant.merchant_no
    return own and (terminal_id is None or record.terminal_id in (None, terminal_id))


def _touches(incident: Incident, first: date, last: date, zone: tzinfo) -> bool:
    starts, ends = _local(incident.starts_at, zone), _local(incident.ends_at, zone)
    return (starts is None or starts.date() <= last) and (ends is None or ends.date() >= first)


def _track(payout: Payout, case: Case) -> Track:
    due, _ = due_date(case, payout, None) if payout.status in OPEN else (None, True)
    went_to, _ = destination(payout, case.change, case.records)
    card: Card = "new" if went_to in ("new", "on_file") else "old" if went_to == "old" else "other"
    happenings = tuple(sorted(_of_payout(payout, due, case), key=lambda each: _when(each, case.zone)))
    return Track(payout, happenings, card, due)


def _of_payout(payout: Payout, due: date | None, case: Case) -> Iterator[Happening]:
    anew = payout.replaces is not None
    if payout.trade_date is not None:
        yield Happening("traded", payout.trade_date, None, payout, anew=anew)
    moments: list[tuple[Kind, datetime | None]] = [
        ("cut", payout.cut_at),
        ("sent", payout.sent_at),
        ("paid", payout.paid_at),
        ("returned", payout.returned_at),
    ]
    for kind, moment in moments:
        at = _local(moment, case.zone)
        if at is not None:
            yield Happening(kind, at.date(), at, payout, anew=anew)
    ended: dict[str, tuple[Kind, datetime | None]] = {
        "paid": ("paid", payout.paid_at),
        "returned": ("returned", payout.returned_at),
        "failed": ("failed", None),
        "frozen": ("frozen", None),
    }
    kind_of_end, told = ended.get(payout.status or "", ("due", None))
    last = max((at for _, moment in moments if (at := _local(moment, case.zone)) is not None), default=None)
    day = last.date() if last else payout.due_date or payout.trade_date
    if payout.status in ended and told is None and day is not None:
        yield Happening(kind_of_end, day, None, payout, anew=anew)
    elif due is not None and (last is None or due >= last.date()):  # a re-issue may carry the day of the first
        yield Happening("due", due, None, payout, anew=anew)


def _of_change(change: CardChange, zone: tzinfo) -> Iterator[Happening]:
    submitted, effective = _local(change.submitted_at, zone), _local(change.effective_at, zone)
    if submitted is not None:
        yield Happening("submitted", submitted.date(), submitted, change=change)
    if effective is not None:
        yield Happening("effective", effective.date(), effective, change=change)
    elif submitted is not None and change.status in ("rejected", "need_merchant", "auditing", "effective"):
        yield Happening(change.status, submitted.date(), None, change=change)


def _of_incident(incident: Incident, now: datetime, zone: tzinfo) -> Iterator[Happening]:
    starts, ends = _local(incident.starts_at, zone), _local(incident.ends_at, zone)
    if starts is not None:
        yield Happening("incident", starts.date(), starts, incident=incident)
    if ends is not None and ends <= now:
        yield Happening("incident_over", ends.date(), ends, incident=incident)


def _local(moment: datetime | None, zone: tzinfo) -> datetime | None:
    known = aware(moment, zone)
    try:
        return None if known is None else known.astimezone(zone)
    except (OverflowError, ValueError):
        return None


_LATE_IN_THE_DAY: Iterable[Kind] = ("paid", "returned", "failed", "frozen", "due", "rejected", "need_merchant")


def _when(happening: Happening, zone: tzinfo) -> tuple[date, time, str]:
    """The order: by day, and within a day trade first, then by the clock, then what has no hour."""
    if happening.at is not None:
        return happening.day, happening.at.astimezone(zone).time(), ""
    late = happening.kind in _LATE_IN_THE_DAY
    return happening.day, time.max if late else time.min, happening.kind


def place(happening: Happening, zone: tzinfo = UTC) -> datetime:
    """Where it stands on a line of time: its moment; without one the middle of its day, its evening for an end."""
    hour = time(20) if happening.kind in _LATE_IN_THE_DAY else time(12)
    return happening.at or datetime.combine(happening.day, hour, zone)
