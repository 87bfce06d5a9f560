"""What staff order with words after a command or with a pressed button: an event of the ticket's life, or why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.cardkeys import PRIORITIES, Menu
from knowledge.library import KnowledgeBase
from knowledge.staff_words import chosen, wait_until
from knowledge.ticket import REASONS, Ticket
from knowledge.ticket_events import (
    Claim,
    Event,
    HandOver,
    HandTo,
    Person,
    Prioritise,
    Refused,
    Release,
    Reopen,
    Resolve,
    Resume,
    Wait,
)
from knowledge.ticket_rules import Rules
from storage.staff import Member
from storage.unit import Unit

HURTING = ("resolve", "hand", "department", "release")
"""What is not done when the ticket has become another one since the button was shown."""
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


class Orders:
    """Reads one person's orders about one ticket, with what the unit knows of staff."""

    def __init__(
        self, base: KnowledgeBase, zone: ZoneInfo, unit: Unit, ticket: Ticket, by: Person, now: datetime
    ) -> None:
        self.base = base
        self.zone = zone
        self.unit = unit
        self.ticket = ticket
        self.by = by
        self.now = now

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

    def written(self, name: str, words: str) -> Event | Choose | Refused | None:
        """A command's meaning; None for one that is no order."""
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

    def _priority(self, words: str) -> Event | Choose:
        priority = chosen(words, {each: self._names(f"priority_{each}") for each in PRIORITIES})
        if priority is None:
            return Choose("priority", "unclear_choice", {"words": words})
        return Prioritise(self.by, priority)  # type: ignore[arg-type]

    def _until(self, day: int | date) -> datetime:
        rules = Rules.of(self.base, self.zone)
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
