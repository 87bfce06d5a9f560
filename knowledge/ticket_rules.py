"""What a decision about a ticket may look at besides it: working hours, and the moments that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from knowledge.deadlines import Hours, moments
from knowledge.library import Department, DeskRules, KnowledgeBase
from knowledge.ticket import DeadlineKind, Ticket
from knowledge.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Rules:
    """What a decision may look at besides the ticket."""

    departments: Mapping[str, Department]
    calendar: Calendar
    zone: ZoneInfo
    desk: DeskRules
    reopen_days: int

    @classmethod
    def of(cls, base: KnowledgeBase, zone: ZoneInfo) -> Rules:
        """Those of a knowledge base."""
        return cls(base.departments, base.calendar, zone, base.desk, base.forms.reopen_days)

    def hours(self, department: str) -> Hours:
        """When a department works; one that the base does not have any more works like the first."""
        found = self.departments.get(department) or next(iter(self.departments.values()))
        return Hours(found, self.calendar, self.zone)

    def working_day(self, department: str, now: datetime, days: int) -> datetime:
        """When the department opens on the so many-th day from now on which banks work."""
        day = now.astimezone(self.zone).date()
        for _ in range(days):
            day, _ = self.calendar.next_working_day(day)
        return self.hours(department).day(day)


def reply_due(ticket: Ticket, rules: Rules) -> datetime | None:
    """By when the merchant is to be answered; None when nobody waits for an answer."""
    return _due(ticket, rules, "first_reply") or _due(ticket, rules, "next_reply")


def resolution_due(ticket: Ticket, rules: Rules) -> datetime | None:
    """By when the ticket is to be resolved; None while that stands still."""
    return _due(ticket, rules, "resolution")


def away(hours: Hours, now: datetime) -> datetime | None:
    """When somebody will be there; None when somebody is."""
    return None if hours.open(now) else hours.opens(now)


def reopened_until(ticket: Ticket, rules: Rules) -> datetime | None:
    """Until when the merchant may reopen it; None for a live one."""
    return None if ticket.resolved_at is None else ticket.resolved_at + timedelta(days=rules.reopen_days)


def wait_ends(ticket: Ticket, rules: Rules) -> datetime | None:
    """When a wait has to be looked at: its own end; for a silent merchant the next reminder, then the end."""
    waiting, hours = ticket.life.waiting, rules.hours(ticket.department)
    if waiting is None:
        return None
    if ticket.status == "waiting_bank":
        return waiting.until
    if waiting.asked_at is not None:
        return hours.after(waiting.asked_at, timedelta(minutes=rules.desk.give_up_minutes))
    return waiting.until or hours.after(waiting.since, timedelta(minutes=rules.desk.ask_again_minutes))


def looked(ticket: Ticket, rules: Rules) -> Ticket:
    """The ticket with the moment at which the clock has to look at it next."""
    if not ticket.live:
        end = reopened_until(ticket, rules) if ticket.status == "resolved" else None
        return replace(ticket, look_at=None if end is None else end + timedelta(seconds=1))
    hours = rules.hours(ticket.department)
    wanted = [wait_ends(ticket, rules)]
    for deadline in ticket.life.deadlines:
        found = moments(deadline, hours, ticket.priority, rules.desk)
        if found is not None and deadline.told != "missed":
            wanted.append(found[1] if deadline.told else found[0])
    due = [hours.opens(moment) for moment in wanted if moment is not None]
    return replace(ticket, look_at=min(due, default=None))


def _due(ticket: Ticket, rules: Rules, kind: DeadlineKind) -> datetime | None:
    hours = rules.hours(ticket.department)
    found = (moments(each, hours, ticket.priority, rules.desk) for each in ticket.life.deadlines if each.kind == kind)
    return next((due for _, due in (each for each in found if each is not None)), None)
