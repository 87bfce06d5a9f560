"""A supervisor over the real wire: what an announced incident changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from bot.demo.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


def label(message: dict[str, Any], part: str) -> str:
    rows = message["message"]["reply_markup"]["inline_keyboard"]
    return next(str(key["text"]) for row in rows for key in row if part in key["text"])


async def test_an_incident_is_in_the_next_answer_and_in_none_after_its_end(stage: Stage) -> None:
    person = stage.manifest.of("awaiting_bank_credit")
    visitor, group, boss, agent = stage.visitor, stage.support_chat, stage.staff[0], stage.staff[1]
    since = await visitor.cursor()
    await visitor.says(agent, "/incident all instant payments down until 23:00", chat=group)
    assert await visitor.hears(group, text="只有主管", after=since)
    await visitor.says(boss, "/incident all instant payments down until 23:00", chat=group)
    (announced,) = await visitor.hears(group, text="instant payments down", after=since)
    try:
        await visitor.start(person.user)
        await visitor.shares_contact(person.user)
        await visitor.says(person.user, person.opening)
        assert await visitor.hears(person.user, text="instant payments down", after=since)
    finally:
        await visitor.presses(boss, announced["id"], label=label(announced, "结束编号"), chat=group)
    assert await visitor.hears(group, text="已结束（提前）", after=since)
    since = await visitor.cursor()
    await visitor.says(person.user, "check again")
    assert await visitor.hears(person.user, text="became", after=since)
