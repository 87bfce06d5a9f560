"""Drawings become photos: the right size, all shapes, and into the ticket's topic over the wire."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from unittest.mock import AsyncMock

import pytest
from aiogram.methods import SendPhoto
from PIL import Image

from bot import speaking
from bot.delivery import Courier, Delivered
from bot.drawing import png
from bot.holding import Holds, Menders
from bot.places import Places
from handlers.groups import Groups
from knowledge.drawing import Drawing, Shape
from knowledge.postings import Picture
from tests.bot.conftest import GROUP

if TYPE_CHECKING:
    from bot.demo.visitor import Visitor
    from bot.telegram import Telegram
    from storage.database import Storage

DRAWING = Drawing(
    300,
    200,
    (
        Shape("area", "#ff0000", (0, 0, 100, 0, 100, 100, 0, 100)),
        Shape("line", "#00ff00", (0, 150, 100, 150), 10),
        Shape("dashes", "#0000ff", (150, 0, 150, 200), 4),
        Shape("disc", "#00ffff", (200, 50), 10),
        Shape("ring", "#00ffff", (250, 50), 10),
        Shape("words", "#000000", (160, 150), 22, "1,192.80 > 1234"),
    ),
)


def test_every_shape_is_drawn_where_it_belongs() -> None:
    with Image.open(BytesIO(png(DRAWING))) as picture:
        assert (picture.size, picture.format) == ((300, 200), "PNG")
        there = picture.convert("RGB")
        seen = {
            place: there.getpixel(place) for place in ((50, 50), (50, 150), (150, 5), (150, 17), (200, 50), (250, 50))
        }
        words = there.crop((160, 135, 299, 165)).getextrema()
    assert seen == {
        (50, 50): (255, 0, 0),
        (50, 150): (0, 255, 0),
        (150, 5): (0, 0, 255),
        (150, 17): (255, 255, 255),  # between two dashes
        (200, 50): (0, 255, 255),
        (250, 50): (255, 255, 255),  # within the ring
    }
    assert words[0][0] < 60


def test_a_photo_is_a_call_that_aiogram_knows() -> None:
    call = speaking.picture_call(Picture(GROUP, DRAWING, "<b>words</b>", reply_to=5, ticket=1001), b"png", 70)
    known = SendPhoto(photo="attach://photo", **call.params)
    assert (known.chat_id, known.message_thread_id, known.caption) == (GROUP, 70, "<b>words</b>")
    assert set(call.params) <= set(SendPhoto.model_fields)
    assert call.files == {"photo": ("timeline.png", b"png")}
    assert speaking.plain(call).params["caption"] == "words"
    assert speaking.plain(call).files == call.files


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_it_arrives_with_its_words(storage: Storage, telegram: Telegram, visitor: Visitor) -> None:
    holds = Holds(telegram, AsyncMock(spec=Menders), lambda: None)
    courier = Courier(telegram, Places(storage), Groups(GROUP), holds)
    broken = await courier.deliver(Picture(GROUP, DRAWING, "<b>legend"))
    assert isinstance(broken, Delivered)
    assert (await visitor.message(GROUP, broken.messages[0]))["message"]["caption"] == "legend"
    delivered = await courier.deliver(Picture(GROUP, DRAWING, "<b>legend</b> &amp; more"))
    assert isinstance(delivered, Delivered)
    message = (await visitor.message(GROUP, delivered.messages[0]))["message"]
    assert message["caption"] == "legend & more"
    assert (message["photo"][-1]["width"], message["photo"][-1]["height"]) == (300, 200)
