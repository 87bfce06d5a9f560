"""Hearing what happens: waiting instead of sleeping, the log of events, the stream, the clock."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.sandbox import Sandbox

GROUP = -1001000000001


async def say(desk, text, chat=1001, **more) -> dict[str, Any]:
    return await desk.call("sendMessage", chat_id=chat, text=text, **more)


def texts(messages) -> list[str]:
    return [message["message"]["text"] for message in messages]


async def test_waiting_in_vain_answers_what_there_was(desk, visitor):
    since = await visitor.cursor()
    await say(desk, "one")
    found = await visitor.read("wait", chat=1001, after=since, count=2, timeout=0.01)
    assert (found["matched"], texts(found["messages"])) == (False, ["one"])
    assert await visitor.hears(1001, after=since, count=2, timeout=0) == []


async def test_without_after_only_what_is_new_counts(desk, visitor):
    await say(desk, "old")
    assert await visitor.hears(1001, timeout=0) == []


async def test_a_cursor_skips_nothing_that_came_behind(desk, visitor):
    since = await visitor.cursor()
    for text in ("first", "second"):
        await say(desk, text)
    found = await visitor.read("wait", chat=1001, after=since, text="first")
    assert texts(found["messages"]) == ["first"]
    found = await visitor.read("wait", chat=1001, after=found["cursor"], text="second", timeout=0)
    assert texts(found["messages"]) == ["second"]


async def test_edits_count_when_asked_for_and_reactions_never(desk, visitor):
    sent = await say(desk, "before")
    since = await visitor.cursor()
    await visitor.reacts(1001, sent["message_id"], "👍")
    assert await visitor.hears(1001, after=since, edits=True, timeout=0) == []
    await desk.call("editMessageText", chat_id=1001, message_id=sent["message_id"], text="after")
    assert texts(await visitor.hears(1001, after=since, edits=True)) == ["after"]
    assert await visitor.hears(1001, after=since, timeout=0) == []


async def test_drained_counts_updates_shown_again(desk, visitor):
    await visitor.says(1001, "one")
    (seen,) = await desk.updates()
    await visitor.write("updates/redeliver", {"count": 1})
    assert not await visitor.bot_is_done(0)
    assert await desk.call("getUpdates") == [seen]
    assert not await visitor.bot_is_done(0)
    await desk.call("getUpdates", offset=seen["update_id"] + 1)
    assert await visitor.bot_is_done(0)


async def test_the_log_of_events(desk, visitor):
    since = await visitor.cursor()
    sent = await say(desk, "one")
    await desk.call("sendChatAction", chat_id=1001, action="typing")
    await desk.call("deleteMessage", chat_id=1001, message_id=sent["message_id"])
    await visitor.time_passes(60)
    log = await visitor.read("events/log", after=since)
    assert [event["type"] for event in log["events"]] == ["message", "typing", "deleted", "clock"]
    assert log["events"][2]["messages"] == [sent["message_id"]]
    assert log["event"] == log["events"][-1]["id"]
    assert not log["gap"]
    page = await visitor.read("events/log", after=since, limit=1)
    assert [event["id"] for event in page["events"]] == [since + 1]


class Stream:
    """A reader of server-sent events."""

    def __init__(self, response: Any) -> None:
        self.response = response

    async def next(self) -> tuple[int | None, dict[str, Any]]:
        """Id and data of the next event."""
        number = None
        while line := (await self.response.content.readline()).decode().rstrip("\n"):
            if line.startswith("id: "):
                number = int(line[4:])
            if line.startswith("data: "):
                data = json.loads(line[6:])
        return number, data


async def test_the_stream_resumes_where_it_broke(desk, visitor, sandbox):
    since = await visitor.cursor()
    await say(desk, "one")
    address = f"{sandbox.url}/sandbox/events"
    async with desk.session.get(address, params={"after": since}) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        stream = Stream(response)
        number, hello = await stream.next()
        assert number is None
        assert (hello["type"], hello["now"]) == ("hello", "2026-11-23T10:00:00+08:00")
        first, data = await stream.next()
        assert (data["type"], data["message"]["message"]["text"]) == ("message", "one")
        await say(desk, "two")
        assert (await stream.next())[1]["message"]["message"]["text"] == "two"
    headers = {"Last-Event-ID": str(first)}
    async with desk.session.get(address, params={"after": since, "chat": 1001}, headers=headers) as response:
        stream = Stream(response)
        await stream.next()
        await say(desk, "elsewhere", GROUP)
        await say(desk, "three")
        seen = [(await stream.next())[1]["message"]["message"]["text"] for _ in range(2)]
    assert seen == ["two", "three"]


async def test_what_is_kept_is_bounded(caplog):
    async with Sandbox({"users": [{"id": 1, "first_name": "A", "started": True}]}, keep=50) as small:
        telegram = small.telegram
        chat = telegram.world.chats[1]
        for number in range(2_000):
            telegram.post(chat, chat.user, "text", {"text": str(number)})
        assert len(chat.messages) == 50
        assert telegram.events.forgotten(0)
        assert len(list(telegram.events.since(0))) == 1_000


async def test_messages_of_a_chat_in_pages(desk, visitor):
    numbers = [(await say(desk, str(number)))["message_id"] for number in range(5)]
    await desk.call("deleteMessage", chat_id=1001, message_id=numbers[1])
    assert texts(await visitor.chat_messages(1001)) == ["0", "2", "3", "4"]
    assert texts(await visitor.chat_messages(1001, deleted=True)) == ["0", "1", "2", "3", "4"]
    last = await visitor.read("chats/1001/messages", limit=2)
    assert (texts(last["messages"]), last["more"]) == (["3", "4"], True)
    older = await visitor.read("chats/1001/messages", limit=2, before=numbers[3])
    assert (texts(older["messages"]), older["more"]) == (["0", "2"], False)
    newer = await visitor.read("chats/1001/messages", after=numbers[0], limit=1)
    assert (texts(newer["messages"]), newer["more"]) == (["2"], True)
    assert (await visitor.message(1001, numbers[1]))["deleted"]


@pytest.mark.parametrize(
    ("path", "code"),
    [("users/77", 404), ("chats/77", 404), ("chats/1001/messages/9", 404), ("nothing", 404), ("wait", 400),
     ("wait?chat=x", 400), ("files/none", 404)],
)  # fmt: skip
async def test_what_is_not_there_is_said(desk, sandbox, path, code):
    async with desk.session.get(f"{sandbox.url}/sandbox/{path}") as response:
        assert response.status == code
        assert (await response.json())["error"]
