"""``python -m bot.sandbox`` as a process: says where it is, stops when told, explains what it cannot do."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

import aiohttp


async def start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def test_it_says_where_it_is_and_stops_with_a_poll_in_the_air(tmp_path: Path):
    world, ready = tmp_path / "world.json", tmp_path / "ready"
    world.write_text(json.dumps({"bot": {"token": "7:SEVEN"}, "users": [{"id": 1, "first_name": "A"}]}))
    process = await start("--world", str(world), "--ready-file", str(ready), "--now", "2026-11-23T10:00:00+08:00")
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    assert url.startswith("http://127.0.0.1:")
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{url}/bot7:SEVEN/getMe") as response:
            assert (await response.json())["result"]["id"] == 7
        async with session.get(f"{url}/sandbox/clock") as response:
            assert (await response.json())["now"].startswith("2026-11-23T10:00:")
        polling = asyncio.create_task(session.get(f"{url}/bot7:SEVEN/getUpdates", params={"timeout": 50}))
        async with session.get(f"{url}/sandbox/events") as stream:
            assert (await stream.content.readline()).startswith(b"data: ")
            assert ready.read_text().strip() == url
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 10) == 0
        await asyncio.wait((polling,))
        polling.exception()
    _, errors = await process.communicate()
    assert errors == b""


async def test_what_it_cannot_do_it_explains(tmp_path: Path):
    world = tmp_path / "world.json"
    world.write_text('{"users": [{"id": 1}]}')
    for arguments, code, words in (
        (["--world", str(world)], 2, "a user has a first_name"),
        (["--world", str(tmp_path / "none.json")], 2, "No such file"),
        (["--listen", "0.0.0.0:0"], 2, "loopback only"),
        (["--now", "2026-11-23T10:00:00"], 2, "has no offset"),
    ):
        process = await start(*arguments)
        _, errors = await process.communicate()
        assert process.returncode == code
        assert words in errors.decode()
        assert "Traceback" not in errors.decode()
