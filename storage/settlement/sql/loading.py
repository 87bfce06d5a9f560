"""A mapping file of ``kind: sql`` -> a source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from knowledge.providers import Providers
from storage.settlement.caching import remembering
from storage.settlement.mapped.files import MappingFile
from storage.settlement.source import SettlementSource
from storage.settlement.sql.mapping import sql_mapping
from storage.settlement.sql.source import SqlSource

__all__ = ["load"]


def load(
    file: MappingFile, clock: Callable[[], datetime], providers: Callable[[], Providers], timezone: str
) -> SettlementSource:
    """The source, with its cache where the file wants one. Raises ``MappingErrors``."""
    mapping = sql_mapping(file, providers())
    return remembering(SqlSource(mapping, clock, providers, timezone), mapping.terms, clock)
