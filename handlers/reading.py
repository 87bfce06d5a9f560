"""aiogram's events as the desk's: the only place that looks into Telegram's shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiogram.types import CallbackQuery, Message

from handlers.counter import Said
from handlers.desk import Asker
from handlers.filing import SentFile
from handlers.reports import Admin
from knowledge.events import Attached, Commanded, Event, Heard, Pressed, Shared
from knowledge.library import KnowledgeBase
from knowledge.postings import Part, PartKind

KINDS = (
    "photo",
    "document",
    "voice",
    "video",
    "video_note",
    "audio",
    "animation",
    "sticker",
    "location",
    "venue",
    "dice",
)
SENDABLE: tuple[PartKind, ...] = ("photo", "animation", "video", "document", "audio", "voice")
"""Files that can be sent anew by their ids, with a caption. An animation is called a document too, so it goes first."""


SPOKEN = frozenset(
    {
        *("text", "photo", "document", "voice", "video", "video_note", "audio", "animation", "sticker", "live_photo"),
        *("location", "venue", "contact", "dice", "poll", "story", "game", "paid_media", "checklist", "invoice"),
        "unknown",
    }
)
"""What people send, and what Telegram may let them send one day; as opposed to its service messages."""
WORDED = frozenset({"text", "photo", "document", "voice", "video", "audio", "animation"})
"""What has words that can be edited. A location on the move is edited every few seconds."""


async def is_spoken(message: Message) -> bool:
    """Words or media of a person."""
    return message.content_type in SPOKEN


async def is_worded(message: Message) -> bool:
    """Words, or media that have a caption."""
    return message.content_type in WORDED


def asker_of(message: Message) -> Asker:
    """Who writes in a private chat."""
    user = message.from_user
    language = user.language_code if user else None
    return Asker(message.chat.id, user.id if user else message.chat.id, language, user.full_name if user else "")


def asker_of_callback(query: CallbackQuery) -> Asker:
    """Who pressed a button in a private chat."""
    chat = query.message.chat.id if query.message else query.from_user.id
    return Asker(chat, query.from_user.id, query.from_user.language_code, query.from_user.full_name)


def removed_in(message: Message) -> tuple[int, ...]:
    """Messages out of which ``bot.receiving`` took card numbers, as it noted in the update."""
    noted: dict[str, Any] = (message.model_extra or {}).get("settledesk") or {}
    return tuple(int(number) for number in noted.get("removed", ()))


def album_of(message: Message) -> tuple[Message, ...]:
    """The message with the other parts of its album, as ``bot.albums`` put them together; in order."""
    noted: dict[str, Any] = (message.model_extra or {}).get("settledesk") or {}
    others = (Message.model_validate(part) for part in noted.get("album", ()))
    return tuple(sorted((message, *others), key=lambda part: part.message_id))


def parts_of(messages: Sequence[Message]) -> tuple[Part, ...]:
    """The files of messages. A picture that came with a card number may show the card: it is left out."""
    removed = {number for message in messages for number in removed_in(message)}
    found = (_part(message) for message in messages if not (message.message_id in removed and _is_picture(message)))
    return tuple(part for part in found if part is not None)


def _is_picture(message: Message) -> bool:
    """A photo, or one that is sent as a file."""
    document = message.document
    return message.photo is not None or (document is not None and (document.mime_type or "").startswith("image/"))


def _part(message: Message) -> Part | None:
    for kind in SENDABLE:
        file = getattr(message, kind, None)
        if file is not None:
            largest = file[-1] if kind == "photo" else file
            caption = message.html_text if message.caption else ""
            hidden, above = bool(message.has_media_spoiler), bool(message.show_caption_above_media)
            return Part(message.message_id, kind, largest.file_id, caption, hidden, above)
    return None


def _formatted(message: Message) -> str:
    """The words with their formatting; empty when they have none."""
    return message.html_text if message.entities or message.caption_entities else ""


def event_of(message: Message, edited: bool = False) -> Event:
    """A private message as what happened to the conversation."""
    reply = message.reply_to_message.message_id if message.reply_to_message else None
    removed = removed_in(message)
    if message.contact is not None:
        own = message.from_user is not None and message.contact.user_id == message.from_user.id
        return Shared(e164(message.contact.phone_number), own, message.message_id)
    if message.text is not None:
        if message.text.startswith("/") and not edited:
            name, _, argument = message.text[1:].partition(" ")
            return Commanded(name.partition("@")[0].lower(), argument, message.message_id)
        return Heard(message.text, message.message_id, edited, reply, removed, html=_formatted(message))
    album = album_of(message)
    kind = next((kind for kind in KINDS if getattr(message, kind, None) is not None), "other")
    kind = "photo" if any(map(_is_picture, album)) else kind
    parts = parts_of(album) if len(album) > 1 or removed or edited else ()
    spoken = next((part for part in album if part.caption), message)
    words = spoken.caption or ""
    return Attached(
        kind, message.message_id, words, reply, removed, parts=parts, edited=edited, html=_formatted(spoken)
    )


def pressed_of(query: CallbackQuery) -> Pressed:
    """A pressed button; data that is not ours reads as a stale one."""
    action, _, rest = (query.data or "").partition(":")
    serial, _, argument = rest.partition(":")
    message = query.message.message_id if query.message else 0
    return Pressed(action, argument, int(serial) if serial.isdecimal() else -1, message, query.id)


def said_of(message: Message, edited: bool = False) -> Said:
    """A message of the support group. In a topic the topic's first message is no reply."""
    user = message.from_user
    reply = message.reply_to_message
    answered = reply is not None and reply.forum_topic_created is None
    album = album_of(message)
    spoken = next((part for part in album if part.caption), message)
    return Said(
        chat=message.chat.id,
        topic=message.message_thread_id if message.is_topic_message else None,
        message=message.message_id,
        staff=user.id if user else message.chat.id,
        name=user.first_name if user else "",
        html=spoken.html_text,
        text=spoken.text or spoken.caption or "",
        reply_to=reply.message_id if reply is not None and answered else None,
        replied_at=reply.date if isinstance(reply, Message) else None,
        edited=edited,
        removed=removed_in(message),
        username=user.username if user else None,
        media=message.text is None,
        parts=parts_of(album) if len(album) > 1 or edited else (),
        language=user.language_code if user else None,
    )


