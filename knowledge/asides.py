"""What is said about the question or the answer itself, in place of an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from knowledge import answering, days_up_to_now, filling, hearing, remarks, second_thoughts, slots
from knowledge.moves import Move, Say
from knowledge.placing import beside_those, of_the_days, place
from knowledge.reading import Reading
from knowledge.turn import Turn

LEFT = ("no", "back", "cancel", "dont_know", "skip")
"""A correction that was begun is given up."""
FOLLOWS = ("solved", "not_solved", "next_step", "done", "track")
"""Said of the answer, not of what is to be corrected."""


def remarked(turn: Turn, reading: Reading, text: str) -> bool:
    """Take words that say something about the question, or ask about the very thing; False when they do not."""
    state = turn.case.state
    if remarks.asks_who(text):
        turn.say("who_i_am", buttons=(() if state == "asking" else ((hearing.person_button(),),)))
        if state in hearing.FORM_STATES:
            filling.ask_again(turn)
        return True
    if state == "identifying" and remarks.is_phone(text):
        turn.say("phone_typed")
        filling.go_on(turn)
        return True
    if state in ("asking", "choosing", "answered") and _calls_wrong(turn, reading, text):
        return True
    if state == "checking" and (side := remarks.side_of(text)) is not None:
        answering.choose_side(turn, side)
        return True
    wrong = reading.act == "correct" or remarks.calls_a_day_wrong(text)
    if state == "answered" and turn.case.told and wrong and not reading.slots:
        turn.say("which_to_correct", buttons=filling.fix_buttons(turn))
        return True
    if state == "choosing" and turn.case.told and "=" in "".join(turn.case.options) and reading.act in FOLLOWS:
        turn.rest("answered")
        answering.follow(turn, reading.act or "")
        return True
    if state == "choosing" or (state == "asking" and turn.case.options and remarks.place_of(text) is not None):
        return not reading.slots and _chosen(turn, reading, text)
    if state == "asking" and (_leaves_it(turn, reading, text) or _every_day(turn, reading, text)):
        return True
    if reading.act == "not_solved" and state == "asking":
        turn.say("still_missing")
        filling.ask_again(turn)
        return True
    if reading.act not in (None, "no") or reading.slots:
        return False
    if state == "answered":
        return bool(turn.case.told) and _after_the_answer(turn, reading, text)
    return state == "asking" and _of_the_question(turn, reading, text)


def _calls_wrong(turn: Turn, reading: Reading, text: str) -> bool:
    """One answer is called wrong, and nothing is said in its place: it is asked anew."""
    wrong = {*reading.corrects, *remarks.not_this(text)}
    slot = next(iter(wrong)) if len(wrong) == 1 and not (reading.slots or reading.choices or reading.question) else ""
    if slot not in filling.names_of_all() or not getattr(turn.case.answers, slot):
        return False
    filling.fix(turn, slot)
    return True


def _leaves_it(turn: Turn, reading: Reading, text: str) -> bool:
    """An answer that was about to be changed stays as it is: what was told of it still holds."""
    case = turn.case
    given = case.asked in filling.names_of_all() and bool(getattr(case.answers, case.asked or ""))
    gives_up = reading.act in ("no", "back", "cancel") and bool(case.told)
    if not given or reading.slots or reading.choices or not (gives_up or remarks.none_of_them(text)):
        return False
    turn.say("left_as_is")
    if not case.told or case.asked in case.settled:
        turn.change(state="asking", asked=None, options=())
        filling.go_on(turn)
    else:
        turn.rest("person" if case.ticket is not None and case.ticket_serial == case.serial else "answered")
    return True


def _every_day(turn: Turn, reading: Reading, text: str) -> bool:
    """All days since the change of card are taken where they can be counted, and offered for "all".

    The last three, or all from a day on, are offered up to yesterday and up to today.
    """
    if turn.case.asked != "trade_dates" or reading.slots or reading.choices:
        return False
    today = turn.context.now.date()
    both = days_up_to_now.last_days(text, today)
    if not both and reading.rejected.get("trade_dates") == "date_vague":
        first = days_up_to_now.first_day(text, today, turn.case.locale)
        both = tuple(days for now in (False, True) if (days := filling.days_since(turn, first, today=now)))
    if both:
        filling.offer(turn, "trade_dates", both)
        return True
    since = days_up_to_now.since_change(text)
    if not (since or days_up_to_now.means_all(text)):
        return False
    days = filling.days_since(turn, turn.case.answers.change_date)
    if since and days:
        filling.take(turn, Reading(slots={"trade_dates": days}))
        return True
    turn.say("which_days_of_all")
    filling.offer(turn, "trade_dates", (days,)) if days else filling.ask_again(turn)
    return True


def in_their_place(turn: Turn, reading: Reading, text: str, *, in_form: bool) -> Reading:
    """The reading with its days and sums at the answers that they belong to, after what was said before."""
    answers, asked, now = turn.case.answers, turn.case.asked, turn.context.now
    reading = place(reading, answers, text, now.date(), turn.case.locale)
    reading = _of_the_week_named(turn, _every_day_since(turn, reading, text), text)
    return beside_those(of_the_days(reading, answers), answers, text, asked) if in_form else reading


def _every_day_since(turn: Turn, reading: Reading, text: str) -> Reading:
    """With every day since the change of card, where that is what the words say of the days."""
    changed = reading.slots.get("change_date", turn.case.answers.change_date)
    said = {"trade_dates"} & {*reading.slots, *reading.choices} or turn.case.answers.trade_dates
    if said or not isinstance(changed, date) or not days_up_to_now.tells_every_day_since(text):
        return reading
    days = filling.days_since(turn, changed)
    return replace(reading, slots={**reading.slots, "trade_dates": days}) if days else reading


def _of_the_week_named(turn: Turn, reading: Reading, text: str) -> Reading:
    """A weekday said after "last week" was asked back ("上周" … "周四"): that week's, or the latest one."""
    asked = turn.case.asked
    if asked not in ("change_date", "trade_dates"):
        return reading
    value = reading.slots.get(asked)
    days = value if isinstance(value, tuple) else (value,)
    before = [line for line in turn.case.transcript if line.who == "merchant"][-2:-1]
    if not before or not days_up_to_now.means_last_week(before[0].text):
        return reading
    now = turn.context.now
    both = slots.read(f"{before[0].text} {text}", now=now, locale=turn.case.locale, asked=asked)
    earlier = both.slots.get(asked)
    if not isinstance(days[0], date) or earlier in (None, value):
        return reading
    left = {slot: said for slot, said in reading.slots.items() if slot != asked}
    return replace(reading, slots=left, choices={**reading.choices, asked: (earlier, value)})


