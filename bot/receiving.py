"""Long polling that forgets nothing: the next offset is asked for only when everything before it is in the inbox."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence

from bot.intake import ALLOWED_UPDATES, Intake
from bot.telegram import Call, Done, Outcome, Refused, Telegram, Unanswered
from storage.errors import StorageError

log = logging.getLogger(__name__)

BATCH = 100
LONG_POLL = 25
"""Seconds that Telegram holds an unanswered getUpdates."""
SLACK = 15.0
LONGEST_WAIT = 30.0


class Receiver:
    """Polls until stopped. ``room`` is awaited before each poll: it holds polling back while too much is waiting."""

    def __init__(
        self,
        telegram: Telegram,
        intake: Intake,
        *,
        room: Callable[[], Awaitable[None]] | None = None,
        allowed: Sequence[str] = ALLOWED_UPDATES,
        long_poll: int = LONG_POLL,
    ) -> None:
        self._telegram = telegram
        self._intake = intake
        self._room = room
        self._allowed = list(allowed)
        self._long_poll = long_poll
        self._offset: int | None = None
        self._hurry = asyncio.Event()
        self._waiting: list[asyncio.Future[None]] = []
        self._failures = 0
        self._stopped = False
        self.polled = asyncio.Event()
        """Set once Telegram answered the first time."""

    async def run(self) -> None:
        """Poll until cancelled. A webhook that is still set is taken away first: Telegram serves only one of both."""
        await self._until_done(Call("deleteWebhook", {"drop_pending_updates": False}))
        try:
            while True:
                await self._round()
        finally:
            self._stopped = True
            for waiting in self._waiting:
                if not waiting.done():
                    waiting.set_result(None)

    async def catch_up(self) -> None:
        """Return when everything that Telegram had for us before this call is in the inbox."""
        if self._stopped:
            return
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        self._hurry.set()
        await waiting

    async def _round(self) -> None:
        if self._room is not None:
            await self._room()
        waiting, self._waiting = self._waiting, []
        first = not self.polled.is_set()
        seconds = 0 if first or waiting else self._long_poll
        self._hurry.clear()
        outcome = await self._poll(seconds)
        if isinstance(outcome, Done) and isinstance(outcome.result, list):
            if await self._take(outcome.result) and len(outcome.result) < BATCH:
                for each in waiting:
                    if not each.done():
                        each.set_result(None)
                waiting = []
            self.polled.set()
        elif outcome is not None:
            await self._rest(outcome)
        self._waiting = waiting + self._waiting

    async def _poll(self, seconds: int) -> Outcome | None:
        """One getUpdates; None when somebody wanted to catch up meanwhile."""
        params = {"timeout": seconds, "limit": BATCH, "allowed_updates": self._allowed, "offset": self._offset}
        call = asyncio.ensure_future(self._telegram.call(Call("getUpdates", params), seconds + SLACK))
        if seconds == 0:
            return await call
        hurry = asyncio.ensure_future(self._hurry.wait())
        try:
            await asyncio.wait((call, hurry), return_when=asyncio.FIRST_COMPLETED)
            return call.result() if call.done() else None
        finally:
            hurry.cancel()
            if not call.done():
                call.cancel()

    async def _take(self, updates: list[object]) -> bool:
        if not updates:
            self._failures = 0
            return True
        try:
            await self._intake.take(updates)
        except StorageError as error:
            log.error("updates could not be kept and will be asked for again: %s", error)
            await self._pause()
            return False
        ids = [
            each["update_id"] for each in updates if isinstance(each, dict) and isinstance(each.get("update_id"), int)
        ]
        if ids:
            self._offset = max(ids) + 1
        self._failures = 0
        return True

    async def _rest(self, outcome: Outcome) -> None:
        if isinstance(outcome, Refused) and outcome.retry_after is not None:
            await asyncio.sleep(outcome.retry_after)
            return
        if isinstance(outcome, Refused):
            log.error("getUpdates: %s %s", outcome.code, outcome.description)
        elif isinstance(outcome, Unanswered):
            log.warning("getUpdates: %s", outcome.reason)
        await self._pause()

    async def _pause(self) -> None:
        self._failures += 1
        await asyncio.sleep(min(LONGEST_WAIT, 0.25 * 2 ** min(self._failures, 8)) * random.uniform(0.5, 1.0))  # noqa: S311

    async def _until_done(self, call: Call) -> None:
        while not isinstance(outcome := await self._telegram.call(call), Done):
            await self._rest(outcome)
        self._failures = 0
