"""What ``knowledge.ticket_life`` decides about a ticket is done here, within one unit of work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.casefile import CaseFile
from handlers.keeping import keep_case, read_case
from handlers.topics import Topics
from handlers.wording import Wording
from knowledge.case import Case
from knowledge.library import KnowledgeBase
from knowledge.postings import Posting, Text
from knowledge.rating import stars_buttons
from knowledge.ticket import Ticket
from knowledge.ticket_events import Event, Floor, Record, Refused, Tell
from knowledge.ticket_life import happen
from knowledge.ticket_rules import Rules
from storage.unit import Unit

FREE = ("idle", "answered", "person", "parked")
"""States of a conversation in which no form is under way that the merchant would lose."""


@dataclass(frozen=True, slots=True)
class Done:
    """The ticket as it was saved, and what is to be posted."""

    ticket: Ticket
    postings: tuple[Posting, ...] = ()


class Progress:
    """Takes tickets on from one state to the next."""

    def __init__(self, base: Callable[[], KnowledgeBase], zone: ZoneInfo, topics: Topics) -> None:
        self.base = base
        self.zone = zone
        self.topics = topics

    def rules(self) -> Rules:
        """Those of the base that serves now."""
        return Rules.of(self.base(), self.zone)

    def happen(
        self, unit: Unit, ticket: Ticket, event: Event, now: datetime, *, own_turn: bool = False
    ) -> Done | Refused:
        """Save what comes of the event; raises StaleTicket when somebody else was faster.

        ``own_turn``: the merchant's own turn brought it about, which keeps the conversation's case itself.
        """
        outcome = happen(ticket, event, self.rules(), now)
        if isinstance(outcome, Refused):
            return outcome
        saved = ticket if outcome.ticket == ticket else unit.tickets.save(outcome.ticket)
        postings = self.topics.changed(unit, ticket, saved, now) if saved is not ticket else []
        if ticket.live and not saved.live:
            unit.outbox.let_go(ticket.number)
        for effect in outcome.effects:
            match effect:
                case Record(action, by, detail):
                    actor = ticket.user if by is None else by
                    unit.audit.note(now, actor, action, ticket=ticket.number, detail=detail)
                case Floor() if not own_turn:
                    self._floor(unit, saved, effect, now)
                case Tell():
                    postings += self._tell(unit, saved, effect, now)
        return Done(saved, tuple(postings))

    def _tell(self, unit: Unit, ticket: Ticket, told: Tell, now: datetime) -> list[Posting]:
        match told.to:
            case "topic":
                other = next((told.values[name] for name in ("into", "other") if name in told.values), None)
                there = None if other is None else unit.tickets.by_number(other)
                link = None if there is None else self.topics.link(there)
                return self.topics.note(ticket, told.phrase, now, told.ping, **{"link": link, **told.values})
            case "group":
                return self.topics.announce(ticket, told.phrase, now, **told.values)
        file = CaseFile(self.base(), self.zone, now)
        words = self.base().phrase(
            ticket.locale, told.phrase, **file.always, **file.named(told.values, locale=ticket.locale)
        )
        stars = stars_buttons(ticket.number) if told.phrase == "ticket_resolved" else ()
        wording = Wording(self.base(), Case(ticket.chat, ticket.user, ticket.locale), file.always)
        return [Text(ticket.chat, str(words), wording.keys(stars), ticket=ticket.number)]

    def _floor(self, unit: Unit, ticket: Ticket, floor: Floor, now: datetime) -> None:
        """The merchant's next words are this ticket's, or begin something new; a form under way goes on."""
        stored = unit.cases.of(ticket.chat)
        case = read_case(stored) if stored else Case(ticket.chat, ticket.user, ticket.locale)
        if floor.into is not None:
            if case.ticket != ticket.number:
                return
            case = replace(case, ticket=floor.into, chosen_at=None)
        elif floor.taken:
            case = replace(case, ticket=ticket.number, rating=None, low_stars=None)
            if case.state in FREE:
                case = replace(case, state="person", wake_at=None, before_parking=None)
        elif case.ticket in (None, ticket.number):
            other = next((each.number for each in unit.tickets.live_of_chat(ticket.chat)), None)
            case = replace(case, ticket=other, rating=ticket.number, low_stars=None)
            if case.state in FREE and other is None and not case.pending:
                until = now + timedelta(days=self.base().forms.reopen_days)
                case = replace(case, state="idle", asked=None, wake_at=until, before_parking=None)
        keep_case(unit, case, now)
