"""When a payout is due: as recorded, else from the settlement day by the merchant's cycle and the calendar."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from knowledge.records import Payout
from knowledge.values import UNKNOWN

if TYPE_CHECKING:
    from knowledge.facts import Case

LONGEST_GUESS = 15
"""Calendar days by which a public holiday can move a due date at most, with a margin (the longest so far: 9 days
off).
"""


def local_day(moment: datetime | None, zone: tzinfo) -> date | None:
    """The merchant's calendar day of a moment; None where there is none."""
    if moment is None:
        return None
    try:
        return moment.astimezone(zone).date() if moment.tzinfo is not None else moment.date()
    except (OverflowError, ValueError):
        return None


def due_date(case: Case, payout: Payout | None, trade_date: date | None) -> tuple[date | None, bool]:
    """The day on which the payout is due, None when unknown, and whether it rests on an official calendar.

    The settlement day is the day of the cut where that is later than the trade date, else the trade date. T1: the next
    working day; D1: the next day; D0: the same day. A date that is only provisional never makes a payout overdue:
    while a holiday could still explain the delay, it moves with today.
    """
    if payout is not None and payout.due_date is not None:
        return payout.due_date, True
    settled = payout.trade_date if payout is not None and payout.trade_date is not None else trade_date
    cut = local_day(payout.cut_at, case.zone) if payout is not None else None
    if cut is not None and (settled is None or cut > settled):
        settled = cut
    if settled is None:
        return None, True
    try:
        return _by_cycle(case, settled)
    except OverflowError:
        return None, True


def trade_days(case: Case, payout: Payout) -> tuple[date, ...]:
    """The trade days whose money is due on the payout's due date, for a payout of which neither day nor cut is told.

    A payout due on a Monday is of Friday, Saturday and Sunday for a T1 merchant. None where the cycle is not known or
    the calendar is a guess: a day that might be wrong is no day.
    """
    if payout.due_date is None or payout.trade_date is not None or payout.cut_at is not None:
        return ()
    with suppress(OverflowError):
        days = (payout.due_date - timedelta(back) for back in range(LONGEST_GUESS, -1, -1))
        return tuple(day for day in days if _by_cycle(case, day) == (payout.due_date, True))
    return ()


def _by_cycle(case: Case, settled: date) -> tuple[date | None, bool]:
    match case.records.merchant.cycle:
        case "D0":
            return settled, True
        case "D1":
            return settled + timedelta(1), True
        case "T1":
            due, official = case.calendar.next_working_day(settled, case.profile.makeup_days)
            if not official and 0 < (case.today - due).days <= LONGEST_GUESS:
                due, _ = case.calendar.next_working_day(case.today - timedelta(1), case.profile.makeup_days)
            return due, official
    return None, True


def days_since(case: Case, payout: Payout) -> object:
    """Working days since the payout was sent (at least so many where the calendar is a guess); UNKNOWN without a
    moment.
    """
    sent = local_day(payout.sent_at, case.zone)
    if sent is None:
        return UNKNOWN
    return case.calendar.working_days(sent, case.today, case.profile.makeup_days)


def days_overdue(case: Case, payout: Payout, due: date | None) -> object:
    """Working days since the money of a payout was to be there (see ``expected_on``), 0 before; UNKNOWN where nothing
    says when.
    """
    day = expected_on(case, payout, due)
    return UNKNOWN if day is None else case.calendar.working_days(day, case.today, case.profile.makeup_days)


def expected_on(case: Case, payout: Payout, due: date | None) -> date | None:
    """The day from which a payout is waited for: the latest of its due date, its sending, its return and the return of
    what it replaces (the recorded due date of a re-issue may be the first one's); else the day of its cut or trade.
    """
    returned = None
    if payout.replaces is not None:
        before = (other for other in case.records.payouts if other.payout_id == payout.replaces)
        returned = next((local_day(other.returned_at, case.zone) for other in before), None)
    own = (local_day(moment, case.zone) for moment in (payout.sent_at, payout.returned_at))
    days = [day for day in (due, returned, *own) if day is not None]
    return max(days) if days else local_day(payout.cut_at, case.zone) or payout.trade_date
