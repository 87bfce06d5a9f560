"""Every named conversation of the demo, played against the real parts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.demo.player import play, script_names
from bot.demo.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("scripts")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One stage for all: every conversation is another merchant's."""
    async with Stage(tmp_path_factory.mktemp("scripts") / "demo", port=0) as ready:
        yield ready


@pytest.mark.parametrize("name", script_names())
async def test_the_conversation_goes_as_written(stage: Stage, name: str) -> None:
    lines: list[str] = []
    await play(name, stage, lines.append)
    assert any("desk:" in line for line in lines)
    said = "".join(lines)
    assert "6222 0200" not in said.split("desk:", 1)[1].split("merchant:")[-1]
