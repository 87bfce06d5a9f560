"""Which past day is meant by a day that was only partly said. Source of the rules: the product's reading of dates.

The latest day that is not in the future counts, at most a year back; weeks start on Monday. A day that cannot be
meant is a reason code: ``date_impossible`` (31 April), ``date_in_future``, ``date_too_old``, ``date_vague``,
``date_lunar``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

Day = date | str
"""A resolved day, or the reason why there is none."""

LONGEST_RANGE = 31


@dataclass(frozen=True, slots=True)
class DateMention:
    """One day or several said in one breath, at ``start:end`` of the text.

    Exactly one of ``days``, ``choices`` (ambiguous, best first) and ``rejected`` says something. ``loose``: digits
    that are a date only where a date was asked or the words beside them say so ("1114", "10.23"). ``open_ended``:
    the last day is "today" or "now", which after "until" may only mean *still*.
    """

    start: int
    end: int
    days: tuple[date, ...] = ()
    choices: tuple[tuple[date, ...], ...] = ()
    rejected: str | None = None
    loose: bool = False
    open_ended: bool = False
    weekday: int | None = None
    """Set for a weekday without its date: said beside a date it only repeats it ("13号周五")."""
    kind: str = "calendar"
    """``calendar``, ``weekday`` or ``relative``: days of different kinds are hardly ever one list."""


def mention(start: int, end: int, *days: Day, loose: bool = False) -> DateMention:
    """A mention of these days in the order of time; one day that is a reason rejects them all."""
    for day in days:
        if isinstance(day, str):
            return DateMention(start, end, rejected=day, loose=loose)
    known = tuple(sorted({day for day in days if isinstance(day, date)}))
    return DateMention(start, end, days=known, loose=loose)


def a_year_before(today: date) -> date:
    """The oldest day that a merchant may name."""
    try:
        return today.replace(year=today.year - 1)
    except ValueError:  # 29 February
        return today.replace(year=today.year - 1, day=28)


def checked(day: date, today: date) -> Day:
    """The day, unless it is in the future or more than a year back."""
    if day > today:
        return "date_in_future"
    return day if day >= a_year_before(today) else "date_too_old"


def exact(year: int, month: int, day: int, today: date) -> Day:
    """A day with its year."""
    try:
        return checked(date(year, month, day), today)
    except ValueError:
        return "date_impossible"


def month_day(month: int, day: int, today: date) -> Day:
    """A day and month: this year's, or last year's where this year's is yet to come.

    A later day of the running month is a slip or a plan, hardly ever last year's: it is refused as future.
    """
    this, last = (_valid(year, month, day) for year in (today.year, today.year - 1))
    if this is not None and this <= today:
        return this
    if this is not None and month == today.month:
        return "date_in_future"
    return "date_impossible" if last is None else checked(last, today)


def day_of_month(day: int, today: date, months_back: int | None = None) -> Day:
    """A bare day: the latest month in which it is past; or exactly ``months_back`` (0 this month, 1 last, -1 next)."""
    if not 1 <= day <= 31:
        return "date_impossible"
    if months_back is not None:
        year, month = _months_before(today, months_back)
        return exact(year, month, day, today)
    for back in range(4):
        year, month = _months_before(today, back)
        found = _valid(year, month, day)
        if found is not None and found <= today:
            return found
    return "date_impossible"


def in_one_month(said: DateMention, numbers: Sequence[int], today: date) -> DateMention:
    """The days of a list of bare ``numbers``; a choice where they rise and yet fall into two months.

    "20号21号" said on the 20th: last month's both, or a day that is yet to come.
    """
    if len(said.days) != len(numbers) or not all(one < other for one, other in pairwise(numbers)):
        return said
    if (said.days[0].year, said.days[0].month) == (said.days[-1].year, said.days[-1].month):
        return said
    earlier = tuple(day for one in numbers if isinstance(day := day_of_month(one, today, 1), date))
    these = tuple(day for one in numbers if isinstance(day := day_of_month(one, today, 0), date))
    options = tuple(option for option in (earlier, these) if option)
    return replace(said, days=(), choices=options)


def month_edge(today: date, months_back: int, *, first: bool) -> Day:
    """The first or the last day of the month ``months_back`` ago."""
    year, month = _months_before(today, months_back)
    if first:
        return checked(date(year, month, 1), today)
    year, month = _months_before(today, months_back - 1)
    return checked(date(year, month, 1) - timedelta(days=1), today)


def weekday(number: int, today: date, weeks_back: int) -> Day:
    """A weekday (Monday is 0) of the week ``weeks_back`` ago; -1 is next week."""
    monday = today - timedelta(days=today.weekday())
    return checked(monday + timedelta(days=number, weeks=-weeks_back), today)


def latest_weekday(number: int, today: date) -> date:
    """The latest such weekday, today included."""
    return today - timedelta(days=(today.weekday() - number) % 7)


def bare_weekday(start: int, end: int, day: int, today: date) -> DateMention:
    """A weekday without its week: the latest; named on that very weekday it may be today or a week ago."""
    latest = latest_weekday(day, today)
    if latest == today:
        choices = ((latest,), (latest - timedelta(days=7),))
        return DateMention(start, end, choices=choices, weekday=day, kind="weekday")
    return DateMention(start, end, days=(latest,), weekday=day, kind="weekday")


def weekday_gone(start: int, end: int, day: int, today: date, *, last: bool) -> DateMention:
    """ "Thursday gone", "the Tuesday just past": the latest before today; ``last``: "Tuesday last" may be earlier."""
    latest = today - timedelta(days=(today.weekday() - day) % 7 or 7)
    before = weekday(day, today, 1)
    if last and isinstance(before, date) and before != latest:
        return DateMention(start, end, choices=((latest,), (before,)), weekday=day, kind="weekday")
    return DateMention(start, end, days=(latest,), weekday=day, kind="weekday")


def weekend(start: int, end: int, week: str | None, today: date) -> DateMention:
    """A weekend, both its days; "this" one is yet to come on a working day."""
    saturday = latest_weekday(5, today)
    if week in {"上", "last", "past"}:
        saturday = today - timedelta(days=today.weekday() + 2)
    if week in {"上上", "大上"}:
        saturday = today - timedelta(days=today.weekday() + 9)
    sunday = saturday + timedelta(days=1)
    if week == "next" or (week in {"这", "本", "this"} and today.weekday() < 5):
        return mention(start, end, "date_in_future")
    if sunday > today:
        return mention(start, end, saturday)
    return mention(start, end, saturday, sunday)


def days_between(first: date, last: date) -> tuple[date, ...] | None:
    """All days from the first to the last, both included; None when turned round or longer than a month."""
    length = (last - first).days
    if not 0 <= length <= LONGEST_RANGE:
        return None
    return tuple(first + timedelta(days=number) for number in range(length + 1))


def ranged(first: DateMention, last: DateMention) -> DateMention:
    """Two mentions joined by "to": all days between them."""
    whole = DateMention(first.start, last.end)
    for part in (first, last):
        if part.rejected:
            return replace(whole, rejected=part.rejected)
    options = [
        span
        for ends in (last.choices or (last.days,))
        for starts in (first.choices or (first.days,))
        if (span := days_between(starts[0], ends[-1])) is not None
    ]
    if not options:
        return replace(whole, rejected="date_vague")
    if last.open_ended and len(options[0]) > 1:
        return replace(whole, choices=(*(first.choices or (first.days,))[:1], options[0]))
    return replace(whole, days=options[0]) if len(options) == 1 else replace(whole, choices=tuple(options))


def listed(first: DateMention, last: DateMention) -> DateMention:
    """Two mentions said side by side: the days of both."""
    whole = DateMention(first.start, last.end, loose=first.loose and last.loose, kind=last.kind)
    if first.rejected or last.rejected:
        return replace(whole, rejected=first.rejected or last.rejected)
    if not first.choices and not last.choices:
        return replace(whole, days=tuple(sorted({*first.days, *last.days})))
    pairs = zip(_twice(first), _twice(last), strict=True)
    return replace(whole, choices=tuple(tuple(sorted({*left, *right})) for left, right in pairs))


def _twice(one: DateMention) -> tuple[tuple[date, ...], tuple[date, ...]]:
    options = one.choices or (one.days,)
    return options[0], options[-1]


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _months_before(today: date, back: int) -> tuple[int, int]:
    number = today.year * 12 + today.month - 1 - back
    return number // 12, number % 12 + 1
