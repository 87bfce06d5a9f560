"""Every kind of message through the real routers, both ways: nothing falls between them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.types import Update

from handlers.groups import Groups
from handlers.routers import routers
from knowledge.markup import length
from knowledge.postings import Album, Copy, Edit, Posting, Text
from storage.inbox import Arrival
from tests.handlers.conftest import SUPPORT, House, words

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TOPIC, MERCHANT, AGENT = 300, 7, 50
FILE = {"file_id": "f1", "file_unique_id": "u1"}
SIZED = {**FILE, "width": 1, "height": 1}
DOCUMENT = {**FILE, "file_name": "a.pdf", "mime_type": "application/pdf"}
VIDEO = {**SIZED, "duration": 1}
STICKER = {**SIZED, "type": "regular", "is_animated": False, "is_video": False}
PLACE = {"latitude": 31.2, "longitude": 121.4}
SOMEBODY = {"phone_number": "8613900009999", "first_name": "Somebody"}
MEDIA: dict[str, dict[str, Any]] = {
    "photo": {"photo": [SIZED]},
    "photo with words": {"photo": [SIZED], "caption": "小票"},
    "document": {"document": DOCUMENT},
    "voice": {"voice": {**FILE, "duration": 1}},
    "video": {"video": VIDEO},
    "video note": {"video_note": {**FILE, "length": 1, "duration": 1}},
    "audio": {"audio": {**FILE, "duration": 1}},
    "animation": {"animation": VIDEO, "document": DOCUMENT},
    "sticker": {"sticker": STICKER},
    "location": {"location": PLACE},
    "venue": {"venue": {"location": PLACE, "title": "店", "address": "路"}, "location": PLACE},
    "contact": {"contact": SOMEBODY},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
}
SERVICE = {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": MERCHANT, "type": "private"}}}


class Wire:
    """Raw updates, as they come out of the inbox, into the real dispatcher."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.bot = Bot("123456:TEST")
        self.dispatcher = Dispatcher(
            desk=house.desk,
            counter=house.counter,
            commands={},
            buttons={"letter": house.letter_desk, "ticket": house.counter},
            disable_fsm=True,
        )
        self.dispatcher.include_routers(*routers(Groups(SUPPORT)))

    async def feed(self, kind: str, message: dict[str, Any]) -> list[Posting]:
        """One update; what is posted for it, besides changes of card and topic."""
        house, before = self.house, len(self.house.letters)
        house.update += 1
        await house.storage.run(lambda unit: unit.inbox.take([Arrival(house.update, "lane", "{}", house.now)]))
        update = Update.model_validate({"update_id": house.update, kind: message}, context={"bot": self.bot})
        await self.dispatcher.feed_update(self.bot, update)
        return [letter.posting for letter in house.letters[before:]]

    def message(self, agent: bool, **content: Any) -> dict[str, Any]:
        self.house.message += 1
        chat: dict[str, Any] = {"id": MERCHANT, "type": "private"}
        where: dict[str, Any] = {}
        if agent:
            chat = {"id": SUPPORT, "type": "supergroup", "title": "Support", "is_forum": True}
            where = {"message_thread_id": TOPIC, "is_topic_message": True}
        sender = {"id": AGENT if agent else MERCHANT, "is_bot": False, "first_name": "小陈" if agent else "李娜"}
        return {"message_id": self.house.message, "date": 1, "chat": chat, "from": sender, **where, **content}

    async def merchant(self, **content: Any) -> list[Posting]:
        return await self.feed("message", self.message(False, **content))

    async def agent(self, **content: Any) -> list[Posting]:
        return await self.feed("message", self.message(True, **content))


@pytest.fixture
async def wire(house: House) -> AsyncIterator[Wire]:
    await house.says("转人工")
    await house.has_topic(1001, TOPIC)
    made = Wire(house)
    yield made
    await made.bot.session.close()


def to(postings: list[Posting], chat: int) -> list[Text | Copy | Album]:
    """What is brought over."""
    relayed = [p for p in postings if isinstance(p, Copy | Album) or (isinstance(p, Text) and p.role == "relay")]
    return [p for p in relayed if p.chat == chat]


