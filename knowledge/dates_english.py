"""Days as merchants write them in English.

Nov 3rd, 12-13 Nov, last Friday, the 5th, day before yesterday, two days ago.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from knowledge.cues import any_cue, cued
from knowledge.dates_reckoned import AGO, ago, relative
from knowledge.english_words import MONTH, MONTHS, ORDINALS
from knowledge.pastdays import (
    DateMention,
    Day,
    bare_weekday,
    day_of_month,
    exact,
    in_one_month,
    mention,
    month_day,
    weekday,
    weekday_gone,
    weekend,
)
from knowledge.patterns import compiled
from knowledge.words_of_coming import told_apart

_MONTH_NAMED = compiled("jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec")
_WORD = "|".join(sorted(ORDINALS, key=len, reverse=True))
_ORDINAL = rf"(?:\d{{1,2}}(?:\s?(?:st|nd|rd|th))s?(?![a-z])|(?:{_WORD})(?![a-z]))"
_UNIT = r"(?:thousand|hundred|grand|k|lakhs?|crores?|mil|million|point|yuan|rmb|cny|kuai|bucks|quid|dollars?)"
_NO_UNIT = rf"(?!\s{_UNIT}(?![a-z]))"
"""After a number of days: not what makes it a sum ("Nov 16, 2 thousand")."""
_NUMBER = rf"(?:{_ORDINAL}|\d{{1,2}}(?![\d:.]\d|[\da-z]){_NO_UNIT})"
_COUNTED = r"(?:sales|payments|payouts|transactions|txns?|swipes|orders|slips|times|customers|terminals)"
_NO_COUNT = rf"(?!\s?,\s?\d\s{_COUNTED}(?![a-z]))"
"""A number after a comma that counts is no further day: "Nov 9, 3 payments"."""
_TO = r"\s*(?:-|~|to|through|thru|till|until)\s*(?:the\s+)?"
_AND = r"\s*(?:,\s*and|and|&|,|/|\+|plus|(?<=\s)'?n'?(?=\s))\s*(?:the\s+)?"
_NUMBERS = rf"{_NUMBER}(?:{_NO_COUNT}(?:{_TO}|{_AND}){_NUMBER}){{0,12}}"
_NUMBERS_AFTER = (
    rf"{_NUMBER}(?:{_NO_COUNT}(?:{_TO}|{_AND}){_NUMBER}(?!\s?(?:of\s+)?{MONTH})"
    r"(?!(?<=, the \d\w\w)\s(?:is|was|has|hasn't|isn't|wasn't)(?![a-z]))){0,12}"
)
"""After a month: a number before another month is that one's ("Nov 4, the 18 November")."""
_EITHER = r"\s+or\s+(?:(?:on\s+)?the\s+)?"
_NOT = compiled(
    r"(?<![a-z])(?:not|isn't|wasn't|rather than|instead of|except(?: for)?|apart from|other than)\s(?:on\s)?$"
)
_JOIN = compiled(rf"(?P<to>{_TO})|{_AND}")
_ONE = compiled(_NUMBER)

Resolve = Callable[[int], Day]

LIST = compiled(
    r"\s*(?:,\s*and|and|&|,|/|\+|plus|as well as|then|(?<=\s)'?n'?(?=\s))?\s*(?:on|also|for|of|from)?\s*(?:the)?\s*"
)
RANGE = compiled(
    r"\s*(?:-|~|(?:(?:right |all the way )?(?:up |through ))?(?:to|till|until)|through"
    r"|thru)\s*(?:and including\s)?(?:the)?\s*"
)

