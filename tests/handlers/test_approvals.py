"""Four eyes over a real database: binding, links, showing records and lifting bans take two of staff."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from handlers.approvals import PER_HOUR, Approvals
from handlers.banning import Banning
from handlers.counter import Said
from handlers.lookups import Lookups
from knowledge.four_eyes import ANONYMOUS
from knowledge.postings import Answer, Card, Edit, Posting, Text

if TYPE_CHECKING:
    from conftest import House

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SUPPORT, TOPIC, CHEN, WANG, BOSS = -1001000000001, 70, 50, 51, 52
NAMES = {CHEN: "小陈", WANG: "小王", BOSS: "老李", ANONYMOUS: "Group", 7: "李娜"}
WHY = "营业执照和店主身份证已核对"


class Eyes:
    """Staff in the topic of a person's ticket whom nobody knows."""

    def __init__(self, house: House) -> None:
        self.house, self.approvals = house, Approvals(house.counter)
        self.banning = Banning(house.counter, self.approvals)
        self.message = 900

    def said(self, staff: int, topic: int | None = TOPIC, **more: object) -> Said:
        self.message += 1
        return Said(SUPPORT, topic, self.message, staff, NAMES[staff], None, **more)  # type: ignore[arg-type]

    async def says(self, words: str, staff: int = CHEN, topic: int | None = TOPIC, **more: object) -> list[Posting]:
        before = len(self.house.letters)
        name, _, argument = words[1:].partition(" ")
        said, update = self.said(staff, topic, **more), await self.house.arrives()
        if name in ("ban", "unban"):
            await self.banning.command(update, said, name, argument)
        else:
            await self.approvals.command(update, said, name, argument)
        return [letter.posting for letter in self.house.letters[before:]]

    async def presses(self, asked: list[Posting], action: str, staff: int = WANG, **more: object) -> list[Posting]:
        """The button under a request."""
        data = next(
            key.data for p in asked if isinstance(p, Text) for row in p.keys for key in row if f":{action}:" in key.data
        )
        before = len(self.house.letters)
        number = data.rpartition(":")[2]
        await self.approvals.press(await self.house.arrives(), "q", self.said(staff, **more), action, number)
        return [letter.posting for letter in self.house.letters[before:]]

    async def bound(self, user: int = 7) -> frozenset[str]:
        return await self.house.storage.read(lambda unit: unit.people.merchants_of(user))

    async def actions(self) -> list[tuple[int, str]]:
        entries = await self.house.storage.read(lambda unit: unit.audit.newest(20))
        return [(entry.actor, entry.action) for entry in entries]


@pytest.fixture
async def eyes(house: House) -> Eyes:
    """The person of ticket 1001 told a terminal, and nobody knows who they are; 老李 is the only supervisor."""
    house.counter.supervisors = frozenset({BOSS})
    await house.says("上周五换的卡，尾号8821，终端40213377，3号的1200没到")
    await house.says("转人工")
    await house.has_topic(1001, TOPIC)
    return Eyes(house)


def words(postings: list[Posting], chat: int = SUPPORT) -> str:
    return "\n".join(p.html for p in postings if isinstance(p, Text) and p.chat == chat)


def answer(postings: list[Posting]) -> str:
    return next(posting.text for posting in postings if isinstance(posting, Answer))


def ended(postings: list[Posting]) -> str:
    (edit,) = [posting for posting in postings if isinstance(posting, Edit)]
    assert edit.keys == ()
    return str(edit.html)


async def test_binding_takes_two_and_the_merchant_hears_of_it(eyes: Eyes) -> None:
    asked = await eyes.says(f"/bind M1 {WHY}")
    assert WHY in words(asked)
    assert "小城面馆" in words(asked)
    assert await eyes.bound() == frozenset()
    own = await eyes.presses(asked, "approve", CHEN)
    assert "自己申请" in answer(own)
    assert await eyes.bound() == frozenset()
    done = await eyes.presses(asked, "approve")
    assert await eyes.bound() == {"M1"}
    assert "小王已同意" in ended(done)
    assert "小城面馆" in words(done, 7)
    assert any(isinstance(p, Card) and "已核实" in p.html for p in done)
    ticket = await eyes.house.ticket(1001)
    assert (ticket.verified, ticket.merchant_no, ticket.merchant_name) == (True, "M1", "小城面馆")
    assert (await eyes.actions())[:3] == [(7, "bound"), (WANG, "approval_approved"), (CHEN, "approval_asked")]
    again = await eyes.presses(asked, "approve", BOSS)
    assert "小王已经同意" in answer(again)
    assert not words(again, 7)
    assert "已经是这样" in words(await eyes.says(f"/bind M1 {WHY}"))
    history = words(await eyes.house.staff_says("/history", TOPIC))
    assert WHY in history


