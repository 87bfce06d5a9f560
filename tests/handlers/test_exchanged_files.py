"""A file that an edit puts in the place of another: so it is on the other side too, or it answers the old one there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from knowledge.postings import Album, Copy, Delete, Edit, Part, Posting, Text
from tests.handlers.conftest import SUPPORT, House, words
from tests.handlers.test_letters import number_in, presses_again
from tests.handlers.test_relay import DOCUMENT, FILE, MERCHANT, SIZED, TOPIC, VIDEO, Wire, album, to

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NEW = {**SIZED, "file_id": "f2", "file_unique_id": "u2"}
NOT_ALLOWED = "Bad Request: message can't be edited"


@pytest.fixture
async def wire(house: House) -> AsyncIterator[Wire]:
    await house.says("转人工")
    await house.has_topic(1001, TOPIC)
    made = Wire(house)
    yield made
    await made.bot.session.close()


async def edits(wire: Wire, message: dict[str, Any], **content: Any) -> list[Posting]:
    kept = {name: message[name] for name in message if name not in ("text", "photo", "caption", "document", "video")}
    return await wire.feed("edited_message", {**kept, **content, "edit_date": 2})


async def brought(wire: Wire, agent: bool, **content: Any) -> tuple[dict[str, Any], int]:
    """A message that is on the other side, and where."""
    message = wire.message(agent, **content)
    (sent,) = to(await wire.feed("message", message), MERCHANT if agent else SUPPORT)
    await wire.house.arrives_at(sent, 900)
    return message, 900


@pytest.mark.parametrize("agent", [False, True])
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"photo": [NEW], "caption": "看 <这> 张"}, "photo"),
        ({"video": {**VIDEO, "file_id": "f2"}}, "video"),
        ({"document": {**DOCUMENT, "file_id": "f2"}}, "document"),
        ({"animation": {**VIDEO, "file_id": "f2"}, "document": {**DOCUMENT, "file_id": "f2"}}, "animation"),
    ],
)
@pytest.mark.parametrize("before", [{"photo": [SIZED], "caption": "小票"}, {"text": "小票"}])
async def test_another_file_takes_the_place_of_the_old_one(
    wire: Wire, agent: bool, before: dict[str, Any], content: dict[str, Any], kind: str
) -> None:
    message, copy = await brought(wire, agent, **before)
    (edit,) = await edits(wire, message, **content)
    assert isinstance(edit, Edit)
    assert edit.media is not None
    assert (edit.chat, edit.message) == (MERCHANT if agent else SUPPORT, copy)
    assert (edit.media.kind, edit.media.file) == (kind, "f2")
    assert edit.media.caption.endswith("看 &lt;这&gt; 张" if "caption" in content else "")
    assert ("小陈" in edit.media.caption) is (agent and "caption" in content)


async def test_of_an_album_the_one_part_is_exchanged(wire: Wire) -> None:
    message = album(wire, False, {"photo": [SIZED]}, {"photo": [SIZED], "caption": "两张"})
    (sent,) = to(await wire.feed("message", message), SUPPORT)
    assert isinstance(sent, Album)
    await wire.house.arrives_at(sent, 41, 42)
    second = {**message, "message_id": sent.parts[1].message, "media_group_id": "g"}
    second.pop("settledesk")
    (edit,) = await edits(wire, second, photo=[NEW], caption="第二张换了")
    assert isinstance(edit, Edit)
    assert (edit.message, edit.media) == (42, Part(sent.parts[1].message, "photo", "f2", "第二张换了"))


@pytest.mark.parametrize("agent", [False, True])
async def test_voice_keeps_its_sound_and_gets_its_new_caption(wire: Wire, agent: bool) -> None:
    """Nobody can exchange a voice message, and bots may not either."""
    voice = {"voice": {**FILE, "duration": 1}}
    message, _ = await brought(wire, agent, **voice)
    (edit,) = await edits(wire, message, **voice, caption="听这个")
    assert isinstance(edit, Edit)
    assert (edit.media, edit.caption, (edit.html or "")[-3:]) == (None, True, "听这个")


async def test_a_picture_of_a_card_that_replaces_another_stays_out(wire: Wire) -> None:
    message, copy = await brought(wire, False, photo=[SIZED], caption="小票")
    postings = await edits(wire, message, photo=[NEW], caption="新卡正面")
    assert not [p for p in postings if isinstance(p, Copy | Album) or (isinstance(p, Edit) and p.media)]
    assert Edit(SUPPORT, copy, "新卡正面", ticket=1001) in postings
    assert "可能有银行卡" in words(postings, MERCHANT)
    note = next(p for p in postings if isinstance(p, Text) and p.keys and p.chat == SUPPORT)
    shown = await presses_again(wire.house, number_in(note), action="show")
    assert Copy(SUPPORT, MERCHANT, (message["message_id"],), copy, 1001) in shown
    (link,) = await wire.house.storage.read(lambda unit: unit.tickets.links_of(MERCHANT, message["message_id"]))
    assert link.said == ""  # a topic that is made anew gets no copy of it either


async def test_a_picture_that_is_held_stays_held_whatever_its_caption_becomes(wire: Wire) -> None:
    """Else whoever takes the words away shows the card. One press shows it, once."""
    message = wire.message(False, photo=[SIZED], caption="新卡正面")
    postings = await wire.feed("message", message)
    first = next(p for p in postings if isinstance(p, Text) and p.keys and p.chat == SUPPORT)
    postings = await edits(wire, message, photo=[SIZED], caption="请看")
    (second,) = [p for p in postings if p.chat == SUPPORT]
    assert isinstance(second, Text)
    assert number_in(second) == number_in(first)
    assert "请看" in second.html


async def test_a_number_under_what_replaces_a_file_goes_and_the_file_comes_anew(wire: Wire) -> None:
    """Both messages go, since the number was in them; the document without it is brought once more."""
    message, copy = await brought(wire, False, document=DOCUMENT, caption="回单")
    noted = {"removed": [message["message_id"]], "joined": False}
    postings = await edits(
        wire, message, document={**DOCUMENT, "file_id": "f2"}, caption="卡号 ••••••", settledesk=noted
    )
    assert Delete(SUPPORT, (copy,)) in postings
    (sent,) = to(postings, SUPPORT)
    assert isinstance(sent, Album)
    assert [(part.file, part.caption) for part in sent.parts] == [("f2", "卡号 ••••••")]


async def test_what_was_taken_back_is_not_told_again_by_an_edit(wire: Wire) -> None:
    message, _ = await brought(wire, True, photo=[SIZED])
    about = {**message, "date": int(wire.house.now.timestamp())}
    await wire.agent(text="/unsend", reply_to_message=about)
    postings = await edits(wire, message, photo=[NEW])
    assert not [p for p in postings if p.chat == MERCHANT]
    assert "已经撤回" in words(postings, SUPPORT)


async def test_an_agents_note_that_gets_a_picture_stays_inside(wire: Wire) -> None:
    message = wire.message(True, text="// 内部")
    assert await wire.feed("message", message) == []
    postings = await edits(wire, message, photo=[NEW], caption="// 内部图")
    assert not [p for p in postings if p.chat == MERCHANT]


@pytest.mark.parametrize("agent", [False, True])
async def test_what_cannot_be_exchanged_comes_as_an_answer_to_the_old_one(wire: Wire, agent: bool) -> None:
    message, copy = await brought(wire, agent, photo=[SIZED], caption="小票")
    there = MERCHANT if agent else SUPPORT
    (edit,) = await edits(wire, message, document=DOCUMENT, caption="改成文件")
    note, anew = await wire.house.refuses(edit, "Bad Request: can't change media type in the album")
    assert isinstance(anew, Album)
    assert (anew.chat, anew.reply_to, anew.ticket) == (there, copy, 1001)
    assert [part.kind for part in anew.parts] == ["document"]
    assert isinstance(note, Text)
    assert "can't change media type" in words([note]).replace("&#39;", "'")
    assert (note.chat, note.reply_to) == (SUPPORT, message["message_id"] if agent else None)
    await wire.house.arrives_at(anew, 950)
    (edit,) = await edits(wire, message, document=DOCUMENT, caption="再改")
    assert isinstance(edit, Edit)
    assert edit.message == 950  # from now on that one is the copy


@pytest.mark.parametrize("agent", [False, True])
async def test_words_that_are_too_old_to_be_changed_come_as_an_answer_too(wire: Wire, agent: bool) -> None:
    message, copy = await brought(wire, agent, text="一")
    (edit,) = await edits(wire, message, text="二")
    note, anew = await wire.house.refuses(edit, NOT_ALLOWED)
    assert isinstance(anew, Text)
    assert isinstance(note, Text)
    assert (anew.chat, anew.reply_to, anew.html[-1]) == (MERCHANT if agent else SUPPORT, copy, "二")
    assert anew.origin == (message["chat"]["id"], message["message_id"])


async def test_an_edit_of_a_menu_is_not_told_to_the_merchant(wire: Wire) -> None:
    assert await wire.house.refuses(Edit(SUPPORT, 77, "card", ticket=1001), NOT_ALLOWED) == []


async def test_a_waiting_choice_waits_with_the_new_file(wire: Wire) -> None:
    """Two tickets are open, nobody has said yet which it is for; of an album one part is changed meanwhile."""
    house = wire.house
    await house.presses("menu", "payout_missing")
    await house.says("转人工")
    await house.presses("newticket")
    house.later(minutes=11)
    message = album(wire, False, {"photo": [SIZED]}, {"photo": [SIZED], "caption": "两张"})
    await wire.feed("message", message)
    second = {**message, "message_id": message["message_id"] + 1, "media_group_id": "g"}
    second.pop("settledesk")
    assert not to(await edits(wire, second, photo=[NEW], caption="换了"), SUPPORT)
    (sent,) = to(await house.presses("to", "1001"), SUPPORT)
    assert isinstance(sent, Album)
    assert [(part.file, part.caption) for part in sent.parts] == [("f1", ""), ("f2", "换了")]
    assert sent == replace(sent, ticket=1001)