_MONTH_FIRST = compiled(
    rf"(?<![a-z])(?P<month>{MONTH})\s?(?:the\s+)?(?P<days>{_NUMBERS_AFTER})(?:,?\s*(?P<year>20[12]\d)(?!\d"
    rf"|\s?(?:kuai|yuan|rmb)))?"
    rf"(?:{_EITHER}(?P<other>{_NUMBER})(?!\s?(?:of\s+)?{MONTH}))?"
)
_DAY_FIRST = compiled(
    rf"(?<![\d.a-z¥$-])(?<![\d\s]:)(?<!rmb )(?<!cny )(?<![¥$] )(?:(?P<other>{_NUMBER}(?:\s?,\s?{_NUMBER}){{0,5}})"
    rf"{_EITHER})?"
    rf"(?P<days>{_NUMBERS})\s?-?(?:of\s+)?"
    rf"(?P<month>{MONTH})(?:[-,]?\s*(?P<year>20[12]\d)(?!\d|\s?(?:kuai|yuan|rmb)))?"
)
_BARE_DAYS = compiled(
    r"(?<![a-z])(?:(?:waiting|nothing|missing|unpaid|payouts?|sales?|takings|money|paid|settle\w*|received"
    r"|arrived)\s(?:for|from|on|of)"
    rf"|today is|it(?:'s| is) now|^on|,\s?on|and on|on(?=\s(?:the\s)?(?:[12]?\d|3[01])(?:\s?$|[.;!?](?!\d)"
    rf"|,(?!\d)|\s(?:i|we|he|she"
    rf"|they|my|our|the"
    r"|customers?|not|no|and (?:i|we)|still|received?|got|took|sold|swiped?|nothing"
    r"|it)(?![a-z]))))\s(?:the\s)?(?P<days>[12]?\d|3[01])(?P<more>(?:(?:\s?,\s?and\s|\s?,\s?"
    rf"|\sand\s|\s?&\s?|\sto\s)(?:3[01]|[12]?\d)(?!\d))*)"
    rf"(?![\d:/%-]|[.,]\d|\s(?!this|plus|always|perhaps|unless)[a-z]{{3,}}(?<!s)s(?![a-z])|\s?(?:{MONTH}|st|nd|rd|th"
    rf"|yuan|rmb|cny|k|w|days?|hours?|weeks?|%|am|pm|sales|payments"
    rf"|transactions|terminals|machines|devices|cards|accounts|staff|occasions|orders|shops|stores|people"
    rf"|o'clock)(?![a-z]))"
)
"""Bare numbers that the words before call days: "nothing for 13, 14 and 15", "on 16 I swiped"."""
_AFTER_A_MONTH = compiled(rf"(?<![a-z])(?P<month>{MONTH})\s?(?:the\s+)?$")
_WORD_ITSELF = compiled(r"\w+")
_NOT_A_DAY = (
    r"(?!\s+(?:time|party|parties|day|days|card|terminal|request|attempt|payment|payout|store|shop|floor|street|avenue"
    r"|road|month|week"
    r"|generation|machine|one|try|ticket|message|account|bank|person|hand)\b)"
)
_ORDINAL_ONLY = compiled(
    r"(?<![a-z\d])(?:(?P<the>on the|since the|from the|until the|after the|before the|for the|of the|meant the"
    rf"|is the|the|on)\s+)?(?P<days>{_ORDINAL}(?:(?:{_TO}"
    rf"|{_AND}){_ORDINAL}){{0,12}}(?P<or>\s*,?\s*n?or\s+(?:the\s+)?{_ORDINAL}(?=\W|$))?)(?:{_NOT_A_DAY}"
    rf"|(?<=[1-3]\dth)(?=\s(?:payouts?"
    rf"|payment)(?![a-z])))(?:\s+(?:of\s+)?(?P<which>this|last|next|(?<=of )the)\s+month)?"
)
_LAST_MONTH = cued("month", rf"(?P<which>this|last|next)\s+month,?\s+(?:on\s+)?(?:the\s+)?(?P<days>{_NUMBERS})")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_NAME = (
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|wed(?:s|nes)?|thu(?:r?s?)|fri"
    r"|(?:(?<=^)|(?<=on )|(?<=last )|(?<=this )|(?<=and )|(?<= n )|(?<=[,+/&-])|(?<=[,+&] )|(?<=for )|(?<=from )"
    r"|(?<=to )"
    r"|(?<=next )|(?<=[.!?;:] ))(?:sat|sun)"
    r"|(?<=\d\d )(?:sat|sun)(?=\s[¥$]?\d\d)"
    r"|(?<=\d\d\d )(?:sat|sun)(?=\s?(?:$|[,;.]|and(?![a-z])))"
    r"|(?:sat|sun)(?=\s(?:the\s)?(?:[12]?\d|3[01])(?:st|nd|rd|th|\s?[,;(]|$)"
    r"|\s(?:night|lunch|takings|sales?|arrived|came|paid|(?:just )?(?:gone|past))(?![a-z])))"
)
_WEEKDAY = cued(
    "|".join(_DAYS),
    r"(?<![a-z])(?:(?P<chinese>(?:上上|上|这|本)(?:一?个)?(?:周|星期|礼拜))的?\s?"
    r"|(?P<week>last week'?s?|this week'?s?|next week'?s?|the week before last'?s?|last|this past|this"
    r"|past|previous|next"
    rf"|coming)\s+(?:on\s+)?)?(?P<day>{_DAY_NAME})(?:'?s)?(?![a-z])(?:(?<!day)(?<!day's)\.)?(?:\s+(?:of\s+)?(?P<after>last|this"
    rf"|next)\s+week)?(?P<gone>\s(?:last|(?:just\s)?(?:gone|past))(?![a-z])(?!\s(?:week|month|year|night"
    rf"|time)))?(?P<ofmonth>\s*,?\s*the\s+{_ORDINAL}(?!\s?(?:of\s+)?{MONTH}))?"
    rf"(?P<number>\s(?:[12]?\d|3[01])(?!\d|[.,:%-]\d|st|nd|rd|th|\s?(?:{_UNIT}|{MONTH}|[ap]m)(?![a-z])"
    rf"|(?<= \d)\s{_COUNTED}))?",
)
_CHINESE_WEEKS = {"上上": "the week before last", "上": "last week", "这": "this week", "本": "this week"}
_WEEKEND = cued(
    "weekend",
    r"(?<![a-z])(?:both days (?:of|over) |(?:all|the whole|whole|the entire|entire)(?= (?:of )?(?:last "
    r"|the )?weekend) (?:of )?)?"
    r"(?:(?P<week>last|this|next|past|the)\s)?weekend(?:'?s)?(?:,? both days|\s(?:just\s)?(?:gone"
    r"|past))?(?![a-z])",
)
_HABIT = compiled(r"(?<![a-z])(?:(?:on|at|over|during|work|open)\s(?:the\s)?weekends|every\sweekend)$")
_VAGUE = cued(
    f"day|week|month|year|recently|lately|ago|{_MONTH_NAMED.pattern}",
    r"(?<![a-z])(?:(?:a |the )?(?:couple(?: of)?|few|several|some|many|past few|last few"
    r"|last couple(?: of)?)\s+(?:of\s+)?(?:days?|weeks?|months?)(?:\s+(?:ago|back))?|the other day|recently|lately"
    r"|(?:last|this|past|previous) (?:week|month|year)(?!end)|these days"
    r"|(?:early|mid|late|beginning of|start of|end of|middle of|all of|sometime in|in|during"
    r"|since)[\s-]+(?:the )?(?:month|" + MONTH + r")"
    r"(?!\s*\d)|a while ago|ages ago|(?:january|february|april|june|july|august|september|october|november"
    r"|december)(?!\s*\d)|some time ago|(?:last|past) (?:\d+|two|three|four|five) days)",
)
_FUTURE = cued(
    r"next |in (?:\d|a|t)|from now",
    r"(?<![a-z])(?:next (?:week|month|year)|in (?:\d+|a|two|three) (?:days?|weeks?)"
    r"|(?:\d+|two|three) days from now)",
)


