"""One stage (sandbox and the real bot, as processes) for all tests of a worker: each test is another merchant.

And one floor (the same program and sandbox in this process, its clock in the tests' hands) for the group's stories.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.assembly import assembled
from bot.demo.bundle import NOW, world, write_bundle
from bot.demo.stage import TOKEN, Stage
from bot.demo.visitor import Visitor
from bot.pacing import UNLIMITED, Pacing
from bot.sandbox import Sandbox
from bot.settings import Settings
from knowledge.library import KnowledgeBase
from storage.settlement.importing import Importer
from tests.e2e.floor import BOSS, Floor

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LEARNS_SECONDS = 60.0
"""The matcher's first learning takes ten seconds of a busy machine; the menus come after it."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """The demo's own stage."""
    async with Stage(tmp_path_factory.mktemp("stage") / "demo", port=0) as ready:
        async with asyncio.timeout(LEARNS_SECONDS):  # turns wait until then, and tests wait for answers
            while not await ready.visitor.calls("setMyCommands"):
                await asyncio.sleep(0.05)
        yield ready


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_floor(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> AsyncIterator[Floor]:
    """The program with the demo's records, two agents and a supervisor; its clock goes forward only."""
    folder = tmp_path_factory.mktemp("floor")
    shutil.copy(migrated_file, folder / "desk.db")
    manifest = write_bundle(folder / "bundle")
    made = world(manifest)
    group, database = int(made["groups"][0]["id"]), f"sqlite:///{folder / 'desk.db'}"
    with pytest.MonkeyPatch.context() as patch:
        async with Sandbox(made, now=NOW, pace=0.01) as sandbox, Visitor(sandbox.url) as visitor:
            floor = Floor(visitor, manifest, group, database, folder / "bundle")
            patch.setattr("bot.assembly.clock_from", lambda start: floor.now)
            patch.setattr("bot.jobs.EVERY", 0.1)
            settings = Settings(
                _env_file=None,
                bot_token=TOKEN,
                bot_api_url=sandbox.url,
                support_chat_id=group,
                supervisor_ids=str(BOSS.id),
                database_url=database,
            )
            async with assembled(settings, Pacing(UNLIMITED)) as program:
                importer = Importer(program.storage.engine, floor.now, program.serving.base.providers)
                assert (await asyncio.to_thread(importer.run, [folder / "bundle"])).good
                program.learn = learns_nothing
                stop = asyncio.Event()
                task = asyncio.create_task(program.run(stop))
                await visitor.start(BOSS.id)
                yield floor
                stop.set()
                await task


async def learns_nothing(base: KnowledgeBase) -> None:
    """What the matcher learns takes seconds, and nobody asks it anything here."""


@pytest.fixture
def floor(running_floor: Floor) -> Floor:
    """The floor in a working hour."""
    running_floor.opens()
    return running_floor
