"""The control API besides faults and waiting: events, the clock, raw updates, reading, and wrong worlds."""

from __future__ import annotations

import json

import pytest

from bot.demo.visitor import Refusal
from bot.sandbox import Sandbox
from bot.sandbox.refusals import Impossible

GROUP = -1001000000001


async def events(response, count: int) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    while len(found) < count:
        line = await response.content.readline()
        if line.startswith(b"data: "):
            found.append(json.loads(line[6:]))
    return found


async def test_events_stream_and_resume(desk, sandbox, visitor):
    url = f"{sandbox.url}/sandbox/events"
    async with desk.session.get(url) as stream:
        assert stream.content_type == "text/event-stream"
        assert (await events(stream, 1))[0]["type"] == "hello"
        said = await visitor.says(1001, "x")
        await visitor.edits(1001, said["id"], "y")
        await visitor.reacts(1001, said["id"], "👍")
        await visitor.deletes(1001, said["id"])
        found = await events(stream, 4)
    assert [one["type"] for one in found] == ["message", "edited", "reaction", "deleted"]
    assert found[0]["message"]["id"] == said["id"]
    numbers = [int(str(one["id"])) for one in found]
    assert numbers == sorted(numbers)
    async with desk.session.get(url, headers={"Last-Event-ID": str(numbers[1])}) as stream:
        assert [one["type"] for one in await events(stream, 3)] == ["hello", "reaction", "deleted"]
    async with desk.session.get(url, params={"after": numbers[0], "chat": 1001}) as stream:
        assert [one["type"] for one in await events(stream, 2)] == ["hello", "edited"]
    async with desk.session.get(url, params={"after": 10**9}) as stream:
        assert [one["type"] for one in await events(stream, 2)] == ["gap", "hello"]


async def test_forgotten_events_are_a_gap(visitor):
    async with Sandbox({"users": [{"id": 1, "first_name": "A", "started": True}]}, keep=10) as small:
        chat = small.telegram.world.chats[1]
        for _ in range(1_200):
            small.telegram.post(chat, small.telegram.world.users[1], "text", {"text": "x"})
        assert len(chat.messages) == 10
        assert small.telegram.events.forgotten(5)
        assert not small.telegram.events.forgotten(small.telegram.events.last - 10)
        assert [event.id for event in small.telegram.events.since(small.telegram.events.last - 2)] == [
            small.telegram.events.last - 1,
            small.telegram.events.last,
        ]


async def test_everything_that_happens_is_an_event(desk, visitor):
    since = await visitor.cursor()
    await visitor.start(1002, "x")
    keyboard = {"keyboard": [["a"]]}
    sent = await desk.call("sendMessage", chat_id=1002, text="x", reply_markup=keyboard)
    await desk.call("sendChatAction", chat_id=1002, action="typing")
    await desk.call("pinChatMessage", chat_id=1002, message_id=sent["message_id"])
    topic = await desk.call("createForumTopic", chat_id=GROUP, name="t")
    await visitor.changes_topic(2001, GROUP, "delete", topic["message_thread_id"])
    await visitor.write(f"groups/{GROUP}", {"title": "New"})
    await desk.call("setMyName", name="N")
    await visitor.time_passes(5)
    log = await visitor.read("events/log", after=since, limit=100)
    kinds = [event["type"] for event in log["events"]]
    assert kinds == [
        "user", "message", "message", "keyboard", "typing", "pinned", "message", "message", "topic", "deleted", "topic",
        "message", "chat", "bot", "clock",
    ]  # fmt: skip
    assert (log["gap"], log["event"]) == (False, log["events"][-1]["id"])
    assert log["events"][-3]["value"]["title"] == "New"


async def test_the_clock_goes_forward_only(visitor):
    assert (await visitor.read("clock"))["now"].startswith("2026-11-23T10:00:")
    assert (await visitor.time_passes(86_400)).startswith("2026-11-24T10:00:")
    moved = await visitor.write("clock", {"set": "2026-12-01T09:00:00+08:00"})
    assert moved["now"].startswith("2026-12-01T09:00:00")
    said = await visitor.says(1001, "x")
    assert said["message"]["date"] - 1_796_086_800 in range(5)
    with pytest.raises(Refusal):
        await visitor.time_passes(-1)
    with pytest.raises(Refusal):
        await visitor.write("clock", {"set": "2026-11-23T10:00:00+08:00"})


async def test_raw_updates_are_there_like_any_message(desk, visitor):
    message = {
        "message_id": 5_000_000, "date": 1, "chat": {"id": 1001, "type": "private"},
        "from": {"id": 1001, "is_bot": False, "first_name": "Li"}, "text": "raw",
    }  # fmt: skip
    await visitor.write("updates", {"updates": [{"message": message}, {"poll": {"id": "1"}}]})
    found = await desk.updates()
    assert found[0]["message"] == message
    assert found[1]["poll"] == {"id": "1"}
    sent = await desk.call("sendMessage", chat_id=1001, text="x", reply_parameters={"message_id": 5_000_000})
    assert sent["reply_to_message"]["text"] == "raw"
    with pytest.raises(Refusal, match="one field"):
        await visitor.write("updates", {"update": {"mesage": {}}})


async def test_state_and_reading(desk, visitor):
    for number in range(5):
        await visitor.says(1001, str(number))
    state = await visitor.state()
    assert state["now"].startswith("2026-11-23T10:00")
    assert {chat["id"] for chat in state["chats"]} == {GROUP, -500, 1001}
    assert {user["id"] for user in state["users"]} == {1001, 1002, 2001, 2002}
    assert state["delivery"] == {
        "mode": "none",
        "pending": 5,
        "last_update": state["delivery"]["last_update"],
        "confirmed": 0,
    }
    page = await visitor.read("chats/1001/messages", limit=2)
    assert ([one["message"]["text"] for one in page["messages"]], page["more"]) == (["3", "4"], True)
    first = page["messages"][0]["id"]
    page = await visitor.read("chats/1001/messages", before=first, limit=2)
    assert [one["message"]["text"] for one in page["messages"]] == ["1", "2"]
    page = await visitor.read("chats/1001/messages", after=first)
    assert ([one["message"]["text"] for one in page["messages"]], page["more"]) == (["4"], False)
    await desk.call("getUpdates")
    assert (await visitor.read("delivery"))["mode"] == "polling"
    with pytest.raises(Refusal, match="there is no chat 5"):
        await visitor.chat(5)


@pytest.mark.parametrize(
    ("world", "wrong"),
    [
        ({"bots": []}, "world has no field bots"),
        ({"bot": {"token": "abc"}}, "a token is a number"),
        ({"users": [{"id": 1}]}, "a user has a first_name"),
        ({"users": [{"id": 1, "first_name": "A", "phone_number": "1"}]}, "user has no field phone_number"),
        ({"users": [{"id": 1, "first_name": "A"}, {"id": 1, "first_name": "B"}]}, "cannot be a new user's id"),
        ({"groups": [{"id": -1, "members": [7]}]}, "there is no user 7"),
        ({"groups": [{"id": 5}]}, "cannot be a new group's id"),
        ({"groups": [{"id": -1, "bot": {"rights": ["can_fly"]}}]}, "there is no right can_fly"),
        ({"limits": "some"}, "limits are off, telegram or custom"),
    ],
)
def test_worlds_that_make_no_sense(world, wrong):
    with pytest.raises(Impossible, match=wrong):
        Sandbox(world)


def test_it_listens_on_loopback_only():
    with pytest.raises(ValueError, match="loopback only"):
        Sandbox(host="0.0.0.0")
