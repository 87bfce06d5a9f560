"""From starting the process to its first getUpdates at the sandbox, against a bot that only echoes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.figures import Figure, median, spread
from tests.benchmarks.ground import Process, Sandbox, echo, ours, polled
from tests.benchmarks.records import Person, lay_out

BAR = 2.5
PEOPLE = 100
STARTS = 7
PAUSE = 0.005
"""Seconds between two looks at whether the bot has polled."""


async def measure(folder: Path, *, quick: bool = False) -> list[Figure]:
    """Alternate the two; the first start of each, which compiles modules, does not count."""
    people = [Person(number) for number in range(1, PEOPLE + 1)]
    database = folder / "startup.db"
    await lay_out(database, PEOPLE)
    bare: list[float] = []
    taken: list[float] = []
    async with Sandbox(folder, people) as sandbox:
        for _ in range(3 if quick else STARTS):
            bare.append(await _start(sandbox, lambda: echo(sandbox.url, folder)))
            taken.append(await _start(sandbox, lambda: ours(sandbox.url, folder, database)))
    bare, taken = bare[1:], taken[1:]
    ratio = median(taken) / median(bare)
    mine, its = spread(taken, "{:.2f}"), spread(bare, "{:.2f}")
    return [Figure("startup", "start to first poll", f"{mine} s", f"echo {its} s", ratio, BAR)]


async def _start(sandbox: Sandbox, make: Callable[[], Process]) -> float:
    before = (await sandbox.counters()).calls.get("getUpdates", 0)
    bot = make()
    begun = time.perf_counter()
    await bot.start()
    try:
        await polled(bot, sandbox, before, PAUSE)
        return time.perf_counter() - begun
    finally:
        await bot.stop()
