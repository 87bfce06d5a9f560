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
from knowledge.dates_corrected import digits_follow, put_right
from knowledge.dates_named import find_named
from knowledge.dates_of_a_week import after_a_week_named
from knowledge.dates_of_hours import find_hours_ago
from knowledge.pastdays import DateMention, day_of_month, exact, in_one_month, listed, mention, month_day, ranged
from knowledge.patterns import compiled

__all__ = ["DateMention", "bare_days", "find_dates", "find_times"]

_DIGIT, _LETTER = compiled(r"\d"), compiled("[a-z]")
_TIME = cued(
    r"[:点时]|\d\s?(?:[ap]\.?m|o'?clock)",
    r"(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?(?![a-z]))?(?![\d:])"
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
_EIGHT = compiled(r"(?<![\da-z])(?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)(?![\da-z])")
_DAY_LIST = compiled(r"(?<![\d/])(?<!\d[.:])\d{1,2}(?:/\d{1,2}){2,5}(?![\d/])")
_TWO = compiled(
    r"(?<![\d/¥a-z*-])(?<!\d[.:])(?!24/7)(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})(?!/(?!\d{3}|\ue005)|[\d%]|:\d"
    r"|\.\d)(?P<unit>[日号])?(?!\s?(?:[点时块元笔个万千百天次kw周台%折]|小时|工作日|rmb|yuan|cny|days?|hours?"
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
_BARE = compiled(
    r"(?:(?:not|不是|唔系)\s?(?:the\s)?\d{1,2}\s?(?:, ?but|,|but|而?是)\s?)?"
    r"(?:是|应该是|就是?|on|it's|its)?\s*(?P<days>\d{1,2}(?:\s*(?:[、,/&+ -]|和|跟|到|至|and|to)\s*\d{1,2})*)\s*(?:的"
    r"|吧|呀|啊|左右|[这那]一?天)?[.!;]*"
)
_ONE_BARE = r"(?:[12]\d|3[01]|[1-9])"
_BARE_MISSING = compiled(
    rf"(?:^|[,;\s])(?P<days>{_ONE_BARE}(?:[\s、,和跟]{{1,2}}{_ONE_BARE})*)(?=\s?的?(?:也|都|还)*(?:没|未|冇))"
)
_WEEKDAY_BESIDE = compiled(r"\s*[(,]?\s*(?:an?\s|the\s)?")
_GROUPS = compiled(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?")
"""Thousands: one number, of which no part is a day ("7 nov, 12,150")."""
_RELATIVE_MONTH = compiled(r"(?:last|this) month|[日号]\s?上个?月")
_MONTH_AFTER = compiled(
    r"(?<!\d)(?<!\d[.:])(?P<days>\d{1,2}(?:(?:[日号]\s?[、,和跟]?"
    r"|\s?[、,和跟])\s?\d{1,2})*)\s?[日号]\s?(?:of\s)?(?P<which>last|this|上个?月$"
    r"|上个?月(?=的|那))"
    r"(?:\smonth)?"
)
_NEAR = 60
"""Days: "3/11" in English is taken for the one reading that is this near when the other is not."""


NOON = 12


def find_times(text: str) -> list[tuple[int, int]]:
    """Where times of day stand; they are neither dates nor amounts."""
    return [found.span() for found in _TIME.finditer(text)]


def find_dates(text: str, today: date, locale: str = "zh", hour: int = NOON) -> tuple[DateMention, ...]:
    """All days that normalised ``text`` names, in the order said; lists and ranges are one mention.

    ``hour``: what the merchant's clock shows, for 半小时前.
    """
    taken: list[DateMention] = []
    if "," in text:
        text = _GROUPS.sub(lambda group: "\ue005" * len(group[0]), text)
    for found in _candidates(text, today, locale, hour):
        if all(found.end <= other.start or found.start >= other.end for other in taken):
            taken.append(found)
    linked = _linked(text, after_a_week_named(text, sorted(taken, key=lambda one: one.start), today))
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


def bare_days(text: str, today: date) -> DateMention | None:
    """A message of nothing but small numbers, as the answer to a question for days: "8", "3、4、5", "10到12"."""
    found = _BARE.fullmatch(text)
    if found is None:
        return None
    numbers = [(int(one[0]), one.start()) for one in re.finditer(r"\d{1,2}", found["days"])]
    days = [day_of_month(number, today) for number, _ in numbers]
    if len(set(days)) < len(days):
        return None
    if len(days) == 2 and re.search(r"[-到至]|to", found["days"]):
        one, other = (mention(0, len(text), day) for day in days)
        return ranged(one, other)
    return in_one_month(mention(0, len(text), *days), [number for number, _ in numbers], today)


def beside_bare_days(text: str, mentions: tuple[DateMention, ...], today: date) -> tuple[DateMention, ...]:
    """The mentions with the bare numbers that are said to be missing: "16号的到了，17 18没到"."""
    found = [
        mention(*one.span("days"), *(day_of_month(int(day), today) for day in re.findall(r"\d+", one["days"])))
        for one in _BARE_MISSING.finditer(text)
        if all(one.end("days") <= other.start or one.start("days") >= other.end for other in mentions)
    ]
    return tuple(sorted((*mentions, *found), key=lambda one: one.start)) if found else mentions


def _candidates(text: str, today: date, locale: str, hour: int) -> Iterator[DateMention]:
    digits = _DIGIT.search(text) is not None
    if digits:
        yield from _with_year(text, today)
        yield from _month_after(text, today)
    yield from find_named(text, today)
    if digits and _LISTED_SMALL.search(text):
        yield from _counted_up(text, today)
    yield from find_hours_ago(text, today, hour)
    if dates_chinese.SAID.search(text):
        yield from dates_chinese.find_chinese(text, today)
    if _LETTER.search(text):
        yield from dates_english.find_english(text, today)
    if digits:
        yield from _without_year(text, today, locale)


_LISTED_SMALL = compiled(r"\d\s?(?:[,、和跟及]|and)")
"""Without it numbers stand in no row of three."""
_ROW = compiled(
    r"(?<![\d.,:/\ue000-\ue005-])(?<!\d\s)(?:[1-9]|[12]\d|3[01])(?:(?:\s?[,、]\s?(?:and\s)?|\s?[,、]?\s?and\s|\s?[和跟及]\s?)(?:[1-9]|[12]\d|3[01])(?!\d)){2,9}"
    r"(?![\d:%/-]|[.,]\d|\s?[,、]\s?\d|\s?(?:[点时块元笔个万千百年周天次台单张人分折星位毛角家桌份月号日]"
    r"|(?:st|nd|rd|th|yuan|rmb|cny|k|w|days?|hours?|am|pm|sales|payments|transactions|terminals?)(?![a-z])))"
)


def _counted_up(text: str, today: date) -> Iterator[DateMention]:
    """Three small numbers or more of which each is the next after the one before: "16, 17, 18"."""
    for found in _ROW.finditer(text):
        numbers = [int(one) for one in re.findall(r"\d+", found[0])]
        if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            yield in_one_month(mention(*found.span(), *(day_of_month(one, today) for one in numbers)), numbers, today)


def _with_year(text: str, today: date) -> Iterator[DateMention]:
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
        days = tuple(dict.fromkeys((day,) for day in options if isinstance(day, date)))
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
            yield DateMention(*found.span(), choices=past)
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
            yield two


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
    if locale.startswith("zh") or found["unit"] or first == second or second > 12:
        return mention(*found.span(), known, loose=loose)
    other = month_day(second, first, today)
    past = [day for day in (known, other) if isinstance(day, date)]
    near = [day for day in past if (today - day).days <= _NEAR]
    if len(near) == 1 or len(past) == 1:
        return mention(*found.span(), (near or past)[0], loose=loose)
    if loose:
        return replace(DateMention(*found.span(), choices=tuple((day,) for day in past)), loose=True) if past else None
    return DateMention(*found.span(), choices=tuple((day,) for day in past)) if past else mention(*found.span(), known)


def _linked(text: str, mentions: list[DateMention]) -> tuple[DateMention, ...]:
    """Join neighbours: a range ("to"), a list (a comma, "and", nothing), or a date said twice ("13号周五")."""
    linked: list[DateMention] = []
    for this in mentions:
        last = linked[-1] if linked else None
        both = None if last is None else _join(text, last, this)
        if both is None:
            linked.append(this)
        else:
            linked[-1] = both
    return tuple(linked)


_CHANGED_ON = compiled(
    r"(?:换|改|变更|更新|更换|绑)[^,;.\n]{0,6}$|(?<![a-z])(?:chang|switch|updat|mov|replac|swap|regist"
    r"|effective|told|rang|phoned|fixed|repaired|broke|died|new (?:card|account))\w*[^,;.\n]{0,60}$"
    r"|[坏修][^,;.\n]{0,4}$"
    r"|(?:不是|并非|除了?|not|isn't|wasn't|up to|until|till|except)\s?(?:on\s|the\s)*$"
)
_CHANGED_THEN = compiled(
    r"(?<![a-z])(?:chang|switch|updat|replac|swapp)ed(?:(?!\d(?:st|nd|rd|th)|missing|not(?![a-z])|n't)[^;\n]){0,70}$"
)
"""A card is changed on one day: what follows is another's."""
_NOW_IS = compiled(r"(?<![a-z])(?:today is|it's|its|now is|it is)(?: already| now)?\s(?:the\s)?$")
"""Before the day of today: what follows is another day's."""
_ITS_OWN = compiled(
    r"\s?(?:的|那笔)?(?:已|收到|有了|到了|才|是换|换|改|不算|别算|除外|不包括|没营业|没开|休息|歇业|停业|关门)"
)
_OR = compiled(
    r"\s?(?:吧|呢|啊|呀)?\s?,?\s?(?:或者?是?|还是|要么|or(?: maybe)?|maybe|perhaps|[也又]?(?:可能|许|或许|说不定"
    r"|没准)是?|要不就?是?"
    r"|不然就?是?)\s?(?:on |the )*"
)
_NONE_OF = compiled(
    r"(?:nothing|neither|none|no\s\w+|n't|never|not)(?:\s(?!but|and)[a-z']+){0,5}\s?(?:for|on|from|of)?(?:\s?the)?\s?$"
)
_ALL_AFTER = compiled(r"\s?的?(?:钱|款)?(?:都|全)")


def _is_neither(text: str, last: DateMention, this: DateMention) -> bool:
    """True for "nothing for the 13th or the 14th", "13号或14号都没到": both."""
    return bool(_NONE_OF.search(text, max(0, last.start - 40), last.start) or _ALL_AFTER.match(text, this.end))


_IF_NOT = compiled(
    r"(?:要|若|如果)?(?:不是|唔系|不系)在?\s?$"
    r"|(?<![a-z])if (?:it |it's |it was |that's )?(?:not|isn't|wasn't)\s(?:on |the )*$"
)
_THEN = compiled(
    r"(?:号|日|那天|那笔|的|刷|换|改|做|收|[\s,])*(?:就|便|肯定|一定)+[是系]在?\s?"
    r"|\s?,?\s?then\s(?:it's |it was |it is |on |the )*"
)
"""不是5号就是6号, "if not the 5th then the 6th": one of the two."""
_PAUSE = compiled(r"\s*,?\s*(?:on|also|for)?\s*(?:the)?\s*")


def _either(text: str, first: DateMention, second: DateMention, gap: str) -> int | None:
    """Where two days begin that are a choice: "5号或6号", "不是5号就是6号"; None if ``gap`` does not say so."""
    if _OR.fullmatch(gap):
        return None if _is_neither(text, first, second) else first.start
    if_not = _IF_NOT.search(text, 0, first.start) if _THEN.fullmatch(gap) else None
    return None if if_not is None else if_not.start()


def _join(text: str, last: DateMention, this: DateMention) -> DateMention | None:
    gap = text[last.end : this.start]
    if _is_a_number(text, last, this, gap):
        return None
    if (last.weekday is None) != (this.weekday is None) and _WEEKDAY_BESIDE.fullmatch(gap):
        named, day = (last, this) if this.weekday is None else (this, last)
        named, day = (day, named) if day.weekday is not None else (named, day)
        if len(day.days) == 1 and day.days[0].weekday() == named.weekday:
            return replace(day, start=last.start, end=this.end)
        if not gap.strip("(") and len(day.days) == 1 and len(named.days) == 1 and last is day:
            return DateMention(last.start, this.end, choices=(day.days, named.days))  # the two do not agree
    start = _either(text, last, this, gap) if last.days and this.days else None
    if start is not None:
        return DateMention(start, this.end, choices=(last.days, this.days))
    if this.rejected == "date_vague" and last.days and dates_chinese.RANGE.fullmatch(gap):
        return DateMention(last.start, this.end, rejected="date_vague")  # "25号到月底"
    if "date_vague" in {this.rejected, last.rejected} or len(gap) > 12 or "\n" in gap:
        return None
    if dates_chinese.RANGE.fullmatch(gap) or dates_english.RANGE.fullmatch(gap):
        return ranged(last, this)
    if not (dates_chinese.LIST.fullmatch(gap) or dates_english.LIST.fullmatch(gap) or _OR.fullmatch(gap)):
        return None
    if text[: last.start].rstrip().endswith("between") or text[this.end :].lstrip().startswith(("之间", "期间")):
        return ranged(last, this)
    if last.rejected or this.rejected or _are_two_statements(text, last, this, gap):
        return None
    return listed(last, this)


def _is_a_number(text: str, last: DateMention, this: DateMention, gap: str) -> bool:
    """Bare digits beside a day that are rather a tail ("旧的1107，10号换的") or a sum ("11月19号 1001没到")."""
    if last.loose and not this.loose:
        return text[last.start : last.end].isdecimal()
    return this.loose and not last.loose and ("of" in gap or text[this.start : this.end].isdecimal())


def _are_two_statements(text: str, last: DateMention, this: DateMention, gap: str) -> bool:
    """A pause between two days, not a list: "16号换卡，17号没到", "10号到12号，11号已到"."""
    if _NOW_IS.search(text, max(0, last.start - 24), last.start):
        return True
    changed_on = text[last.start : last.end].startswith("on ") or text[: last.start].rstrip().endswith(
        (" on", "on the")
    )
    if (
        changed_on
        and _CHANGED_THEN.search(text, max(0, last.start - 80), last.start)
        and not dates_chinese.RANGE.fullmatch(gap)
    ):
        return True
    changed = "then" in gap or "," in gap
    if changed and _CHANGED_ON.search(text[: last.start]) and ("then" in gap or _PAUSE.fullmatch(gap)):
        return True
    if "," in gap and _ITS_OWN.match(text, this.end):
        return True
    if _PAUSE.fullmatch(gap) is None:
        return False
    before = dates_chinese.CHANGED_BEFORE if gap else dates_chinese.DAY_OF_CHANGE
    return last.kind != this.kind or before.search(text, 0, last.start) is not None
