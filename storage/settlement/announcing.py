"""A source that also knows what supervisors announced, read anew with every look: all processes know at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from knowledge.incident_reach import with_announced
from knowledge.library import KnowledgeBase
from knowledge.records import Found, LookupResult, Query, Unavailable
from storage.database import Storage
from storage.errors import StorageError
from storage.settlement.passing import PassingSource
from storage.settlement.source import SettlementSource

__all__ = ["AnnouncingSource"]

KEPT = timedelta(days=60)
"""So long after its end an incident still stands in a timeline."""


class AnnouncingSource(PassingSource):
    """The source's answers with the announced incidents in them; everything else as the source says it."""

    def __init__(
        self,
        source: SettlementSource,
        storage: Storage,
        base: Callable[[], KnowledgeBase],
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(source)
        self._storage, self._base, self._clock = storage, base, clock

    async def look_up(self, query: Query) -> LookupResult:
        """The source's answer. Where the announced incidents cannot be read, nothing is known."""
        result = await super().look_up(query)
        if not isinstance(result, Found):
            return result
        since = self._clock() - KEPT
        try:
            announced = await self._storage.read(lambda unit: unit.announced.since(since))
        except StorageError as error:
            return Unavailable(f"{type(error).__name__}: {error}", self.name)
        if not announced:
            return result
        base = self._base()
        return with_announced(result, announced, base.providers, base.acquirers)
