"""Messages both ways through the real program, each test named after what desks elsewhere do to their users."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.demo.bundle import Person
from bot.demo.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]
Json = dict[str, Any]


class Talk:
    """A merchant with an open ticket, and an agent in its topic."""

    def __init__(self, stage: Stage, person: Person) -> None:
        self.stage, self.visitor, self.group = stage, stage.visitor, stage.support_chat
        self.merchant, self.agent = person.user, stage.staff[0]
        self.thread = 0
        self.since = 0

    async def open(self) -> None:
        await self.visitor.start(self.merchant)
        await self.visitor.says(self.merchant, "人工")
        (card,) = await self.visitor.hears(self.group, text="工单", after=self.since)
        self.thread = card["message"]["message_thread_id"]
        assert await self.visitor.hears(self.merchant, text="工单号", after=self.since)
        await self.now()

    async def now(self) -> None:
        """What is heard from now on is new."""
        self.since = await self.visitor.cursor()

    async def in_topic(self, **wanted: Any) -> list[Json]:
        return await self.visitor.hears(self.group, thread=self.thread, after=self.since, **wanted)

    async def photos(self, chat: int) -> list[Json]:
        """Of the bot, in the merchant's chat or in the topic."""
        found = await self.visitor.chat_messages(chat, thread=self.thread if chat == self.group else None)
        return [each for each in found if each["kind"] == "photo" and each["out"]]

    async def at_merchants(self, **wanted: Any) -> list[Json]:
        return await self.visitor.hears(self.merchant, after=self.since, **wanted)


async def talk(stage: Stage, cause: str) -> Talk:
    opened = Talk(stage, stage.manifest.of(cause))
    await opened.now()
    await opened.open()
    return opened


def albums(messages: list[Json]) -> set[str | None]:
    return {each["message"].get("media_group_id") for each in messages}


async def test_an_album_arrives_as_an_album_both_ways(stage: Stage) -> None:
    """Everywhere else three photos arrive as three messages, if at all."""
    it = await talk(stage, "returned_account_frozen")
    sent = await it.visitor.sends_album(it.merchant, ("photo", "video", "photo"), caption="三张小票")
    seen = await it.in_topic(count=3)
    assert [each["kind"] for each in seen] == ["photo", "video", "photo"]
    assert len(albums(seen)) == 1
    assert None not in albums(seen)
    assert seen[0]["message"]["caption"] == "三张小票"
    await it.now()
    await it.visitor.edits_caption(it.merchant, sent[0]["id"], "三张回单")
    (changed,) = await it.in_topic(text="三张回单", edits=True)
    assert changed["id"] == seen[0]["id"]
    await it.visitor.sends_album(it.agent, ("document", "document"), caption="请填这两张表", chat=it.group,
                                 thread=it.thread, reply_to=seen[2]["id"])  # fmt: skip
    got = await it.at_merchants(count=2, kind="document")
    assert len(albums(got)) == 1
    assert "请填这两张表" in got[0]["message"]["caption"]
    assert got[0]["message"]["reply_to_message"]["message_id"] == sent[2]["id"]


async def test_an_agent_hears_that_the_merchant_blocked_the_bot_and_sends_it_again(stage: Stage) -> None:
    """Elsewhere the agent is told that it was sent, or nothing; sending again is writing again."""
    it = await talk(stage, "returned_account_closed")
    await it.visitor.blocks(it.merchant)
    said = await it.visitor.replies(it.agent, it.group, it.thread, "请补一下资料")
    *_, note = await it.in_topic(text="没有送达", count=2)  # the first is about the desk's own word that it is claimed
    assert note["message"]["reply_to_message"]["message_id"] == said["id"]
    await it.visitor.unblocks(it.merchant)
    pressed = await it.visitor.presses(it.agent, note["id"], label="🔁 再发一次", chat=it.group)
    assert pressed["text"] == "正在重新发送"
    again = await it.visitor.presses(it.agent, note["id"], data=_data(note), chat=it.group)
    assert again["alert"]
    assert await it.at_merchants(text="请补一下资料")
    assert await marked(it, said["id"]) == ["👌"]
    assert len([each for each in await it.visitor.chat_messages(it.merchant) if "补一下" in str(each["message"])]) == 1


async def test_flood_limits_and_bad_gateways_neither_lose_nor_double(stage: Stage) -> None:
    """Elsewhere a 429 or a 500 loses the message, mostly without a word."""
    it = await talk(stage, "returned_refused")
    for chat in (it.merchant, it.group):
        await it.visitor.fault("429", "sendMediaGroup", chat=chat, retry_after=1)
        await it.visitor.fault("500", "sendMediaGroup", chat=chat)
    await it.visitor.sends_album(it.merchant)
    sent = await it.visitor.sends_album(it.agent, chat=it.group, thread=it.thread)
    assert await it.in_topic(count=2, kind="photo")
    got = await it.at_merchants(count=2, kind="photo")
    assert len(albums(got)) == 1
    assert await marked(it, sent[0]["id"]) == ["👌"]
    assert [len(await it.photos(chat)) for chat in (it.merchant, it.group)] == [2, 2]


def _data(note: Json) -> str:
    return str(note["message"]["reply_markup"]["inline_keyboard"][0][0]["callback_data"])


async def marked(it: Talk, message: int) -> list[str]:
    """The bot's reactions to a message in the group, once there are any."""
    for _ in range(200):
        found = (await it.visitor.message(it.group, message))["reactions"]
        if found:
            return [each["emoji"] for each in found]
        await asyncio.sleep(0.05)
    return []


async def test_a_photo_that_an_edit_replaces_is_replaced_on_the_other_side_too(stage: Stage) -> None:
    """Elsewhere the other side goes on looking at the wrong receipt."""
    it = await talk(stage, "offset_by_refund")
    sent = await it.visitor.sends(it.merchant, "photo", caption="小票")
    (seen,) = await it.in_topic(kind="photo")
    await it.now()
    await it.visitor.exchanges(it.merchant, sent["id"], "photo", caption="对的小票")
    (changed,) = await it.in_topic(text="对的小票", edits=True)
    assert changed["id"] == seen["id"]
    assert changed["message"]["photo"] != seen["message"]["photo"]
    said = await it.visitor.sends(it.agent, "photo", chat=it.group, thread=it.thread)
    (got,) = await it.at_merchants(kind="photo")
    await it.now()
    await it.visitor.fault("error", "editMessageMedia", chat=it.merchant, code=400,
                           description="Bad Request: message can't be edited")  # fmt: skip
    await it.visitor.exchanges(it.agent, said["id"], "document", caption="请看这份", chat=it.group)
    (anew,) = await it.at_merchants(kind="document")
    assert anew["message"]["reply_to_message"]["message_id"] == got["id"]
    (note,) = await it.in_topic(text="作为对它的回复")
    assert note["message"]["reply_to_message"]["message_id"] == said["id"]
