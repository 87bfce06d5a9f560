"""Days in a message: Chinese, English and numeric, joined to lists and ranges. Times of day are set aside.

An own grammar, since no library is safe here: of 51 inputs the best read 41 rightly, and misread dates are worse
than a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from knowledge import dates_chinese, dates_english
from knowledge.cues import cued
from knowledge.date_order import is_near, likelier
from knowledge.dates_bare import find_rows, named_again
from knowledge.dates_corrected import digits_follow, put_right
from knowledge.dates_counted import counted_from_named, find_counted_back, without_orders
from knowledge.dates_counted_on import counted_on
from knowledge.dates_joined import join
from knowledge.dates_named import find_named
from knowledge.dates_of_a_week import after_a_week_named, weekends_left_out, with_its_date
from knowledge.dates_of_hours import find_hours_ago
from knowledge.pastdays import DateMention, day_of_month, exact, mention, month_day, ranged
from knowledge.patterns import compiled

__all__ = ["DateMention", "find_dates", "find_times"]

_DIGIT, _LETTER = compiled(r"\d"), compiled("[a-z]")
_TIME = cued(
    r"[:点时]|\d\s?(?:[ap]\.?m|o'?clock)|[dgnty] at \d",
    r"(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?(?![a-z]))?(?![\d:])"
    r"|(?:(?<=anged at )|(?<=ched at )|(?<=night at )|(?<=ning at )|(?<=noon at )"
    r"|(?<=day at ))\d{1,2}\.[0-5]\d(?![\d.])"
    r"|(?<![a-z\d.])\d{1,2}(?:[.:]\d\d)?\s?[ap]\.?m\.?(?![a-z])|\d{1,2}\s?o'?clock"
    r"|(?<![\d.$¥])(?:[01]?\d|2[0-4]|十[一二]?|二十[一二三四]?|[一二两三四五六七八九])(?:点钟|点半|点[一三]刻|点整|点多"
    r"|点左右|点(?:\d{1,2}|[一二三四五]?十[一二三四五六七八九]?|[零〇][一二三四五六七八九])分?(?![\d万千百块元])"
    r"|点(?![\d一二三四五六七八九解]|[万亿])|时\d{0,2}分?(?!间))",
)
_YEAR_LAST_SHORT = compiled(r"\d[-/.]2\d")
_YEAR = compiled(r"20\d\d|2\d[-/.]\d|\d年\d")
"""Without one of these no year is said in digits."""
_TWO_NUMBERS = compiled(r"\d[-/.]\d")
_ISO = compiled(
    r"(?<!\d)(?<!\d\.)(?P<y>20\d\d)\s?(?P<s>[-/.])\s?(?P<m>\d{1,2})\s?(?P=s)\s?(?P<d>\d{1,2})(?![\d])[日号]?"
)
_ISO_CHINESE = compiled(r"(?<!\d)(?P<y>20\d\d|\d\d)年(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})[日号]?(?!\d)")
_SHORT_YEAR = compiled(r"(?<!\d)(?<!\d\.)(?P<y>2\d)(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![\d.])")
_SHORT_YEAR_LAST = compiled(
    r"(?<!\d)(?<!\d[./-])(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})(?P=s)(?P<y>2\d)(?![\d/-]|\.\d|\s?[日号])"
)
_YEAR_LAST = compiled(r"(?<!\d)(?<!\d\.)(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})(?P=s)(?P<y>20\d\d)(?!\d)")
_EIGHT = compiled(r"(?<![\da-z])(?<![理单编件]号)(?<![理单编件]号[: ])(?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)(?![\da-z])")
_DAY_LIST = compiled(r"(?<![\d/])(?<!\d[.:])\d{1,2}(?:/\d{1,2}){2,5}(?![\d/])")
_TWO = compiled(
    r"(?<![\d/¥a-z*-])(?<!\d[.:])(?!24/7)(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})(?!/(?!\d{3}|\ue005)|[\d%]|:\d"
    r"|\.\d)(?P<unit>[日号])?(?!\s?(?:[点时块元笔个万千百天次周台%折]|[kw](?![a-z])|小时|工作日|(?:rmb|yuan"
    r"|cny)(?!\s?[\d\ue005])|days?|hours?"
    r"|business|working|(?:am|pm)(?![a-z])))"
)
_DOTTED_RANGE = compiled(
    r"(?<![\d/¥a-z*-])(?<!\d[.:])(?P<m1>\d{1,2})[./](?P<d1>\d{1,2})[日号]?\s?(?:-+|~|到|至"
    r"|to)\s?(?P<m2>\d{1,2})[./](?P<d2>\d{1,2})(?![\d./:%])[日号]?"
)
_FOUR = compiled(
    r"(?<![\d*¥a-z号码])(?<!\d[.:])(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?![\d.:a-z]|\s?(?:元|块|yuan|rmb|cny))"
)
_SIX = compiled(
    r"(?<![\d*¥a-z])(?<!\d[.:])(?P<y>2\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?![\d.:a-z]|\s?(?:元|块|yuan|rmb|cny))"
)
_GROUPS = compiled(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?")
"""Thousands: one number, of which no part is a day ("7 nov, 12,150")."""
_RELATIVE_MONTH = compiled(r"(?:last|this) month|[日号]\s?上个?月")
_MONTH_AFTER = compiled(
    r"(?<!\d)(?<!\d[.:])(?P<days>\d{1,2}(?:(?:[日号]\s?[、,和跟]?"
    r"|\s?[、,和跟])\s?\d{1,2})*)\s?[日号]\s?(?:of\s)?(?P<which>last|this|上个?月$"
    r"|上个?月(?=的|那))"
    r"(?:\smonth)?"
)
NOON = 12
_FORMAL = compiled("[壹贰叁肆伍陆柒捌玖拾][一二三四五六七八九]?[月日号]")
_PLAIN = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
"""拾伍日: days in the numerals of bank papers."""


def find_times(text: str) -> list[tuple[int, int]]:
    """Where times of day stand; they are neither dates nor amounts."""
    return [found.span() for found in _TIME.finditer(text)]


def find_dates(text: str, today: date, locale: str = "zh", hour: int = NOON) -> tuple[DateMention, ...]:
    """All days that normalised ``text`` names, in the order said; lists and ranges are one mention.

    ``hour``: what the merchant's clock shows, for 半小时前.
    """
    taken: list[DateMention] = []
    if _FORMAL.search(text):
        text = text.translate(_PLAIN)
    if "," in text:
        text = _GROUPS.sub(lambda group: "\ue005" * len(group[0]), text)
    for found in _candidates(text, today, locale, hour):
        if all(found.end <= other.start or found.start >= other.end for other in taken):
            taken.append(found)
    in_order = with_its_date(text, sorted(taken, key=lambda one: one.start))
    counted = counted_from_named(text, in_order, today)
    linked = counted_on(text, join(text, after_a_week_named(text, counted, today)), today)
    linked = named_again(text, without_orders(text, tuple(weekends_left_out(text, linked))))
    if _ROUGHLY.search(text):
        linked = tuple(_rough(text, one) for one in linked)
    return put_right(text, linked, today) if linked and digits_follow(text, linked[0].end) else linked


_ROUGHLY = compiled("[早晚]于|样子|左右|前后|or so|ish|around|about")
_ROUGH_AFTER = compiled(r"\s?(?:这天)?(?:左右|前后|的?样子)|,?\s?(?:or so|or thereabouts|-?ish)(?![a-z])")
_ROUGH_BEFORE = compiled(
    r"[早晚]于\s?$|(?<![a-z])(?:sometime\s)?around\s(?:on\s)?(?:the\s)?$"
    r"|(?:^|(?<![a-z])(?:from|since|was|think|maybe|card|account|changed|switched|sold)\s)about\s(?:on\s)?(?:the\s)?$"
)


def _rough(text: str, one: DateMention) -> DateMention:
    """A day said to be about right ("12号左右", "around the 10th") is none; "what about the 10th" names it."""
    lead = text[max(0, one.start - 40) : one.start]
    rough = _ROUGH_AFTER.match(text, one.end) or _ROUGH_BEFORE.search(lead)
    return replace(one, days=(), choices=(), rejected="date_vague") if rough and one.days else one


def _candidates(text: str, today: date, locale: str, hour: int) -> Iterator[DateMention]:
    digits = _DIGIT.search(text) is not None
    if digits:
        yield from _with_year(text, today, locale)
        yield from _month_after(text, today)
    yield from find_named(text, today)
    if digits:
        yield from find_rows(text, today)
    yield from find_hours_ago(text, today, hour)
    yield from find_counted_back(text, today)
    if dates_chinese.SAID.search(text):
        yield from dates_chinese.find_chinese(text, today)
    if _LETTER.search(text):
        yield from dates_english.find_english(text, today)
    if digits:
        yield from _without_year(text, today, locale)


def _with_year(text: str, today: date, locale: str) -> Iterator[DateMention]:
    if _YEAR_LAST_SHORT.search(text):
        yield from _short_years(text, today)
    if not _YEAR.search(text):
        return
    for pattern in (_ISO, _ISO_CHINESE, _EIGHT, _SHORT_YEAR):
        for found in pattern.finditer(text):
            year = int(found["y"]) % 100 + 2000
            day = exact(year, int(found["m"]), int(found["d"]), today)
            if pattern is _EIGHT and day == "date_impossible":
                continue  # eight digits that are no date are a terminal
            yield mention(*found.span(), day)
    for found in _YEAR_LAST.finditer(text):
        first, second, year = int(found["a"]), int(found["b"]), int(found["y"])
        options = [exact(year, month, day, today) for month, day in ((first, second), (second, first))]
        past = [day for day in options if isinstance(day, date)]
        if locale != "zh":
            past = list(likelier(past, text, today, dotted=found["s"] == "."))
        days = tuple(dict.fromkeys((day,) for day in past))
        if len(days) > 1:
            yield DateMention(*found.span(), choices=days)
        else:
            reasons = [day for day in options if isinstance(day, str)]
            yield mention(*found.span(), days[0][0] if days else min(reasons, key=_REASONS.index))


def _month_after(text: str, today: date) -> Iterator[DateMention]:
    """ "10号 last month", "10号上个月"."""
    if _RELATIVE_MONTH.search(text) is None:
        return
    for found in _MONTH_AFTER.finditer(text):
        back = 0 if found["which"] == "this" else 1
        numbers = [int(one) for one in re.findall(r"\d+", found["days"])]
        yield mention(*found.span(), *(day_of_month(number, today, back) for number in numbers))


def _short_years(text: str, today: date) -> Iterator[DateMention]:
    """ "13/11/26": one day, whatever the order of its parts; two orders that both fit are a choice."""
    for found in _SHORT_YEAR_LAST.finditer(text):
        first, second, last = int(found["a"]), int(found["b"]), int(found["y"])
        orders = [(2000 + last, second, first), (2000 + last, first, second)]
        if first >= 20:
            orders.insert(0, (2000 + first, second, last))
        days = [exact(*order, today) for order in orders]
        past = tuple(dict.fromkeys((day,) for day in days if isinstance(day, date)))
        if len(past) == 1 or (past and first >= 20):
            yield mention(*found.span(), past[0][0])
        elif past:
            if found["s"] == "." and text.isascii():
                past = tuple((day,) for day in likelier([day for (day,) in reversed(past)], text, today, dotted=True))
            yield DateMention(*found.span(), choices=past) if len(past) > 1 else mention(*found.span(), past[0][0])
        elif reasons := [day for day in days if isinstance(day, str) and day != "date_impossible"]:
            yield mention(*found.span(), min(reasons, key=_REASONS.index))


_REASONS = ("date_in_future", "date_too_old", "date_impossible")


def _without_year(text: str, today: date, locale: str) -> Iterator[DateMention]:
    if _TWO_NUMBERS.search(text):
        yield from _numbers_joined(text, today, locale)
    for pattern in (_FOUR, _SIX):
        for found in pattern.finditer(text):
            month, day = int(found["m"]), int(found["d"])
            known = (
                month_day(month, day, today) if pattern is _FOUR else exact(2000 + int(found["y"]), month, day, today)
            )
            if known != "date_impossible":
                yield mention(*found.span(), known, loose=True)


def _numbers_joined(text: str, today: date, locale: str) -> Iterator[DateMention]:
    for found in _DAY_LIST.finditer(text):
        numbers = [int(part) for part in found[0].split("/")]
        if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            yield mention(*found.span(), *(day_of_month(number, today) for number in numbers))
    for found in _DOTTED_RANGE.finditer(text):
        ends = [month_day(int(found["m" + end]), int(found["d" + end]), today) for end in "12"]
        if "date_impossible" not in ends:
            yield ranged(*(mention(*found.span(), end) for end in ends))
    for found in _TWO.finditer(text):
        if (two := _two(found, today, locale)) is not None:
            yield _with_days_after(text, two, today)
            yield two  # where the days after it were read before: "11/5、6号"


_DAYS_AFTER = compiled(r"(?:[、,]\d{1,2})+(?=[号日]|\s?的|\s?$|\s?[两三四五六2-6][天日]|\s?[都没未])[号日]?")


def _with_days_after(text: str, one: DateMention, today: date) -> DateMention:
    """ "11/12、13没到": days of the same month."""
    more = _DAYS_AFTER.match(text, one.end) if len(one.days) == 1 else None
    if more is None:
        return one
    numbers = [int(number) for number in re.findall(r"\d+", more[0])]
    if sorted({one.days[0].day, *numbers}) != [one.days[0].day, *numbers]:
        return one
    days = [exact(one.days[0].year, one.days[0].month, number, today) for number in numbers]
    return replace(mention(one.start, more.end(), one.days[0], *days), loose=one.loose)


def _two(found: re.Match[str], today: date, locale: str) -> DateMention | None:
    """Two numbers: month and day ("11-15", "11/3"), in English perhaps day and month, or two days ("17/18")."""
    first, second, sign = int(found["a"]), int(found["b"]), found["s"]
    loose = sign == "." and not found["unit"]
    if first > 12 and sign in "/-" and first < second <= 31:
        days = range(first, second + 1) if sign == "-" else (first, second)
        return mention(*found.span(), *(day_of_month(day, today) for day in days), loose=sign == "-")
    if first > 12:
        return mention(*found.span(), month_day(second, first, today), loose=loose) if 1 <= second <= 12 else None
    if first < 1:
        return None
    known = month_day(first, second, today)
    if sign == "-" and first < second <= 31 and not found["unit"] and not is_near(first, second, today):
        row = mention(*found.span(), *(day_of_month(day, today) for day in range(first, second + 1)))
        if row.days and isinstance(known, date):
            return DateMention(*found.span(), choices=(row.days, (known,)))  # "12-14" in November
    if locale.startswith("zh") or found["unit"] or first == second or second > 12:
        return mention(*found.span(), known, loose=loose)
    other = month_day(second, first, today)
    past = [day for day in (known, other) if isinstance(day, date)]
    past = list(likelier(past, found.string, today))
    if len(past) == 1:
        return mention(*found.span(), past[0], loose=loose)
    if loose:
        return replace(DateMention(*found.span(), choices=tuple((day,) for day in past)), loose=True) if past else None
    return DateMention(*found.span(), choices=tuple((day,) for day in past)) if past else mention(*found.span(), known)
