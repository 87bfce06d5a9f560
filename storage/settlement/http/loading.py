"""A mapping file of ``kind: http`` -> a source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from knowledge.providers import Providers
from storage.settlement.caching import remembering
from storage.settlement.http.mapping import http_mapping
from storage.settlement.http.source import HttpSource
from storage.settlement.mapped.files import MappingFile
from storage.settlement.source import SettlementSource

__all__ = ["load"]


def load(
    file: MappingFile, clock: Callable[[], datetime], providers: Callable[[], Providers], timezone: str
) -> SettlementSource:
    """The source, with its cache where the file wants one. Raises ``MappingErrors``."""
    mapping = http_mapping(file, providers())
    return remembering(HttpSource(mapping, clock, providers, timezone), mapping.terms, clock)
