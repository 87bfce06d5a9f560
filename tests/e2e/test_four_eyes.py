"""Two of staff and a supervisor over the real wire: who is bound by both, and what an announced incident changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from bot.demo.bundle import Person
    from bot.demo.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


def label(message: dict[str, Any], part: str) -> str:
    rows = message["message"]["reply_markup"]["inline_keyboard"]
    return next(str(key["text"]) for row in rows for key in row if part in key["text"])


async def unverified(stage: Stage, person: Person) -> int:
    """The topic of a ticket of somebody who asked for a person at once."""
    visitor = stage.visitor
    await visitor.start(person.user)
    await visitor.says(person.user, "/human")
    found = await visitor.hears(person.user, text="#1", after=0)
    number = re.search(r"#(\d{4,})", found[-1]["message"]["text"])
    assert number is not None
    card, *_ = await visitor.hears(stage.support_chat, text=f"#{number[1]}", after=0)
    return int(card["message"]["message_thread_id"])


@pytest.mark.parametrize(
    ("situation", "told"), [("failed_unspecified", "已经为您关联"), ("paid_to_other_card", "You are now connected")]
)
async def test_a_merchant_is_bound_when_two_agree(stage: Stage, situation: str, told: str) -> None:
    person = stage.manifest.of(situation)
    visitor, group, (first, second, *_) = stage.visitor, stage.support_chat, stage.staff
    thread = await unverified(stage, person)
    since = await visitor.cursor()
    await visitor.says(first, f"/bind {person.merchant_no} 执照和身份证已核对", chat=group, thread=thread)
    (request,) = await visitor.hears(group, text="执照和身份证已核对", after=since, thread=thread)
    pressed = await visitor.presses(first, request["id"], label=label(request, "同意"), chat=group)
    assert "自己申请" in pressed["text"]
    await visitor.presses(second, request["id"], label=label(request, "✅"), chat=group)
    assert await visitor.hears(person.user, text=told, after=since)
    (decided,) = await visitor.hears(group, text="已同意", after=since, thread=thread, edits=True)
    assert "reply_markup" not in decided["message"]


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
