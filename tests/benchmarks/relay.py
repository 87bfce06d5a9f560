"""Messages both ways between merchants and the agents in their topics, against a bot that only copies them."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.figures import Figure, median, spread
from tests.benchmarks.ground import QUIET, SUPPORT_CHAT, TOKEN, Failed, Process, Sandbox, nothing_waits, ours, running
from tests.benchmarks.records import Person, lay_out

BAR = 0.4
TALKS = 50
"""Conversations at the same time."""
AGENT = 9001
COPIER = Path(__file__).with_name("copier.py")
PATIENCE = 120.0
Topics = Callable[[], Awaitable[dict[int, int]]]


@dataclass(frozen=True)
class Run:
    """One run: messages relayed a second, and for each CPU milliseconds of the bot and of the sandbox."""

    rate: float
    cpu: float
    sandbox_cpu: float


async def measure(folder: Path, *, quick: bool = False) -> list[Figure]:
    """Alternate the two bots on one sandbox, each with people of its own; half of the messages go either way."""
    rounds, repeats = (4, 1) if quick else (16, 3)
    people = [Person(number) for number in range(1, TALKS * repeats * 2 + 1)]
    database = folder / "relay.db"
    await lay_out(database, len(people), 1)
    bare: list[Run] = []
    relayed: list[Run] = []
    async with Sandbox(folder, people) as sandbox:
        for start in range(0, len(people), TALKS * 2):
            theirs, mine = people[start : start + TALKS], people[start + TALKS : start + TALKS * 2]
            environment = {"BOT_TOKEN": TOKEN, "BOT_API_URL": sandbox.url, "SUPPORT_CHAT_ID": str(SUPPORT_CHAT)}
            copier = Process("copier", [str(COPIER)], environment, folder / "copier.log")
            async with running(copier, sandbox) as bot:
                bare.append(await _run(Talks(sandbox, bot, theirs, lambda: _by_name(sandbox)), rounds))
            async with running(ours(sandbox.url, folder, database), sandbox) as bot:
                talks = Talks(sandbox, bot, mine, lambda: _by_ticket(database), lambda: nothing_waits(database))
                relayed.append(await _run(talks, rounds))
    _check(database, TALKS * repeats * rounds * 2)
    return _figures(bare, relayed)


class Talks:
    """Merchants and one agent who write to each other through a bot."""

    def __init__(
        self,
        sandbox: Sandbox,
        bot: Process,
        people: Sequence[Person],
        topics: Topics,
        done: Callable[[], bool] = lambda: True,
    ) -> None:
        self.sandbox, self.bot, self.people = sandbox, bot, people
        self._topics, self._done = topics, done

    async def begin(self) -> None:
        """Everybody has a topic, and the agent has taken it on: what comes from now on is nothing new."""
        for text in ("人工", "在吗"):
            for person in self.people:
                await self.sandbox.post(f"users/{person.user}/send", {"text": text})
            await self.settled(0)
        self._threads = await self._topics()
        await self.write(1)
        await self.settled(0)

    async def write(self, rounds: int) -> int:
        """Each merchant and the agent write in turn; returns how many messages these are."""
        for turn in range(rounds):
            for person in self.people:
                await self.sandbox.post(f"users/{person.user}/send", {"text": f"第{turn}句：钱还没有到"})
            for person in self.people:
                body = {"chat": SUPPORT_CHAT, "thread": self._threads[person.user], "text": f"第{turn}答：正在查"}
                await self.sandbox.post(f"users/{AGENT}/send", body)
        return rounds * len(self.people) * 2

    async def settled(self, messages: int) -> float:
        """Wait until the bot has said so many more messages, every update is confirmed and nothing more is called.

        Returns the moment of the last call, give or take 20 ms.
        """
        begun = time.perf_counter()
        first, seen, changed = await self._seen(), -1, begun
        wanted = self._before + messages
        while True:
            now = time.perf_counter()
            said, calls, waiting = await self._seen()
            if calls != seen:
                seen, changed = calls, now
            elif said >= wanted and not waiting and now - changed >= QUIET and self._done():
                self._before = said
                return changed
            if now - begun > PATIENCE or self.bot.ended:
                raise Failed(f"{self.bot.name}: {said - first[0]} of {messages} messages; {self.bot.log}")
            await asyncio.sleep(0.02)

    _before = 0

    async def _seen(self) -> tuple[int, int, int]:
        """Messages of the bot, its calls besides polling, and updates that wait for it."""
        found = await self.sandbox.get("counters")
        calls = sum(count for method, count in found["calls"].items() if method.lower() != "getupdates")
        delivery = await self.sandbox.get("delivery")
        return found["messages"]["out"], calls, delivery["pending"]


async def _run(talks: Talks, rounds: int) -> Run:
    await talks.begin()
    bot, sandbox = talks.bot, talks.sandbox.process
    bot.pause()  # all of it lies ready before the clock starts
    count = await talks.write(rounds)
    cpu, sandbox_cpu, begun = bot.cpu, sandbox.cpu, time.perf_counter()
    bot.go_on()
    ended = await talks.settled(count)
    each = 1000 / count
    return Run(count / (ended - begun), (bot.cpu - cpu) * each, (sandbox.cpu - sandbox_cpu) * each)


async def _by_name(sandbox: Sandbox) -> dict[int, int]:
    """The copier calls its topics by the person's id."""
    topics = (await sandbox.get(f"chats/{SUPPORT_CHAT}"))["topics"]
    return {int(topic["name"]): topic["id"] for topic in topics if topic["name"].isdecimal()}


async def _by_ticket(database: Path) -> dict[int, int]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return dict(connection.execute("SELECT chat, topic FROM tickets").fetchall())


def _check(database: Path, messages: int) -> None:
    """Nothing counts that was not done: every message linked with its copy, nothing left, nothing refused."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        linked = connection.execute("SELECT count(*) FROM copies").fetchone()[0]
        left = connection.execute("SELECT count(*) FROM outbox WHERE state <> 1").fetchone()[0]
    if linked < messages or left:
        raise Failed(f"{linked} of {messages} messages were brought over, {left} letters are left")


def _figures(bare: list[Run], relayed: list[Run]) -> list[Figure]:
    rates, its = [run.rate for run in relayed], [run.rate for run in bare]
    cpu, its_cpu = [run.cpu for run in relayed], [run.cpu for run in bare]
    load = [f"{median(run.sandbox_cpu for run in runs):.2f} ms" for runs in (relayed, bare)]
    ratio = median(mine / theirs for mine, theirs in zip(rates, its, strict=True))
    return [
        Figure(
            "relay", "messages relayed per second", f"{spread(rates)}/s", f"copier {spread(its)}/s", ratio, BAR, True
        ),
        Figure(
            "relay", "CPU per message", f"{spread(cpu, '{:.2f}')} ms", f"copier {spread(its_cpu, '{:.2f}')} ms",
            median(cpu) / median(its_cpu),
        ),
        Figure("relay", "the sandbox's CPU meanwhile", load[0], load[1]),
    ]  # fmt: skip
