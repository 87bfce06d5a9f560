"""A ticket's life in the support group: who may do what, what everybody hears, what the clock brings."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from knowledge.postings import Answer, Card, Edit, Posting, Text, Topic
from knowledge.ticket import Ticket
from knowledge.ticket_events import Event, Refused
from storage.unit import Unit

if TYPE_CHECKING:
    from conftest import House

SUPPORT, TOPIC, CARD = -1001000000001, 300, 301
ZONE = ZoneInfo("Asia/Shanghai")
WANG = {"staff": 51, "name": "小王"}
BOSS = {"staff": 52, "name": "老李"}


def words(postings: list[Posting], chat: int | None = None) -> str:
    return "\n".join(p.html for p in postings if isinstance(p, Text) and (chat is None or p.chat == chat))


def answer(postings: list[Posting]) -> Answer:
    return next(posting for posting in postings if isinstance(posting, Answer))


def card(postings: list[Posting]) -> str:
    return [posting.html for posting in postings if isinstance(posting, Card)][-1]


def labels(posting: Posting) -> list[str]:
    assert isinstance(posting, Card | Edit | Text)
    return [key.text for row in posting.keys for key in row]


@pytest.fixture
async def house(house: House) -> House:
    """A ticket with its topic and card; 老李 is the only supervisor."""
    house.counter.supervisors = frozenset({52})
    await house.says("转人工")

    def places(unit: Unit) -> None:
        unit.tickets.place_topic(1001, TOPIC)
        unit.tickets.place_card(1001, CARD)

    await house.storage.run(places)
    return house


async def test_resolving_is_asked_with_a_reason_and_done_once(house: House) -> None:
    await house.staff_presses("claim", 1001)
    asked = await house.staff_presses("menu", 1001, "resolve")
    menu = next(posting for posting in asked if isinstance(posting, Edit))
    assert menu.message == CARD
    assert any("款已到账" in label for label in labels(menu))
    assert (await house.ticket(1001)).status == "claimed"
    back = await house.staff_presses("back", 1001)
    assert "已解决" in labels(next(p for p in back if isinstance(p, Card)))[0]
    done = await house.staff_presses("resolve", 1001, "paid")
    assert "7天内" in words(done, 7)
    assert "款已到账" in card(done)
    assert [type(p) for p in done if p.chat == SUPPORT] == [Topic, Card, Topic, Answer]
    ticket = await house.ticket(1001)
    assert (ticket.status, ticket.reason) == ("resolved", "paid")
    again = await house.staff_presses("resolve", 1001, "paid")
    assert not words(again)
    assert "已经是这样" in answer(again).text


async def test_what_changed_meanwhile_is_not_done(house: House) -> None:
    await house.staff_presses("claim", 1001)
    seen = (await house.ticket(1001)).stamp
    await house.staff_presses("priority", 1001, "urgent")
    late = await house.staff_presses("resolve", 1001, "paid", stamp=seen)
    assert answer(late).alert
    assert (await house.ticket(1001)).status == "claimed"
    assert any(isinstance(posting, Card) for posting in late)  # the card's own buttons are back


async def test_two_agents_answer_at_once_and_one_has_it(house: House) -> None:
    """Both messages arrive; one of the two has the ticket, the other is warned at once."""
    await asyncio.gather(house.staff_says("我来看", TOPIC), house.staff_says("我也来", TOPIC, **WANG))
    ticket = await house.ticket(1001)
    assert ticket.owner in (50, 51)
    said = words([letter.posting for letter in house.letters])
    assert "我来看" in said
    assert "我也来" in said
    assert said.count("接手了您的工单") == 1
    assert said.count("您的消息已经发给商户") == 1


async def test_two_claims_in_the_same_second_have_one_winner(house: House) -> None:
    await asyncio.gather(house.staff_presses("claim", 1001), house.staff_presses("claim", 1001, **WANG))
    answers = [letter.posting for letter in house.letters if isinstance(letter.posting, Answer)]
    assert sorted(bool(posting.alert) for posting in answers) == [False, True]
    winner = (await house.ticket(1001)).owner_name
    assert next(posting.text for posting in answers if posting.alert) == f"已由 {winner} 接手"


async def test_only_owner_and_supervisors_decide(house: House) -> None:
    await house.staff_presses("claim", 1001)
    for action, argument in (("menu", "resolve"), ("resolve", "paid"), ("release", ""), ("priority", "high")):
        refused = await house.staff_presses(action, 1001, argument, **WANG)
        assert "小陈" in answer(refused).text
        assert answer(refused).alert
    assert "小陈" in words(await house.staff_says("/wait merchant", TOPIC, **WANG), SUPPORT)
    await house.staff_says("/priority 紧急", TOPIC, **BOSS)
    ticket = await house.ticket(1001)
    assert (ticket.owner, ticket.priority, ticket.status) == (50, "urgent", "claimed")


async def test_handed_over_to_a_colleague_to_a_department_and_back(house: House) -> None:
    await house.staff_presses("claim", 1001)
    await house.staff_says("// 我在", TOPIC, username="wang_99", **WANG)
    menu = next(p for p in await house.staff_presses("menu", 1001, "transfer") if isinstance(p, Edit))
    assert "小王" in labels(menu)
    assert "小陈" not in labels(menu)
    handed = await house.staff_says("/transfer @Wang_99", TOPIC)
    assert 'href="tg://user?id=51"' in words(handed, SUPPORT)
    assert "小王" in words(handed, 7)
    assert (await house.ticket(1001)).owner == 51
    assert "没见过" in words(await house.staff_says("/transfer 小赵", TOPIC, **WANG), SUPPORT)
    moved = await house.staff_presses("department", 1001, "risk", **WANG)
    assert "风控" in words(moved, 7)
    general = [p for p in moved if isinstance(p, Text) and p.chat == SUPPORT and p.ticket is None]
    assert "风控" in words(list(general))
    assert general[0].keys[0][0].url == f"https://t.me/c/1000000001/{TOPIC}"
    ticket = await house.ticket(1001)
    assert (ticket.department, ticket.owner, ticket.status) == ("risk", None, "open")
    await house.staff_presses("claim", 1001)
    await house.staff_says("/transfer 队列", TOPIC)
    assert (await house.ticket(1001)).owner is None


async def test_a_department_that_the_base_has_no_more_stops_nothing(house: House) -> None:
    ticket = await house.ticket(1001)
    await house.storage.run(lambda unit: unit.tickets.save(replace(ticket, department="cellar")))
    assert "cellar" in card(await house.staff_presses("claim", 1001))
    house.later(minutes=20)
    assert "小陈" in words(await house.clock())  # it works like the first department
    assert "cellar" in words(await house.staff_says("/queue", None))


async def test_what_is_wrong_with_one_ticket_keeps_no_other_waiting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.says("转人工", user=8)
    happen = house.tickets.happen

    def stumbles(unit: Unit, ticket: Ticket, event: Event, now: datetime) -> Ticket | Refused:
        if ticket.number == 1001:
            raise ValueError("played")
        return happen(unit, ticket, event, now)

    monkeypatch.setattr(house.tickets, "happen", stumbles)
    house.later(minutes=16)
    assert "1002" in words(await house.clock())


async def test_waiting_for_the_bank_shows_until_when(house: House) -> None:
    asked = await house.staff_says("/wait bank", TOPIC)
    assert any("11月23日" in label for posting in asked if isinstance(posting, Text) for label in labels(posting))
    waiting = await house.staff_says("/wait 银行 3", TOPIC)
    assert "11月25日（周三）09:00" in card(waiting)
    assert "等银行" in words(waiting, 7)
    assert any(isinstance(posting, Topic) and posting.icon.startswith("🏛") for posting in waiting)
    house.now = datetime(2026, 11, 25, 9, 0, 1, tzinfo=ZONE)
    over = await house.clock()
    assert "等银行的时间到了" in words(over, SUPPORT)
    assert (await house.ticket(1001)).status == "claimed"
    assert not words(await house.clock())


async def test_deadlines_run_in_working_hours_and_are_told_once(house: House) -> None:
    await house.staff_presses("claim", 1001)
    house.later(minutes=12)
    near = await house.clock()  # the support department: fifteen minutes
    assert 'href="tg://user?id=50"' in words(near, SUPPORT)
    assert "15:15" in words(near, SUPPORT)
    house.later(minutes=4)
    missed = await house.clock()
    assert [p.ticket for p in missed if isinstance(p, Text)] == [None]  # the whole group hears
    assert "小陈" in words(missed)
    assert not await house.clock()
    await house.staff_says("在查了", TOPIC)
    house.later(days=1)
    house.now = house.now.replace(hour=3)
    assert not await house.clock()  # nobody is told at night
    actions = [entry.action for entry in await house.storage.read(lambda unit: unit.audit.newest(ticket=1001))]
    assert actions.count("deadline_missed") == 1


async def test_a_merchant_who_writes_at_night_hears_when(house: House) -> None:
    house.now = house.now.replace(hour=22)
    assert "11月21日（周六）09:00" in words(await house.says("在吗"), 7)
    assert not words(await house.says("有人吗"), 7)
    opened = words(await house.says("转人工", user=8), 8)
    assert "11月21日（周六）09:00" in opened
    assert not words(await house.says("在吗", user=8), 8)


async def test_a_silent_merchant_is_asked_again_let_go_and_welcome_back(house: House) -> None:
    await house.staff_says("哪一天的？", TOPIC)
    await house.staff_says("/wait merchant", TOPIC)
    asked = await house.storage.read(lambda unit: unit.tickets.by_number(1001))
    assert asked is not None
    assert asked.look_at is not None
    house.now = asked.look_at.astimezone(ZONE)
    assert "还在等您的回复" in words(await house.clock(), 7)
    assert not await house.clock()
    house.later(days=3)
    closed = await house.clock()
    assert "先关了" in words(closed, 7)
    assert (await house.ticket(1001)).status == "closed"
    house.later(days=6)
    back = await house.says("不好意思，才看到，还是没到")
    assert "重新打开了" in words(back, 7)
    assert "才看到" in words(back, SUPPORT)
    assert (await house.ticket(1001)).status == "claimed"


async def test_an_answer_ends_the_wait(house: House) -> None:
    await house.staff_says("/wait merchant", TOPIC)
    answered = await house.says("是3号的")
    assert "商户回复了" in words(answered, SUPPORT)
    assert any(isinstance(posting, Topic) and posting.icon.startswith("💬") for posting in answered)
    assert (await house.ticket(1001)).status == "claimed"


async def test_resolved_is_closed_for_good_after_seven_days(house: House) -> None:
    await house.staff_says("/resolve explained guide_d0_t1", TOPIC)
    ticket = await house.ticket(1001)
    assert (ticket.reason, ticket.article) == ("explained", "guide_d0_t1")
    assert "没有文章" in words(
        await house.staff_says("/reopen", TOPIC) + await house.staff_says("/resolve paid x", TOPIC)
    )
    await house.staff_says("/resolve 已说明", TOPIC)
    house.later(days=7, seconds=2)
    closed = await house.clock()
    assert not words(closed, 7)
    assert (await house.ticket(1001)).status == "closed"
    assert "重新打开" in words(await house.staff_says("/reopen", TOPIC), 7)  # staff always may


async def test_lists_and_history(house: House) -> None:
    await house.says("转人工", user=8)
    await house.staff_says("/priority high", TOPIC)
    await house.staff_says("/claim", TOPIC)
    queue = words(await house.staff_says("/queue", None))
    assert queue.index("1001") < queue.index("1002")  # half the time: due earlier
    assert f"https://t.me/c/1000000001/{TOPIC}" in queue
    assert "1002" not in words(await house.staff_says("/mine", None))
    assert "1001" in words(await house.staff_says("/mine", None))
    assert "1002" not in words(await house.staff_says("/queue 风控", None))
    noted = await house.staff_says("/note 商户说周一再来", TOPIC)
    assert not words(noted, 7)
    card = words(await house.staff_says("/card", TOPIC))
    assert "#1001" in card
    history = words(await house.staff_says("/history", TOPIC))
    for line in ("开单", "小陈 接手", "优先级改为高", "备注：商户说周一再来"):
        assert line in history
    assert "/wait" in words(await house.staff_says("/help", TOPIC))
    for command in ("/claim", "/note x", "/history", "/wait merchant"):
        assert "不是工单话题" in words(await house.staff_says(command, None))


async def test_stars_are_asked_at_every_resolution_with_a_reason_when_few(house: House) -> None:
    """Elsewhere they are asked once for ever."""
    for number in (1, 2):
        resolved = await house.staff_says("/resolve paid", TOPIC)
        (asked,) = (posting for posting in resolved if isinstance(posting, Text) and posting.chat == 7)
        assert "stars:" in asked.keys[0][0].data
        low = await house.presses("stars", f"1001.{number}")
        assert "哪里没做好" in words(low, 7)
        told = await house.presses("whystars", "1001.slow") if number == 1 else await house.says("说了半天没说到点上")
        assert ("等得太久" if number == 1 else "没说到点上") in words(told, SUPPORT)
        ticket = await house.ticket(1001)
        assert (ticket.stars, ticket.stars_reason) == (number, "slow" if number == 1 else "说了半天没说到点上")
        await house.presses("reopen", "1001")
        ticket = await house.ticket(1001)
        assert (ticket.stars, ticket.stars_reason) == (None, None)
    history = words(await house.staff_says("/history", TOPIC))
    assert "低分原因：等得太久" in history
    assert "没说到点上" in history
