"""A base that is edited while the real bot serves: broken, told, good again, and the conversation has the new words."""

from __future__ import annotations

import pytest

from bot.demo.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]
PATIENCE = 60
PHRASES = "zh/phrases.yaml"


async def edit(stage: Stage, old: str, new: str) -> int:
    """Change a piece of the phrases; returns the line (from 1) that it stands in."""
    found = await stage.visitor.read("edit/file", name=PHRASES)
    before, _, _ = found["text"].partition(old)
    assert before != found["text"]
    await stage.visitor.write("edit/file", {**found, "text": found["text"].replace(old, new, 1)})
    return int(before.count("\n")) + 1


async def test_edited_broken_told_and_good_again(stage: Stage) -> None:
    admin, visitor = stage.staff[0], stage.visitor
    await visitor.start(admin)
    after = await visitor.cursor()
    line = await edit(stage, "language_changed: 好的，接下来用中文。", "language_changed: '{{ 好的'")
    (told,) = await visitor.hears(admin, text="phrases.yaml:", after=after, timeout=PATIENCE)
    assert "没有启用" in told["message"]["text"]
    after = await visitor.cursor()
    await visitor.says(admin, "/kb")
    (status,) = await visitor.hears(admin, text="没有启用", after=after)
    assert f"phrases.yaml:{line}:" in status["message"]["text"]
    after = await visitor.cursor()
    await edit(stage, "language_changed: '{{ 好的'", "language_changed: 行，下面说中文。")
    assert await visitor.hears(admin, text="已启用", after=after, timeout=PATIENCE)
    await visitor.says(admin, "/language")
    after = await visitor.cursor()
    await visitor.says(admin, "/language")
    assert await visitor.hears(admin, text="行，下面说中文", after=after)