def _after_the_answer(turn: Turn, reading: Reading, text: str) -> bool:
    """The wish to hear of what was told, or when it will come: the records are looked at again."""
    days = {day for option in reading.choices.get("trade_dates", ()) for day in _days(option)}
    if remarks.wants_news(text):
        answering.follow(turn, "track")
    elif (slot := remarks.named(text)) and getattr(turn.case.answers, slot):
        filling.fix(turn, slot)
    elif meant := second_thoughts.number_alone(turn, text):
        filling.offer_slots(turn, meant)
    elif days <= {*turn.case.answers.trade_dates} and remarks.asks_when(text) and not answering.has_guide(turn, text):
        answering.follow(turn, "done")
    else:
        return False
    return True


def _of_the_question(turn: Turn, reading: Reading, text: str) -> bool:
    """There is nothing to answer, or what would be needed for an answer is asked."""
    asked = turn.case.asked
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
    elif asked in ("change_date", "trade_dates") and (meant := second_thoughts.number_alone(turn, text)):
        filling.offer_slots(turn, meant)
    elif reading.intent == "payout_missing" and not (reading.question or reading.choices or reading.rejected):
        turn.say("still_missing")
        filling.ask_again(turn)
    else:
        return False
    return True


def found_first(turn: Turn, question: Move) -> None:
    """When the money will come, asked beside an answer: nobody knows before the form is done."""
    if isinstance(question, Say):  # else the records are asked already
        turn.say("when_found")


def _chosen(turn: Turn, reading: Reading, text: str) -> bool:
    """Which of the values offered the words mean: yes to the only one, the first, none of them."""
    case = turn.case
    place = remarks.place_of(text)
    if place is None and reading.act == "yes" and len(case.options) == 1:
        place = 0
    pairs = [option.partition("=")[0] for option in case.options if "=" in option]
    if pairs and place is None:
        named = remarks.named(text)
        place = pairs.index(named) if named in pairs else None
    if place is not None and -len(case.options) <= place < len(case.options):
        slot = pairs[place] if pairs else case.asked or ""
        filling.take(turn, Reading(slots={slot: filling.picked(turn, slot, place % len(case.options))}))
    elif not pairs and case.asked is not None and (reading.act == "no" or remarks.none_of_them(text)):
        filling.fix(turn, case.asked)
    elif pairs and case.told and (reading.act in LEFT or remarks.none_of_them(text)):
        turn.rest("answered")  # it was offered after the answer, which stands
        turn.say("left_as_is")
    elif pairs and (reading.act in LEFT or remarks.none_of_them(text)):
        turn.change(state="asking", asked=None, options=())
        turn.say("left_as_is")
        filling.go_on(turn)
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


def sum_of_a_day(turn: Turn, text: str) -> Reading | None:
    """Where a card's digits are asked: a number beside one of the days that were said is a sum; None: it is none."""
    reading = slots.read(text, now=turn.context.now, locale=turn.case.locale, asked="amounts")
    days = reading.slots.get("trade_dates", ())
    own = isinstance(days, tuple) and days and {*days} <= {*turn.case.answers.trade_dates}
    return reading if own and "amounts" in reading.slots and "new_tail" not in reading.slots else None
