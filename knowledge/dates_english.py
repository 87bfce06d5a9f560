"""Days as merchants write them in English.

Nov 3rd, 12-13 Nov, last Friday, the 5th, day before yesterday, two days ago.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from knowledge.cues import cued
from knowledge.pastdays import (
    DateMention,
    Day,
    bare_weekday,
    checked,
    day_of_month,
    exact,
    mention,
    month_day,
    weekday,
    weekend,
)

_MONTHS = {
    name[:3]: number
    for number, name in enumerate(
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ],
        start=1,
    )
}
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
_MONTH_NAMED = re.compile("jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec")
_ORDINALS = {
    word: number
    for number, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ],
        start=1,
    )
}
_ORDINALS |= {f"twenty{gap}{word}": 20 + _ORDINALS[word] for gap in " -" for word in list(_ORDINALS)[:9]}
_ORDINALS |= {"thirtieth": 30, "thirty first": 31, "thirty-first": 31}
_WORD = "|".join(sorted(_ORDINALS, key=len, reverse=True))
_ORDINAL = rf"(?:\d{{1,2}}(?:\s?(?:st|nd|rd|th))(?![a-z])|(?:{_WORD})(?![a-z]))"
_NUMBER = rf"(?:{_ORDINAL}|\d{{1,2}}(?![\d:.]\d|[\da-z]))"
_TO = r"\s*(?:-|~|to|through|thru|till|until)\s*(?:the\s+)?"
_AND = r"\s*(?:,\s*and|and|&|,|/|\+|plus)\s*(?:the\s+)?"
_NUMBERS = rf"{_NUMBER}(?:(?:{_TO}|{_AND}){_NUMBER}){{0,12}}"
_NUMBERS_AFTER = rf"{_NUMBER}(?:(?:{_TO}|{_AND}){_NUMBER}(?!\s?(?:of\s+)?{_MONTH})){{0,12}}"
"""After a month: a number before another month is that one's ("Nov 4, the 18 November")."""
_EITHER = r"\s+or\s+(?:(?:on\s+)?the\s+)?"
_NOT = re.compile(r"(?<![a-z])(?:not|isn't|wasn't|rather than|instead of)\s(?:on\s)?$")
_JOIN = re.compile(rf"(?P<to>{_TO})|{_AND}")
_ONE = re.compile(_NUMBER)

Resolve = Callable[[int], Day]

LIST = re.compile(r"\s*(?:,\s*and|and|&|,|/|\+|plus|as well as|then)?\s*(?:on|also|for|of|from)?\s*(?:the)?\s*")
RANGE = re.compile(r"\s*(?:-|~|to|through|thru|till|until)\s*(?:the)?\s*")

