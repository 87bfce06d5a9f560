"""Messages both ways through the real program, each test named after what desks elsewhere do to their users."""

from __future__ import annotations

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
