"""What staff order with words after a command or with a pressed button: an event of the ticket's life, or why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.cardkeys import PRIORITIES, CardKeys, Menu
from handlers.joining import merchant_said
from knowledge.library import KnowledgeBase
from knowledge.postings import Keys
from knowledge.staff_words import chosen, wait_until
from knowledge.ticket import REASONS, Ticket
from knowledge.ticket_events import (
    Claim,
    Event,
    HandOver,
    HandTo,
    Merge,
    Person,
    Prioritise,
    Refused,
    Release,
    Reopen,
    Resolve,
    Resume,
    Split,
    Wait,
)
from knowledge.ticket_life import happen
from knowledge.ticket_rules import Rules
from storage.staff import Member
from storage.tickets import Link
from storage.unit import Unit

HURTING = ("resolve", "hand", "department", "release", "merge", "split")
"""What is not done when the ticket has become another one since the button was shown."""
ORDERED = ("claim", "release", "resume", "resolve", "reopen", "transfer", "wait", "priority", "merge", "split")
"""Commands that change the ticket in whose topic they are written."""
MENU_OF: dict[str, Menu] = {"resolve": "resolve", "transfer": "transfer", "wait": "wait", "priority": "priority"}
"""Commands that ask with buttons when nothing is written after them."""
PLAIN: dict[str, Callable[[Person], Event]] = {
    "claim": Claim,
    "release": Release,
    "resume": Resume,
    "reopen": Reopen,
}
SIGNS = re.compile(r"^\W+")
TO_QUEUE, TO_ME = ("queue", "队列"), ("me", "我")


@dataclass(frozen=True, slots=True)
class Choose:
    """Not said yet: the choices of this menu are to be shown, after a phrase that says what is not understood."""

    menu: Menu
    phrase: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    keys: Keys | None = None
    """Other choices than the menu's own."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Where an order was given, and in which language it is answered."""

    group: int
    locale: str


