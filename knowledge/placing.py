"""Which of the answers a corrected day is about: the day of the card change or the days of the trades."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from knowledge.case import Answers
from knowledge.dates import find_dates
from knowledge.reading import Reading
from knowledge.text import normalise

PAIR = ("change_date", "trade_dates")


def is_either(reading: Reading) -> bool:
    """Whether the words correct a day and leave open of which of the two answers."""
    return reading.corrects.issuperset(PAIR) and all(len(reading.choices.get(slot, ())) == 1 for slot in PAIR)


def place(reading: Reading, answers: Answers, text: str, today: date, locale: str) -> Reading:
    """The reading with the corrected day at its answer, where the words or the answers so far tell which.

    That is the only one given, or the one whose old day the words name ("不是17号，是3号"). Of several trade dates only
    the named one is replaced.
    """
    mentions = find_dates(normalise(text), today, locale) if reading.corrects.intersection(PAIR) else ()
    if not is_either(reading):
        return _moved(reading, answers) if len(mentions) == 1 else reading
    old = {"change_date": _days(answers.change_date), "trade_dates": set(answers.trade_dates)}
    named = {day for mention in mentions for day in mention.days}
    given = [slot for slot in PAIR if old[slot]]
    told = [slot for slot in given if old[slot] & named]
    slot = next((one[0] for one in (told, given) if len(one) == 1), None)
    if slot is None:
        return reading
    value = reading.choices[slot][0]
    if isinstance(value, tuple) and old[slot] & named:
        value = tuple(sorted({*(old[slot] - named), *value}))
    rest = {name: values for name, values in reading.choices.items() if name not in PAIR}
    return replace(reading, slots={**reading.slots, slot: value}, choices=rest)


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


def _days(day: date | None) -> set[date]:
    return set() if day is None else {day}
