"""Topics get lost in every way that Telegram and people have for it: nothing that is said is lost with them.

The whole program against the sandbox, in one process; each test is named after what users of other desks complain of.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import assembled
from bot.demo.visitor import Visitor
from bot.pacing import UNLIMITED, Pacing
from bot.sandbox import Sandbox
from bot.settings import Settings
from tests.bot.conftest import GROUP, TOKEN

LI, CHEN, WANG, SPARE = 1001, 2001, 2002, -1001000000009


class House:
    """The running program, and people around it."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.topics: dict[int, int] = {}

    async def opens(self, merchant: int = LI, number: int = 1001) -> int:
        """A merchant asks for a person; the topic of the ticket."""
        await self.visitor.start(merchant)
        await self.visitor.says(merchant, "转人工")
        assert await self.visitor.hears(GROUP, text=f"#{number} 的情况", after=0)
        return await self.topic(number)

    async def topic(self, number: int = 1001, group: int = GROUP) -> int:
        """The topic that a ticket has there now."""
        for _ in range(200):
            topics = (await self.visitor.chat(group))["topics"]
            if found := [each["id"] for each in topics if each["name"].startswith(f"#{number}")]:
                return int(found[-1])
            await asyncio.sleep(0.02)
        raise AssertionError(f"ticket {number} has no topic")

    async def reaches(self, chat: int, text: str, topic: int | None = None) -> dict[str, Any]:
        """A message of the bot that is there, or comes."""
        found = await self.visitor.hears(chat, text=text, thread=topic, after=0)
        assert found, f"{text} never came"
        return found[-1]

    async def said(self, chat: int, topic: int | None = None) -> list[str]:
        """What the bot said there."""
        messages = await self.visitor.chat_messages(chat, thread=topic)
        return [each["message"].get("text", each["kind"]) for each in messages if each["out"]
                and each["kind"] != "service"]  # fmt: skip

    async def goes_both_ways(self, topic: int, group: int = GROUP, merchant: int = LI) -> None:
        """What the merchant and the agents write arrives on the other side."""
        await self.visitor.says(merchant, "还没到")
        await self.reaches(group, "还没到", topic)
        await self.visitor.replies(WANG, group, topic, "我来查")
        await self.reaches(merchant, "我来查")

    async def changes_group(self, group: int = GROUP, **change: Any) -> None:
        await self.visitor.write(f"groups/{group}", change)

    async def changes_bot(self, **place: Any) -> None:
        await self.visitor.write(f"groups/{GROUP}/bot", place)

    async def told(self, text: str) -> int:
        """So often the supervisor was told this."""
        return sum(text in each for each in await self.said(CHEN))


