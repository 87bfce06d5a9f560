"""The form: what is known is taken, what is missing is asked, what was wrong is corrected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

from knowledge import answering, days_up_to_now
from knowledge.moves import Button, Rows
from knowledge.placing import is_either
from knowledge.slots import Reading
from knowledge.turn import Turn

EXTRAS = ("merchant_no", "old_tail", "claims_cycle")
OPTIONS_MOST = 6


def take(turn: Turn, reading: Reading) -> None:
    """Put a reading's values into the answers, echo them, and ask what is still missing."""
    before, pending = turn.case.answers, _pending(turn)
    names = [slot.name for slot in turn.form.slots]
    new = {name: value for name, value in reading.slots.items() if name in names or name in EXTRAS}
    if turn.form.id != "payout_missing" and "trade_dates" in reading.slots:
        turn.change(form="payout_missing")
        names = [slot.name for slot in turn.form.slots]
        new = {name: value for name, value in reading.slots.items() if name in names or name in EXTRAS}
    changed = {n: v for n, v in new.items() if not _is_kept(getattr(before, n), v)}
    turn.answer(**new, no_change=turn.case.answers.no_change and "change_date" not in new)
    turn.change(unknown=tuple(n for n in turn.case.unknown if n not in new))
    echoed = {n: v for n, v in new.items() if n in names}
    if new:
        turn.change(misunderstood=0, options=())
    if changed.keys() & {*names}:
        turn.say("corrected", {name: echoed.get(name) for name in names_of_all()})
    elif echoed:
        turn.say("noted", {name: echoed.get(name) for name in names_of_all()})
    if turn.case.state not in ("identifying",):
        turn.change(state="asking")
    choices = {n: c for n, c in reading.choices.items() if n in names and n not in new}
    if is_either(reading) and len(choices) > 1:
        offer_slots(turn, {name: values[0] for name, values in choices.items()})
        return
    if choices:
        offer(turn, *next(iter(choices.items())))
        return
    rejected = {n: r for n, r in reading.rejected.items() if n in names and n not in new}
    if "terminal_id" in new:  # its digits are no other answer
        rejected = {n: r for n, r in rejected.items() if r not in ("amount_too_long", "tail_too_long")}
    if pending is not None and not {pending[0]} & {*new, *rejected}:
        offer(turn, *pending)  # something else was said beside the choice
        return
    go_on(turn, rejected)


def names_of_all() -> tuple[str, ...]:
    """Every slot that a phrase of echo may name."""
    return ("terminal_id", "change_date", "trade_dates", "amounts", "new_tail")


def go_on(turn: Turn, rejected: Mapping[str, str] | None = None) -> None:
    """Identify first, then ask for what is missing; when all is there, look it up."""
    if not turn.context.merchants and not turn.case.unverified:
        turn.change(state="identifying", asked=None)
        turn.say("identify_ask", keyboard="contact")
        _set_reminder(turn)
        return
    missing = next((slot.name for slot in turn.form.slots if _is_missing(turn, slot.name)), None)
    if missing is None:
        turn.unsay("noted")  # the summary says it all
        answering.complete(turn)
        return
    reason = (rejected or {}).get(missing) or next(iter((rejected or {}).values()), None)
    if reason is not None:
        turn.change(misunderstood=turn.case.misunderstood + 1)
        phrase = f"rejected_{reason}"
        known = turn.context.base.has_phrase(turn.case.locale, phrase)
        turn.say(phrase if known else "not_understood")
    ask(turn, missing)


def ask(turn: Turn, slot: str) -> None:
    """Ask for one slot."""
    order = turn.case.order if slot in turn.case.order[-1:] else (*turn.case.order, slot)
    turn.change(state="asking", asked=slot, order=order[-20:], options=())
    turn.say(f"ask_{slot}", buttons=_slot_buttons(turn, slot))
    _set_reminder(turn)


