"""Which of the answers a day is about: that of the card change or those of the trades, and which of these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knowledge.case import Answers
from knowledge.dates import DateMention, find_dates
from knowledge.patterns import compiled
from knowledge.reading import Reading
from knowledge.text import normalise

PAIR = ("change_date", "trade_dates")
_OF_A_CHANGE = compiled(r"[换改绑]|变更|(?<![a-z])(?:chang|switch|swap|updat)")
_JOINED = compiled(r"\s?(?:[、,，/和跟与及;+]|还有|(?<![a-z])(?:and|plus)(?![a-z]))\s?|(?<=[号日]) ?(?=\d)")
_ALSO = compiled(r"[也又]|还有|另外|再加|(?<![a-z])(?:also|too|as well|another|plus)(?![a-z])")
_LAST_NUMBER = compiled(r"(\d{1,2})\D*$")
_NEAR = 6
"""Signs beside a day."""


def is_either(reading: Reading) -> bool:
    """Whether the words correct a day and leave open of which of the two answers."""
    return reading.corrects.issuperset(PAIR) and all(len(reading.choices.get(slot, ())) == 1 for slot in PAIR)


def place(reading: Reading, answers: Answers, text: str, today: date, locale: str) -> Reading:
    """The reading with the corrected day at its answer, where the words or the answers so far tell which.

    That is the only one given, or the one whose old day the words name ("不是17号，是3号"). Of several trade dates only
    the named one is replaced; several new ones are in the order in which they are named, as sums for each of them are.
    """
    several = any(len(days) > 1 for days in _trade_days(reading))
    wanted = several or reading.corrects.intersection(PAIR)
    mentions = find_dates(normalise(text), today, locale) if wanted else ()
    if several:
        reading = _in_order(reading, _named(mentions, normalise(text), reading.slots.get("change_date"), today, locale))
    if not is_either(reading):
        return _moved(reading, answers) if len(mentions) == 1 else _renamed(reading, answers, mentions)
    old = {"change_date": _days(answers.change_date), "trade_dates": set(answers.trade_dates)}
    named = {day for mention in mentions for day in mention.days} - {reading.choices["change_date"][0]}
    given = [slot for slot in PAIR if old[slot]]
    told = [slot for slot in given if old[slot] & named]
    slot = next((one[0] for one in (told, given) if len(one) == 1), None)
    if slot is None:
        return reading
    value = reading.choices[slot][0]
    if isinstance(value, tuple) and old[slot] & named:
        value = _exchanged(answers.trade_dates, old[slot] & named, value)
    rest = {name: values for name, values in reading.choices.items() if name not in PAIR}
    return replace(reading, slots={**reading.slots, slot: value}, choices=rest)


def of_the_days(reading: Reading, answers: Answers) -> Reading:
    """In the form, a sum of one of several days that were said is that day's, and takes the others back by no means.

    The days whose sums are said come first; beside sums that were said before, the merchant chooses.
    """
    days, sums = reading.slots.get("trade_dates"), reading.slots.get("amounts")
    said = answers.trade_dates
    if reading.corrects or not (isinstance(days, tuple) and isinstance(sums, tuple)) or not {*days} < {*said}:
        return reading
    slots = {name: value for name, value in reading.slots.items() if name != "trade_dates"}
    if not answers.amounts:
        return replace(reading, slots={**slots, "trade_dates": (*days, *(day for day in said if day not in days))})
    slots.pop("amounts")
    choices = dict.fromkeys(((*answers.amounts, *sums), sums))
    return replace(reading, slots=slots, choices={**reading.choices, "amounts": tuple(choices)})


def beside_those(reading: Reading, answers: Answers, text: str, asked: str | None) -> Reading:
    """In the form, days or sums without a word that takes those of before back: they are more of them.

    So with a word for it (5号的也没到), and where a day is said with its sum; else the merchant chooses.
    """
    more: dict[str, tuple[object, ...]] = {}
    for slot in ("trade_dates", "amounts"):
        before, new = getattr(answers, slot), reading.slots.get(slot)
        if slot != asked and before and isinstance(new, tuple) and not {*new} & {*before}:
            more[slot] = (*before, *new)
    if reading.corrects or not more:
        return reading
    if len(more) > 1 or _ALSO.search(normalise(text)):
        return replace(reading, slots={**reading.slots, **more})
    (slot,) = more
    left = {name: value for name, value in reading.slots.items() if name != slot}
    return replace(reading, slots=left, choices={**reading.choices, slot: (more[slot], reading.slots[slot])})


def _named(mentions: Sequence[DateMention], text: str, changed: object, today: date, locale: str) -> list[date]:
    """The days in the order said; the day of the card change (``changed``) counts where it is said as another."""
    near = [(one, max(0, one.start - _NEAR), one.end + _NEAR) for one in mentions if changed in one.days]
    changes = [one for one, start, end in near if len(one.days) == 1 and _OF_A_CHANGE.search(text, start, end)]
    others = [day for one in mentions if one not in changes for day in _listed(one, text, today, locale)]
    return others + [day for one in changes for day in one.days if day not in others]


def _listed(mention: DateMention, text: str, today: date, locale: str) -> list[date]:
    """The days of one mention as they are listed in it ("18、17号"); a range, or what is not told apart, in time."""
    found: list[date] = []
    for piece in _JOINED.split(text[mention.start : mention.end]):
        number = _LAST_NUMBER.search(piece)
        days = [day for one in find_dates(piece, today, locale) for day in one.days]
        if len(days) != 1 and number is not None:
            days = [day for day in mention.days if day.day == int(number.group(1))]
        found += days if len(days) == 1 else []
    return found if len(found) == len(mention.days) and {*found} == {*mention.days} else list(mention.days)


def _trade_days(reading: Reading) -> list[tuple[date, ...]]:
    """What the words say, or may say, of the trade dates."""
    said = [reading.slots.get("trade_dates"), *reading.choices.get("trade_dates", ())]
    return [days for days in said if isinstance(days, tuple)]


def _in_order(reading: Reading, named: Sequence[date]) -> Reading:
    """With the trade dates as they are ``named``; days that are not found among these stay where they are."""

    def put(days: object) -> object:
        return tuple(sorted(days, key=named.index)) if isinstance(days, tuple) and {*days} <= {*named} else days

    slots, choices = dict(reading.slots), dict(reading.choices)
    if "trade_dates" in slots:
        slots["trade_dates"] = put(slots["trade_dates"])
    if "trade_dates" in choices:
        choices["trade_dates"] = tuple(put(days) for days in choices["trade_dates"])
    return replace(reading, slots=slots, choices=choices)


def _exchanged(days: Sequence[date], wrong: set[date], right: Sequence[date]) -> tuple[date, ...]:
    """The days with the right ones in the place of the first wrong one."""
    place = min(days.index(day) for day in wrong)
    before = [day for day in days[:place] if day not in wrong]
    after = [day for day in days[place:] if day not in wrong]
    return tuple(dict.fromkeys((*before, *right, *after)))


def _moved(reading: Reading, answers: Answers) -> Reading:
    """What corrects an answer that was not given yet corrects the other one, when that was given.

    The words name one day only: with two, they correct themselves ("8号，不对，9号").
    """
    given = {"change_date": answers.change_date is not None, "trade_dates": bool(answers.trade_dates)}
    for slot, other in (PAIR, PAIR[::-1]):
        value = reading.slots.get(slot)
        if value is None or slot not in reading.corrects or other in reading.slots or given[slot] or not given[other]:
            continue
        day = value[0] if isinstance(value, tuple) else value
        rest = {name: said for name, said in reading.slots.items() if name != slot}
        return replace(reading, slots={**rest, other: (day,) if other == "trade_dates" else day})
    return reading


def _renamed(reading: Reading, answers: Answers, mentions: Sequence[DateMention]) -> Reading:
    """With the corrected day at the other answer, where that alone has the day which the words take back.

    The other one was asked for: "5号不是3号" of the trades while the day of the change is being asked.
    """
    old = {"change_date": _days(answers.change_date), "trade_dates": set(answers.trade_dates)}
    named = {day for mention in mentions for day in mention.days}
    for slot, other in (PAIR, PAIR[::-1]):
        value = reading.slots.get(slot)
        if value is None or other in reading.slots or slot not in reading.corrects or old[slot] & named:
            continue
        day = value[0] if isinstance(value, tuple) else value
        wrong = old[other] & (named - {day})
        if not wrong or not isinstance(day, date):
            continue
        said = _exchanged(answers.trade_dates, wrong, (day,)) if other == "trade_dates" else day
        return replace(reading, slots={**{n: v for n, v in reading.slots.items() if n != slot}, other: said})
    return reading


def _days(day: date | None) -> set[date]:
    return set() if day is None else {day}
