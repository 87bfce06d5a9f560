"""Days of what was done some hours ago: 半小时前, "an hour ago". Before the clock had run so long it was yesterday."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from knowledge.cues import cued
from knowledge.numerals import DIGITS
from knowledge.pastdays import DateMention, mention

_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "half an": 1, "half a": 1}
_MOST = 12
_MINUTES_OF_ONE = 60
_AGO = cued(
    r"ago|back|前",
    r"(?<![a-z\d.])(?P<count>\d{1,2}|half an?|an?|one|two|three|four|five|six)\s(?:and a half\s)?"
    r"(?P<unit>hours?|hrs?|minutes?|mins?)\s(?:ago|back)(?![a-z])"
    r"|(?<![\d.一二两三四五六七八九十几多])(?P<number>\d{1,2}|[一二两三四五六七八九半])\s?(?:个半|个多|个)?\s?(?P<measure>小时|钟头|分钟|刻钟)(?:之|以)?前"
    r"|(?<![\d.])(?P<tens>[二三四五]?十|\d{1,2})\s?分钟(?:之|以)?前",
)


def find_hours_ago(text: str, today: date, hour: int) -> Iterator[DateMention]:
    """All such mentions in normalised ``text``; ``hour``: what the merchant's clock shows.

    Where midnight may lie between, both days are a choice.
    """
    for found in _AGO.finditer(text):
        hours = _hours(found)
        if hours > _MOST:
            yield mention(*found.span(), "date_vague")
        elif hours < hour:
            yield replace(mention(*found.span(), today), kind="relative")
        else:
            yield DateMention(*found.span(), choices=((today,), (today - timedelta(days=1),)), kind="relative")


def _hours(found: re.Match[str]) -> int:
    """How many at most: a part of one counts whole, and a half or "more than" begins another."""
    words = found["count"] or found["number"] or found["tens"]
    count = int(words) if words.isdecimal() else _WORDS.get(words) or DIGITS.get(words) or 1
    unit = found["unit"] or found["measure"] or "min"
    if unit.startswith(("min", "分", "刻")):
        return 2 if words.isdecimal() and count > _MINUTES_OF_ONE else 1
    return count + ("半" in found[0][1:] or "多" in found[0])