def ask_again(turn: Turn) -> None:
    """Repeat what is being asked, with its buttons."""
    case = turn.case
    if case.state == "choosing" and any("=" in option for option in case.options):
        pairs = (option.split("=") for option in case.options)
        offer_slots(turn, {slot: decode(slot, value) for slot, value in pairs})
    elif case.state == "choosing" and case.asked and case.options:
        values = tuple(decode(case.asked, option) for option in case.options)
        offer(turn, case.asked, values)
    elif case.state == "checking":
        answering.ask_difference_again(turn)
    elif case.asked is not None:
        ask(turn, case.asked)
    else:
        go_on(turn)


def offer(turn: Turn, slot: str, values: tuple[Any, ...]) -> None:
    """Several readings are possible: the merchant chooses, nothing is guessed."""
    some = values[:OPTIONS_MOST]
    turn.change(state="choosing", asked=slot, options=tuple(encode(slot, value) for value in some))
    rows = tuple(
        (Button(f"option_{slot}", "pick", f"{slot}.{index}", {"value": value}),) for index, value in enumerate(some)
    )
    turn.say(f"choose_{slot}", buttons=(*rows, (Button("button_other_answer", "fix", slot),)))
    _set_reminder(turn)


def offer_slots(turn: Turn, values: Mapping[str, Any]) -> None:
    """A value is sure, but not which answer it gives or corrects: the merchant chooses.

    Beside a question that goes on being asked, what answers that is taken instead.
    """
    given = any(not _is_empty(turn, slot) for slot in values)
    asked = next(iter(values)) if given else turn.case.asked
    options = tuple(f"{slot}={encode(slot, value)}" for slot, value in values.items())
    turn.change(state="choosing", asked=asked, options=options)
    rows = tuple(
        (Button(f"option_as_{slot}", "pick", f"{slot}.{index}", {"value": value}),)
        for index, (slot, value) in enumerate(values.items())
    )
    turn.say("which_to_correct" if given else "which_is_it", buttons=rows)
    _set_reminder(turn)


def picked(turn: Turn, slot: str, index: int) -> Any:
    """The value of an offered option; None when that is not offered now."""
    option = turn.case.options[index] if index < len(turn.case.options) else ""
    owner, equals, value = option.partition("=")
    if not equals:
        owner, value = turn.case.asked or "", option
    return decode(slot, value) if value and owner == slot else None


def fix(turn: Turn, slot: str) -> None:
    """The merchant wants to change this answer."""
    turn.change(misunderstood=0, unknown=tuple(n for n in turn.case.unknown if n != slot))
    ask(turn, slot)


def control(turn: Turn, act: str) -> bool:
    """Control words inside a form; False when the word means nothing here."""
    asked = turn.case.asked
    if act == "wait":
        turn.say("take_your_time")
        _set_reminder(turn)
    elif act == "why":
        turn.say(f"why_{asked}" if asked else "why_identify")
        ask_again(turn)
    elif act == "back":
        _back(turn)
    elif act == "yes" and turn.case.state == "asking":
        ask_again(turn)  # "ok" to a question that wants more
    elif act == "correct":
        turn.say("which_to_correct", buttons=fix_buttons(turn))
    elif turn.case.state == "checking" and act in ("yes", "no", "dont_know", "skip", "refuse"):
        offered = asked in answering.ELSEWHERE  # "was it that one?", else "which one counts?"
        answering.choose_side(turn, "records" if act == ("yes" if offered else "no") else "words")
    elif act in ("dont_know", "skip", "refuse") and asked is not None:
        skip(turn, asked)
    elif act == "no" and turn.case.state == "asking" and (buttons := fix_buttons(turn)):
        turn.say("which_to_correct", buttons=buttons)  # to the echo of what was said before
    else:
        return False
    return True


def skip(turn: Turn, slot: str) -> None:
    """Leave a slot empty where the form allows it; say why it is needed where not."""
    definition = next((s for s in turn.form.slots if s.name == slot), None)
    if definition is None or (definition.required and not definition.unknown_ok):
        turn.change(misunderstood=turn.case.misunderstood + 1)
        turn.say(f"needed_{slot}", buttons=((Button("button_person", "menu", "person"),),))
        return
    turn.answer(**{slot: () if slot in ("trade_dates", "amounts") else None})
    turn.change(unknown=(*turn.case.unknown, slot), misunderstood=0)
    turn.say("skipped")
    go_on(turn)


