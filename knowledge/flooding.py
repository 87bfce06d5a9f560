"""A merchant who writes faster than anybody can read: nothing is lost, but it is taken together and answered once.

What exceeds ``flood_burst`` and ``flood_per_minute`` is held in the case, in order, until the oldest of it has waited
for ``flood_gather_seconds``: then words for a ticket become one message in its topic, and words for the desk one
question. While something is held everything that follows waits behind it. Within ``QUIET`` the merchant is asked once
to slow down.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from markupsafe import escape

from knowledge import belonging, hearing, pacing
from knowledge.albums import exchanged, is_of
from knowledge.case import Held
from knowledge.events import Attached, Commanded, Event, Heard, Pressed, Shared
from knowledge.moves import Move, Relay, RelayTogether, Say, Settle
from knowledge.turn import Turn

QUIET = timedelta(minutes=10)
MOST_HELD, MOST_CHARACTERS = 100, 16_000
"""What is held at most before it is taken, however short it waited: a case is written anew with every message."""
READ_CHARACTERS = 2_000
"""So much of what was gathered is read as one question, the newest of it; the transcript has the rest."""
HALF_DIGITS = 2
"""The next message may show that the newest one, with so many digits, is half of a card number, to be taken back."""
RETRY_MINUTES = 5


def holds(turn: Turn, event: Event) -> bool:
    """Whether the event comes too fast and was dealt with here: held, or for a button or a contact turned down."""
    if not isinstance(event, Heard | Attached | Commanded | Shared | Pressed):
        return False
    free = _spend(turn)
    if free and (not turn.case.flow.held or isinstance(event, Shared | Pressed)):
        return False
    match event:
        case Pressed():
            turn.do(Settle(event.callback, "button_too_fast"))
        case Shared():
            _ask_to_slow_down(turn)
        case _:
            _hold(turn, event)
    return True


def due(turn: Turn) -> bool:
    """Whether what is held has waited long enough."""
    held = turn.case.flow.held
    return bool(held) and turn.context.now >= held[0].at + _gathering(turn)


def be_woken(turn: Turn) -> None:
    """Whatever else a turn did: what is held does not wait for ever."""
    case, held = turn.case, turn.case.flow.held
    if not held:
        return
    until = held[0].at + _gathering(turn)
    if case.wake_at is None or case.wake_at > until:
        turn.change(wake_at=until, flow=replace(case.flow, wake_at=case.wake_at))


def release(turn: Turn, take: Callable[[Turn, Event], None]) -> None:
    """Take what is held, in order. ``take``: how the desk takes an event.

    What belongs to tickets is handed on. Of the rest the first words are taken as one, and what stands behind them is
    taken a moment later: an answer to them may need a lookup first.
    """
    held, first = list(turn.case.flow.held), len(turn.moves)
    turn.change(wake_at=turn.case.flow.wake_at, flow=replace(turn.case.flow, held=(), wake_at=None))
    while held:
        event = _event(held[0])
        if not isinstance(event, Commanded) and belonging.hand_on(turn, event):
            turn.note(held[0].text, held[0].message)
            held.pop(0)
            continue
        if isinstance(event, Heard) and not event.edited:
            _answer(turn, held)
        else:
            held.pop(0)
            take(turn, event)
        break
    _change(turn, held=tuple(held))
    turn.moves[first:] = _together(turn.moves[first:])
    if turn.case.state == "waiting" and turn.case.wake_at is None:
        turn.wake_in(RETRY_MINUTES)


def _spend(turn: Turn) -> bool:
    """Take one of what the merchant may send; False when nothing is left."""
    desk, now = turn.context.base.desk, turn.context.now.timestamp()
    rate = pacing.Rate(desk.flood_per_minute / 60, desk.flood_burst)
    moment, busy_until = pacing.reserve(turn.case.flow.busy_until, rate, now)
    free = moment <= now
    _change(turn, busy_until=busy_until if free else pacing.empty(rate, now))
    return free


def _hold(turn: Turn, event: Heard | Attached | Commanded) -> None:
    if isinstance(event, Heard | Attached) and event.removed:
        hearing.erase(turn, event.removed)
        if turn.case.flow.held:
            turn.unsay("card_number_removed")
    _ask_to_slow_down(turn)
    new, held = _held(event, turn.context.now), turn.case.flow.held
    if new.edited and any(is_of(each, new.message) for each in held):
        held = tuple(_changed(each, new) if is_of(each, new.message) else each for each in held)
    elif not (new.kind == "command" and held and (held[-1].kind, held[-1].text) == ("command", new.text)):
        held = (*held, new)
    _change(turn, held=held)
    if len(held) >= MOST_HELD or sum(len(each.text) for each in held) >= MOST_CHARACTERS:
        _change(turn, held=(replace(held[0], at=turn.context.now - _gathering(turn)), *held[1:]))


def _changed(each: Held, new: Held) -> Held:
    """What is held as it reads now. A file by itself is copied as it is then, an album's parts go by their ids."""
    kind = each.kind if each.parts else new.kind
    return replace(each, text=new.text, html=new.html, kind=kind, parts=exchanged(each.parts, new.parts))


