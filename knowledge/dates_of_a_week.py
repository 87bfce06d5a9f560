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


def after_a_week_named(text: str, mentions: Iterable[DateMention], today: date) -> list[DateMention]:
    """The mentions in their order; such a weekday becomes a choice of the two, the named week's first."""
    settled: list[DateMention] = []
    named: date | None = None
    for one in mentions:
        kept = one
        if len(one.days) == 1 and _LAST_WEEKS.match(text, one.start):
            named = one.days[0]
        elif named is not None and one.weekday is not None and len(one.days) == 1:
            same = named + timedelta(days=one.weekday - named.weekday())
            if named < same < one.days[0] <= today:
                kept = replace(one, days=(), choices=((same,), one.days))
        settled.append(kept)
    return settled