class Orders:
    """Reads one person's orders about one ticket, with what the unit knows of staff."""

    def __init__(
        self, base: KnowledgeBase, zone: ZoneInfo, unit: Unit, ticket: Ticket, by: Person, now: datetime, seen: Seen
    ) -> None:
        self.base = base
        self.zone = zone
        self.unit = unit
        self.ticket = ticket
        self.by = by
        self.now = now
        self.group = seen.group
        self.rules = Rules.of(base, zone)
        self.keys = CardKeys(base, zone, {"zone": zone, "today": now.date()}, seen.locale)

    def pressed(self, action: str, argument: str) -> Event | Refused:
        """A button's meaning; one that nobody shows any more is stale."""
        by = self.by
        whom, _, days = argument.partition(".")
        match action:
            case "hand" if argument.isdecimal() and (member := self.unit.staff.member(int(argument))):
                return HandTo(by, Person(member.id, member.name))
            case "department":
                return HandOver(by, argument)
            case "priority" if argument in PRIORITIES:
                return Prioritise(by, argument)  # type: ignore[arg-type]
            case "wait" if whom == "merchant":
                return Wait(by, "merchant")
            case "wait" if whom == "bank" and days.isdecimal():
                return Wait(by, "bank", self._until(int(days)))
            case "resolve" if argument in REASONS:
                return Resolve(by, argument, self._article())
            case "merge" if argument.isdecimal():
                other = self.unit.tickets.by_number(int(argument))
                return Merge(by, other) if other is not None else Refused("refused_no_ticket")
            case "split" if whom.isdecimal() and days in ("one", "rest"):
                links = self._said_from(int(whom))
                return Split(by, tuple(link.origin_message for link in (links if days == "rest" else links[:1])))
        return self.plain(action) or Refused("refused_stale")

    def plain(self, name: str) -> Event | None:
        """Orders that need no more words."""
        orders: dict[str, Callable[[Person], Event]] = {
            "claim": Claim,
            "release": Release,
            "resume": Resume,
            "reopen": Reopen,
        }
        return orders[name](self.by) if name in orders else None

    def written(self, name: str, words: str, reply_to: int | None = None) -> Event | Choose | Refused | None:
        """A command's meaning; None for one that is no order. ``reply_to``: the message that it is about."""
        if name == "merge":
            return self._merge(words)
        if name == "split":
            return self._split(reply_to)
        if name not in MENU_OF:
            return self.plain(name)
        if not words:
            return Choose(MENU_OF[name])
        read = {
            "resolve": self._resolve,
            "transfer": self._transfer,
            "wait": self._wait,
            "priority": self._priority,
        }[name]
        return read(words)

    def _resolve(self, words: str) -> Event | Choose:
        first, _, rest = words.partition(" ")
        reason = chosen(first, {reason: self._names(f"solved_{reason}") for reason in REASONS})
        if reason is None:
            return Choose("resolve", "unclear_choice", {"words": first})
        article = rest.strip()
        if article and self.base.find(self.base.default_locale, article) is None:
            return Choose("resolve", "unclear_article", {"words": article})
        return Resolve(self.by, reason, article or self._article())  # type: ignore[arg-type]

    def _transfer(self, words: str) -> Event | Choose | Refused:
        if chosen(words, {"queue": TO_QUEUE}):
            return Release(self.by)
        if chosen(words, {"me": TO_ME}):
            return HandTo(self.by, self.by)
        department = chosen(words, {id: self._names(f"department_{id}") for id in self.base.departments})
        if department is not None:
            return HandOver(self.by, department)
        people: tuple[Member, ...] = self.unit.staff.called(words)
        if len(people) == 1:
            return HandTo(self.by, Person(people[0].id, people[0].name))
        return Choose("transfer", "unclear_several" if people else "unclear_person", {"words": words})

    def _wait(self, words: str) -> Event | Choose | Refused:
        first, _, rest = words.partition(" ")
        whom = chosen(first, {"merchant": ("商户",), "bank": ("银行",)})
        if whom is None:
            return Choose("wait", "unclear_choice", {"words": first})
        day = wait_until(rest, self.now.astimezone(self.zone).date()) if rest.strip() else None
        if day is None and (rest.strip() or whom == "bank"):
            return Choose("wait", "unclear_day", {"words": rest.strip()})
        until = None if day is None else self._until(day)
        return Wait(self.by, whom, until)  # type: ignore[arg-type]

    def _merge(self, words: str) -> Choose | Refused:
        """Which ticket it goes on in is looked at once more before it is done: it cannot be undone."""
        number = words.removeprefix("#")
        if not number:
            found = self.unit.tickets.live_of_chat(self.ticket.chat)
            others = [each for each in found if each.number != self.ticket.number]
        else:
            named = self.unit.tickets.by_number(int(number)) if number.isdecimal() else None
            others = [] if named is None else [named]
        if not others:
            return Refused("refused_merge_none" if not number else "refused_no_ticket")
        if number:
            tried = happen(self.ticket, Merge(self.by, others[0]), self.rules, self.now)
            if isinstance(tried, Refused):
                return tried
        return Choose("merge", keys=self.keys.merge(self.ticket, others))

    def _split(self, reply_to: int | None) -> Choose | Refused:
        links = () if reply_to is None else self._said_from(reply_to)
        if not links or reply_to is None:
            return Refused("split_usage" if reply_to is None else "refused_split")
        return Choose("split", keys=self.keys.split(self.ticket, reply_to, len(links) - 1))

    def _said_from(self, message: int) -> tuple[Link, ...]:
        """A message of the merchant by its copy in the topic, and what came after it; nothing for others."""
        said = merchant_said(self.unit, self.ticket)
        copies = self.unit.tickets.links_of(self.group, message)
        origins = {link.origin_message for link in copies if link.ticket == self.ticket.number}
        first = next((place for place, link in enumerate(said) if link.origin_message in origins), None)
        return () if first is None else said[first:]

    def _priority(self, words: str) -> Event | Choose:
        priority = chosen(words, {each: self._names(f"priority_{each}") for each in PRIORITIES})
        if priority is None:
            return Choose("priority", "unclear_choice", {"words": words})
        return Prioritise(self.by, priority)  # type: ignore[arg-type]

    def _until(self, day: int | date) -> datetime:
        rules = self.rules
        if isinstance(day, int):
            return rules.working_day(self.ticket.department, self.now, day)
        return rules.hours(self.ticket.department).day(day)

    def _names(self, key: str) -> Iterable[str]:
        """What the choice is called in every language, without the sign before it."""
        return tuple(SIGNS.sub("", self.base.plain(locale, key)) for locale in self.base.locales)

    def _article(self) -> str | None:
        """The article of the ticket's first cause: what solved it unless somebody says otherwise."""
        causes = {cause.staff_reference: cause.id for cause in self.base.causes.causes}
        return next((causes[reference] for reference in self.ticket.references if reference in causes), None)
