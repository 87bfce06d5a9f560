"""Staff see what became of what they sent, and can try again what was refused."""

from __future__ import annotations

import pytest

from handlers.counter import Said
from knowledge.events import Attached
from knowledge.postings import Album, Answer, Copy, Delete, Edit, Part, Posting, React, Text
from tests.handlers.conftest import SUPPORT, House, words

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TOPIC = 300
BLOCKED = "Forbidden: bot was blocked by the user"


@pytest.fixture
async def ticket(house: House) -> House:
    await house.says("转人工")
    await house.has_topic(1001, TOPIC)
    return house


def relayed(postings: list[Posting]) -> Text:
    return next(p for p in postings if isinstance(p, Text) and p.role == "relay")


async def presses_again(house: House, number: int, staff: int = 50, action: str = "again") -> list[Posting]:
    before = len(house.letters)
    said = Said(SUPPORT, TOPIC, 900, staff, "小陈", "")
    await house.letter_desk.press(await house.arrives(), "cb", said, action, str(number))
    return [letter.posting for letter in house.letters[before:]]


def number_in(note: Posting) -> int:
    assert isinstance(note, Text)
    return int(note.keys[0][0].data.rpartition(":")[2])


async def test_what_arrived_is_marked(ticket: House) -> None:
    sent = relayed(await ticket.staff_says("您好", TOPIC))
    assert await ticket.arrives_at(sent, 41) == [React(SUPPORT, ticket.message, "👌", 1001)]


async def test_a_merchants_message_gets_no_mark(ticket: House) -> None:
    postings = await ticket.says("在吗")
    assert await ticket.arrives_at(relayed(postings), 70) == []


async def test_the_mark_comes_back_when_the_merchant_takes_a_reaction_back(ticket: House) -> None:
    sent = relayed(await ticket.staff_says("您好", TOPIC))
    await ticket.arrives_at(sent, 41)
    for emoji, shown in (("👍", "👍"), ("", "👌")):
        before = len(ticket.letters)
        await ticket.counter.react(await ticket.arrives(), 7, 41, emoji)
        (letter,) = ticket.letters[before:]
        assert letter.posting == React(SUPPORT, ticket.message, shown, 1001)


@pytest.mark.parametrize(
    ("error", "said", "again"),
    [
        (BLOCKED, "屏蔽", True),
        ("Forbidden: user is deactivated", "注销", True),
        ("Bad Request: message to copy not found", "被删除", False),
        ("Bad Request: there are no messages to copy", "被删除", False),
        ("Request Entity Too Large", "太大", False),
        ("Bad Request: message can't be copied", "不让", False),
        ("Bad Request: SOMETHING_NEW", "SOMETHING_NEW", True),
    ],
)
async def test_a_refusal_is_said_in_plain_words_under_the_message(
    ticket: House, error: str, said: str, again: bool
) -> None:
    copy = Copy(7, SUPPORT, (555,), ticket=1001)
    (note,) = await ticket.refuses(copy, error)
    assert isinstance(note, Text)
    assert (note.reply_to, note.ticket, note.chat) == (555, 1001, SUPPORT)
    assert said in note.html
    assert bool(note.keys) is again


async def test_a_merchants_photo_that_cannot_be_brought_over_is_told_too(ticket: House) -> None:
    album = Album(SUPPORT, 7, (Part(31, "photo", "f"), Part(32, "photo", "g")), ticket=1001)
    (note,) = await ticket.refuses(album, "Bad Request: wrong file identifier")
    assert isinstance(note, Text)
    assert note.reply_to is None
    assert "有一条消息没有送到" in note.html


async def test_what_staff_themselves_are_told_is_not_told_again(ticket: House) -> None:
    assert await ticket.refuses(Text(SUPPORT, "note", ticket=1001, role="note"), "Forbidden: bot was kicked") == []


async def test_a_double_press_sends_once_and_is_answered(ticket: House) -> None:
    sent = relayed(await ticket.staff_says("您好", TOPIC))
    (note,) = await ticket.refuses(sent, BLOCKED)
    first = await presses_again(ticket, number_in(note))
    assert [p for p in first if p == sent] == [sent]
    assert any(isinstance(p, Edit) and p.html is None and not p.keys for p in first)
    for staff in (50, 51):
        second = await presses_again(ticket, number_in(note), staff)
        assert sent not in second
        assert any(isinstance(p, Answer) and p.alert and "已经重新发过" in p.text for p in second)
    history = await ticket.storage.read(lambda unit: unit.audit.newest(ticket=1001))
    assert [entry.action for entry in history].count("sent_again") == 1


