"""What a merchant asked in vain is kept with what came next, for the author of the base."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from handlers.questions import gaps, lessons
from knowledge import matching
from knowledge.questions import Asked

if TYPE_CHECKING:
    from conftest import Acquirer, House

PHONE = "+8613800000001"
STRANGE = "鳜鱼鲥鱼蟛蜞"
"""Nothing that any base has ever heard of."""
UNSURE = "报税要用的对账资料去哪弄"
"""Words for which titles are offered."""


async def kept(house: House) -> list[Asked]:
    found = await house.storage.read(lambda unit: unit.questions.newest(10))
    return list(reversed(found))


async def test_a_question_without_an_answer_and_the_person_wanted_after_it(house: House):
    await house.says(STRANGE)
    await house.presses("menu", "person")
    await house.has_topic(1001, 77)
    await house.staff_says("抬头写**商户全称**，到商户平台申请", topic=77)
    (one,) = await kept(house)
    assert (one.text, one.zone, one.outcome, one.ticket) == (STRANGE, "none", "person", 1001)
    assert one.replies.splitlines() == ["抬头写**商户全称**，到商户平台申请"]
    found = await gaps(house.storage, house.desk.base(), house.now - timedelta(days=1))
    (gap,) = found.questions
    assert (gap.count, gap.tickets, gap.replies) == (1, (1001,), ("抬头写**商户全称**，到商户平台申请",))


async def test_what_came_next(house: House):
    await house.says(STRANGE)
    await house.says("蟛蜞鳜鱼")
    await house.says("D0和T1有什么区别")
    await house.presses("menu", "payout_missing")
    outcomes = [(one.zone, one.outcome) for one in await kept(house)]
    assert outcomes == [("none", "again"), ("none", "again"), ("answer", "other")]


async def test_a_choice_among_those_offered(house: House):
    offered = [match.id for match in matching.offered(house.desk.base().match("zh", UNSURE))]
    assert offered
    pressed = (("article", offered[-1], "chose"), ("menu", "none", "none_of_these"), ("article", "no_record", "other"))
    for action, argument, outcome in pressed:
        await house.says(UNSURE)
        await house.presses(action, argument)
        assert (await kept(house))[-1].outcome == outcome
    assert [one.chosen for one in await kept(house)] == [offered[-1], None, None]
    decided = await house.storage.read(lambda unit: unit.questions.decided(house.now - timedelta(days=1), 10))
    assert [(one.text, one.chosen) for one in reversed(decided)] == [(UNSURE, offered[-1]), (UNSURE, None)]
    await house.says(UNSURE)
    await house.presses("article", offered[-1])
    (choice,) = (await lessons(house.storage, house.desk.base(), house.now - timedelta(days=1))).choices
    assert (choice.article, choice.merchants, choice.wordings[0].text) == (offered[-1], 1, UNSURE)


async def test_a_title_of_an_earlier_question_says_nothing_of_a_later_one(house: House):
    await house.says(STRANGE)
    await house.presses("article", "guide_d0_t1")
    assert [(one.outcome, one.chosen) for one in await kept(house)] == [("other", None)]


async def test_silence_settles_nothing(house: House):
    await house.says(STRANGE)
    assert (await house.case()).question is not None
    assert (await kept(house))[0].outcome is None


async def test_a_diagnosis_without_a_reason_and_its_ticket(house: House, acquirer: Acquirer):
    acquirer.records = replace(acquirer.records, payouts=())
    await house.shares(PHONE)
    await house.says("13号换的卡，尾号8821，终端40213377，17号的88没到")
    case = await house.case()
    assert "no_record" in {told.primary for told in case.told}
    await house.says("转人工")
    found = await gaps(house.storage, house.desk.base(), house.now - timedelta(days=1))
    (unexplained,) = found.evidence
    assert (unexplained.cause, unexplained.count) == ("no_record", 1)
    assert unexplained.tickets == ((await house.case()).ticket,)


async def test_a_diagnosis_with_a_reason_is_no_gap(house: House):
    await house.shares(PHONE)
    await house.says("13号换的卡，尾号8821，终端40213377，3号一千二没到")
    assert (await house.case()).told
    found = await gaps(house.storage, house.desk.base(), house.now - timedelta(days=1))
    assert not found.evidence
    assert not found.questions
