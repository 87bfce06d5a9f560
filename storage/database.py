"""The database as the program sees it: units of work, awaited."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Engine

from storage.engines import engine_for
from storage.errors import StorageError
from storage.migrations import require_newest, upgrade
from storage.outbox import Letter
from storage.unit import Unit
from storage.workers import Job, PostgresWriter, Reader, SqliteWriter, Worker

T = TypeVar("T")
Posted = Callable[[Sequence[Letter]], None]
Completed = Callable[[Sequence[int]], None]


class Storage:
    """Runs synchronous units of work beside the event loop, each kept by one commit or not at all.

    A unit's work gets a ``Unit`` and must be a function of it alone: it runs in another thread and may be started over.
    """

    def __init__(self, engine: Engine, threads: int = 4) -> None:
        self.engine = engine
        self._posted: list[Posted] = []
        self._completed: list[Completed] = []
        self._closed = False
        self._writes: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._reads: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._workers: list[Worker] = []
        if engine.dialect.name == "sqlite":
            self._workers.append(SqliteWriter(engine, self._writes, self._settle, "storage-writer"))
            if engine.url.database in (None, "", ":memory:"):
                self._reads = self._writes
            else:
                self._workers.append(Reader(engine, self._reads, self._settle, "storage-reader"))
        else:
            for each in range(threads):
                self._workers.append(PostgresWriter(engine, self._writes, self._settle, f"storage-writer-{each}"))
            for each in range(max(1, threads // 2)):
                self._workers.append(Reader(engine, self._reads, self._settle, f"storage-reader-{each}"))
        for worker in self._workers:
            worker.start()

    @classmethod
    def open(cls, url: str, *, migrate: bool = True, threads: int = 4) -> Storage:
        """Open a database by its URL. ``migrate``: bring its tables up to date first, else raise SchemaBehind if due.

        ``threads``: how many connections write to PostgreSQL (SQLite has one writer).
        """
        engine = engine_for(url)
        if migrate:
            upgrade(engine)
        else:
            require_newest(engine)
        return cls(engine, threads)

    async def run(self, work: Callable[[Unit], T]) -> T:
        """Do the work and commit; returns when it is durable. Whatever the work raises undoes it alone.

        Cancelling the waiting does not undo the work.
        """
        return await self._submit(work, self._writes)

    async def read(self, work: Callable[[Unit], T]) -> T:
        """Read the last committed state. What the work writes is not kept."""
        return await self._submit(work, self._reads)

    def on_posted(self, listener: Posted) -> None:
        """Have the listener called in the event loop with the letters of every commit, before who ran it goes on."""
        self._posted.append(listener)

    def on_completed(self, listener: Completed) -> None:
        """Likewise with the ids of the updates that every commit completed."""
        self._completed.append(listener)

    async def close(self) -> None:
        """Finish what was submitted, then close every connection. Closing twice is fine."""
        if self._closed:
            return
        self._closed = True
        for worker in self._workers:
            worker.jobs.put(None)
        for worker in self._workers:
            await asyncio.to_thread(worker.join)
        self.engine.dispose()

    def _submit(self, work: Callable[[Unit], T], jobs: queue.SimpleQueue[Job | None]) -> asyncio.Future[T]:
        if self._closed:
            raise StorageError("the database is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        jobs.put(Job(work, loop, future))
        return future

    def _settle(self, jobs: Sequence[Job]) -> None:
        """In a worker's thread: wake the event loop once for all that one commit decided."""
        try:
            jobs[0].loop.call_soon_threadsafe(self._tell, jobs)
        except RuntimeError:  # the event loop is gone: nobody waits any more
            return

    def _tell(self, jobs: Sequence[Job]) -> None:
        completed = [update for job in jobs for update in job.completed]
        if completed:
            for done in self._completed:
                done(completed)
        letters = [letter for job in jobs for letter in job.posted]
        if letters:
            for listener in self._posted:
                listener(letters)
        for job in jobs:
            if job.future.done():
                continue
            if job.error is not None:
                job.future.set_exception(job.error)
            else:
                job.future.set_result(job.result)
