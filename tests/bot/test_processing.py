"""One update at a time per chat, many chats at once; whatever happens, an update ends as done or as given up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.types import Message, Update

from bot.processing import Processor
from storage.database import Storage
from storage.errors import DatabaseBusy
from storage.inbox import Arrival

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PERSON = {"id": 7, "is_bot": False, "first_name": "x"}
Handler = Callable[[str, int], Awaitable[None]]


class House:
    """A processor over a real inbox, whose one handler is the test's."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.bot = Bot("123456:TEST")
        self.heard: list[tuple[int, str]] = []
        self.told: list[dict[str, Any]] = []
        self.handle: Handler | None = None
        self.number = 0
        self.dispatcher = Dispatcher()
        self.dispatcher.message.register(self._on_message)
        self.processor = self.new_processor()

    def new_processor(self, **more: Any) -> Processor:
        async def gave_up(payload: dict[str, Any]) -> None:
            self.told.append(payload)

        return Processor(self.bot, self.dispatcher, self.storage, gave_up=gave_up, first_pause=0.01, **more)

    async def _on_message(self, message: Message, event_update: Update) -> None:
        self.heard.append((message.chat.id, message.text or ""))
        if self.handle is not None:
            await self.handle(message.text or "", event_update.update_id)

    async def arrives(self, *said: tuple[int, str]) -> tuple[Arrival, ...]:
        """Messages in the inbox, not yet handed on."""
        arrivals = []
        for chat, text in said:
            self.number += 1
            update = {
                "update_id": self.number,
                "message": {
                    "message_id": self.number,
                    "date": 1_000,
                    "chat": {"id": chat, "type": "private"},
                    "from": {"id": chat, "is_bot": False, "first_name": "x"},
                    "text": text,
                },
            }
            arrivals.append(Arrival(self.number, str(chat), json.dumps(update), NOW))
        return await self.storage.run(lambda unit: unit.inbox.take(arrivals))

    async def happens(self, *said: tuple[int, str]) -> None:
        """Messages arrive and are seen through."""
        self.processor.hand_on(await self.arrives(*said))
        await self.processor.idle()

    async def counts(self) -> dict[str, int]:
        return await self.storage.read(lambda unit: unit.inbox.counts())


@pytest.fixture
async def house(storage: Storage) -> AsyncIterator[House]:
    made = House(storage)
    yield made
    await made.processor.stop(0)
    await made.bot.session.close()


async def test_a_chat_is_heard_in_order_and_chats_at_once(house):
    running: set[int] = set()
    most = 0

    async def handle(text: str, update: int) -> None:
        nonlocal most
        chat = int(text.partition(" ")[0])
        assert chat not in running
        running.add(chat)
        most = max(most, len(running))
        await asyncio.sleep(0.002)
        running.discard(chat)

    house.handle = handle
    said = [(chat, f"{chat} {n}") for n in range(10) for chat in range(1, 9)]
    await house.happens(*said)
    for chat in range(1, 9):
        assert [text for where, text in house.heard if where == chat] == [f"{chat} {n}" for n in range(10)]
    assert most == 8
    assert await house.counts() == {"new": 0, "done": 80, "failed": 0}


async def test_turns_wait_until_what_they_need_is_learnt(house):
    learnt = asyncio.Event()
    house.processor = house.new_processor(ready=learnt)
    house.processor.hand_on(await house.arrives((1, "a"), (2, "b")))
    await asyncio.sleep(0.05)
    assert house.heard == []
    learnt.set()
    await house.processor.idle()
    assert sorted(house.heard) == [(1, "a"), (2, "b")]


async def test_who_waits_for_what_is_never_learnt_can_be_stopped(house):
    house.processor = house.new_processor(ready=asyncio.Event())
    house.processor.hand_on(await house.arrives((1, "a")))
    await house.processor.stop()
    assert house.heard == []
    house.processor = house.new_processor()
    await house.processor.start()
    await house.processor.idle()
    assert house.heard == [(1, "a")]


async def test_only_so_many_turns_at_once(house):
    house.processor = house.new_processor(concurrency=3)
    running = most = 0

    async def handle(text: str, update: int) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.002)
        running -= 1

    house.handle = handle
    await house.happens(*((chat, "x") for chat in range(1, 20)))
    assert most == 3


@pytest.mark.parametrize(("age", "order"), [(1, ["landed 7", "yes"]), (60, ["yes"])])
async def test_a_quick_answer_waits_until_what_it_answers_is_noted(house, age, order):
    seen: list[str] = []

    async def landed(chat: int) -> None:
        seen.append(f"landed {chat}")

    async def handle(text: str, update: int) -> None:
        seen.append(text)

    house.handle = handle
    house.processor = house.new_processor(landed=landed)
    (arrival,) = await house.arrives((7, "yes"))
    update = json.loads(arrival.payload)
    said = update["message"]
    said["reply_to_message"] = {**said, "message_id": 90, "date": said["date"] - age, "from": PERSON}
    house.processor.hand_on((replace(arrival, payload=json.dumps(update)),))
    await house.processor.idle()
    assert seen == order


async def test_what_a_use_case_completed_is_not_completed_again(house):
    async def handle(text: str, update: int) -> None:
        await house.storage.run(lambda unit: unit.inbox.complete(update))

    house.handle = handle
    await house.happens((7, "one"), (7, "two"))
    assert await house.counts() == {"new": 0, "done": 2, "failed": 0}


