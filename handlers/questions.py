"""What is kept of questions for authors: asked, what came next, and what staff answered. Within the turn's own unit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from knowledge import choices
from knowledge.case import Case
from knowledge.choices import Choice
from knowledge.events import Attached, Commanded, Event, Heard, Pressed, Shared
from knowledge.gaps import MOST_READ, Gap, Gaps, found
from knowledge.library import KnowledgeBase
from knowledge.moves import Advise, Consulted, Move, OpenTicket, Say
from knowledge.questions import Outcome
from storage.database import Storage
from storage.questions import NewQuestion
from storage.unit import Unit

BY_MERCHANT = (Heard, Attached, Pressed, Shared, Commanded)


async def gaps(storage: Storage, base: KnowledgeBase, since: datetime, limit: int = MOST_READ) -> Gaps:
    """What could not be answered since then, grouped. Every group is ranked anew, in a thread beside the loop."""
    asked = await storage.read(lambda unit: unit.questions.open(since, limit))
    return await asyncio.to_thread(found, asked, base)


@dataclass(frozen=True, slots=True)
class Lessons:
    """What an author may learn from, most frequent first: questions without an answer, and titles that were chosen."""

    questions: tuple[Gap, ...]
    choices: tuple[Choice, ...]


async def lessons(storage: Storage, base: KnowledgeBase, since: datetime, limit: int = MOST_READ) -> Lessons:
    """Both since then, as the base stands now."""
    decided = await storage.read(lambda unit: unit.questions.decided(since, limit))
    chosen = await asyncio.to_thread(choices.found, decided, base)
    return Lessons((await gaps(storage, base, since, limit)).questions, chosen)


def noted(
    unit: Unit, before: Case, event: Event, case: Case, moves: Iterable[Move], base: KnowledgeBase, now: datetime
) -> Case:
    """Note what the turn asked of the base and what it did after an earlier question; the case knows what is open.

    ``before``: the case as the turn found it.
    """
    moves = tuple(moves)
    consulted = [move for move in moves if isinstance(move, Consulted)]
    ticket = _ticket(case, moves)
    if before.question is not None and isinstance(event, BY_MERCHANT):
        offered = unit.questions.offered(before.question) if isinstance(event, Pressed) else ()
        outcome, chosen = _outcome(event, ticket, bool(consulted), offered)
        unit.questions.settle(before.question, outcome, chosen=chosen, ticket=ticket)
        case = case.but(question=None)
    for move in consulted:
        message = event.message if isinstance(event, Heard | Attached) else None
        question = NewQuestion(
            "question", case.chat, case.locale, move.text, move.zone, move.best, move.confidence, message,
            offered=move.offered,
        )  # fmt: skip
        case = case.but(question=unit.questions.add(question, now))
    same = case.serial == before.serial
    unexplained = before.unexplained if same else ()
    known = {told.primary for told in before.told} if same else set()
    for question in _unexplained(case, moves, base):
        if question.best not in known:
            unexplained += (unit.questions.add(question, now),)
    if ticket is not None and unexplained:
        unit.questions.to_ticket(unexplained, ticket)
        unexplained = ()
    return case.but(unexplained=unexplained)


def _ticket(case: Case, moves: Iterable[Move]) -> int | None:
    """The ticket that the turn came to: a new one, or the one that was open when a person was asked for."""
    wanted = any(
        isinstance(move, OpenTicket) or (isinstance(move, Say) and move.phrase == "ticket_exists") for move in moves
    )
    return case.ticket if wanted else None


def _outcome(
    event: Event, ticket: int | None, asked_again: bool, offered: tuple[str, ...]
) -> tuple[Outcome, str | None]:
    if ticket is not None:
        return "person", None
    match event:
        # titles of an earlier question may still be pressed: they say nothing about this one
        case Pressed("article", article) if article in offered:
            return "chose", article
        case Pressed("menu", "none") if offered:
            return "none_of_these", None
        case _:
            return ("again" if asked_again else "other"), None


def _unexplained(case: Case, moves: Iterable[Move], base: KnowledgeBase) -> Iterable[NewQuestion]:
    """A note for each diagnosis told that ended in a fallback: its cause, and the facts that were missing."""
    for move in moves:
        for finding in move.findings if isinstance(move, Advise) and not move.step else ():
            if base.causes.by_id[finding.primary].fallback:
                missing = " ".join(sorted({fact for facts in finding.undecidable.values() for fact in facts}))
                yield NewQuestion("evidence", case.chat, case.locale, missing, "none", finding.primary)
