"""Days said by nothing but small numbers: "3、4、5" as an answer, "16, 17, 18" in a row, "17 18没到" beside a day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import chain

from knowledge.pastdays import DateMention, day_of_month, in_one_month, mention, ranged
from knowledge.patterns import compiled

_BARE = compiled(
    r"(?:(?:not|不是|唔系)\s?(?:the\s)?\d{1,2}\s?(?:, ?but|,|but|而?是)\s?)?"
    r"(?:是|应该是|就是?|on|it's|its)?\s*(?P<days>\d{1,2}(?:\s*(?:[、,/&+ ~-]|和|跟|到|至|and|to|thru"
    r"|through|till|until|n)\s*\d{1,2})*)\s*(?:的"
    r"|吧|呀|啊|左右|[这那]一?天)?[.!;]*"
)
_ONE_BARE = r"(?:[12]\d|3[01]|[1-9])"
_BARE_MISSING = compiled(
    rf"(?:^|[,;\s])(?P<days>{_ONE_BARE}(?:[\s、,和跟]{{1,2}}{_ONE_BARE})*)(?=\s?的?(?:也|都|还)*(?:没|未|冇))"
)

_LISTED_SMALL = compiled(r"\d\s?(?:[,、和跟及]|and)")
"""Without it numbers stand in no row of three."""
_ROW = compiled(
    r"(?<!\d,)(?<![\d.:/\ue000-\ue005-])(?<!\d\s)(?:[1-9]|[12]\d|3[01])(?:(?:\s?[,、]\s?(?:and\s)?|\s?[,、]?\s?and\s|\s?[和跟及]\s?)(?:[1-9]|[12]\d|3[01])(?!\d)){2,9}"
    r"(?![\d:%/-]|[.,]\d|\s?[,、]\s?\d|\s?(?:[点时块元笔个万千百年周天次台单张人分折星位毛角家桌份月号日]"
    r"|(?:st|nd|rd|th|yuan|rmb|cny|k|w|days?|hours?|am|pm|sales|payments|transactions|terminals?)(?![a-z])))"
)


_NAMED_AGAIN = compiled(rf"(?:^|(?<=[,;\s的就只])){_ONE_BARE}(?=的|那天|也?(?:没|未|冇)|到了|到账)")


def named_again(text: str, mentions: tuple[DateMention, ...]) -> tuple[DateMention, ...]:
    """The mentions with the bare numbers that name one day of a list before: 17和18两天，17的到了，18的没到."""
    listed = [one for one in mentions if len(one.days) > 1]
    if not listed:
        return mentions
    kept = list(mentions)
    for found in _NAMED_AGAIN.finditer(text, listed[0].end):
        day = next(
            (day for one in listed if one.end <= found.start() for day in one.days if day.day == int(found[0])), None
        )
        if day is not None and all(found.end() <= one.start or found.start() >= one.end for one in kept):
            kept.append(mention(*found.span(), day))
    return tuple(sorted(kept, key=lambda one: one.start))


_ROW_OF_TWO = compiled(
    r"(?<![\d.,:/\ue000-\ue005-])(?:[1-9]|[12]\d|3[01])(?:,? and | & |/)(?:[12]\d|3[01]|[1-9])(?=\s(?:are"
    r"|were)\s(?:both |still )*"
    r"(?:the (?:problem|missing|ones)|missing|unpaid|outstanding|not (?:here|in|paid)|nowhere)(?![a-z]))"
)
"""Two are enough where they are said to be missing: "7 and 8 are the problem"."""


_COUNTED_ROW = compiled(
    rf"(?P<count>[两二三四五六七2-7])[天日晚](?:的)?(?:钱|款|货款|流水|营业款)?\s?[(:,是]?\s?"
    rf"(?P<days>{_ONE_BARE}(?:(?:\s?[、,和跟/]\s?|\s){_ONE_BARE}){{1,6}})(?![\d:%/-]|[.,]\d|\s?[点时块元笔个万千百kw号日])"
)
"""两天 18、19: as many numbers as days are counted."""
_COUNTS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7}


def _counted_rows(text: str, today: date) -> Iterator[DateMention]:
    for found in _COUNTED_ROW.finditer(text) if _COUNTED_DAYS.search(text) else ():
        numbers = [int(one) for one in re.findall(r"\d+", found["days"])]
        count = _COUNTS.get(found["count"]) or int(found["count"])
        if len(numbers) == count and numbers == sorted(set(numbers)):
            said = mention(*found.span("days"), *(day_of_month(one, today) for one in numbers))
            yield in_one_month(said, numbers, today)


_COUNTED_DAYS = compiled(r"[天日晚][^\d]{0,6}\d{1,2}(?:\s?[、,和跟/]|\s\d)")


_CHANGE_IS = compiled(r"(?:换|改|变更|绑)(?:卡|账户)?的?(?:时间|日期|日子)?(?:是|在|:)\s?$")
_FIRST_APART = compiled(r"(?P<day>\d+),\s?")


def find_rows(text: str, today: date) -> Iterator[DateMention]:
    """Three small numbers or more of which each is the next after the one before: "16, 17, 18"; or a counted row."""
    yield from _counted_rows(text, today)
    if not _LISTED_SMALL.search(text):
        return
    for found in chain(_ROW.finditer(text), _ROW_OF_TWO.finditer(text)):
        numbers = [int(one) for one in re.findall(r"\d+", found[0])]
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            continue
        first = _FIRST_APART.match(found[0]) if _CHANGE_IS.search(text, 0, found.start()) else None
        if first is not None:  # 换卡是16,17跟18的钱没到: the first is the day of the change
            yield mention(found.start(), found.start() + first.end("day"), day_of_month(numbers[0], today))
            rest = (day_of_month(one, today) for one in numbers[1:])
            yield mention(found.start() + first.end(), found.end(), *rest)
        else:
            yield in_one_month(mention(*found.span(), *(day_of_month(one, today) for one in numbers)), numbers, today)


def bare_days(text: str, today: date) -> DateMention | None:
    """A message of nothing but small numbers, as the answer to a question for days: "8", "3、4、5", "10到12"."""
    found = _BARE.fullmatch(text)
    if found is None:
        return None
    numbers = [(int(one[0]), one.start()) for one in re.finditer(r"\d{1,2}", found["days"])]
    days = [day_of_month(number, today) for number, _ in numbers]
    if len(set(days)) < len(days):
        return None
    if len(days) == 2 and re.search(r"[-~到至]|t", found["days"]):
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
