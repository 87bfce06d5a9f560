"""What staff write after a command, read leniently: days to wait until, and words for choices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from knowledge.slots import read
from knowledge.text import normalise

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH_DAY = re.compile(r"(\d{1,2})(?:[-/.]|月)(\d{1,2})日?")
_DAYS = re.compile(r"\+?(\d{1,2})(?:个?工作日|天|d|days?)?")
_TOMORROW = ("tomorrow", "明天", "明日")
MOST_DAYS = 60
MOST_DIGITS = 15
_NUMBER = re.compile(r"(?=\S*\d)(?:[A-Za-z]\S*|\d[0-9A-Za-z]{5,})", re.ASCII)
"""A terminal or merchant number, as opposed to a day: letters and digits with a letter first, or six and more."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is to be looked up. ``number`` None: what the ticket is about. ``unclear``: words that are no day."""

    number: str | None = None
    days: tuple[date, ...] = ()
    unclear: str | None = None


def sought(words: str, now: datetime, locale: str) -> Sought:
    """A terminal or merchant number and days after it, each if it is there; days as merchants write them."""
    first, _, rest = " ".join(words.split()).partition(" ")
    number = first if _NUMBER.fullmatch(first) else None
    left = rest if number else f"{first} {rest}".strip()
    if not left:
        return Sought(number)
    reading = read(left, now=now, locale=locale, asked="trade_dates")
    days = reading.slots.get("trade_dates") or next(iter(reading.choices.get("trade_dates", ())), ())
    found = (days,) if isinstance(days, date) else tuple(day for day in days if isinstance(day, date))  # type: ignore[attr-defined]
    return Sought(number, tuple(sorted(found)), None if found else left)


def wait_until(text: str, today: date) -> int | date | None:
    """A number of working days ("3", "3天", "tomorrow") or a day ("11-25", "11月25日", "2026-11-25"); None: neither.

    A day without a year is the next one. Days further away than ``MOST_DAYS`` are read as none: most likely a slip.
    """
    words = normalise(text).replace(" ", "")
    if words in _TOMORROW:
        return 1
    if found := _ISO.fullmatch(words):
        day = _day(int(found[1]), int(found[2]), int(found[3]))
    elif found := _MONTH_DAY.fullmatch(words):
        day = _day(today.year, int(found[1]), int(found[2]))
        if day is not None and day < today:
            day = _day(today.year + 1, int(found[1]), int(found[2]))
    else:
        days = _DAYS.fullmatch(words)
        return int(days[1]) if days and 0 < int(days[1]) <= MOST_DAYS else None
    return day if day is not None and today < day <= today + timedelta(days=MOST_DAYS) else None


def past_day(text: str, today: date) -> date | None:
    """A day that has been ("11-25", "11月25日", "2026-11-25"), without a year the latest one; None: it is none."""
    words = normalise(text).replace(" ", "")
    if found := _ISO.fullmatch(words):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    found = _MONTH_DAY.fullmatch(words)
    day = _day(today.year, int(found[1]), int(found[2])) if found else None
    return _day(today.year - 1, day.month, day.day) if day is not None and day > today else day


def numbered(text: str) -> int | None:
    """The number of a ticket or a request that the text is, with or without #; None for anything else.

    Whoever forges a button can put any digits into it: a number that no database holds is none.
    """
    digits = text.strip().removeprefix("#")
    return int(digits) if digits.isdecimal() and len(digits) <= MOST_DIGITS else None


def chosen(word: str, choices: Mapping[str, Iterable[str]]) -> str | None:
    """The choice whose id or one of whose names the word is, in any case and width; None when there is none."""
    wanted = normalise(word)
    for id, names in choices.items():
        if wanted in {normalise(id), *map(normalise, names)}:
            return id
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
