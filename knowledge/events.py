"""What can happen to a conversation: the only things that ``dialogue.advance`` takes in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from knowledge.postings import Part
from knowledge.records import LookupResult
from knowledge.watches import Outcome, Watch


@dataclass(frozen=True, slots=True)
class Heard:
    """The merchant wrote words (card numbers are gone already). ``edited``: an earlier message now reads so."""

    text: str
    message: int
    edited: bool = False
    reply_to: int | None = None
    removed: tuple[int, ...] = ()
    """Messages out of which a card number was taken before anything else saw them; they are to be deleted."""
    ticket: int | None = None
    """The ticket that the message answered to belongs to."""
    html: str = ""
    """The same words as Telegram HTML when they are formatted."""


@dataclass(frozen=True, slots=True)
class Attached:
    """The merchant sent something that is not words: a photo, a document, a voice message, a sticker, an album …

    ``kind``, ``message`` and ``caption`` are the first part's that has one. ``edited``: it has these now.
    """

    kind: str
    message: int
    caption: str = ""
    reply_to: int | None = None
    removed: tuple[int, ...] = ()
    ticket: int | None = None
    parts: tuple[Part, ...] = ()
    """The files of an album, an edited message's, and no picture but what else came with a message to be deleted."""
    edited: bool = False
    html: str = ""
    """The caption as Telegram HTML when it is formatted."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """An inline button. ``serial`` is the request that it was shown for: buttons of earlier requests are stale."""

    action: str
    argument: str
    serial: int
    message: int
    callback: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A contact; ``own`` only when Telegram says that it is the sender's."""

    phone: str
    own: bool
    message: int


@dataclass(frozen=True, slots=True)
class Commanded:
    """A slash command of a private chat, without the slash."""

    name: str
    argument: str
    message: int


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A source answered the last ``LookUp``."""

    result: LookupResult


@dataclass(frozen=True, slots=True)
class Identified:
    """The asker is now bound to these merchants (names for the greeting, where known)."""

    merchants: frozenset[str]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotIdentified:
    """Why not: the phone is not on file, the link is used or too old, the source is silent, or too many tries."""

    why: Literal["unknown_phone", "link_used", "link_expired", "link_unknown", "source_down", "limited"]


@dataclass(frozen=True, slots=True)
class Limited:
    """Too many unknown terminals in a short time: guessing ends here, for now."""


@dataclass(frozen=True, slots=True)
class TicketOpened:
    """A ticket exists. ``opens``: when somebody will be there; None when somebody is there now."""

    number: int
    opens: datetime | None = None


@dataclass(frozen=True, slots=True)
class WatchStarted:
    """What is watched from now on, what was watched already, and what is too much for one chat."""

    started: tuple[Watch, ...] = ()
    already: tuple[Watch, ...] = ()
    refused: tuple[Watch, ...] = ()
    asked: bool = True


@dataclass(frozen=True, slots=True)
class WatchesListed:
    """All that is watched for the chat."""

    watches: tuple[Watch, ...]


@dataclass(frozen=True, slots=True)
class WatchStopped:
    """The watch that was stopped; None: there was none of that number any more."""

    watch: Watch | None


@dataclass(frozen=True, slots=True)
class Looked:
    """A look at what is watched had news, or an end. ``result`` is what the source said."""

    outcomes: tuple[Outcome, ...]
    result: LookupResult


@dataclass(frozen=True, slots=True)
class Woke:
    """The moment that the case asked to be woken at has come."""


Event = (
    Heard
    | Attached
    | Pressed
    | Shared
    | Commanded
    | LookedUp
    | Identified
    | NotIdentified
    | Limited
    | TicketOpened
    | WatchStarted
    | WatchesListed
    | WatchStopped
    | Looked
    | Woke
)
