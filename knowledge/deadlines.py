"""Working time: when somebody is there, and when a promise that counts only such time comes due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from knowledge.library import Department, DeskRules
from knowledge.ticket import Deadline, Priority
from knowledge.workdays import Calendar

LONGEST = 4000
"""Days that are looked through for working time; what is not over by then (never, in practice) ends there."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a department works, in the desk's zone: by its weekdays, or by the calendar with its make-up days."""

    department: Department
    calendar: Calendar
    zone: ZoneInfo

    def open(self, moment: datetime) -> bool:
        """Whether somebody is there."""
        here = moment.astimezone(self.zone)
        shift = self._shift(here.date())
        return shift is not None and shift[0] <= here < shift[1]

    def opens(self, moment: datetime) -> datetime:
        """The moment itself when somebody is there, else when the next shift begins."""
        begins = next((begins for begins, ends in self._shifts(moment) if ends > moment), moment)
        return max(begins, moment.astimezone(self.zone))

    def after(self, moment: datetime, span: timedelta) -> datetime:
        """When so much working time has passed since the moment."""
        left, end = span, moment
        for opens, ends in self._shifts(moment):
            begins = max(opens.astimezone(UTC), moment.astimezone(UTC))  # in UTC: a shift may hold a change of clocks
            room = ends.astimezone(UTC) - begins
            if room <= timedelta():
                continue
            if left <= room:
                return (begins + left).astimezone(self.zone)
            left, end = left - room, ends
        return end

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """The working time from one moment to another."""
        passed = timedelta()
        for begins, ends in self._shifts(begin):
            if begins >= end:
                break
            within = min(ends, end).astimezone(UTC) - max(begins, begin).astimezone(UTC)
            passed += max(within, timedelta())
        return passed

    def day(self, day: date) -> datetime:
        """When the first shift on that day or after it begins."""
        return self.opens(datetime.combine(day, time(0), self.zone))

    def _shifts(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The shifts from the day of the moment on."""
        first = moment.astimezone(self.zone).date()
        for number in range(LONGEST):
            shift = self._shift(first + timedelta(number))
            if shift is not None:
                yield shift

    def _shift(self, day: date) -> tuple[datetime, datetime] | None:
        department = self.department
        if department.holidays == "skip":
            working = self.calendar.day(day).working
        else:
            working = day.isoweekday() in department.days
        if not working:
            return None
        begins = datetime.combine(day, department.opens, self.zone)
        return begins, datetime.combine(day, department.closes, self.zone)


def allowed(deadline: Deadline, department: Department, priority: Priority, rules: DeskRules) -> timedelta:
    """The working time that the promise gives: the department's minutes are those of its usual priority."""
    minutes = {
        "first_reply": department.first_reply_minutes,
        "next_reply": department.next_reply_minutes,
        "resolution": department.resolution_minutes,
    }[deadline.kind]
    return timedelta(minutes=minutes) * rules.pace[priority] / rules.pace[department.priority]


def moments(deadline: Deadline, hours: Hours, priority: Priority, rules: DeskRules) -> tuple[datetime, datetime] | None:
    """When the owner is to be reminded and when it is missed; None while it stands still."""
    if deadline.since is None:
        return None
    whole = allowed(deadline, hours.department, priority, rules)
    spent = timedelta(seconds=deadline.spent)
    near = max(whole * rules.remind_at_percent / 100 - spent, timedelta())
    return hours.after(deadline.since, near), hours.after(deadline.since, max(whole - spent, timedelta()))
