"""An album's parts become one update, whatever comes between them; none is lost."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.types import Message

from bot.albums import Albums, joined
from bot.intake import Intake
from bot.processing import Processor
from handlers.reading import album_of, removed_in
from storage.database import Storage
from storage.inbox import Arrival

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LI, ADMIN = 7, 9
CARD = "6222021234567890128"


class House:
    """Intake, inbox and processor; what the handler gets is written down as the message ids of each turn."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.bot = Bot("123456:TEST")
        self.turns: list[list[int]] = []
        self.messages: list[Message] = []
        self.number = 0
        self.waiting: list[Arrival] = []
        self.dispatcher = Dispatcher()
        self.dispatcher.message.register(self._on_message)
        self.processor = self._new(quiet=0.05)
        self.intake = Intake(storage, lambda: NOW, self._arrived, bot_id=123456)

    def _arrived(self, arrivals: Sequence[Arrival]) -> None:
        self.waiting += arrivals

    def _new(self, **more: float) -> Processor:
        albums = Albums(self.storage, [ADMIN], **more)
        return Processor(self.bot, self.dispatcher, self.storage, albums=albums, first_pause=0.01)

    async def _on_message(self, message: Message) -> None:
        self.messages.append(message)
        self.turns.append([part.message_id for part in album_of(message)])

    async def comes(self, album: str | None = None, chat: int = LI, **content: Any) -> None:
        """A message reaches the inbox; the processor does not know it yet."""
        self.number += 1
        message = {
            "message_id": self.number,
            "date": 1_000,
            "chat": {"id": chat, "type": "private"},
            "from": {"id": chat, "is_bot": False, "first_name": "x"},
            **(content or {"photo": [photo(self.number)]}),
            **({"media_group_id": album} if album else {}),
        }
        await self.intake.take([{"update_id": 100 + self.number, "message": message}])

    def hand_on(self) -> None:
        handed, self.waiting = self.waiting, []
        self.processor.hand_on(handed)

    async def counts(self) -> dict[str, int]:
        return await self.storage.read(lambda unit: unit.inbox.counts())


def photo(number: int) -> dict[str, Any]:
    return {"file_id": f"f{number}", "file_unique_id": f"u{number}", "width": 1, "height": 1}


@pytest.fixture
async def house(storage: Storage) -> AsyncIterator[House]:
    made = House(storage)
    yield made
    await made.processor.stop(0)
    await made.bot.session.close()


async def test_three_photos_are_one_turn(house: House) -> None:
    """What every desk that was tried does otherwise: an album of three arrived as three messages."""
    for _ in range(3):
        await house.comes("g1")
    house.hand_on()
    await house.processor.idle()
    assert house.turns == [[1, 2, 3]]
    assert await house.counts() == {"new": 0, "done": 3, "failed": 0}


async def test_words_behind_an_album_stay_behind_it(house: House) -> None:
    house.processor = house._new(quiet=60)  # nobody waits for silence when something follows
    await house.comes("g1")
    await house.comes("g1")
    await house.comes(text="and?")
    await house.comes("g2", chat=8)
    house.hand_on()
    await house.comes("g2", chat=8)
    await house.comes(text="and?", chat=8)
    house.hand_on()
    await house.processor.idle()
    assert sorted(house.turns) == [[1, 2], [3], [4, 5], [6]]
    assert house.turns.index([1, 2]) < house.turns.index([3])


async def test_a_restart_between_two_parts_does_not_part_them(house: House) -> None:
    await house.comes("g1")
    house.waiting.clear()
    house.processor = house._new(quiet=0, quiet_after_start=5)
    await house.processor.start()
    await house.comes("g1")
    await house.comes(text="and?")
    house.hand_on()
    await house.processor.idle()
    assert house.turns == [[1, 2], [3]]


async def test_an_album_put_together_before_a_restart_stays_whole(house: House) -> None:
    await house.comes("g1")
    await house.comes("g1")
    parts, house.waiting = house.waiting, []
    await house.storage.run(lambda unit: unit.inbox.join(joined(parts), parts[1:]))
    await house.processor.start()
    await house.processor.idle()
    assert house.turns == [[1, 2]]


async def test_a_late_part_follows_alone(house: House) -> None:
    for _ in range(2):
        await house.comes("g1")
    house.hand_on()
    await house.processor.idle()
    await house.comes("g1")
    house.hand_on()
    await house.processor.idle()
    assert house.turns == [[1, 2], [3]]


async def test_files_of_a_knowledge_admin_stand_for_themselves(house: House) -> None:
    for _ in range(2):
        await house.comes("g1", chat=ADMIN)
    house.hand_on()
    await house.processor.idle()
    assert house.turns == [[1], [2]]


async def test_card_numbers_of_any_part_are_gone_and_noted(house: House) -> None:
    await house.comes("g1")
    await house.comes("g1", photo=[photo(2)], caption=f"卡号 {CARD}")
    house.hand_on()
    await house.processor.idle()
    (message,) = house.messages
    assert removed_in(message) == (2,)
    kept = await house.storage.read(lambda unit: [unit.inbox.payload(101), unit.inbox.payload(102)])
    assert CARD not in str(kept)


async def test_half_a_number_under_a_photo_goes_with_its_other_half(house: House) -> None:
    """The part's own row is empty by then: its words are in the album's."""
    await house.comes("g1")
    await house.comes("g1", photo=[photo(2)], caption="622202123456")
    house.hand_on()
    await house.processor.idle()
    await house.comes(text="7890128")
    payload = await house.storage.read(lambda unit: unit.inbox.payload(101))
    assert payload is not None
    assert "622202123456" not in payload
    assert len(json.loads(payload)["message"]["settledesk"]["album"]) == 1