def presser_of(query: CallbackQuery) -> Said:
    """Who pressed a button of staff, and the message that it is under."""
    message = query.message
    topic = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
    return Said(
        chat=message.chat.id if message else 0,
        topic=topic,
        message=message.message_id if message else 0,
        staff=query.from_user.id,
        name=query.from_user.first_name,
        html="",
        username=query.from_user.username,
        language=query.from_user.language_code,
    )


def admin_of(message: Message, update: int, base: KnowledgeBase) -> Admin:
    """A knowledge admin who writes, in the language of their Telegram."""
    user = message.from_user
    return Admin(
        update=update,
        chat=message.chat.id,
        user=user.id if user else 0,
        message=message.message_id,
        locale=base.locale(user.language_code if user else None),
        topic=message.message_thread_id if message.is_topic_message else None,
    )


def admin_of_callback(query: CallbackQuery, update: int, base: KnowledgeBase) -> Admin:
    """A knowledge admin who pressed a button."""
    chat = query.message.chat.id if query.message else query.from_user.id
    number = query.message.message_id if query.message else 0
    return Admin(update, chat, query.from_user.id, number, base.locale(query.from_user.language_code), None, query.id)


def sent_file_of(message: Message) -> SentFile:
    """The document of a message."""
    document = message.document
    assert document is not None
    return SentFile(document.file_id, document.file_name or "", document.file_size or 0, message.caption or "")


def e164(phone: str) -> str:
    """A phone number as Telegram gives it, international with or without the plus, as E.164."""
    return "+" + "".join(character for character in phone if character.isdecimal())
