"""A ticket's messages both ways: words, files and albums, with answers kept as answers; edits; what is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup, escape

from handlers.groups import Groups
from handlers.keeping import keep_case, read_case
from handlers.progress import Done, Progress
from knowledge.albums import albums
from knowledge.case import Case
from knowledge.library import KnowledgeBase
from knowledge.markup import LIMIT, length, plain
from knowledge.moves import Relay, RelayTogether
from knowledge.postings import Album, Copy, Delete, Edit, Part, Posting, Text
from knowledge.ticket import Ticket
from knowledge.ticket_events import AgentWrote, MerchantWrote, Person, Reopen
from storage.unit import Unit

CAPTION_LIMIT = 1024
"""The longest caption of a bot, in UTF-16 units after entities are parsed."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What an agent sent that is not words: a file or the like with its caption, or the ``parts`` of an album.

    ``place``: the group and the message.
    """

    place: tuple[int, int]
    caption: str = ""
    parts: tuple[Part, ...] = ()


class Relaying:
    """Brings messages to the other side, within a unit of work. Everything is posted, nothing is sent."""

    def __init__(self, base: Callable[[], KnowledgeBase], groups: Groups, progress: Progress) -> None:
        self.base = base
        self.groups = groups
        self.progress = progress

    # Merchants

    def to_staff(self, unit: Unit, case: Case, move: Relay, now: datetime) -> list[Posting]:
        """A merchant's message into the ticket's topic; an edited one changes its copy."""
        ticket = unit.tickets.followed(move.ticket)
        chat = None if ticket is None else self.groups.of(ticket)
        if ticket is None or chat is None:
            return []
        words = move.html or str(escape(move.text))
        copies = [c for c in unit.tickets.links_of(case.chat, move.message) if c.direction == "to_staff"]
        if move.edited and copies:
            of = copies[-1].ticket or ticket.number  # the merchant may have turned to another ticket since
            unit.tickets.reword(case.chat, move.message, plain(words))
            return [Edit(copies[-1].copy_chat, copies[-1].copy_message, words, ticket=of, caption=move.media)]
        ticket, postings = self._heard(unit, case, ticket, now)
        reply = _other_side(unit, case.chat, move.reply_to, chat)
        if move.parts:
            return [*_albums(chat, case.chat, move.parts, reply, ticket.number), *postings]
        if move.media and not move.edited:
            return [Copy(chat, case.chat, (move.message,), reply, ticket.number), *postings]
        if not words:
            return list(postings)
        if ticket.chat != case.chat:
            words = str(self.progress.topics.phrase("said_by_colleague", now, words=Markup(words)))  # noqa: S704 (escaped)
        origin = (case.chat, move.message)
        text = Text(chat, words, reply_to=reply, ticket=ticket.number, origin=origin, role="relay")
        return [text, *postings]

    def together(self, unit: Unit, case: Case, move: RelayTogether, now: datetime) -> list[Posting]:
        """Messages that came too fast, without a sound: one message of all words, one call that copies all media.

        The words are not linked to the merchant's messages: an edit of one of them arrives as a message of its own.
        """
        ticket = unit.tickets.followed(move.ticket)
        chat = None if ticket is None else self.groups.of(ticket)
        if ticket is None or chat is None:
            return []
        ticket, postings = self._heard(unit, case, ticket, now)
        values = {"lines": move.words, "count": len(move.words) + len(move.media), "media": len(move.media)}
        words = self.progress.topics.words(ticket, str(self.progress.topics.phrase("note_together", now, **values)))
        media = [Copy(chat, case.chat, move.media, ticket=ticket.number, silent=True)] if move.media else []
        return [*words, *media, *postings]

    def erase(self, unit: Unit, case: Case, messages: tuple[int, ...]) -> list[Posting]:
        """Copies of a message that turned out to hold a part of a card number go too."""
        links = [link for message in messages for link in unit.tickets.links_of(case.chat, message)]
        for message in messages:
            unit.tickets.reword(case.chat, message, "")
        copies: dict[int, set[int]] = {}
        for link in links:
            if link.direction == "to_staff":
                copies.setdefault(link.copy_chat, set()).add(link.copy_message)
        return [Delete(chat, tuple(sorted(found))) for chat, found in copies.items()]

    def _heard(self, unit: Unit, case: Case, ticket: Ticket, now: datetime) -> tuple[Ticket, tuple[Posting, ...]]:
        """The merchant wrote for the ticket; so may a colleague, whose own ticket was merged into it."""
        colleague, postings = ticket.chat != case.chat, list[Posting]()
        if colleague and not ticket.live:
            again = self.progress.happen(unit, ticket, Reopen(), now)
            if isinstance(again, Done):
                ticket = again.ticket
                postings += again.postings
        done = self.progress.happen(unit, ticket, MerchantWrote(), now, own_turn=not colleague)
        if isinstance(done, Done):
            ticket = done.ticket
            postings += done.postings
        return ticket, tuple(postings)

    # Staff

    def say(
        self,
        unit: Unit,
        ticket: Ticket,
        by: Person,
        html: str,
        said: tuple[int, int],
        reply_to: int | None,
        now: datetime,
    ) -> None:
        """An agent's words to the merchant; ``html`` is Telegram HTML as Telegram gave it.

        ``said``: the (group, message) that they were written in.
        """
        self._writes(unit, ticket, by, now)
        chat = _addressee(unit, ticket, said[0], reply_to)
        text = Text(
            chat,
            self._headed(ticket, by.name, html, LIMIT),
            reply_to=_other_side(unit, said[0], reply_to, chat),
            ticket=ticket.number,
            origin=said,
            role="relay",
        )
        unit.outbox.post(text, now)
        unit.questions.replied(ticket.number, plain(html))

    def send(self, unit: Unit, ticket: Ticket, by: Person, sent: Sent, reply_to: int | None, now: datetime) -> None:
        """Anything else that an agent sends: an album as an album, all else as a copy."""
        self._writes(unit, ticket, by, now)
        group, message = sent.place
        chat = _addressee(unit, ticket, group, reply_to)
        reply = _other_side(unit, group, reply_to, chat)
        if sent.parts:
            spoken = next((part for part in sent.parts if part.caption), None)
            parts = [
                replace(part, caption=self._headed(ticket, by.name, part.caption, CAPTION_LIMIT))
                if part is spoken
                else part
                for part in sent.parts
            ]
            for posting in _albums(chat, group, tuple(parts), reply, ticket.number):
                unit.outbox.post(posting, now)
            return
        caption = self._headed(ticket, by.name, sent.caption, CAPTION_LIMIT) if sent.caption else None
        copy = Copy(chat, group, (message,), reply, ticket.number, caption=caption)
        unit.outbox.post(copy, now)

    def edit(
        self,
        unit: Unit,
        ticket: Ticket,
        name: str,
        html: str,
        said: tuple[int, int],
        now: datetime,
        *,
        caption: bool = False,
    ) -> bool:
        """An agent edited what was sent: the merchant's copy follows. False when it was never sent."""
        links = [c for c in unit.tickets.links_of(*said) if c.direction == "to_merchant"]
        if not links:
            return False
        words = self._headed(ticket, name, html, CAPTION_LIMIT if caption else LIMIT) if html else ""
        unit.tickets.reword(*said, plain(words))
        edit = Edit(links[-1].copy_chat, links[-1].copy_message, words, ticket=ticket.number, caption=caption)
        unit.outbox.post(edit, now)
        return True

    def unsend(self, unit: Unit, chat: int, message: int) -> Delete | None:
        """Take the merchant's copies of an agent's message away; of an album all of them, whichever part is meant.

        None when it was never sent.
        """
        links = unit.tickets.links_of(chat, message)
        parts = {link for one in links for link in unit.tickets.album(one) if link.direction == "to_merchant"}
        if not parts:
            return None
        unit.tickets.reword(chat, message, "")
        return Delete(next(iter(parts)).copy_chat, tuple(sorted(link.copy_message for link in parts)))

    def _writes(self, unit: Unit, ticket: Ticket, by: Person, now: datetime) -> None:
        """An agent speaks: unless the merchant is in the middle of a form, the next words are for the agent."""
        done = self.progress.happen(unit, ticket, AgentWrote(by), now)
        for posting in done.postings if isinstance(done, Done) else ():
            unit.outbox.post(posting, now)
        stored = unit.cases.of(ticket.chat)
        case = read_case(stored) if stored else None
        if case is not None and case.state in ("idle", "answered"):
            keep_case(unit, replace(case, ticket=case.ticket or ticket.number, state="person", rating=None), now)

    def _headed(self, ticket: Ticket, name: str, html: str, limit: int) -> str:
        """An agent's words under the agent's name. Words that fill a whole message by themselves go without."""
        head = self.base().phrase(ticket.locale, "staff_says", name=name, number=ticket.number)
        headed = f"{head}\n{html}"
        return headed if length(headed) <= limit else html


def _albums(chat: int, origin: int, parts: tuple[Part, ...], reply: int | None, ticket: int) -> Iterator[Album | Text]:
    """The parts as Telegram lets albums be; a caption that bots may not send (some people may) follows as words."""
    for album in albums(parts):
        short = tuple(part if _fits(part) else replace(part, caption="") for part in album)
        yield Album(chat, origin, short, reply, ticket)
        for part in album:
            if not _fits(part):
                yield Text(chat, part.caption, ticket=ticket, role="relay")


def _fits(part: Part) -> bool:
    return length(part.caption) <= CAPTION_LIMIT


def _other_side(unit: Unit, chat: int, message: int | None, other: int) -> int | None:
    """The message in the other chat that answers to this one."""
    if message is None:
        return None
    return next((there for where, there in unit.tickets.linked(chat, message) if where == other), None)


def _addressee(unit: Unit, ticket: Ticket, group: int, reply_to: int | None) -> int:
    """Whom an agent speaks to: the ticket's merchant, or the colleague whose message is answered."""
    links = () if reply_to is None else unit.tickets.links_of(group, reply_to)
    of_ticket = (link for link in links if link.ticket == ticket.number and link.direction == "to_staff")
    return next((link.origin_chat for link in of_ticket), ticket.chat)
