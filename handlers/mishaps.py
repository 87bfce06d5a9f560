"""When something could not be done: the merchant hears something kind, staff see what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.keeping import read_case
from handlers.tickets import TicketDesk
from handlers.wording import Wording
from knowledge.case import Case
from knowledge.hearing import person_button
from knowledge.library import KnowledgeBase
from knowledge.moves import Say
from knowledge.postings import Album, Copy, Posting, Text
from storage.database import Storage
from storage.unit import Unit

GONE = ("blocked", "deactivated", "chat not found", "kicked")
"""What Telegram says of people who cannot be reached, as opposed to a message that it does not like."""


class Mishaps:
    """The use cases of failure. Each is one unit of work of its own."""

    def __init__(
        self,
        storage: Storage,
        base: Callable[[], KnowledgeBase],
        clock: Callable[[], datetime],
        zone: ZoneInfo,
        tickets: TicketDesk,
    ) -> None:
        self.storage = storage
        self.base = base
        self.clock = clock
        self.zone = zone
        self.tickets = tickets

    async def gave_up(self, update: Mapping[str, Any]) -> None:
        """An update that could not be dealt with: its sender is told so, with a way to a person."""
        event = next((update[kind] for kind in ("message", "edited_message", "callback_query") if kind in update), None)
        message = event.get("message", event) if isinstance(event, Mapping) else None
        chat = message.get("chat") if isinstance(message, Mapping) else None
        if not isinstance(chat, Mapping) or chat.get("type") != "private":
            return
        number = int(chat["id"])
        await self.storage.run(lambda unit: self._apologise(unit, number))

    async def undelivered(self, posting: Posting, error: str) -> None:
        """A message that Telegram refused for good: said in the topic of the ticket that it belongs to.

        Who cannot be written to at all is not watched for any longer.
        """
        if isinstance(posting, Text | Album | Copy) and posting.chat > 0:
            await self.storage.run(lambda unit: self._tell_staff(unit, posting, error))

    async def topic_lost(self, number: int) -> None:
        """A ticket's topic is gone: a new one, its card and its case go before everything that waits for it."""
        now = self.clock().astimezone(self.zone)
        await self.storage.run(lambda unit: self.tickets.rebuild(unit, number, now))

    def _apologise(self, unit: Unit, chat: int) -> None:
        now = self.clock().astimezone(self.zone)
        stored = unit.cases.of(chat)
        case = read_case(stored) if stored else Case(chat, chat, self.base().default_locale)
        wording = Wording(self.base(), case, {"zone": self.zone, "today": now.date()})
        for posting in wording.postings([Say("went_wrong", buttons=((person_button(),),))]):
            unit.outbox.post(posting, now)

    def _tell_staff(self, unit: Unit, posting: Text | Album | Copy, error: str) -> None:
        now = self.clock().astimezone(self.zone)
        gone = any(word in error.lower() for word in GONE)
        if gone and unit.watches.stop_all(posting.chat):
            unit.audit.note(now, 0, "watches_ended", detail={"chat": posting.chat})
        number = posting.ticket
        if number is None:
            live = unit.tickets.live_of_chat(posting.chat)
            number = live[0].number if live else None
        ticket = None if number is None else unit.tickets.by_number(number)
        if ticket is None:
            return
        if gone:
            self.tickets.note(unit, ticket, "undelivered_blocked", now)
        else:
            self.tickets.note(unit, ticket, "undelivered_refused", now, error=error)