@pytest.mark.parametrize("kind", MEDIA)
async def test_every_kind_goes_both_ways(wire: Wire, kind: str) -> None:
    """Elsewhere voice and stickers vanish without a word, or the agent's photo never leaves."""
    content = MEDIA[kind]
    (copy,) = to(await wire.merchant(**content), SUPPORT)
    assert copy == Copy(SUPPORT, MERCHANT, (wire.house.message,), None, 1001, said=content.get("caption", ""))
    (copy,) = to(await wire.agent(**content), MERCHANT)
    assert isinstance(copy, Copy)
    assert copy.messages == (wire.house.message,)
    assert (copy.caption or "").endswith(content.get("caption", ""))


async def test_a_service_message_is_nobodys_words(wire: Wire) -> None:
    assert await wire.merchant(**SERVICE) == []
    assert await wire.agent(**SERVICE) == []


async def test_a_location_on_the_move_is_brought_once(wire: Wire) -> None:
    message = wire.message(False, location={**PLACE, "live_period": 60})
    assert len(to(await wire.feed("message", message), SUPPORT)) == 1
    assert await wire.feed("edited_message", {**message, "edit_date": 2}) == []


@pytest.mark.parametrize("agent", [False, True])
async def test_formatting_goes_along(wire: Wire, agent: bool) -> None:
    text = "1 < 2 是 对的"
    content = {"text": text, "entities": [{"type": "bold", "offset": 8, "length": 2}]}
    postings = await (wire.agent if agent else wire.merchant)(**content)
    (sent,) = to(postings, MERCHANT if agent else SUPPORT)
    assert isinstance(sent, Text)
    assert sent.html.endswith("1 &lt; 2 是 <b>对的</b>")


@pytest.mark.parametrize("agent", [False, True])
@pytest.mark.parametrize("letter", ["字", "<", "😀"])
async def test_the_longest_words_arrive_in_one_message(wire: Wire, agent: bool, letter: str) -> None:
    """Elsewhere a header makes 4096 characters too many, and the message is lost both ways."""
    postings = await (wire.agent if agent else wire.merchant)(text=letter * (2048 if letter == "😀" else 4096))
    (sent,) = to(postings, MERCHANT if agent else SUPPORT)
    assert isinstance(sent, Text)
    assert length(sent.html) == 4096


async def test_the_longest_caption_arrives_whole(wire: Wire) -> None:
    (copy,) = to(await wire.agent(photo=[SIZED], caption="字" * 1024), MERCHANT)
    assert isinstance(copy, Copy)
    assert copy.caption == "字" * 1024


@pytest.mark.parametrize("agent", [False, True])
async def test_edited_words_and_captions_follow(wire: Wire, agent: bool) -> None:
    there = MERCHANT if agent else SUPPORT
    for content, new in (({"text": "一"}, {"text": "二"}), ({"photo": [SIZED]}, {"photo": [SIZED], "caption": "二"})):
        message = wire.message(agent, **content)
        (sent,) = to(await wire.feed("message", message), there)
        await wire.house.arrives_at(sent, 900 + wire.house.message)
        postings = await wire.feed("edited_message", {**message, **new, "edit_date": 2})
        (edit,) = [p for p in postings if isinstance(p, Edit) and p.message == 900 + wire.house.message]
        assert (edit.chat, edit.caption, (edit.html or "")[-1]) == (there, "photo" in new, "二")
        assert to(postings, there) == []


@pytest.mark.parametrize("agent", [False, True])
async def test_words_that_are_still_on_their_way_are_changed_there(wire: Wire, agent: bool) -> None:
    """Telegram is slow: the edit follows the message instead of being a second one, or refused."""
    there = MERCHANT if agent else SUPPORT
    message = wire.message(agent, text="一")
    await wire.feed("message", message)
    (edit,) = await wire.feed("edited_message", {**message, "text": "二", "edit_date": 2})
    assert isinstance(edit, Edit)
    assert (edit.chat, edit.origin) == (there, (message["chat"]["id"], message["message_id"]))


