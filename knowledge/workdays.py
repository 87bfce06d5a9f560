"""Working days in China: weekdays, public holidays and the weekend days that make up for them.

Official data come from ``chinesecalendar`` (its years are those with a State Council notice) and from the override
days of the knowledge base. A year with neither is a guess from weekdays, and every date that rests on it is
provisional.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import chinese_calendar

from knowledge.entries import Entry, raise_first
from knowledge.language import RuleError

SATURDAY = 5
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Public holidays by month and day that every year has (State Council regulation of 2024); the others move."""
LONGEST_BREAK = 6
"""The most weekdays that one public holiday has ever taken (Spring Festival and National Day)."""
FARTHEST = 400
"""Days beyond which working days are estimated, not counted."""
MOST_COUNTED = 4096
"""So many spans are kept: most questions are about the same few days."""


@dataclass(frozen=True, slots=True)
class Day:
    """What a day is. ``makeup``: a working weekend day; ``official`` is False where the year has no official
    calendar.
    """

    working: bool
    makeup: bool
    official: bool


@dataclass(frozen=True)
class Calendar:
    """``overrides``: day -> whether it is worked; ``years``: those that the overrides complete."""

    overrides: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    _seen: dict[date, Day] = field(default_factory=dict, repr=False, compare=False)
    _counted: dict[tuple[date, date, bool], int] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_data(cls, data: Any) -> Calendar:
        """From ``calendar.yaml``. Raises ``RuleError`` with the path of the first mistake."""
        problems: list[RuleError] = []
        made = cls.take(Entry(data, (), problems))
        raise_first(problems)
        return made

    @classmethod
    def take(cls, top: Entry) -> Calendar:
        """What the file holds; its mistakes gather in the entry."""
        top.whole("version", None, 1)
        overrides: dict[date, bool] = {}
        complete: set[int] = set()
        years = top.inner("years")
        for year in years.numbers():
            entry = years.inner(year)
            if entry.flag("complete"):
                complete.add(year)
            entry.word("notice", needed=False)
            for name, working in (("holidays", False), ("makeup_days", True)):
                for day in entry.days(name):
                    if day.year != year or overrides.get(day, working) is not working:
                        entry.problem((name,), f"{day} cannot stand here", "Each day once, in its own year")
                    overrides[day] = working
            entry.done()
        top.done()
        return cls(overrides, frozenset(complete))

    def day(self, day: date) -> Day:
        """What a day is."""
        found = self._seen.get(day)
        if found is None:
            found = self._seen[day] = self._look(day)
        return found

    def _look(self, day: date) -> Day:
        weekend = day.weekday() >= SATURDAY
        override = self.overrides.get(day)
        if override is not None:
            return Day(override, override and weekend, True)
        if day.year in self.years:
            return Day(not weekend, False, True)
        try:
            working = bool(chinese_calendar.is_workday(day))
        except NotImplementedError:  # no official calendar for that year
            return Day(not weekend and (day.month, day.day) not in FIXED_HOLIDAYS, False, False)
        return Day(working, working and weekend, True)

    def official(self, year: int) -> bool:
        """Whether the year has an official calendar."""
        return self.day(date(year, 7, 1)).official

    def next_working_day(self, after: date, makeup: bool = True) -> tuple[date, bool]:
        """The first working day after a day, and whether every day on the way is official.

        ``makeup``: whether make-up weekend days count. Raises ``OverflowError`` at the end of time.
        """
        day, official = after, True
        while True:
            day += timedelta(1)
            kind = self.day(day)
            official = official and kind.official
            if kind.working and (makeup or not kind.makeup):
                return day, official

    def working_days(self, after: date, until: date, makeup: bool = True) -> int:
        """The working days after a day, up to and with another: at least so many where a year is not official."""
        span = (until - after).days
        if span <= 0:
            return 0
        if span > FARTHEST:
            return span // 7 * 5 - span // 30
        found = self._counted.get((after, until, makeup))
        if found is None:
            if len(self._counted) >= MOST_COUNTED:
                self._counted.clear()
            found = self._counted[after, until, makeup] = self._count(after, until, makeup)
        return found

    def _count(self, after: date, until: date, makeup: bool) -> int:
        counted, guessed = 0, 0
        for number in range(after.toordinal() + 1, until.toordinal() + 1):
            kind = self.day(date.fromordinal(number))
            if kind.working and (makeup or not kind.makeup):
                counted += 1
                guessed += not kind.official
        return counted - min(guessed, LONGEST_BREAK)
