"""Days counted from today in English: yesterday, last night, two days ago, the day before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from knowledge.cues import cued
from knowledge.pastdays import DateMention, checked, mention
from knowledge.patterns import compiled

_RELATIVE = {
    "the night before last": -2,
    "night before last": -2,
    "two nights ago": -2,
    "ereyesterday": -2,
    "the evening before last": -2,
    "evening before last": -2,
}
_RELATIVE |= {"yesterday": -1, "last night": -1, "last nite": -1, "day after tomorrow": 2}
_RELATIVE |= dict.fromkeys(("today", "this morning", "this afternoon", "this evening", "tonight", "tdy", "2day"), 0)
_RELATIVE |= dict.fromkeys(("tomorrow", "tmr", "tmrw", "tmw"), 1)
_YESTERDAY = r"(?:yest(?:erday|erdy|eday|uday|aday|urday|rday)|y'?day|yst(?:er)?day|ystr?dy?|yest)"
_RELATIVE_WORDS = compiled(
    rf"(?<![a-z])(?:(?P<before>(?:the )?(?:day|night|evening) (?:before|b4|bfr|prior to) {_YESTERDAY})"
    rf"|{'|'.join(sorted(_RELATIVE, key=len, reverse=True))}|{_YESTERDAY}|yesterdays|tdy|2day|tmrw?"
    rf"|tmw)(?:'?s)?(?![a-z])"
)
_BEFORE_IT = compiled(r"(?<![a-z\d])(?:before|b4|prior to|after)\s$")
"""What a word for a day is counted from ("two days before yesterday"): not that day."""
_YESTERDAY_AND_BEFORE = cued(
    r"yesterday (?:and|&|or)",
    r"(?<![a-z])yesterday (?:and|&|(?P<or>or)) the day before(?: that| it)?(?! yesterday)",
)
_DAY_BEFORE_THAT = cued(
    "day before",
    r"(?<![a-z])(?:the )?day before(?: that)?(?=[,.;!]|$|'s|\s(?:none|nothing|too|also|not|still|and|both|neither)\b)",
)
"""Counted from the yesterday that was said before it."""
_COUNTS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
} | {"a": 1, "an": 1, "fourteen": 14}
AGO = cued(
    r"ago|back|earlier",
    rf"(?P<or>(?<![a-z\d])(?:\d{{1,2}}|{'|'.join(_COUNTS)})\s(?:or|to|-)\s)?(?<![a-z\d])(?P<count>\d{{1,3}}"
    rf"|{'|'.join(_COUNTS)})\s*(?P<unit>days?|weeks?|wks?|fortnights?|d|months?"
    rf"|years?)\s+(?:ago"
    r"|back|earlier)(?:\s(?:from\s)?today|(?P<from>\s(?:yesterday|yday|last night)))?(?![a-z])",
)
_A_WEEKDAY_NEXT = compiled(r"\s(?:on\s|last\s)?(?:mon|tue|wed|thu|fri|sat|sun)")


def ago(text: str, today: date) -> Iterator[DateMention]:
    """ "two days ago", "a week back"; months and years ago are vague."""
    for found in AGO.finditer(text):
        unit, words = found["unit"], found["count"]
        if found["or"] or unit[0] in "my" or _A_WEEKDAY_NEXT.match(text, found.end()):
            yield mention(*found.span(), "date_vague")
            continue
        count = int(words) if words.isdecimal() else _COUNTS[words]
        days = count * {"d": 1, "f": 14}.get(unit[0], 7) + (found["from"] is not None)
        yield mention(*found.span(), checked(today - timedelta(days=days), today))


def relative(text: str, today: date) -> Iterator[DateMention]:
    """Words that count from today by themselves."""
    if _RELATIVE_WORDS.search(text) is None:
        return
    for found in _YESTERDAY_AND_BEFORE.finditer(text):
        both = today - timedelta(days=1), today - timedelta(days=2)
        if found["or"]:
            yield DateMention(*found.span(), choices=tuple((day,) for day in both))
        else:
            yield mention(*found.span(), *both)
    for found in _RELATIVE_WORDS.finditer(text):
        if _BEFORE_IT.search(text, 0, found.start()):
            yield mention(*found.span(), "date_vague")
            continue
        word = found[0].removesuffix("'s")
        offset = -2 if found["before"] else _RELATIVE.get(word, _RELATIVE.get(word.removesuffix("s"), -1))
        day = checked(today + timedelta(days=offset), today)
        yield (
            DateMention(*found.span(), rejected=day)
            if isinstance(day, str)
            else DateMention(*found.span(), days=(day,), open_ended=offset == 0, kind="relative")
        )
    for found in _DAY_BEFORE_THAT.finditer(text):
        if _RELATIVE_WORDS.search(text, 0, found.start()):
            yield replace(mention(*found.span(), today - timedelta(days=2)), kind="relative")
