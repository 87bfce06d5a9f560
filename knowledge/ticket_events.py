"""What can happen to a ticket, and what comes of it: what ``knowledge.ticket_life`` takes in and gives out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from knowledge.ticket import Priority, Reason, Ticket


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of staff. ``supervisor``: may act on tickets of others."""

    id: int
    name: str
    supervisor: bool = False


# What can happen


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody takes a ticket that nobody has."""

    by: Person


@dataclass(frozen=True, slots=True)
class Release:
    """Back to the queue."""

    by: Person


@dataclass(frozen=True, slots=True)
class HandTo:
    """To another person, who has it from now on."""

    by: Person
    to: Person


@dataclass(frozen=True, slots=True)
class HandOver:
    """To another department: nobody there has it yet, and its deadlines begin anew."""

    by: Person
    department: str


@dataclass(frozen=True, slots=True)
class Prioritise:
    """Sooner or later than others; deadlines move with it."""

    by: Person
    priority: Priority


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing can be done until the merchant or the bank answers, or that moment has come."""

    by: Person
    whom: Literal["merchant", "bank"]
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """The wait is over."""

    by: Person


@dataclass(frozen=True, slots=True)
class Resolve:
    """Done. ``article``: the one that solved it."""

    by: Person
    reason: Reason
    article: str | None = None


@dataclass(frozen=True, slots=True)
class Reopen:
    """Not done after all; ``by`` None is the merchant."""

    by: Person | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """The same matter as another ticket, in which it goes on: this one is closed for good."""

    by: Person
    into: Ticket


@dataclass(frozen=True, slots=True)
class TakeIn:
    """Another ticket, ``ticket`` as it was before, goes on in this one."""

    by: Person
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Split:
    """These messages of the merchant are another matter, which gets a ticket of its own (``ticket_life.split_off``)."""

    by: Person
    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MerchantWrote:
    """A message of the merchant goes into the topic."""


@dataclass(frozen=True, slots=True)
class AgentWrote:
    """A message of staff goes to the merchant."""

    by: Person


@dataclass(frozen=True, slots=True)
class Tick:
    """The moment that the ticket wants to be looked at has come."""


Order = Claim | Release | HandTo | HandOver | Prioritise | Wait | Resume | Resolve | Merge | Split
"""What only a person of staff can want."""
Event = Order | TakeIn | Reopen | MerchantWrote | AgentWrote | Tick

# What comes of it


@dataclass(frozen=True, slots=True)
class Tell:
    """Words for the merchant, for the ticket's topic, or for the whole group. ``ping``: whom they are for."""

    to: Literal["merchant", "topic", "group"]
    phrase: str
    values: Mapping[str, Any] = field(default_factory=dict)
    ping: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A line of the audit log; ``by`` 0 is the desk itself, None the merchant."""

    action: str
    by: int | None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Floor:
    """Whose the merchant's next words are: this ticket's, or nobody's any more (``stars``: the merchant is asked).

    ``into``: what was this ticket's is that one's from now on.
    """

    taken: bool
    stars: bool = False
    into: int | None = None


Effect = Tell | Record | Floor


@dataclass(frozen=True, slots=True)
class Outcome:
    """The ticket after it, and what else is to be done."""

    ticket: Ticket
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """It cannot be; the phrase says why."""

    phrase: str
    values: Mapping[str, Any] = field(default_factory=dict)
