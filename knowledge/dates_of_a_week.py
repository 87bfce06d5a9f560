"""A weekday without its week after one with it: 上周二换的卡，周三的没到 may mean that week's or the latest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from knowledge.pastdays import DateMention
from knowledge.patterns import compiled

_LAST_WEEKS = compiled(
    r"上(?:一?个)?(?:周|星期|礼拜)[一二三四五六]|last (?:mon|tue|wed|thu|fri|sat)|(?:mon|tue|wed|thu|fri"
    r"|sat)[a-z]* last week"
)


_BESIDE = compiled(r"\s?[(,]?\s?(?:the\s)?")


def after_a_week_named(text: str, mentions: Iterable[DateMention], today: date) -> list[DateMention]:
    """The mentions in their order; such a weekday becomes a choice of the two, the named week's first.

    So too after a weekday with its date: "Saturday 7 November we had guests. Sunday we changed banks".
    """
    settled: list[DateMention] = []
    named: date | None = None
    for one in mentions:
        kept = one
        dated = _dated_weekday(text, settled[-1], one) if settled else None
        if dated is not None:
            named = dated
        elif len(one.days) == 1 and _LAST_WEEKS.match(text, one.start):
            named = one.days[0]
        elif named is not None and one.weekday is not None and len(one.days) == 1:
            same = named + timedelta(days=one.weekday - named.weekday())
            if named < same < one.days[0] <= today:
                kept = replace(one, days=(), choices=((same,), one.days))
        settled.append(kept)
    return settled


def _dated_weekday(text: str, first: DateMention, second: DateMention) -> date | None:
    """The day of "Saturday 7 November" or 11月7号周六, said as two."""
    weekday, day = (second, first) if first.weekday is None else (first, second)
    if weekday.weekday is None or day.weekday is not None or len(day.days) != 1:
        return None
    agree = day.days[0].weekday() == weekday.weekday and _BESIDE.fullmatch(text, first.end, second.start) is not None
    return day.days[0] if agree else None
