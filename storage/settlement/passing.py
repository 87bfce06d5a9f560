"""A settlement source that another one answers: what those that add something to it have in common."""

from __future__ import annotations

from knowledge.records import LookupResult, Merchant, Query, Unavailable
from storage.settlement.source import Freshness, SettlementSource

__all__ = ["PassingSource"]


class PassingSource:
    """Every question goes on to ``source``, and its answer back as it is; a subclass says what it does otherwise."""

    def __init__(self, source: SettlementSource) -> None:
        self._source = source

    @property
    def name(self) -> str:
        """The source's own name."""
        return self._source.name

    async def look_up(self, query: Query) -> LookupResult:
        """The source's answer."""
        return await self._source.look_up(query)

    async def merchants_with_phone(self, e164: str) -> tuple[Merchant, ...] | Unavailable:
        """The source's answer."""
        return await self._source.merchants_with_phone(e164)

    async def merchant(self, merchant_no: str) -> Merchant | Unavailable | None:
        """The source's answer."""
        return await self._source.merchant(merchant_no)

    async def owner(self, terminal_id: str) -> str | Unavailable | None:
        """The source's answer."""
        return await self._source.owner(terminal_id)

    async def freshness(self) -> tuple[Freshness | Unavailable, ...]:
        """The source's answer."""
        return await self._source.freshness()

    async def close(self) -> None:
        """Close the source."""
        await self._source.close()
