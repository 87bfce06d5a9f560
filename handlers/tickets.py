"""A ticket's life: opened with the case, claimed, answered, resolved, rated, reopened; and its messages both ways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import escape

from handlers.casefile import CaseFile
from handlers.keeping import case_json, keep_case, read_case
from handlers.wording import Wording
from knowledge.case import Case
from knowledge.hearing import stars_buttons
from knowledge.library import Department, KnowledgeBase
from knowledge.markup import plain
from knowledge.moves import Note, OpenTicket, Rate, Relay, Reopen, Say
from knowledge.postings import Card, Copy, Delete, Edit, Posting, Text, Topic
from knowledge.ticket import Ticket, TicketStatus
from storage.unit import Unit

LISTED = 10


class TicketDesk:
    """What happens to tickets within a unit of work. Everything is posted, nothing is sent."""

    def __init__(self, base: Callable[[], KnowledgeBase], zone: ZoneInfo, support_chat: int | None) -> None:
        self.base = base
        self.zone = zone
        self.support_chat = support_chat

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
        ticket = unit.tickets.open(draft)
        unit.audit.note(now, case.user, "ticket_opened", ticket=ticket.number, detail={"reason": move.reason})
        self._post(unit, now, *self._topic(ticket, now))
        text = file.case(ticket, move.reason, move.checks_not_run)
        self._post(unit, now, *self._note(ticket, text, role="case"))
        return ticket

    def open_now(self, base: KnowledgeBase, department: str, now: datetime) -> bool:
        """Whether the department works at this moment."""
        return works(base, base.departments[department], now.astimezone(self.zone))

    def relay(self, unit: Unit, case: Case, move: Relay) -> list[Posting]:
        """A merchant's message into the ticket's topic; an edited one changes its copy."""
        ticket = unit.tickets.by_number(move.ticket)
        if ticket is None or self.support_chat is None:
            return []
        copies = [c for c in unit.tickets.links_of(case.chat, move.message) if c.direction == "to_staff"]
        if move.edited and copies:
            return [Edit(self.support_chat, copies[-1].copy_message, str(escape(move.text)), ticket=ticket.number)]
        reply = self._other_side(unit, case.chat, move.reply_to, self.support_chat)
        if move.media:
            return [Copy(self.support_chat, case.chat, (move.message,), reply, ticket.number)]
        text = Text(
            self.support_chat,
            str(escape(move.text)),
            reply_to=reply,
            ticket=ticket.number,
            origin=(case.chat, move.message),
            role="relay",
        )
        return [text]

    def erase(self, unit: Unit, case: Case, messages: tuple[int, ...]) -> list[Posting]:
        """Copies of a message that turned out to hold a part of a card number go too."""
        links = [link for message in messages for link in unit.tickets.links_of(case.chat, message)]
        copies = {link.copy_message for link in links if link.direction == "to_staff"}
        if not copies or self.support_chat is None:
            return []
        return [Delete(self.support_chat, tuple(sorted(copies)))]

    def report(self, unit: Unit, case: Case, number: int, now: datetime) -> list[Posting]:
        """The records could be asked after all: the ticket gets the case as it is now, and staff are told."""
        ticket = unit.tickets.by_number(number)
        if ticket is None or ticket.chat != case.chat:
            return []
        file = CaseFile(self.base(), self.zone, now)
        references = tuple(dict.fromkeys(file.staff_reference(told) for told in case.told))
        ticket = unit.tickets.save(replace(ticket, references=references, case=case_json(case)))
        unit.audit.note(now, 0, "case_updated", ticket=number)
        note = self._note(ticket, self._staff_phrase("note_solved_by_itself", now))
        told = self._note(ticket, file.case(ticket, "source_back", checks_not_run=False), role="case")
        return [*self._topic(ticket, now), *note, *told]

    def tell(self, unit: Unit, case: Case, move: Note, now: datetime) -> list[Posting]:
        """A line for staff in the topic of a ticket of this chat, while somebody works on it."""
        ticket = unit.tickets.by_number(move.ticket)
        if ticket is None or ticket.chat != case.chat or not ticket.live:
            return []
        return self._note(ticket, self._staff_phrase(move.phrase, now, **move.values))

    def rate(self, unit: Unit, case: Case, move: Rate, now: datetime) -> list[Posting]:
        """Keep a merchant's stars and show them to staff."""
        ticket = unit.tickets.by_number(move.ticket)
        if ticket is None or ticket.chat != case.chat:
            return []
        ticket = unit.tickets.save(replace(ticket, stars=move.stars))
        unit.audit.note(now, case.user, "rated", ticket=ticket.number, detail={"stars": move.stars})
        return self._card(ticket, now) + self._note(ticket, self._staff_phrase("note_rated", now, stars=move.stars))

    def reopen(self, unit: Unit, case: Case, move: Reopen, now: datetime) -> list[Posting]:
        """Work on a resolved ticket again; the merchant wrote, or pressed the button."""
        ticket = unit.tickets.by_number(move.ticket)
        if ticket is None or ticket.chat != case.chat or ticket.live:
            return []
        status: TicketStatus = "claimed" if ticket.owner is not None else "open"
        ticket = unit.tickets.save(replace(ticket, status=status, resolved_at=None))
        unit.audit.note(now, case.user, "reopened", ticket=ticket.number)
        told = self._to_merchant(case, "ticket_reopened", now, number=ticket.number)
        return [told, *self._topic(ticket, now), *self._note(ticket, self._staff_phrase("note_reopened", now))]

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
        return [Text(case.chat, str(wording.phrase("tickets_list", {"tickets": lines})))]

    # Staff

    def claim(self, unit: Unit, ticket: Ticket, staff: int, name: str, now: datetime) -> Ticket:
        """Take the ticket; the merchant is told who works on it."""
        ticket = unit.tickets.save(replace(ticket, status="claimed", owner=staff, owner_name=name, claimed_at=now))
        unit.audit.note(now, staff, "claimed", ticket=ticket.number)
        self._post(unit, now, *self._topic(ticket, now))
        self._tell(unit, ticket, "ticket_claimed", now, number=ticket.number, name=name)
        return ticket

    def release(self, unit: Unit, ticket: Ticket, staff: int, now: datetime) -> Ticket:
        """Put the ticket back into the queue; the merchant keeps waiting and need not know."""
        ticket = unit.tickets.save(replace(ticket, status="open", owner=None, owner_name=None, claimed_at=None))
        unit.audit.note(now, staff, "released", ticket=ticket.number)
        self._post(unit, now, *self._topic(ticket, now))
        return ticket

    def resolve(self, unit: Unit, ticket: Ticket, staff: int, name: str, now: datetime) -> Ticket:
        """Resolve the ticket: the merchant is told, asked for stars, and may reopen it by writing."""
        owner = ticket.owner if ticket.owner is not None else staff
        ticket = unit.tickets.save(
            replace(ticket, status="resolved", resolved_at=now, owner=owner, owner_name=ticket.owner_name or name)
        )
        unit.audit.note(now, staff, "resolved", ticket=ticket.number)
        self._post(unit, now, *self._topic(ticket, now, closed=True))
        stored = unit.cases.of(ticket.chat)
        case = read_case(stored) if stored else Case(ticket.chat, ticket.user, ticket.locale)
        case = replace(
            case, ticket=None, rating=ticket.number, state="idle", asked=None, wake_at=now + self._reopen_time()
        )
        wording = self._wording(case, now)
        said = wording.postings([Say("ticket_resolved", {"number": ticket.number}, stars_buttons(ticket.number))])
        keep_case(unit, case, now)
        self._post(unit, now, *said)
        return ticket

    def staff_reopen(self, unit: Unit, ticket: Ticket, staff: int, now: datetime) -> Ticket:
        """Staff reopen a ticket themselves; the merchant is told and may write on."""
        status: TicketStatus = "claimed" if ticket.owner is not None else "open"
        ticket = unit.tickets.save(replace(ticket, status=status, resolved_at=None))
        unit.audit.note(now, staff, "reopened", ticket=ticket.number)
        self._post(unit, now, *self._topic(ticket, now))
        stored = unit.cases.of(ticket.chat)
        if stored is not None:
            case = read_case(stored)
            if case.ticket is None:
                keep_case(unit, replace(case, ticket=ticket.number, state="person", rating=None, wake_at=None), now)
        self._tell(unit, ticket, "ticket_reopened", now, number=ticket.number)
        return ticket

    def say(
        self,
        unit: Unit,
        ticket: Ticket,
        name: str,
        html: str,
        message: int,
        reply_to: int | None,
        now: datetime,
    ) -> None:
        """An agent's words to the merchant; ``html`` is Telegram HTML as Telegram gave it."""
        if self.support_chat is None:
            return
        base = self.base()
        words = base.phrase(ticket.locale, "staff_says", name=name, number=ticket.number)
        reply = self._other_side(unit, self.support_chat, reply_to, ticket.chat)
        text = Text(
            ticket.chat,
            f"{words}\n{html}",
            reply_to=reply,
            ticket=ticket.number,
            origin=(self.support_chat, message),
            role="relay",
        )
        self._post(unit, now, text)
        unit.questions.replied(ticket.number, plain(html))
        self._replied(unit, ticket, now)

    def send(self, unit: Unit, ticket: Ticket, message: int, reply_to: int | None, now: datetime) -> None:
        """Anything else that an agent sends, as a copy."""
        if self.support_chat is None:
            return
        reply = self._other_side(unit, self.support_chat, reply_to, ticket.chat)
        self._post(unit, now, Copy(ticket.chat, self.support_chat, (message,), reply, ticket.number))
        self._replied(unit, ticket, now)

    def edit(self, unit: Unit, ticket: Ticket, name: str, html: str, message: int, now: datetime) -> bool:
        """An agent edited what was sent: the merchant's copy follows. False when it was never sent."""
        if self.support_chat is None:
            return False
        links = [c for c in unit.tickets.links_of(self.support_chat, message) if c.direction == "to_merchant"]
        if not links:
            return False
        words = self.base().phrase(ticket.locale, "staff_says", name=name, number=ticket.number)
        self._post(unit, now, Edit(ticket.chat, links[-1].copy_message, f"{words}\n{html}", ticket=ticket.number))
        return True

    def note(self, unit: Unit, ticket: Ticket, phrase: str, now: datetime, **values: object) -> None:
        """A line for staff in the ticket's topic."""
        self._post(unit, now, *self._note(ticket, self._staff_phrase(phrase, now, **values)))

    def rebuilt(self, ticket: Ticket, now: datetime) -> list[Posting]:
        """The ticket's topic from the beginning, with its card and the case as it was when it was opened."""
        file = CaseFile(self.base(), self.zone, now)
        case = file.case(ticket, "rebuilt", checks_not_run=False)
        return [*self._topic(ticket, now, closed=not ticket.live), *self._note(ticket, case, role="case")]

    # Pieces

    def _replied(self, unit: Unit, ticket: Ticket, now: datetime) -> None:
        """An agent has spoken: unless the merchant is in the middle of a form, the next words are for the agent."""
        stored = unit.cases.of(ticket.chat)
        case = read_case(stored) if stored else None
        if case is not None and case.ticket == ticket.number and case.state in ("idle", "answered"):
            keep_case(unit, replace(case, state="person"), now)
        if ticket.first_reply_at is None:
            unit.tickets.save(replace(ticket, first_reply_at=now))

    def _topic(self, ticket: Ticket, now: datetime, closed: bool = False) -> list[Posting]:
        if self.support_chat is None:
            return []
        file = CaseFile(self.base(), self.zone, now)
        icon = self.base().plain(self.base().default_locale, f"icon_{ticket.status}")
        name = file.title(ticket)
        opening = [Topic(self.support_chat, ticket.number, name, icon)]
        closing = [Topic(self.support_chat, ticket.number, name, icon, closed=True)] if closed else []
        return [*opening, *self._card(ticket, now), *closing]

    def _card(self, ticket: Ticket, now: datetime) -> list[Posting]:
        if self.support_chat is None:
            return []
        file = CaseFile(self.base(), self.zone, now)
        return [Card(self.support_chat, ticket.number, file.card(ticket), file.card_keys(ticket))]

    def _note(self, ticket: Ticket, html: str, role: str = "note") -> list[Posting]:
        if self.support_chat is None:
            return []
        return [Text(self.support_chat, html, ticket=ticket.number, silent=True, role=role)]  # type: ignore[arg-type]

    def _staff_phrase(self, key: str, now: datetime, **values: object) -> str:
        return str(CaseFile(self.base(), self.zone, now).phrase(key, **values))

    def _to_merchant(self, case: Case, key: str, now: datetime, **values: object) -> Text:
        return Text(case.chat, str(self._wording(case, now).phrase(key, values)))

    def _tell(self, unit: Unit, ticket: Ticket, key: str, now: datetime, **values: object) -> None:
        words = self.base().phrase(ticket.locale, key, zone=self.zone, today=now.date(), **values)
        self._post(unit, now, Text(ticket.chat, str(words), ticket=ticket.number))

    def _wording(self, case: Case, now: datetime) -> Wording:
        return Wording(self.base(), case, {"zone": self.zone, "today": now.date()})

    def _reopen_time(self) -> timedelta:
        return timedelta(days=self.base().forms.reopen_days)

    @staticmethod
    def _other_side(unit: Unit, chat: int, message: int | None, other: int) -> int | None:
        """The message in the other chat that answers to this one."""
        if message is None:
            return None
        return next((there for where, there in unit.tickets.linked(chat, message) if where == other), None)

    @staticmethod
    def _post(unit: Unit, now: datetime, *postings: Posting) -> None:
        for posting in postings:
            unit.outbox.post(posting, now)


def works(base: KnowledgeBase, department: Department, moment: datetime) -> bool:
    """Whether a department works at a moment of its own zone; holidays and make-up days by its own rule."""
    if not department.opens <= moment.time() < department.closes:
        return False
    if department.holidays == "skip":
        return base.calendar.day(moment.date()).working
    return moment.isoweekday() in department.days
