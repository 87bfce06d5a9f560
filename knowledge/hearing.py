"""Words of the merchant: controls, corrections, answers, questions beside the form."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeVar

from knowledge import (
    amending,
    another_request,
    answering,
    asides,
    belonging,
    filling,
    following,
    rating,
    remarks,
    second_thoughts,
    slots,
)
from knowledge.case import Held, Pending
from knowledge.events import Heard
from knowledge.hours_said import hour_said
from knowledge.moves import Button, Erase, ListTickets, ListWatches, OpenTicket, Relay, Reopen
from knowledge.placing import place
from knowledge.slots import Reading
from knowledge.turn import Turn, menu

_Kept = TypeVar("_Kept", Pending, Held)

FORM_STATES = ("asking", "choosing", "identifying", "checking")
FORM_INTENTS = {
    "payout_missing": "payout_missing",
    "payout_amount_differs": "payout_missing",
    "change_progress": "change_progress",
}
CLAUSES = re.compile(r"[,，。;；!！\n]|(?<=[?？])|(?<=\w)\. ")
STILL = ("not_solved", "no", "done")
"""Said of a resolved ticket: it is not solved."""
BESIDE_A_PERSON = ("watches", "tickets", "language_zh", "language_en", "track")
"""Done for the merchant also while a person has the floor, who reads the words all the same."""
NO_STARS = ("greeting", "yes", "no")
"""Words that could stand for stars, but greet or answer whether it was solved."""
FORM_FACTS = ("terminal_id", "change_date", "trade_dates", "amounts", "new_tail")


def hear(turn: Turn, event: Heard) -> None:
    """Take a message of words, new or edited."""
    erase(turn, event.removed)
    turn.note(event.text, event.message)
    with_person = turn.case.state == "person" and not event.edited
    if not belonging.hand_on(turn, event):
        answer(turn, event)
    elif with_person and (act := slots.act_of(event.text)) in BESIDE_A_PERSON:
        _act(turn, act)
    else:
        amending.take(turn, event)


def answer(turn: Turn, event: Heard) -> None:
    """Take words that belong to no ticket."""
    case = turn.case
    unpark(turn)
    if event.edited:
        _edited(turn, event)
    elif rating.answer(turn, event.text):
        return
    elif case.state == "idle" and (ticket := _resolved(turn)) is not None:
        _after_ticket(turn, event, ticket)
    else:
        asked = turn.case.asked
        take_words(turn, event.text, asked=asked, removed=bool(event.removed))
        turn.remember(event.message, asked)  # a new request remembers nothing but the words that began it


def take_words(turn: Turn, text: str, asked: str | None, removed: bool = False) -> None:
    """Understand words and go on from there; whatever they are, something is said."""
    if second_thoughts.take(turn, text):
        return
    reading = slots.read(text, now=turn.context.now, locale=turn.case.locale, asked=asked)
    if asked == "new_tail" and "new_tail" in reading.slots:
        reading = asides.sum_of_a_day(turn, text) or reading
    if turn.case.state == "answered" and not (_has_content(turn, reading) or reading.act):
        reading = asides.as_the_answer_asks(turn, text) or reading
    if turn.case.state == "identifying" and _declines(turn, text, reading):
        go_unverified(turn)
    elif asides.remarked(turn, reading, text):
        return
    elif _asks_something_general(turn, reading, text):
        answering.from_base(turn, text, sure=True)
        if turn.case.state in FORM_STATES:
            filling.ask_again(turn)
    elif _has_content(turn, reading):
        _take_content(turn, reading, text)
    elif reading.act is not None and _act(turn, reading.act):
        return
    elif removed:
        filling.ask_again(turn) if turn.case.state in FORM_STATES else turn.say("what_else", buttons=menu())
    elif turn.case.state in FORM_STATES:
        _beside_the_form(turn, reading, text)
    else:
        _open(turn, reading, text)


def erase(turn: Turn, messages: tuple[int, ...]) -> None:
    """Delete messages that held a card number or a part of one, and say so without an echo.

    What an earlier message answered is forgotten with it: it was half of a card number.
    """
    if not messages:
        return
    case = turn.case
    echoed: set[str] = set()
    for message, asked in case.heard:
        if message in messages:
            for slot in (asked,) if asked in FORM_FACTS else ("terminal_id", "new_tail"):
                value = getattr(case.answers, slot)
                echoed |= {value} if isinstance(value, str) else set()
                turn.answer(**{slot: () if slot in ("trade_dates", "amounts") else None})
    kept = (line for line in case.transcript if line.message not in messages)
    turn.change(transcript=tuple(line for line in kept if not any(value in line.text for value in echoed)))
    held = tuple(_without(each, messages) for each in case.flow.held if each.message not in messages)
    turn.change(
        pending=tuple(_without(each, messages) for each in case.pending if each.message not in messages),
        flow=replace(case.flow, held=held),
    )
    turn.do(Erase(messages))
    turn.say("card_number_removed")


def _without(each: _Kept, messages: tuple[int, ...]) -> _Kept:
    return replace(each, parts=tuple(part for part in each.parts if part.message not in messages))


def unpark(turn: Turn) -> None:
    """A word after a long silence: go on where the conversation was."""
    case = turn.case
    if case.state == "parked":
        turn.change(state=case.before_parking or "idle", before_parking=None, reminded=False)
        turn.say("welcome_back")
    elif case.reminded:
        turn.change(reminded=False)


def change_language(turn: Turn, locale: str) -> None:
    """Speak another language from now on, and repeat what is being asked in it."""
    if locale in turn.context.base.locales:
        turn.change(locale=locale)
    turn.say("language_changed")
    if turn.case.state in FORM_STATES:
        filling.ask_again(turn)
    elif turn.case.state == "answered" and turn.case.told:
        answering.tell_anew(turn)
    elif turn.case.state == "idle":
        turn.say("greeting_short", buttons=menu())


def ask_for_person(turn: Turn) -> None:
    """Open a ticket by wish, once: a second wish hears of the ticket that is open."""
    unpark(turn)
    ticket = turn.case.ticket
    if ticket is None:
        open_ticket(turn)
    elif belonging.new_matter(turn):
        keys = (*belonging.ticket_buttons(turn), (Button("button_new_ticket", "newticket"),))
        turn.say("ticket_or_new", buttons=keys)
    else:
        turn.say("ticket_exists", {"number": ticket}, ((Button("button_other_matter", "menu", "payout_missing"),),))


def open_ticket(turn: Turn) -> None:
    """Hand the case to a person by wish."""
    turn.do(OpenTicket("wish", answering.department(turn), checks_not_run=not turn.case.told))


def cancel(turn: Turn) -> None:
    """Drop the form; nothing of it is kept for the next one."""
    turn.begin(turn.case.form)
    turn.rest()
    turn.say("cancelled", buttons=menu(), keyboard="drop")


def go_unverified(turn: Turn) -> None:
    """Go on without identification: general guidance and a ticket marked so, never a settlement fact."""
    turn.change(unverified=True, state="asking", asked=None)
    turn.say("go_on_unverified", keyboard="drop")
    filling.go_on(turn)


def person_button() -> Button:
    return Button("button_person", "menu", "person")


def _declines(turn: Turn, text: str, reading: Reading) -> bool:
    label = turn.context.base.phrase(turn.case.locale, "button_unverified")
    return reading.act in ("refuse", "skip", "no", "dont_know") or text.strip() == label


def _has_content(turn: Turn, reading: Reading) -> bool:
    """Whether there is something for a form in the words. An idle desk takes extras alone for small talk."""
    found = {*reading.slots, *reading.choices}
    asked = turn.case.asked
    if turn.case.state in FORM_STATES or turn.case.state == "answered":
        return bool(found & {*FORM_FACTS, "merchant_no", "claims_cycle", "old_tail"}) or (
            asked is not None and asked in reading.rejected and reading.act is None and not reading.question
        )
    return bool(found & {*FORM_FACTS}) and reading.intent != "ticket_progress"


def _asks_something_general(turn: Turn, reading: Reading, text: str) -> bool:
    """A question without a sure answer in it ("周末结算吗", "D0和T1有什么区别"), and the base has a guide to it."""
    under_way = turn.case.state in (*FORM_STATES, "answered")
    asks = reading.question and reading.act is None and not {*FORM_FACTS, "merchant_no"}.intersection(reading.slots)
    return under_way and asks and answering.has_guide(turn, text)


def _take_content(turn: Turn, reading: Reading, text: str) -> None:
    state = turn.case.state
    if state in ("idle", "parked"):
        turn.begin(FORM_INTENTS.get(reading.intent, "payout_missing"))
    elif state == "answered" and another_request.is_one(turn, reading):
        reading = another_request.begin(turn, reading, FORM_INTENTS.get(reading.intent, "payout_missing"))
    asked = turn.case.asked
    reading = asides.in_their_place(turn, reading, text, in_form=state in FORM_STATES)
    if {"trade_dates"} & {*reading.slots, *reading.choices}:
        turn.answer(trade_time=hour_said(text))
    if not {"change_date"} & {*reading.slots, *reading.choices} and remarks.tells_no_change(text):
        filling.no_change(turn)
    filling.take(turn, reading)
    if reading.question and not (reading.slots or reading.choices) and turn.case.state in FORM_STATES:
        _beside_the_form(turn, reading, text)
    elif reading.slots and turn.case.state in FORM_STATES:
        _answer_beside(turn, text, asked)


def _answer_beside(turn: Turn, text: str, asked: str | None) -> None:
    """What was asked in the same breath as an answer is answered before the form goes on."""
    clauses = [clause.strip() for clause in CLAUSES.split(text)]
    for clause in (clause for clause in clauses if clause and slots.asks(clause)):
        reading = slots.read(clause, now=turn.context.now, locale=turn.case.locale)
        if reading.slots or reading.choices:
            continue
        question = turn.moves.pop()  # what is asked next comes last
        if reading.act == "why" and asked is not None:
            turn.say(f"why_{asked}")
        elif reading.question and not answering.from_base(turn, clause, sure=True) and remarks.asks_when(clause):
            asides.found_first(turn, question)
        turn.do(question)


def _edited(turn: Turn, event: Heard) -> None:
    """An edited message is read as the answer that it was; what it now says replaces what it said."""
    asked_then = dict(turn.case.heard)
    if event.message not in asked_then or turn.case.state not in (*FORM_STATES, "answered"):
        turn.say("edit_not_used")
        return
    now, locale = turn.context.now, turn.case.locale
    reading = slots.read(event.text, now=now, locale=locale, asked=asked_then[event.message])
    reading = place(reading, turn.case.answers, event.text, now.date(), locale)
    if reading.slots or reading.choices:
        filling.take(turn, reading)
    else:
        turn.say("edit_not_used")
        if turn.case.state in FORM_STATES:
            filling.ask_again(turn)


def _resolved(turn: Turn) -> int | None:
    """The ticket that words open again: what stars are awaited for, or, once they were given, the newest one.

    None when that was too long ago, another is open, or something else has begun since.
    """
    case, tickets = turn.case, turn.context.tickets
    if case.rating is not None:
        return case.rating
    if not tickets or belonging.live(turn) or case.serial != case.ticket_serial:
        return None
    return tickets[0].number if tickets[0].reopenable else None


def _after_ticket(turn: Turn, event: Heard, ticket: int) -> None:
    """After a resolved ticket: stars are taken, thanks are returned, a new request begins, other words reopen it."""
    rated = turn.case.rating is None
    reading = slots.read(event.text, now=turn.context.now, locale=turn.case.locale, asked="rating")
    opening = slots.read(event.text, now=turn.context.now, locale=turn.case.locale)
    stars = None if opening.act in NO_STARS else reading.slots.get("rating")
    if isinstance(stars, int) and not rated:
        rating.give(turn, ticket, stars)
    elif opening.act in ("thanks", "solved", "yes") or (isinstance(stars, int) and stars > rating.LOW):
        turn.say("you_are_welcome", buttons=() if rated else rating.stars_buttons(ticket))
    elif _is_something_else(opening, rated):
        turn.change(rating=None)
        take_words(turn, event.text, asked=None)
    else:
        turn.change(rating=None, ticket=ticket, state="person")
        turn.do(Reopen(ticket))
        turn.do(Relay(ticket, event.message, event.text, event.reply_to))


def _is_something_else(opening: Reading, rated: bool) -> bool:
    """Whether words after a resolved ticket are not about it: facts, a control, after stars also a question."""
    if opening.act in STILL:
        return False
    asks = opening.question and opening.intent not in FORM_INTENTS
    about = (*FORM_INTENTS, "other")
    return bool({*opening.slots} & {*FORM_FACTS} or opening.act or (rated and (asks or opening.intent not in about)))


def _beside_the_form(turn: Turn, reading: Reading, text: str) -> None:
    """Not an answer: a question is answered and the form goes on; else it was not understood: the next rung."""
    asked = turn.case.asked
    if answering.from_base(turn, text, sure=not reading.question):
        filling.ask_again(turn)
        return
    if turn.case.state == "identifying" and reading.question:
        turn.say("why_identify")
        filling.ask_again(turn)
        return
    turn.change(misunderstood=turn.case.misunderstood + 1)
    limits = turn.context.base.forms.limits
    if turn.case.misunderstood >= limits.misunderstandings_before_person:
        turn.say("offer_person", buttons=((person_button(),), (Button("button_try_again", "again"),)))
        return
    reason = reading.rejected.get(asked or "")
    phrase = f"rejected_{reason}" if reason else "not_understood"
    turn.say(phrase if turn.context.base.has_phrase(turn.case.locale, phrase) else "not_understood")
    filling.ask_again(turn)


def _open(turn: Turn, reading: Reading, text: str) -> None:
    """First words without any fact in them, or words after an answer."""
    if turn.case.state == "answered" and turn.case.told and reading.intent in FORM_INTENTS:
        _about_the_same(turn, reading)
    elif reading.intent in FORM_INTENTS and not (reading.question and answering.has_guide(turn, text)):
        turn.begin(FORM_INTENTS[reading.intent])
        turn.say("begin_form")
        filling.take(turn, reading)
    elif reading.intent == "human":
        ask_for_person(turn)
    elif reading.intent == "ticket_progress":
        turn.do(ListTickets())
    elif answering.from_base(turn, text, sure=False):
        return
    else:
        turn.change(misunderstood=turn.case.misunderstood + 1)
        if turn.case.state == "answered" and turn.case.told:
            turn.say("not_understood_after", buttons=((person_button(),), *filling.fix_buttons(turn)))
        elif turn.case.state == "answered" and not turn.context.merchants:
            answering.guide(turn)
        else:
            turn.say("not_understood_idle", buttons=menu())


def _about_the_same(turn: Turn, reading: Reading) -> None:
    """After an answer, words without a fact go on about it: nothing that is known is asked again."""
    form = FORM_INTENTS[reading.intent]
    if form in (turn.case.form, "payout_missing"):
        answering.follow(turn, "not_solved")
        return
    before = turn.case.answers
    turn.begin(form)
    turn.change(answers=before)
    filling.go_on(turn)


def _act(turn: Turn, act: str) -> bool:
    """A control word; False when it means nothing here and the words should be read otherwise."""
    state = turn.case.state
    in_form = state in FORM_STATES
    if act in ("language_zh", "language_en"):
        change_language(turn, act.removeprefix("language_"))
    elif act == "human":
        ask_for_person(turn)
    elif act in ("tickets", "watches"):
        turn.do(ListTickets() if act == "tickets" else ListWatches())
    elif act == "start_over":
        turn.say("started_over")
        turn.begin("payout_missing")
        filling.go_on(turn)
    elif act == "cancel":
        cancel(turn)
    elif act in ("solved", "not_solved", "next_step", "done", "yes", "no", "track", "why") and state == "answered":
        answering.follow(turn, act)
    elif act == "track" and state in ("idle", "person", *FORM_STATES):
        following.watch(turn)
    elif act == "solved" and state == "idle":
        turn.say("glad", buttons=menu()[:1])
    elif act in ("greeting", "thanks", "help") or (act == "wait" and state == "answered"):
        greeting = "greeting_in_form" if in_form else "greeting_short"
        said = {"greeting": greeting, "thanks": "you_are_welcome", "help": "help", "wait": "take_your_time"}
        turn.say(said[act], buttons=() if in_form or act == "wait" else menu())
        if in_form:
            filling.ask_again(turn)
    elif in_form:
        return filling.control(turn, act)
    else:
        return False
    return True
