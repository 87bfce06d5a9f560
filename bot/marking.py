"""What was sent is marked as sent: one commit for all that was sent meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from knowledge.postings import Posting
from storage.database import Storage
from storage.errors import StorageError
from storage.outbox import Sent
from storage.unit import Unit

log = logging.getLogger(__name__)

PAUSE = 0.5
Arrived = Callable[[Unit, Posting, datetime], None]
Marked = Callable[[Sequence[int]], None]


class Marking:
    """``arrived`` is told of what became messages, within the commit; ``marked`` of the letters, after it."""

    def __init__(
        self, storage: Storage, clock: Callable[[], datetime], arrived: Arrived | None, marked: Marked
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._arrived = arrived
        self._marked = marked
        self._done: list[tuple[Sent, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None
        self._ending = False

    async def sent(self, sent: Sent) -> None:
        """Returns when it is marked: a crash repeats at most the one letter of a lane that was under way."""
        marked: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._done.append((sent, marked))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._mark())
        await marked

    @property
    def busy(self) -> bool:
        """Whether something is not marked yet."""
        return bool(self._done) or (self._task is not None and not self._task.done())

    async def idle(self) -> None:
        """Wait until everything is marked."""
        while self.busy:
            await (self._task if self._task is not None and not self._task.done() else self._mark())

    async def end(self) -> None:
        """Mark what is left; while the database refuses, it stays unmarked and is sent again by the next start."""
        self._ending = True
        if self._task is not None and not self._task.done():
            await self._task
        await self._mark()

    async def _mark(self) -> None:
        while self._done:
            done, self._done = self._done, []
            try:
                await self._storage.run(partial(self._note, [sent for sent, _ in done], self._clock()))
            except StorageError as error:
                log.error("%s sent letters could not be marked, they will be: %s", len(done), error)
                self._done = done + self._done
                if self._ending:
                    return
                await asyncio.sleep(PAUSE)
                continue
            self._marked([sent.letter.id for sent, _ in done])
            for _, marked in done:
                if not marked.done():
                    marked.set_result(None)

    def _note(self, done: Sequence[Sent], now: datetime, unit: Unit) -> None:
        unit.outbox.sent(done, now)
        if self._arrived is None:
            return
        for each in done:
            if each.messages:
                try:
                    self._arrived(unit, each.letter.posting, now)
                except StorageError:
                    raise
                except Exception:
                    log.exception("nobody could be told that letter %s arrived", each.letter.id)
