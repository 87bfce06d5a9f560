"""Bad days on order: what the bot meets, what was done nevertheless, and what the counters say of it."""

from __future__ import annotations

import aiohttp
import pytest


async def test_any_error_can_be_ordered(desk, visitor):
    await visitor.fault("error", "send*", code=403, description="Forbidden: bot was blocked by the user")
    assert await desk.refused("sendPhoto", chat_id=1001, photo="x") == "Forbidden: bot was blocked by the user"


async def test_a_fault_for_ever_ends_when_it_is_removed(desk, visitor):
    number = await visitor.fault("500", count=0)
    for _ in range(3):
        assert not (await desk.ask("getMe"))["ok"]
    assert await visitor.read("faults") == [
        {"id": number, "method": "*", "chat": None, "kind": "500", "left": None, "hit": 3}
    ]
    await visitor.ask("DELETE", f"faults/{number}")
    assert (await desk.ask("getMe"))["ok"]
    await visitor.fault("500", count=0)
    await visitor.ask("DELETE", "faults")
    assert (await desk.ask("getMe"))["ok"]


async def test_a_poll_can_break_too_and_nothing_is_lost(desk, visitor):
    await visitor.says(1001, "one")
    await visitor.fault("lost", "getUpdates")
    with pytest.raises(aiohttp.ClientError):
        await desk.ask("getUpdates")
    assert [update["message"]["text"] for update in await desk.updates()] == ["one"]


@pytest.mark.parametrize("wanted", [{"kind": "rain"}, {"kind": "error", "code": 400}, {"kind": "500", "metod": "x"}])
async def test_faults_that_make_no_sense_are_refused(visitor, wanted):
    with pytest.raises(Exception, match=r"."):
        await visitor.write("faults", wanted)
    assert await visitor.read("faults") == []


@pytest.mark.parametrize("limits", [{"mode": "loose"}, {"mode": "custom", "private": [0, 1]}, {"private": 3}])
async def test_limits_that_make_no_sense_are_refused(visitor, limits):
    with pytest.raises(Exception, match=r"."):
        await visitor.write("limits", limits)


async def test_counters_count_and_can_be_set_to_nought(desk, visitor):
    await visitor.says(1001, "one")
    await desk.updates()
    sent = await desk.call("sendMessage", chat_id=1001, text="a")
    await desk.call("editMessageText", chat_id=1001, message_id=sent["message_id"], text="b")
    await desk.call("deleteMessage", chat_id=1001, message_id=sent["message_id"])
    await desk.refused("sendMessage", chat_id=5, text="x")
    found = await visitor.read("counters")
    assert found["messages"] == {"in": 1, "out": 1, "edited": 1, "deleted": 1}
    assert found["updates"] == {"made": 1, "delivered": 1, "confirmed": 1}
    assert (found["calls"]["sendMessage"], found["errors"]) == (2, {"400": 1})
    await visitor.ask("DELETE", "counters")
    empty = await visitor.read("counters")
    assert empty["calls"] == {}
    assert empty["messages"] == {"in": 0, "out": 0, "edited": 0, "deleted": 0}


async def test_equal_calls_have_equal_digests_and_uploads_are_not_kept(desk, visitor, sandbox):
    for text in ("same", "same", "other"):
        await desk.call("sendMessage", chat_id=1001, text=text)
    one, two, three = (call["digest"] for call in await visitor.calls("sendmessage", chat=1001))
    assert one == two != three
    form = aiohttp.FormData({"chat_id": "1001"})
    form.add_field("document", b"x" * 1000, filename="a.txt")
    async with desk.session.post(f"{desk.url}/sendDocument", data=form) as response:
        assert (await response.json())["ok"]
    (call,) = await visitor.calls("sendDocument")
    assert call["params"]["document"].startswith("<1000 bytes, a.txt")
    assert call["chat"] == 1001
    page = await visitor.read("calls", limit=2)
    assert [call["method"] for call in page["calls"]] == ["sendMessage", "sendMessage"]
    rest = await visitor.read("calls", after=page["cursor"])
    assert [call["method"] for call in rest["calls"]] == ["sendMessage", "sendDocument"]
