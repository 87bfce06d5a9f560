"""``/stats`` and the rows that it is made of, over each kind of database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handlers.counter import Said
from handlers.statboard import StatBoard
from knowledge.figures import Missed, Worked
from knowledge.postings import Text
from storage.statistics import Statistics

if TYPE_CHECKING:
    from conftest import House

SUPPORT, TOPIC = -1001000000001, 300


@pytest.fixture
async def house(house: House) -> House:
    """Two tickets: one missed its first reply and was resolved with two stars, one is another agent's."""
    house.counter.supervisors = frozenset({52})
    await house.says("转人工")
    await house.has_topic(1001, TOPIC)
    await house.says("转人工", user=8)
    await house.has_topic(1002, TOPIC + 1)
    await house.staff_says("/claim", TOPIC + 1, staff=51, name="小王")
    house.later(minutes=20)
    await house.clock()
    await house.staff_says("在查", TOPIC)
    house.later(minutes=10)
    await house.staff_says("/resolve paid", TOPIC)
    await house.presses("stars", "1001.2")
    return house


async def stats(house: House, words: str, staff: int = 52, name: str = "老李") -> str:
    house.message += 1
    before = len(house.letters)
    said = Said(SUPPORT, None, house.message, staff, name, words, words)
    await StatBoard(house.counter).command(await house.arrives(), said, "stats", words)
    return "\n".join(each.posting.html for each in house.letters[before:] if isinstance(each.posting, Text))


async def test_rows_of_a_period(house: House) -> None:
    begin, end = house.now.replace(hour=0), house.now.replace(hour=23)
    first, second = await house.storage.read(lambda unit: Statistics(unit.wire).worked(begin, end))
    assert isinstance(first, Worked)
    assert (first.number, first.owner_name, first.stars, first.reason) == (1001, "小陈", 2, "paid")
    assert [(miss.kind, miss.owner) for miss in first.missed] == [("first_reply", None)]
    assert second.missed == (Missed(second.missed[0].at, "first_reply", 51),)
    tomorrow = begin.replace(day=21)
    open_still = await house.storage.read(lambda unit: Statistics(unit.wire).worked(tomorrow, tomorrow.replace(day=22)))
    assert [(each.number, each.missed) for each in open_still] == [(1002, ())]


async def test_supervisors_see_all_and_agents_their_own(house: House) -> None:
    told = await stats(house, "today")
    for shown in (
        "开单 2",
        "解决 1",
        "超过时限：2",
        "2.0⭐（1 人）",
        "20分钟",
        "30分钟",
        "▇",
        "按部门",
        "小陈",
        "小王",
    ):
        assert shown in told, told
    own = await stats(house, "", staff=51, name="小王")
    assert "统计 · 小王" in own
    assert "开单 1" in own
    assert "小陈" not in own
    assert "看不懂" in await stats(house, "某天")


async def test_the_longest_board_fits_into_a_message(house: House) -> None:
    await house.says("转人工", user=9)
    for number, staff in enumerate(range(100, 140)):
        name = f"名字很长很长的客服同事{number}" * 6
        await house.staff_says("/release", TOPIC + 1, staff=52, name="老李")
        await house.staff_says("/claim", TOPIC + 1, staff=staff, name=name)
        house.later(minutes=500)
        await house.clock()
    told = await stats(house, "month")
    assert 0 < len(told) < 4096