@pytest.mark.parametrize("agent", [False, True])
async def test_an_answer_stays_an_answer(wire: Wire, agent: bool) -> None:
    there = MERCHANT if agent else SUPPORT
    (first,) = to(await wire.merchant(text="在吗"), SUPPORT)
    original, copy = wire.house.message, 900
    await wire.house.arrives_at(first, copy)
    about = {**wire.message(agent, text="在吗"), "message_id": copy if agent else original}
    for content in ({"text": "在"}, {"photo": [SIZED]}):
        (sent,) = to(await (wire.agent if agent else wire.merchant)(**content, reply_to_message=about), there)
        assert sent.reply_to == (original if agent else copy)


def album(wire: Wire, agent: bool, *contents: dict[str, Any], removed: tuple[int, ...] = ()) -> dict[str, Any]:
    """An album as the inbox has it: the others under the first."""
    first, *others = [wire.message(agent, media_group_id="g", **content) for content in contents]
    gone = [first["message_id"] + place for place in removed]
    for message in (first, *others):
        if message["message_id"] in gone:
            message["settledesk"] = {"removed": [message["message_id"]], "joined": False}
    return {**first, "settledesk": {"removed": gone, "joined": False, "album": others}}


async def test_an_album_goes_as_one_and_unsend_takes_all_of_it(wire: Wire) -> None:
    message = album(wire, True, {"photo": [SIZED]}, {"video": VIDEO, "caption": "看这里"})
    (sent,) = to(await wire.feed("message", message), MERCHANT)
    assert isinstance(sent, Album)
    assert [part.kind for part in sent.parts] == ["photo", "video"]
    assert sent.parts[1].caption.endswith("看这里")
    assert "小陈" in sent.parts[1].caption
    await wire.house.arrives_at(sent, 41, 42)
    about = {**message, "message_id": sent.parts[1].message, "date": int(wire.house.now.timestamp())}
    postings = await wire.agent(text="/unsend", reply_to_message=about)
    assert [p.messages for p in postings if p.kind == "delete"] == [(41, 42)]


async def test_an_album_that_begins_with_a_note_stays_inside(wire: Wire) -> None:
    message = album(wire, True, {"photo": [SIZED]}, {"photo": [SIZED], "caption": "// 只给同事看"})
    assert to(await wire.feed("message", message), MERCHANT) == []


async def test_a_document_with_a_number_under_it_comes_without_the_number(wire: Wire) -> None:
    message = album(wire, False, {"document": DOCUMENT}, {"document": DOCUMENT, "caption": "卡号 ••••••"}, removed=(1,))
    (sent,) = to(await wire.feed("message", message), SUPPORT)
    assert isinstance(sent, Album)
    assert [part.caption for part in sent.parts] == ["", "卡号 ••••••"]


async def test_an_agents_album_with_a_number_is_not_sent(wire: Wire) -> None:
    message = album(wire, True, {"photo": [SIZED]}, {"photo": [SIZED], "caption": "卡号 ••••••"}, removed=(1,))
    postings = await wire.feed("message", message)
    assert to(postings, MERCHANT) == []
    assert "完整卡号" in words(postings, SUPPORT)


@pytest.mark.parametrize("content", [{"photo": [SIZED]}, {"document": {**DOCUMENT, "mime_type": "image/jpeg"}}])
async def test_a_picture_of_a_card_is_held_also_when_it_is_sent_as_a_file(wire: Wire, content: dict[str, Any]) -> None:
    postings = await wire.merchant(**content, caption="银行卡正面")
    assert to(postings, SUPPORT) == []
    assert "可能拍到银行卡" in words(postings, SUPPORT)


async def test_a_caption_that_only_some_people_may_send_follows_as_words(wire: Wire) -> None:
    message = album(wire, False, {"photo": [SIZED], "caption": "字" * 1500}, {"photo": [SIZED]})
    sent, text = to(await wire.feed("message", message), SUPPORT)
    assert isinstance(sent, Album)
    assert isinstance(text, Text)
    assert (sent.parts[0].caption, text.html) == ("", "字" * 1500)


async def test_somebody_elses_contact_does_not_identify_but_reaches_the_ticket(wire: Wire) -> None:
    contact = {**SOMEBODY, "phone_number": "8613800000001"}  # on file
    assert len(to(await wire.merchant(contact=contact), SUPPORT)) == 1
    bound = await wire.house.storage.read(lambda unit: unit.people.merchants_of(MERCHANT))
    assert not bound
