"""The same whole conversation by other ways: a webhook in place of polling, PostgreSQL in place of SQLite."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.demo.bundle import NOW
from bot.demo.player import play
from bot.demo.stage import Stage

pytestmark = pytest.mark.e2e


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def went(folder: Path, **settings: str) -> None:
    lines: list[str] = []
    async with Stage(folder / "demo", port=0, **settings) as stage:
        await play("handed-over", stage, lines.append)
        delivery = await stage.visitor.read("delivery")
    assert "WEBHOOK_URL" not in settings or delivery["mode"] == "webhook"
    assert "5星评价" in "".join(lines)


async def test_by_webhook(tmp_path: Path) -> None:
    port = free_port()
    await went(
        tmp_path,
        WEBHOOK_URL=f"http://127.0.0.1:{port}/hook",
        WEBHOOK_SECRET="a-secret",
        LISTEN=f"127.0.0.1:{port}",
    )


async def test_settlement_events_beside_polling(tmp_path: Path) -> None:
    """The bot polls Telegram and takes a provider's events on its own port, where nobody else is let in."""
    listen = f"127.0.0.1:{free_port()}"
    event = b'{"object": "event", "id": "evt_1", "type": "%s", "created": 1, "data": {"object": {"object": "payout"}}}'
    charge, payout = event % b"charge.succeeded", event % b"payout.paid"
    lines: list[str] = []
    async with (
        Stage(tmp_path / "demo", port=0, LISTEN=listen, STRIPE_WEBHOOK_SECRETS="whsec_old,whsec_new") as stage,
        ClientSession(f"http://{listen}") as client,
    ):

        async def post(provider: str, body: bytes, secret: str = "whsec_new") -> int:
            sent = str(int(NOW.timestamp()) + 60)  # the stage's clock has run on a little
            digest = hmac.new(secret.encode(), f"{sent}.".encode() + body, hashlib.sha256).hexdigest()
            headers = {"Stripe-Signature": f"t={sent},v1={digest}"}
            async with client.post(f"/settlements/{provider}", data=body, headers=headers) as answer:
                return answer.status

        assert await post("adyen", charge) == 404
        assert await post("stripe", charge, "whsec_wrong") == 401
        assert await post("stripe", b"{}") == 400
        assert await post("stripe", charge) == 200
        assert await post("stripe", payout) == 200  # no payout can be read from it: refused, and kept for staff
        with closing(sqlite3.connect(tmp_path / "demo" / "settledesk.db")) as database:
            rows = database.execute("SELECT name FROM settlement_imports WHERE reasons IS NOT NULL").fetchall()
        assert [name.rsplit(" ", 1)[0] for (name,) in rows] == ["stripe evt_1"]
        await play("handed-over", stage, lines.append)
        assert (await stage.visitor.read("delivery"))["mode"] != "webhook"
        log = (tmp_path / "demo" / "bot.log").read_text("utf-8")
    assert "5星评价" in "".join(lines)
    assert "evt_1" not in log.replace("stripe evt_1", "")
    assert "whsec" not in log


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_on_postgresql(tmp_path: Path, database_url: str) -> None:
    await went(tmp_path, DATABASE_URL=database_url)


async def test_an_agent_finds_a_reply_inline_looks_at_it_and_sends_it(tmp_path: Path) -> None:
    """Inline mode over the real wire: staff only, previewed in the topic, sent to the merchant of that topic."""
    async with Stage(tmp_path / "demo", port=0) as stage:
        person, visitor, group = stage.manifest.of("risk_hold"), stage.visitor, stage.support_chat
        agent = stage.staff[0]
        await visitor.start(person.user)
        await visitor.says(person.user, "人工")
        (card,) = await visitor.hears(group, text="工单")
        thread = card["message"]["message_thread_id"]
        stranger = await visitor.looks_up_inline(person.user, "小票")
        assert stranger["answered"]
        assert not stranger["results"]
        found = await visitor.looks_up_inline(agent, "小票", chat=group)
        assert found["results"][0]["id"] == "ask_receipt"
        since = await visitor.cursor()
        await visitor.chooses(agent, found["inline_query"], "ask_receipt", chat=group, thread=thread)
        (preview,) = await visitor.hears(group, text="预览", after=since, thread=thread)
        assert not [each for each in await visitor.chat_messages(person.user) if "小票" in str(each["message"])]
        await visitor.presses(agent, preview["id"], label="发给商户", chat=group)
        (received,) = await visitor.hears(person.user, text="小票", after=since)
        await visitor.reacts(person.user, received["id"], "👍")
        assert await visitor.bot_is_done()
        assert await called(stage, "setMessageReaction", chat=group, message_id=preview["id"])
        await visitor.replies(agent, group, thread, "/unsend", reply_to=preview["id"])
        assert await called(stage, "deleteMessage", chat=person.user, message_id=received["id"])
        assert received["id"] not in [each["id"] for each in await visitor.chat_messages(person.user)]


async def called(stage: Stage, method: str, *, chat: int, message_id: int) -> bool:
    """Whether the bot calls it for this message within ten seconds."""
    for _ in range(200):
        calls = await stage.visitor.calls(method, chat=chat)
        if any(call["params"].get("message_id") == message_id and call["ok"] for call in calls):
            return True
        await asyncio.sleep(0.05)
    return False
