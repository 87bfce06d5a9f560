"""``kill -9`` at random moments of whole journeys: in the end everything is as if nothing had happened."""

from __future__ import annotations

import asyncio
import itertools
import random
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.ground import SUPPORT_CHAT, Sandbox, polled, settings
from tests.benchmarks.records import NOW, Person, open_records
from tests.benchmarks.traffic import language_of
from tests.e2e.forked import Forked
from tests.e2e.journey import ANSWERED, SAID, STAFF, Journey, repeats

pytestmark = pytest.mark.e2e
PEOPLE = 80
AT_A_TIME = 4
KILLS = 25
"""In each of two runs, which the two workers of the test run share: fifty in all."""
LONGER_LIFE = 6
"""Every so many lives one lasts until what has come is done: what is under way at the end of 20 is given up, and on a
busy machine so many are over before anything is done.
"""


@dataclass
class Program:
    """The bot's process, which is killed and started again. Its clock goes on where a wall clock would be."""

    sandbox: Sandbox
    folder: Path
    database: Path
    killed: list[float] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)

    async def start(self) -> None:
        """Start it; it need not be ready yet."""
        now = NOW + timedelta(seconds=time.monotonic() - self.begun)
        self.before = (await self.sandbox.counters()).calls.get("getUpdates", 0)
        environment = settings(self.sandbox.url, self.database, now)
        self.process = Forked("settledesk", environment, self.folder / "settledesk.log")
        await self.process.start()

    async def polled(self) -> None:
        """Wait for its first poll."""
        await polled(self.process, self.sandbox, self.before)

    async def kill(self) -> None:
        """``kill -9``, and start it at once."""
        assert not self.process.ended, f"it had ended by itself: {self.process.log.read_text()[-2000:]}"
        await self.process.kill()
        self.killed.append(time.monotonic())
        await self.start()


@pytest.fixture
async def program(tmp_path: Path) -> AsyncIterator[Program]:
    """Sandbox and bot, with the records of all who will come."""
    database = tmp_path / "desk.db"
    await open_records(database, PEOPLE, days=12).close()
    people = [Person(number) for number in range(1, PEOPLE + 1)]
    async with Sandbox(tmp_path, people) as sandbox:
        program = Program(sandbox, tmp_path, database)
        await program.start()
        try:
            await program.polled()
            yield program
        finally:
            await program.process.stop()


async def _reap(program: Program, lot: random.Random) -> None:
    """Kill it at moments drawn by lot: mostly while it works, now and then while it is still starting."""
    for number in range(KILLS):
        if number % LONGER_LIFE == LONGER_LIFE - 1:
            await _caught_up(program)
        if lot.random() < 0.85:
            await program.polled()
            await asyncio.sleep(lot.uniform(0, 0.35))
        else:
            await asyncio.sleep(lot.uniform(0, 0.8))
        await program.kill()
    await program.polled()


async def _caught_up(program: Program) -> None:
    """Wait until all that has come by now is done."""
    await program.polled()
    new = "SELECT update_id FROM inbox WHERE state = 0"
    here = {*_rows(program.database, new)}
    while here.intersection(_rows(program.database, new)):
        await asyncio.sleep(0.05)


async def _travel(program: Program, numbers: Iterator[int], reaping: asyncio.Task[None]) -> list[Journey]:
    """One journey after the other as long as there are kills to come."""
    done: list[Journey] = []
    while not reaping.done():
        journey = Journey(program.sandbox, Person(next(numbers)))
        await journey.go()
        done.append(journey)
    return done


@pytest.mark.parametrize("seed", [20261122, 20261123])
@pytest.mark.timeout(180)
async def test_the_final_state_is_that_of_an_undisturbed_run(program: Program, seed: int) -> None:
    numbers = (number for number in itertools.count(1) if language_of(Person(number)) == "zh")
    undisturbed = Journey(program.sandbox, Person(next(numbers)))
    await undisturbed.go()
    heard, shown = await undisturbed.heard(), await undisturbed.shown()
    reaping = asyncio.create_task(_reap(program, random.Random(seed)))
    travels = await asyncio.gather(*(_travel(program, numbers, reaping) for _ in range(AT_A_TIME)))
    await reaping
    await program.sandbox.get("wait", drained=1, timeout=30)
    await program.sandbox.get("wait", chat=SUPPORT_CHAT, count=0, quiet=500, timeout=10)
    await program.process.stop()

    journeys = [journey for travel in travels for journey in travel]
    assert len(program.killed) == KILLS
    assert len(journeys) >= AT_A_TIME
    again = Counter[str]()
    for journey in journeys:
        kills = sum(journey.begun <= moment <= journey.ended + 1 for moment in program.killed)
        for what, expected, seen in (
            ("heard", heard, await journey.heard()),
            ("shown", shown, await journey.shown()),
        ):
            times = repeats(expected, seen)
            again[what] += times
            assert times <= kills, f"{times} repeats in {kills} kills"
    sys.stdout.write(f"{len(journeys)} journeys, {KILLS} kills, repeated: {dict(again)}\n")
    await _check_topics(program, [undisturbed, *journeys])
    _check_database(program.database, [undisturbed, *journeys])
    assert (await program.sandbox.counters()).confirmed == _rows(program.database, "SELECT count(*) FROM inbox")[0][0]


async def _check_topics(program: Program, journeys: list[Journey]) -> None:
    topics = (await program.sandbox.get(f"chats/{SUPPORT_CHAT}"))["topics"]
    assert sorted(topic["id"] for topic in topics) == sorted(journey.topic for journey in journeys)
    assert all(topic["closed"] for topic in topics)


def _check_database(database: Path, journeys: list[Journey]) -> None:
    assert _rows(database, "SELECT DISTINCT state FROM inbox") == [(1,)]
    assert _rows(database, "SELECT DISTINCT state FROM outbox") == [(1,)]
    tickets = _rows(database, "SELECT number, chat, status, stars, owner, topic FROM tickets ORDER BY chat")
    expected = [(j.number, j.person.user, "resolved", 5, STAFF, j.topic) for j in journeys]
    assert tickets == sorted(expected, key=lambda ticket: ticket[1])
    relayed = dict(_rows(database, "SELECT ticket, count(*) FROM copies GROUP BY ticket"))
    assert set(relayed.values()) == {len(SAID) + len(ANSWERED) + 1}


def _rows(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql).fetchall()
