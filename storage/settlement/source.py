"""What every settlement source promises, whichever way it comes by its records.

A source answers in values: records found, no such terminal, somebody else's terminal, or no answer at all. It never
raises for an ordinary outcome, never lets records of a merchant out that the asker is not bound to, and says as of when
its records are. Silence is not absence: a source that cannot be reached says ``Unavailable``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from knowledge.records import LookupResult, Merchant, Query, Unavailable

__all__ = ["Freshness", "SettlementSource"]


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old a source's records are and how many it has; ``as_of`` is None when it has none yet.

    ``unmapped`` counts what the source's files said and no data file explains, by kind (``reason``, ``status``,
    ``transaction type``) and raw value: kept raw, never guessed.
    """

    source: str
    as_of: datetime | None
    stale: bool
    counts: Mapping[str, int] = field(default_factory=dict)
    """Records by kind: merchants, terminals, card_changes, payouts, incidents, imports; a source may estimate."""
    unmapped: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class SettlementSource(Protocol):
    """A place that knows what became of a merchant's money. One instance serves the whole program."""

    @property
    def name(self) -> str:
        """The source's name as staff and logs know it, such as ``table``."""
        ...

    async def look_up(self, query: Query) -> LookupResult:
        """Records of the terminal and its merchant around the trade dates asked for.

        ``Absent`` when there is no such terminal, ``Foreign`` when it belongs to a merchant not in ``query.merchants``
        (no record leaves then), ``Unavailable`` when the source did not answer.
        """
        ...

    async def merchants_with_phone(self, e164: str) -> tuple[Merchant, ...] | Unavailable:
        """Merchants that have exactly this phone number (E.164) on file; empty when there is none."""
        ...

    async def merchant(self, merchant_no: str) -> Merchant | Unavailable | None:
        """The merchant of that number; None when the source does not know it."""
        ...

    async def owner(self, terminal_id: str) -> str | Unavailable | None:
        """The number of the terminal's merchant, None when there is no such terminal.

        For staff at a shell, who may see every merchant: never for deciding what a merchant may see.
        """
        ...

    async def freshness(self) -> tuple[Freshness | Unavailable, ...]:
        """How old the records are, how many there are, and what in them nobody has mapped yet: one for each layer."""
        ...

    async def close(self) -> None:
        """Let go of what the source holds open; the storage that it was given stays open."""
        ...
