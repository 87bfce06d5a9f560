"""A weekday without its week beside a day that tells which one it is, or leaves it open.

上周二换的卡，周三的没到 may mean that week's or the latest; "a Saturday sale (7 Nov)" is that Saturday.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from knowledge.pastdays import DateMention
from knowledge.patterns import compiled

_LAST_WEEKS = compiled(
    r"上(?:一?个)?(?:周|星期|礼拜)[一二三四五六]|last (?:mon|tue|wed|thu|fri|sat)|(?:mon|tue|wed|thu|fri"
    r"|sat)[a-z]* last week"
)

_SAID_OF_IT = compiled(
    r"(?:'?s)?(?:\s(?!(?:and|or|nor|to|till|until|thru|through|but|also|plus|not|then|before|after)\s)[a-z']+){1,4}"
    r"\s?(?:[(,]\s?)?(?:of\s|on\s)?(?:the\s)?|的[^,;0-9]{1,6}[(,]"
)
"""Between a weekday and its date: "a Saturday sale (7 Nov)", 周六的货款（7号）."""


def with_its_date(text: str, mentions: Iterable[DateMention]) -> list[DateMention]:
    """The mentions in their order; a weekday whose date follows, some words later, is that day and no other."""
    settled = list(mentions)
    for place, (one, other) in enumerate(pairwise(settled)):
        if one.open_ended and other.weekday is not None and one.days[-1:] and other.choices[:1] == (one.days,):
            settled[place + 1] = replace(other, days=one.days, choices=())  # "today's Friday"
        if one.weekday is None or other.weekday is not None or len(other.days) != 1:
            continue
        if other.days[0].weekday() == one.weekday and _SAID_OF_IT.fullmatch(text, one.end, other.start):
            settled[place] = replace(one, days=other.days, choices=())
    return settled


_LEFT_OUT = compiled(
    r"(?:除了?|除开|除去|去掉|刨去|扣除|不算"
    r"|(?<![a-z])(?:except|excluding|apart from|minus|bar)(?: for)?(?: the)?)\s?$"
)


def weekends_left_out(text: str, mentions: Iterable[DateMention]) -> list[DateMention]:
    """The mentions; 除了周末 after a range is the weekend days of that."""
    if "周末" not in text and "weekend" not in text:
        return list(mentions)
    settled: list[DateMention] = []
    for one in mentions:
        kept = one
        if ("周末" in text[one.start : one.end] or "weekend" in text[one.start : one.end]) and settled:
            days = tuple(day for day in settled[-1].days if day.weekday() >= _SATURDAY)
            if len(settled[-1].days) > len(days) > 0 and _LEFT_OUT.search(text, 0, one.start):
                kept = replace(one, days=days, choices=(), rejected=None)
        settled.append(kept)
    return settled


_SATURDAY = 5
_BESIDE = compiled(r"\s?[(,]?\s?(?:the\s)?")


def after_a_week_named(text: str, mentions: Iterable[DateMention], today: date) -> list[DateMention]:
    """The mentions in their order; such a weekday becomes a choice of the two, the named week's first.

    So too after a weekday with its date: "Saturday 7 November we had guests. Sunday we changed banks".
    """
    if _MEANT_LAST_WEEK.search(text):
        return [_a_week_earlier(one, today) for one in mentions]
    settled: list[DateMention] = []
    named: date | None = None
    week: DateMention | None = None
    row: DateMention | None = None
    for one in mentions:
        kept = one
        dated = _dated_weekday(text, settled[-1], one) if settled else None
        if dated is not None:
            named = dated
        elif len(one.days) == 1 and _LAST_WEEKS.match(text, one.start):
            named, row = one.days[0], one if _OF_LAST_WEEK.search(text, one.start, one.end) else row
        elif len(one.days) > 1 and _LAST_WEEKS.match(text, one.start):
            row = one
        elif one.rejected == "date_vague" and _LAST_WEEK.fullmatch(text, one.start, one.end):
            week = one
        elif week is not None and one.weekday is not None and len(one.days) == 1:
            kept = _of_last_week(one, text[week.end : one.start], today)
        elif row is not None and one.weekday is not None and _ONE_OF_IT.search(text, row.end, one.start):
            kept = _of_last_week(one, text[row.end : one.start], today)
        elif named is not None and one.weekday is not None and len(one.days) == 1:
            same = named + timedelta(days=one.weekday - named.weekday())
            if named < same < one.days[0] <= today:
                kept = replace(one, days=(), choices=((same,), one.days))
        settled.append(kept)
    return settled


_OF_LAST_WEEK = compiled("last week")
_OF_MONEY = compiled(r"[没未冇到来]|(?<![a-z])(?:came|come|paid|arrived|missing|nothing)")
_LAST_WEEK = compiled(r"上一?个?(?:周|星期|礼拜)|last week")
_IN_BETWEEN = compiled(r"[^;.!?\n]{0,40}")
_TELLS_OF_OTHERS = compiled(
    r"[换改绑变迁转说问催报打]|投诉|(?<![a-z])(?:chang|switch|updat|swap|mov|replac|call|rang|told|said|ask|complain|report)"
)
_ONE_OF_IT = compiled(
    r"(?:只有?|就|除了?|除开|唯独|单单|偏偏|里|(?<![a-z])(?:only|just|except|bar|apart from)(?![a-z]))"
)


def _of_last_week(one: DateMention, gap: str, today: date) -> DateMention:
    """上周就周三没到: that week's; 上周换的卡，周三的没到: that week's or the latest."""
    earlier = _a_week_earlier(one, today)
    if earlier is one or not _IN_BETWEEN.fullmatch(gap):
        return one
    if not _TELLS_OF_OTHERS.search(gap) and ("," not in gap or _ONE_OF_IT.search(gap) or _OF_MONEY.search(gap)):
        return earlier
    return replace(one, days=(), choices=(earlier.days, one.days))


_MEANT_LAST_WEEK = compiled(
    r"(?:[我都]是说?|说的都?是|指的都?是|讲的都?是)的?上一?个?(?:周|星期|礼拜)(?![一二三四五六日天末1-7])"
)
"""周四换卡 周五没到，我是说上周: all of that week."""


def _a_week_earlier(one: DateMention, today: date) -> DateMention:
    monday = today - timedelta(days=today.weekday())
    if one.kind != "weekday" or not one.days or one.days[0] < monday:
        return one
    return replace(one, days=tuple(day - timedelta(days=7) for day in one.days), choices=(), weekday=None)


def _dated_weekday(text: str, first: DateMention, second: DateMention) -> date | None:
    """The day of "Saturday 7 November" or 11月7号周六, said as two."""
    weekday, day = (second, first) if first.weekday is None else (first, second)
    if weekday.weekday is None or day.weekday is not None or len(day.days) != 1:
        return None
    agree = day.days[0].weekday() == weekday.weekday and _BESIDE.fullmatch(text, first.end, second.start) is not None
    return day.days[0] if agree else None
