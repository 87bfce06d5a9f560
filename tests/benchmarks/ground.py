"""The ground that both bots run on: the sandbox and a bot as processes of their own, watched from outside."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import psutil
from aiohttp import ClientSession, ClientTimeout

from tests.benchmarks.records import NOW, Person
from tests.benchmarks.traffic import world

TOKEN = "123456:TEST"
SUPPORT_CHAT = -1001000000001
REPOSITORY = Path(__file__).resolve().parents[2]
ECHO = Path(__file__).with_name("echo.py")
QUIET = 0.6
"""Seconds without a message of the bot after which everything counts as said."""
PIECE = 500


class Failed(Exception):  # noqa: N818 - not an error of the benchmark
    """Something that is to be measured did not work; the message says what and where its log is."""


class Running(Protocol):
    """A bot as far as waiting for it needs to know it."""

    name: str
    log: Path

    @property
    def ended(self) -> bool:
        """Whether it ended by itself."""


class Process:
    """A program that is watched. Times are CPU seconds of all its threads."""

    def __init__(self, name: str, arguments: Sequence[str], environment: dict[str, str], log: Path) -> None:
        self.name, self.log = name, log
        self._arguments, self._environment = arguments, environment
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; it is not ready yet when this returns."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, *self._arguments, cwd=REPOSITORY,
                env={"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", ""), **self._environment},
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._watch = psutil.Process(self._process.pid)

    @property
    def ended(self) -> bool:
        """Whether it ended by itself."""
        return self._process is not None and self._process.returncode is not None

    @property
    def cpu(self) -> float:
        """CPU seconds so far."""
        times = self._watch.cpu_times()
        return float(times.user + times.system)

    @property
    def megabytes(self) -> float:
        """Resident memory."""
        return float(self._watch.memory_info().rss / 1e6)

    def pause(self) -> None:
        """Let it stand still, in the middle of whatever it does."""
        self._watch.suspend()

    def go_on(self) -> None:
        """The end of the pause."""
        self._watch.resume()

    async def stop(self) -> None:
        """Ask it to end, and end it when it does not."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def kill(self) -> None:
        """``kill -9``."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


class Sandbox:
    """The sandbox process with these people in its world, and its control API."""

    def __init__(self, folder: Path, people: Iterable[Person]) -> None:
        self.folder = folder
        self._world = world(people, TOKEN, SUPPORT_CHAT)

    async def __aenter__(self) -> Sandbox:
        ready, plan = self.folder / "sandbox.address", self.folder / "world.json"
        ready.unlink(missing_ok=True)
        plan.write_text(json.dumps(self._world), encoding="utf-8")
        arguments = ["-m", "bot.sandbox", "--listen", "127.0.0.1:0", "--world", str(plan), "--now", NOW.isoformat()]
        self.process = Process("sandbox", [*arguments, "--ready-file", str(ready)], {}, self.folder / "sandbox.log")
        await self.process.start()
        while not (ready.exists() and ready.read_text().strip()):
            if self.process.ended:
                raise Failed(f"the sandbox did not come up; its log is {self.process.log}")
            await asyncio.sleep(0.02)
        self.url = ready.read_text().strip()
        self.client = ClientSession(self.url, timeout=ClientTimeout(total=150))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.close()
        await self.process.stop()

    async def get(self, path: str, **query: Any) -> Any:
        """Read from the control API."""
        async with self.client.get(f"/sandbox/{path}", params=query) as response:
            return await self._answer(response, path)

    async def post(self, path: str, body: Any = None) -> Any:
        """Act through the control API."""
        async with self.client.post(f"/sandbox/{path}", json=body or {}) as response:
            return await self._answer(response, path)

    async def _answer(self, response: Any, path: str) -> Any:
        answer = await response.json()
        if response.status != 200:
            raise Failed(f"/sandbox/{path}: {response.status} {answer}")
        return answer

    async def put(self, updates: Iterable[dict[str, Any]]) -> int:
        """Have all these updates wait for the bot; returns how many they are."""
        left, count = iter(updates), 0
        while piece := list(islice(left, PIECE)):
            await self.post("updates", {"updates": piece})
            count += len(piece)
        return count

    async def counters(self) -> Counters:
        """What was said and taken so far."""
        found = await self.get("counters")
        return Counters(found["messages"]["out"], found["updates"]["confirmed"], found["calls"])

    async def settled(
        self, bot: Process, messages: int, updates: int, done: Callable[[], bool] = lambda: True, seconds: float = 120.0
    ) -> float:
        """Wait until the bot confirmed so many updates, said at least so many messages, is quiet, and ``done`` agrees.

        Returns the moment of the last message, on ``time.perf_counter``'s clock, give or take 20 ms.
        """
        end = time.perf_counter() + seconds
        last, changed = -1, time.perf_counter()
        while True:
            now = time.perf_counter()
            seen = await self.counters()
            if seen.said != last:
                last, changed = seen.said, now
            elif seen.said >= messages and seen.confirmed >= updates and now - changed >= QUIET and done():
                return changed
            if now > end or bot.ended:
                raise Failed(
                    f"{bot.name}: {seen.said} of {messages} messages, {seen.confirmed} of {updates} updates; {bot.log}"
                )
            await asyncio.sleep(0.02)


@dataclass(frozen=True)
class Counters:
    """Since the sandbox started: messages of the bot, updates confirmed, calls by method."""

    said: int
    confirmed: int
    calls: dict[str, int]


def echo(sandbox_url: str, folder: Path) -> Process:
    """The bare bot."""
    return Process("echo", [str(ECHO)], {"BOT_TOKEN": TOKEN, "BOT_API_URL": sandbox_url}, folder / "echo.log")


def ours(sandbox_url: str, folder: Path, database: Path) -> Process:
    """The real program, with the settings that an operator would give it and SQLite as it is by default."""
    return Process("settledesk", ["-m", "bot", "run"], settings(sandbox_url, database), folder / "settledesk.log")


def nothing_waits(database: Path) -> bool:
    """Whether the program has done every update and sent every message that it knows of."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        waiting = "SELECT EXISTS (SELECT 1 FROM {} WHERE state = 0)"
        return not any(connection.execute(waiting.format(box)).fetchone()[0] for box in ("inbox", "outbox"))


