"""A supervisor announces an incident: answers, the queue and cards know it at once, and it ends by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from handlers.counter import Said
from handlers.incidents import MOST, IncidentDesk
from knowledge.postings import Answer, Card, Edit, Posting, Text
from storage.settlement.announcing import AnnouncingSource

if TYPE_CHECKING:
    from conftest import Acquirer, House

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SUPPORT, PHONE, BOSS = -1001000000001, "+8613800000001", 52


class Incidents:
    """The support group's /incident."""

    def __init__(self, house: House) -> None:
        self.house, self.desk = house, IncidentDesk(house.counter)

    async def says(self, words: str, staff: int = BOSS, topic: int | None = None, **more: object) -> list[Posting]:
        before = len(self.house.letters)
        said = Said(SUPPORT, topic, 900, staff, "老李", None, **more)  # type: ignore[arg-type]
        await self.desk.command(await self.house.arrives(), said, "incident", words)
        return [letter.posting for letter in self.house.letters[before:]]

    async def ends(self, number: int, staff: int = BOSS, action: str = "end", **more: object) -> list[Posting]:
        before = len(self.house.letters)
        said = Said(SUPPORT, None, 901, staff, "老李", None, **more)  # type: ignore[arg-type]
        await self.desk.press(await self.house.arrives(), "q", said, action, str(number))
        return [letter.posting for letter in self.house.letters[before:]]

    async def round(self) -> list[Posting]:
        before = len(self.house.letters)
        await self.desk.round()
        return [letter.posting for letter in self.house.letters[before:]]


@pytest.fixture
def incidents(house: House, acquirer: Acquirer) -> Incidents:
    """A payout that is being processed at 工行; 老李 is the only supervisor."""
    house.counter.supervisors = frozenset({BOSS})
    (payout,) = acquirer.records.payouts
    waiting = replace(
        payout, status="processing", dest_tail="8821", dest_bank="中国工商银行", sent_at=None, paid_at=None,
        trade_date=house.now.date().replace(day=19), cut_at=None,
    )  # fmt: skip
    acquirer.records = replace(acquirer.records, payouts=(waiting,))
    clock = house.counter.clock
    house.desk.source = AnnouncingSource(acquirer, house.storage, house.counter.base, clock)
    return Incidents(house)


def words(postings: list[Posting], chat: int = SUPPORT) -> str:
    return "\n".join(p.html for p in postings if isinstance(p, Text) and p.chat == chat)


def cards(postings: list[Posting]) -> str:
    return "\n".join(p.html for p in postings if isinstance(p, Card))


def answer(postings: list[Posting]) -> str:
    return next(posting.text for posting in postings if isinstance(posting, Answer))


async def asks(house: House) -> str:
    await house.shares(PHONE)
    return words(await house.says("11月14日换的卡，尾号8821，终端40213377，19号的1200没到"), 7)


async def test_answers_know_it_at_once_and_no_longer_than_it_lasts(incidents: Incidents) -> None:
    house = incidents.house
    assert "系统维护" not in await asks(house)
    told = await incidents.says("工行 系统维护 到18:00")
    assert "由老李发布" in words(told)
    assert "11月20日（周五）18:00" in words(told)
    assert "工行 系统维护" in words(await house.says("办好了"), 7)
    house.later(hours=3)
    assert "系统维护" not in words(await house.says("办好了"), 7)


async def test_the_queue_and_the_cards_of_those_it_touches_show_it(incidents: Incidents) -> None:
    house = incidents.house
    await asks(house)
    await house.says("人工")
    await house.says("转人工", user=8)  # nothing is known of this one's bank

    def places(unit: object) -> None:
        for number in (1001, 1002):
            unit.tickets.place_topic(number, number)  # type: ignore[attr-defined]
            unit.tickets.place_card(number, number)  # type: ignore[attr-defined]

    await house.storage.run(places)
    told = await incidents.says("ICBC maintenance until 18:00")
    assert [p.ticket for p in told if isinstance(p, Card)] == [1001]
    assert "ICBC maintenance" in cards(told)
    assert "ICBC maintenance" in words(await house.staff_says("/queue", None))
    assert "ICBC maintenance" in cards(await house.staff_says("/claim", 1001))
    assert "ICBC maintenance" not in cards(await house.staff_says("/claim", 1002))
    house.later(hours=3)
    over = await incidents.round()
    assert "已结束" in words(over)
    assert [p.ticket for p in over if isinstance(p, Card)] == [1001]
    assert "ICBC" not in cards(over)
    assert await incidents.round() == []
    assert "ICBC" not in words(await house.staff_says("/queue", None))


async def test_only_supervisors_announce_and_end_and_it_is_in_the_audit_log(incidents: Incidents) -> None:
    assert "只有主管" in words(await incidents.says("工行 维护 到18:00", staff=50))
    assert "没有故障或维护" in words(await incidents.says("", staff=50))
    await incidents.says("工行 维护 到18:00")
    assert "只有主管" in answer(await incidents.ends(1, staff=50))
    assert "工行 维护" in words(await incidents.says("list", staff=50))
    ended = await incidents.ends(1)
    assert "已结束（提前）" in words(ended)
    assert any(isinstance(p, Edit) and p.keys == () for p in ended)
    again = await incidents.ends(1)
    assert "已经结束" in answer(again)
    assert not words(again)
    assert "已经结束" in words(await incidents.says("end 1"))
    actions = [entry.action for entry in await incidents.house.storage.read(lambda unit: unit.audit.newest(9))]
    assert actions == ["incident_ended", "incident_announced"]


@pytest.mark.parametrize(("action", "left"), [("end", []), ("listed", ["incident:listed:2"])])
async def test_what_ends_leaves_the_buttons_of_others_under_a_list_and_none_under_its_announcement(
    incidents: Incidents, action: str, left: list[str]
) -> None:
    for bank in ("工行", "建行"):
        told = await incidents.says(f"{bank} 维护 到18:00")
        assert sum(len(p.keys) for p in told if isinstance(p, Text)) == 1
    ended = await incidents.ends(1, action=action)
    (edit,) = [p for p in ended if isinstance(p, Edit)]
    assert [key.data for row in edit.keys or () for key in row] == left


async def test_what_cannot_be_read_is_asked_again(incidents: Incidents) -> None:
    assert "用法" in words(await incidents.says("工行维护"))
    assert "不清楚" in words(await incidents.says("维护 到18:00"))
    assert "没看懂时间" in words(await incidents.says("工行 到随便"))
    assert "卡号" in words(await incidents.says("工行 到18:00", removed=(900,)))
    for _ in range(MOST):
        await incidents.says("工行 到18:00")
    assert f"已有 {MOST} 条" in words(await incidents.says("工行 到18:00"))


@pytest.mark.parametrize(
    ("language", "going_on", "end", "done"),
    [("zh", "正在进行", "结束编号1", "已结束"), ("en", "Going on now", "End no. 1", "Ended")],
)
async def test_one_person_is_answered_in_their_language_and_the_group_in_its_own(
    incidents: Incidents, language: str, going_on: str, end: str, done: str
) -> None:
    announced = await incidents.says("ICBC maintenance until 18:00", language=language)
    assert "由老李发布" in words(announced)
    listed = await incidents.says("", language=language)
    assert going_on in words(listed)
    assert end in next(key.text for p in listed if isinstance(p, Text) for row in p.keys for key in row)
    ended = await incidents.ends(1, language=language)
    assert answer(ended) == done
    assert "已结束（提前）" in words(ended)
