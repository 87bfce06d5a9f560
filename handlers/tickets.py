"""Tickets within a unit of work: opened with the case, taken on, rated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.casefile import CaseFile
from handlers.groups import Groups
from handlers.joining import merge, split
from handlers.keeping import case_json, case_of_json
from handlers.progress import Done, Progress
from handlers.relay import Relaying
from handlers.topics import Topics
from handlers.wording import Wording
from knowledge.belonging import ticket_button
from knowledge.case import Case
from knowledge.library import KnowledgeBase
from knowledge.moves import Button, Note, OpenTicket, Rate, RateReason, Reopen, Report
from knowledge.postings import Copy, Posting, Text
from knowledge.ticket import Known, Ticket
from knowledge.ticket_events import Event, Merge, Refused, Split
from knowledge.ticket_events import Reopen as Reopened
from knowledge.ticket_life import opened
from storage.tickets import Link
from storage.unit import Unit

LISTED = 10
EXCERPT, MEDIA = 40, 20
"""So many lines, and so many photos and files, of a conversation come into a topic that is made anew."""


class TicketDesk:
    """What happens to tickets within a unit of work. Everything is posted, nothing is sent."""

    def __init__(self, base: Callable[[], KnowledgeBase], zone: ZoneInfo, groups: Groups) -> None:
        self.base = base
        self.zone = zone
        self.groups = groups
        self.topics = Topics(base, zone, groups)
        self.progress = Progress(base, zone, self.topics)
        self.relay = Relaying(base, groups, self.progress)

    # Merchants

    def open(
        self,
        unit: Unit,
        case: Case,
        move: OpenTicket,
        name: str,
        merchants: frozenset[str],
        base: KnowledgeBase,
        now: datetime,
    ) -> Ticket:
        """Open a ticket for the case, with its topic, card and case file; returns it with its number."""
        file = CaseFile(base, self.zone, now)
        only = next(iter(merchants)) if len(merchants) == 1 else None
        merchant_no, merchant_name = case.merchant if merchants and case.merchant else (only, None)
        draft = Ticket(
            number=0,
            chat=case.chat,
            user=case.user,
            locale=case.locale,
            department=move.department,
            created_at=now,
            priority=base.departments[move.department].priority,
            verified=bool(merchants),
            merchant_no=merchant_no,
            merchant_name=merchant_name or name or None,
            terminal_id=case.answers.terminal_id,
            references=tuple(dict.fromkeys(file.staff_reference(told) for told in case.told)),
            case=case_json(case),
        )
        ticket = unit.tickets.open(opened(draft, self.progress.rules(), now))
        unit.audit.note(now, case.user, "ticket_opened", ticket=ticket.number, detail={"reason": move.reason})
        self._post(unit, now, *self.topics.whole(unit, ticket, now))
        text = file.case(ticket, move.reason, move.checks_not_run)
        self._post(unit, now, *self.topics.words(ticket, text, role="case"))
        return ticket

    def report(self, unit: Unit, case: Case, move: Report, now: datetime) -> list[Posting]:
        """The case is another one than the ticket holds: the ticket gets it as it is now, and staff are told why."""
        ticket = unit.tickets.by_number(move.ticket)
        if ticket is None or ticket.chat != case.chat:
            return []
        file = CaseFile(self.base(), self.zone, now)
        corrected = file.corrected(case_of_json(ticket.case).answers, case.answers)
        ticket = unit.tickets.save(
            replace(
                ticket,
                terminal_id=case.answers.terminal_id or ticket.terminal_id,
                references=tuple(dict.fromkeys(file.staff_reference(told) for told in case.told)),
                case=case_json(case),
            )
        )
        unit.audit.note(now, 0, "case_updated", ticket=ticket.number, detail={"why": move.why})
        if move.why == "source_back":
            note = self.topics.note(ticket, "note_solved_by_itself", now)
        else:
            note = self.topics.note(ticket, "note_corrected", now, corrected=corrected, why=move.why)
        told = file.case(ticket, move.why, checks_not_run=False) if move.why in ("source_back", "corrected") else None
        whole = self.topics.whole(unit, ticket, now)
        return [*whole, *note, *(self.topics.words(ticket, told, role="case") if told else ())]

    def tell(self, unit: Unit, case: Case, move: Note, now: datetime) -> list[Posting]:
        """A line for staff in the topic of a ticket of this chat, while somebody works on it."""
        ticket = unit.tickets.followed(move.ticket)
        if ticket is None or ticket.chat != case.chat or not ticket.live:
            return []
        return self.topics.note(ticket, move.phrase, now, **move.values)

    def rate(self, unit: Unit, case: Case, move: Rate, now: datetime) -> list[Posting]:
        """Keep a merchant's stars and show them to staff."""
        ticket = unit.tickets.by_number(move.ticket)
        if ticket is None or ticket.chat != case.chat:
            return []
        ticket = unit.tickets.save(replace(ticket, stars=move.stars, stars_reason=None))
        unit.audit.note(now, case.user, "rated", ticket=ticket.number, detail={"stars": move.stars})
        return self.topics.card(unit, ticket, now) + self.topics.note(ticket, "note_rated", now, stars=move.stars)

    def rate_reason(self, unit: Unit, case: Case, move: RateReason, now: datetime) -> list[Posting]:
        """Why there were few stars, for staff; of a ticket that was reopened meanwhile it is not kept."""
        ticket = unit.tickets.by_number(move.ticket)
        if ticket is None or ticket.chat != case.chat or ticket.stars is None:
            return []
        ticket = unit.tickets.save(replace(ticket, stars_reason=move.reason))
        unit.audit.note(now, case.user, "rated_reason", ticket=ticket.number, detail={"text": move.reason})
        reason = CaseFile(self.base(), self.zone, now).stars_reason(move.reason)
        return self.topics.note(ticket, "note_rated_reason", now, reason=reason)

    def reopen(self, unit: Unit, case: Case, move: Reopen, now: datetime) -> list[Posting]:
        """Work on a resolved ticket again; the merchant wrote, or pressed the button."""
        ticket = unit.tickets.followed(move.ticket)
        if ticket is None or ticket.chat != case.chat:
            return []
        done = self.progress.happen(unit, ticket, Reopened(), now, own_turn=True)
        return list(done.postings) if isinstance(done, Done) else []

    def speaks(self, unit: Unit, case: Case, now: datetime) -> list[Posting]:
        """The merchant chose another language: what is said for their open tickets is in it from now on."""
        live = (ticket for ticket in unit.tickets.live_of_chat(case.chat) if ticket.locale != case.locale)
        changed = [unit.tickets.save(replace(ticket, locale=case.locale)) for ticket in live]
        return [card for ticket in changed for card in self.topics.card(unit, ticket, now)]

    def listing(self, unit: Unit, case: Case, now: datetime) -> list[Posting]:
        """The merchant's tickets, newest first."""
        base, wording = self.base(), self._wording(case, now)
        shown = {cause.staff_reference: cause.reference for cause in base.causes.causes}
        tickets = unit.tickets.of_chat(case.chat)[:LISTED]
        if not tickets:
            return [Text(case.chat, str(wording.phrase("tickets_none")))]
        lines = [
            {
                "number": ticket.number,
                "status": base.phrase(case.locale, f"status_{ticket.status}"),
                "created_at": ticket.created_at,
                "references": [shown.get(reference, reference) for reference in ticket.references],
                "terminal_id": ticket.terminal_id,
                "live": ticket.live,
            }
            for ticket in tickets
        ]
        live = [ticket for ticket in tickets if ticket.live]
        keys = wording.keys(tuple((_button(ticket),) for ticket in live)) if len(live) > 1 else ()
        return [Text(case.chat, str(wording.phrase("tickets_list", {"tickets": lines})), keys)]

    # Staff

    def happen(self, unit: Unit, ticket: Ticket, event: Event, now: datetime) -> Ticket | Refused:
        """What staff want or the clock brings; returns the ticket after it, or why it cannot be."""
        if isinstance(event, Merge):
            return merge(self, unit, ticket, event, now)
        if isinstance(event, Split):
            return split(self, unit, ticket, event, now)
        done = self.progress.happen(unit, ticket, event, now)
        if isinstance(done, Refused):
            return done
        self._post(unit, now, *done.postings)
        return done.ticket

    def note(self, unit: Unit, ticket: Ticket, phrase: str, now: datetime, **values: Any) -> None:
        """A line for staff in the ticket's topic."""
        self._post(unit, now, *self.topics.note(ticket, phrase, now, **values))

    def rebuild(self, unit: Unit, number: int, now: datetime) -> None:
        """The ticket's topic from the beginning, before all that waits for it: its card, the case as it was when the
        ticket was opened, and the last of what was said and sent since then. Does nothing when there is no such ticket.
        """
        ticket = unit.tickets.by_number(number)
        chat = None if ticket is None else self.groups.of(ticket)
        if ticket is None or chat is None:
            return
        file = CaseFile(self.base(), self.zone, now)
        case = file.case(ticket, "rebuilt", checks_not_run=False)
        postings = [*self.topics.topic(ticket, now, opened=True), *self.topics.card(unit, ticket, now)]
        postings += self.topics.words(ticket, case, role="case")
        postings += self.history(unit, ticket, ticket, now)
        if not ticket.live:
            postings += self.topics.topic(ticket, now)
        for posting in postings:
            unit.outbox.post(posting, now, front=True)

    def history(self, unit: Unit, of: Ticket, into: Ticket, now: datetime) -> list[Posting]:
        """The last of what was said for a ticket, for the topic of a ticket, and copies of the merchant's files.

        The originals may hold words that were taken out of their copies: the files come without, the words are told.
        """
        links: dict[tuple[int, int, str], Link] = {}
        for link in unit.tickets.history(of.number):
            if link.at is not None:  # the first time that it was relayed, not an earlier rebuilding
                links.setdefault((link.origin_chat, link.origin_message, link.direction), link)
        chat = self.groups.of(into)
        if chat is None or not links:
            return []
        file = CaseFile(self.base(), self.zone, now)
        said = self.topics.words(into, file.history(of, tuple(links.values())[-EXCERPT:]), role="case")
        sent = [m for (c, m, _), link in links.items() if c == of.chat and link.file and link.said != ""][-MEDIA:]
        files = Copy(chat, of.chat, tuple(sorted(sent)), ticket=into.number, caption="")
        return [*said, *([files] if sent else [])]

    # Pieces

    def _wording(self, case: Case, now: datetime) -> Wording:
        return Wording(self.base(), case, {"zone": self.zone, "today": now.date()})

    @staticmethod
    def _post(unit: Unit, now: datetime, *postings: Posting) -> None:
        for posting in postings:
            unit.outbox.post(posting, now)


def _button(ticket: Ticket) -> Button:
    """What the merchant writes next is for this ticket."""
    return ticket_button(Known(ticket.number, True, ticket.terminal_id, ticket.references))