_MONTH_FIRST = re.compile(
    rf"(?<![a-z])(?P<month>{_MONTH})\s?(?:the\s+)?(?P<days>{_NUMBERS_AFTER})(?:,?\s*(?P<year>20\d\d)(?!\d))?"
    rf"(?:{_EITHER}(?P<other>{_NUMBER})(?!\s?(?:of\s+)?{_MONTH}))?"
)
_DAY_FIRST = re.compile(
    rf"(?<![\d.:a-z-])(?:(?P<other>{_NUMBER}){_EITHER})?(?P<days>{_NUMBERS})\s?-?(?:of\s+)?(?P<month>{_MONTH})(?:[-,]?\s*(?P<year>20\d\d)(?!\d))?"
)
_AFTER_A_MONTH = re.compile(rf"(?<![a-z]){_MONTH}\s?(?:the\s+)?$")
_WORD_ITSELF = re.compile(r"\w+")
_NOT_A_DAY = (
    r"(?!\s+(?:time|party|parties|day|days|card|terminal|request|attempt|payment|payout|store|shop|floor|month|week"
    r"|generation|machine|one|try|ticket|message|account|bank|person|hand)\b)"
)
_ORDINAL_ONLY = re.compile(
    r"(?<![a-z\d])(?:(?P<the>on the|since the|from the|until the|after the|before the|for the|of the|meant the"
    rf"|is the|the|on)\s+)?(?P<days>{_ORDINAL}(?:(?:{_TO}"
    rf"|{_AND}){_ORDINAL}){{0,12}}){_NOT_A_DAY}(?:\s+of\s+(?P<which>this|last|next)\s+month)?"
)
_LAST_MONTH = cued("month", rf"(?P<which>this|last|next)\s+month,?\s+(?:on\s+)?(?:the\s+)?(?P<days>{_NUMBERS})")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_NAME = (
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|wed(?:s|nes)?|thu(?:r?s?)|fri"
    r"|(?:(?<=^)|(?<=on )|(?<=last )|(?<=this )|(?<=and )|(?<=[,+/&-])|(?<=[,+&] )|(?<=for )|(?<=from )|(?<=to )"
    r"|(?<=next ))(?:sat|sun))"
)
_WEEKDAY = cued(
    "|".join(_DAYS),
    r"(?<![a-z])(?:(?P<week>last week'?s?|this week'?s?|next week'?s?|the week before last'?s?|last|this past|this"
    r"|past|previous|next"
    rf"|coming)\s+(?:on\s+)?)?(?P<day>{_DAY_NAME})(?:'?s)?(?![a-z])\.?(?:\s+(?:of\s+)?(?P<after>last|this"
    rf"|next)\s+week)?(?P<ofmonth>\s*,?\s*the\s+{_ORDINAL})?",
)
_RELATIVE = {
    "the day before yesterday": -2, "day before yesterday": -2, "the night before last": -2, "two nights ago": -2,
    "yesterday": -1,
        "last night"
    : -1,
        "today"
    : 0,
        "this morning"
    : 0,
        "this afternoon"
    : 0,
        "this evening"
    : 0,
        "tonight"
    : 0,
    "day after tomorrow": 2, "tomorrow": 1,
}  # fmt: skip
_RELATIVE_WORDS = re.compile(
    rf"(?<![a-z])(?:{'|'.join(sorted(_RELATIVE, key=len, reverse=True))}|yday|ystday)(?:'?s)?(?![a-z])"
)
_YESTERDAY_AND_BEFORE = cued(
    r"yesterday (?:and|&|or)",
    r"(?<![a-z])yesterday (?:and|&|(?P<or>or)) the day before(?: that| it)?(?! yesterday)",
)
_COUNTS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
} | {"a": 1, "an": 1, "fourteen": 14}
_AGO = cued(
    r"ago|back|earlier",
    rf"(?<![a-z\d])(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)})\s*(?P<unit>days?|weeks?|wks?|d|months?|years?)\s+(?:ago"
    r"|back|earlier)",
)
_WEEKEND = cued("weekend", r"(?<![a-z])(?:(?P<week>last|this|next|past|the)\s)?weekend(?:'?s)?(?![a-z])")
_VAGUE = cued(
    f"day|week|month|year|recently|lately|ago|{_MONTH_NAMED.pattern}",
    r"(?<![a-z])(?:(?:a |the )?(?:couple(?: of)?|few|several|some|many|past few|last few"
    r"|last couple(?: of)?)\s+(?:of\s+)?(?:days?|weeks?|months?)(?:\s+(?:ago|back))?|the other day|recently|lately"
    r"|(?:last|this|past|previous) (?:week|month|year)(?!end)|these days"
    r"|(?:early|mid|late|beginning of|start of|end of|middle of|all of|sometime in|in|during"
    r"|since)[\s-]+(?:the )?(?:month|" + _MONTH + r")"
    r"(?!\s*\d)|a while ago|ages ago|(?:january|february|april|june|july|august|september|october|november"
    r"|december)(?!\s*\d)|some time ago|(?:last|past) (?:\d+|two|three|four|five) days)",
)
_FUTURE = cued(
    r"next |in (?:\d|a|t)|from now",
    r"(?<![a-z])(?:next (?:week|month|year)|in (?:\d+|a|two|three) (?:days?|weeks?)"
    r"|(?:\d+|two|three) days from now)",
)


def find_english(text: str, today: date) -> Iterator[DateMention]:
    """All mentions, the more certain finders first; they may overlap."""
    for finder in (_MONTH_FIRST.finditer, _day_first) if _MONTH_NAMED.search(text) else ():
        for found in finder(text):
            year = int(found["year"]) if found["year"] else None
            month = _MONTHS[found["month"][:3]]
            yield _either(found, partial(_of_month, month=month, year=year, today=today))
    for found in _LAST_MONTH.finditer(text):
        yield _in_relative_month(found, today)
    yield from _ago(text, today)
    yield from _weekdays(text, today)
    yield from _ordinals(text, today)
    for found in _WEEKEND.finditer(text):
        yield weekend(*found.span(), found["week"], today)
    for found in _YESTERDAY_AND_BEFORE.finditer(text):
        both = today - timedelta(days=1), today - timedelta(days=2)
        if found["or"]:
            yield DateMention(*found.span(), choices=tuple((day,) for day in both))
        else:
            yield mention(*found.span(), *both)
    for found in _RELATIVE_WORDS.finditer(text):
        word = found[0].removesuffix("'s")
        offset = _RELATIVE.get(word, _RELATIVE.get(word.removesuffix("s"), -1))
        day = checked(today + timedelta(days=offset), today)
        yield (
            DateMention(*found.span(), rejected=day)
            if isinstance(day, str)
            else DateMention(*found.span(), days=(day,), open_ended=offset == 0, kind="relative")
        )
    for found in _FUTURE.finditer(text):
        yield mention(*found.span(), "date_in_future")
    for found in _VAGUE.finditer(text):
        yield mention(*found.span(), "date_vague")