async def test_a_refusal_a_withdrawal_and_an_hour_end_it(eyes: Eyes) -> None:
    asked = await eyes.says(f"/bind M1 {WHY}")
    assert "已经申请过" in words(await eyes.says(f"/bind M1 {WHY}", WANG))
    refused = await eyes.presses(asked, "refuse")
    assert "小王没有同意" in ended(refused)
    assert "没有同意" in answer(await eyes.presses(asked, "approve", BOSS))
    asked = await eyes.says(f"/bind M1 {WHY}")
    taken_back = await eyes.presses(asked, "refuse", CHEN)
    assert "已撤回" in ended(taken_back)
    assert "已经撤回" in answer(await eyes.presses(asked, "approve"))
    asked = await eyes.says(f"/bind M1 {WHY}")
    eyes.house.later(hours=1)
    late = await eyes.presses(asked, "approve")
    assert "超过一小时" in answer(late)
    assert "重新申请" in ended(late)
    assert await eyes.bound() == frozenset()


async def test_anonymous_administrators_and_the_person_concerned_count_for_nobody(eyes: Eyes) -> None:
    assert "匿名" in words(await eyes.says(f"/bind M1 {WHY}", ANONYMOUS))
    assert "本人" in words(await eyes.says(f"/bind M1 {WHY}", 7))
    asked = await eyes.says(f"/bind M1 {WHY}")
    assert "匿名" in answer(await eyes.presses(asked, "approve", ANONYMOUS))
    assert "本人" in answer(await eyes.presses(asked, "approve", 7))
    assert await eyes.bound() == frozenset()


async def test_what_is_missing_or_not_theirs_is_said(eyes: Eyes) -> None:
    assert "用法" in words(await eyes.says("/bind"))
    assert "/bind 商户号 原因" in words(await eyes.says("/bind M1"))
    assert "没有这个商户" in words(await eyes.says(f"/bind M404 {WHY}"))
    assert "卡号" in words(await eyes.says(f"/bind M1 {WHY}", removed=(901,)))
    assert "不是工单" in words(await eyes.says(f"/bind M1 {WHY}", topic=None))
    await eyes.house.staff_presses("claim", 1001, staff=WANG, name="小王")
    assert "小王" in words(await eyes.says(f"/bind M1 {WHY}"))
    assert "approval_asked" not in [action for _, action in await eyes.actions()]
    for _ in range(PER_HOUR):
        await eyes.presses(await eyes.says(f"/bind M1 {WHY}", WANG), "refuse", WANG)
    assert "申请了" in words(await eyes.says(f"/bind M1 {WHY}", WANG))


async def test_a_link_takes_two_and_binds_whoever_opens_it(eyes: Eyes) -> None:
    asked = await eyes.says(f"/link M1 {WHY}", topic=None)
    assert "start=b_" not in words(asked)
    made = words(await eyes.presses(asked, "approve"))
    token = made.split("start=b_")[1].split()[0].split('"')[0]
    assert "小城面馆" in words(await eyes.house.says(f"/start b_{token}", user=9), 9)
    assert await eyes.bound(9) == {"M1"}
    assert "start=b_" not in words(await eyes.presses(asked, "approve", BOSS))


async def test_records_are_shown_to_an_unbound_person_in_that_ticket_alone(eyes: Eyes) -> None:
    lookups = Lookups(eyes.house.counter)

    async def tells() -> list[Posting]:
        before = len(eyes.house.letters)
        await lookups.press(await eyes.house.arrives(), "q", eyes.said(CHEN), "tell", "1001")
        return [letter.posting for letter in eyes.house.letters[before:]]

    assert "没有核实身份" in answer(await tells())
    asked = await eyes.says(f"/show {WHY}")
    shown = await eyes.presses(asked, "approve")
    assert any(isinstance(p, Card) and "两位同事同意可以告知 M1" in p.html for p in shown)
    assert "预览" in words(await tells())
    assert await eyes.bound() == frozenset()
    assert not (await eyes.house.ticket(1001)).verified
    await eyes.house.says("转人工", user=8)
    await eyes.house.has_topic(1002, 71)
    assert await eyes.house.storage.read(lambda unit: unit.approvals.granted(1002, "show")) == frozenset()


