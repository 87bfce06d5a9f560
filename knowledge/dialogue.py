"""The conversation: one thing that happened in, the case after it and what to do out.

Pure, synchronous and total: no event can break it, and waiting is a returned move. Every turn says or does something,
so that nobody is left without an answer.
"""

from __future__ import annotations

from dataclasses import replace

from knowledge import answering, belonging, filling, flooding, following, hearing
from knowledge.case import Case
from knowledge.events import (
    Attached,
    Commanded,
    Event,
    Heard,
    Identified,
    Limited,
    Looked,
    LookedUp,
    NotIdentified,
    Pressed,
    Shared,
    TicketOpened,
    WatchesListed,
    WatchStarted,
    WatchStopped,
    Woke,
)
from knowledge.moves import Identify, ListTickets, ListWatches, Moves, Note, Redeem
from knowledge.pressing import press
from knowledge.turn import Context, Turn, menu

WAITING_RETRY_MINUTES = 5


def advance(case: Case, event: Event, context: Context) -> tuple[Case, Moves]:
    """Take one thing that happened; return the case after it and what to do."""
    turn = Turn(case, context)
    if not flooding.holds(turn, event):
        _take(turn, event)
    belonging.be_woken(turn)
    flooding.be_woken(turn)
    return turn.result()


def _take(turn: Turn, event: Event) -> None:
    match event:
        case Heard():
            hearing.hear(turn, event)
        case Attached():
            _attach(turn, event)
        case Pressed():
            press(turn, event)
        case Shared():
            _share(turn, event)
        case Commanded():
            _command(turn, event)
        case LookedUp(result):
            answering.answer(turn, result)
        case Identified():
            _identified(turn, event)
        case NotIdentified(why):
            _not_identified(turn, why)
        case Limited():
            answering.limited(turn)
        case TicketOpened():
            _ticket_opened(turn, event)
        case WatchStarted() | WatchesListed() | WatchStopped() | Looked():
            following.take(turn, event)
        case Woke():
            _wake(turn)


def _attach(turn: Turn, event: Attached) -> None:
    """A photo or the like goes to the ticket that is open; without one it is kept in mind and a person is offered."""
    hearing.erase(turn, event.removed)
    turn.note(event.caption, event.message)
    if belonging.hand_on(turn, event):
        if event.removed and event.kind == "photo" and turn.case.ticket is not None:
            turn.do(Note(turn.case.ticket, "note_photo_deleted"))
        return
    if event.caption and not event.removed:
        hearing.hear(turn, Heard(event.caption, event.message, event.edited))
        return
    hearing.unpark(turn)
    turn.say(f"attached_{event.kind}" if event.kind in ("photo", "voice", "location") else "attached_other")
    if turn.case.state in ("asking", "choosing"):
        filling.ask_again(turn)
    else:
        turn.say("attached_offer", buttons=((hearing.person_button(),), *menu()[:1]))


def _share(turn: Turn, event: Shared) -> None:
    """Only one's own contact identifies; somebody else's is for the ticket that is open, or refused without saying
    whether it is on file.
    """
    hearing.unpark(turn)
    if event.own:
        turn.do(Identify(event.phone))
    elif turn.case.state == "identifying" or not belonging.hand_on(turn, Attached("contact", event.message)):
        turn.say("contact_not_yours", keyboard="contact")


def _command(turn: Turn, event: Commanded) -> None:
    name, argument = event.name, event.argument.strip()
    if name == "start" and argument.startswith("b_"):
        turn.do(Redeem(argument[2:]))
    elif name == "start" and argument.startswith("t_"):
        turn.say("greeting_short")
        turn.begin("payout_missing")
        hearing.take_words(turn, argument[2:], asked="terminal_id")
    elif name == "start":
        turn.rest()
        turn.say("greeting" if turn.context.merchants else "greeting_new", buttons=menu())
    elif name == "new":
        turn.say("started_over")
        turn.begin("payout_missing")
        filling.go_on(turn)
    elif name == "tickets":
        turn.do(ListTickets())
    elif name == "watches":
        turn.do(ListWatches())
    elif name == "language":
        hearing.change_language(turn, "en" if turn.case.locale == "zh" else "zh")
    elif name == "human":
        hearing.ask_for_person(turn)
    elif name == "cancel":
        hearing.cancel(turn)
    elif name == "privacy":
        answering.show(turn, "policy_privacy_card_numbers")
    else:
        turn.say("help", buttons=menu())
        if turn.case.state in ("asking", "choosing"):
            filling.ask_again(turn)


def _identified(turn: Turn, event: Identified) -> None:
    turn.context = replace(turn.context, merchants=event.merchants)
    turn.change(unverified=False)
    turn.say("identified", {"names": event.names}, keyboard="drop")
    case = turn.case
    if case.state == "choosing":
        filling.ask_again(turn)
    elif case.state in ("identifying", "asking") or (case.state == "answered" and not case.told):
        turn.change(state="asking")
        filling.go_on(turn)
    elif turn.case.ticket is None:
        turn.say("identified_next", buttons=menu())


def _not_identified(turn: Turn, why: str) -> None:
    """The form goes on: the next thing said tells how, with or without facts."""
    turn.say(f"not_identified_{why}", keyboard="drop")
    if turn.case.state == "identifying":
        turn.change(unverified=True, state="asking")
        filling.go_on(turn)
    else:
        turn.say("not_identified_next", buttons=((hearing.person_button(),), *menu()[:1]))


def _ticket_opened(turn: Turn, event: TicketOpened) -> None:
    waiting = turn.case.state == "waiting"
    turn.change(ticket=event.number, ticket_serial=turn.case.serial, chosen_at=turn.context.now)
    if not waiting:
        turn.rest("person")
    if event.opens is None:
        turn.say("ticket_opened", {"number": event.number}, keyboard="drop")
    else:
        turn.say("ticket_opened_out_of_hours", {"number": event.number, "opens": event.opens}, keyboard="drop")
    following.for_ticket(turn)


def _wake(turn: Turn) -> None:
    """Silence is reminded once, then parked; a source that was silent is asked again."""
    case = turn.case
    if case.wake_at is None or case.wake_at > turn.context.now:
        return
    if flooding.due(turn):
        flooding.release(turn, _take)
        return
    silence = turn.context.base.forms.silence
    if case.pending:
        belonging.settle(turn)
        if case.state in ("identifying", "asking", "choosing", "checking"):
            turn.wake_in(silence.remind_after_minutes)
        if case.state != "waiting":
            return
    if case.state == "waiting":
        turn.wake_in(WAITING_RETRY_MINUTES)
        answering.look_up(turn, retry=True)
    elif case.state in ("identifying", "asking", "choosing", "checking") and not case.reminded:
        turn.change(reminded=True)
        turn.wake_in(silence.park_after_minutes)
        turn.say("reminder")
        filling.ask_again(turn)
    else:
        parked = case.state in ("identifying", "asking", "choosing", "checking")
        turn.change(wake_at=None, rating=None, before_parking=case.state if parked else None)
        if parked:
            turn.change(state="parked")