def no_change(turn: Turn) -> None:
    """No card was changed: neither the day of it nor the new card is asked for."""
    empty = [slot for slot in ("change_date", "new_tail") if _is_empty(turn, slot)]
    turn.answer(no_change="change_date" in empty)
    turn.change(unknown=tuple(dict.fromkeys((*turn.case.unknown, *empty))), misunderstood=0)


def days_since(turn: Turn, first: date | None, *, today: bool = False) -> tuple[date, ...]:
    """Every day from ``first`` to yesterday, or to today; none where it is not known or the form has no room."""
    most = next((slot.most for slot in turn.form.slots if slot.name == "trade_dates"), 0)
    return days_up_to_now.days_since(first, turn.context.now.date() + timedelta(days=today), most)


def fix_buttons(turn: Turn) -> Rows:
    """A button for every answer given, two in a row."""
    given = [s.name for s in turn.form.slots if not _is_empty(turn, s.name)]
    buttons = [Button(f"button_fix_{name}", "fix", name) for name in given]
    return tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))


def encode(slot: str, value: Any) -> str:
    """A slot's value as text for the case; ``decode`` is its inverse."""
    if slot == "trade_dates":
        return ",".join(day.isoformat() for day in value)
    if slot == "amounts":
        return ",".join(str(amount) for amount in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def decode(slot: str, text: str) -> Any:
    """The value that ``encode`` wrote."""
    if slot == "trade_dates":
        return tuple(date.fromisoformat(day) for day in text.split(",") if day)
    if slot == "amounts":
        return tuple(int(amount) for amount in text.split(",") if amount)
    return date.fromisoformat(text) if slot == "change_date" else text


def _back(turn: Turn) -> None:
    order = [slot for slot in turn.case.order if slot != turn.case.asked]
    if not order:
        turn.say("nothing_before")
        ask_again(turn)
        return
    turn.change(order=tuple(order[:-1]))
    ask(turn, order[-1])


def _pending(turn: Turn) -> tuple[str, tuple[Any, ...]] | None:
    """The choice that is on offer: its slot and the values."""
    case = turn.case
    if case.state != "choosing" or case.asked is None or any("=" in option for option in case.options):
        return None
    return case.asked, tuple(decode(case.asked, option) for option in case.options)


def _is_kept(before: Any, value: Any) -> bool:
    """Whether an answer takes nothing back: it is the first, the same, or what was said and more."""
    added = isinstance(before, tuple) and isinstance(value, tuple) and {*before} <= {*value}
    return before in (None, (), value) or added


def _is_empty(turn: Turn, slot: str) -> bool:
    return getattr(turn.case.answers, slot) in (None, ())


def _is_missing(turn: Turn, slot: str) -> bool:
    return _is_empty(turn, slot) and slot not in turn.case.unknown


def _slot_buttons(turn: Turn, slot: str) -> Rows:
    """Ways to answer without typing: leave it open where allowed; after two misunderstandings also likely values."""
    rows: list[tuple[Button, ...]] = []
    limits = turn.context.base.forms.limits
    puzzled = turn.case.misunderstood >= limits.misunderstandings_before_buttons - 1
    if puzzled and slot in ("change_date", "trade_dates"):
        today = turn.context.now.date()
        days = [date.fromordinal(today.toordinal() - n) for n in range(1, OPTIONS_MOST + 1)]
        values: list[Any] = [(day,) if slot == "trade_dates" else day for day in days]
        turn.change(options=tuple(encode(slot, value) for value in values))
        picks = [Button(f"option_{slot}", "pick", f"{slot}.{i}", {"value": v}) for i, v in enumerate(values)]
        rows += [tuple(picks[i : i + 2]) for i in range(0, len(picks), 2)]
    definition = next((s for s in turn.form.slots if s.name == slot), None)
    if definition is not None and definition.unknown_ok:
        rows.append((Button("button_unknown" if definition.required else "button_skip", "skip", slot),))
    if slot == "terminal_id":
        rows.append((Button("button_where_terminal", "why", slot),))
    return cast(Rows, tuple(rows))


def _set_reminder(turn: Turn) -> None:
    if not turn.case.reminded:
        turn.wake_in(turn.context.base.forms.silence.remind_after_minutes)