@pytest.fixture
async def house(
    sandbox: Sandbox,
    visitor: Visitor,
    migrated_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> AsyncIterator[House]:
    monkeypatch.setattr("bot.holding.PROBE_EVERY", 0.1)
    monkeypatch.setattr("bot.sending.ASIDE_SECONDS", 0.2)
    shutil.copy(migrated_file, tmp_path / "desk.db")
    settings = Settings(
        _env_file=None,
        bot_token=TOKEN,
        bot_api_url=sandbox.url,
        support_chat_id=GROUP,
        spare_chat_id=getattr(request, "param", None),
        supervisor_ids=str(CHEN),
        database_url=f"sqlite:///{tmp_path / 'desk.db'}",
        settledesk_now="2026-11-23T10:00:00+08:00",
    )
    await visitor.start(CHEN)
    async with assembled(settings, Pacing(UNLIMITED)) as program:
        program.learn = lambda base: None
        stop = asyncio.Event()
        running = asyncio.create_task(program.run(stop))
        yield House(visitor)
        stop.set()
        await running


async def test_topics_deleted_by_hand_swallow_no_replies(house: House) -> None:
    old = await house.opens()
    await house.goes_both_ways(old)
    await house.visitor.sends(LI, "photo", caption="这是小票")
    await house.visitor.sends_album(LI, ("photo", "photo"))
    assert await house.visitor.hears(GROUP, kind="photo", count=3, thread=old, after=0)
    await house.visitor.changes_topic(CHEN, GROUP, "delete", old)
    await house.visitor.says(LI, "有人吗")
    await house.reaches(GROUP, "有人吗")
    new = await house.topic()
    said = await house.said(GROUP, new)
    assert "还没到" in said[2]
    assert "我来查" in said[2]
    assert "这是小票" in said[2]
    assert said[3:] == ["photo", "photo", "photo", "有人吗"]
    shown = await house.visitor.chat_messages(GROUP, thread=new)
    assert not any("caption" in each["message"] for each in shown)
    await house.goes_both_ways(new)


async def test_a_closed_topic_reopens(house: House) -> None:
    topic = await house.opens()
    await house.visitor.changes_topic(CHEN, GROUP, "close", topic)
    await house.reaches(GROUP, "还没有办完", topic)
    assert not (await house.visitor.chat(GROUP))["topics"][0]["closed"]
    await house.goes_both_ways(topic)


async def test_a_topic_reopened_by_hand_says_that_its_ticket_is_resolved(house: House) -> None:
    topic = await house.opens()
    await house.visitor.replies(WANG, GROUP, topic, "/resolve paid")
    await house.reaches(LI, "已处理完")
    while not (await house.visitor.chat(GROUP))["topics"][0]["closed"]:
        await asyncio.sleep(0.02)
    await house.visitor.changes_topic(CHEN, GROUP, "reopen", topic)
    await house.reaches(GROUP, "这个工单已经解决", topic)
    await house.visitor.replies(WANG, GROUP, topic, "/reopen")
    await house.reaches(LI, "重新打开")
    await house.goes_both_ways(topic)


async def test_a_renamed_topic_gets_its_title_back(house: House) -> None:
    topic = await house.opens()
    await house.visitor.changes_topic(CHEN, GROUP, "rename", topic, name="VIP")
    await house.reaches(GROUP, "工单标题固定", topic)
    assert await house.topic() == topic
    await house.goes_both_ways(topic)


async def test_replies_do_not_silently_fail_while_the_forum_is_turned_off(house: House) -> None:
    topic = await house.opens()
    await house.changes_group(forum=False)
    for text in ("第一句", "第二句", "第三句"):
        await house.visitor.says(LI, text)
    await house.reaches(CHEN, "“话题”功能被关掉")
    await house.visitor.bot_is_done()
    await house.changes_group(forum=True)
    await house.reaches(CHEN, "恢复正常")
    await house.reaches(GROUP, "第三句", topic)
    assert (await house.said(GROUP, topic))[-3:] == ["第一句", "第二句", "第三句"]
    assert await house.told("话题") == 1
    await house.goes_both_ways(topic)


async def test_replies_do_not_silently_fail_while_the_bot_is_out_of_the_group(house: House) -> None:
    topic = await house.opens()
    await house.changes_bot(status="kicked")
    await house.reaches(CHEN, "已经不在客服群")  # before anything was to be said there
    for text in ("第一句", "第二句"):
        await house.visitor.says(LI, text)
    await house.visitor.bot_is_done()
    await house.changes_bot(status="administrator")
    await house.reaches(GROUP, "第二句", topic)
    assert (await house.said(GROUP, topic))[-2:] == ["第一句", "第二句"]
    await house.reaches(CHEN, "恢复正常")
    assert await house.told("已经不在客服群") == 1


async def test_replies_do_not_silently_fail_when_the_bot_is_demoted(house: House) -> None:
    topic = await house.opens()
    await house.changes_bot(status="administrator", rights=["can_delete_messages"])
    await house.reaches(CHEN, "缺少权限：管理话题、置顶消息")
    await house.goes_both_ways(topic)  # a topic that is there is written to all the same
    await house.visitor.says(WANG, "转人工")
    await house.visitor.bot_is_done()
    await house.changes_bot(status="administrator")
    await house.reaches(CHEN, "恢复正常")
    await house.reaches(GROUP, "#1002 的情况", await house.topic(1002))
    assert await house.told("缺少权限") == 1


@pytest.mark.parametrize("heard", ["in a message", "in a refusal"])
async def test_a_group_with_a_new_id_is_followed_with_its_tickets(house: House, heard: str) -> None:
    topic = await house.opens()
    await house.goes_both_ways(topic)
    if heard == "in a refusal":
        await house.visitor.fault("error", "getUpdates", count=0, code=500, description="later")
        await house.visitor.says(LI, "有人吗")
    new = (await house.visitor.write(f"groups/{GROUP}/migrate", {}))["id"]
    await house.visitor.ask("DELETE", "faults")
    await house.reaches(CHEN, f"新群号：{new}")
    topic = await house.topic(group=new)
    await house.reaches(new, "还没到", topic)  # the history
    await house.visitor.says(LI, "现在呢")
    await house.reaches(new, "现在呢", topic)
    await house.visitor.replies(WANG, new, topic, "到了")
    await house.reaches(LI, "到了")
    assert await house.told("新群号") == 1


@pytest.mark.parametrize("house", [SPARE], indirect=True)
async def test_a_forum_of_a_million_messages_is_left_for_the_second_one(house: House) -> None:
    made = {"id": SPARE, "title": "Second", "forum": True, "members": [CHEN, WANG], "bot": {"status": "administrator"}}
    await house.visitor.write("groups", made)
    topic = await house.opens()
    await house.goes_both_ways(topic)
    await house.changes_group(full=True)
    await house.visitor.says(LI, "有人吗")
    await house.reaches(SPARE, "有人吗")
    topic = await house.topic(group=SPARE)
    assert "还没到" in "\n".join(await house.said(SPARE, topic))
    await house.goes_both_ways(topic, SPARE)
    await house.visitor.says(WANG, "转人工")
    await house.topic(1002, SPARE)
    assert await house.told("第二个群") == 1
