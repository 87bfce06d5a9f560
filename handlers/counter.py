"""The staff's turn: what is written or pressed in the support group."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.boards import Boards
from handlers.cardkeys import MENUS
from handlers.casefile import CaseFile
from handlers.orders import HURTING, ORDERED, Choose, Orders, Seen
from handlers.relay import New, Sent
from handlers.tickets import TicketDesk
from knowledge.library import KnowledgeBase
from knowledge.postings import Answer, Edit, Keys, Part, Text
from knowledge.staff_words import chosen, numbered
from knowledge.ticket import Ticket
from knowledge.ticket_events import Event, Person, Refused
from knowledge.ticket_life import may
from storage.database import Storage
from storage.errors import AlreadyDone, StaleCase, StaleTicket
from storage.settlement.source import SettlementSource
from storage.unit import Unit

LINK_HOURS = 24
DELETABLE = timedelta(hours=48)
"""How long a bot can delete what it sent to a private chat (Bot API, deleteMessage)."""
TRIES = 5
SEEN_EVERY = timedelta(hours=1)
"""So often is it noted that somebody of staff is still there."""
STAFF_LISTED = 12
NOTE_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class Said:
    """A message of an agent in the support group, or the one under which they press a button.

    ``html``: its words or, for ``media``, the caption. ``parts``: the files of an album, or the one that an edited
    message has now.
    """

    chat: int
    topic: int | None
    message: int
    staff: int
    name: str
    html: str
    text: str = ""
    reply_to: int | None = None
    replied_at: datetime | None = None
    """When the message that this one answers was written."""
    edited: bool = False
    removed: tuple[int, ...] = ()
    """Messages out of which card numbers were taken: they must go from the topic too."""
    username: str | None = None
    media: bool = False
    parts: tuple[Part, ...] = ()
    language: str | None = None
    """What their Telegram speaks."""

    @property
    def place(self) -> tuple[int, int]:
        """The group and the message."""
        return (self.chat, self.message)


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button of a ticket's card or of a question about it. ``stamp``: the ticket as the presser saw it."""

    said: Said
    action: str
    number: int
    stamp: str
    argument: str


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
        supervisors: frozenset[int] = frozenset(),
    ) -> None:
        self.storage = storage
        self.source = source
        self.base = base
        self.clock = clock
        self.zone = zone
        self.tickets = tickets
        self.bot_name = bot_name
        self.supervisors = supervisors
        self.boards = Boards(base, zone, tickets.topics)
        self._seen: dict[int, tuple[str, str | None, datetime]] = {}

    async def hear(self, update: int, said: Said) -> None:
        """Words or media in a topic go to the merchant; ``//`` stays inside; outside of tickets nothing is relayed."""
        await self.run(update, lambda unit: self._hear(unit, said, self.now()))

    async def press(self, update: int, callback: str, said: Said, action: str, argument: str) -> None:
        """A button. Stale and double presses are answered and change nothing.

        ``argument``: the ticket's number, its stamp, and what the action needs.
        """
        number, stamp, choice = (*argument.split(":", 2), "", "")[:3]
        press = Press(said, action, numbered(number) or 0, stamp, choice)

        def work(unit: Unit) -> None:
            now = self.now()
            by = self.person(unit, said.staff, said.name, said.username, now)
            ticket = unit.tickets.by_number(press.number)
            refused = Refused("refused_no_ticket") if ticket is None else self._press(unit, press, ticket, by, now)
            phrase, values = (refused.phrase, refused.values) if refused else (_done(action), {})
            words = self.base().plain(self.locale(unit, said), phrase, **values) if phrase else ""
            unit.outbox.post(Answer(said.chat, callback, words, alert=phrase.startswith("refused")), now)

        await self.run(update, work)

    def _press(self, unit: Unit, press: Press, ticket: Ticket, by: Person, now: datetime) -> Refused | None:
        """Do what the button asks; returns why not, if so."""
        if press.action == "menu" and press.argument in MENUS:
            refused = may(ticket, by)
            if refused is None:
                file = CaseFile(self.base(), self.zone, now)
                keys = file.keys.menu(press.argument, ticket, unit.staff.recent(STAFF_LISTED), now)
                unit.outbox.post(Edit(press.said.chat, press.said.message, None, keys, ticket.number), now)
            return refused
        refused = None
        if press.action != "back":
            event = self._orders(unit, ticket, by, now, press.said).pressed(press.action, press.argument)
            if not isinstance(event, Refused) and press.action in HURTING and press.stamp != ticket.stamp:
                event = Refused("refused_changed" if ticket.live else "refused_resolved")
            refused = event if isinstance(event, Refused) else self._happen(unit, ticket, event, now)
        self._put_back(unit, press, now, same=refused is not None or press.action == "back")
        return refused

    def _orders(self, unit: Unit, ticket: Ticket, by: Person, now: datetime, who: Said) -> Orders:
        return Orders(self.base(), self.zone, unit, ticket, by, now, Seen(who.chat, self.locale(unit, who)))

    def locale(self, unit: Unit, who: Said) -> str:
        """The language in which one person of staff is answered: the one they chose, else that of their Telegram."""
        return self.base().locale(unit.people.locale_of(who.staff) or who.language)

    def file(self, unit: Unit, who: Said, now: datetime) -> CaseFile:
        """Words for one person of staff."""
        return CaseFile(self.base(), self.zone, now, self.locale(unit, who))

    def _happen(self, unit: Unit, ticket: Ticket, event: Event, now: datetime) -> Refused | None:
        outcome = self.tickets.happen(unit, ticket, event, now)
        return outcome if isinstance(outcome, Refused) else None

    def _put_back(self, unit: Unit, press: Press, now: datetime, *, same: bool) -> None:
        """A question that was answered has no buttons any more. The card's own come back, where it is the ``same``."""
        ticket = unit.tickets.by_number(press.number)
        if ticket is None:
            return
        if press.said.message != ticket.card:
            unit.outbox.post(Edit(press.said.chat, press.said.message, None, (), ticket.number), now)
        elif same:
            for card in self.tickets.topics.card(unit, ticket, now):
                unit.outbox.post(card, now)

    async def react(self, update: int, chat: int, message: int, emoji: str) -> None:
        """Somebody's reaction to a relayed message appears on the other side; the latest of several people counts.

        ``emoji`` empty: it was taken back. What was never relayed (notes, cards) has no other side. Those of somebody
        who is banned go nowhere.
        """

        def work(unit: Unit) -> None:
            if chat < 0 or unit.bans.of(chat, self.now()) is None:
                self.tickets.relay.react(unit, chat, message, emoji, self.now())

        await self.run(update, work)

    async def command(self, update: int, said: Said, name: str, words: str) -> None:
        """A command of staff: in a ticket's topic the same acts as the card's buttons, and lists and notes."""
        if name == "unsend":
            await self.run(update, lambda unit: self._unsend(unit, said, self.now()))
            return

        def work(unit: Unit) -> None:
            now = self.now()
            by = self.person(unit, said.staff, said.name, said.username, now)
            ticket = ticket_of(unit, said)
            if name == "queue":
                self.say(unit, said, self._queue(unit, said, words.strip(), now), now)
            elif name == "mine":
                self.say(unit, said, self.boards.mine(unit, self.file(unit, said, now), now, by.id), now)
            elif name in ORDERED:
                self._order(unit, said, ticket, name, words.strip(), by, now)
            elif name == "language":
                self._language(unit, said, words.strip(), now)
            elif name in ("note", "history", "card"):
                self._look(unit, said, ticket, name, words.strip(), now)
            else:
                self.reply(unit, said, "staff_help", now)

        await self.run(update, work)

    def _order(
        self, unit: Unit, said: Said, ticket: Ticket | None, name: str, words: str, by: Person, now: datetime
    ) -> None:
        """Something is to be done with the ticket; what is not said is asked with buttons."""
        if ticket is None:
            self.reply(unit, said, "refused_no_ticket", now)
            return
        order = self._orders(unit, ticket, by, now, said).written(name, words, said.reply_to)
        refused: Refused | None = None
        if isinstance(order, Choose):
            refused = may(ticket, by)
            if refused is None:
                self._ask(unit, said, ticket, order, now)
        elif isinstance(order, Refused):
            refused = order
        elif order is not None:
            refused = self._happen(unit, ticket, order, now)
        if refused is not None:
            self.reply(unit, said, refused.phrase, now, **refused.values)

    def _ask(self, unit: Unit, said: Said, ticket: Ticket, choose: Choose, now: datetime) -> None:
        file = self.file(unit, said, now)
        lines = [file.phrase(choose.phrase, **choose.values)] if choose.phrase else []
        lines.append(file.phrase(f"ask_{choose.menu}", number=ticket.number))
        keys = choose.keys or file.keys.menu(choose.menu, ticket, unit.staff.recent(STAFF_LISTED), now)
        self.say(unit, said, Markup("\n").join(lines), now, keys)

    def _look(self, unit: Unit, said: Said, ticket: Ticket | None, name: str, words: str, now: datetime) -> None:
        """Notes are kept in the ticket's history, and stay inside."""
        if ticket is None:
            self.reply(unit, said, "refused_no_ticket", now)
        elif name == "history":
            self.say(unit, said, self.boards.history(unit, self.file(unit, said, now), ticket), now)
        elif name == "card":
            html, keys = self.tickets.topics.as_it_is(unit, ticket, self.file(unit, said, now), now)
            self.say(unit, said, html, now, keys)
        elif said.removed:
            self.reply(unit, said, "staff_card_number", now)
        elif not words:
            self.reply(unit, said, "note_usage", now)
        else:
            detail = {"text": words[:NOTE_CHARACTERS]}
            unit.audit.note(now, said.staff, "noted", ticket=ticket.number, detail=detail)
            self.reply(unit, said, "done_note", now)

    def _language(self, unit: Unit, said: Said, words: str, now: datetime) -> None:
        """The language in which this person is answered from now on; without words it is the next one."""
        base, before = self.base(), self.locale(unit, said)
        names = {locale: (base.plain(locale, "language_name"),) for locale in base.locales}
        following = base.locales[(base.locales.index(before) + 1) % len(base.locales)]
        after = chosen(words, names) if words else following
        if after is None:
            self.reply(unit, said, "language_usage", now, languages=[name for (name,) in names.values()])
            return
        unit.people.prefer(said.staff, after)
        self.reply(unit, said, "staff_language_changed", now)

    def _queue(self, unit: Unit, said: Said, words: str, now: datetime) -> Markup:
        base = self.base()
        names = {id: [base.plain(locale, f"department_{id}") for locale in base.locales] for id in base.departments}
        file = self.file(unit, said, now)
        return self.boards.queue(unit, file, now, chosen(words, names) if words else None)

    def _unsend(self, unit: Unit, said: Said, now: datetime) -> None:
        """Take the merchant's copy of an answered message away; Telegram lets bots do so for 48 hours."""
        ticket = ticket_of(unit, said)
        if ticket is None:
            self.reply(unit, said, "refused_no_ticket", now)
        elif said.reply_to is None:
            self.reply(unit, said, "unsend_usage", now)
        elif said.replied_at is not None and now - said.replied_at >= DELETABLE:
            self.reply(unit, said, "refused_unsend_late", now)
        else:
            taken = self.tickets.relay.take_back(unit, ticket, said.chat, said.reply_to)
            if taken is None:
                self.reply(unit, said, "refused_unsend", now)
                return
            unit.outbox.post(taken, now)
            unit.audit.note(now, said.staff, "unsent", ticket=ticket.number, detail={"message": said.reply_to})
            self.reply(unit, said, "done_unsend", now)

    def _hear(self, unit: Unit, said: Said, now: datetime) -> None:
        by = self.person(unit, said.staff, said.name, said.username, now)
        ticket = ticket_of(unit, said)
        if ticket is None or said.text.startswith("//"):
            return
        if said.removed:
            self.reply(unit, said, "staff_card_number", now)
            return
        if not ticket.live:
            self.reply(unit, said, "refused_resolved", now)
            return
        if said.edited:
            new = New(said.html, said.media, said.parts)
            if not self.tickets.relay.edit(unit, ticket, said.name, new, said.place, now):
                self.reply(unit, said, "refused_edit", now)
        elif said.media:
            sent = Sent(said.place, said.html, said.parts)
            self.tickets.relay.send(unit, ticket, by, sent, said.reply_to, now)
        else:
            self.tickets.relay.say(unit, ticket, by, said.html, said.place, said.reply_to, now)

    def person(self, unit: Unit, staff: int, name: str, username: str | None, now: datetime) -> Person:
        """Who acts, remembered as somebody to hand tickets to."""
        seen = self._seen.get(staff)
        if seen is None or seen[:2] != (name, username) or now - seen[2] >= SEEN_EVERY:
            unit.staff.seen(staff, name, username, now)
            self._seen[staff] = (name, username, now)
        return Person(staff, name, self.is_supervisor(staff))

    def is_supervisor(self, staff: int) -> bool:
        """Whether the person may act as a supervisor: everybody, while none is named."""
        return not self.supervisors or staff in self.supervisors

    def reply(self, unit: Unit, said: Said, phrase: str, now: datetime, **values: Any) -> None:
        """Answer staff where they wrote: in the ticket's topic, or in General."""
        self.say(unit, said, self.file(unit, said, now).phrase(phrase, **values), now)

    def say(self, unit: Unit, said: Said, html: Markup, now: datetime, keys: Keys = ()) -> None:
        """Likewise with words that are ready, and buttons."""
        ticket = ticket_of(unit, said)
        number = None if ticket is None else ticket.number
        unit.outbox.post(Text(said.chat, str(html), keys, reply_to=said.message, ticket=number, role="note"), now)

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


def ticket_of(unit: Unit, said: Said) -> Ticket | None:
    """The ticket in whose topic it was written; None for General and for topics of others."""
    return None if said.topic is None else unit.tickets.by_topic(said.chat, said.topic)


def _done(action: str) -> str:
    """The phrase that answers a press that did what it says; choosing says nothing."""
    return "" if action in ("menu", "back") else f"done_{action}"