_CUE_OF_SPANS = any_cue(_LAST_MONTH, AGO, _WEEKEND, _FUTURE, _VAGUE)
_LAST_YEAR = compiled(r",?\s(?:of\s)?(?:last|the previous) year(?![a-z])")


def _of_months(text: str, today: date) -> Iterator[DateMention]:
    """Days with their month named."""
    yield from _side_by_side(text, today)
    for finder in (_day_first, _MONTH_FIRST.finditer):
        for found in finder(text):
            year = int(found["year"]) if found["year"] else None
            if year is None and _LAST_YEAR.match(text, found.end()):
                year = today.year - 1
            month = MONTHS[found["month"][:3]]
            one = _either(found, partial(_of_month, month=month, year=year, today=today))
            yield replace(one, end=one.end - 1) if found[0].endswith(".") else one  # its own sentence ends there


def find_english(text: str, today: date) -> Iterator[DateMention]:
    """All mentions, the more certain finders first; they may overlap."""
    if _MONTH_NAMED.search(text):
        yield from _of_months(text, today)
    spans = _CUE_OF_SPANS.search(text) is not None
    for found in _LAST_MONTH.finditer(text) if spans else ():
        yield _in_relative_month(found, today)
    if spans:
        yield from ago(text, today)
    yield from _bare_days(text, today)
    yield from _weekdays(text, today)
    yield from _ordinals(text, today)
    for found in _WEEKEND.finditer(text) if spans else ():
        if _HABIT.search(text, 0, found.end()):
            continue  # "you do not pay on weekends"
        yield weekend(*found.span(), found["week"], today)
    yield from relative(text, today)
    if not spans:
        return
    for found in _FUTURE.finditer(text):
        yield mention(*found.span(), "date_in_future")
    for found in _VAGUE.finditer(text):
        yield mention(*found.span(), "date_vague")


