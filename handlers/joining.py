"""Two tickets become one, or one becomes two, within a unit of work."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from markupsafe import escape

from handlers.casefile import CaseFile
from handlers.keeping import case_json
from knowledge.case import Case
from knowledge.postings import Copy, Posting, Text
from knowledge.ticket import Ticket
from knowledge.ticket_events import Merge, Refused, Split, TakeIn
from knowledge.ticket_life import split_off
from storage.tickets import Link
from storage.unit import Unit

if TYPE_CHECKING:
    from handlers.tickets import TicketDesk


def merge(desk: TicketDesk, unit: Unit, ticket: Ticket, event: Merge, now: datetime) -> Ticket | Refused:
    """The ticket goes on in another one, whose topic gets its case and what was said; returns it as it is closed."""
    done = desk.progress.happen(unit, ticket, event, now)
    if isinstance(done, Refused):
        return done
    taken = desk.progress.happen(unit, event.into, TakeIn(event.by, ticket), now)
    if isinstance(taken, Refused):
        return taken
    case = CaseFile(desk.base(), desk.zone, now).case(ticket, "merged", checks_not_run=False)
    brought = [*desk.topics.words(taken.ticket, case, role="case"), *desk.history(unit, ticket, taken.ticket, now)]
    unit.tickets.give_all(ticket.number, taken.ticket.number)  # its words are the other one's, also when asked later
    for posting in (*done.postings, *taken.postings, *brought):
        unit.outbox.post(posting, now)
    return done.ticket


def split(desk: TicketDesk, unit: Unit, ticket: Ticket, event: Split, now: datetime) -> Ticket | Refused:
    """Messages of the merchant become a ticket of their own, with its topic; returns the one that they came from."""
    done = desk.progress.happen(unit, ticket, event, now)
    if isinstance(done, Refused):
        return done
    links = [link for link in merchant_said(unit, ticket) if link.origin_message in event.messages]
    draft = split_off(ticket, desk.progress.rules(), now)
    new = unit.tickets.open(_with_case(draft))
    unit.audit.note(now, event.by.id, "split_from", ticket=new.number, detail={"number": ticket.number})
    # an answer of the merchant to one of these messages is for the new ticket
    unit.tickets.give([each for link in links for each in unit.tickets.links_of(ticket.chat, link.origin_message)],
                      new.number)  # fmt: skip
    back = desk.topics.link(ticket)
    told = desk.topics.note(new, "note_split_from", now, name=event.by.name, number=ticket.number, link=back)
    left = desk.topics.note(ticket, "note_split", now, name=event.by.name, number=new.number)
    brought = [posting for link in links for posting in _brought(desk, new, link)]
    for posting in (
        *done.postings,
        *desk.topics.whole(unit, new, now),
        *told,
        *brought,
        *left,
        _tells(desk, new, links),
    ):
        unit.outbox.post(posting, now)
    return done.ticket


def merchant_said(unit: Unit, ticket: Ticket) -> tuple[Link, ...]:
    """What the merchant wrote and sent for a ticket, in order, each message once."""
    links = (link for link in unit.tickets.history(ticket.number) if link.direction == "to_staff")
    return tuple({link.origin_message: link for link in links if link.origin_chat == ticket.chat}.values())


def _with_case(draft: Ticket) -> Ticket:
    """The new ticket's conversation begins here: what the old one found out is about the old matter."""
    return replace(draft, case=case_json(Case(draft.chat, draft.user, draft.locale)))


def _brought(desk: TicketDesk, new: Ticket, link: Link) -> list[Posting]:
    """One message as if it had just been relayed: staff can answer it there."""
    chat = desk.groups.of(new)
    if chat is None or link.said == "":
        return []
    origin, words = (link.origin_chat, link.origin_message), str(escape(link.said or ""))
    if link.file:  # the words are told as they were relayed: the original may hold a card number
        return [Copy(chat, origin[0], (origin[1],), ticket=new.number, caption=words)]
    return [Text(chat, words, ticket=new.number, origin=origin, role="relay")] if words else []


def _tells(desk: TicketDesk, new: Ticket, links: list[Link]) -> Text:
    """The merchant hears under which number it goes on, beside the message itself; an answer is for that ticket."""
    words, message = desk.base().phrase(new.locale, "ticket_split", number=new.number), links[0].origin_message
    return Text(new.chat, str(words), reply_to=message, ticket=new.number, origin=(new.chat, message))
