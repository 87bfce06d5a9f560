"""Remembering what a slow source answered: for a short while instead of asking, for longer when it does not answer."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from knowledge.records import Absent, Foreign, Found, LookupResult, Query, Unavailable
from storage.settlement.mapped.files import Terms
from storage.settlement.passing import PassingSource
from storage.settlement.source import SettlementSource

__all__ = ["CachedSource", "remembering"]

MOST_ANSWERS, MOST_RECORDS = 500, 20_000
"""How much is remembered: so many answers, and so many payouts in all of them."""
_Key = tuple[str, tuple[date, ...]]


def remembering(source: SettlementSource, terms: Terms, clock: Callable[[], datetime]) -> SettlementSource:
    """The source with a cache before it, where its mapping file wants one."""
    if not terms.cache_for and not terms.cache_max_age:
        return source
    return CachedSource(source, clock, terms.cache_for, terms.cache_max_age)


@dataclass(frozen=True, slots=True)
class _Remembered:
    found: Found
    at: float
    """When it was asked for, in seconds since 1970."""

    @property
    def weight(self) -> int:
        return 1 + len(self.found.records.payouts)


class CachedSource(PassingSource):
    """Remembers records that were found, nothing else: neither refusals nor whose a telephone number or terminal is.
    Those are asked anew every time: numbers change hands, and they decide who somebody is.

    ``cache_for``: seconds for which an answer is given again without asking. ``cache_max_age``: when the source does
    not answer, an answer not older than that is given, marked stale. Each says as of when it is. Whose the records are
    is looked at every time: a remembered answer is ``Foreign`` to whoever is not bound to its merchant. Those who ask
    the same at the same time wait for one answer.
    """

    def __init__(
        self, source: SettlementSource, clock: Callable[[], datetime], cache_for: float, cache_max_age: float = 0
    ) -> None:
        super().__init__(source)
        self._clock = clock
        self._for, self._max_age = cache_for, max(cache_for, cache_max_age)
        self._kept: OrderedDict[_Key, _Remembered] = OrderedDict()
        self._weight = 0
        self._asking: dict[tuple[_Key, frozenset[str]], asyncio.Task[LookupResult]] = {}

    async def look_up(self, query: Query) -> LookupResult:
        """What is remembered, else what the source says, else what was remembered longer ago."""
        about = f"merchant {query.whole}" if query.whole is not None else query.terminal_id.strip().upper()
        key = (about, tuple(sorted(set(query.trade_dates))))
        remembered = self._recall(key, self._for)
        if remembered is not None:
            return self._given(remembered.found, query)
        flight = (key, query.merchants)
        task = self._asking.get(flight)
        if task is None:
            task = self._asking[flight] = asyncio.create_task(self._ask(key, query))
            task.add_done_callback(lambda _: self._asking.pop(flight, None))
        result = await asyncio.shield(task)  # who gives up waiting does not take the answer away from the others
        if not isinstance(result, Unavailable):
            return result
        older = self._recall(key, self._max_age)
        return result if older is None else self._given(replace(older.found, stale=True), query)

    async def close(self) -> None:
        """Forget everything and close the source."""
        for task in list(self._asking.values()):
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)
        self._kept.clear()
        self._weight = 0
        await super().close()

    async def _ask(self, key: _Key, query: Query) -> LookupResult:
        at = self._clock().timestamp()
        result = await self._source.look_up(query)
        if isinstance(result, Found):
            self._remember(key, _Remembered(result, at))
        elif isinstance(result, Absent | Foreign):
            self._forget(key[0], query.merchants if isinstance(result, Foreign) else None)
        return result

    def _given(self, found: Found, query: Query) -> LookupResult:
        if found.records.merchant.merchant_no in query.merchants:
            return found
        return Foreign(found.source)

    def _recall(self, key: _Key, within: float) -> _Remembered | None:
        remembered = self._kept.get(key)
        if remembered is None or not 0 <= self._clock().timestamp() - remembered.at < within:
            return None
        self._kept.move_to_end(key)
        return remembered

    def _remember(self, key: _Key, remembered: _Remembered) -> None:
        self._drop(key)
        self._kept[key] = remembered
        self._weight += remembered.weight
        while len(self._kept) > MOST_ANSWERS or (self._weight > MOST_RECORDS and self._kept):
            self._drop(next(iter(self._kept)))

    def _forget(self, terminal_id: str, merchants: frozenset[str] | None) -> None:
        """The terminal is gone, or is no longer of these merchants: what was remembered of it is wrong."""
        for key, remembered in list(self._kept.items()):
            if key[0] == terminal_id and (
                merchants is None or remembered.found.records.merchant.merchant_no in merchants
            ):
                self._drop(key)

    def _drop(self, key: _Key) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._weight -= gone.weight
