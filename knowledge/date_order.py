"""Which comes first in a day written in numbers, the day or the month: what else the message holds may say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from knowledge.pastdays import month_day
from knowledge.patterns import compiled

NEAR = 60
"""Days: "3/11" in English is taken for the one reading that is this near when the other is not."""
_PAIR = compiled(r"(?<![\d.:/-])(\d{1,2})[/.-](\d{1,2})[/.-](?:20)?2\d(?!\d)|(?<![\d.:/-])(\d{1,2})/(\d{1,2})(?![\d/])")
_DOTTED = compiled(r"(?<![\d.])\d{1,2}\.\d{1,2}\.20\d\d(?!\d)")
_MONTHS = 12


def likelier(days: Sequence[date], text: str, today: date, *, dotted: bool = False) -> Sequence[date]:
    """Of the month-first and the day-first reading (in this order) the one that is meant, or both.

    What is lately past decides, then another day of the message that has one reading only ("13/11/2026"), then dots:
    who parts days and months by dots and adds the year writes the day first.
    """
    if len(days) < 2 or days[0] == days[1]:
        return days[:1]
    near = [day for day in days if (today - day).days <= NEAR]
    if len(near) == 1:
        return near
    first = _day_first(text, today)
    if first is None and dotted:
        first = True
    return days if first is None else days[first : first + 1]


def is_near(month: int, day: int, today: date) -> bool:
    """Whether that day is lately past."""
    found = month_day(month, day, today)
    return isinstance(found, date) and (today - found).days <= NEAR


def _day_first(text: str, today: date) -> bool | None:
    """Whether the message writes its days before its months; None where no day of it tells, or two disagree."""
    told = {True} if _DOTTED.search(text) else set()
    for found in _PAIR.finditer(text):
        first, second = int(found[1] or found[3]), int(found[2] or found[4])
        if (first > _MONTHS) is not (second > _MONTHS):
            told.add(first > _MONTHS)
        elif first != second:
            near = [is_near(month, day, today) for month, day in ((first, second), (second, first))]
            told.update({near[1]} if near[0] is not near[1] else ())
    return told.pop() if len(told) == 1 else None