_PLAIN_NEXT = compiled(rf"(?<=[a-z]),\s\d{{1,2}}\s?{MONTH}")


def _day_first(text: str) -> Iterator[re.Match[str]]:
    """Days before their month; a number right after another month is that month's day, not the first of these."""
    place = taken = 0
    while (found := _DAY_FIRST.search(text, place)) is not None:
        after = _AFTER_A_MONTH.search(text, 0, found.start())
        if after is not None and after.start("month") >= taken:
            word = _WORD_ITSELF.match(text, found.start())
            place = word.end() if word else found.start() + 1
        elif "," in found["days"] and (end := _alone(text, found)) is not None and _PLAIN_NEXT.match(text, end):
            place = end  # "swapped on the 12th, 13 Nov missing": the month is the second's
        else:
            if _numbers_are_days(found["days"]) and not _A_COUNT_OF.search(text, found.start(), found.end() + 4):
                taken = found.end()
                yield found
            place = found.end()


_A_COUNT_OF = compiled(rf"\d\s?of\s{MONTH}\s?\d{{1,2}}(?:\D|$)")
"""A number "of Nov 19" is a sum or a count; with its own day the month needs no other."""


def _numbers_are_days(words: str) -> bool:
    return all(1 <= _number(one[0]) <= 31 for one in _ONE.finditer(words))


_DIGITS = compiled(r"\d+")
_SIDE_BY_SIDE = compiled(
    rf"(?<![a-z])(?P<month>{MONTH})\s?(?P<days>\d{{1,2}}(?:\s(?:(?:and|&)\s)?\d{{1,2}}(?![\d:/a-z]|[.,]\d|\s?(?:yuan"
    rf"|rmb"
    rf"|transac|sale|pay|swip|order|txn|custom|receipt|slip|bill|{MONTH}))){{1,9}})"
    rf"|(?<![\d.:,/-])(?P<before>\d{{1,2}}(?:\s(?:(?:and|&)\s)?\d{{1,2}}){{1,9}})\s(?P<then>{MONTH})"
)


def _side_by_side(text: str, today: date) -> Iterator[DateMention]:
    """ "nov 11 12 13": days that follow one another, with nothing between them."""
    for found in _SIDE_BY_SIDE.finditer(text):
        if found["before"] and _AFTER_A_MONTH.search(text, 0, found.start()):
            continue
        words, month = found["days"] or found["before"], found["month"] or found["then"]
        numbers = [int(word) for word in _DIGITS.findall(words)]
        if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            yield mention(*found.span(), *(month_day(MONTHS[month[:3]], number, today) for number in numbers))


def _bare_days(text: str, today: date) -> Iterator[DateMention]:
    for found in _BARE_DAYS.finditer(text):
        numbers = [int(one) for one in re.findall(r"\d+", found["days"] + found["more"])]
        if "to" in found["more"]:
            if len(numbers) != 2 or numbers[0] >= numbers[1]:
                continue
            numbers = list(range(numbers[0], numbers[1] + 1))
        start = found.start("days") - 3 if text.endswith("on ", 0, found.start("days")) else found.start("days")
        said = mention(start, found.end(), *(day_of_month(one, today) for one in numbers))
        yield in_one_month(said, numbers, today)


def _of_month(day: int, month: int, year: int | None, today: date) -> Day:
    return month_day(month, day, today) if year is None else exact(year, month, day, today)


