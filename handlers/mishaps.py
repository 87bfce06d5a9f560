"""When something could not be done: the merchant hears something kind, staff see what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.keeping import read_case
from handlers.letters import AGAIN
from handlers.tickets import TicketDesk
from handlers.wording import Wording
from knowledge.case import Case
from knowledge.hearing import person_button
from knowledge.library import KnowledgeBase
from knowledge.moves import Say
from knowledge.postings import Album, Copy, Delete, Edit, Key, Posting, Text
from knowledge.ticket import Ticket
from storage.database import Storage
from storage.outbox import Letter
from storage.unit import Unit

GONE = ("blocked", "deactivated", "chat not found", "kicked")
"""What Telegram says of people who cannot be reached, as opposed to a message that it does not like."""
REASONS = {
    "undelivered_deleted": ("message to copy not found", "messages to copy", "none of the messages"),
    "undelivered_large": ("too big", "too large"),
    "undelivered_kind": ("can't be copied", "can't be forwarded", "voice_messages_forbidden"),
}
"""Phrases for what else Telegram says that people understand."""
USELESS = ("undelivered_deleted", "undelivered_large", "undelivered_kind")
"""Where trying the same again cannot help."""


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

    def undelivered(self, unit: Unit, letter: Letter, error: str) -> None:
        """A message that Telegram refused for good: said in the topic of the ticket that it belongs to, with the
        reason and a button that tries again.

        Who cannot be written to at all is not watched for any longer.
        """
        posting, now = letter.posting, self.clock().astimezone(self.zone)
        gone = posting.chat > 0 and _says(error, GONE)
        if gone and isinstance(posting, Text | Album | Copy) and unit.watches.stop_all(posting.chat):
            unit.audit.note(now, 0, "watches_ended", detail={"chat": posting.chat})
        if isinstance(posting, Edit) and not gone and self._sent_anew(unit, posting, error, now):
            return
        ticket = self._ticket_of(unit, posting)
        if ticket is not None:
            phrase = "undelivered_blocked" if gone else _reason(error)
            phrase = "undelivered_unsend" if isinstance(posting, Delete) else phrase
            again = phrase not in USELESS
            self._tell_staff(unit, ticket, phrase, letter.id if again else None, _original(unit, posting), error)

    def _sent_anew(self, unit: Unit, edit: Edit, error: str, now: datetime) -> bool:
        """An edit that Telegram does not allow (too late, another kind of file) follows as an answer to what it was to
        change, and staff are told so. False when it was of no message that was relayed.
        """
        anew = self.tickets.relay.anew(unit, edit)
        number = next((posting.ticket for posting in anew if isinstance(posting, Text | Album)), None)
        ticket = None if number is None else unit.tickets.by_number(number)
        if ticket is None:
            return False
        phrase = "edit_sent_anew" if edit.chat > 0 else "edit_came_anew"
        self._tell_staff(unit, ticket, phrase, None, _original(unit, edit), error)
        for posting in anew:
            unit.outbox.post(posting, now)
        return True

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

    def _ticket_of(self, unit: Unit, posting: Posting) -> Ticket | None:
        """The ticket whose staff are to hear of it: none for what staff themselves are told, such as this."""
        match posting:
            case Text(chat=chat, role=role) if chat < 0 and role != "relay":
                return None
            case Text() | Album() | Copy():
                number = posting.ticket
            case Edit(chat=chat, ticket=number) | Delete(chat=chat, ticket=number) if chat > 0 and number is not None:
                pass
            case _:
                return None
        if number is None:
            live = unit.tickets.live_of_chat(posting.chat)
            number = live[0].number if live else None
        return None if number is None else unit.tickets.by_number(number)

    def _tell_staff(
        self, unit: Unit, ticket: Ticket, phrase: str, letter: int | None, about: tuple[int, int] | None, error: str
    ) -> None:
        topics, now = self.tickets.topics, self.clock().astimezone(self.zone)
        group = self.tickets.groups.of(ticket)
        if group is None:
            return
        reply = about[1] if about is not None and about[0] == group else None
        base = self.base()
        label = base.plain(base.default_locale, "button_again")
        keys = () if letter is None else ((Key(label, AGAIN.format(letter)),),)
        words = str(topics.phrase(phrase, now, error=error, ours=reply is not None))
        note = Text(group, words, keys, reply_to=reply, ticket=ticket.number, role="note")
        unit.outbox.post(note, now)


def _says(error: str, words: tuple[str, ...]) -> bool:
    return any(word in error.lower() for word in words)


def _reason(error: str) -> str:
    return next((phrase for phrase, words in REASONS.items() if _says(error, words)), "undelivered_refused")


def _original(unit: Unit, posting: Posting) -> tuple[int, int] | None:
    """The chat and message that was to be brought over, or whose copy was to be changed."""
    match posting:
        case Text(origin=origin):
            return origin
        case Copy(from_chat=chat, messages=(message, *_)):
            return chat, message
        case Album(from_chat=chat, parts=(part, *_)):
            return chat, part.message
        case Edit(origin=(chat, message)):
            return chat, message
        case Edit(message=message) | Delete(messages=(message, *_)):
            links = unit.tickets.links_of(posting.chat, message)
            return (links[-1].origin_chat, links[-1].origin_message) if links else None
    return None
