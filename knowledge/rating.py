"""After a resolved ticket: stars, and where they are few, one question why. Asked anew at every resolution."""

from __future__ import annotations

from datetime import timedelta

from knowledge import slots
from knowledge.moves import Button, Rate, RateReason, Rows
from knowledge.reading import Act
from knowledge.turn import Turn

LOW = 3
"""So many stars or fewer are asked about."""
REASONS = ("slow", "unsolved", "unclear", "manner")
"""Reasons that are offered as buttons; any other is kept in the merchant's words."""
ASKED_FOR = timedelta(days=1)
"""So long words are the answer to the question why, not something new."""
REASON_CHARACTERS = 500
DECLINING: tuple[Act, ...] = ("no", "skip", "refuse", "dont_know", "thanks", "cancel", "yes", "solved")


def stars_buttons(ticket: int) -> Rows:
    """One to five stars, and the way back to the person."""
    stars = tuple(Button("button_star", "stars", f"{ticket}.{n}", {"stars": n}) for n in range(1, 6))
    return (stars, (_reopen(ticket),))


def give(turn: Turn, ticket: int, stars: int, buttons: Rows = ()) -> None:
    """Take stars. ``buttons``: what is offered with the thanks when nothing is asked."""
    turn.do(Rate(ticket, stars))
    turn.change(low_stars=None, low_asked_at=None)
    if turn.case.rating == ticket:
        turn.change(rating=None)
    if stars > LOW:
        turn.say("rated", {"stars": stars}, buttons=buttons)
        return
    turn.change(low_stars=ticket, low_asked_at=turn.context.now)
    chosen = [Button(f"button_stars_{reason}", "whystars", f"{ticket}.{reason}") for reason in REASONS]
    turn.say("rated_low", {"stars": stars}, (tuple(chosen[:2]), tuple(chosen[2:]), (_reopen(ticket),)))


def choose(turn: Turn, ticket: int, reason: str) -> bool:
    """A reason was pressed; False when it is not asked for (any more)."""
    if ticket != turn.case.low_stars or reason not in REASONS:
        return False
    _because(turn, ticket, reason)
    return True


def answer(turn: Turn, text: str) -> bool:
    """Words after few stars: the reason, or another number of stars. False when they are something else."""
    ticket, asked_at = turn.case.low_stars, turn.case.low_asked_at
    if ticket is None or asked_at is None:
        return False
    if turn.case.state != "idle" or turn.context.now - asked_at > ASKED_FOR:
        turn.change(low_stars=None, low_asked_at=None)
        return False
    stars = slots.read(text, now=turn.context.now, locale=turn.case.locale, asked="rating").slots.get("rating")
    if isinstance(stars, int):
        give(turn, ticket, stars)
        return True
    reading = slots.read(text, now=turn.context.now, locale=turn.case.locale)
    if reading.act == "not_solved":
        _because(turn, ticket, "unsolved")
    elif reading.act in DECLINING:
        turn.change(low_stars=None, low_asked_at=None)
        turn.say("you_are_welcome")
    elif reading.act is not None or reading.slots or reading.question:
        turn.change(low_stars=None, low_asked_at=None)
        return False
    else:
        _because(turn, ticket, text[:REASON_CHARACTERS])
    return True


def _because(turn: Turn, ticket: int, reason: str) -> None:
    turn.change(low_stars=None, low_asked_at=None)
    turn.do(RateReason(ticket, reason))
    turn.say("stars_reason_taken", buttons=((_reopen(ticket),),))


def _reopen(ticket: int) -> Button:
    return Button("button_reopen", "reopen", str(ticket))
