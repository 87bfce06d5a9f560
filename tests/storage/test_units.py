"""Units of work: one commit each, grouped without sharing each other's fate, durable before anybody hears of it."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from knowledge.postings import Text, Typing
from storage.database import Storage
from storage.errors import AlreadyDone, DatabaseBusy, StaleCase, StorageError
from storage.inbox import Arrival
from storage.unit import Unit

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


def arrival(number: int, lane: str = "7") -> Arrival:
    return Arrival(number, lane, "{}", NOW)


async def test_what_a_unit_returns_comes_back(storage: Storage):
    assert await storage.run(lambda unit: unit.cases.keep(7, "{}", 0, at=NOW)) == 1
    kept = await storage.read(lambda unit: unit.cases.of(7))
    assert kept is not None
    assert (kept.version, kept.updated_at) == (1, NOW)


async def test_a_failing_unit_does_not_undo_its_neighbours(storage: Storage):
    def fails(unit: Unit) -> None:
        unit.cases.keep(99, "{}", 0, at=NOW)
        raise ValueError("a mistake")

    works = [lambda unit, chat=chat: unit.cases.keep(chat, "{}", 0, at=NOW) for chat in range(1, 40)]
    works.insert(20, fails)
    outcomes = await asyncio.gather(*map(storage.run, works), return_exceptions=True)
    assert [type(each) for each in outcomes if each != 1] == [ValueError]
    assert await storage.read(lambda unit: unit.cases.count()) == 39
    assert await storage.read(lambda unit: unit.cases.of(99)) is None


async def test_a_database_error_in_one_unit_does_not_undo_its_neighbours(storage: Storage):
    def broken(unit: Unit) -> None:
        unit.cases.keep(99, "{}", 0, at=NOW)
        unit.wire.driver.execute("SELECT * FROM no_such_table")

    outcomes = await asyncio.gather(
        storage.run(lambda unit: unit.cases.keep(1, "{}", 0, at=NOW)),
        storage.run(broken),
        storage.run(lambda unit: unit.cases.keep(2, "{}", 0, at=NOW)),
        return_exceptions=True,
    )
    assert [outcomes[0], outcomes[2]] == [1, 1]
    assert isinstance(outcomes[1], Exception)
    assert await storage.read(lambda unit: unit.cases.count()) == 2


async def test_listeners_hear_of_committed_letters_and_updates_only(storage: Storage):
    posted: list[str] = []
    completed: list[int] = []
    storage.on_posted(lambda letters: posted.extend(letter.posting.html for letter in letters))  # type: ignore[union-attr]
    storage.on_completed(completed.extend)
    await storage.run(lambda unit: unit.inbox.take([arrival(1), arrival(2)]))

    def says(unit: Unit, update: int, fail: bool) -> None:
        unit.inbox.complete(update)
        unit.outbox.post(Text(7, f"words {update}"), NOW)
        if fail:
            raise StaleCase("somebody was faster")

    await storage.run(lambda unit: says(unit, 1, False))
    with pytest.raises(StaleCase):
        await storage.run(lambda unit: says(unit, 2, True))
    with pytest.raises(AlreadyDone):
        await storage.run(lambda unit: says(unit, 1, False))
    assert (posted, completed) == (["words 1"], [1])
    assert [letter.posting for letter in await storage.read(lambda unit: unit.outbox.pending())] == [Text(7, "words 1")]


async def test_cancelled_waiting_does_not_undo(storage: Storage):
    waiting = asyncio.ensure_future(storage.run(lambda unit: unit.cases.keep(7, "{}", 0, at=NOW)))
    await asyncio.sleep(0)
    waiting.cancel()
    while await storage.read(lambda unit: unit.cases.of(7)) is None:
        await asyncio.sleep(0.001)


async def test_reading_keeps_nothing(storage: Storage):
    await storage.read(lambda unit: unit.cases.keep(7, "{}", 0, at=NOW))
    assert await storage.read(lambda unit: unit.cases.of(7)) is None


async def test_a_broken_read_leaves_the_others_alone(storage: Storage):
    outcomes = await asyncio.gather(
        storage.read(lambda unit: unit.cases.count()),
        storage.read(lambda unit: unit.wire.driver.execute("SELECT nonsense").fetchall()),
        return_exceptions=True,
    )
    assert outcomes[0] == 0
    assert isinstance(outcomes[1], StorageError)
    assert await storage.read(lambda unit: unit.cases.count()) == 0


async def test_closed_is_closed(storage: Storage):
    pending = asyncio.ensure_future(storage.run(lambda unit: unit.cases.keep(7, "{}", 0, at=NOW)))
    await asyncio.sleep(0)
    await storage.close()
    assert await pending == 1
    with pytest.raises(StorageError):
        await storage.run(lambda unit: None)
    await storage.close()


async def test_typing_is_never_stored(storage: Storage):
    with pytest.raises(TypeError):
        await storage.run(lambda unit: unit.outbox.post(Typing(7), NOW))


async def test_sqlalchemy_statements_share_the_transaction(storage: Storage):
    def both(unit: Unit) -> int:
        unit.cases.keep(7, "{}", 0, at=NOW)
        return int(unit.connection.execute(text("SELECT count(*) FROM cases")).scalar_one())

    assert await storage.run(both) == 1


async def test_nobody_hears_of_success_before_the_commit(migrated_file: Path, tmp_path: Path):
    """While another program holds the write lock nothing can be durable, so nobody may be told."""
    path = tmp_path / "locked.db"
    path.write_bytes(migrated_file.read_bytes())
    storage = Storage.open(f"sqlite:///{path}")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.ensure_future(storage.run(lambda unit: unit.cases.keep(7, "{}", 0, at=NOW)))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        other.execute("ROLLBACK")
    assert await waiting == 1
    await storage.close()


async def test_a_lock_that_never_ends_is_told(migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("storage.engines.BUSY_SECONDS", 0.05)
    path = tmp_path / "locked.db"
    path.write_bytes(migrated_file.read_bytes())
    storage = Storage.open(f"sqlite:///{path}")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy):
            await storage.run(lambda unit: unit.cases.keep(7, "{}", 0, at=NOW))
        other.execute("ROLLBACK")
    assert await storage.run(lambda unit: unit.cases.keep(7, "{}", 0, at=NOW)) == 1
    await storage.close()


KILLED = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from storage.database import Storage
NOW = datetime(2026, 11, 20, tzinfo=UTC)
async def main():
    storage = Storage.open(sys.argv[1])
    async def keep(chat):
        await storage.run(lambda unit: unit.cases.keep(chat, "{}", 0, at=NOW))
        os.write(1, f"{chat}\\n".encode())
    tasks = [asyncio.create_task(keep(chat)) for chat in range(1, 400)]
    for task in tasks[:137]:
        await task
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


async def test_what_was_told_survives_a_kill(database_url: str, tmp_path: Path):
    ended = subprocess.run([sys.executable, "-c", KILLED, database_url], capture_output=True, timeout=60, check=False)
    assert ended.returncode == -9, ended.stderr
    told = {int(line) for line in ended.stdout.split()}
    assert len(told) >= 137
    storage = Storage.open(database_url)
    kept = await storage.read(lambda unit: {chat for chat in range(1, 400) if unit.cases.of(chat)})
    assert told <= kept
    await storage.close()


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
async def test_a_deadlock_is_started_over(storage: Storage):
    """Two units that lock two rows in opposite order: PostgreSQL ends one, which then simply runs again."""
    await storage.run(lambda unit: unit.cases.keep(1, "{}", 0, at=NOW))
    await storage.run(lambda unit: unit.cases.keep(2, "{}", 0, at=NOW))
    runs: list[int] = []

    def both(first: int, second: int, unit: Unit) -> None:
        runs.append(first)
        unit.wire.driver.execute("SET LOCAL deadlock_timeout = '50ms'")
        unit.wire.driver.execute(f"UPDATE cases SET asked = 'x' WHERE chat = {first}")
        unit.wire.driver.execute("SELECT pg_sleep(0.1)")
        unit.wire.driver.execute(f"UPDATE cases SET asked = 'x' WHERE chat = {second}")

    await asyncio.gather(storage.run(lambda unit: both(1, 2, unit)), storage.run(lambda unit: both(2, 1, unit)))
    assert len(runs) >= 3


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
async def test_lost_connections_are_replaced(storage: Storage, engine: Engine):
    await storage.run(lambda unit: unit.cases.keep(1, "{}", 0, at=NOW))
    await storage.read(lambda unit: unit.cases.count())
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert await storage.run(lambda unit: unit.cases.keep(2, "{}", 0, at=NOW)) == 1
    outcomes = await asyncio.gather(
        *(storage.read(lambda unit: unit.cases.count()) for _ in range(8)), return_exceptions=True
    )
    assert 2 in outcomes
    assert await storage.read(lambda unit: unit.cases.count()) == 2
