"""Inline mode: staff type the bot's name and a few words, and choose a reply."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiogram import Router
from aiogram.types import InlineQuery, Update

from handlers.canned import CannedReplies

IsStaff = Callable[[int], Awaitable[bool]]


def router() -> Router:
    """The router of inline queries, wherever they are typed."""
    inline = Router(name="inline")
    inline.inline_query.register(on_query)
    return inline


async def on_query(query: InlineQuery, event_update: Update, canned: CannedReplies, is_staff: IsStaff) -> None:
    """Words after the bot's name."""
    allowed = await is_staff(query.from_user.id)
    await canned.suggest(event_update.update_id, query.id, query.from_user.id, query.query, allowed)
