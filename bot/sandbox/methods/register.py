"""Where a method says that it is played here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from bot.sandbox.table import METHODS
from bot.sandbox.telegram import Telegram

Handler = Callable[[Telegram, dict[str, Any]], Any]
"""Takes checked parameters; answers what goes into ``result``; raises Refused."""

HANDLERS: Final[dict[str, Handler]] = {}


def plays(*names: str) -> Callable[[Handler], Handler]:
    """Register a function for methods of the table."""

    def register(handler: Handler) -> Handler:
        for name in names:
            assert name.lower() in METHODS, name
            HANDLERS[name.lower()] = handler
        return handler

    return register
