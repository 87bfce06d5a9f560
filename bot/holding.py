"""Support groups that cannot be used just now: what waits for them, and how it is noticed that they were mended."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any, Literal, Protocol

from bot.telegram import Call, Done, Refused, Telegram
from handlers.groups import Kind, Trouble

log = logging.getLogger(__name__)

RIGHTS = ("can_manage_topics", "can_pin_messages", "can_delete_messages")
"""What the bot has to be allowed to do in a support group."""
PROBE_EVERY = 15.0
"""Seconds between two looks whether a group was mended; a change of the bot's own rights is looked at at once."""
Need = Literal["group", "topic", "new topic"]
"""What a posting needs: the group alone, a ticket's topic that is there, or one that is yet to be made."""
_SAYS: tuple[tuple[str, Kind], ...] = (
    ("is not a forum", "not_forum"),
    ("chat_not_forum", "not_forum"),
    ("bot was kicked", "removed"),
    ("bot is not a member", "removed"),
    ("channel_private", "removed"),
    ("chat not found", "gone"),
    ("group chat was deleted", "gone"),
    ("not enough rights", "rights"),
    ("have no rights", "rights"),
    ("need administrator rights", "rights"),
    ("chat_admin_required", "rights"),
    ("chat_write_forbidden", "rights"),
)
"""How Telegram's refusals tell of a group that has to be mended (tdlib/telegram-bot-api)."""


class Menders(Protocol):
    """Who hears of the groups: supervisors, through the desk."""

    async def troubled(self, chat: int, trouble: Trouble) -> None:
        """It cannot be used."""

    async def mended(self, chat: int) -> None:
        """It can be used again, or still can."""

    async def full(self, chat: int) -> None:
        """It loses every new topic."""

    async def moved(self, old: int, new: int) -> None:
        """It has another id."""


def trouble_in(description: str) -> Trouble | None:
    """The trouble that a refusal tells of; None when it is about something else."""
    words = description.lower()
    kind = next((kind for part, kind in _SAYS if part in words), None)
    if kind is None:
        return None
    return Trouble(kind, RIGHTS[:1] if kind == "rights" else ())


async def examine(telegram: Telegram, chat: int) -> Trouble | None:
    """What is wrong with a group, asked of Telegram; None when nothing is. Raises ConnectionError."""
    found = await telegram.call(Call("getChat", {"chat_id": chat}), 10)
    if isinstance(found, Refused) and (trouble := trouble_in(found.description)) is not None:
        return trouble
    me = {"chat_id": chat, "user_id": telegram.bot.id}
    member = await telegram.call(Call("getChatMember", me), 10) if isinstance(found, Done) else found
    if not isinstance(found, Done) or not isinstance(member, Done):
        raise ConnectionError("Telegram does not say how the group is")
    if not found.result.get("is_forum"):
        return Trouble("not_forum")
    rights: dict[str, Any] = member.result
    missing = tuple(right for right in RIGHTS if not rights.get(right) and rights.get("status") != "creator")
    return Trouble("rights", missing) if missing else None


class Holds:
    """The troubled groups. ``released`` is called when one is good again, so that what waits for it goes on."""

    def __init__(
        self, telegram: Telegram, menders: Menders, released: Callable[[], None], every: float | None = None
    ) -> None:
        self._telegram = telegram
        self._menders = menders
        self._released = released
        self._every = PROBE_EVERY if every is None else every
        self._troubles: dict[int, Trouble] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._looks: set[asyncio.Task[None]] = set()

    def stops(self, chat: int, need: Need) -> Trouble | None:
        """The trouble for which something has to wait; None when it can go."""
        trouble = self._troubles.get(chat)
        match trouble and trouble.kind:
            case None:
                return None
            case "removed" | "gone":
                return trouble
            case "not_forum":
                return None if need == "group" else trouble
            case "rights" if trouble is not None and "can_manage_topics" not in trouble.missing:
                return None
        return trouble if need == "new topic" else None

    async def meet(self, chat: int, trouble: Trouble) -> bool:
        """A delivery met it. The first to meet it has it told, and from now on the group is looked at.

        False when Telegram says that nothing is wrong with the group: then it is about that delivery alone.
        """
        if chat in self._troubles:
            return True
        if trouble.kind != "full":  # that a full group has room cannot be asked
            found: Trouble | None = trouble
            with contextlib.suppress(ConnectionError):
                found = await examine(self._telegram, chat)
            if found is None:
                return False
            trouble = found
        if chat not in self._troubles:
            self._troubles[chat] = trouble
            log.error("group %s: %s %s", chat, trouble.kind, " ".join(trouble.missing))
            await self._menders.troubled(chat, trouble)
        if trouble.kind != "full" and chat not in self._tasks:
            self._tasks[chat] = asyncio.create_task(self._watch(chat))
        return True

    def look(self, chat: int) -> None:
        """Something about the bot's place in a group changed: look at it now."""
        task = asyncio.create_task(self._look(chat))
        self._looks.add(task)
        task.add_done_callback(self._looks.discard)

    async def stop(self) -> None:
        """End looking."""
        tasks = (*self._tasks.values(), *self._looks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self, chat: int) -> None:
        while chat in self._troubles:
            await asyncio.sleep(self._every)
            await self._look(chat)
        self._tasks.pop(chat, None)

    async def _look(self, chat: int) -> None:
        try:
            trouble = await examine(self._telegram, chat)
            if trouble is not None:
                changed = self._troubles.get(chat) != trouble
                self._troubles[chat] = trouble
                if changed:
                    await self._menders.troubled(chat, trouble)
                    self._released()  # less may be wrong than was
                if chat not in self._tasks:
                    self._tasks[chat] = asyncio.create_task(self._watch(chat))
            elif self._troubles.get(chat, Trouble("gone")).kind != "full":
                self._troubles.pop(chat, None)
                await self._menders.mended(chat)
                self._released()
        except ConnectionError as error:
            log.info("group %s: %s", chat, error)
        except Exception:
            log.exception("group %s could not be looked at", chat)