def _day_first(text: str) -> Iterator[re.Match[str]]:
    """Days before their month; a number right after another month is that month's day, not the first of these."""
    place = 0
    while (found := _DAY_FIRST.search(text, place)) is not None:
        if _AFTER_A_MONTH.search(text, 0, found.start()):
            word = _WORD_ITSELF.match(text, found.start())
            place = word.end() if word else found.start() + 1
        else:
            yield found
            place = found.end()


def _of_month(day: int, month: int, year: int | None, today: date) -> Day:
    return month_day(month, day, today) if year is None else exact(year, month, day, today)


def _either(found: re.Match[str], resolve: Resolve) -> DateMention:
    """Days of a month; "November 3 or 4" is a choice."""
    one = _numbers(found, resolve)
    if found["other"] is None or not one.days:
        return one
    other = resolve(_number(found["other"]))
    if not isinstance(other, date):
        return one
    both = (one.days, (other,)) if found.start("days") < found.start("other") else ((other,), one.days)
    return replace(one, days=(), choices=both)


def _in_relative_month(found: re.Match[str], today: date) -> DateMention:
    back = {"last": 1, "this": 0, "next": -1}[found["which"]]
    return _numbers(found, lambda day: day_of_month(day, today, back))


def _numbers(found: re.Match[str], resolve: Resolve) -> DateMention:
    """The days of a list or range of numbers, as one mention over the whole match."""
    words = found["days"]
    days: list[Day] = []
    end, last = 0, None
    for one in _ONE.finditer(words):
        number = _number(one[0])
        join = _JOIN.fullmatch(words, end, one.start()) if last is not None else None
        if join and join["to"] and last is not None and last < number <= 31:
            days.extend(resolve(day) for day in range(last + 1, number))
        days.append(resolve(number))
        end, last = one.end(), number
    return mention(*found.span(), *days)


def _number(word: str) -> int:
    if word in _ORDINALS:
        return _ORDINALS[word]
    return int(re.sub(r"\D", "", word))


def _ordinals(text: str, today: date) -> Iterator[DateMention]:
    place = 0
    while (found := _ORDINAL_ONLY.search(text, place)) is not None:
        place = found.end()
        if _NOT.search(text, 0, found.start()) and (only := _ONE.match(text, found.start("days"))) is not None:
            place = only.end()  # "not the 17th, the 3rd": what is denied is one day
            yield mention(found.start(), place, day_of_month(_number(only[0]), today))
        elif found["which"]:
            yield _in_relative_month(found, today)
        elif found["the"] or any(sign.isdecimal() for sign in found["days"]):
            if found["the"] == "the" and found["days"] in {"first", "second", "third"}:
                continue  # "the second payout": an order, not a day
            yield _numbers(found, lambda day: day_of_month(day, today))


def _ago(text: str, today: date) -> Iterator[DateMention]:
    for found in _AGO.finditer(text):
        unit, words = found["unit"], found["count"]
        if unit[0] in "my":
            yield mention(*found.span(), "date_vague")
            continue
        count = int(words) if words.isdecimal() else _COUNTS[words]
        yield mention(*found.span(), checked(today - timedelta(days=count * (1 if unit[0] == "d" else 7)), today))


def _weekdays(text: str, today: date) -> Iterator[DateMention]:
    for found in _WEEKDAY.finditer(text):
        number = _DAYS.index(found["day"][:3])
        one = _one_weekday(found, number, today)
        if found["ofmonth"]:
            day = day_of_month(_number(re.sub(r"^\s*,?\s*the\s+", "", found["ofmonth"])), today)
            said = mention(*found.span(), day)
            agrees = isinstance(day, date) and day.weekday() == number
            both = (one.days or one.choices[0], said.days or one.days or one.choices[0])
            one = said if agrees else DateMention(*found.span(), choices=both)
            one = replace(one, kind="weekday")
        yield one


def _one_weekday(found: re.Match[str], number: int, today: date) -> DateMention:
    week = found["week"] or (f"{found['after']} week" if found["after"] else "")
    if not week:
        return bare_weekday(*found.span(), number, today)
    if week.startswith("the week before last"):
        return mention(*found.span(), weekday(number, today, 2))
    if week.startswith(("next", "coming")):
        return mention(*found.span(), "date_in_future")
    if week.startswith(("last", "previous")):
        return mention(*found.span(), weekday(number, today, 1))
    if week in {"this past", "past"}:
        days = (today.weekday() - number) % 7 or 7
        return mention(*found.span(), today - timedelta(days=days))
    return mention(*found.span(), weekday(number, today, 0))
