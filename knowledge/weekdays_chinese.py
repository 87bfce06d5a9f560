"""Weekdays as Chinese-speaking merchants say them: 上周五, 礼拜二, 周一二三, 周二到周四, 刚过去那个星期天."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import reduce

from knowledge.pastdays import DateMention, bare_weekday, listed, mention, ranged, weekday
from knowledge.patterns import compiled

_WEEK_PREFIX = {"上上": 2, "上": 1, "这": 0, "呢": 0, "本": 0, "下": -1, "下下": -2}
_WEEKDAY = compiled(
    r"(?:(?P<week>上上|上|这|呢|本|下下|下)(?:一?个)?"
    r"|刚刚?(?:才)?过(?:去|完|了)?的?(?:[那这]?一?个)?"
    r"|(?:(?<=周[一二三四五六日天])|(?<=期[一二三四五六日天])|(?<=拜[一二三四五六日天])|(?<=[周期拜][1-7])|(?<=[百千万][一二三四五六七八九])"
    r"|(?<![一二两三四五六几每个上下这本])(?<!(?<!\d)\d)(?<!(?<!\d)\d\d)))(?:周|星期|礼拜)(?P<day>[一二三四五六日天]"
    r"|[1-7](?![\d.,:]|\s?[笔个次天单万千百号日月点kw]))(?![十百千万](?![一二三四五六七八九]?[号日]))"
)
_WEEKDAY_MORE = compiled(
    r"(?:(?=周|星期|礼拜)|\s*(?P<join>[、,/和跟与&+]|及|还有|-|~|到|至)\s*)(?:周|星期"
    r"|礼拜)?(?P<day>[一二三四五六日天])(?![一二三四五六七八九十百千万号日月点块笔个天共直单])"
    r"|(?P<next>[二三四五六日]{1,4})(?:(?=[两二三四五六]天)"
    r"|(?![一二三四五六七八九十百千万亿几多来点号月块元角毛笔单个次台张人家桌份位折成倍箱件楼层刻天]))"
)
WEEKDAYS = {sign: number for number, sign in enumerate("一二三四五六日")} | {"天": 6}
WEEKDAYS |= {str(number + 1): number for number in range(7)}
"""Monday is 0."""


def find_weekdays(text: str, today: date) -> Iterator[DateMention]:
    """All mentions in normalised ``text``; weekdays said in one breath are one."""
    end = 0
    for found in _WEEKDAY.finditer(text):
        if found.start() < end:
            continue
        one = _weekday_mention(found.start(), found.end(), found["week"], WEEKDAYS[found["day"]], today)
        while more := _WEEKDAY_MORE.match(text, one.end):
            if more["next"]:
                one = _following(one, more, found["week"], WEEKDAYS[found["day"]], today)
                break
            other = _weekday_mention(more.start(), more.end(), found["week"], WEEKDAYS[more["day"]], today)
            one = (ranged if more["join"] in {"-", "~", "到", "至"} else listed)(one, other)
        end = one.end
        yield one


def _following(one: DateMention, more: re.Match[str], week: str | None, first: int, today: date) -> DateMention:
    """ "周一二三": the weekdays that follow, only when each is the next."""
    numbers = [WEEKDAYS[sign] for sign in more["next"]]
    if numbers != list(range(first + 1, first + 1 + len(numbers))):
        return replace(one, days=(), choices=(), rejected="date_vague", end=more.end())
    others = [_weekday_mention(more.start(), more.end(), week, number, today) for number in numbers]
    return reduce(listed, others, one)


def _weekday_mention(start: int, end: int, week: str | None, day: int, today: date) -> DateMention:
    if week is None:
        return bare_weekday(start, end, day, today)
    return mention(start, end, weekday(day, today, _WEEK_PREFIX[week]))
