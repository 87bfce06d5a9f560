"""A ticket's messages both ways: words, files and albums, with answers kept as answers; edits; what is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup, escape

from handlers.digests import beside, changed, digest, gathered
from handlers.groups import Groups
from handlers.keeping import keep_case, read_case
from handlers.progress import Done, Progress
from knowledge.albums import EXCHANGEABLE, albums
from knowledge.case import Case
from knowledge.library import KnowledgeBase
from knowledge.markup import LIMIT, length, plain
from knowledge.moves import Relay, RelayTogether
from knowledge.postings import Album, Copy, Delete, Edit, Key, Part, Posting, React, Text
from knowledge.ticket import Ticket
from knowledge.ticket_events import AgentWrote, MerchantWrote, Person, Reopen
from storage.unit import Unit

CAPTION_LIMIT = 1024
"""The longest caption of a bot, in UTF-16 units after entities are parsed."""

SHOW = "letter:show:{}"
"""Callback data of the button that brings over what is held back; the id of the letter follows."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What an agent sent that is not words: a file or the like with its caption, or the ``parts`` of an album.

    ``place``: the (group, message) that it is.
    """

    place: tuple[int, int]
    caption: str = ""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class New:
    """What an edited message has now: words, for ``media`` a caption, as Telegram HTML, and its file if it is known."""

    html: str
    media: bool = False
    parts: tuple[Part, ...] = ()

    @property
    def part(self) -> Part | None:
        """The file, if an edit can bring it over; of other kinds (voice) people can change the caption alone."""
        return next((part for part in self.parts if part.kind in EXCHANGEABLE), None)


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
        if move.edited and (edits := self._edited(unit, ticket, case, move, chat, words, now)):
            return edits
        ticket, postings = self._heard(unit, case, ticket, now)
        reply = _other_side(unit, case.chat, move.reply_to, chat)
        if move.held:
            return [self._hold(unit, case, move, chat, reply, ticket, now), *postings]
        if move.parts:
            sent = _albums(chat, case.chat, move.parts, reply, ticket.number)
            return [*(replace(each, silent=move.quiet) for each in sent), *postings]
        if move.media:
            copy = Copy(chat, case.chat, (move.message,), reply, ticket.number, said=plain(words), silent=move.quiet)
            return [copy, *postings]
        if not words:
            return list(postings)
        if ticket.chat != case.chat:
            ready = Markup(words)  # noqa: S704 (escaped)
            words = str(self.progress.topics.phrase("said_by_colleague", now, words=ready))
        origin = (case.chat, move.message)
        text = Text(chat, words, reply_to=reply, ticket=ticket.number, origin=origin, role="relay", silent=move.quiet)
        return [text, *postings]

    def _edited(
        self, unit: Unit, ticket: Ticket, case: Case, move: Relay, chat: int, words: str, now: datetime
    ) -> list[Posting]:
        """A merchant's message reads differently now, or has another picture; nothing when it was never brought over.

        A new picture that may show a card is held back like any other, and so is one that takes the place of one that
        is held: perhaps its words alone have changed. The words follow.
        """
        origin = (case.chat, move.message)
        letter = unit.outbox.held(ticket.number, origin) if move.media else None
        if not move.held and letter is None:
            edit = self._edit(unit, ticket, origin, New(words, move.media, move.parts), now, to_staff=True)
            return [] if edit is None else [edit]
        reply = _other_side(unit, case.chat, move.message, chat)
        edit = self._edit(unit, ticket, origin, New(words), now, to_staff=True) if words else None
        if letter is None and reply is None:
            return []
        unit.tickets.reword(*origin, "")  # whoever rebuilds the topic or splits the ticket does not bring it either
        return [*([edit] if edit else []), self._hold(unit, case, move, chat, reply, ticket, now, letter)]

    def together(self, unit: Unit, case: Case, move: RelayTogether, now: datetime) -> list[Posting]:
        """Messages that came too fast, without a sound: their words in as few as may be, one call that copies media."""
        ticket = unit.tickets.followed(move.ticket)
        chat = None if ticket is None else self.groups.of(ticket)
        if ticket is None or chat is None:
            return []
        ticket, postings = self._heard(unit, case, ticket, now)
        reply = _other_side(unit, case.chat, move.reply_to, chat)
        texts = [
            Text(
                chat,
                html,
                reply_to=reply,
                silent=True,
                ticket=ticket.number,
                origin=(case.chat, lines[-1][0]) if lines else None,
                brings=tuple((message, plain(line)) for message, line in lines),
                role="relay",
            )
            for html, lines in gathered(self.progress.topics, move, now)
        ]
        media = [Copy(chat, case.chat, move.media, ticket=ticket.number, silent=True)] if move.media else []
        return [*texts, *media, *postings]

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

    def _hold(
        self,
        unit: Unit,
        case: Case,
        move: Relay,
        chat: int,
        reply: int | None,
        ticket: Ticket,
        now: datetime,
        letter: int | None = None,
    ) -> Posting:
        """Pictures that may show a card stay where they are, known by their messages alone; staff may ask for them.

        ``letter``: the one by which they are held already.
        """
        messages = tuple(part.message for part in move.parts) or (move.message,)
        if letter is None:
            letter = unit.outbox.hold(Copy(chat, case.chat, messages, reply, ticket.number), now)
        label = self.base().plain(self.base().default_locale, "button_show_photo")
        words = self.progress.topics.phrase("note_photo_held", now, count=len(messages), words=move.text)
        keys = ((Key(label, SHOW.format(letter)),),)
        return Text(chat, str(words), keys, reply_to=reply, ticket=ticket.number, role="note")

    def erase(self, unit: Unit, case: Case, messages: tuple[int, ...], now: datetime) -> list[Posting]:
        """Copies of a message that turned out to hold a part of a card number go too; of those of a flood, its line."""
        copies: dict[int, set[int]] = {}
        edits: dict[tuple[int, int], Edit] = {}
        for message in messages:
            unit.tickets.reword(case.chat, message, "")
        for message in messages:
            for link in unit.tickets.links_of(case.chat, message):
                left = [(each.origin_message, str(escape(each.said))) for each in beside(unit, link) if each.said]
                if link.direction != "to_staff":
                    continue
                if left:
                    html = digest(self.progress.topics, left, now, count=len(left), media=0)
                    edits[link.copy] = Edit(*link.copy, html, ticket=link.ticket)
                else:
                    copies.setdefault(link.copy_chat, set()).add(link.copy_message)
        return [*(Delete(chat, tuple(sorted(found))) for chat, found in copies.items()), *edits.values()]

    def react(self, unit: Unit, chat: int, message: int, emoji: str, now: datetime) -> None:
        """A reaction to a relayed message, on the other side. One taken back leaves what the bot itself had set.

        One to many messages that came together is one to the newest of them.
        """
        links = unit.tickets.links_of(chat, message)
        for link in links[-1:] if all(each.copy == (chat, message) for each in links) else links:
            if (link.origin_chat, link.origin_message) == (chat, message):
                where, there, own = link.copy_chat, link.copy_message, ""
            else:
                where, there = link.origin_chat, link.origin_message
                own = self._mark() if link.direction == "to_merchant" else ""
            unit.outbox.post(React(where, there, emoji or own, link.ticket), now)

    def delivered(self, unit: Unit, posting: Posting, now: datetime) -> None:
        """What an agent sent is with the merchant: a mark on the agent's message says so."""
        match posting:
            case Text(origin=(chat, message)) if self.groups.ours(chat):
                unit.outbox.post(React(chat, message, self._mark(), posting.ticket), now)
            case Copy(from_chat=chat, messages=(message, *_)) if self.groups.ours(chat):
                unit.outbox.post(React(chat, message, self._mark(), posting.ticket), now)
            case Album(from_chat=chat, parts=(part, *_)) if self.groups.ours(chat):
                unit.outbox.post(React(chat, part.message, self._mark(), posting.ticket), now)
            case _:
                pass

    def _mark(self) -> str:
        return self.base().plain(self.base().default_locale, "mark_delivered")

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
        group, message = sent.place
        self._writes(unit, ticket, by, now)
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
        new: New,
        said: tuple[int, int],
        now: datetime,
    ) -> bool:
        """An agent edited what was sent: the merchant's copy follows. False when it was never sent."""
        words = self._headed(ticket, name, new.html, CAPTION_LIMIT if new.media else LIMIT) if new.html else ""
        edit = self._edit(unit, ticket, said, replace(new, html=words), now, to_staff=False)
        if edit is not None:
            unit.outbox.post(edit, now)
        return edit is not None

    def _edit(
        self, unit: Unit, ticket: Ticket, origin: tuple[int, int], new: New, now: datetime, *, to_staff: bool
    ) -> Posting | None:
        """The copy of a message as the message is now, also one that is still on its way; None when there is none (any
        more).

        It may be in another ticket's topic: the merchant may have turned to another one since. What was brought
        together with others stays as it was, and what it says now follows as an answer to that.
        """
        way = "to_staff" if to_staff else "to_merchant"
        links = [link for link in unit.tickets.links_of(*origin) if link.direction == way]
        part = None if new.part is None else replace(new.part, caption=new.html)
        if links:
            link, of = links[-1], links[-1].ticket or ticket.number
            if link.said == "":  # that copy was taken away
                return None
            unit.tickets.reword(*origin, plain(new.html) or None)
            if beside(unit, link):
                return self._follows(link.copy_chat, link.copy_message, of, origin, new.html, part, now)
            again = part is None and any(beside(unit, earlier) for earlier in links[:-1])
            html = changed(self.progress.topics, new.html, now) if again else new.html
            return Edit(link.copy_chat, link.copy_message, html, ticket=of, caption=new.media, media=part)
        chat = self.groups.of(ticket) if to_staff else ticket.chat
        waiting = None if chat is None else unit.outbox.waiting(ticket.number, origin)
        if chat is None or waiting is None:
            return None
        if isinstance(waiting, Text) and len(waiting.brings) > 1:
            return self._follows(chat, None, ticket.number, origin, new.html, part, now)
        return Edit(chat, 0, new.html, ticket=ticket.number, caption=new.media, origin=origin, media=part)

    def _follows(
        self,
        chat: int,
        reply: int | None,
        ticket: int,
        origin: tuple[int, int],
        html: str,
        part: Part | None,
        now: datetime,
    ) -> Posting:
        """A message that was brought together with others, by itself as it is now."""
        if part is not None:
            return Album(chat, origin[0], (part,), reply, ticket, silent=True)
        words = changed(self.progress.topics, html, now)
        return Text(chat, words, reply_to=reply, ticket=ticket, origin=origin, role="relay", silent=True)

    def anew(self, unit: Unit, edit: Edit) -> list[Posting]:
        """What an edit was to bring that Telegram does not allow: as a new message, in answer to the copy it was for.

        Nothing when the edit is of no message that was relayed.
        """
        found = unit.tickets.links_of(*(edit.origin or (edit.chat, edit.message)))
        link = next((each for each in reversed(found) if each.copy_chat == edit.chat), None)
        if link is None or edit.html is None:
            return []
        if edit.media is not None:
            part = replace(edit.media, message=link.origin_message)
            return list(_albums(edit.chat, link.origin_chat, (part,), link.copy_message, link.ticket))
        if not edit.html:
            return []
        reply, of = link.copy_message, link.ticket
        return [Text(edit.chat, edit.html, reply_to=reply, ticket=of, origin=link.origin, role="relay")]

    def take_back(self, unit: Unit, ticket: Ticket, chat: int, message: int) -> Delete | None:
        """Take the merchant's copies of an agent's message away; of an album all, whichever part is meant.

        From now on nothing of it is told again. None when it was never sent.
        """
        links = unit.tickets.links_of(chat, message)
        parts = {link for one in links for link in unit.tickets.album(one) if link.direction == "to_merchant"}
        for link in parts:
            unit.tickets.reword(link.origin_chat, link.origin_message, "")
        copies = tuple(sorted({link.copy_message for link in parts}))
        return Delete(next(iter(parts)).copy_chat, copies, ticket.number) if parts else None

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


def _albums(
    chat: int, origin: int, parts: tuple[Part, ...], reply: int | None, ticket: int | None
) -> Iterator[Album | Text]:
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
    """The message in the other chat that answers to this one: the newest, since topics are lost with earlier ones."""
    if message is None:
        return None
    found = [there for where, there in unit.tickets.linked(chat, message) if where == other]
    return found[-1] if found else None


def _addressee(unit: Unit, ticket: Ticket, group: int, reply_to: int | None) -> int:
    """Whom an agent speaks to: the ticket's merchant, or the colleague whose message is answered."""
    links = () if reply_to is None else unit.tickets.links_of(group, reply_to)
    of_ticket = (link for link in links if link.ticket == ticket.number and link.direction == "to_staff")
    return next((link.origin_chat for link in of_ticket), ticket.chat)
