"""A sandbox of one's own on loopback, a bot or the whole program that calls it, and a visitor who acts as people."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bot.assembly import assembled
from bot.demo.visitor import Visitor
from bot.pacing import UNLIMITED, Pacing
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.telegram import Telegram
from knowledge.library import KnowledgeBase
from tests.words import says

TOKEN = "123456:TEST"
GROUP = -1001000000001
LI, CHEN, WANG = 1001, 2001, 2002
SMALL = -500
WORLD: dict[str, Any] = {
    "bot": {"token": TOKEN, "username": "desk_bot", "name": "Desk"},
    "users": [
        {"id": 1001, "first_name": "Li", "last_name": "Na", "language_code": "zh", "phone": "+8613800000001",
         "started": True},
        {"id": 1002, "first_name": "Ann", "username": "ann", "language_code": "en"},
        {"id": 2001, "first_name": "Chen"},
        {"id": 2002, "first_name": "Wang"},
    ],
    "groups": [
        {"id": GROUP, "title": "Support", "forum": True, "members": [{"user": 2001, "status": "creator"}, 2002],
         "bot": {"status": "administrator"}},
        {"id": SMALL, "title": "Small", "supergroup": False, "members": [2001], "bot": {"status": "administrator"}},
    ],
}  # fmt: skip
NOW = datetime.fromisoformat("2026-11-23T10:00:00+08:00")


class Caller:
    """A bot without a library: calls methods with JSON and reads what comes back."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = f"{url}/bot{TOKEN}"
        self.session = session

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The whole answer."""
        async with self.session.post(f"{self.url}/{method}", json=parameters) as response:
            answer: dict[str, Any] = await response.json()
            if not answer["ok"]:
                assert response.status == answer["error_code"]
            return answer

    async def call(self, method: str, **parameters: Any) -> Any:
        """The result; fails the test when the call is refused."""
        answer = await self.ask(method, **parameters)
        assert answer["ok"], answer
        return answer["result"]

    async def refused(self, method: str, **parameters: Any) -> str:
        """The description of a refusal; fails the test when the call is not refused."""
        answer = await self.ask(method, **parameters)
        assert not answer["ok"], answer
        return str(answer["description"])

    async def updates(self, **parameters: Any) -> list[dict[str, Any]]:
        """Everything that waits, and never again."""
        found: list[dict[str, Any]] = await self.call("getUpdates", **parameters)
        if found:
            await self.call("getUpdates", offset=found[-1]["update_id"] + 1)
        return found


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(WORLD, now=NOW, pace=0.01) as running:
        yield running


@pytest.fixture
async def desk(sandbox: Sandbox) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(sandbox.url, session)


@pytest.fixture
async def visitor(sandbox: Sandbox) -> AsyncIterator[Visitor]:
    async with Visitor(sandbox.url) as one:
        yield one


@pytest.fixture
async def telegram(sandbox: Sandbox) -> AsyncIterator[Telegram]:
    """The program's own calls, with aiogram's session below them."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.url))
    yield Telegram(Bot(TOKEN, session))
    await session.close()


class House:
    """The running program, and people around it."""

    def __init__(self, visitor: Visitor, locale: str) -> None:
        self.visitor = visitor
        self.locale = locale
        self.topics: dict[int, int] = {}

    def words(self, phrase: str) -> str:
        """What that phrase always says to the merchant and the supervisor; the group hears its own language."""
        return says(self.locale, phrase)

    async def opens(self, merchant: int = LI, number: int = 1001) -> int:
        """A merchant asks for a person; the topic of the ticket."""
        await self.visitor.start(merchant)
        await self.visitor.says(merchant, "/human")
        assert await self.visitor.hears(GROUP, text=f"#{number} 的情况", after=0)
        return await self.topic(number)

    async def topic(self, number: int = 1001, group: int = GROUP) -> int:
        """The topic that a ticket has there now."""
        for _ in range(200):
            topics = (await self.visitor.chat(group))["topics"]
            if found := [each["id"] for each in topics if each["name"].startswith(f"#{number}")]:
                return int(found[-1])
            await asyncio.sleep(0.02)
        raise AssertionError(f"ticket {number} has no topic")

    async def reaches(self, chat: int, text: str, topic: int | None = None) -> dict[str, Any]:
        """A message of the bot that is there, or comes."""
        found = await self.visitor.hears(chat, text=text, thread=topic, after=0)
        assert found, f"{text} never came"
        return found[-1]

    async def said(self, chat: int, topic: int | None = None) -> list[str]:
        """What the bot said there."""
        messages = await self.visitor.chat_messages(chat, thread=topic)
        return [each["message"].get("text", each["kind"]) for each in messages if each["out"]
                and each["kind"] != "service"]  # fmt: skip

    async def goes_both_ways(self, topic: int, group: int = GROUP, merchant: int = LI) -> None:
        """What the merchant and the agents write arrives on the other side."""
        await self.visitor.says(merchant, "还没到")
        await self.reaches(group, "还没到", topic)
        await self.visitor.replies(WANG, group, topic, "我来查")
        await self.reaches(merchant, "我来查")

    async def changes_group(self, group: int = GROUP, **change: Any) -> None:
        await self.visitor.write(f"groups/{group}", change)

    async def changes_bot(self, **place: Any) -> None:
        await self.visitor.write(f"groups/{GROUP}/bot", place)

    async def told(self, text: str) -> int:
        """So often the supervisor was told this."""
        return sum(text in each for each in await self.said(CHEN))


async def learns_nothing(base: KnowledgeBase) -> None:
    """What the matcher learns takes seconds, and nobody asks it anything here."""


@pytest.fixture
def locale() -> str:
    """The language of the merchant and the supervisor."""
    return "zh"


@pytest.fixture
async def running(
    sandbox: Sandbox,
    visitor: Visitor,
    migrated_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    locale: str,
) -> AsyncIterator[House]:
    """The program with a support group and a supervisor; a parameter is the number of a second group."""
    monkeypatch.setattr("bot.holding.PROBE_EVERY", 0.1)
    monkeypatch.setattr("bot.sending.ASIDE_SECONDS", 0.2)
    shutil.copy(migrated_file, tmp_path / "desk.db")
    settings = Settings(
        _env_file=None,
        bot_token=TOKEN,
        bot_api_url=sandbox.url,
        support_chat_id=GROUP,
        spare_chat_id=getattr(request, "param", None),
        supervisor_ids=str(CHEN),
        database_url=f"sqlite:///{tmp_path / 'desk.db'}",
        settledesk_now="2026-11-23T10:00:00+08:00",
    )
    for one in (LI, CHEN):
        await visitor.write(f"users/{one}", {"language_code": locale})
    await visitor.start(CHEN)
    async with assembled(settings, Pacing(UNLIMITED)) as program:
        program.learn = learns_nothing
        stop = asyncio.Event()
        task = asyncio.create_task(program.run(stop))
        yield House(visitor, locale)
        stop.set()
        await task
