"""One merchant's conversation, as a value: stored, replayed, fuzzed and shown to staff alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal

from knowledge.postings import Part

SlotName = Literal["terminal_id", "change_date", "trade_dates", "amounts", "new_tail"]
SLOTS: tuple[SlotName, ...] = ("terminal_id", "change_date", "trade_dates", "amounts", "new_tail")


@dataclass(frozen=True, slots=True)
class Answers:
    """What the merchant told us; None or empty is *not said*. Days and amounts (minor units) are in the order said.

    ``no_change``: that no card was changed. ``trade_time``: at what time of the day the payment was taken.
    """

    terminal_id: str | None = None
    change_date: date | None = None
    trade_dates: tuple[date, ...] = ()
    amounts: tuple[int, ...] = ()
    new_tail: str | None = None
    merchant_no: str | None = None
    old_tail: str | None = None
    claims_cycle: Literal["T1", "D0"] | None = None
    no_change: bool = False
    trade_time: time | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the transcript: who, when, what (never a card number)."""

    who: Literal["merchant", "desk", "staff", "system"]
    at: datetime
    text: str
    message: int | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What may be watched: a payout (with those it is told with), the money of days without one, or a card change.

    ``ids``: of the payouts, or of the change; none: there is no payout record yet. ``others``: payouts of the same days
    that are not the one waited for. ``state``: the status that was told. ``due``: when it is due, as told. ``net`` is
    minor units of ``currency``, where one payout is watched. ``known``: news that were no news any more. ``incidents``:
    those that were named as the reason, by their ids.
    """

    kind: Literal["payout", "change"]
    merchant_no: str
    terminal_id: str
    ids: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    state: str | None = None
    due: date | None = None
    net: int | None = None
    currency: str | None = None
    others: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CauseTold:
    """A finding in short, for the ticket and for comparing with a later run."""

    reference: str
    primary: str
    secondary: tuple[str, ...] = ()
    undecidable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """cause -> the facts that were missing to decide it."""
    trade_dates: tuple[date, ...] = ()
    amounts: tuple[int, ...] = ()
    payouts: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    """Where the merchant's words and the records differ, in the staff's language."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """The facts that a later look is compared with (``comparing.COMPARED``), as text; unknown ones are left out."""
    watch: Subject | None = None
    """What can be watched of it, where the cause is one that ends by itself."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an answer told, kept while its question is looked up again: until the next answer says what changed."""

    causes: tuple[CauseTold, ...]
    at: datetime | None
    terminal_id: str | None
    trade_dates: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """A message for staff of which the merchant has not said yet to which of several tickets it belongs."""

    message: int
    text: str = ""
    reply_to: int | None = None
    edited: bool = False
    media: bool = False
    html: str = ""
    parts: tuple[Part, ...] = ()
    held: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A message of a merchant who writes faster than anybody can read: kept until it is taken together with others.

    ``kind``: ``words``, ``command`` or what was sent (a photo, a voice message …), whose caption ``text`` then is.
    """

    at: datetime
    message: int
    text: str = ""
    kind: str = "words"
    reply_to: int | None = None
    edited: bool = False
    ticket: int | None = None
    html: str = ""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """How fast the merchant writes, and what waits because of it (``flooding``).

    ``busy_until``: how far what may come at once is used up, in seconds since the epoch (``pacing``). ``slowed_at``:
    when the merchant was last asked to write more slowly. ``wake_at``: when the case wanted to be woken before anything
    was held.
    """

    busy_until: float = 0.0
    slowed_at: datetime | None = None
    held: tuple[Held, ...] = ()
    wake_at: datetime | None = None


State = Literal["idle", "identifying", "asking", "choosing", "checking", "waiting", "answered", "person", "parked"]
"""idle: nothing under way; identifying: asked who they are; asking: a slot; choosing: which of several readings of a
slot; checking: words and records differ, asked once; waiting: the source was silent, retried by itself; answered:
findings told; person: a ticket has the floor; parked: silence after one reminder, resumed by any word."""


@dataclass(frozen=True)
class Case:
    """All that the desk remembers of one private chat between two events."""

    chat: int
    user: int
    locale: str = "zh"
    version: int = 0
    serial: int = 0
    form: str = "payout_missing"
    state: State = "idle"
    asked: str | None = None
    answers: Answers = Answers()
    unknown: tuple[str, ...] = ()
    """Slots that the merchant cannot or will not say: not asked again."""
    order: tuple[str, ...] = ()
    """Slots in the order in which they were asked, for going back."""
    options: tuple[str, ...] = ()
    """The readings offered while choosing, as text that ``slots.read`` takes back."""
    heard: tuple[tuple[int, str | None], ...] = ()
    """(message, what was asked then), the latest ones, so that an edited message is read as it was meant."""
    misunderstood: int = 0
    settled: tuple[str, ...] = ()
    """Differences between words and records that were asked about already."""
    unverified: bool = False
    """The merchant chose to go on without identification."""
    told: tuple[CauseTold, ...] = ()
    told_at: datetime | None = None
    earlier: Earlier | None = None
    """The answer before this look, also while a difference is asked about or the source is silent."""
    step: int = 0
    merchant: tuple[str, str] | None = None
    """Number and name of the merchant whose records were found last."""
    records_from: tuple[str, datetime] | None = None
    """The source of those records, and as of when they were."""
    banks: tuple[str, ...] = ()
    """The banks that the matter has to do with, as far as those records tell, by their full names."""
    acquirer: str | None = None
    """The profile of that merchant's acquirer."""
    ticket: int | None = None
    ticket_serial: int | None = None
    """The request that the ticket was opened for."""
    chosen_at: datetime | None = None
    """When the merchant chose the ticket among several, or last wrote to it after that."""
    pending: tuple[Pending, ...] = ()
    which_asked_at: datetime | None = None
    rating: int | None = None
    """The resolved ticket that stars are asked for."""
    low_stars: tuple[int, datetime] | None = None
    """The ticket whose few stars are asked about, and since when."""
    wake_at: datetime | None = None
    reminded: bool = False
    before_parking: State | None = None
    transcript: tuple[Line, ...] = ()
    question: int | None = None
    """The number under which the question asked last is kept, until it is known what came of it."""
    unexplained: tuple[int, ...] = ()
    """Likewise for diagnoses of this request that found no reason, until a ticket is opened for them."""
    flow: Flow = Flow()

    def but(self, **changes: Any) -> Case:
        """The same case with other values; raises TypeError for a name that no case has.

        For what every turn does, some ten times: ``dataclasses.replace``, whose names and types are checked beforehand,
        hands all forty fields through the constructor and costs ten times as much. That is why a case has no slots.
        """
        if not changes.keys() <= self.__dict__.keys():
            raise TypeError(f"a case has no {', '.join(sorted(changes.keys() - self.__dict__.keys()))}")
        changed = object.__new__(Case)
        changed.__dict__.update(self.__dict__, **changes)
        return changed
