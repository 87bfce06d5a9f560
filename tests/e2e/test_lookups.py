"""Looking into the records over the real wire: table and picture in the topic, the newest answer for the merchant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from bot.demo.bundle import Person
    from bot.demo.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


async def opened(stage: Stage, person: Person) -> int:
    """The topic of the person's ticket, after the desk has answered them in their language."""
    visitor = stage.visitor
    await visitor.start(person.user)
    await visitor.shares_contact(person.user)
    await visitor.says(person.user, person.opening)
    await visitor.says(person.user, "/human")
    found = await visitor.hears(person.user, text="#1", after=0)
    number = re.search(r"#(\d{4,})", found[-1]["message"]["text"])
    assert number is not None
    card, *_ = await visitor.hears(stage.support_chat, text=f"#{number[1]}", after=0)
    return int(card["message"]["message_thread_id"])


@pytest.mark.parametrize(
    ("situation", "told"),
    [("paid_to_old_card_change_rejected", "旧卡"), ("returned_bank_branch", "branch")],
)
async def test_a_timeline_a_picture_and_the_answer_in_the_merchants_language(
    stage: Stage, situation: str, told: str
) -> None:
    person = stage.manifest.of(situation)
    visitor, group, agent = stage.visitor, stage.support_chat, stage.staff[0]
    thread = await opened(stage, person)
    since = await visitor.cursor()
    await visitor.says(agent, "/lookup", chat=group, thread=thread)
    (photo,) = await visitor.hears(group, kind="photo", after=since, thread=thread)
    assert photo["message"]["photo"][-1]["width"] == 1080
    (table,) = await visitor.hears(group, text="提交换卡", after=since, thread=thread)
    assert person.terminal in table["message"]["text"]
    preview = await pressed(stage, agent, table, "告诉商户", "预览", thread)
    since = await visitor.cursor()
    await visitor.presses(agent, preview["id"], label="发给商户", chat=group)
    assert await visitor.hears(person.user, text=told, after=since)


async def pressed(stage: Stage, agent: int, message: dict[str, Any], label: str, text: str, thread: int) -> Any:
    """Press a button whose label has these words and wait for what comes of it in the topic."""
    rows = message["message"]["reply_markup"]["inline_keyboard"]
    whole = next(key["text"] for row in rows for key in row if label in key["text"])
    since = await stage.visitor.cursor()
    await stage.visitor.presses(agent, message["id"], label=whole, chat=stage.support_chat)
    (found,) = await stage.visitor.hears(stage.support_chat, text=text, after=since, thread=thread)
    return found
