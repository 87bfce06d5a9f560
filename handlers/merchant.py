"""Private chats: everything that a merchant writes, sends or presses becomes one turn."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message, Update

from handlers.desk import Desk
from handlers.reading import asker_of, asker_of_callback, event_of, is_spoken, is_worded, pressed_of


def router() -> Router:
    """The merchant's router."""
    merchant = Router(name="merchant")
    merchant.message.filter(in_private)
    merchant.edited_message.filter(in_private)
    merchant.callback_query.filter(pressed_in_private)
    merchant.message.register(on_message, is_spoken)
    merchant.edited_message.register(on_edit, is_worded)
    merchant.callback_query.register(on_press)
    return merchant


async def in_private(message: Message) -> bool:
    """Private chats only. A coroutine, since aiogram gives every other kind of filter to a thread: 0.1 ms a message."""
    return message.chat.type == "private"


async def pressed_in_private(query: CallbackQuery) -> bool:
    """Buttons under messages of private chats."""
    return query.message is not None and query.message.chat.type == "private"


async def on_message(message: Message, event_update: Update, desk: Desk) -> None:
    """Words, media, contacts and commands."""
    await desk.take_turn(event_update.update_id, asker_of(message), event_of(message))


async def on_edit(message: Message, event_update: Update, desk: Desk) -> None:
    """An earlier message now reads differently."""
    await desk.take_turn(event_update.update_id, asker_of(message), event_of(message, edited=True))


async def on_press(query: CallbackQuery, event_update: Update, desk: Desk) -> None:
    """An inline button."""
    await desk.take_turn(event_update.update_id, asker_of_callback(query), pressed_of(query))