def _either(found: re.Match[str], resolve: Resolve) -> DateMention:
    """Days of a month; "November 3 or 4" is a choice."""
    one = _numbers(found, resolve)
    if found["other"] is None or not one.days:
        return one
    others = [resolve(_number(word[0])) for word in _ONE.finditer(found["other"])]
    known = [day for day in others if isinstance(day, date)]
    if len(known) < len(others):
        return one
    if _NOTHING_FOR.search(found.string, max(0, found.start() - 40), found.start()):
        return replace(one, days=tuple(sorted({*one.days, *known})))
    either = [(day,) for day in known]
    both = (one.days, *either) if found.start("days") < found.start("other") else (*either, one.days)
    return replace(one, days=(), choices=both)


def _in_relative_month(found: re.Match[str], today: date) -> DateMention:
    back = {"last": 1, "this": 0, "next": -1}.get(found["which"])
    return _numbers(found, lambda day: day_of_month(day, today, back))


def _numbers(found: re.Match[str], resolve: Resolve) -> DateMention:
    """The days of a list or range of numbers, as one mention over the whole match."""
    words = found["days"]
    days: list[Day] = []
    end, last = 0, None
    for one in _ONE.finditer(words):
        number = _number(one[0])
        join = _JOIN.fullmatch(words, end, one.start()) if last is not None else None
        if join and (join["to"] or _is_between(found)) and last is not None and last < number <= 31:
            days.extend(resolve(day) for day in range(last + 1, number))
        days.append(resolve(number))
        end, last = one.end(), number
    return mention(*found.span(), *days)


def _is_between(found: re.Match[str]) -> bool:
    """True for "between the 10th and the 12th"."""
    before = found.string[max(0, found.start("days") - 14) : found.start("days")].rstrip()
    return before.removesuffix("the").rstrip().endswith("between")


def _number(word: str) -> int:
    if word in ORDINALS:
        return ORDINALS[word]
    return int(_NO_DIGIT.sub("", word))


_NO_DIGIT = compiled(r"\D")


_ALONE = compiled(
    r"(?<![a-z])(?:(?:chang|switch|updat|replac|swap|regist|effective|told|rang|called|phoned|new (?:card"
    r"|account))(?:\([^()]{0,40}\)|[^,;.\n(]){0,60}"
    r"|(?:today is|it's|its|now)(?: already)?)\s?(?:the\s)?$"
)
"""Words before a day that is one by itself: what follows after a comma is another's."""
LOOKED = compiled(r"(?<![a-z])(?:checked|looked|noticed|logged (?:in|on)|opened (?:the|my) app)\s(?:again\s|it\s)?$")
"""Before "on the 18th and the 15th was there": the day of looking is one by itself."""
_CAME = compiled(r"(?<![a-z])(?:came|arrived|paid|landed|credited|received)(?:\sin)?\s$")


def is_on_one_day(text: str, start: int, end: int) -> bool:
    """True for the day of "checked on the 18th and the 15th was there", "came on the 16th and the 15th's"."""
    lead = max(0, start - 40)
    if LOOKED.search(text, lead, start) is not None:
        return True
    return text.startswith("'s", end) and _CAME.search(text, lead, start) is not None


_TO_NEXT = compiled(rf"{_TO}|\s*(?:&|/|\+)")


def _alone(text: str, found: re.Match[str]) -> int | None:
    """Where the first day ends, if it stands alone: "changed it on the 16th, 17th missing"."""
    lead = max(0, found.start() - 70)
    looked = text.startswith("on ", found.start()) and is_on_one_day(text, found.start(), found.end())
    if not (looked or _ALONE.search(text, lead, found.start()) or told_apart(text, found.start(), found.end())):
        return None
    only = _ONE.match(text, found.start("days"))
    further = only is not None and only.end() < found.end("days") and not _TO_NEXT.match(text, only.end())
    return only.end() if only is not None and further else None


_NOTHING_FOR = compiled(
    r"(?<![a-z])(?:nothing(?:'s)?|neither|none|no\s\w+|not|never|\w+n't)(?:\s(?!but|and)[a-z']+){0,5}\s?(?:for|on|from"
    r"|of)?\s?$"
)


