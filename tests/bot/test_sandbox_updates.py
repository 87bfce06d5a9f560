"""How updates reach a bot: polling that forgets only on a higher offset, and webhooks that try again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

SECOND = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


async def test_an_update_is_forgotten_only_by_a_higher_offset(desk, visitor):
    for text in ("one", "two", "three"):
        await visitor.says(1001, text)
    first = await desk.call("getUpdates")
    assert [update["message"]["text"] for update in first] == ["one", "two", "three"]
    assert await desk.call("getUpdates") == first
    assert await desk.call("getUpdates", offset=first[0]["update_id"]) == first
    assert await desk.call("getUpdates", offset=first[1]["update_id"]) == first[1:]
    assert await desk.call("getUpdates") == first[1:]
    assert await desk.call("getUpdates", offset=first[2]["update_id"] + 1) == []
    assert await desk.call("getUpdates") == []


async def test_limit_and_negative_offset(desk, visitor):
    for number in range(5):
        await visitor.says(1001, str(number))
    assert [u["message"]["text"] for u in await desk.call("getUpdates", limit=2)] == ["0", "1"]
    assert [u["message"]["text"] for u in await desk.call("getUpdates", offset=-2)] == ["3", "4"]
    assert len(await desk.call("getUpdates")) == 2


async def test_a_waiting_poll_is_answered_when_something_comes(desk, visitor):
    waiting = asyncio.create_task(desk.call("getUpdates", timeout=30))
    while not await visitor.bot_is_online():
        await asyncio.sleep(0)
    await visitor.says(1001, "hello")
    assert [update["message"]["text"] for update in await waiting] == ["hello"]


async def test_a_second_poller_ends_the_first(desk, sandbox):
    first = asyncio.create_task(desk.ask("getUpdates", timeout=30))
    while sandbox.telegram.updates._poll is None:
        await asyncio.sleep(0)
    second = asyncio.create_task(desk.ask("getUpdates", timeout=30))
    answer = await first
    assert (answer["error_code"], answer["description"]) == (409, SECOND)
    third = await desk.ask("getUpdates")
    assert third["ok"]
    assert (await second)["description"] == SECOND


async def test_allowed_updates(desk, visitor):
    said = await visitor.says(1001, "one")
    await visitor.reacts(1001, said["id"], "👍")
    assert [set(u) - {"update_id"} for u in await desk.updates()] == [{"message"}]
    await desk.call("getUpdates", allowed_updates=["message_reaction"])
    await visitor.says(1001, "not asked for")
    await visitor.reacts(1001, said["id"], "❤️")
    found = await desk.updates()
    assert [set(u) - {"update_id"} for u in found] == [{"message_reaction"}]
    assert found[0]["message_reaction"]["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert found[0]["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "❤"}]
    await desk.call("getUpdates")
    await visitor.says(1001, "the setting stays")
    assert await desk.updates() == []
    await desk.call("getUpdates", allowed_updates=[])
    await visitor.says(1001, "the default again")
    assert len(await desk.updates()) == 1
    assert "is no kind of update" in await desk.refused("getUpdates", allowed_updates=["mesage"])


async def test_what_was_confirmed_can_be_shown_again(desk, visitor):
    for text in ("one", "two", "three"):
        await visitor.says(1001, text)
    seen = await desk.updates()
    await visitor.says(1001, "four")
    assert (await visitor.write("updates/redeliver", {"count": 2}))["updates"] == [u["update_id"] for u in seen[1:]]
    found = await desk.call("getUpdates", offset=seen[-1]["update_id"] + 1)
    assert [u["message"]["text"] for u in found] == ["two", "three", "four"]
    assert len(await desk.call("getUpdates", offset=found[-1]["update_id"] + 1)) == 0


async def test_waiting_until_the_bot_has_everything(desk, visitor):
    assert await visitor.bot_is_done(0.01)
    await visitor.says(1001, "one")
    assert not await visitor.bot_is_done(0.01)
    waiting = asyncio.create_task(visitor.bot_is_done(10))
    await desk.updates()
    assert await waiting


class Hook:
    """The bot's own address."""

    def __init__(self) -> None:
        self.seen: list[tuple[dict[str, Any], str | None]] = []
        self.answers: list[web.Response] = []
        self.busy = self.most_busy = 0
        self.pause = 0.0
        self.url = ""

    async def take(self, request: web.BaseRequest) -> web.Response:
        self.busy += 1
        self.most_busy = max(self.busy, self.most_busy)
        body = json.loads(await request.read())
        await asyncio.sleep(self.pause)
        self.seen.append((body, request.headers.get("X-Telegram-Bot-Api-Secret-Token")))
        self.busy -= 1
        return self.answers.pop(0) if self.answers else web.Response()

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update, _ in self.seen]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    runner = web.ServerRunner(web.Server(hook.take))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def test_a_webhook_gets_updates_with_its_secret(desk, visitor, hook):
    await visitor.says(1001, "before")
    await desk.call("setWebhook", url=hook.url, secret_token="s3cret", max_connections=3)
    await visitor.says(1001, "after")
    assert await visitor.bot_is_done()
    assert hook.texts() == ["before", "after"]
    assert {secret for _, secret in hook.seen} == {"s3cret"}
    info = await desk.call("getWebhookInfo")
    assert (info["url"], info["pending_update_count"], info["max_connections"]) == (hook.url, 0, 3)
    assert (await desk.ask("getUpdates"))["error_code"] == 409
    assert "can't use getUpdates method while webhook is active" in await desk.refused("getUpdates")


