"""A merchant who is banned and one who floods, through the real program: agents are protected, nobody is lost."""

from __future__ import annotations

import pytest

from bot.demo.stage import Stage
from tests.e2e.test_relay import talk

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


async def test_a_ban_is_temporary_listed_and_lifted_by_two_and_a_flood_hears_one_line(stage: Stage) -> None:
    it = await talk(stage, "returned_receive_limit")
    boss, agent = stage.staff[0], stage.staff[1]  # the demo's admin is its only supervisor
    await it.visitor.replies(agent, it.group, it.thread, "/ban")
    (asked,) = await it.in_topic(text="多久不接收")
    await it.visitor.presses(agent, asked["id"], label="刷屏 1天", chat=it.group)
    assert await it.in_topic(text="已暂停接收", edits=True)
    await it.visitor.says(it.merchant, "人呢")
    assert await it.at_merchants(text="自动恢复")
    await it.visitor.replies(agent, it.group, it.thread, "/bans")
    (listed,) = await it.in_topic(text="恶意刷屏 ·")
    assert "未转达 1 条" in listed["message"]["text"]
    await it.visitor.replies(boss, it.group, it.thread, "/unban")
    assert await it.in_topic(text="原因没有写")
    await it.visitor.replies(stage.staff[2], it.group, it.thread, "/unban ok")  # her Telegram speaks English
    assert await it.in_topic(text="/unban WHY")
    await it.visitor.replies(boss, it.group, it.thread, "/unban 商户已道歉")
    (asked,) = await it.in_topic(text="商户已道歉")
    own = await it.visitor.presses(boss, asked["id"], label="✅ 同意", chat=it.group)
    assert "自己申请" in own["text"]
    banner = await it.visitor.presses(agent, asked["id"], label="✅ 同意", chat=it.group)
    assert "您屏蔽" in banner["text"]
    await it.visitor.presses(stage.staff[2], asked["id"], label="✅ 同意", chat=it.group)
    assert await it.at_merchants(text="又可以转给客服")
    await it.visitor.replies(boss, it.group, it.thread, "/stats today")
    (board,) = await it.in_topic(text="统计")
    assert "开单" in board["message"]["text"]

    for number in range(30):
        await it.visitor.says(it.merchant, f"快点{'！' * (number % 5)}")
    assert await it.at_merchants(text="一条不会丢")
    assert await it.visitor.bot_is_done()
    heard = [str(each["message"]) for each in await it.visitor.chat_messages(it.merchant)]
    assert sum("一条不会丢" in each for each in heard) == 1
