"""What time brings: conversations and tickets that want attention, what is watched, old personal data that goes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from handlers.desk import Asker, Desk
from handlers.keeping import read_case
from handlers.lookout import Lookout
from handlers.timekeeper import Timekeeper
from knowledge.events import Woke
from storage.database import Storage

log = logging.getLogger(__name__)

EVERY = 2.0
"""Seconds between two looks at what is due."""
BLANK_AFTER = timedelta(hours=48)
"""Settled updates and letters keep their text so long, for looking into what went wrong; then only their ids stay."""
FORGET_AFTER = timedelta(days=30)
QUESTIONS_KEPT = timedelta(days=180)
"""Questions put to the base outlive the inbox, so that an author sees what is asked again and again."""
MOST_QUESTIONS = 50_000
CLEAN_EVERY = timedelta(hours=1)


class Jobs:
    """Runs beside the bot until it is told to stop."""

    def __init__(
        self,
        storage: Storage,
        desk: Desk,
        lookout: Lookout,
        timekeeper: Timekeeper,
        clock: Callable[[], datetime],
        *others: Callable[[], Awaitable[None]],
    ) -> None:
        self._storage = storage
        self._desk = desk
        self._lookout = lookout
        self._timekeeper = timekeeper
        self._clock = clock
        self._others = others
        self._cleaned: datetime | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Look at what is due until ``stop``. What is watched has a loop of its own, for a source may be slow."""
        rounds = (self.round, self._lookout.round, self._timekeeper.round, *self._others)
        await asyncio.gather(*(self._repeat(round, stop) for round in rounds))

    async def _repeat(self, round: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
        """Round after round; a failing one is logged and the next one tries again."""
        while not stop.is_set():
            try:
                await round()
            except Exception:
                log.exception("a round of the clock failed; it will be tried again")
            try:
                await asyncio.wait_for(stop.wait(), EVERY)
            except TimeoutError:
                continue

    async def round(self) -> None:
        """Wake the cases that are due, and clean up once an hour."""
        now = self._clock()
        for stored in await self._storage.read(lambda unit: unit.cases.due(now)):
            case = read_case(stored)
            await self._desk.take_turn(None, Asker(case.chat, case.user), Woke())
        if self._cleaned is None or now - self._cleaned >= CLEAN_EVERY:
            self._cleaned = now
            await self._storage.run(lambda unit: unit.inbox.blank(now - BLANK_AFTER))
            await self._storage.run(lambda unit: unit.outbox.blank(now - BLANK_AFTER))
            await self._storage.run(lambda unit: unit.inbox.forget(now - FORGET_AFTER))
            await self._storage.run(lambda unit: unit.outbox.forget(now - FORGET_AFTER))
            await self._storage.run(lambda unit: unit.people.forget_attempts(now - FORGET_AFTER))
            await self._storage.run(lambda unit: unit.questions.forget(now - QUESTIONS_KEPT, MOST_QUESTIONS))
