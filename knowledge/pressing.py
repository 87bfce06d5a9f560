"""Pressed buttons. One of an earlier request, or one pressed twice, is answered politely and does nothing."""

from __future__ import annotations

from knowledge import answering, belonging, filling, hearing, rating
from knowledge.events import Pressed
from knowledge.moves import Button, ListTickets, ListWatches, Reopen, Settle, StopWatch, Strip
from knowledge.reading import Reading
from knowledge.turn import Turn, menu

TIMELESS = ("menu", "stars", "whystars", "reopen", "article", "unwatch", "to", "newticket")
"""Actions whose buttons never grow stale."""

FOLLOWED_WITH_AGENT = ("solved", "not_solved", "next_step", "track")
"""What may be pressed under an answer while a person has the floor."""


def press(turn: Turn, event: Pressed) -> None:
    """Take a pressed button."""
    if event.action not in TIMELESS and event.serial != turn.case.serial:
        _stale(turn, event)
        return
    action = {
        "menu": _menu,
        "pick": _pick,
        "fix": _fix,
        "skip": _skip,
        "why": _why,
        "again": _again,
        "side": _side,
        "follow": _follow,
        "unverified": _unverified,
        "identify": _identify,
        "terminal": _terminal,
        "stars": _stars,
        "whystars": _why_stars,
        "reopen": _reopen,
        "article": _article,
        "unwatch": _unwatch,
        "to": _to,
        "newticket": _new_ticket,
    }.get(event.action)
    if action is None:
        _stale(turn, event)
    else:
        action(turn, event)


def _stale(turn: Turn, event: Pressed) -> None:
    turn.do(Settle(event.callback, "button_stale"))
    turn.do(Strip(event.message))


def _taken(turn: Turn, event: Pressed, strip: bool = True) -> None:
    """Stop the spinner; the buttons of an answered question go, so that they are not pressed again."""
    turn.do(Settle(event.callback))
    if strip:
        turn.do(Strip(event.message))
    hearing.unpark(turn)


def _menu(turn: Turn, event: Pressed) -> None:
    _taken(turn, event, strip=False)
    match event.argument:
        case "payout_missing" | "change_progress" as form:
            turn.begin(form)
            filling.go_on(turn)
        case "change_how":
            answering.show(turn, "guide_change_card_howto")
        case "tickets":
            turn.do(ListTickets())
        case "watches":
            turn.do(ListWatches())
        case "person":
            hearing.ask_for_person(turn)
        case "language":
            hearing.change_language(turn, "en" if turn.case.locale == "zh" else "zh")
        case _:
            turn.say("greeting_short", buttons=menu())


def _pick(turn: Turn, event: Pressed) -> None:
    """A value out of those offered; only for the slot that is being asked, and only once."""
    slot, _, index = event.argument.partition(".")
    offered = index.isdecimal() and turn.case.state != "checking"
    value = filling.picked(turn, slot, int(index)) if offered else None
    if value is None:
        _stale(turn, event)
        return
    _taken(turn, event)
    filling.take(turn, Reading(slots={slot: value}))


def _fix(turn: Turn, event: Pressed) -> None:
    names = [slot.name for slot in turn.form.slots]
    answerable = (*hearing.FORM_STATES, "answered", "parked", "waiting", "person")
    if event.argument not in names or turn.case.state not in answerable:
        _stale(turn, event)
        return
    _taken(turn, event)
    filling.fix(turn, event.argument)


def _skip(turn: Turn, event: Pressed) -> None:
    if event.argument != turn.case.asked or turn.case.state == "checking":
        _stale(turn, event)
        return
    _taken(turn, event)
    filling.skip(turn, event.argument)


def _why(turn: Turn, event: Pressed) -> None:
    _taken(turn, event, strip=False)
    turn.say(f"why_{event.argument}" if event.argument in filling.names_of_all() else "why_identify")


def _again(turn: Turn, event: Pressed) -> None:
    _taken(turn, event)
    turn.change(misunderstood=0)
    if turn.case.state in hearing.FORM_STATES:
        filling.ask_again(turn)
    else:
        turn.say("what_else", buttons=menu())


def _side(turn: Turn, event: Pressed) -> None:
    if turn.case.state != "checking":
        _stale(turn, event)
        return
    _taken(turn, event)
    answering.choose_side(turn, event.argument)


def _follow(turn: Turn, event: Pressed) -> None:
    with_agent = turn.case.state == "person" and turn.case.told and event.argument in FOLLOWED_WITH_AGENT
    if turn.case.state != "answered" and not with_agent:
        _stale(turn, event)
        return
    _taken(turn, event, strip=event.argument == "solved")
    answering.follow(turn, event.argument)


def _unverified(turn: Turn, event: Pressed) -> None:
    if turn.case.state != "identifying":
        _stale(turn, event)
        return
    _taken(turn, event)
    hearing.go_unverified(turn)


def _identify(turn: Turn, event: Pressed) -> None:
    _taken(turn, event)
    turn.change(unverified=False)
    filling.go_on(turn)


def _terminal(turn: Turn, event: Pressed) -> None:
    """Look at another terminal of the same merchant, with all the other answers kept."""
    _taken(turn, event)
    hearing.take_words(turn, event.argument, asked="terminal_id")


def _stars(turn: Turn, event: Pressed) -> None:
    ticket, _, stars = event.argument.partition(".")
    rated = int(ticket) if ticket.isdecimal() else 0
    known = turn.known(rated)
    wanted = rated == turn.case.rating or (known is not None and not known.live and not known.rated)
    if not wanted or stars not in ("1", "2", "3", "4", "5"):
        _stale(turn, event)
        return
    _taken(turn, event)
    rating.give(turn, rated, int(stars), ((Button("button_missing_payout", "menu", "payout_missing"),),))


def _why_stars(turn: Turn, event: Pressed) -> None:
    ticket, _, reason = event.argument.partition(".")
    if not ticket.isdecimal() or not rating.choose(turn, int(ticket), reason):
        _stale(turn, event)
        return
    turn.do(Settle(event.callback))
    turn.do(Strip(event.message))


def _reopen(turn: Turn, event: Pressed) -> None:
    number = int(event.argument) if event.argument.isdecimal() else 0
    known = turn.known(number)
    rated = number == turn.case.rating and turn.case.ticket is None
    if not rated and not (known is not None and known.reopenable):
        _stale(turn, event)
        return
    _taken(turn, event)
    turn.change(rating=None, ticket=number, state="person", chosen_at=turn.context.now)
    turn.do(Reopen(number))


def _to(turn: Turn, event: Pressed) -> None:
    """Which of several tickets a message belongs to."""
    number = int(event.argument) if event.argument.isdecimal() else 0
    if turn.known(number) is None or not belonging.choose(turn, number):
        _stale(turn, event)
        return
    turn.do(Settle(event.callback))
    turn.do(Strip(event.message))


def _new_ticket(turn: Turn, event: Pressed) -> None:
    """The request under way is to have a ticket of its own; pressed twice it has one already."""
    if not belonging.new_matter(turn):
        _stale(turn, event)
        return
    _taken(turn, event)
    hearing.open_ticket(turn)


def _article(turn: Turn, event: Pressed) -> None:
    _taken(turn, event, strip=False)
    answering.show(turn, event.argument)
    if turn.case.state in hearing.FORM_STATES:
        filling.ask_again(turn)


def _unwatch(turn: Turn, event: Pressed) -> None:
    _taken(turn, event, strip=False)
    turn.do(StopWatch(int(event.argument) if event.argument.isdecimal() else 0))
