"""Threads that carry units of work beside the event loop, each with a connection of its own.

SQLite has one writer: it takes all units that wait, gives each a savepoint, and commits them together, since one
synchronisation of the disk costs more than all their statements. No unit hears of its success before that commit.
PostgreSQL has several, each unit with a commit of its own: there the server groups what is committed at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from storage.errors import DatabaseBusy, DatabaseFailed, StorageError
from storage.outbox import Letter
from storage.unit import Unit

GROUP = 64
"""Most units that one commit keeps: enough to make the disk's part small, few enough that nobody waits long."""
MAPPED = 16 << 30
"""Bytes of a SQLite file that readers see through memory mapping: more than settlement records will need."""
TRIES_TO_READ = 2
"""A connection may turn out to be lost; what is read may simply be read again."""
ATTEMPTS = 5
"""How often PostgreSQL may make a unit start over because of others before that is reported."""


@dataclass(slots=True)
class Job:
    """A unit of work on its way: what to do, and who waits for what came of it."""

    work: Callable[[Unit], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None
    posted: Sequence[Letter] = ()
    completed: Sequence[int] = ()


Settle = Callable[[Sequence[Job]], None]
"""Called in a worker's thread with jobs that are decided: committed, or known to have failed."""


class Worker(threading.Thread):
    """Takes jobs from the queue until it finds None there. ``one_by_one``: no groups."""

    def __init__(self, engine: Engine, jobs: queue.SimpleQueue[Job | None], settle: Settle, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.engine = engine
        self.jobs = jobs
        self.settle = settle
        self._connection: Connection | None = None
        self._unit: Unit | None = None

    def run(self) -> None:
        """Serve until told to stop; what was queued before that is still done."""
        going = True
        while going:
            group, going = self._next_group()
            if group:
                self._carry_out(group)
                self.settle(group)
        self._disconnect()

    def _next_group(self) -> tuple[list[Job], bool]:
        job = self.jobs.get()
        if job is None:
            return [], False
        group = [job]
        with contextlib.suppress(queue.Empty):
            while len(group) < GROUP:
                job = self.jobs.get_nowait()
                if job is None:
                    return group, False
                group.append(job)
        return group, True

    def _carry_out(self, group: list[Job]) -> None:
        raise NotImplementedError

    def _connect(self) -> tuple[Connection, Unit]:
        if self._connection is None or self._unit is None:
            self._connection = self._fresh_connection()
            self._unit = Unit(self._connection)
        return self._connection, self._unit

    def _fresh_connection(self) -> Connection:
        return self.engine.connect()

    def _disconnect(self) -> None:
        connection, self._connection, self._unit = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(Exception):
                connection.close()


class SqliteWriter(Worker):
    """The one writer of a SQLite file: groups of units, a savepoint each, one commit."""

    def _carry_out(self, group: list[Job]) -> None:
        try:
            connection, unit = self._connect()
            transaction = connection.begin()
        except (DBAPIError, sqlite3.Error) as error:
            self._fail(group, translated(error))
            return
        try:
            for job in group:
                self._attempt(job, unit)
            transaction.commit()
        except BaseException as error:
            self._fail(group, translated(error))

    def _attempt(self, job: Job, unit: Unit) -> None:
        """One unit within the group. Its own failure is undone alone; raises when the whole transaction is lost."""
        driver = unit.wire.driver
        unit.begin()
        driver.execute("SAVEPOINT unit")
        try:
            job.result = job.work(unit)
        except BaseException as error:
            if not driver.in_transaction:  # a full disk, say: SQLite took everything back itself
                raise
            driver.execute("ROLLBACK TO unit")
            job.error = error
        else:
            job.posted, job.completed = unit.outbox.posted, unit.inbox.completed
        driver.execute("RELEASE unit")

    def _fail(self, group: list[Job], error: BaseException) -> None:
        for job in group:
            job.result, job.posted, job.completed = None, (), ()
            if job.error is None:
                job.error = error
        self._disconnect()


class PostgresWriter(Worker):
    """One of several writers to PostgreSQL: one unit, one commit; started over when others got in the way."""

    def _next_group(self) -> tuple[list[Job], bool]:
        job = self.jobs.get()
        return ([], False) if job is None else ([job], True)

    def _carry_out(self, group: list[Job]) -> None:
        for job in group:
            for attempt in range(1, ATTEMPTS + 1):
                again = self._attempt(job)
                if not again or attempt == ATTEMPTS:
                    break
                job.error = None

    def _attempt(self, job: Job) -> bool:
        """True when the same unit may simply be started over."""
        committing, unit = False, None
        try:
            connection, unit = self._connect()
            with connection.begin() as transaction:
                unit.begin()
                result = job.work(unit)
                committing = True
                transaction.commit()
            job.result, job.posted, job.completed = result, unit.outbox.posted, unit.inbox.completed
        except StorageError as error:
            job.error = error
        except BaseException as error:
            job.error = translated(error)
            if _rolled_back_by_others(error):
                return True
            if unit is None or unit.wire.driver.closed:  # the server went away; before the commit nothing was kept
                self._disconnect()
                return not committing
        return False


class Reader(Worker):
    """Reads the last committed state; whatever the work wrote is taken back."""

    def _fresh_connection(self) -> Connection:
        connection = self.engine.connect().execution_options(reading=True)
        if connection.dialect.name == "sqlite":  # a lookup touches scattered pages; mapped, they cost no system call
            driver: Any = connection.connection.driver_connection
            driver.execute(f"PRAGMA mmap_size={MAPPED}")
        return connection

    def _carry_out(self, group: list[Job]) -> None:
        waiting: Sequence[Job] = group
        for _ in range(TRIES_TO_READ):
            waiting = self._peruse(waiting)
            if not waiting:
                return

    def _peruse(self, group: Sequence[Job]) -> Sequence[Job]:
        """Carry out what can be; returns the jobs to try again on a new connection."""
        try:
            connection, unit = self._connect()
            transaction = connection.begin()
        except (DBAPIError, sqlite3.Error) as error:
            for job in group:
                job.error = translated(error)
            self._disconnect()
            return group
        for place, job in enumerate(group):
            job.error = None
            try:
                job.result = job.work(unit)
            except StorageError as error:
                job.error = error
            except BaseException as error:
                job.error = translated(error)
                if unit.wire.database != "sqlite":
                    if unit.wire.driver.closed:
                        self._disconnect()
                        return group[place:]
                    transaction.rollback()  # PostgreSQL refuses everything after an error until the transaction ends
                    transaction = connection.begin()
        transaction.rollback()
        return ()


def _original(error: BaseException) -> BaseException:
    """The driver's own error within SQLAlchemy's."""
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def translated(error: BaseException) -> BaseException:
    """A database's refusal as one of ours; anything else (a mistake in the work) as it is."""
    original = _original(error)
    if isinstance(original, sqlite3.OperationalError) and "locked" in str(original):
        return DatabaseBusy(str(original))
    if isinstance(original, sqlite3.Error) or hasattr(original, "sqlstate"):
        return DatabaseFailed(f"{type(original).__name__}: {original}")
    return error


def _rolled_back_by_others(error: BaseException) -> bool:
    """Whether PostgreSQL ended the transaction for a deadlock or a conflict: another try may well pass."""
    return getattr(_original(error), "sqlstate", None) in ("40001", "40P01")
