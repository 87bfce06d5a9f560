"""After an answer: other days or another terminal begin a new request about the same card change."""

from __future__ import annotations

from dataclasses import replace

from knowledge.case import Answers
from knowledge.reading import Reading
from knowledge.turn import Turn


def begin(turn: Turn, reading: Reading, form: str) -> Reading:
    """Begin it with what is known of the change; the reading to go on with.

    The days of another terminal are most likely the same: they are offered.
    """
    before, unknown = turn.case.answers, turn.case.unknown
    turn.begin(form)
    terminal = None if "terminal_id" in reading.slots else before.terminal_id
    amounts = _amounts_of(before, reading.slots.get("trade_dates", ()))
    turn.change(
        answers=replace(before, terminal_id=terminal, trade_dates=(), amounts=amounts),
        unknown=tuple(slot for slot in unknown if slot != "amounts"),
    )
    if terminal is None and before.trade_dates and not {"trade_dates"} & {*reading.slots, *reading.choices}:
        return replace(reading, choices={**reading.choices, "trade_dates": (before.trade_dates,)})
    return reading


def _amounts_of(before: Answers, days: object) -> tuple[int, ...]:
    """The amounts that were said of some of the days asked about, one for each; none where that is not so."""
    paired = dict(zip(before.trade_dates, before.amounts, strict=False))
    if len(before.trade_dates) != len(before.amounts) or not isinstance(days, tuple) or not paired.keys() >= {*days}:
        return ()
    return tuple(paired[day] for day in days)


def is_one(turn: Turn, reading: Reading) -> bool:
    """After an answer: other days or another terminal begin a new request about the same card change.

    Not with words of correction, and not where the answer itself asked to look at the days again.
    """
    causes, answers = turn.context.base.causes.by_id, turn.case.answers
    doubted = {causes[told.primary].asks for told in turn.case.told if told.primary in causes}
    if reading.corrects or doubted.intersection(reading.slots):
        return False
    terminal = reading.slots.get("terminal_id", answers.terminal_id)
    days = reading.slots.get("trade_dates", ())
    others = isinstance(days, tuple) and bool(days) and {*days} != {*answers.trade_dates}
    return terminal != answers.terminal_id or others
