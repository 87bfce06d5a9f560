"""From the inbox to the handlers: one update at a time per chat or topic, many chats at once, nothing forgotten."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Message, Update
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from bot.albums import Albums
from storage.database import Storage
from storage.errors import AlreadyDone, StorageError
from storage.inbox import Arrival

log = logging.getLogger(__name__)

ATTEMPTS = 4
"""One try and three more; then the update is given up and its sender is told."""
INTERRUPTIONS = 20
"""An update that so many runs of the program left undone may be what ends them: it is given up too."""
WAITING = 2000
"""So many updates may wait in memory before polling is held back."""
LONGEST_WAIT = 30.0

GaveUp = Callable[[dict[str, Any]], Awaitable[None]]
"""Told the payload of an update that was given up, so that its sender hears something kind."""


Landed = Callable[[int], Awaitable[None]]
"""Waits until what was being sent to a chat is noted as sent."""
QUICK = 3
"""Seconds after a message within which an answer to it may overtake the note that it was sent."""


class Processor:
    """Feeds updates to the dispatcher. Use cases complete their update in their own commit; what nobody completed is
    completed as ignored afterwards. ``landed``: awaited before a quick answer, so that what it answers is known.
    """

    def __init__(
        self,
        bot: Bot,
        dispatcher: Dispatcher,
        storage: Storage,
        *,
        gave_up: GaveUp | None = None,
        albums: Albums | None = None,
        landed: Landed | None = None,
        concurrency: int = 64,
        first_pause: float = 0.3,
        ready: asyncio.Event | None = None,
    ) -> None:
        """Until ``ready`` is set, updates are queued, but no turn is taken."""
        self._bot = bot
        self._dispatcher = dispatcher
        self._storage = storage
        self._gave_up = gave_up
        self._albums = albums or Albums(storage)
        self._landed = landed
        self._first_pause = first_pause
        self._turns = asyncio.Semaphore(concurrency)
        self._lanes: dict[str, deque[Arrival]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: set[int] = set()
        self._room = asyncio.Event()
        self._room.set()
        self._stopping = False
        self._ready = ready or asyncio.Event()
        if ready is None:
            self._ready.set()
        storage.on_completed(self._open.difference_update)

    async def start(self) -> None:
        """Take up what an earlier run left undone, oldest first; to be awaited before anything new is handed on."""
        left, hopeless = await self._storage.run(lambda unit: unit.inbox.resume(INTERRUPTIONS))
        for arrival in hopeless:
            log.error("update %s is given up: it was under way at the end of %s runs", arrival.update_id, INTERRUPTIONS)
            await self._tell(arrival)
        if left:
            log.info("%s updates were left undone and are taken up", len(left))
        self._albums.left(left)
        self.hand_on(left)

    def hand_on(self, arrivals: Sequence[Arrival]) -> None:
        """Queue updates that are in the inbox."""
        for arrival in arrivals:
            self._open.add(arrival.update_id)
            lane = self._lanes.get(arrival.lane)
            if lane is not None:
                lane.append(arrival)
                self._albums.heard(arrival.lane)
                continue
            self._lanes[arrival.lane] = deque((arrival,))
            if not self._stopping:
                self._start(arrival.lane)
        if len(self._open) >= WAITING:
            self._room.clear()

    async def room(self) -> None:
        """Wait while too many updates are waiting already."""
        await self._room.wait()

    async def idle(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def stop(self, grace: float = 10.0) -> None:
        """Let the turns that run finish, within ``grace`` seconds; all else stays in the inbox for the next start."""
        self._stopping = True
        self._room.set()
        self._ready.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, name: str) -> None:
        task = asyncio.create_task(self._run_lane(name))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_lane(self, name: str) -> None:
        lane = self._lanes[name]
        await self._ready.wait()
        while lane and not self._stopping:
            await self._albums.gather(name, lane)
            async with self._turns:
                if self._stopping:
                    return
                await self._see_through(lane[0])
            lane.popleft()
            if len(self._open) < WAITING // 2:
                self._room.set()
        if not lane:
            del self._lanes[name]

    async def _see_through(self, arrival: Arrival) -> None:
        """One update to its end: done, ignored or given up. Trouble of the database alone is never its end."""
        update, attempts, trouble = arrival.update_id, arrival.attempts, 0
        while True:
            try:
                await self._take_turn(arrival)
            except AlreadyDone:
                return self._open.discard(update)
            except StorageError as error:
                trouble += 1
                log.warning("update %s waits for the database: %s", update, error)
                await self._pause(trouble)
            except Exception as error:
                attempts += 1
                log.exception("update %s failed, attempt %s of %s", update, attempts, ATTEMPTS)
                hopeless = isinstance(error, ValidationError)  # it will read no better the next time
                if await self._failed(arrival, error, final=hopeless or attempts >= ATTEMPTS):
                    return None
                await self._pause(attempts)
            else:
                return None
            if self._stopping:
                return None

    async def _take_turn(self, arrival: Arrival) -> None:
        payload = json.loads(arrival.payload)
        update = Update.model_validate(payload, context={"bot": self._bot})
        if self._landed is not None and (said := update.message) is not None and _is_quick(said):
            await self._landed(said.chat.id)
        await self._dispatch(update)
        if arrival.update_id in self._open:
            await self._storage.run(lambda unit: unit.inbox.complete(arrival.update_id))

    async def _dispatch(self, update: Update) -> None:
        """As ``Dispatcher.feed_update`` does, without its middlewares, of whose findings no handler makes use."""
        try:
            kind, event = update.event_type, update.event
        except UpdateTypeLookupError:
            log.warning("update %s is of a kind that is not known here", update.update_id)
            return
        given = self._dispatcher.workflow_data
        await self._dispatcher.propagate_event(kind, event, event_update=update, bot=self._bot, **given)

    async def _failed(self, arrival: Arrival, error: Exception, *, final: bool) -> bool:
        """Note it; whether that was the end."""
        reason = f"{type(error).__name__}: {error}"
        try:
            await self._storage.run(lambda unit: unit.inbox.failed(arrival.update_id, reason, final=final))
        except StorageError as trouble:
            log.warning("update %s: its failure could not be noted: %s", arrival.update_id, trouble)
            return False
        if final:
            self._open.discard(arrival.update_id)
            await self._tell(arrival)
        return final

    async def _tell(self, arrival: Arrival) -> None:
        if self._gave_up is None:
            return
        try:
            await self._gave_up(json.loads(arrival.payload))
        except Exception:
            log.exception("update %s was given up, and its sender could not be told", arrival.update_id)

    async def _pause(self, attempt: int) -> None:
        seconds = min(LONGEST_WAIT, self._first_pause * 3 ** min(attempt - 1, 6))
        await asyncio.sleep(seconds * random.uniform(0.7, 1.3))  # noqa: S311


def _is_quick(said: Message) -> bool:
    """Whether a message answers one of a moment ago."""
    answered = said.reply_to_message
    return answered is not None and (said.date - answered.date).total_seconds() <= QUICK
