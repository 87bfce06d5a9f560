"""The settlement sources that ``SETTLEMENT_SOURCE`` names, put together. What is not named is not even imported."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

from bot.clock import Clock
from bot.settings import Settings, SettingsError, secret
from knowledge.providers import Providers
from storage.database import Storage
from storage.settlement.source import SettlementSource
from storage.settlement.table import TableSource

TABLE = "table"
LOADERS = {"sql": "storage.settlement.sql.loading", "http": "storage.settlement.http.loading"}


def source_of(
    settings: Settings, storage: Storage, clock: Clock, providers: Callable[[], Providers]
) -> SettlementSource:
    """The sources of ``SETTLEMENT_SOURCE``, layered in that order. Raises ``SettingsError``.

    ``providers``: the knowledge base's current words of providers; called only where a mapping file needs them.
    """
    names = [name.strip() for name in settings.settlement_source.split(",") if name.strip()]
    if not names:
        raise SettingsError("SETTLEMENT_SOURCE: is empty, use table, or paths of mapping files, comma-separated")
    layers = [
        TableSource(storage, clock, timezone=settings.timezone)
        if name == TABLE
        else _mapped(Path(name), settings, clock, providers)
        for name in names
    ]
    taken = [layer.name for layer in layers]
    twice = sorted({name for name in taken if taken.count(name) > 1})
    if twice:
        remedy = "name it once" if twice[0] == TABLE else "give one of them another `name:`"
        raise SettingsError(f"SETTLEMENT_SOURCE: two layers are called {twice[0]}; {remedy}")
    if len(layers) == 1:
        return layers[0]
    from storage.settlement.layered import LayeredSource  # noqa: PLC0415 - most desks have one source

    return LayeredSource(layers)


def _mapped(path: Path, settings: Settings, clock: Clock, providers: Callable[[], Providers]) -> SettlementSource:
    from storage.settlement.mapped.files import MappingErrors, read_mapping  # noqa: PLC0415

    if path.suffix not in (".yaml", ".yml"):
        raise SettingsError(f"SETTLEMENT_SOURCE: {path} is neither `table` nor a mapping file (….yaml)")
    try:
        file = read_mapping(path, secret)
        load = importlib.import_module(LOADERS[file.kind]).load
        source: SettlementSource = load(file, clock, providers, settings.timezone)
    except MappingErrors as error:
        raise SettingsError("\n".join(f"SETTLEMENT_SOURCE: {problem}" for problem in error.problems)) from None
    return source
