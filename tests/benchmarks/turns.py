"""Full turns per second, every commit durable, against a bot that only echoes; alternating on the same sandbox."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.figures import Figure, median, spread
from tests.benchmarks.ground import Failed, Process, Sandbox, echo, nothing_waits, ours, running
from tests.benchmarks.records import Person, lay_out
from tests.benchmarks.traffic import FORM, crowd

BAR = 0.4
CROWD = 150
"""People who write at the same time; each of them once, as merchants do."""
RECORDED_DAYS = 12
LINES = len(FORM["zh"])


@dataclass(frozen=True)
class Run:
    """One run: turns (or echoes) a second, and for each CPU milliseconds of the bot and the sandbox, and messages."""

    rate: float
    cpu: float
    sandbox_cpu: float
    messages: float


async def measure(folder: Path, *, quick: bool = False) -> list[Figure]:
    """Alternate the two bots on one sandbox; the load lies ready in the sandbox before the clock starts."""
    crowds, repeats = (2, 1) if quick else (5, 3)
    count = CROWD * (1 + crowds) * repeats
    people = [Person(number) for number in range(1, count + 1)]
    database = folder / "turns.db"
    await lay_out(database, count, RECORDED_DAYS)
    echoed: list[Run] = []
    taken: list[Run] = []
    async with Sandbox(folder, people) as sandbox:
        for start in range(0, count, count // repeats):
            # the first crowd warms both up: caches are filled, every line of code has run
            warming, writing = people[start : start + CROWD], people[start + CROWD : start + count // repeats]
            async with running(echo(sandbox.url, folder), sandbox) as bot:
                await _run(bot, sandbox, warming)
                echoed.append(await _run(bot, sandbox, writing))
            async with running(ours(sandbox.url, folder, database), sandbox) as bot:
                await _run(bot, sandbox, warming, database)
                taken.append(await _run(bot, sandbox, writing, database))
    _check(database, count * LINES, count)
    return _figures(echoed, taken)


async def _run(bot: Process, sandbox: Sandbox, people: list[Person], database: Path | None = None) -> Run:
    crowds = (people[start : start + CROWD] for start in range(0, len(people), CROWD))
    load = [update for crowded in crowds for update in crowd(crowded, FORM)]
    before = await sandbox.counters()
    cpu, sandbox_cpu, begun = bot.cpu, sandbox.process.cpu, time.perf_counter()
    count = await sandbox.put(load)
    # a turn may take several messages, and never none
    messages, updates = before.said + count, before.confirmed + count
    ended = await sandbox.settled(bot, messages, updates, lambda: database is None or nothing_waits(database))
    said = (await sandbox.counters()).said - before.said
    each = 1000 / count
    spent, sandbox_spent = bot.cpu - cpu, sandbox.process.cpu - sandbox_cpu
    return Run(count / (ended - begun), spent * each, sandbox_spent * each, said / count)


def _check(database: Path, turns: int, answers: int) -> None:
    """Nothing counts that was not done: every update done, every message sent, every conversation at its end."""
    with sqlite3.connect(database) as connection:
        inbox = Counter(dict(connection.execute("SELECT state, count(*) FROM inbox GROUP BY state")))
        outbox = Counter(dict(connection.execute("SELECT state, count(*) FROM outbox GROUP BY state")))
        told = connection.execute("SELECT count(*) FROM outbox WHERE payload LIKE '%S200%'").fetchone()[0]
    connection.close()
    if inbox != {1: turns} or set(outbox) != {1}:
        raise Failed(f"not everything was done: inbox {dict(inbox)} of {turns}, outbox {dict(outbox)}")
    if told < answers:
        raise Failed(f"{told} answers after {answers} lookups")


def _figures(echoed: list[Run], taken: list[Run]) -> list[Figure]:
    rates, bare = [run.rate for run in taken], [run.rate for run in echoed]
    cpu, bare_cpu = [run.cpu for run in taken], [run.cpu for run in echoed]
    load = [f"{median(run.sandbox_cpu for run in runs):.2f} ms" for runs in (taken, echoed)]
    # each pair ran side by side, on a machine as busy as it was then
    ratio = median(mine / its for mine, its in zip(rates, bare, strict=True))
    return [
        Figure("turns", "full turns per second", f"{spread(rates)}/s", f"echo {spread(bare)}/s", ratio, BAR, True),
        Figure(
            "turns", "CPU per turn", f"{spread(cpu, '{:.2f}')} ms", f"echo {spread(bare_cpu, '{:.2f}')} ms",
            median(cpu) / median(bare_cpu),
        ),
        Figure("turns", "the sandbox's CPU meanwhile", load[0], load[1]),
        Figure("turns", "messages sent per turn", f"{median(run.messages for run in taken):.2f}", "1.00"),
    ]  # fmt: skip
