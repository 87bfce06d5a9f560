"""An answer corrected while a ticket is open: staff read the words as they were written, and the case follows them.

Until somebody has the ticket, the records are asked anew and the merchant hears what they say, as after an answer. Once
somebody has it the bot is silent: the case is put right and staff are told what is new of it.
"""

from __future__ import annotations

from knowledge import hearing, remarks, second_thoughts, slots
from knowledge.case import SLOTS
from knowledge.events import Heard
from knowledge.moves import Relay, Report
from knowledge.turn import Turn

LONGEST = 80
"""Characters of words that do nothing else but correct."""


def take(turn: Turn, event: Heard) -> None:
    """Take up what words that have just gone to the ticket of this request correct; other words are for staff alone."""
    case = turn.case
    number = case.ticket
    if number is None or case.ticket_serial != case.serial or not _has_gone(turn, event, number):
        return
    known = turn.known(number)
    if (known is not None and not known.live) or not _corrects(turn, event):
        return
    trial = Turn(turn.case, turn.context)
    trial.change(state="answered", asked=None, options=())
    hearing.answer(trial, event)
    if trial.case.serial != case.serial:
        return  # another request: staff have read of it
    before, after = case.answers, trial.case.answers
    new = {slot: getattr(after, slot) for slot in SLOTS if getattr(after, slot) != getattr(before, slot)}
    silent = known is not None and known.taken
    if not silent and case.state == "person" and case.told and (new or trial.case.state == "choosing"):
        turn.case, turn.moves = trial.case, [*turn.moves, *trial.moves]
        if not new:
            turn.change(state="person")  # which answer is meant: what is written meanwhile is for staff
    elif new:
        turn.answer(**new, trade_time=after.trade_time, no_change=after.no_change)
        turn.change(unknown=trial.case.unknown)
        if not silent:
            turn.say("corrected", {slot: new.get(slot) for slot in SLOTS})
        turn.do(Report(number, "said"))


def _has_gone(turn: Turn, event: Heard, number: int) -> bool:
    """Whether the words went to this very ticket: neither to another one nor to nobody as yet."""
    sent = {(move.ticket, move.message) for move in turn.moves if isinstance(move, Relay)}
    return turn.case.state in ("person", "waiting") and (number, event.message) in sent


def _corrects(turn: Turn, event: Heard) -> bool:
    """Whether the words put an answer right and do not only happen to hold a day or a sum."""
    if event.edited:
        return any(message == event.message for message, _ in turn.case.heard)
    if len(event.text) > LONGEST:
        return False
    if second_thoughts.is_one(event.text) or remarks.gives_named(event.text):
        return True
    reading = slots.read(event.text, now=turn.context.now, locale=turn.case.locale)
    return bool(reading.corrects) and not reading.question