def _ordinals(text: str, today: date) -> Iterator[DateMention]:
    place = 0
    while (found := _ORDINAL_ONLY.search(text, place)) is not None:
        place = found.end()
        if (end := _alone(text, found)) is not None:
            place = end
            yield mention(found.start(), place, day_of_month(_number(text[found.start("days") : end]), today))
            continue
        if _NOT.search(text, 0, found.start()) and (only := _ONE.match(text, found.start("days"))) is not None:
            place = only.end()  # "not the 17th, the 3rd": what is denied is one day
            yield mention(found.start(), place, day_of_month(_number(only[0]), today))
        elif found["which"]:
            yield _in_relative_month(found, today)
        elif found["the"] or any(sign.isdecimal() for sign in found["days"]):
            if found["the"] == "the" and found["days"] in {"first", "second", "third"}:
                continue  # "the second payout": an order, not a day
            one = _numbers(found, lambda day: day_of_month(day, today))
            if found["or"] and one.days and not _NOTHING_FOR.search(text, 0, found.start()):
                one = replace(one, days=(), choices=tuple((day,) for day in one.days))
            yield in_one_month(one, [_number(word[0]) for word in _ONE.finditer(found["days"])], today)


_EVERY_BEFORE = compiled(r"(?<![a-z])(?:on|both|all|every|close[ds]?|shut|open|work)\s$")
_EVERY_AFTER = compiled(r"s(?!\s?(?:sales?|takings|money|payouts?))(?![a-z])")
_WHICH_BEFORE = compiled(
    r"(?<![a-z])(?:first|second|third|fourth|1st|2nd|3rd|4th|week ago|weeks ago|weeks ago on|every|each|most|last"
    r"|last but one|before)\s$"
)
_WHICH_AFTER = compiled(
    r"\s(?:ago|before last|before that|after that|after next|after(?=\s?(?:[,.;]|$)))(?![a-z])|\sof\s(?!last|this|next)"
)


def _weekdays(text: str, today: date) -> Iterator[DateMention]:
    every = list(_WEEKDAY.finditer(text))
    for place, found in enumerate(every):
        number = _DAYS.index(found["day"][:3])
        before = _WHICH_BEFORE.search(text, 0, found.start())
        if _EVERY_BEFORE.search(text, 0, found.start()) and _EVERY_AFTER.match(text, found.end("day")):
            continue  # "we close on mondays"
        if (before and not (before[0] == "before " and found["week"])) or _WHICH_AFTER.match(text, found.end()):
            yield mention(*found.span(), "date_vague")
            continue
        if found["number"]:
            beside = day_of_month(int(found["number"]), today)
            if isinstance(beside, date) and beside.weekday() == number:
                yield replace(mention(*found.span(), beside), kind="weekday")  # "Sat 14"
                continue
        one = _one_weekday(found, number, today, _week(found) or _week_beside(text, every, place))
        one = replace(one, end=found.start("number")) if found["number"] else one
        if found["ofmonth"]:
            day = day_of_month(_number(re.sub(r"^\s*,?\s*the\s+", "", found["ofmonth"])), today)
            said = mention(*found.span(), day)
            agrees = isinstance(day, date) and day.weekday() == number
            both = (one.days or one.choices[0], said.days or one.days or one.choices[0])
            one = said if agrees else DateMention(*found.span(), choices=both)
            one = replace(one, kind="weekday")
        yield one


def _week(found: re.Match[str]) -> str:
    if found["chinese"]:
        return _CHINESE_WEEKS[found["chinese"][0:2] if found["chinese"].startswith("上上") else found["chinese"][0]]
    return found["week"] or (f"{found['after']} week" if found["after"] else "")


def _week_beside(text: str, every: list[re.Match[str]], place: int) -> str:
    """The week of the weekday that this one is joined to: "last week mon to wed", "thurs and fri last week"."""
    for step in (-1, 1):
        here = place
        while 0 <= here + step < len(every):
            first, last = sorted((every[here], every[here + step]), key=lambda one: one.start())
            gap = text[first.end() : last.start()]
            if not gap.strip() or not (RANGE.fullmatch(gap) or LIST.fullmatch(gap)):
                break
            here += step
            if week := _week(every[here]):
                return week
    return ""


def _one_weekday(found: re.Match[str], number: int, today: date, week: str) -> DateMention:
    if found["gone"]:
        return weekday_gone(*found.span(), number, today, last=found["gone"].endswith("last"))
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
