"""A ticket's topic in the support group: its title and icon, its live card, notes to staff. Everything is a posting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.casefile import CaseFile
from handlers.groups import Groups
from knowledge.library import KnowledgeBase
from knowledge.postings import Card, Key, Keys, Posting, Text, Topic
from knowledge.ticket import Ticket
from storage.unit import Unit

SUPERGROUP = "-100"
"""What the ids of supergroups begin with in the Bot API; links to their messages leave it out."""


class Topics:
    """What staff see of tickets; without a support group nothing is shown."""

    def __init__(self, base: Callable[[], KnowledgeBase], zone: ZoneInfo, groups: Groups) -> None:
        self.base = base
        self.zone = zone
        self.groups = groups

    def whole(self, unit: Unit, ticket: Ticket, now: datetime) -> list[Posting]:
        """The topic as it is to look now: opened or brought up to date, its card, and closed when the work is done."""
        chat = self.groups.of(ticket)
        if chat is None:
            return []
        topic, card = self._topic(chat, ticket, now), self._card(unit, chat, ticket, now)
        return [topic, card] if ticket.live else [topic, card, self._topic(chat, ticket, now, closed=True)]

    def topic(self, ticket: Ticket, now: datetime, *, opened: bool = False) -> list[Posting]:
        """The topic's own look alone: title, icon, open or closed. ``opened``: open, whatever the ticket is."""
        chat = self.groups.of(ticket)
        return [] if chat is None else [self._topic(chat, ticket, now, closed=not ticket.live and not opened)]

    def changed(self, unit: Unit, before: Ticket, after: Ticket, now: datetime) -> list[Posting]:
        """What looks otherwise than before: the group takes only few messages a minute."""
        chat = self.groups.of(after)
        if chat is None or _face(before) == _face(after):
            return []
        topic = self._topic(chat, after, now)
        if before.live != after.live or topic != self._topic(chat, before, now):
            return self.whole(unit, after, now)
        card = self._card(unit, chat, after, now)
        return [] if card == self._card(unit, chat, before, now) else [card]

    def card(self, unit: Unit, ticket: Ticket, now: datetime) -> list[Posting]:
        """The live card alone, with the buttons that it has when nobody chooses anything."""
        chat = self.groups.of(ticket)
        return [] if chat is None else [self._card(unit, chat, ticket, now)]

    def words(self, ticket: Ticket, html: str, role: str = "note") -> list[Posting]:
        """Words for staff in the ticket's topic."""
        chat = self.groups.of(ticket)
        if chat is None:
            return []
        return [Text(chat, html, ticket=ticket.number, silent=True, role=role)]  # type: ignore[arg-type]

    def note(
        self, ticket: Ticket, phrase: str, now: datetime, ping: tuple[int, str] | None = None, **values: Any
    ) -> list[Posting]:
        """A phrase for staff in the ticket's topic. ``ping``: somebody who is to notice it (id and name)."""
        html, chat = self.phrase(phrase, now, **values), self.groups.of(ticket)
        if ping is None or chat is None:
            return self.words(ticket, str(html))
        mention = Markup('<a href="tg://user?id={}">{}</a>').format(*ping)
        return [Text(chat, f"{mention} {html}", ticket=ticket.number, role="note")]

    def announce(self, ticket: Ticket, phrase: str, now: datetime, **values: Any) -> list[Posting]:
        """A phrase for the whole group, with the way to the ticket's topic."""
        chat = self.groups.current
        if chat is None:
            return []
        link = self.link(ticket)
        label = self.base().plain(self.base().default_locale, "button_open_topic", number=ticket.number)
        keys = ((Key(label, url=link),),) if link else ()
        return [Text(chat, str(self.phrase(phrase, now, **values)), keys)]

    def link(self, ticket: Ticket) -> str | None:
        """The address of the ticket's topic; None while there is none."""
        chat = str(self.groups.of(ticket) or "")
        if ticket.topic is None or not chat.startswith(SUPERGROUP):
            return None
        return f"https://t.me/c/{chat.removeprefix(SUPERGROUP)}/{ticket.topic}"

    def as_it_is(self, unit: Unit, ticket: Ticket, file: CaseFile, now: datetime) -> tuple[Markup, Keys]:
        """What the card says now, in a reader's language, and the way to the pinned one with its buttons."""
        shown = frozenset() if ticket.verified else unit.approvals.granted(ticket.number, "show")
        words = Markup(file.card(ticket, unit.announced.going_on(now), shown))  # noqa: S704 - rendered by the base
        topic, label = self.link(ticket), file.base.plain(file.locale, "button_open_card")
        pinned = topic is not None and ticket.card is not None
        return words, ((Key(label, url=f"{topic}/{ticket.card}"),),) if pinned else ()

    def phrase(self, key: str, now: datetime, **values: Any) -> Markup:
        """A phrase in the staff's language; departments and kinds of deadlines are called by their names."""
        return self._file(now).phrase(key, **self._file(now).named(values))

    def _file(self, now: datetime) -> CaseFile:
        return CaseFile(self.base(), self.zone, now)

    def _topic(self, chat: int, ticket: Ticket, now: datetime, *, closed: bool = False) -> Topic:
        icon = self.base().plain(self.base().default_locale, f"icon_{ticket.status}")
        return Topic(chat, ticket.number, self._file(now).title(ticket), icon, closed=closed)

    def _card(self, unit: Unit, chat: int, ticket: Ticket, now: datetime) -> Card:
        file = self._file(now)
        shown = frozenset() if ticket.verified else unit.approvals.granted(ticket.number, "show")
        return Card(chat, ticket.number, file.card(ticket, unit.announced.going_on(now), shown), file.keys.of(ticket))


def _face(ticket: Ticket) -> Ticket:
    """The ticket without what neither title nor card shows: most messages change nothing else and need no rendering."""
    shown = tuple(each for each in ticket.life.deadlines if each.kind != "next_reply")
    life = replace(ticket.life, deadlines=shown, introduced=None, away_until=None)
    return replace(ticket, life=life, look_at=None, version=0)
