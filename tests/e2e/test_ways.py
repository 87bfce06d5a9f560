"""The same whole conversation by other ways: a webhook in place of polling, PostgreSQL in place of SQLite."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bot.demo.player import play
from bot.demo.stage import Stage

pytestmark = pytest.mark.e2e


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def went(folder: Path, **settings: str) -> None:
    lines: list[str] = []
    async with Stage(folder / "demo", port=0, **settings) as stage:
        await play("handed-over", stage, lines.append)
        delivery = await stage.visitor.read("delivery")
    assert "WEBHOOK_URL" not in settings or delivery["mode"] == "webhook"
    assert "5星评价" in "".join(lines)


async def test_by_webhook(tmp_path: Path) -> None:
    port = free_port()
    await went(
        tmp_path,
        WEBHOOK_URL=f"http://127.0.0.1:{port}/hook",
        WEBHOOK_SECRET="a-secret",
        LISTEN=f"127.0.0.1:{port}",
    )


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_on_postgresql(tmp_path: Path, database_url: str) -> None:
    await went(tmp_path, DATABASE_URL=database_url)