async def test_updates_that_nobody_wants_are_done_too(house):
    payload = {"update_id": 900, "inline_query": {"id": "1", "from": PERSON, "query": "", "offset": ""}}
    odd = Arrival(900, "other", json.dumps(payload), NOW)
    house.processor.hand_on(await house.storage.run(lambda unit: unit.inbox.take([odd])))
    await house.processor.idle()
    assert await house.counts() == {"new": 0, "done": 1, "failed": 0}


async def test_a_failure_is_tried_again(house):
    async def handle(text: str, update: int) -> None:
        if len(house.heard) < 3:
            raise RuntimeError("not yet")

    house.handle = handle
    await house.happens((7, "one"), (7, "two"))
    assert [text for _, text in house.heard] == ["one", "one", "one", "two"]
    assert house.told == []
    assert await house.counts() == {"new": 0, "done": 2, "failed": 0}


async def test_what_fails_for_good_is_given_up_told_and_holds_up_nothing(house):
    async def handle(text: str, update: int) -> None:
        if text == "bad":
            raise RuntimeError("never")

    house.handle = handle
    await house.happens((7, "bad"), (7, "good"))
    assert [text for _, text in house.heard] == ["bad"] * 4 + ["good"]
    assert [payload["message"]["text"] for payload in house.told] == ["bad"]
    (failure,) = await house.storage.read(lambda unit: unit.inbox.failures())
    assert failure.error == "RuntimeError: never"
    assert await house.counts() == {"new": 0, "done": 1, "failed": 1}


async def test_what_aiogram_cannot_read_is_given_up(house):
    broken = Arrival(900, "7", '{"update_id": 900, "message": {"chat": 5}}', NOW)
    house.processor.hand_on(await house.storage.run(lambda unit: unit.inbox.take([broken])))
    await house.processor.idle()
    assert (await house.counts())["failed"] == 1


async def test_trouble_of_the_database_is_never_the_end_of_an_update(house):
    async def handle(text: str, update: int) -> None:
        if len(house.heard) < 7:
            raise DatabaseBusy("locked")

    house.handle = handle
    await house.happens((7, "one"))
    assert len(house.heard) == 7
    assert await house.counts() == {"new": 0, "done": 1, "failed": 0}


async def test_an_update_that_was_done_before_is_left_alone(house):
    arrivals = await house.arrives((7, "one"))
    await house.storage.run(lambda unit: unit.inbox.complete(1))
    house.processor.hand_on(arrivals)
    await house.processor.idle()
    assert await house.counts() == {"new": 0, "done": 1, "failed": 0}


async def test_a_restart_takes_up_what_was_left_in_order(house):
    await house.arrives((7, "one"), (8, "x"), (7, "two"))
    await house.processor.start()
    house.processor.hand_on(await house.arrives((7, "three")))
    await house.processor.idle()
    assert [text for chat, text in house.heard if chat == 7] == ["one", "two", "three"]


async def test_what_no_run_gets_done_is_told(house, monkeypatch):
    monkeypatch.setattr("bot.processing.INTERRUPTIONS", 2)
    await house.arrives((7, "fatal"))
    for _ in range(2):
        await house.storage.run(lambda unit: unit.inbox.resume(2))
    await house.processor.start()
    await house.processor.idle()
    assert house.heard == []
    assert [payload["message"]["text"] for payload in house.told] == ["fatal"]


async def test_stopping_finishes_turns_and_leaves_the_rest(house):
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def handle(text: str, update: int) -> None:
        begun.set()
        await go_on.wait()

    house.handle = handle
    house.processor.hand_on(await house.arrives((7, "one"), (7, "two")))
    await begun.wait()
    stopping = asyncio.create_task(house.processor.stop(5))
    await asyncio.sleep(0.01)
    go_on.set()
    await stopping
    assert await house.counts() == {"new": 1, "done": 1, "failed": 0}
    house.processor.hand_on(await house.arrives((8, "too late")))
    await house.processor.idle()
    assert [text for _, text in house.heard] == ["one"]


async def test_a_turn_that_does_not_end_is_cut_off_and_comes_again(house):
    async def handle(text: str, update: int) -> None:
        await asyncio.Event().wait()

    house.handle = handle
    house.processor.hand_on(await house.arrives((7, "one")))
    await asyncio.sleep(0.01)
    await house.processor.stop(0.01)
    house.handle, house.heard = None, []
    house.processor = house.new_processor()
    await house.processor.start()
    await house.processor.idle()
    assert house.heard == [(7, "one")]
    assert await house.counts() == {"new": 0, "done": 1, "failed": 0}


async def test_polling_is_held_back_while_too_much_waits(house, monkeypatch):
    monkeypatch.setattr("bot.processing.WAITING", 10)
    go_on = asyncio.Event()

    async def handle(text: str, update: int) -> None:
        await go_on.wait()

    house.handle = handle
    await house.processor.room()
    house.processor.hand_on(await house.arrives(*((7, f"{n}") for n in range(12))))
    waiting = asyncio.create_task(house.processor.room())
    await asyncio.sleep(0.02)
    assert not waiting.done()
    go_on.set()
    await waiting
    assert len(house.heard) < 12
    await house.processor.idle()


async def test_an_update_of_a_kind_that_is_not_known_is_ignored(house):
    arrival = Arrival(1, "other", json.dumps({"update_id": 1, "telepathy": {"id": 5}}), NOW)
    house.processor.hand_on(await house.storage.run(lambda unit: unit.inbox.take([arrival])))
    await house.processor.idle()
    assert await house.counts() == {"new": 0, "done": 1, "failed": 0}
