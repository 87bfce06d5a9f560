"""Updates are in the inbox before Telegram may forget them, and card numbers are in nothing that is kept."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.intake import LARGEST, Intake, lane_of
from bot.receiving import Receiver
from bot.redacting import ADJACENT_SECONDS, Memory, Previous, redact_update, scrub
from bot.telegram import Telegram
from bot.webhook import SECRET_HEADER, delivered, webhook_app, webhook_call
from knowledge.postings import Topic
from knowledge.ticket import Ticket
from storage.database import Storage
from storage.errors import DatabaseFailed
from storage.inbox import Arrival
from tests.bot.conftest import GROUP

LI = 1001
CARD = "4111111111111111"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class Door:
    """An intake and a receiver over a real inbox, and what was handed on."""

    def __init__(self, storage: Storage, telegram: Telegram) -> None:
        self.storage = storage
        self.arrivals: list[Arrival] = []
        self.topics: list[tuple[int, int]] = []
        self.intake = Intake(
            storage,
            lambda: NOW,
            self.arrivals.extend,
            bot_id=123456,
            topic_found=lambda ticket, chat, topic: self.topics.append((ticket, topic)),
        )
        self.receiver = Receiver(telegram, self.intake)

    async def kept(self) -> list[dict[str, Any]]:
        return [json.loads(arrival.payload) for arrival in await self.storage.read(lambda unit: unit.inbox.pending())]

    async def messages(self) -> list[dict[str, Any]]:
        return [update["message"] for update in await self.kept() if "message" in update]


@pytest.fixture
async def door(storage: Storage, telegram: Telegram) -> Door:
    return Door(storage, telegram)


@pytest.fixture
async def polling(door: Door, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[asyncio.Task[None]]:
    monkeypatch.setattr("bot.receiving.LONGEST_WAIT", 0.05)
    task = asyncio.create_task(door.receiver.run())
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def message(text: str | None, number: int = 1, date: int = 1_000, chat: int = LI, **more: Any) -> dict[str, Any]:
    said = {"text": text} if text is not None else {}
    return {
        "update_id": number,
        "message": {"message_id": number + 100, "date": date, "chat": {"id": chat, "type": "private"}, **said, **more},
    }


@pytest.mark.usefixtures("polling")
class TestPolling:
    async def test_updates_arrive_in_order_and_are_confirmed(self, door, visitor):
        for text in ("one", "two", "three"):
            await visitor.says(LI, text)
        assert await visitor.bot_is_done()
        assert [each["text"] for each in await door.messages()] == ["one", "two", "three"]
        assert [arrival.lane for arrival in door.arrivals] == [str(LI)] * 3

    async def test_what_could_not_be_kept_is_asked_for_again(self, door, visitor, monkeypatch):
        run, failures = door.storage.run, 3

        async def fails(work):
            nonlocal failures
            if failures:
                failures -= 1
                raise DatabaseFailed("disk full")
            return await run(work)

        monkeypatch.setattr(door.storage, "run", fails)
        await visitor.says(LI, "one")
        assert await visitor.bot_is_done()
        assert failures == 0
        assert [each["text"] for each in await door.messages()] == ["one"]

    async def test_repeated_updates_are_handed_on_once(self, door, visitor):
        await visitor.says(LI, "one")
        assert await visitor.bot_is_done()
        await visitor.write("updates/redeliver", {"count": 1})
        await visitor.says(LI, "two")
        while len(door.arrivals) < 2:
            await asyncio.sleep(0.01)
        assert [json.loads(arrival.payload)["message"]["text"] for arrival in door.arrivals] == ["one", "two"]

    @pytest.mark.parametrize("kind", ["429", "500", "502", "reset", "lost"])
    async def test_bad_days(self, door, visitor, kind):
        await visitor.fault(kind, "getUpdates", count=1 if kind == "429" else 3)
        await visitor.says(LI, "one")
        assert await visitor.bot_is_done()
        await door.receiver.catch_up()
        assert [each["text"] for each in await door.messages()] == ["one"]

    async def test_catching_up_returns_when_everything_is_here(self, door, visitor):
        await door.receiver.polled.wait()
        for _ in range(3):
            await visitor.says(LI, "words")
        await asyncio.wait_for(door.receiver.catch_up(), 5)
        assert len(await door.messages()) == 3
        await asyncio.wait_for(asyncio.gather(*(door.receiver.catch_up() for _ in range(5))), 5)

    async def test_odd_updates_are_kept_and_do_not_come_again(self, door, visitor):
        await visitor.write("updates", {"update": {"message": {"text": "from nowhere"}}})
        await visitor.says(LI, "after it")
        assert await visitor.bot_is_done()
        assert [each["text"] for each in await door.messages() if "text" in each] == ["after it"]
        failures = await door.storage.read(lambda unit: unit.inbox.failures())
        assert [failure.error for failure in failures] == ["malformed: KeyError"]
        assert [arrival.lane for arrival in door.arrivals] == [str(LI)]


async def test_polling_waits_while_there_is_no_room(storage, telegram, visitor):
    door, room = Door(storage, telegram), asyncio.Event()
    receiver = Receiver(telegram, door.intake, room=room.wait)
    task = asyncio.create_task(receiver.run())
    await visitor.says(LI, "words")
    await asyncio.sleep(0.1)
    assert await door.kept() == []
    room.set()
    assert await visitor.bot_is_done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await receiver.catch_up()


async def test_a_webhook_that_is_still_set_is_taken_away(door, telegram, visitor):
    assert getattr(await telegram.call(webhook_call("http://127.0.0.1:1/hook", "secret")), "result", None)
    task = asyncio.create_task(door.receiver.run())
    await asyncio.wait_for(door.receiver.polled.wait(), 5)
    assert (await visitor.read("delivery"))["mode"] == "polling"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


class TestCardNumbers:
    async def test_nothing_of_them_is_kept(self, door, caplog):
        await door.intake.take(
            [
                message(f"new card {CARD} please", 1, entities=[{"type": "bold", "offset": 0, "length": 3}]),
                message(None, 2, photo=[{"file_id": "x"}], caption=f"card {CARD}"),
                message("fine", 3, reply_to_message={"message_id": 9, "text": CARD}, date=9_000),
                {"update_id": 4, "inline_query": {"id": "5", "from": {"id": 7}, "query": CARD}},
                {"update_id": 5, "edited_message": message(CARD, 5)["message"]},
            ]
        )
        kept = await door.kept()
        assert CARD not in json.dumps(kept)
        assert CARD not in caplog.text
        notes = [event.get("settledesk") for update in kept for event in update.values() if isinstance(event, dict)]
        assert notes == [
            {"removed": [101], "joined": False},
            {"removed": [102], "joined": False},
            None,
            None,
            {"removed": [105], "joined": False},
        ]
        assert "entities" not in kept[0]["message"]

    async def test_what_was_asked_for_stays(self, door):
        number = "822331059990007"
        await door.storage.run(lambda unit: unit.cases.keep(LI, "{}", 0, at=NOW, asked="merchant_no"))
        await door.intake.take([message(number), message(CARD, 2, chat=LI)])
        first, second = await door.messages()
        assert first["text"] == number
        assert CARD not in second["text"]

    async def test_two_messages_make_one(self, door):
        await door.intake.take([message("card 6222 0200", 1, date=1_000)])
        await door.intake.take([message("0000 0000 000 is it", 2, date=1_060)])
        first, second = await door.messages()
        assert "6222" not in json.dumps([first, second])
        assert "0000 0000 000" not in json.dumps([first, second])
        assert second["settledesk"] == {"removed": [101, 102], "joined": True}

    async def test_two_messages_of_one_batch_make_one(self, door):
        await door.intake.take([message("card 6222 0200", 1), message("0000 0000 000", 2)])
        assert "6222" not in json.dumps(await door.messages())

    async def test_a_restart_parts_no_number_from_its_half(self, door, storage, telegram):
        await door.intake.take([message("card 6222 0200", 1)])
        again = Door(storage, telegram)
        await again.intake.remember()
        await again.intake.take([message("0000 0000 000", 2)])
        assert "6222" not in json.dumps(await again.messages())

    async def test_neither_other_chats_nor_long_pauses_join(self, door):
        await door.intake.take([message("card 6222 0200", 1), message("0000 0000 000", 2, chat=LI + 1)])
        await door.intake.take([message("0000 0000 000", 3, date=1_000 + ADJACENT_SECONDS + 1)])
        assert [each["text"] for each in await door.messages()] == ["card 6222 0200", "0000 0000 000", "0000 0000 000"]

    async def test_what_looks_like_a_number_and_is_none_stays(self, door):
        contact = {"phone_number": "+8613800000001", "first_name": "Li", "user_id": LI}
        file = {"file_id": CARD, "file_unique_id": "u"}
        await door.intake.take([message(None, 1, contact=contact), message(None, 2, document=file)])
        assert await door.kept() == [message(None, 1, contact=contact), message(None, 2, document=file)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.just(CARD),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "caption", "from", "chat", "entities", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=40), more=st.dictionaries(st.sampled_from(["reply_to_message", "quote", "photo"]), JSON))
def test_redacting_is_total_and_changes_only_what_it_must(text: str, more: dict[str, Any]):
    update = message(text, **more)
    redacted = redact_update(update, before=Previous(9, 109, 999, "6222"))
    assert json.dumps(redacted.update).count(CARD) <= json.dumps(update).count(CARD)
    if not redacted.found:
        assert redacted.update is update
    assert scrub(redacted.update)["message"]["text"] != text or text == scrub(update)["message"]["text"]
    assert redact_update(redacted.update).update == redacted.update


def test_the_memory_is_bounded():
    memory = Memory()
    memory.MOST = 10  # type: ignore[misc]
    for chat in range(100):
        memory.note(message("number 12", chat=chat))
    assert len(memory._last) <= 11
    memory.note(message("hello", chat=99))
    assert memory.before(99, 1_000) is None


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        (message("x"), "1001"),
        (message("x", chat=GROUP, message_thread_id=5, is_topic_message=True), f"{GROUP}:5"),
        (message("x", chat=GROUP, message_thread_id=5), f"{GROUP}"),
        (
            {"update_id": 1, "callback_query": {"id": "1", "from": {"id": 7}, "message": message("x")["message"]}},
            "1001",
        ),
        ({"update_id": 1, "callback_query": {"id": "1", "from": {"id": 7}}}, "user:7"),
        ({"update_id": 1, "inline_query": {"id": "1", "from": {"id": 7}}}, "user:7"),
        ({"update_id": 1, "poll": {"id": "1"}}, "other"),
        ({"update_id": 1}, "other"),
    ],
)
def test_lanes(update: dict[str, Any], lane: str):
    assert lane_of(update) == lane


async def test_updates_that_are_too_large_are_not_worked_on(door):
    await door.intake.take([message("x" * LARGEST), message("small", 2), f"nonsense {CARD}", {"update_id": True}])
    assert [each["text"] for each in await door.messages()] == ["small"]
    failures = await door.storage.read(lambda unit: unit.inbox.failures())
    assert {failure.arrival.update_id for failure in failures} == {1, -1, -2}
    assert len(next(each.arrival.payload for each in failures if each.arrival.update_id == 1)) > LARGEST
    assert CARD not in json.dumps([each.arrival.payload for each in failures])


async def test_a_topic_of_ours_is_adopted(door):
    def work(unit):
        unit.tickets.open(Ticket(0, LI, LI, "zh", "settlement", NOW))
        unit.outbox.post(Topic(GROUP, 1001, "#1001 S200"), NOW)

    await door.storage.run(work)

    def created(number: int, name: str, by: int) -> dict[str, Any]:
        return message(
            None,
            number,
            chat=GROUP,
            message_thread_id=62 + number,
            forum_topic_created={"name": name},
            **{"from": {"id": by}},
        )

    await door.intake.take([created(1, "#1001 S200", 50), created(2, "#1002", 123456)])
    assert (await door.storage.read(lambda unit: unit.tickets.by_number(1001))).topic is None
    await door.intake.take([created(3, "#1001 S200", 123456), created(4, "#1001 S200", 123456)])
    assert (await door.storage.read(lambda unit: unit.tickets.by_number(1001))).topic == 65
    assert door.topics == [(1001, 65)]


class TestWebhook:
    SECRET = "s3cret_-"

    @pytest.fixture
    async def client(self, door: Door) -> AsyncIterator[TestClient[web.Request, web.Application]]:
        async with TestClient(TestServer(webhook_app(door.intake, "/hook", self.SECRET))) as client:
            yield client

    async def post(self, client: Any, body: bytes, secret: str | None = SECRET) -> int:
        headers = {"Content-Type": "application/json"} | ({} if secret is None else {SECRET_HEADER: secret})
        async with client.post("/hook", data=io.BytesIO(body), headers=headers) as response:
            return int(response.status)

    async def test_an_update_is_kept_before_it_is_answered(self, door, client):
        assert await self.post(client, json.dumps(message("one")).encode()) == 200
        assert [each["text"] for each in await door.messages()] == ["one"]
        assert await self.post(client, json.dumps(message("one")).encode()) == 200
        assert len(door.arrivals) == 1

    @pytest.mark.parametrize("secret", [None, "", "wrong", "s3cret_", "sécret"])
    async def test_strangers_write_nothing(self, door, client, secret):
        assert await self.post(client, json.dumps(message("one")).encode(), secret) == 401
        assert await door.storage.read(lambda unit: unit.inbox.counts()) == {"new": 0, "done": 0, "failed": 0}

    @pytest.mark.parametrize("body", [b"", b"{", b"[1, 2]", b"\xff\xfe", b"null", b"[" * 100_000, b"x" * (3 << 20)])
    async def test_what_is_no_update_is_noted_and_not_repeated(self, door, client, body):
        assert await self.post(client, body) == 200
        assert (await door.storage.read(lambda unit: unit.inbox.counts()))["failed"] == 1

    async def test_telegram_repeats_what_could_not_be_kept(self, door, client):
        await door.storage.close()
        assert await self.post(client, json.dumps(message("one")).encode()) == 503

    async def test_through_the_sandbox(self, door, client, telegram, visitor):
        url = str(client.make_url("/hook"))
        assert getattr(await telegram.call(webhook_call(url, self.SECRET)), "result", None) is True
        await visitor.says(LI, "one")
        await visitor.says(LI, "two")
        await delivered(telegram)
        assert [each["text"] for each in await door.messages()] == ["one", "two"]
