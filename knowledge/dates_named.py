"""Days that have a name of their own: feasts of a fixed day, 双十一, the first and the last day of a month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from knowledge.cues import any_cue, cued
from knowledge.dates_chinese import MONTHS_BACK, NUMBER, number
from knowledge.english_words import MONTH, MONTHS
from knowledge.pastdays import DateMention, mention, month_day, month_edge, weekday

_FEASTS = {
    "双11": (11, 11),
    "双十一": (11, 11),
    "光棍节": (11, 11),
    "双12": (12, 12),
    "双十二": (12, 12),
    "圣诞节": (12, 25),
    "平安夜": (12, 24),
    "万圣节": (10, 31),
    "情人节": (2, 14),
    "国庆节当天": (10, 1),
    "国庆节那天": (10, 1),
    "国庆当天": (10, 1),
    "国庆那天": (10, 1),
    "十一当天": (10, 1),
    "元旦当天": (1, 1),
    "元旦那天": (1, 1),
    "五一当天": (5, 1),
    "五一那天": (5, 1),
    "劳动节当天": (5, 1),
    "劳动节那天": (5, 1),
    "halloween": (10, 31),
    "christmas eve": (12, 24),
    "christmas": (12, 25),
    "xmas": (12, 25),
    "singles day": (11, 11),
    "singles' day": (11, 11),
    "double eleven": (11, 11),
    "double 11": (11, 11),
    "new year's day": (1, 1),
    "new year's eve": (12, 31),
    "valentine's day": (2, 14),
}
_FEAST = cued(
    "双|节|夜|[当那]天|hallow|mas|single|double|new year|valentine",
    rf"(?<![a-z])(?P<feast>{'|'.join(sorted(_FEASTS, key=len, reverse=True))})(?:'s)?(?![a-z\d])",
)
_FEAST_DAY = cued(
    r"国庆|五一|元旦|劳动节",
    r"(?P<feast>国庆|五一|元旦|劳动节)节?(?:长?假期?)?的?(?:(?:头一|首|第(?P<count>[一二三四五六七1-7]))[天日]|(?P<day>[一二三四五六七1-7])号)",
)
"""国庆第二天, 国庆5号: counted from the day of the feast."""
_FIRST_OF_FEAST = {"国庆": (10, 1), "五一": (5, 1), "劳动节": (5, 1), "元旦": (1, 1)}
_CHINESE_EDGE = cued(
    r"最[后末][一1]天|第[一1]天|头一?天",
    rf"(?P<month>(?<![\d.])(?:{NUMBER})月|(?P<which>上上|上|这|本|当)一?个?月)份?的?\s?"
    r"(?P<edge>(?:月底)?(?:的)?最[后末][一1]天|第[一1]天|头一?天)"
    r"|(?P<week>上上|上|这|本)一?个?(?:周|星期|礼拜)的?(?:第[一1]天|头一?天)",
)
_ENGLISH_EDGE = cued(
    "day of",
    r"(?<![a-z])(?:the\s)?(?P<edge>last|final|first|1st) day of "
    rf"(?:(?P<which>last|this|the previous|the|that) month|(?P<month>{MONTH}))(?!\s?\d)",
)


_CUE = any_cue(_FEAST_DAY, _CHINESE_EDGE, _ENGLISH_EDGE, _FEAST)


def find_named(text: str, today: date) -> Iterator[DateMention]:
    """All mentions of such days in normalised ``text``."""
    if _CUE.search(text) is None:
        return
    for found in _FEAST_DAY.finditer(text):
        month, first = _FIRST_OF_FEAST[found["feast"]]
        count = found["count"] or found["day"]
        yield mention(*found.span(), month_day(month, first + (number(count) if count else 1) - 1, today))
    for found in _CHINESE_EDGE.finditer(text):
        if found["week"]:
            yield mention(*found.span(), weekday(0, today, MONTHS_BACK[found["week"]]))
            continue
        back = MONTHS_BACK[found["which"]] if found["which"] else (today.month - number(found["month"][:-1])) % 12
        yield mention(*found.span(), month_edge(today, back, first="最" not in found["edge"]))
    for found in _ENGLISH_EDGE.finditer(text):
        if found["which"]:
            back = 0 if found["which"] in {"this", "the", "that"} else 1
        else:
            back = (today.month - MONTHS[found["month"][:3]]) % 12
        yield mention(*found.span(), month_edge(today, back, first=found["edge"] in {"first", "1st"}))
    for found in _FEAST.finditer(text):
        yield mention(*found.span(), month_day(*_FEASTS[found["feast"]], today))
