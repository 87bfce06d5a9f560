"""A sandbox of one's own on loopback, a bot that calls it over HTTP, and a visitor who acts as people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bot.demo.visitor import Visitor
from bot.sandbox import Sandbox
from bot.telegram import Telegram

TOKEN = "123456:TEST"
GROUP = -1001000000001
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