async def test_a_press_elsewhere_or_after_the_end_sends_nothing(ticket: House) -> None:
    sent = relayed(await ticket.staff_says("您好", TOPIC))
    (note,) = await ticket.refuses(sent, BLOCKED)
    await ticket.staff_says("/resolve other", TOPIC)
    after = await presses_again(ticket, number_in(note))
    assert sent not in after
    await ticket.staff_says("/reopen", TOPIC)
    await ticket.says("转人工", user=8)
    await ticket.has_topic(1001, TOPIC + 1)
    await ticket.has_topic(1002, TOPIC)
    assert sent not in await presses_again(ticket, number_in(note))


async def test_an_edit_or_unsend_that_does_not_arrive_is_told(ticket: House) -> None:
    sent = relayed(await ticket.staff_says("您好", TOPIC))
    await ticket.arrives_at(sent, 41)
    (note,) = await ticket.refuses(Edit(7, 41, "您好！", ticket=1001), BLOCKED)
    assert "没有送达" in words([note])
    (note,) = await ticket.refuses(Delete(7, (41,), 1001), BLOCKED)
    assert isinstance(note, Text)
    assert ("没能撤回" in note.html, note.reply_to) == (True, ticket.message)


PHOTO = Attached("photo", 61, "这是我的新卡")


async def shows(house: House, note: Posting, staff: int = 50) -> list[Posting]:
    return await presses_again(house, number_in(note), staff, "show")


async def test_a_picture_of_a_card_stays_out_of_the_topic_until_somebody_asks(ticket: House) -> None:
    postings = await ticket.happens(PHOTO)
    assert not [p for p in postings if isinstance(p, Copy | Album)]
    assert "银行卡" in words(postings, 7)
    note = next(p for p in postings if isinstance(p, Text) and p.chat == SUPPORT and p.keys)
    assert "这是我的新卡" in note.html
    assert Copy(SUPPORT, 7, (61,), None, 1001) in await shows(ticket, note)
    for staff in (50, 51):
        late = await shows(ticket, note, staff)
        assert not [p for p in late if isinstance(p, Copy)]
        assert any(isinstance(p, Answer) and p.alert and "已经显示过" in p.text for p in late)
    entries = await ticket.storage.read(lambda unit: unit.audit.newest(ticket=1001))
    assert [(entry.action, entry.actor) for entry in entries if entry.action == "shown"] == [("shown", 50)]


async def test_what_nobody_asked_for_goes_with_the_ticket(ticket: House) -> None:
    note = next(p for p in await ticket.happens(PHOTO) if isinstance(p, Text) and p.chat == SUPPORT and p.keys)
    await ticket.staff_says("/resolve other", TOPIC)
    assert await ticket.storage.read(lambda unit: unit.outbox.kept(number_in(note))) is None
    await ticket.staff_says("/reopen", TOPIC)
    assert not [p for p in await shows(ticket, note) if isinstance(p, Copy)]


async def test_an_album_with_a_card_in_it_is_held_whole(ticket: House) -> None:
    parts = (Part(61, "photo", "f"), Part(62, "photo", "g", "新卡正面"))
    postings = await ticket.happens(Attached("photo", 61, "新卡正面", parts=parts))
    note = next(p for p in postings if isinstance(p, Text) and p.chat == SUPPORT and p.keys)
    kept = await ticket.storage.read(lambda unit: unit.outbox.kept(number_in(note)))
    assert kept == Copy(SUPPORT, 7, (61, 62), None, 1001)  # no file ids


async def test_a_number_under_a_picture_takes_the_picture_with_it(ticket: House) -> None:
    postings = await ticket.happens(Attached("photo", 61, "卡号 ••••••", removed=(61,)))
    assert Delete(7, (61,)) in postings
    assert not [p for p in postings if isinstance(p, Copy | Album)]
    assert "图片和文字都已删除" in words(postings, SUPPORT)
