"""The support group: topics, cards and commands of staff."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message, Update

from handlers.banning import Banning
from handlers.canned import CannedReplies
from handlers.counter import Counter, Press
from handlers.lookups import Lookups
from handlers.reading import presser_of, said_of
from handlers.statboard import StatBoard


def router(support_chat: int) -> Router:
    """The router of one support group; other groups are none of the desk's business."""
    staff = Router(name="staff")

    async def in_group(message: Message) -> bool:
        """Written by a person in the support group, an anonymous administrator (who writes as the group) included.

        Coroutines, since aiogram gives other filters to a thread.
        """
        if message.chat.id != support_chat or message.from_user is None:
            return False
        as_group = message.sender_chat is not None and message.sender_chat.id == support_chat
        return as_group or not message.from_user.is_bot

    async def on_card(query: CallbackQuery) -> bool:
        """A ticket's button pressed in the support group."""
        there = query.message is not None and query.message.chat.id == support_chat
        return there and (query.data or "").startswith("ticket:")

    async def on_canned(query: CallbackQuery) -> bool:
        """A button of a canned reply pressed in the support group."""
        there = query.message is not None and query.message.chat.id == support_chat
        return there and (query.data or "").startswith("canned:")

    async def on_lookup(query: CallbackQuery) -> bool:
        """A button under a timeline pressed in the support group."""
        there = query.message is not None and query.message.chat.id == support_chat
        return there and (query.data or "").startswith("lookup:")

    async def on_ban(query: CallbackQuery) -> bool:
        """A button of the question how long to ban, pressed in the support group."""
        there = query.message is not None and query.message.chat.id == support_chat
        return there and (query.data or "").startswith("ban:")

    staff.message.filter(in_group)
    staff.edited_message.filter(in_group)
    staff.message.register(on_command, is_command)
    staff.message.register(on_message, is_spoken)
    staff.edited_message.register(on_edit, is_spoken)
    staff.callback_query.register(on_press, on_card)
    staff.callback_query.register(on_canned_press, on_canned)
    staff.callback_query.register(on_lookup_press, on_lookup)
    staff.callback_query.register(on_ban_press, on_ban)
    return staff


SPOKEN = frozenset(
    {
        *("text", "photo", "document", "voice", "video", "video_note", "audio", "animation", "sticker"),
        *("location", "venue", "contact"),
    }
)
"""What people send, as opposed to service messages of Telegram."""


async def is_command(message: Message) -> bool:
    """``/claim``, but not ``// a note``."""
    text = message.text or ""
    return text.startswith("/") and not text.startswith("//")


async def is_spoken(message: Message) -> bool:
    """Words or media of a person."""
    return message.content_type in SPOKEN


async def on_command(
    message: Message,
    event_update: Update,
    counter: Counter,
    canned: CannedReplies,
    lookups: Lookups,
    banning: Banning,
    statboard: StatBoard,
) -> None:
    """``/claim`` and the like."""
    name, _, argument = (message.text or "")[1:].partition(" ")
    name = name.partition("@")[0].lower()
    if name == "canned":
        await canned.command(event_update.update_id, said_of(message), argument)
    elif name == "lookup":
        await lookups.command(event_update.update_id, said_of(message), argument)
    elif name == "stats":
        await statboard.command(event_update.update_id, said_of(message), argument)
    elif name in ("ban", "unban", "bans"):
        await banning.command(event_update.update_id, said_of(message), name, argument)
    else:
        await counter.command(event_update.update_id, said_of(message), name, argument)


async def on_message(message: Message, event_update: Update, counter: Counter) -> None:
    """Words and media in a topic."""
    await counter.hear(event_update.update_id, said_of(message))


async def on_edit(message: Message, event_update: Update, counter: Counter) -> None:
    """An agent changed what was sent."""
    await counter.hear(event_update.update_id, said_of(message, edited=True))


async def on_press(query: CallbackQuery, event_update: Update, counter: Counter) -> None:
    """A button of a ticket's card."""
    parts = (query.data or "").split(":")
    action, number, stamp, argument = (*parts[1:5], "", "", "", "")[:4]
    message = query.message
    press = Press(
        callback=query.id,
        chat=message.chat.id if message else 0,
        message=message.message_id if message else 0,
        staff=query.from_user.id,
        name=query.from_user.first_name,
        action=action,
        number=int(number) if number.isdecimal() else 0,
        stamp=stamp,
        argument=argument,
        username=query.from_user.username,
    )
    await counter.press(event_update.update_id, press)


async def on_canned_press(query: CallbackQuery, event_update: Update, canned: CannedReplies) -> None:
    """A button under a list of replies or under a preview."""
    action, _, argument = (query.data or "").removeprefix("canned:").partition(":")
    await canned.press(event_update.update_id, query.id, presser_of(query), action, argument)


async def on_lookup_press(query: CallbackQuery, event_update: Update, lookups: Lookups) -> None:
    """A button under a timeline, under a diagnosis or under a preview of the newest answer."""
    action, _, argument = (query.data or "").removeprefix("lookup:").partition(":")
    await lookups.press(event_update.update_id, query.id, presser_of(query), action, argument)


async def on_ban_press(query: CallbackQuery, event_update: Update, banning: Banning) -> None:
    """How long and why, or not at all."""
    data = (query.data or "").removeprefix("ban:")
    await banning.press(event_update.update_id, query.id, presser_of(query), data)
