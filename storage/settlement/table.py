"""The embedded table as a settlement source: filled by imports, read beside the event loop."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from knowledge.records import Absent, Foreign, Found, LookupResult, Merchant, Query, Terminal, Unavailable
from storage.database import Storage
from storage.errors import StorageError
from storage.settlement.lookup import Table, TooManyPayouts
from storage.settlement.source import Freshness
from storage.settlement.tables import KINDS
from storage.unit import Unit

__all__ = ["TableSource"]

FRESH_FOR = timedelta(hours=24)
NOTHING_YET = "no settlement file has been imported yet"
_Result = TypeVar("_Result")


class TableSource:
    """Looks up what ``settlements import`` brought. The storage belongs to the caller and stays open.

    ``clock`` gives the present moment; records older than ``fresh_for`` are called stale; ``timezone`` stands in for
    merchants that have none.
    """

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], datetime],
        *,
        fresh_for: timedelta = FRESH_FOR,
        timezone: str = "Asia/Shanghai",
        name: str = "table",
    ) -> None:
        self._storage, self._clock, self._fresh_for, self._timezone = storage, clock, fresh_for, timezone
        self._name = name

    @property
    def name(self) -> str:
        """The source's name in answers and logs."""
        return self._name

    async def look_up(self, query: Query) -> LookupResult:
        """The terminal's records, read in one transaction."""
        now = self._clock()
        return await self._read(lambda table: self._look_up(table, query, now))

    async def merchants_with_phone(self, e164: str) -> tuple[Merchant, ...] | Unavailable:
        """Merchants with this number on file."""
        return await self._read(lambda table: table.merchants_with_phone(e164))

    async def merchant(self, merchant_no: str) -> Merchant | Unavailable | None:
        """The merchant of that number."""
        return await self._read(lambda table: table.merchant(merchant_no))

    async def owner(self, terminal_id: str) -> str | Unavailable | None:
        """The number of the terminal's merchant; for staff at a shell, who may see every merchant."""
        terminal = await self._read(lambda table: table.terminal(terminal_id.strip().upper()))
        return terminal.merchant_no if isinstance(terminal, Terminal) else terminal

    async def freshness(self) -> tuple[Freshness | Unavailable, ...]:
        """From the ledger of imports; an empty table is stale."""
        now = self._clock()
        try:
            return (await self._storage.read(lambda unit: self._freshness(unit, now)),)
        except StorageError as error:
            return (Unavailable(f"{type(error).__name__}: {error}", self._name),)

    async def close(self) -> None:
        """Nothing of its own is open."""

    async def _read(self, work: Callable[[Table], _Result | Unavailable]) -> _Result | Unavailable:
        def reading(unit: Unit) -> _Result | Unavailable:
            table = Table(unit.wire, self._timezone)
            # an empty table has not said that there is no such terminal: it has said nothing
            return work(table) if table.imported() else Unavailable(NOTHING_YET, self._name)

        try:
            return await self._storage.read(reading)
        except StorageError as error:
            return Unavailable(f"{type(error).__name__}: {error}", self._name)

    def _look_up(self, table: Table, query: Query, now: datetime) -> LookupResult:
        if query.whole is not None:
            known = table.merchant(query.whole)
            terminal = None if known is None else Terminal("", known.merchant_no)
        else:
            terminal = table.terminal(query.terminal_id.strip().upper())
        if terminal is None:
            return Absent(self._name)
        if terminal.merchant_no not in query.merchants:
            return Foreign(self._name)
        try:
            records, as_of = table.records(terminal, query.trade_dates, now)
        except TooManyPayouts as error:
            return Unavailable(str(error), self._name)
        if as_of is None:
            return Unavailable("no payout of this merchant's acquirer has been imported yet", self._name)
        return Found(records, self._name, as_of, stale=now - as_of > self._fresh_for)

    def _freshness(self, unit: Unit, now: datetime) -> Freshness:
        as_of = Table(unit.wire, self._timezone).as_of()
        counts = dict.fromkeys((kind.name for kind in KINDS), 0)
        unmapped: dict[str, dict[str, int]] = {}
        select = "SELECT counts, unmapped FROM settlement_imports WHERE state = 'done'"
        rows = unit.wire.driver.execute(select).fetchall()
        for brought, left in rows:
            for kind, count in json.loads(brought).items():
                counts[kind] = counts.get(kind, 0) + count["new"]
            for what, values in json.loads(left).items():
                seen = unmapped.setdefault(what, {})
                for raw, times in values.items():
                    seen[raw] = seen.get(raw, 0) + times
        counts["imports"] = len(rows)
        stale = as_of is None or now - as_of > self._fresh_for
        return Freshness(self._name, as_of, stale, counts, unmapped)
