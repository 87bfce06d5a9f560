"""Migrations go up, down and up again, wholly or not at all, and end at the tables that the program states."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlmodel import SQLModel

import storage.migrations
import storage.settlement.tables
import storage.tables
from knowledge.ticket import Ticket
from storage.database import Storage
from storage.engines import engine_for
from storage.errors import SchemaBehind
from storage.migrations import current, downgrade, newest, require_newest, upgrade
from tests.storage.test_units import NOW


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    engine = engine_for(empty_url)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_up_down_up(empty: Engine):
    assert current(empty) is None
    upgrade(empty)
    full = tables(empty)
    assert current(empty) == newest()
    downgrade(empty, "base")
    assert tables(empty) == set()
    upgrade(empty)
    assert tables(empty) == full
    upgrade(empty)
    assert current(empty) == newest()


def test_every_step_goes_down_and_up(empty: Engine):
    upgrade(empty)
    full = tables(empty)
    folder = Path(storage.migrations.__file__).parent / "versions"
    for revision in sorted((path.name[:4] for path in folder.glob("0*.py")), reverse=True)[1:]:
        downgrade(empty, revision)
        assert current(empty) == revision
    upgrade(empty)
    assert tables(empty) == full


def test_the_database_is_what_the_program_states(engine: Engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_a_step_that_fails_leaves_nothing(empty: Engine, monkeypatch: pytest.MonkeyPatch):
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("alembic.operations.Operations.create_index", fails)
    with pytest.raises(RuntimeError):
        upgrade(empty)
    assert tables(empty) == set()
    assert current(empty) is None


def test_older_and_newer_tables_are_refused(empty: Engine, empty_url: str):
    with pytest.raises(SchemaBehind):
        require_newest(empty)
    with pytest.raises(SchemaBehind):
        Storage.open(empty_url, migrate=False)
    upgrade(empty)
    require_newest(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaBehind):
        upgrade(empty)


async def test_tickets_are_numbered_from_1001(empty_url: str):
    storage = Storage.open(empty_url)
    draft = Ticket(0, 7, 7, "zh", "settlement", NOW)
    numbers = [(await storage.run(lambda unit: unit.tickets.open(draft))).number for _ in range(3)]
    assert numbers == [1001, 1002, 1003]
    await storage.close()
