"""What a conversation wants done: returned by ``dialogue.advance``, performed by the shell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from knowledge.diagnosis import Finding
from knowledge.matching import Zone
from knowledge.postings import Part
from knowledge.records import Query
from knowledge.watches import Watch


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button: the phrase of its label, and what pressing it means."""

    label: str
    action: str
    argument: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Say:
    """A phrase of the knowledge base with its values; neighbours without buttons become one message."""

    phrase: str
    values: Mapping[str, Any] = field(default_factory=dict)
    buttons: Rows = ()
    keyboard: Literal["contact", "drop"] | None = None


@dataclass(frozen=True, slots=True)
class Advise:
    """The answer: findings grouped by primary cause. ``step`` 0 is the whole answer, later ones the next step alone."""

    findings: tuple[Finding, ...]
    step: int = 0
    buttons: Rows = ()


@dataclass(frozen=True, slots=True)
class Show:
    """An article beside the form: a guide, or a cause in general words without anybody's facts."""

    article: str
    buttons: Rows = ()


@dataclass(frozen=True, slots=True)
class Consulted:
    """The base was asked this question, and thought ``best`` of it: kept, for the author to see what it lacks.

    ``offered``: the articles whose titles were offered as buttons, best first.
    """

    text: str
    zone: Zone
    best: str | None = None
    confidence: float = 0.0
    offered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask the settlement source; comes back as ``LookedUp`` or ``Limited``."""

    query: Query


@dataclass(frozen=True, slots=True)
class Identify:
    """Bind the asker by the phone number of their own contact; comes back as ``Identified`` or ``NotIdentified``."""

    phone: str


@dataclass(frozen=True, slots=True)
class Redeem:
    """Bind the asker by a one-time link; comes back as ``Identified`` or ``NotIdentified``."""

    token: str


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """Hand the case to a person; comes back as ``TicketOpened``."""

    reason: Literal["wish", "need", "source_down", "not_solved", "misunderstood", "limited"]
    department: str
    findings: tuple[Finding, ...] = ()
    checks_not_run: bool = False


@dataclass(frozen=True, slots=True)
class Relay:
    """Bring this message of the merchant into the ticket's topic: its files, a copy of ``media``, or its words.

    ``edited``: it reads so now, and ``parts`` is the file that it has now. ``html``: the words as Telegram HTML when
    they are formatted. ``held``: pictures that may show a card; staff are
    told of them and see them when they ask. ``quiet``: without a sound.
    """

    ticket: int
    message: int
    text: str = ""
    reply_to: int | None = None
    edited: bool = False
    media: bool = False
    html: str = ""
    parts: tuple[Part, ...] = ()
    held: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class RelayTogether:
    """Bring messages that came too fast into the ticket's topic at once: words as one message, then copies of media.

    ``words``: messages and their Telegram HTML. ``reply_to``: what the last of them that is an answer answers.
    """

    ticket: int
    words: tuple[tuple[int, str], ...] = ()
    media: tuple[int, ...] = ()
    reply_to: int | None = None


Reported = Literal["source_back", "corrected", "asking", "said"]
"""The records could be asked after all; they were asked anew, since answers were corrected; they say otherwise than the
merchant, who is asked; answers were corrected and nothing was asked.
"""


@dataclass(frozen=True, slots=True)
class Report:
    """The case is another one than the ticket holds; staff are told why."""

    ticket: int
    why: Reported


@dataclass(frozen=True, slots=True)
class Note:
    """A line for staff in the ticket's topic: a phrase, said in the staff's language."""

    ticket: int
    phrase: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StartWatch:
    """Begin to watch; comes back as ``WatchStarted``. ``asked``: by the merchant, who hears of it."""

    watches: tuple[Watch, ...]
    asked: bool = True


@dataclass(frozen=True, slots=True)
class ListWatches:
    """What is being watched for this chat; comes back as ``WatchesListed``."""


@dataclass(frozen=True, slots=True)
class StopWatch:
    """The merchant does not want to be told any more; comes back as ``WatchStopped``."""

    number: int


@dataclass(frozen=True, slots=True)
class KeepWatch:
    """The watch as it is after its news were told."""

    watch: Watch


@dataclass(frozen=True, slots=True)
class EndWatch:
    """The watch is over."""

    watch: Watch


@dataclass(frozen=True, slots=True)
class ListTickets:
    """Show the merchant's tickets."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Stars for a resolved ticket."""

    ticket: int
    stars: int


@dataclass(frozen=True, slots=True)
class RateReason:
    """Why a merchant gave few stars: one of ``rating.REASONS``, or words."""

    ticket: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """Work on a resolved ticket again."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Erase:
    """Delete a merchant's messages that held a card number."""

    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Settle:
    """Answer a pressed button (Telegram shows a spinner until then); ``phrase`` may be empty."""

    callback: str
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """Take the buttons off a message of ours: its question is answered."""

    message: int


Move = (
    Say
    | Advise
    | Show
    | Consulted
    | LookUp
    | Identify
    | Redeem
    | OpenTicket
    | Relay
    | RelayTogether
    | Report
    | Note
    | StartWatch
    | ListWatches
    | StopWatch
    | KeepWatch
    | EndWatch
    | ListTickets
    | Rate
    | RateReason
    | Reopen
    | Erase
    | Settle
    | Strip
)
Moves = tuple[Move, ...]
