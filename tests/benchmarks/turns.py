"""Full turns per second, every commit durable, against a bot that only echoes; alternating on the same sandbox."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.figures import Figure, median, spread
from tests.benchmarks.ground import Failed, Process, Sandbox, echo, ours, running
from tests.benchmarks.records import Person, lay_out
from tests.benchmarks.traffic import FORM, crowd

BAR = 0.4
PEOPLE = 150
LINES = len(FORM["zh"])


@dataclass(frozen=True)
class Run:
    """One run: turns (or echoes) a second, CPU milliseconds of the bot and of the sandbox and messages for each."""

    rate: float
    cpu: float
    sandbox_cpu: float
    messages: float


async def measure(folder: Path, *, quick: bool = False) -> list[Figure]:
    """Alternate the two bots on one sandbox; the load lies ready in the sandbox before the clock starts."""
    people = [Person(number) for number in range(1, PEOPLE + 1)]
    rounds, repeats = (1, 1) if quick else (4, 3)
    database = folder / "turns.db"
    await lay_out(database, PEOPLE)
    echoed: list[Run] = []
    taken: list[Run] = []
    async with Sandbox(folder, people) as sandbox:
        for _ in range(repeats):
            async with running(echo(sandbox.url, folder), sandbox) as bot:
                await _warm(bot, sandbox, people)
                echoed.append(await _run(bot, sandbox, people, rounds * 2))
            async with running(ours(sandbox.url, folder, database), sandbox) as bot:
                await _warm(bot, sandbox, people)
                taken.append(await _run(bot, sandbox, people, rounds))
    _check(database, PEOPLE * LINES * (rounds + 1) * repeats, PEOPLE * (rounds + 1) * repeats)
    return _figures(echoed, taken)


async def _warm(bot: Process, sandbox: Sandbox, people: list[Person]) -> None:
    """One conversation of everybody, so that caches are filled and code has run."""
    await _run(bot, sandbox, people, 1)


async def _run(bot: Process, sandbox: Sandbox, people: list[Person], rounds: int) -> Run:
    load = [update for _ in range(rounds) for update in crowd(people, FORM)]
    before = await sandbox.counters()
    cpu, sandbox_cpu, begun = bot.cpu, sandbox.process.cpu, time.perf_counter()
    count = await sandbox.put(load)
    # a turn may take several messages, and never none
    ended = await sandbox.settled(bot, before.said + count, before.confirmed + count)
    said = (await sandbox.counters()).said - before.said
    per_turn = 1000 / count
    return Run(
        count / (ended - begun),
        (bot.cpu - cpu) * per_turn,
        (sandbox.process.cpu - sandbox_cpu) * per_turn,
        said / count,
    )


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
    ratio = median(rates) / median(bare)
    return [
        Figure("turns", "full turns per second", f"{spread(rates)}/s", f"echo {spread(bare)}/s", ratio, BAR, True),
        Figure(
            "turns", "CPU per turn", f"{spread(cpu, '{:.2f}')} ms", f"echo {spread(bare_cpu, '{:.2f}')} ms",
            median(cpu) / median(bare_cpu),
        ),
        Figure("turns", "the sandbox's CPU meanwhile", load[0], load[1]),
        Figure("turns", "messages sent per turn", f"{median(run.messages for run in taken):.2f}", "1.00"),
    ]  # fmt: skip
