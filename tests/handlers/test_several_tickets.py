"""Several tickets of one merchant at once: every message belongs to one of them, and none is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handlers.desk import Asker
from knowledge.events import Heard, Woke
from knowledge.postings import Copy, Edit, Posting, Text
from storage.unit import Unit

if TYPE_CHECKING:
    from conftest import House

SUPPORT = -1001000000001


def words(postings: list[Posting], chat: int | None = None) -> str:
    return "\n".join(p.html for p in postings if isinstance(p, Text) and (chat is None or p.chat == chat))


def relayed(postings: list[Posting]) -> list[tuple[int | None, str]]:
    """What went into which ticket's topic, in order."""
    return [
        (p.ticket, p.html if isinstance(p, Text) else f"copy of {p.messages[0]}")
        for p in postings
        if isinstance(p, Copy) or (isinstance(p, Text) and p.role == "relay")
    ]


def labels(postings: list[Posting]) -> list[str]:
    return [key.text for p in postings if isinstance(p, Text) and p.chat > 0 for row in p.keys for key in row]


@pytest.fixture
async def house(house: House) -> House:
    """Two open tickets in the topics 301 and 302; the choice among them is long ago."""
    await house.says("转人工")
    await house.presses("menu", "payout_missing")
    asked = await house.says("转人工")
    assert "➕ 另一件事，开新工单" in labels(asked)
    await house.presses("newticket")

    def places(unit: Unit) -> None:
        unit.tickets.place_topic(1001, 301)
        unit.tickets.place_topic(1002, 302)

    await house.storage.run(places)
    house.later(minutes=11)
    return house


async def test_a_wish_repeated_within_the_same_matter_opens_no_second_ticket(house: House) -> None:
    assert await house.storage.read(lambda unit: len(unit.tickets.live_of_chat(7))) == 2
    assert "1002" in words(await house.presses("menu", "person"), 7)
    await house.presses("newticket")
    assert await house.storage.read(lambda unit: len(unit.tickets.live_of_chat(7))) == 2


async def test_the_merchant_is_asked_and_what_was_written_waits(house: House) -> None:
    first = await house.says("我的钱呢")
    assert "哪一个" in words(first, 7)
    assert len(labels(first)) == 2
    assert not relayed(first)
    second = await house.sends("photo")
    assert not words(second)  # asked just now
    photo = house.message
    chosen = await house.presses("to", "1001")
    assert relayed(chosen) == [(1001, "我的钱呢"), (1001, f"copy of {photo}")]
    assert "1001" in words(chosen, 7)
    assert relayed(await house.says("急")) == [(1001, "急")]  # the choice lasts
    house.later(minutes=11)
    assert not relayed(await house.says("还在吗"))


async def test_an_answer_belongs_to_the_ticket_that_it_answers(house: House) -> None:
    await house.staff_says("哪一天的？", 302)
    link = (SUPPORT, house.message), (7, 500)
    await house.storage.run(lambda unit: unit.tickets.link(1002, *link, "to_merchant"))
    assert relayed(await house.happens(Heard("3号的", 70, reply_to=500))) == [(1002, "3号的")]
    await house.staff_says("/resolve paid", 302)
    reopened = await house.happens(Heard("还没到", 71, reply_to=500))
    assert relayed(reopened) == [(1002, "还没到")]
    assert "重新打开" in words(reopened, 7)
    assert (await house.ticket(1002)).status == "claimed"
    assert not relayed(await house.says("我的钱呢"))  # both are open again


async def test_half_a_card_number_does_not_wait_for_a_choice(house: House) -> None:
    await house.happens(Heard("6222 0212", 60))
    await house.happens(Heard("…", 61, removed=(60, 61)))
    assert relayed(await house.presses("to", "1001")) == [(1001, "…")]


async def test_without_a_choice_it_goes_to_the_last_ticket(house: House) -> None:
    await house.says("我的钱呢")
    house.later(minutes=5)
    before = len(house.letters)
    await house.desk.take_turn(None, Asker(7, 7), Woke())
    settled = [letter.posting for letter in house.letters[before:]]
    assert relayed(settled) == [(1002, "我的钱呢")]
    assert "1002" in words(settled, 7)


async def test_what_waits_is_not_lost_when_all_is_resolved_meanwhile(house: House) -> None:
    await house.says("我的钱呢")
    for topic in (301, 302):
        await house.staff_says("/resolve paid", topic)
    house.later(minutes=5)
    before = len(house.letters)
    await house.desk.take_turn(None, Asker(7, 7), Woke())
    settled = [letter.posting for letter in house.letters[before:]]
    assert relayed(settled) == [(1002, "我的钱呢")]
    assert (await house.ticket(1002)).live


async def test_the_other_ticket_has_the_floor_when_one_is_resolved(house: House) -> None:
    resolved = await house.staff_says("/resolve paid", 302)
    assert "1002" in words(resolved, 7)
    assert relayed(await house.says("我的钱呢")) == [(1001, "我的钱呢")]
    await house.presses("stars", "1002.4")
    assert (await house.ticket(1002)).stars == 4
    assert "1002" not in words(await house.presses("to", "1002"), 7)  # closed: the button is stale
    await house.staff_says("/resolve paid", 301)
    await house.presses("stars", "1001.5")
    assert (await house.ticket(1001)).stars == 5


async def test_an_edit_while_waiting_and_an_edit_after(house: House) -> None:
    await house.happens(Heard("我的钱", 60))
    await house.happens(Heard("我的钱呢", 60, edited=True))
    assert relayed(await house.presses("to", "1001")) == [(1001, "我的钱呢")]
    await house.storage.run(lambda unit: unit.tickets.link(1001, (7, 60), (SUPPORT, 900), "to_staff"))
    await house.presses("to", "1002")
    edited = await house.happens(Heard("钱呢", 60, edited=True))
    assert [(p.ticket, p.message, p.html) for p in edited if isinstance(p, Edit)] == [(1001, 900, "钱呢")]


async def test_the_list_offers_whom_to_talk_to_and_there_is_a_limit(house: House) -> None:
    assert labels(await house.says("/tickets")) == ["#1002", "#1001"]
    for _ in range(5):
        await house.presses("menu", "payout_missing")
        await house.says("转人工")
        await house.presses("newticket")
    assert await house.storage.read(lambda unit: len(unit.tickets.live_of_chat(7))) == 5
