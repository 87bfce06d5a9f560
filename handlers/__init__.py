"""aiogram routers, and the use cases that they call."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram import Router

from handlers import admin, inline, merchant, reacting, staff


def routers(support_chat: int | None, admins: Sequence[int] = ()) -> list[Router]:
    """Every router in order of asking."""
    knowledge = [admin.router(admins)] if admins else []
    group = [staff.router(support_chat)] if support_chat is not None else []
    return [*knowledge, *group, reacting.router(support_chat), inline.router(), merchant.router()]
