"""Bad days on order: what the bot meets, what was done nevertheless, and what the counters say of it."""

from __future__ import annotations

import time

import aiohttp
import pytest


async def test_too_many_requests_say_when_to_come_again(desk, visitor):
    await visitor.fault("429", "sendMessage", retry_after=7)
    answer = await desk.ask("sendMessage", chat_id=1001, text="x")
    assert answer == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }
    assert (await desk.call("sendMessage", chat_id=1001, text="x"))["text"] == "x"


async def test_server_errors_come_as_json_and_as_a_proxys_page(desk, visitor):
    await visitor.fault("500", "getMe")
    answer = await desk.ask("getMe")
    assert (answer["error_code"], answer["description"]) == (500, "Internal Server Error")
    await visitor.fault("502", "getMe")
    async with desk.session.post(f"{desk.url}/getMe") as response:
        assert (response.status, response.content_type) == (502, "text/html")
        assert (await response.text()).startswith("<html>")


@pytest.mark.parametrize(("kind", "done"), [("reset", 0), ("lost", 1), ("hang", 0)])
async def test_a_broken_connection_may_hide_what_was_done(desk, visitor, kind, done):
    since = await visitor.cursor()
    await visitor.fault(kind, "sendMessage", seconds=0.01)
    with pytest.raises(aiohttp.ClientError):
        await desk.ask("sendMessage", chat_id=1001, text="once")
    assert len(await visitor.hears(1001, after=since, timeout=0)) == done
    (call,) = await visitor.calls("sendMessage")
    assert (call["fault"], call["params"]["text"], call["ok"]) == (kind, "once", bool(done))


async def test_a_late_answer_was_done_at_once(desk, visitor):
    await visitor.fault("delay", "sendMessage", seconds=0.05)
    begun = time.monotonic()
    assert (await desk.call("sendMessage", chat_id=1001, text="late"))["text"] == "late"
    assert time.monotonic() - begun >= 0.05


async def test_any_error_can_be_ordered(desk, visitor):
    await visitor.fault("error", "send*", code=403, description="Forbidden: bot was blocked by the user")
    assert await desk.refused("sendPhoto", chat_id=1001, photo="x") == "Forbidden: bot was blocked by the user"


async def test_method_chat_skip_and_count_choose_the_calls(desk, visitor, sandbox):
    await visitor.write("users", {"id": 1009, "first_name": "Zhou", "started": True})
    number = await visitor.fault("500", "send*", chat=1009, skip=1, count=2)
    seen = []
    for _ in range(4):
        await desk.call("sendMessage", chat_id=1001, text="another chat")
        await desk.call("getChat", chat_id=1009)
        seen.append((await desk.ask("sendMessage", chat_id=1009, text="x"))["ok"])
    assert seen == [True, False, False, True]
    assert await visitor.read("faults") == []
    assert number == 1
    assert (await visitor.read("counters"))["faults"] == 2


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


async def test_flood_limits_hold_per_chat_and_overall(desk, visitor):
    await visitor.write("limits", {"mode": "custom", "private": [1, 2], "overall": [1, 4]})
    texts = {"chat_id": 1001, "text": "x"}
    assert [(await desk.ask("sendMessage", **texts))["ok"] for _ in range(3)] == [True, True, False]
    answer = await desk.ask("sendMessage", **texts)
    assert answer["parameters"] == {"retry_after": 1}
    await visitor.time_passes(1)
    assert (await desk.ask("sendMessage", **texts))["ok"]
    await visitor.write("limits", {"mode": "off"})
    assert all([(await desk.ask("sendMessage", **texts))["ok"] for _ in range(10)])


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
