"""Who belongs to the support group, asked of Telegram and remembered for a little while."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.telegram import Call, Done, Telegram

KEEP_SECONDS = 300.0
REMEMBERED = 1000
SECONDS = 5
_MEMBERS = frozenset({"creator", "administrator", "member"})


class Membership:
    """Whether a person is in the support group; nobody is while Telegram does not say."""

    def __init__(self, telegram: Telegram, chat: Callable[[], int | None]) -> None:
        self._telegram = telegram
        self._chat = chat
        self._known: dict[int, tuple[float, bool]] = {}

    async def __call__(self, user: int) -> bool:
        """Whether this Telegram user is a member now, or was within the last five minutes."""
        chat = self._chat()
        if chat is None:
            return False
        asked = time.monotonic()
        known = self._known.get(user)
        if known is not None and asked - known[0] < KEEP_SECONDS:
            return known[1]
        outcome = await self._telegram.call(Call("getChatMember", {"chat_id": chat, "user_id": user}), SECONDS)
        if not isinstance(outcome, Done):
            return False
        found = outcome.result
        inside = found.get("status") in _MEMBERS or (found.get("status") == "restricted" and found.get("is_member"))
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[user] = (asked, bool(inside))
        return bool(inside)
