"""Several sources, asked in order: the first fresh answer counts, silence leads to the next, a refusal is final."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from knowledge.records import Absent, Foreign, Found, LookupResult, Merchant, Query, Unavailable
from storage.settlement.source import Freshness, SettlementSource

__all__ = ["LayeredSource"]

_Result = TypeVar("_Result")


class LayeredSource:
    """The layers are asked one after the other; each answer says which layer gave it.

    A fresh ``Found`` is the answer. A stale one waits for what the layers below say, and the one that is as of later
    counts. ``Foreign`` is final whoever says it: records of a terminal that one layer knows to be somebody else's do
    not leave another. ``Absent`` and ``Unavailable`` lead to the next layer; when nobody has found anything and one
    layer has not answered, nothing is known: ``Unavailable`` with every layer's reason.
    """

    def __init__(self, layers: Sequence[SettlementSource]) -> None:
        self._layers = tuple(layers)

    @property
    def name(self) -> str:
        """The layers' names in the order in which they are asked."""
        return ", ".join(layer.name for layer in self._layers)

    async def look_up(self, query: Query) -> LookupResult:
        """The best answer of all layers."""
        best: Found | None = None
        silent: list[Unavailable] = []
        for layer in self._layers:
            result = await layer.look_up(query)
            if isinstance(result, Foreign):
                return result
            if isinstance(result, Unavailable):
                silent.append(result)
            elif isinstance(result, Found):
                if best is None or result.as_of > best.as_of:
                    best = result
                if not result.stale:
                    return best
        if best is not None:
            return best
        return self._silence(silent) if silent else Absent(self.name)

    async def merchants_with_phone(self, e164: str) -> tuple[Merchant, ...] | Unavailable:
        """The merchants of all layers, each as the first layer that knows it tells of it."""
        found: dict[str, Merchant] = {}
        silent: list[Unavailable] = []
        for layer in self._layers:
            result = await layer.merchants_with_phone(e164)
            if isinstance(result, Unavailable):
                silent.append(result)
            else:
                found = {merchant.merchant_no: merchant for merchant in result} | found
        if silent and not found:
            return self._silence(silent)
        return tuple(found[number] for number in sorted(found))

    async def merchant(self, merchant_no: str) -> Merchant | Unavailable | None:
        """The merchant as the first layer that knows it tells of it."""
        return await self._first(lambda layer: layer.merchant(merchant_no))

    async def owner(self, terminal_id: str) -> str | Unavailable | None:
        """The terminal's owner, of the first layer that knows the terminal."""
        return await self._first(lambda layer: layer.owner(terminal_id))

    async def freshness(self) -> tuple[Freshness | Unavailable, ...]:
        """Every layer's, in the order in which they are asked."""
        return tuple([one for layer in self._layers for one in await layer.freshness()])

    async def close(self) -> None:
        """Close every layer."""
        for layer in self._layers:
            await layer.close()

    async def _first(
        self, ask: Callable[[SettlementSource], Awaitable[_Result | Unavailable | None]]
    ) -> _Result | Unavailable | None:
        silent: list[Unavailable] = []
        for layer in self._layers:
            result = await ask(layer)
            if isinstance(result, Unavailable):
                silent.append(result)
            elif result is not None:
                return result
        return self._silence(silent) if silent else None

    def _silence(self, silent: Sequence[Unavailable]) -> Unavailable:
        return Unavailable("; ".join(f"{one.source}: {one.reason}" for one in silent), self.name)
