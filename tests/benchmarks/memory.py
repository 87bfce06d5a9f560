"""Resident memory at rest and after 10,000 conversations of as many people, against a bot that only echoes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.benchmarks.ground import Process, Sandbox, echo, nothing_waits, ours, running
from tests.benchmarks.records import Person, lay_out
from tests.benchmarks.traffic import AT_ONCE, crowd

BAR = 1.5
FLAT = 1.1
"""At most so much more after all conversations than after half of them."""
PEOPLE, CROWD = 10_000, 500
RECORDED_DAYS = 12


async def measure(folder: Path, *, quick: bool = False) -> list[Figure]:
    """The same crowds, one after the other, first to the echo, then to the program."""
    count = PEOPLE // 10 if quick else PEOPLE
    people = [Person(number) for number in range(1, count + 1)]
    database = folder / "memory.db"
    await lay_out(database, count, RECORDED_DAYS)
    async with Sandbox(folder, people) as sandbox:
        bare = await _course(echo(sandbox.url, folder), sandbox, people)
    async with Sandbox(folder, people) as sandbox:
        grown = await _course(ours(sandbox.url, folder, database), sandbox, people, database)
    return _figures(count, bare, grown)


async def _course(bot: Process, sandbox: Sandbox, people: list[Person], database: Path | None = None) -> list[float]:
    """Megabytes at rest and after each crowd."""
    async with running(bot, sandbox):
        grown = [bot.megabytes]
        for some in _crowds(people):
            before = await sandbox.counters()
            count = await sandbox.put(crowd(some, AT_ONCE))
            await sandbox.settled(
                bot, before.said + count, before.confirmed + count, lambda: database is None or nothing_waits(database)
            )
            grown.append(bot.megabytes)
    return grown


def _crowds(people: list[Person]) -> Iterator[list[Person]]:
    for start in range(0, len(people), CROWD):
        yield people[start : start + CROWD]


def _figures(count: int, bare: list[float], grown: list[float]) -> list[Figure]:
    half = len(grown) // 2
    first, second = f"{grown[half]:.0f} MB", f"{grown[-1]:.0f} MB"
    figures = [
        ("memory at rest", grown[0], bare[0]),
        (f"memory after {count:,} conversations", grown[-1], bare[-1]),
    ]
    return [
        *(
            Figure("memory", what, f"{mine:.0f} MB", f"echo {its:.0f} MB", mine / its, BAR)
            for what, mine, its in figures
        ),
        Figure("memory", f"flat: after {count:,}, after half", second, first, grown[-1] / grown[half], FLAT),
    ]
