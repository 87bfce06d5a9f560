"""Bans and floods through the desk: what reaches staff, what the merchant hears, who may do what."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from handlers.approvals import Approvals
from handlers.banning import Banning
from handlers.counter import Said
from handlers.desk import Asker
from knowledge.events import Heard, Pressed, Woke
from knowledge.postings import Answer, Copy, Delete, Edit, Posting, Text
from storage.unit import Unit

if TYPE_CHECKING:
    from conftest import House

SUPPORT, TOPIC = -1001000000001, 300
BOSS, OTHER = {"staff": 52, "name": "老李"}, {"staff": 53, "name": "老张"}


def words(postings: list[Posting], chat: int | None = None) -> str:
    return "\n".join(p.html for p in postings if isinstance(p, Text) and (chat is None or p.chat == chat))


class Group:
    """Commands and buttons of bans in the support group."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.approvals = Approvals(house.counter)
        self.banning = Banning(house.counter, self.approvals)

    async def says(
        self, text: str, topic: int | None = TOPIC, staff: int = 50, name: str = "小陈", **more: Any
    ) -> list[Posting]:
        self.house.message += 1
        before = len(self.house.letters)
        command, _, argument = text[1:].partition(" ")
        said = Said(SUPPORT, topic, self.house.message, staff, name, text, text, **more)
        await self.banning.command(await self.house.arrives(), said, command, argument)
        return [letter.posting for letter in self.house.letters[before:]]

    async def presses(self, data: str, staff: int = 50, name: str = "小陈", **more: Any) -> list[Posting]:
        before = len(self.house.letters)
        said = Said(SUPPORT, TOPIC, 99, staff, name, None, **more)
        _, action, argument = data.split(":", 2)
        await self.banning.press(await self.house.arrives(), "cb", said, action, argument)
        return [letter.posting for letter in self.house.letters[before:]]


@pytest.fixture
async def group(house: House) -> Group:
    """A ticket with its topic; 老李 and 老张 are supervisors."""
    house.counter.supervisors = frozenset({52, 53})
    await house.says("转人工")
    await house.has_topic(1001, TOPIC)
    return Group(house)


async def test_banned_is_told_once_counted_and_comes_back_by_itself(house: House, group: Group) -> None:
    told = words(await group.says("/ban 骂人 2小时"), SUPPORT)
    assert "骂人" in told
    assert "17:00" in told
    first = await house.says("喂")
    assert "17:00" in words(first, 7)
    assert not words(first, SUPPORT)
    for text in ("在吗", "/human", "再不理我"):
        assert not await house.says(text)
    pressed = await house.presses("menu", "person")
    assert [type(posting) for posting in pressed] == [Answer]
    removed = await house.happens(Heard("[card number]", 77, removed=(77,)))
    assert removed == [Delete(7, (77,))]
    listed = words(await group.says("/bans", None))
    for shown in ("1001", "骂人", "小陈", "17:00", "5 条", f"https://t.me/c/1000000001/{TOPIC}"):
        assert shown in listed
    assert "骂人" in words(await house.staff_says("/history", TOPIC))
    assert not await house.clock()
    house.later(hours=2, seconds=1)
    assert "5 条" in words(await house.clock(), SUPPORT)
    assert not await house.clock()
    back = await house.says("在吗")
    assert "在吗" in words(back, SUPPORT)
    assert "1001" not in words(await group.says("/bans", None))
    again = words(await group.says("/ban 又骂人"), SUPPORT)
    assert "小陈" in again
    assert "自动恢复" in words(await house.says("喂"), 7)


async def test_without_a_reason_buttons_ask_and_a_double_press_bans_once(house: House, group: Group) -> None:
    asked = await group.says("/ban")
    (question,) = (posting for posting in asked if isinstance(posting, Text))
    data = [key.data for row in question.keys for key in row]
    assert "ban:do:1001:flood.1440" in data
    assert all(len(each.encode()) <= 64 for each in data)
    dropped = await group.presses(data[-1])
    assert any(isinstance(posting, Edit) for posting in dropped)
    assert await house.storage.read(lambda unit: unit.bans.of(7, house.now)) is None
    await asyncio.gather(
        group.presses("ban:do:1001:flood.60"), group.presses("ban:do:1001:abuse.60", **{"staff": 51, "name": "小王"})
    )
    answers = [letter.posting for letter in house.letters if isinstance(letter.posting, Answer)][-2:]
    assert sorted(posting.alert for posting in answers) == [False, True]
    log = await house.storage.read(lambda unit: unit.audit.newest(ticket=1001))
    assert [entry.action for entry in log].count("banned") == 1


