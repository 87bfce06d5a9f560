"""Periods as staff write them: ``today``, ``上周``, ``11-01 11-15``."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from knowledge.figures import Period
from knowledge.staff_words import past_day
from knowledge.text import normalise

LONGEST = timedelta(days=366)
"""Longer ones are for `settledesk report`: here the desk would wait for so many rows to be read."""
_BETWEEN = re.compile(r"\s*(?:~|至|到|\bto\b|\buntil\b|\s)\s*")
_WORDS = {
    "today": ("today", "今天", "今日"),
    "yesterday": ("yesterday", "昨天", "昨日"),
    "week": ("week", "this week", "本周", "这周", "本星期"),
    "last_week": ("last week", "上周", "上星期"),
    "month": ("month", "this month", "本月", "这个月"),
    "last_month": ("last month", "上月", "上个月"),
}


def read_period(words: str, now: datetime, zone: ZoneInfo) -> Period | None:
    """The period that is meant, by whole days, both named days included; None: not understood, or none that was yet.

    Nothing written means this week. What goes on ends with today.
    """
    text = normalise(words)
    today = now.astimezone(zone).date()
    named = next((name for name, said in _WORDS.items() if text in said), "week" if not text else None)
    if named is not None:
        return days(*_named(named, today), zone)
    found = [past_day(part, today) for part in _BETWEEN.split(text) if part]
    first, last = found[0] if found else None, found[-1] if found else None
    if len(found) > 2 or first is None or last is None or not first <= last <= today:
        return None
    return days(first, last, zone) if last - first <= LONGEST else None


def days(first: date, last: date, zone: ZoneInfo) -> Period:
    """From the beginning of the first day to the end of the last."""
    return Period(datetime.combine(first, time(0), zone), datetime.combine(last + timedelta(1), time(0), zone))


def _named(name: str, today: date) -> tuple[date, date]:
    monday, first = today - timedelta(today.weekday()), today.replace(day=1)
    match name:
        case "today":
            return today, today
        case "yesterday":
            return today - timedelta(1), today - timedelta(1)
        case "last_week":
            return monday - timedelta(7), monday - timedelta(1)
        case "month":
            return first, today
        case "last_month":
            return (first - timedelta(1)).replace(day=1), first - timedelta(1)
    return monday, today