@pytest.mark.parametrize(("banner", "asker", "approver"), [(CHEN, BOSS, WANG), (BOSS, WANG, CHEN), (BOSS, BOSS, CHEN)])
async def test_a_ban_is_lifted_by_two_whoever_they_are(eyes: Eyes, banner: int, asker: int, approver: int) -> None:
    async def running() -> bool:
        now = eyes.house.now
        return await eyes.house.storage.read(lambda unit: unit.bans.of(7, now)) is not None

    await eyes.says("/ban 骂人 3天", banner)
    assert "卡号" in words(await eyes.says("/unban 商户已道歉", asker, removed=(901,)))
    asked = await eyes.says("/unban #1001 商户已道歉", asker, topic=None)
    assert "已经申请过" in words(await eyes.says("/unban 商户已道歉", approver))
    assert ("自己申请" if banner == asker else "您屏蔽") in answer(await eyes.presses(asked, "approve", banner))
    assert "自己申请" in answer(await eyes.presses(asked, "approve", asker))
    assert await running()
    done = await eyes.presses(asked, "approve", approver)
    assert not await running()
    assert "已同意" in ended(done)
    assert (await eyes.actions())[:2] == [(asker, "unbanned"), (approver, "approval_approved")]
    log = await eyes.house.storage.read(lambda unit: unit.audit.newest(1))
    assert log[0].detail["approved_by"] == approver


async def test_what_was_approved_ends_no_later_ban(eyes: Eyes) -> None:
    await eyes.says("/ban 骂人 30分钟")
    asked = await eyes.says("/unban 商户已道歉")
    eyes.house.later(minutes=31)
    await eyes.says("/ban 又骂人", BOSS)
    assert "自己到期" in words(await eyes.presses(asked, "approve"))
    assert await eyes.house.storage.read(lambda unit: unit.bans.of(7, eyes.house.now)) is not None


@pytest.mark.parametrize(("language", "told"), [("zh", "/unban 原因"), ("en", "/unban WHY")])
async def test_without_a_reason_the_asker_is_told_in_their_language_what_to_do(
    eyes: Eyes, language: str, told: str
) -> None:
    await eyes.says("/ban 骂人")
    for said in ("/unban", "/unban 1001", "/unban ok"):
        refused = await eyes.says(said, BOSS, language=language)
        assert told in words(refused)
        assert not [key for p in refused if isinstance(p, Text) for key in p.keys]


async def test_two_decide_at_the_same_moment_and_one_counts(eyes: Eyes) -> None:
    asked = await eyes.says(f"/bind M1 {WHY}")
    both = await asyncio.gather(eyes.presses(asked, "approve"), eyes.presses(asked, "refuse", BOSS))
    actions = [action for _, action in await eyes.actions()]
    assert len([action for action in actions if action in ("approval_approved", "approval_refused")]) == 1
    assert len(both) == 2


async def test_a_forged_number_is_a_stale_button(eyes: Eyes) -> None:
    for number in ("9" * 30, "-1", "", "77"):
        before = len(eyes.house.letters)
        await eyes.approvals.press(await eyes.house.arrives(), "q", eyes.said(WANG), "approve", number)
        (posting,) = [letter.posting for letter in eyes.house.letters[before:]]
        assert isinstance(posting, Answer)
        assert posting.alert


@pytest.mark.parametrize(("language", "own", "done"), [("zh", "自己申请", "已同意"), ("en", "You asked", "Approved")])
async def test_a_press_is_answered_in_the_pressers_language_and_the_request_is_in_the_groups(
    eyes: Eyes, language: str, own: str, done: str
) -> None:
    asked = await eyes.says(f"/bind M1 {WHY}", language=language)
    assert "小陈申请" in words(asked)
    assert own in answer(await eyes.presses(asked, "approve", CHEN, language=language))
    approved = await eyes.presses(asked, "approve", language=language)
    assert answer(approved) == done
    assert "小王已同意" in ended(approved)