async def test_two_lift_it_and_the_merchant_hears(house: House, group: Group) -> None:
    await group.says("/ban 骂人", **BOSS)
    assert "已经由" in words(await group.says("/ban 骂人"))
    await house.says("喂")
    asked = await group.says("/unban 已道歉了")
    assert not words(asked, 7)
    before = len(house.letters)
    pressed = Said(SUPPORT, TOPIC, 99, 53, "老张", None)
    await group.approvals.press(await house.arrives(), "cb", pressed, "approve", "1")
    lifted = [letter.posting for letter in house.letters[before:]]
    assert "可以转给客服" in words(lifted, 7)
    assert "1 条" in words(lifted, SUPPORT)
    assert "没有被屏蔽" in words(await group.says("/unban 已道歉了", **OTHER))
    assert "在吗" in words(await house.says("在吗"), SUPPORT)


@pytest.mark.parametrize(("language", "refusal"), [("zh", "已经由"), ("en", "already")])
async def test_the_group_hears_of_a_ban_in_its_language_and_who_is_refused_in_their_own(
    house: House, group: Group, language: str, refusal: str
) -> None:
    done = await group.presses("ban:do:1001:abuse.60", language=language)
    assert [p for p in done if isinstance(p, Edit) and "暂停接收" in str(p.html)]
    again = await group.presses("ban:do:1001:abuse.60", language=language)
    assert [p for p in again if isinstance(p, Answer) and refusal in p.text and p.alert]
    assert refusal in words(await group.says("/ban 骂人", language=language))


async def test_staff_are_not_banned_nor_tickets_of_others(house: House, group: Group) -> None:
    await house.staff_says("// 在", TOPIC, staff=7, name="李娜")
    assert "同事" in words(await group.says("/ban 骂人", **BOSS))
    await house.says("转人工", user=8)
    await house.has_topic(1002, 301)
    await house.staff_says("/claim", 301, staff=51, name="小王")
    assert "小王" in words(await group.says("/ban 骂人", 301))
    assert "小王" in words(await group.says("/ban", 301))
    for command in ("/ban x", "/unban", "/unban 77"):
        assert "不是工单话题" in words(await group.says(command, None))


async def test_a_reaction_of_somebody_banned_goes_nowhere(house: House, group: Group) -> None:
    def linked(unit: Unit) -> None:
        unit.tickets.link(1001, (SUPPORT, 500), (7, 501), "to_merchant")

    await house.storage.run(linked)
    await group.says("/ban 骂人")
    before = len(house.letters)
    await house.counter.react(await house.arrives(), 7, 501, "👎")
    assert len(house.letters) == before


async def test_a_flood_reaches_staff_as_a_few_messages(house: House, group: Group) -> None:
    said: list[Any] = []
    for number in range(70):
        said += await house.says(f"快点啊第{'零一二三四五六七八九'[number % 10]}次")
    for _ in range(3):
        said += await house.sends("photo")
    texts = [posting for posting in said if isinstance(posting, Text)]
    assert len([posting for posting in texts if posting.chat == SUPPORT]) <= 21
    assert words(texts, 7).count("快得") + words(texts, 7).count("有点快") == 1
    log = await house.storage.read(lambda unit: unit.audit.newest(actor=7))
    assert [entry.action for entry in log].count("flood_slowed") == 1
    house.later(seconds=61)
    before = len(house.letters)
    await house.desk.take_turn(None, Asker(7, 7), Woke())
    brought = [letter.posting for letter in house.letters[before:]]
    (together,) = (posting for posting in brought if isinstance(posting, Text))
    assert together.silent
    assert together.html.count("快点啊") == 70 - 19  # asking for a person was the first of twenty
    (copies,) = (posting for posting in brought if isinstance(posting, Copy))
    assert (len(copies.messages), copies.silent) == (3, True)
    assert (await house.case()).flow.held == ()
    tired = await house.happens(Pressed("menu", "person", 0, 99, "cb"))
    assert tired
