"""The buttons of a ticket's card: what can be done now, and the choices behind those that need one.

Callback data is ``ticket:ACTION:NUMBER:STAMP:ARGUMENT``; a stamp tells what the presser saw (``Ticket.stamp``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from knowledge.library import KnowledgeBase
from knowledge.postings import Key, Keys
from knowledge.ticket import REASONS, Ticket
from knowledge.ticket_rules import Rules
from storage.staff import Member

Menu = Literal["resolve", "transfer", "department", "wait", "priority", "merge", "split"]
MENUS: tuple[Menu, ...] = ("resolve", "transfer", "department", "wait", "priority")
PRIORITIES = ("urgent", "high", "normal", "low")
BANK_DAYS = (1, 2, 3, 5)
"""Working days that a bank is waited for by one press."""
PEOPLE_SHOWN = 6
NAME_SHOWN = 24
MERGES_SHOWN = 8


class CardKeys:
    """Buttons in the language of the group, or of the one who reads them."""

    def __init__(self, base: KnowledgeBase, zone: ZoneInfo, always: Mapping[str, Any], locale: str) -> None:
        self.base = base
        self.locale = locale
        self.zone = zone
        self.always = always

    def of(self, ticket: Ticket) -> Keys:
        """What can be done with the ticket now."""
        if not ticket.live:
            return ((self._key("button_card_reopen", "reopen", ticket),),)
        more = (
            self._key("button_card_transfer", "menu", ticket, "transfer"),
            self._key("button_card_priority", "menu", ticket, "priority"),
        )
        if ticket.owner is None:
            return ((self._key("button_card_claim", "claim", ticket),), more)
        if ticket.life.waiting is not None:
            second = self._key("button_card_resume", "resume", ticket)
        else:
            second = self._key("button_card_wait", "menu", ticket, "wait")
        return ((self._key("button_card_resolve", "menu", ticket, "resolve"), second), more)

    def menu(self, menu: Menu, ticket: Ticket, staff: Sequence[Member], now: datetime) -> Keys:
        """The choices behind a button, and the way back."""
        rows = {
            "resolve": lambda: self._resolve(ticket),
            "transfer": lambda: self._transfer(ticket, staff),
            "department": lambda: self._departments(ticket),
            "wait": lambda: self._wait(ticket, now),
            "priority": lambda: self._priorities(ticket),
        }[menu]()
        return (*rows, (self._key("button_card_back", "back", ticket),))

    def merge(self, ticket: Ticket, others: Sequence[Ticket]) -> Keys:
        """The tickets in which this one can go on, and the way back."""
        rows = [
            (
                self._key(
                    "button_merge", "merge", ticket, str(other.number), number=other.number,
                    terminal_id=other.terminal_id, references=other.references[:1],
                ),
            )
            for other in others[:MERGES_SHOWN]
        ]  # fmt: skip
        return (*rows, (self._key("button_card_back", "back", ticket),))

    def split(self, ticket: Ticket, message: int, after: int) -> Keys:
        """One message of the topic, or that and the ``after`` that came after it, and the way back."""
        rows = [(self._key("button_split_one", "split", ticket, f"{message}.one"),)]
        if after:
            rows.append((self._key("button_split_rest", "split", ticket, f"{message}.rest", count=after),))
        return (*rows, (self._key("button_card_back", "back", ticket),))

    def _resolve(self, ticket: Ticket) -> Keys:
        keys = [self._key(f"solved_{reason}", "resolve", ticket, reason) for reason in REASONS]
        return _in_rows(keys)

    def _transfer(self, ticket: Ticket, staff: Sequence[Member]) -> Keys:
        others = [member for member in staff if member.id != ticket.owner][:PEOPLE_SHOWN]
        keys = [self._data(member.name[:NAME_SHOWN], "hand", ticket, str(member.id)) for member in others]
        last = [self._key("button_card_department", "menu", ticket, "department")]
        if ticket.owner is not None:
            last.append(self._key("button_card_release", "release", ticket))
        return (*_in_rows(keys), tuple(last))

    def _departments(self, ticket: Ticket) -> Keys:
        others = [id for id in self.base.departments if id != ticket.department]
        return _in_rows([self._key(f"department_{id}", "department", ticket, id) for id in others])

    def _wait(self, ticket: Ticket, now: datetime) -> Keys:
        rules = Rules.of(self.base, self.zone)
        untils = [(days, rules.working_day(ticket.department, now, days)) for days in BANK_DAYS]
        banks = [self._key("button_wait_bank", "wait", ticket, f"bank.{days}", until=until) for days, until in untils]
        return ((self._key("button_wait_merchant", "wait", ticket, "merchant"),), *_in_rows(banks))

    def _priorities(self, ticket: Ticket) -> Keys:
        others = [priority for priority in PRIORITIES if priority != ticket.priority]
        return (tuple(self._key(f"priority_{each}", "priority", ticket, each) for each in others),)

    def _key(self, label: str, action: str, ticket: Ticket, argument: str = "", **values: Any) -> Key:
        return self._data(self.base.plain(self.locale, label, **self.always, **values), action, ticket, argument)

    def _data(self, label: str, action: str, ticket: Ticket, argument: str) -> Key:
        data = f"ticket:{action}:{ticket.number}:{ticket.stamp}"
        return Key(label, f"{data}:{argument}" if argument else data)


def _in_rows(keys: list[Key]) -> Keys:
    return tuple(tuple(keys[first : first + 2]) for first in range(0, len(keys), 2))
