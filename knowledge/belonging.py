"""Which ticket a merchant's message belongs to when there are several, and whether a matter needs one of its own.

By the message that it answers; else the only open one; else the one that the merchant chose a moment ago; else the
merchant is asked, and what was written meanwhile waits. An answer that never comes does not lose it: it goes to the
ticket that was last.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from knowledge.albums import exchanged, is_of
from knowledge.card_photos import may_show_card
from knowledge.case import Pending
from knowledge.diagnosis import Finding
from knowledge.events import Attached, Heard
from knowledge.moves import Button, Relay, Reopen, Rows
from knowledge.ticket import Known
from knowledge.turn import Turn

CHOICE_LASTS = timedelta(minutes=10)
"""So long after the last message everything goes on belonging to the ticket that was chosen."""
ASK_AGAIN_AFTER = timedelta(minutes=1)
WAITS_MINUTES = 5
MOST_PENDING = 30


def live(turn: Turn) -> tuple[Known, ...]:
    """The tickets that somebody works on, newest first."""
    return tuple(known for known in turn.context.tickets if known.live)


def room(turn: Turn) -> bool:
    """Whether the merchant may have one more ticket."""
    return len(live(turn)) < turn.context.base.desk.tickets_at_once


def hand_on(turn: Turn, event: Heard | Attached) -> bool:
    """Bring a message to the ticket that it belongs to, or ask; False when it belongs to none."""
    case = turn.case
    media = isinstance(event, Attached)
    if event.ticket is None and not (media or case.state in ("person", "waiting")):
        return False
    message = _message(turn, event)
    if message.held and case.ticket is not None:
        turn.unsay("card_photo_held")  # once for many
        turn.say("card_photo_held")
    if event.ticket is not None:
        _answered(turn, event.ticket, message)
        return True
    if case.ticket is None:
        return False
    open_now = live(turn)
    if len(open_now) < 2:
        number = open_now[0].number if open_now else case.ticket
        _relay(turn, number, *case.pending, message)
    elif message.edited:
        _edited(turn, message)
    elif case.chosen_at is not None and turn.context.now - case.chosen_at <= CHOICE_LASTS:
        turn.change(chosen_at=turn.context.now)
        _relay(turn, case.ticket, *case.pending, message)
    else:
        _ask(turn, message)
    return True


def choose(turn: Turn, number: int) -> bool:
    """The merchant says which ticket it is; False when that one is not open any more."""
    if number not in {known.number for known in live(turn)}:
        return False
    pending = turn.case.pending
    turn.change(ticket=number, chosen_at=turn.context.now)
    if turn.case.state in ("idle", "answered", "person"):
        turn.rest("person")
    if pending:
        _relay(turn, number, *pending)
    turn.say("sent_to_ticket" if pending else "talking_to_ticket", {"number": number})
    return True


def settle(turn: Turn) -> None:
    """Nobody said which ticket it was: rather to the last one than to none."""
    pending, now = turn.case.pending, turn.context.now
    open_now = [known.number for known in live(turn)]
    number = turn.case.ticket if turn.case.ticket in open_now or not open_now else open_now[0]
    if number is None:
        number = next((known.number for known in turn.context.tickets if known.reopenable), turn.case.rating)
        if number is None:
            turn.change(pending=())
            return
        turn.do(Reopen(number))
        turn.change(rating=None, ticket=number, state="person")
    turn.change(wake_at=None, chosen_at=now)
    _relay(turn, number, *pending)
    turn.say("sent_to_ticket", {"number": number})


def be_woken(turn: Turn) -> None:
    """Whatever else a turn did: messages that wait for the merchant's choice do not wait for ever."""
    case = turn.case
    if case.pending and case.which_asked_at is not None:
        until = case.which_asked_at + timedelta(minutes=WAITS_MINUTES)
        turn.change(wake_at=until if case.wake_at is None else min(until, case.wake_at))


def new_matter(turn: Turn) -> bool:
    """Whether a request has begun since the ticket was opened that staff do not know of."""
    case = turn.case
    return case.ticket_serial is not None and case.serial != case.ticket_serial and room(turn)


def needs_own(turn: Turn, findings: tuple[Finding, ...]) -> bool:
    """Whether what was found needs a ticket of its own: another request than the ticket's, about something else."""
    if turn.case.ticket is None:
        return True
    if not new_matter(turn):
        return False
    causes = turn.context.base.causes.by_id
    found = {causes[finding.primary].staff_reference for finding in findings}
    terminal = turn.case.answers.terminal_id
    return not any(known.terminal_id == terminal and found & {*known.references} for known in live(turn))


def _answered(turn: Turn, number: int, message: Pending) -> None:
    """An answer to a message of a ticket; one that is resolved is opened again."""
    known = turn.known(number)
    if known is not None and not known.live:
        turn.do(Reopen(number))
        turn.change(rating=None, ticket=number)
        if turn.case.state in ("idle", "answered"):
            turn.rest("person")
    turn.do(_moved(number, message))


def _ask(turn: Turn, message: Pending) -> None:
    case, now = turn.case, turn.context.now
    turn.change(pending=(*case.pending, message))
    if len(case.pending) >= MOST_PENDING:
        settle(turn)
        return
    if not case.pending or case.which_asked_at is None or now - case.which_asked_at > ASK_AGAIN_AFTER:
        turn.change(which_asked_at=now)
        turn.say("which_ticket", buttons=ticket_buttons(turn))


def _edited(turn: Turn, message: Pending) -> None:
    """Words that wait are changed where they wait; those that were brought over are changed where they are."""
    waiting = turn.case.pending
    if any(is_of(each, message.message) for each in waiting):
        turn.change(pending=tuple(_changed(each, message) if is_of(each, message.message) else each
                                  for each in waiting))  # fmt: skip
        turn.say("edit_taken")
    else:
        turn.do(_moved(turn.case.ticket or 0, message))


def _changed(each: Pending, new: Pending) -> Pending:
    """What waits as it reads now. A picture that may show a card stays one: perhaps its words alone have changed."""
    held = each.held or new.held
    if len(each.parts) > 1:
        return replace(each, text=new.text, html=new.html, parts=exchanged(each.parts, new.parts), held=held)
    return replace(new, edited=False, held=held)


def ticket_buttons(turn: Turn) -> Rows:
    """One button for each open ticket."""
    return tuple((ticket_button(known),) for known in live(turn))


def ticket_button(known: Known) -> Button:
    """What is written belongs to this ticket. Such a button never grows stale while the ticket is open."""
    values = {"number": known.number, "terminal_id": known.terminal_id, "references": known.references[:1]}
    return Button("button_ticket", "to", str(known.number), values)


def _relay(turn: Turn, number: int, *messages: Pending) -> None:
    turn.change(pending=())
    for message in messages:
        turn.do(_moved(number, message))


def _moved(number: int, message: Pending) -> Relay:
    return Relay(
        number,
        message.message,
        message.text,
        message.reply_to,
        message.edited,
        message.media,
        message.html,
        message.parts,
        message.held,
    )


def _message(turn: Turn, event: Heard | Attached) -> Pending:
    if isinstance(event, Heard):
        return Pending(event.message, event.text, event.reply_to, event.edited, html=event.html)
    kept = not event.removed or bool(event.parts)
    own = (event.message, *(part.message for part in event.parts))
    said = [line for line in turn.case.transcript if line.who == "merchant" and line.message not in own]
    picture = kept and event.kind == "photo"
    held = picture and may_show_card(event.caption, turn.case.asked, said, turn.context.now)
    return Pending(event.message, event.caption, event.reply_to, event.edited, kept, event.html, event.parts, held)
