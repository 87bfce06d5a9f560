"""Every source there is, filled with the same records, each behind the same few handles."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp.test_utils import TestServer

from knowledge.providers import Providers
from storage.database import Storage
from storage.settlement.caching import CachedSource
from storage.settlement.http.asking import Asker
from storage.settlement.http.mapping import http_mapping
from storage.settlement.http.source import HttpSource
from storage.settlement.importing import Importer
from storage.settlement.layered import LayeredSource
from storage.settlement.mapped.files import read_mapping
from storage.settlement.source import SettlementSource
from storage.settlement.sql.mapping import sql_mapping
from storage.settlement.sql.source import SqlSource
from storage.settlement.table import TableSource
from tests.conftest import _in_database, _on_server
from tests.storage.settlement.conftest import NOW, sheet
from tests.storage.settlement.harbour import EXAMPLES, Harbour, Sheets, fill_database

KINDS = ["table", "table-postgresql", "sql", "sql-postgresql", "http", "cached", "layered"]
PARAMS = [pytest.param(kind, marks=pytest.mark.postgres) if "postgresql" in kind else kind for kind in KINDS]
Fill = Callable[["Ground", Sheets], Any]


async def no_pause(_seconds: float) -> None:
    """Waiting, in no time."""


@dataclass
class Ground:
    """What a source stands on: a place for files, databases, the mappings of words, and a clock that can be set."""

    request: pytest.FixtureRequest
    folder: Path
    providers: Providers
    stack: AsyncExitStack
    now: datetime = NOW
    as_of: datetime = NOW
    downs: list[Callable[[], Any]] = field(default_factory=list)
    harbour: Harbour = field(default_factory=lambda: Harbour({}))

    def clock(self) -> datetime:
        """The present moment."""
        return self.now

    async def down(self) -> None:
        """Everything that a source stands on is gone."""
        for take_away in self.downs:
            gone = take_away()
            if gone is not None:
                await gone

    def database(self, kind: str, *, migrated: bool) -> str:
        """A new database."""
        if "postgresql" in kind:
            server = self.request.getfixturevalue("postgres_server")
            name = f"world_{uuid.uuid4().hex}"
            _on_server(server, f"CREATE DATABASE {name}" + (" TEMPLATE migrated" if migrated else ""))
            return str(_in_database(server, name))
        path = self.folder / f"{uuid.uuid4().hex}.db"
        if migrated:
            shutil.copy(self.request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"


async def table(ground: Ground, kind: str, sheets: Sheets) -> SettlementSource:
    """The embedded table, filled by an import."""
    storage = Storage.open(ground.database(kind, migrated=True))
    ground.stack.push_async_callback(storage.close)
    ground.downs.append(storage.close)
    folder = ground.folder / "bundle"
    folder.mkdir()
    for name, rows in ((name, rows) for name, rows in sheets.items() if rows):
        (folder / f"{name}.csv").write_text(sheet(rows), "utf-8")
    outcome = Importer(storage.engine, lambda: ground.as_of, ground.providers).run([folder])
    assert outcome.good, outcome.reports[0].bad
    return TableSource(storage, ground.clock)


async def sql(ground: Ground, kind: str, sheets: Sheets) -> SettlementSource:
    """Harbour's own tables, by the mapping that the documentation shows."""
    url = ground.database(kind, migrated=False)
    fill_database(url, sheets, ground.as_of)
    file = read_mapping(EXAMPLES / "sql.yaml", {"HARBOUR_DB_URL": url}.get)
    source = SqlSource(sql_mapping(file, ground.providers), ground.clock, lambda: ground.providers)
    ground.stack.push_async_callback(source.close)
    if "postgresql" in kind:
        ground.downs.append(lambda: _on_server(url, "DROP TABLE pos_devices, shops"))
    else:
        ground.downs.append(Path(url.removeprefix("sqlite:///")).unlink)
    return source


async def http(ground: Ground, _kind: str, sheets: Sheets) -> SettlementSource:
    """Harbour's own interface, by the mapping that the documentation shows."""
    ground.harbour = Harbour(sheets)
    server = TestServer(ground.harbour.app())
    await server.start_server()
    ground.stack.push_async_callback(server.close)
    ground.downs.append(server.close)
    return http_source(ground, str(server.make_url("")).rstrip("/"))


def http_source(
    ground: Ground, url: str, change: Callable[[Any], None] | None = None, limits: Any = None, **asking: Any
) -> HttpSource:
    """The example's source at an address; ``change`` is given its mapping file as data."""
    secrets = {"HARBOUR_API": url, "HARBOUR_SECRET": "hush/1"}
    path = EXAMPLES / "http.yaml"
    if change is not None:
        data = yaml.safe_load(path.read_text("utf-8"))
        change(data)
        path = ground.folder / "mapping.yaml"
        path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    mapping = http_mapping(read_mapping(path, secrets.get), ground.providers)
    if limits is not None:
        mapping = replace(mapping, limits=replace(mapping.limits, **limits))
    asker = Asker(mapping, **{"sleep": no_pause, **asking})
    source = HttpSource(mapping, ground.clock, lambda: ground.providers, asker=asker)
    ground.stack.push_async_callback(source.close)
    return source


async def cached(ground: Ground, kind: str, sheets: Sheets) -> SettlementSource:
    """The interface behind a cache."""
    return CachedSource(await http(ground, kind, sheets), ground.clock, 60, 3600)


async def layered(ground: Ground, kind: str, sheets: Sheets) -> SettlementSource:
    """The interface first, the table as a fallback."""
    return LayeredSource([await http(ground, kind, sheets), await table(ground, kind, sheets)])


MAKERS: Mapping[str, Any] = {"table": table, "sql": sql, "http": http, "cached": cached, "layered": layered}


@asynccontextmanager
async def ground_for(request: pytest.FixtureRequest, folder: Path, providers: Providers) -> AsyncIterator[Ground]:
    """The ground, taken away in the end."""
    async with AsyncExitStack() as stack:
        yield Ground(request, folder, providers, stack)
