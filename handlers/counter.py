"""The staff's turn: what is written or pressed in the support group."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from handlers.casefile import CaseFile
from handlers.tickets import TicketDesk
from knowledge.library import KnowledgeBase
from knowledge.postings import Answer, Delete, React, Text
from knowledge.records import Unavailable
from knowledge.ticket import Ticket
from storage.database import Storage
from storage.errors import AlreadyDone, StaleCase, StaleTicket
from storage.people import new_token, token_hash
from storage.settlement.source import SettlementSource
from storage.unit import Unit

LINK_HOURS = 24
DELETABLE = timedelta(hours=48)
"""How long a bot can delete what it sent to a private chat (Bot API, deleteMessage)."""
TRIES = 5


@dataclass(frozen=True, slots=True)
class Said:
    """A message of an agent in the support group. ``html`` None: not words (a photo, a document …)."""

    chat: int
    topic: int | None
    message: int
    staff: int
    name: str
    html: str | None
    text: str = ""
    reply_to: int | None = None
    replied_at: datetime | None = None
    """When the message that this one answers was written."""
    edited: bool = False
    removed: tuple[int, ...] = ()
    """Messages out of which card numbers were taken: they must go from the topic too."""


class Counter:
    """The use cases of staff; only messages of the support group come here."""

    def __init__(
        self,
        storage: Storage,
        source: SettlementSource,
        base: Callable[[], KnowledgeBase],
        clock: Callable[[], datetime],
        zone: ZoneInfo,
        tickets: TicketDesk,
        bot_name: Callable[[], Awaitable[str]],
    ) -> None:
        self.storage = storage
        self.source = source
        self.base = base
        self.clock = clock
        self.zone = zone
        self.tickets = tickets
        self.bot_name = bot_name

    async def hear(self, update: int, said: Said) -> None:
        """Words or media in a topic go to the merchant; ``//`` stays inside; outside of tickets nothing is relayed."""
        await self.run(update, lambda unit: self._hear(unit, said, self.now()))

    async def press(
        self, update: int, callback: str, chat: int, staff: int, name: str, action: str, number: int, version: int
    ) -> None:
        """A button of a ticket's card. Stale and double presses are answered and change nothing."""

        def work(unit: Unit) -> None:
            now = self.now()
            phrase = self._act(unit, action, unit.tickets.by_number(number), staff, name, version, now)
            words = self.base().plain(self.base().default_locale, phrase, name=self._owner(unit, number))
            unit.outbox.post(Answer(chat, callback, words, alert=phrase.startswith("refused")), now)

        await self.run(update, work)

    async def react(self, update: int, chat: int, message: int, emoji: str) -> None:
        """Somebody's reaction to a relayed message appears on the other side; the latest of several people counts.

        ``emoji`` empty: it was taken back. What was never relayed (notes, cards) has no other side.
        """

        def work(unit: Unit) -> None:
            for where, there in unit.tickets.linked(chat, message):
                unit.outbox.post(React(where, there, emoji), self.now())

        await self.run(update, work)

    async def command(self, update: int, said: Said, name: str, argument: str) -> None:
        """A command of staff: in a ticket's topic the same acts as the card's buttons, and /link."""
        if name == "link":
            await self._link(update, said, argument)
            return
        if name == "unsend":
            await self.run(update, lambda unit: self._unsend(unit, said, self.now()))
            return

        def work(unit: Unit) -> None:
            now = self.now()
            ticket = None if said.topic is None else unit.tickets.by_topic(said.topic)
            action: Literal["claim", "release", "resolve", "reopen"] | None = {
                "claim": "claim",
                "release": "release",
                "resolve": "resolve",
                "reopen": "reopen",
            }.get(name)  # type: ignore[assignment]
            if action is None:
                self.reply(unit, said, "staff_help", now)
            elif ticket is None:
                self.reply(unit, said, "refused_no_ticket", now)
            else:
                phrase = self._act(unit, action, ticket, said.staff, said.name, None, now)
                if phrase.startswith("refused"):
                    self.reply(unit, said, phrase, now, name=ticket.owner_name)

        await self.run(update, work)

    async def _link(self, update: int, said: Said, merchant_no: str) -> None:
        """A one-time link that binds whoever opens it first; issued by staff, kept as a hash, in the audit log."""
        merchant_no = merchant_no.strip()
        found = await self.source.merchant(merchant_no) if merchant_no else None
        token, bot_name = new_token(), await self.bot_name()

        def work(unit: Unit) -> None:
            now = self.now()
            if not merchant_no:
                self.reply(unit, said, "link_usage", now)
            elif isinstance(found, Unavailable):
                self.reply(unit, said, "refused_source_down", now)
            elif found is None:
                self.reply(unit, said, "refused_no_merchant", now)
            else:
                until = now + timedelta(hours=LINK_HOURS)
                unit.people.issue(merchant_no, said.staff, token_hash(token), now, until)
                unit.audit.note(now, said.staff, "link_issued", detail={"merchant_no": merchant_no})
                link = f"https://t.me/{bot_name}?start=b_{token}"
                self.reply(
                    unit, said, "link_issued", now, merchant=found.name or merchant_no, link=link, hours=LINK_HOURS
                )

        await self.run(update, work)

    def _unsend(self, unit: Unit, said: Said, now: datetime) -> None:
        """Take the merchant's copy of an answered message away; Telegram lets bots do so for 48 hours."""
        ticket = None if said.topic is None else unit.tickets.by_topic(said.topic)
        if ticket is None:
            self.reply(unit, said, "refused_no_ticket", now)
        elif said.reply_to is None:
            self.reply(unit, said, "unsend_usage", now)
        elif said.replied_at is not None and now - said.replied_at >= DELETABLE:
            self.reply(unit, said, "refused_unsend_late", now)
        else:
            links = unit.tickets.links_of(said.chat, said.reply_to)
            copies = tuple(link.copy_message for link in links if link.direction == "to_merchant")
            if not copies:
                self.reply(unit, said, "refused_unsend", now)
                return
            unit.outbox.post(Delete(ticket.chat, copies), now)
            unit.audit.note(now, said.staff, "unsent", ticket=ticket.number, detail={"message": said.reply_to})
            self.reply(unit, said, "done_unsend", now)

    def _hear(self, unit: Unit, said: Said, now: datetime) -> None:
        ticket = None if said.topic is None else unit.tickets.by_topic(said.topic)
        if ticket is None or said.text.startswith("//"):
            return
        if said.removed:
            self.reply(unit, said, "staff_card_number", now)
            return
        if not ticket.live:
            self.reply(unit, said, "refused_resolved", now)
            return
        if said.edited:
            if said.html is not None and not self.tickets.edit(unit, ticket, said.name, said.html, said.message, now):
                self.reply(unit, said, "refused_edit", now)
            return
        ticket = self.own(unit, ticket, said, now)
        if said.html is not None:
            self.tickets.say(unit, ticket, said.name, said.html, said.message, said.reply_to, now)
        else:
            self.tickets.send(unit, ticket, said.message, said.reply_to, now)

    def own(self, unit: Unit, ticket: Ticket, said: Said, now: datetime) -> Ticket:
        """Who answers an unclaimed ticket has it; a second writer is warned, the words go out all the same."""
        if ticket.owner is None:
            return self.tickets.claim(unit, ticket, said.staff, said.name, now)
        if ticket.owner != said.staff:
            self.reply(unit, said, "warned_not_owner", now, name=ticket.owner_name)
        return ticket

    def _act(
        self, unit: Unit, action: str, ticket: Ticket | None, staff: int, name: str, version: int | None, now: datetime
    ) -> str:
        """Do what a button or command asks; returns the phrase that answers it."""
        if ticket is None:
            return "refused_no_ticket"
        if version is not None and version != ticket.version and action in ("release", "resolve", "reopen"):
            allowed = {
                "resolve": ticket.live,
                "release": ticket.owner is not None and ticket.live,
                "reopen": not ticket.live,
            }
            if not allowed[action]:
                return "refused_stale"
        match action:
            case "claim" if not ticket.live:
                return "refused_resolved"
            case "claim" if ticket.owner == staff:
                return "done_already"
            case "claim" if ticket.owner is not None:
                return "refused_claimed"
            case "claim":
                self.tickets.claim(unit, ticket, staff, name, now)
            case "release" if ticket.live and ticket.owner is not None:
                self.tickets.release(unit, ticket, staff, now)
            case "resolve" if ticket.live:
                self.tickets.resolve(unit, ticket, staff, name, now)
            case "reopen" if not ticket.live:
                self.tickets.staff_reopen(unit, ticket, staff, now)
            case _:
                return "done_already"
        return f"done_{action}"

    def _owner(self, unit: Unit, number: int) -> str | None:
        ticket = unit.tickets.by_number(number)
        return ticket.owner_name if ticket else None

    def reply(self, unit: Unit, said: Said, phrase: str, now: datetime, **values: object) -> None:
        """Answer staff where they wrote: in the ticket's topic, or in General."""
        ticket = None if said.topic is None else unit.tickets.by_topic(said.topic)
        html = str(CaseFile(self.base(), self.zone, now).phrase(phrase, **values))
        number = None if ticket is None else ticket.number
        unit.outbox.post(Text(said.chat, html, reply_to=said.message, ticket=number, role="note"), now)

    async def run(self, update: int, work: Callable[[Unit], None]) -> None:
        """Do something within one commit that completes the update; once, however often the update comes."""

        def whole(unit: Unit) -> None:
            unit.inbox.complete(update)
            work(unit)

        for attempt in range(TRIES):
            try:
                await self.storage.run(whole)
            except AlreadyDone:
                return
            except (StaleTicket, StaleCase):
                if attempt == TRIES - 1:
                    raise
            else:
                return

    def now(self) -> datetime:
        """The clock, in the desk's zone."""
        return self.clock().astimezone(self.zone)