def settings(sandbox_url: str, database: Path, now: datetime = NOW) -> dict[str, str]:
    """The program's settings for this ground."""
    return {
        "BOT_TOKEN": TOKEN, "BOT_API_URL": sandbox_url, "SUPPORT_CHAT_ID": str(SUPPORT_CHAT),
        "DATABASE_URL": f"sqlite:///{database.absolute()}", "SETTLEDESK_NOW": now.isoformat(),
    }  # fmt: skip


@asynccontextmanager
async def running(bot: Process, sandbox: Sandbox) -> AsyncIterator[Process]:
    """The bot, polling and at rest, until the context ends."""
    before = (await sandbox.counters()).calls.get("getUpdates", 0)
    await bot.start()
    try:
        await polled(bot, sandbox, before)
        await at_rest(bot)
        yield bot
    finally:
        await bot.stop()


async def at_rest(bot: Process) -> None:
    """Wait until it has done what it does after its first poll; the program learns its questions then."""
    for _ in range(120):
        before = bot.cpu
        await asyncio.sleep(0.5)
        if bot.cpu - before <= 0.02:
            return
    raise Failed(f"{bot.name} does not come to rest; its log is {bot.log}")


async def polled(bot: Running, sandbox: Sandbox, before: int, pause: float = 0.02) -> None:
    """Wait for the bot's first getUpdates after ``before`` of them."""
    for _ in range(int(60 / pause)):
        if bot.ended:
            break
        if (await sandbox.counters()).calls.get("getUpdates", 0) > before:
            return
        await asyncio.sleep(pause)
    raise Failed(f"{bot.name} did not come up; its log is {bot.log}")
