"""How the desk does: volume, times, missed deadlines and stars of a period, altogether and in groups. Pure.

What counts when: a ticket is *opened* in the period in which it began, and its first reply is counted there; it is
*resolved* in the period in which it was (for the last time), and so are its resolution time and its stars; a deadline
is missed when it came due. Times are working time of the ticket's department, a wait for the merchant included.
"""

from __future__ import annotations

import math
import statistics
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from knowledge.ticket import SILENT, DeadlineKind
from knowledge.ticket_rules import Rules

BARS = "▁▂▃▅▇"
HOURLY, DAILY = timedelta(days=2), timedelta(days=62)
"""Periods up to so long are shown by the hour, by the day; longer ones by the week."""
MINUTE = timedelta(minutes=1)
Key = str | int | None


@dataclass(frozen=True, slots=True)
class Missed:
    """A deadline that came due before it was kept, and who had the ticket then."""

    at: datetime
    kind: DeadlineKind
    owner: int | None


@dataclass(frozen=True, slots=True)
class Worked:
    """A ticket as it is counted. ``cause``: the reference of its first cause; ``reason``: what it was resolved with."""

    number: int
    department: str
    created_at: datetime
    cause: str | None = None
    owner: int | None = None
    owner_name: str | None = None
    first_reply_at: datetime | None = None
    resolved_at: datetime | None = None
    reason: str | None = None
    stars: int | None = None
    missed: tuple[Missed, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """From ``begins`` until before ``ends``, both in the desk's zone."""

    begins: datetime
    ends: datetime

    def holds(self, moment: datetime | None) -> bool:
        """Whether the moment lies in it."""
        return moment is not None and self.begins <= moment < self.ends


@dataclass(frozen=True, slots=True)
class Times:
    """Working minutes of ``count`` tickets: half took no longer than ``median``, 90 % no longer than ``most``."""

    count: int = 0
    median: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of some tickets. ``silent``: closed since the merchant did not answer; ``stars``: how many gave
    one, two … five.
    """

    opened: int = 0
    resolved: int = 0
    silent: int = 0
    missed: int = 0
    first_reply: Times = Times()
    resolution: Times = Times()
    stars: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)

    @property
    def rated(self) -> int:
        """How many gave stars."""
        return sum(self.stars)

    @property
    def mean_stars(self) -> float | None:
        """Their mean; None when nobody gave any."""
        return sum(n * count for n, count in enumerate(self.stars, 1)) / self.rated if self.rated else None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return self == Figures()


@dataclass(frozen=True, slots=True)
class Slice:
    """An hour, a day or a week of the period (the last one may be cut short)."""

    begins: datetime
    opened: int
    resolved: int
    missed: int


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one cause, department or agent. ``key`` None: no cause, nobody; ``name``: the agent's."""

    key: Key
    figures: Figures
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """All figures of a period; groups with most tickets first."""

    period: Period
    total: Figures
    slices: tuple[Slice, ...]
    causes: tuple[Group, ...]
    departments: tuple[Group, ...]
    agents: tuple[Group, ...]


def overview(tickets: Sequence[Worked], period: Period, rules: Rules, agent: int | None = None) -> Overview:
    """The figures of the period. ``agent``: only what that person did."""
    mine = [_Timed(each, period, rules) for each in tickets if agent is None or each.owner == agent]
    late = [
        (each, miss)
        for each in tickets
        for miss in each.missed
        if period.holds(miss.at) and (agent is None or miss.owner == agent)
    ]
    names = {each.owner: each.owner_name for each in tickets}

    def grouped(key: Callable[[Worked], Key], blamed: Callable[[Worked, Missed], Key]) -> tuple[Group, ...]:
        parts: dict[Key, list[_Timed]] = {}
        for each in mine:
            parts.setdefault(key(each.ticket), []).append(each)
        missed = Counter(blamed(each, miss) for each, miss in late)
        groups = (
            Group(
                one,
                _figures(parts.get(one, ()), missed[one]),
                names.get(one) if isinstance(one, int) else None,
            )
            for one in {**parts, **missed}
        )
        kept = [group for group in groups if not group.figures.empty]
        return tuple(sorted(kept, key=lambda group: (-group.figures.opened, -group.figures.resolved, str(group.key))))

    return Overview(
        period,
        _figures(mine, len(late)),
        _slices(mine, [miss for _, miss in late], period),
        grouped(lambda each: each.cause, lambda each, _: each.cause),
        grouped(lambda each: each.department, lambda each, _: each.department),
        grouped(lambda each: each.owner, lambda _, miss: miss.owner),
    )


def sparkline(values: Iterable[int]) -> str:
    """A bar for each value, the highest for the greatest."""
    heights = list(values)
    top = max(heights, default=0)
    return "".join(BARS[0 if top == 0 else math.ceil(value / top * (len(BARS) - 1))] for value in heights)


def times(minutes: Iterable[float]) -> Times:
    """Median and the value that 90 % stay within, in whole minutes."""
    ordered = sorted(minutes)
    if not ordered:
        return Times()
    most = ordered[math.ceil(len(ordered) * 0.9) - 1]
    return Times(len(ordered), round(statistics.median(ordered)), round(most))


class _Timed:
    """A ticket with what the period counts of it; times in working minutes, worked out once for all its groups."""

    __slots__ = ("first_reply", "opened", "resolution", "resolved", "silent", "ticket")

    def __init__(self, ticket: Worked, period: Period, rules: Rules) -> None:
        ended = period.holds(ticket.resolved_at)
        self.ticket = ticket
        self.opened = period.holds(ticket.created_at)
        self.silent = ended and ticket.reason == SILENT
        self.resolved = ended and not self.silent
        hours = rules.hours(ticket.department)
        self.first_reply: float | None = None
        self.resolution: float | None = None
        if self.opened and ticket.first_reply_at is not None:
            self.first_reply = hours.between(ticket.created_at, ticket.first_reply_at) / MINUTE
        if self.resolved and ticket.resolved_at is not None:
            self.resolution = hours.between(ticket.created_at, ticket.resolved_at) / MINUTE


def _figures(tickets: Sequence[_Timed], missed: int) -> Figures:
    given = [each.ticket.stars for each in tickets if each.resolved and each.ticket.stars is not None]
    one, two, three, four, five = (given.count(number) for number in range(1, 6))
    return Figures(
        sum(each.opened for each in tickets),
        sum(each.resolved for each in tickets),
        sum(each.silent for each in tickets),
        missed,
        times(each.first_reply for each in tickets if each.first_reply is not None),
        times(each.resolution for each in tickets if each.resolution is not None),
        (one, two, three, four, five),
    )


def _slices(tickets: Sequence[_Timed], late: Sequence[Missed], period: Period) -> tuple[Slice, ...]:
    begins = list(_cuts(period))
    opened = Counter(bisect(begins, each.ticket.created_at) for each in tickets if each.opened)
    ended = Counter(bisect(begins, each.ticket.resolved_at) for each in tickets if each.resolved)  # type: ignore[type-var]
    missed = Counter(bisect(begins, miss.at) for miss in late)
    return tuple(Slice(begin, opened[n], ended[n], missed[n]) for n, begin in enumerate(begins, 1))


def _cuts(period: Period) -> Iterable[datetime]:
    """Where slices begin. By the wall clock, so that a day on which clocks change is one day."""
    length = period.ends - period.begins
    step = timedelta(hours=1) if length <= HOURLY else timedelta(days=1) if length <= DAILY else timedelta(days=7)
    moment = period.begins
    while moment < period.ends:
        yield moment
        moment += step
