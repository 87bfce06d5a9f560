"""A bare number that puts a day right: "nov 5... no sorry 6", 3号不对 是4, "oct 5, i mean the 6th"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from knowledge.pastdays import DateMention, day_of_month, mention, month_day
from knowledge.patterns import compiled
from knowledge.taken_back import TAKEN_BACK

_DIGIT = compiled(r"\d")
_BARE = compiled(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|[号日])?(?![\d:/]|[.,]\d|\s?(?:[a-z]|[月点时块元笔个万千百天周年台]))"
    r"|(?P<later>\d{1,2})(?:st|nd|rd|th|[号日])(?![a-z])"
)
_MONTH = compiled(r"月|[/.-]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|month")


def digits_follow(text: str, end: int) -> bool:
    """Whether there can be a correction in digits at all."""
    return _DIGIT.search(text, end) is not None


def put_right(text: str, mentions: tuple[DateMention, ...], today: date) -> tuple[DateMention, ...]:
    """The mentions, with those in digits that correct the day before them in the month that it was said in."""
    kept = list(mentions)
    for one in mentions:
        words = TAKEN_BACK.match(text, one.end)
        bare = _BARE.match(text, words.end()) if words is not None and words.end() > one.end else None
        if bare is None or len(one.days) != 1 or one.kind != "calendar":
            continue
        number = int(bare["day"] or bare["later"])
        said = one.days[0] if _MONTH.search(text, one.start, one.end) else None
        day = day_of_month(number, today) if said is None else month_day(said.month, number, today)
        other = next((later for later in kept if later.start < bare.end() and later.end > bare.start()), None)
        if other is None:
            kept.append(mention(*bare.span(), day))
        elif said is not None and not _MONTH.search(text, other.start, other.end):
            kept[kept.index(other)] = replace(mention(other.start, other.end, day), kind=other.kind)
    return tuple(sorted(kept, key=lambda one: one.start))
