"""What is said about the question or the answer itself, in place of an answer."""

from __future__ import annotations

from knowledge import answering, filling, remarks, slots
from knowledge.reading import Reading
from knowledge.turn import Turn


def remarked(turn: Turn, reading: Reading, text: str) -> bool:
    """Take words that say something about the question, or ask about the very thing; False when they do not."""
    state, asked = turn.case.state, turn.case.asked
    if state == "identifying" and remarks.is_phone(text):
        turn.say("phone_typed")
        filling.go_on(turn)
        return True
    if state == "choosing":
        return not reading.slots and _chosen(turn, reading, text)
    if reading.act not in (None, "no"):
        return False
    if state == "answered":
        days = {day for option in reading.choices.get("trade_dates", ()) for day in _days(option)}
        alike = not reading.slots and days <= {*turn.case.answers.trade_dates}
        if not (turn.case.told and alike and remarks.asks_when(text)) or answering.has_guide(turn, text):
            return False
        answering.follow(turn, "done")
        return True
    if state != "asking" or reading.slots:
        return False
    if asked in ("change_date", "new_tail") and remarks.says_no_change(text):
        filling.no_change(turn)
        turn.say("no_change_noted")
        filling.go_on(turn)
    elif asked is not None and remarks.has_none(text):
        filling.skip(turn, asked)
    elif asked == "terminal_id" and remarks.asks_where(text):
        turn.say("why_terminal_id")
        filling.ask_again(turn)
    elif turn.form.id == "payout_missing" and remarks.asks_when(text) and not answering.has_guide(turn, text):
        turn.say("when_found")
        filling.ask_again(turn)
    else:
        return False
    return True


def _chosen(turn: Turn, reading: Reading, text: str) -> bool:
    """Which of the values offered the words mean: yes to the only one, the first, none of them."""
    case = turn.case
    place = remarks.place_of(text)
    if place is None and reading.act == "yes" and len(case.options) == 1:
        place = 0
    pairs = [option.partition("=")[0] for option in case.options if "=" in option]
    if pairs and place is None:
        named = [number for number, slot in enumerate(pairs) if slot in remarks.named(text)]
        place = named[0] if len(named) == 1 else None
    if place is not None and -len(case.options) <= place < len(case.options):
        slot = pairs[place] if pairs else case.asked or ""
        filling.take(turn, Reading(slots={slot: filling.picked(turn, slot, place % len(case.options))}))
    elif reading.act == "no" and not pairs and case.asked is not None:
        filling.fix(turn, case.asked)
    else:
        return False
    return True


def _days(option: object) -> tuple[object, ...]:
    return option if isinstance(option, tuple) else (option,)


def as_the_answer_asks(turn: Turn, text: str) -> Reading | None:
    """A bare value after an answer that asks to look at one again ("send me the last 4 digits"); None: it is none."""
    causes = turn.context.base.causes.by_id
    wanted = (causes[told.primary].asks for told in turn.case.told if told.primary in causes)
    for slot in dict.fromkeys(slot for slot in wanted if slot is not None):
        reading = slots.read(text, now=turn.context.now, locale=turn.case.locale, asked=slot)
        if slot in reading.slots or slot in reading.choices:
            return reading
    return None