async def test_a_webhook_that_fails_is_tried_again_in_order(desk, visitor, hook):
    hook.answers = [web.Response(status=500), web.Response(status=502), web.Response(status=302), web.Response()]
    await desk.call("setWebhook", url=hook.url)
    await visitor.says(1001, "one")
    await visitor.says(1001, "two")
    assert await visitor.bot_is_done()
    assert hook.texts() == ["one", "one", "one", "one", "two"]
    info = await desk.call("getWebhookInfo")
    assert info["last_error_message"].startswith("Wrong response from the webhook: 302")


async def test_one_at_a_time_per_chat_and_never_more_than_allowed(desk, visitor, hook):
    hook.pause = 0.01
    people = [{"id": 3000 + number, "first_name": "P", "started": True} for number in range(6)]
    await visitor.write("users", people)
    await desk.call("setWebhook", url=hook.url, max_connections=2)
    for text in ("1", "2"):
        for person in people:
            await visitor.says(person["id"], text)
    assert await visitor.bot_is_done()
    assert hook.most_busy == 2
    for person in people:
        of_one = [u["message"]["text"] for u, _ in hook.seen if u["message"]["chat"]["id"] == person["id"]]
        assert of_one == ["1", "2"]


async def test_a_method_in_the_response_is_done(desk, visitor, hook):
    reply = {"method": "sendMessage", "chat_id": 1001, "text": "from the response"}
    form = aiohttp.FormData(
        {"method": "sendMessage", "chat_id": "1001", "text": "from a form"}, default_to_multipart=True
    )()
    hook.answers = [
        web.json_response(reply),
        web.Response(body=form),
        web.json_response({"method": "getMe"}),
        web.json_response({"method": "deleteWebhook"}),
        web.Response(text="ok"),
    ]
    since = await visitor.cursor()
    await desk.call("setWebhook", url=hook.url)
    for number in range(5):
        await visitor.says(1001, str(number))
    assert await visitor.bot_is_done()
    heard = await visitor.hears(1001, after=since, count=2)
    assert [message["message"]["text"] for message in heard] == ["from the response", "from a form"]
    assert (await desk.call("getWebhookInfo"))["url"] == hook.url


async def test_without_its_webhook_a_bot_polls_what_was_not_taken(desk, visitor, hook):
    hook.answers = [web.Response(status=500) for _ in range(50)]
    await desk.call("setWebhook", url=hook.url)
    await visitor.says(1001, "one")
    while not hook.seen:
        await asyncio.sleep(0.001)
    await desk.call("deleteWebhook")
    assert [u["message"]["text"] for u in await desk.updates()] == ["one"]
    await visitor.says(1001, "two")
    await desk.call("deleteWebhook", drop_pending_updates=True)
    assert await desk.updates() == []


async def test_setting_a_webhook_ends_a_waiting_poll(desk, sandbox, hook):
    polling = asyncio.create_task(desk.ask("getUpdates", timeout=30))
    while sandbox.telegram.updates._poll is None:
        await asyncio.sleep(0)
    await desk.call("setWebhook", url=hook.url)
    assert (await polling)["description"] == "Conflict: terminated by setWebhook request"


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"url": "ftp://127.0.0.1/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://example.com/hook"}, "bad webhook: the sandbox calls loopback addresses only"),
        ({"url": "http://127.0.0.1:1/", "secret_token": "with space"}, "secret token contains unallowed characters"),
        ({"url": "http://127.0.0.1:1/", "secret_token": "x" * 257}, "secret token is too long"),
    ],
)
async def test_webhooks_that_cannot_be(desk, parameters, text):
    assert await desk.refused("setWebhook", **parameters) == f"Bad Request: {text}"


async def test_a_webhook_where_nobody_listens(desk, visitor, unused_tcp_port):
    await desk.call("setWebhook", url=f"http://127.0.0.1:{unused_tcp_port}/")
    await visitor.says(1001, "one")
    for _ in range(500):
        info = await desk.call("getWebhookInfo")
        if "last_error_message" in info:
            break
        await asyncio.sleep(0.002)
    assert info["last_error_message"] == "Connection refused"
    assert info["pending_update_count"] == 1
