"""Bans: whose messages are not brought to staff for a while, for how long, and who may decide that. Pure.

A ban ends by itself; before its time two people end it (``knowledge.four_eyes``). Words after ``/ban`` are its reason,
with the time before or behind them: ``骂人 3天``, ``2h x``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from knowledge.ticket import Ticket
from knowledge.ticket_events import Person, Refused

REASONS = ("flood", "abuse", "fraud")
"""Reasons that are offered as buttons; any other is kept in the words of whoever banned."""
MINUTES = (60, 1440, 10080)
"""Times that are offered as buttons: an hour, a day, seven days."""
USUAL = timedelta(hours=24)
LONGEST = timedelta(days=90)
REASON_CHARACTERS = 200
_UNITS = (
    (r"分钟|分鐘|分|minutes?|mins?|m", timedelta(minutes=1)),
    (r"[个個]?小[时時]|[个個]?[钟鐘][头頭]?|hours?|hrs?|h", timedelta(hours=1)),
    (r"天|日|days?|d", timedelta(days=1)),
    (r"周|週|[个個]?星期|weeks?|wk?s?", timedelta(days=7)),
)
_SPAN = r"(\d{1,3})\s?(?:" + "|".join(f"({unit})" for unit, _ in _UNITS) + ")"
_BEHIND = re.compile(rf"(?:^|[\s,，;；、])(?:for\s)?{_SPAN}$", re.IGNORECASE)
_BEFORE = re.compile(rf"{_SPAN}(?=$|[\s,，;；、])", re.IGNORECASE)
_EDGES = " \n,，;；、。"


@dataclass(frozen=True, slots=True)
class Ban:
    """Nothing that ``user`` sends reaches staff from ``at`` until ``until``. ``messages``: how many did not."""

    number: int
    user: int
    ticket: int
    reason: str
    by: int
    by_name: str
    at: datetime
    until: datetime
    messages: int = 0


def read_ban(words: str) -> tuple[str, timedelta]:
    """The reason (empty: none was given) and how long, ``USUAL`` unless said; never longer than ``LONGEST``."""
    text = words.strip()
    found = _BEHIND.search(text) or _BEFORE.match(text)
    reason = text if found is None else f"{text[: found.start()]} {text[found.end() :]}"
    return reason.strip(_EDGES)[:REASON_CHARACTERS], USUAL if found is None else _span(found)


def may_ban(ticket: Ticket, by: Person, *, staff: bool) -> Refused | None:
    """Why the person may not ban the ticket's merchant; None when they may. ``staff``: the merchant is one of staff."""
    if staff:
        return Refused("refused_ban_staff")
    if ticket.live and ticket.owner is not None and ticket.owner != by.id and not by.supervisor:
        return Refused("refused_not_owner", {"name": ticket.owner_name})
    return None


def _span(found: re.Match[str]) -> timedelta:
    unit = next(span for group, (_, span) in enumerate(_UNITS, 2) if found[group])
    return min(max(int(found[1]), 1) * unit, LONGEST)
