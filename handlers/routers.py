"""The aiogram routers, in order of asking."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram import Router

from handlers import admin, inline, merchant, reacting, staff
from handlers.groups import Groups


def routers(groups: Groups, admins: Sequence[int] = ()) -> list[Router]:
    """Every router in order of asking: each that is asked in vain costs 15 µs, and most updates are merchants'."""
    knowledge = [admin.router(admins)] if admins else []
    return [*knowledge, merchant.router(), staff.router(groups), reacting.router(groups), inline.router()]