def _ask_to_slow_down(turn: Turn) -> None:
    told, now = turn.case.flow.slowed_at, turn.context.now
    if told is None or now - told >= QUIET:
        _change(turn, slowed_at=now)
        turn.say("slow_down")


def _answer(turn: Turn, held: list[Held]) -> None:
    """The words at the head of what is held, as if they had been written in one message."""
    batch: list[Held] = []
    while held and held[0].kind == "words" and not held[0].edited and held[0].ticket is None:
        batch.append(held.pop(0))
        turn.note(batch[-1].text, batch[-1].message)
    text = "\n".join(each.text for each in batch)[-READ_CHARACTERS:]
    hearing.answer(turn, Heard(text, batch[-1].message, reply_to=batch[-1].reply_to))


def _together(moves: list[Move]) -> list[Move]:
    """Several messages for a ticket become one move; the newest that may still be half of a card number stays alone.

    Albums stay albums, and pictures that may show a card are no part of it: nobody sees them without asking. Nothing
    makes a sound.
    """
    plain = [move for move in moves if isinstance(move, Relay) and not (move.edited or move.parts or move.held)]
    gathered: list[Move] = []
    for move in moves:
        if move not in plain and not (isinstance(move, Say) and move in gathered):  # said once, however many it is for
            gathered.append(_quiet(move))
    for number in dict.fromkeys(move.ticket for move in plain):
        of_ticket = [move for move in plain if move.ticket == number]
        alone = [of_ticket.pop()] if sum(map(str.isnumeric, of_ticket[-1].text)) >= HALF_DIGITS else []
        if len(of_ticket) > 1:
            words = tuple((move.message, move.html or str(escape(move.text))) for move in of_ticket if not move.media)
            media = tuple(move.message for move in of_ticket if move.media)
            answers = [move.reply_to for move in of_ticket if move.reply_to is not None]
            gathered.append(RelayTogether(number, words, media, answers[-1] if answers else None))
        else:
            gathered += map(_quiet, of_ticket)
        gathered += map(_quiet, alone)
    return gathered


def _quiet(move: Move) -> Move:
    return replace(move, quiet=True) if isinstance(move, Relay) else move


def _held(event: Heard | Attached | Commanded, now: datetime) -> Held:
    match event:
        case Heard():
            return Held(now, event.message, event.text, "words", event.reply_to, event.edited, event.ticket, event.html)
        case Attached():  # a caption without its card number is words: the picture itself must not go on
            kind = event.kind if event.parts or not event.removed else "words"
            return Held(
                now, event.message, event.caption, kind, event.reply_to, event.edited, event.ticket, event.html,
                event.parts,
            )  # fmt: skip
        case Commanded():
            return Held(now, event.message, f"{event.name} {event.argument}".strip(), "command")


def _event(held: Held) -> Heard | Attached | Commanded:
    if held.kind == "words":
        return Heard(held.text, held.message, held.edited, held.reply_to, (), held.ticket, held.html)
    if held.kind == "command":
        name, _, argument = held.text.partition(" ")
        return Commanded(name, argument, held.message)
    return Attached(
        held.kind, held.message, held.text, held.reply_to, (), held.ticket, held.parts, held.edited, held.html
    )


def _gathering(turn: Turn) -> timedelta:
    return timedelta(seconds=turn.context.base.desk.flood_gather_seconds)


def _change(turn: Turn, **changes: Any) -> None:
    turn.change(flow=replace(turn.case.flow, **changes))
