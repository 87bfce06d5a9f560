"""Questions are kept with what came of them, for a while, and without what must not stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from storage.database import Storage
from storage.questions import LONGEST_REPLIES, NewQuestion
from tests.storage.test_units import NOW

QUESTION = NewQuestion("question", 7, "zh", "周末能开发票吗", "none", "guide_working_days_calendar", 0.1234, 5)


async def test_a_question_is_kept_whole(storage: Storage):
    number = await storage.run(lambda unit: unit.questions.add(QUESTION, NOW))
    await storage.run(lambda unit: unit.questions.settle(number, "person", ticket=1001))
    await storage.run(lambda unit: unit.questions.settle(number, "other"))
    await storage.run(lambda unit: unit.questions.replied(1001, "请登录商户后台\n开票"))
    await storage.run(lambda unit: unit.questions.replied(1001, "三天内寄出"))
    (kept,) = await storage.read(lambda unit: unit.questions.open(NOW, 10))
    assert (kept.number, kept.at, kept.kind, kept.locale, kept.text) == (number, NOW, "question", "zh", QUESTION.text)
    assert (kept.zone, kept.best, kept.confidence) == ("none", "guide_working_days_calendar", 0.1234)
    assert (kept.outcome, kept.ticket, kept.chosen) == ("person", 1001, None)
    assert kept.replies == "请登录商户后台 开票\n三天内寄出\n"


async def test_only_what_was_not_answered_is_open(storage: Storage):
    def ask(zone: str, outcome: str | None, days: int = 0):
        def work(unit):
            new = NewQuestion("question", 7, "en", f"{zone} {outcome}", zone, "x")
            number = unit.questions.add(new, NOW - timedelta(days=days))
            if outcome:
                unit.questions.settle(number, outcome, chosen="x" if outcome == "chose" else None)

        return work

    for zone, outcome in [("answer", None), ("answer", "person"), ("offer", "chose"), ("offer", None)]:
        await storage.run(ask(zone, outcome))
    await storage.run(ask("offer", "again"))
    await storage.run(ask("offer", "none_of_these"))
    await storage.run(ask("none", "other"))
    await storage.run(ask("none", "too old", days=8))
    found = await storage.read(lambda unit: unit.questions.open(NOW - timedelta(days=7), 10))
    assert [one.text for one in found] == ["none other", "offer none_of_these", "offer again", "answer person"]
    newest = await storage.read(lambda unit: unit.questions.newest(3))
    assert [one.text for one in newest] == ["none too old", "none other", "offer none_of_these"]


async def test_a_message_that_held_a_card_number_takes_its_question_along(storage: Storage):
    await storage.run(lambda unit: unit.questions.add(QUESTION, NOW))
    await storage.run(lambda unit: unit.questions.erase(8, [5]))
    assert await storage.read(lambda unit: unit.questions.count()) == 1
    await storage.run(lambda unit: unit.questions.erase(7, [4, 5]))
    assert await storage.read(lambda unit: unit.questions.count()) == 0


async def test_the_oldest_go(storage: Storage):
    for days in (200, 3, 2, 1):
        await storage.run(lambda unit, days=days: unit.questions.add(QUESTION, NOW - timedelta(days=days)))
    assert await storage.run(lambda unit: unit.questions.forget(NOW - timedelta(days=180), 100)) == 1
    assert await storage.run(lambda unit: unit.questions.forget(NOW - timedelta(days=180), 2)) == 1
    assert await storage.read(lambda unit: unit.questions.count()) == 2


async def test_replies_have_an_end(storage: Storage):
    number = await storage.run(lambda unit: unit.questions.add(QUESTION, NOW))
    await storage.run(lambda unit: unit.questions.to_ticket([number], 1001))
    for _ in range(12):
        await storage.run(lambda unit: unit.questions.replied(1001, "长" * 5000))
    (kept,) = await storage.read(lambda unit: unit.questions.open(NOW, 1))
    assert LONGEST_REPLIES <= len(kept.replies) < LONGEST_REPLIES + 700


async def test_what_was_chosen_of_what_was_offered(storage: Storage):
    offered = replace(QUESTION, zone="offer", offered=("a", "b"))
    for chat, outcome, chosen in ((7, "chose", "a"), (8, "none_of_these", None), (9, "again", None), (7, "chose", "b")):
        new = replace(offered, chat=chat)
        number = await storage.run(lambda unit, new=new: unit.questions.add(new, NOW))
        await storage.run(
            lambda unit, number=number, outcome=outcome, chosen=chosen: unit.questions.settle(
                number, outcome, chosen=chosen
            )
        )
    await storage.run(lambda unit: unit.people.bind(8, "M9", "contact", None, NOW))
    found = await storage.read(lambda unit: unit.questions.decided(NOW, 10))
    assert [(one.chosen, one.merchant) for one in found] == [("b", "chat 7"), (None, "merchant M9"), ("a", "chat 7")]
    assert await storage.read(lambda unit: unit.questions.offered(found[0].number)) == ("a", "b")
    numbered = await storage.read(lambda unit: unit.questions.numbered(found[0].number))
    assert numbered is not None
    assert (numbered.text, numbered.chosen) == (QUESTION.text, "b")
    assert await storage.read(lambda unit: unit.questions.numbered(10**9)) is None
    await storage.run(lambda unit: unit.questions.erase(7, [5]))
    assert len(await storage.read(lambda unit: unit.questions.decided(NOW, 10))) == 1
