"""aiogram routers, and the use cases that they call."""

from __future__ import annotations

from aiogram import Router

from handlers import inline, merchant, reacting, staff


def routers(support_chat: int | None) -> list[Router]:
    """Every router in order of asking."""
    group = [staff.router(support_chat)] if support_chat is not None else []
    return [*group, reacting.router(support_chat), inline.router(), merchant.router()]
