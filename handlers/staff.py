"""The support group: topics, cards and commands of staff."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message, Update

from handlers.counter import Counter
from handlers.reading import said_of


def router(support_chat: int) -> Router:
    """The router of one support group; other groups are none of the desk's business."""
    staff = Router(name="staff")
    staff.message.filter(F.chat.id == support_chat, F.from_user.is_bot.is_(False))
    staff.edited_message.filter(F.chat.id == support_chat, F.from_user.is_bot.is_(False))
    staff.callback_query.filter(F.message.chat.id == support_chat, F.data.startswith("ticket:"))
    staff.message.register(on_command, F.text.startswith("/"), ~F.text.startswith("//"))
    staff.message.register(on_message, SPOKEN)
    staff.edited_message.register(on_edit, SPOKEN)
    staff.callback_query.register(on_press)
    return staff


SPOKEN = F.content_type.in_(
    {
        *("text", "photo", "document", "voice", "video", "video_note", "audio", "animation", "sticker"),
        *("location", "venue", "contact"),
    }
)
"""What people send, as opposed to service messages of Telegram."""


async def on_command(message: Message, event_update: Update, counter: Counter) -> None:
    """``/claim`` and the like."""
    name, _, argument = (message.text or "")[1:].partition(" ")
    await counter.command(event_update.update_id, said_of(message), name.partition("@")[0].lower(), argument)


async def on_message(message: Message, event_update: Update, counter: Counter) -> None:
    """Words and media in a topic."""
    await counter.hear(event_update.update_id, said_of(message))


async def on_edit(message: Message, event_update: Update, counter: Counter) -> None:
    """An agent changed what was sent."""
    await counter.hear(event_update.update_id, said_of(message, edited=True))


async def on_press(query: CallbackQuery, event_update: Update, counter: Counter) -> None:
    """A button of a ticket's card."""
    parts = (query.data or "").split(":")
    action, number, version = (*parts[1:4], "", "", "")[:3]
    chat = query.message.chat.id if query.message else 0
    await counter.press(
        event_update.update_id,
        query.id,
        chat,
        query.from_user.id,
        query.from_user.first_name,
        action,
        int(number) if number.isdecimal() else 0,
        int(version) if version.isdecimal() else 0,
    )
