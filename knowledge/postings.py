"""What is to be done in Telegram, as plain values: stored in the outbox, sent by ``bot.sending``.

A posting goes to one *lane*: a private chat, or one ticket's topic in the support group. Lanes keep their order. A
posting for a ticket names the ticket, not the topic: the topic's number is known only when the topic was created.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from knowledge.drawing import Drawing


@dataclass(frozen=True, slots=True)
class Key:
    """An inline button. ``data`` is callback data, 1 to 64 bytes of UTF-8; ``url`` makes it a link instead."""

    text: str
    data: str = ""
    url: str = ""


Keys = tuple[tuple[Key, ...], ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A new message of Telegram HTML. ``reply_keyboard``: ask for the contact with this button text, or remove it."""

    chat: int
    html: str
    keys: Keys = ()
    reply_to: int | None = None
    ask_contact: str | None = None
    decline: str | None = None
    """Text of a second key of the reply keyboard, under the one that shares the contact."""
    drop_keyboard: bool = False
    silent: bool = False
    ticket: int | None = None
    origin: tuple[int, int] | None = None
    """(chat, message) that this one relays: the two are linked when it was sent."""
    role: Literal["card", "case", "say", "note", "relay"] = "say"
    brings: tuple[tuple[int, str], ...] = ()
    """Of several messages of the origin's chat that this one brings: each with its words, the origin last."""
    kind: Literal["text"] = "text"


PartKind = Literal["photo", "video", "document", "audio", "animation", "voice"]


@dataclass(frozen=True, slots=True)
class Part:
    """A file of somebody's message: ``file`` is Telegram's id of it, ``caption`` Telegram HTML.

    ``hidden``: shown only when it is touched; ``above``: the caption stands above it.
    """

    message: int
    kind: PartKind
    file: str
    caption: str = ""
    hidden: bool = False
    above: bool = False


@dataclass(frozen=True, slots=True)
class Album:
    """Files of other messages of ``from_chat``, sent as one album; a single one by itself.

    Unlike ``Copy`` it can be a reply and have other words than the originals, and needs them no more.
    """

    chat: int
    from_chat: int
    parts: tuple[Part, ...]
    reply_to: int | None = None
    ticket: int | None = None
    silent: bool = False
    kind: Literal["album"] = "album"


@dataclass(frozen=True, slots=True)
class Copy:
    """Copies of messages, an album as an album. ``from_chat``/``messages`` are the originals, in order.

    ``caption``: Telegram HTML in place of the words under a single one; empty: they come without any words.
    ``said``: the words under a single original, for what is kept of it.
    """

    chat: int
    from_chat: int
    messages: tuple[int, ...]
    reply_to: int | None = None
    ticket: int | None = None
    caption: str | None = None
    said: str = ""
    silent: bool = False
    kind: Literal["copy"] = "copy"


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing, sent as a photo with words of Telegram HTML beneath it (at most 1024 characters)."""

    chat: int
    drawing: Drawing
    html: str = ""
    reply_to: int | None = None
    ticket: int | None = None
    kind: Literal["picture"] = "picture"


@dataclass(frozen=True, slots=True)
class Edit:
    """New words and buttons for a message of ours; ``html`` None changes the buttons alone.

    ``caption``: the words belong to a picture or file, and may be none. ``media``: the file that it has now.
    ``origin``: the (chat, message) whose copy is meant, where that copy was still on its way when this was posted;
    ``message`` is 0 then.
    """

    chat: int
    message: int
    html: str | None = None
    keys: Keys = ()
    ticket: int | None = None
    caption: bool = False
    origin: tuple[int, int] | None = None
    media: Part | None = None
    kind: Literal["edit"] = "edit"


@dataclass(frozen=True, slots=True)
class Delete:
    """Take messages away (a merchant's own only within 48 hours); one that is gone already is no failure.

    ``ticket``: whose staff asked for it, and hear when it cannot be done.
    """

    chat: int
    messages: tuple[int, ...]
    ticket: int | None = None
    kind: Literal["delete"] = "delete"


@dataclass(frozen=True, slots=True)
class React:
    """The bot's reaction to a message: one emoji, none takes it back. One that Telegram does not know is no failure."""

    chat: int
    message: int
    emoji: str = ""
    ticket: int | None = None
    kind: Literal["react"] = "react"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a pressed button; too late is no failure."""

    chat: int
    callback: str
    text: str = ""
    alert: bool = False
    kind: Literal["answer"] = "answer"


@dataclass(frozen=True, slots=True)
class Topic:
    """Create a ticket's topic if it has none, or bring its name, icon and open/closed state up to date."""

    chat: int
    ticket: int
    name: str
    icon: str = ""
    closed: bool = False
    kind: Literal["topic"] = "topic"


@dataclass(frozen=True, slots=True)
class Card:
    """The ticket's live card: posted and pinned when there is none yet, else edited."""

    chat: int
    ticket: int
    html: str
    keys: Keys = ()
    kind: Literal["card"] = "card"


@dataclass(frozen=True, slots=True)
class Typing:
    """Show that an answer is being prepared; never retried, never stored longer than it is useful."""

    chat: int
    kind: Literal["typing"] = "typing"


@dataclass(frozen=True, slots=True)
class Suggest:
    """The answer to words typed after the bot's name (inline mode); ``chat`` is the person's. Too late is no failure.

    ``results``: an id, a title, a second line, and the message that choosing it writes in the person's name.
    """

    chat: int
    query: str
    results: tuple[tuple[str, str, str, str], ...] = ()
    kind: Literal["suggest"] = "suggest"


Posting = Text | Album | Copy | Picture | Edit | Delete | Answer | Topic | Card | Typing | Suggest | React
