"""The acquirer's own database as a settlement source: read only, beside the event loop, within a time limit."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from knowledge.providers import Providers
from knowledge.records import Absent, Foreign, Found, LookupResult, Merchant, Query, Terminal, Unavailable
from storage.settlement.formats.declaration import Unreadable
from storage.settlement.mapped.answers import NoAnswer, shown
from storage.settlement.mapped.columns import House
from storage.settlement.mapped.records import Reader
from storage.settlement.source import Freshness
from storage.settlement.sql.engines import reading_engine
from storage.settlement.sql.mapping import SqlMapping
from storage.settlement.sql.reading import Shapes, SqlReading

__all__ = ["SqlSource"]

STATEMENTS = 4
"""A lookup takes some ten short statements; as long as so many at the limit, and it is given up."""
RECENT = timedelta(days=35)
_Result = TypeVar("_Result")


class SqlSource:
    """Looks up an acquirer's own tables by a mapping.

    ``clock`` gives the present moment, ``providers`` the current words of providers, ``timezone`` stands in for
    merchants that have none.
    """

    def __init__(
        self,
        mapping: SqlMapping,
        clock: Callable[[], datetime],
        providers: Callable[[], Providers],
        timezone: str = "Asia/Shanghai",
    ) -> None:
        self._mapping, self._clock = mapping, clock
        self._house = House(providers, timezone, mapping.currency)
        self._reader = Reader(mapping.plans, self._house)
        self._shapes = Shapes()
        self._closed = False
        self._engine: Engine = reading_engine(mapping.url, mapping.seconds, mapping.connections)
        self._threads = ThreadPoolExecutor(mapping.connections, thread_name_prefix=f"settlement-{mapping.terms.name}")

    @property
    def name(self) -> str:
        """The layer's name in answers and logs."""
        return self._mapping.terms.name

    async def look_up(self, query: Query) -> LookupResult:
        """The terminal's records, read in one transaction; its owner is looked at before anything else."""
        now = self._clock()
        return await self._ask(lambda reading: self._look_up(reading, query, now))

    async def merchants_with_phone(self, e164: str) -> tuple[Merchant, ...] | Unavailable:
        """Merchants with this number on file; none where the mapping names no column for it."""
        return await self._ask(lambda reading: reading.merchants_with_phone(e164))

    async def merchant(self, merchant_no: str) -> Merchant | Unavailable | None:
        """The merchant of that number."""
        return await self._ask(lambda reading: reading.merchant(merchant_no))

    async def owner(self, terminal_id: str) -> str | Unavailable | None:
        """The number of the terminal's merchant."""
        terminal = await self._ask(lambda reading: reading.terminal(terminal_id.strip().upper()))
        return terminal if terminal is None or isinstance(terminal, Unavailable) else terminal.merchant_no

    async def freshness(self) -> tuple[Freshness | Unavailable, ...]:
        """Whether every mapped table and column is there, as of when they are, and words that nobody has mapped.

        Numbers of rows are left out where counting them takes too long.
        """
        now = self._clock()
        found = await self._ask(lambda reading: self._freshness(reading, now))
        if isinstance(found, Unavailable):
            return (found,)
        counts: dict[str, int] = {}
        for kind in self._mapping.plans:
            count = await self._ask(functools.partial(SqlReading.counts, kind=kind))
            if isinstance(count, Unavailable):
                break
            counts[kind.name] = count
        return (Freshness(found.source, found.as_of, found.stale, counts, await self._unmapped(now)),)

    async def close(self) -> None:
        """Close every connection; what is still being read is not waited for."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._engine.dispose)

    async def _unmapped(self, now: datetime) -> dict[str, dict[str, int]]:
        """Words of their fields that mean nothing here: those of the last weeks, whether they were looked up or not."""
        since = (now - RECENT).date()
        house = House(self._house.providers, self._house.timezone)
        for plan in self._mapping.plans.values():
            for name, mapping in plan.fields.items():
                explained = name == "raw_reason" and "reason" not in plan
                if mapping.values is None and not mapping.provider and not explained:
                    continue
                words = await self._ask(functools.partial(SqlReading.words, kind=plan.kind, name=name, since=since))
                if isinstance(words, Unavailable):
                    break
                for word in words:
                    with contextlib.suppress(Unreadable):  # what cannot be read at all is a lookup's to tell
                        read = mapping.read(word, house)
                        if explained and read is not None and house.providers().reason(read) is None:
                            house.leave_raw("reason", read)
        for what, values in self._house.unmapped.items():
            for raw, times in values.items():
                seen = house.unmapped.setdefault(what, {})
                seen[raw] = max(times, seen.get(raw, 0))
        return house.unmapped

    def _look_up(self, reading: SqlReading, query: Query, now: datetime) -> LookupResult:
        if query.whole is not None:
            known = reading.merchant(query.whole)
            terminal = None if known is None else Terminal("", known.merchant_no)
        else:
            terminal = reading.terminal(query.terminal_id.strip().upper())
        if terminal is None:
            return Absent(self.name)
        if terminal.merchant_no not in query.merchants:
            return Foreign(self.name)
        as_of = reading.as_of()
        records = reading.records(terminal, query.trade_dates, now)
        return Found(records, self.name, as_of or now, stale=self._stale(as_of, now))

    def _freshness(self, reading: SqlReading, now: datetime) -> Freshness:
        reading.check()
        as_of = reading.as_of()
        return Freshness(self.name, as_of or now, self._stale(as_of, now))

    def _stale(self, as_of: datetime | None, now: datetime) -> bool:
        return as_of is not None and (now - as_of).total_seconds() > self._mapping.fresh_for

    async def _ask(self, work: Callable[[SqlReading], _Result]) -> _Result | Unavailable:
        limit = self._mapping.seconds * STATEMENTS
        if self._closed:
            return Unavailable("the source is closed", self.name)
        try:
            running = asyncio.get_running_loop().run_in_executor(self._threads, self._carry_out, work)
            return await asyncio.wait_for(running, limit)
        except NoAnswer as error:
            return Unavailable(str(error), self.name)
        except TimeoutError:
            return Unavailable(f"the database did not answer within {limit} s", self.name)

    def _carry_out(self, work: Callable[[SqlReading], _Result]) -> _Result:
        """In a thread: one read transaction; once more when the connection turned out to be lost."""
        try:
            try:
                return self._attempt(work)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                return self._attempt(work)
        except (SQLAlchemyError, sqlite3.Error, UnicodeError) as error:
            self._shapes.known.clear()  # it may be about a table that has changed
            raise NoAnswer(_why(error, self._mapping.seconds)) from None

    def _attempt(self, work: Callable[[SqlReading], _Result]) -> _Result:
        with self._engine.connect() as connection, connection.begin():
            return work(SqlReading(connection, self._mapping, self._shapes, self._reader))


def _why(error: Exception, seconds: int) -> str:
    """What went wrong, without the values of the statement."""
    original = (error.orig if isinstance(error, DBAPIError) else None) or error
    state = getattr(original, "sqlstate", None)
    if state == "57014" or "interrupted" in str(original) or isinstance(error, PoolTimeout):
        return f"the database took longer than {seconds} s"
    name = type(original).__name__
    if state is not None and state.startswith("22"):  # a value did not fit: the message would repeat it
        return f"{name}: a value does not fit their column"
    return f"{name}: {shown(original)}"
