"""What the clock brings, through the whole program: to a merchant of either language at once, so that few days pass.

The last complaint about other desks is among it: deadlines that run at night.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.e2e.floor import BOSS, GROUP, LAURA, SUN, Floor, Matter
from tests.words import says as words

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("floor")]
Two = tuple[Matter, Matter]
ROUNDS = 0.4
"""Seconds in which the clock is looked at several times."""


@pytest_asyncio.fixture(loop_scope="session")
async def two(floor: Floor) -> AsyncIterator[Two]:
    """A Chinese and an English merchant; the one has Sun's ear, the other Laura's."""
    pair = await floor.matter("zh"), await floor.matter("en")
    for it, agent in zip(pair, (SUN, LAURA), strict=True):
        await it.claimed(agent)
    yield pair
    for it in pair:  # whatever became of it: nobody is called about it in the days of the tests that follow
        await it.writes(BOSS, "/resolve other")


async def told(it: Matter, phrase: str) -> int:
    """So often the topic was told this."""
    shown = await it.visitor.chat_messages(it.group, thread=it.topic)
    return sum(words(GROUP, phrase) in str(each["message"].get("text")) for each in shown if each["out"])


async def test_deadlines_do_not_run_at_night(floor: Floor) -> None:
    """Fifteen minutes for the first reply, five of them before closing: the other ten are the next morning's."""
    floor.until(20)
    floor.later(minutes=55)
    zh, en = await floor.matter("zh"), await floor.matter("en")
    for it, agent in ((zh, SUN), (en, LAURA)):
        await it.claimed(agent)
        await it.card("09:10")
    floor.until(4)
    await asyncio.sleep(ROUNDS)
    floor.until(9)
    await asyncio.sleep(ROUNDS)
    assert [await told(it, "note_deadline_near") for it in (zh, en)] == [0, 0]
    await asyncio.gather(zh.mark(), en.mark())
    floor.later(minutes=7)  # 12 of 15: more than 75 %
    for it, agent in ((zh, SUN), (en, LAURA)):
        near = await it.shows("快到时限了")
        assert str(agent.id) in str(near["message"]["entities"]) or agent.name in near["message"]["text"]
        await it.mark()
    floor.later(minutes=4)
    for it in (zh, en):
        missed = await it.visitor.hears(it.group, text=f"🔴 工单 #{it.number}", thread=0, after=it.since)
        assert missed
        await it.writes(BOSS, "/resolve other")


async def test_a_merchant_hears_at_night_when_somebody_is_there(floor: Floor) -> None:
    floor.until(22)
    for locale in ("zh", "en"):
        it = await floor.matter(locale)
        await it.hears("ticket_opened_out_of_hours", ever=True)
        await it.writes(SUN, "late, but here")
        await it.hears("late, but here")
        for text in ("hello?", "hello??"):
            await it.says(text)
            await it.shows(text)
        assert await it.heard("ticket_opened_out_of_hours") + await it.heard("ticket_away") == 1
        await it.writes(SUN, "/resolve other")


async def test_nothing_runs_while_the_merchant_is_waited_for(floor: Floor, two: Two) -> None:
    """Asked again after eight working hours, let go politely after sixteen more, and back with a word."""
    for it, agent in zip(two, (SUN, LAURA), strict=True):
        await it.writes(agent, "which day?")
        await it.hears("which day?")
        await it.writes(agent, "/wait merchant")
        await it.hears("ticket_waiting_merchant")
    floor.later(hours=3)
    await asyncio.sleep(ROUNDS)
    floor.until(12)
    for it in two:
        await it.hears("ticket_asked_again")
        assert await told(it, "快到时限了") == 0
        await it.mark()
    floor.until(13)
    floor.until(13)
    floor.until(13)
    for it in two:
        await it.hears("ticket_closed_silent")
        await it.named("icon_closed", closed=True)
        await it.says("sorry, I see it only now")
        await it.hears("ticket_reopened")
        await it.shows("sorry, I see it only now")
        assert await it.heard("ticket_asked_again") == 1


async def test_the_day_that_the_bank_was_waited_for_comes(floor: Floor, two: Two) -> None:
    for it, agent in zip(two, (SUN, LAURA), strict=True):
        await it.writes(agent, "/wait bank 1")
        await it.hears("ticket_waiting_bank")
    floor.until(9, workday=True)
    floor.later(minutes=1)
    for it in two:
        await it.shows("note_wait_over")
        await it.named("icon_claimed")


async def test_seven_days_to_reopen_with_a_word(floor: Floor, two: Two) -> None:
    for it, agent in zip(two, (SUN, LAURA), strict=True):
        await it.resolved(agent)
        await it.taps("5⭐")
        await it.hears("rated", edits=True)
    floor.later(days=6)
    for it, agent in zip(two, (SUN, LAURA), strict=True):
        await it.says("still not solved")
        await it.hears("ticket_reopened")
        await it.shows("still not solved")
        await it.resolved(agent)
    floor.later(days=7, minutes=1)
    for it in two:
        await it.named("icon_closed", closed=True)
        await it.says("hello")
        await it.hears("greeting_short")  # a new conversation
        assert await it.heard("ticket_reopened") == 1


async def test_a_request_to_a_second_person_ends_after_an_hour(floor: Floor, two: Two) -> None:
    person = floor.manifest.of("offset_by_refund")
    for it, agent in zip(two, (SUN, LAURA), strict=True):
        await it.orders(agent, f"/bind {person.merchant_no} licence seen", "licence seen")
    buttons = [await it.button("button_approve") for it in two]
    floor.later(hours=1, minutes=1)
    for it, other, button in zip(two, (LAURA, SUN), buttons, strict=True):
        late = await it.stale(other, *button)
        assert late["alert"]
        await it.shows("approval_is_expired", edits=True)
        assert person.merchant_no not in await it.card()


async def test_a_ban_ends_by_itself(floor: Floor, two: Two) -> None:
    for it, agent in zip(two, (SUN, LAURA), strict=True):
        await it.orders(agent, "/ban rude words 2h", "rude words")
        await it.says("hello?")
        await it.hears("banned")
    floor.later(hours=2, minutes=1)
    for it in two:
        over = await it.shows("note_ban_over")
        assert "1" in over["message"]["text"]
        await it.says("may I write again?")
        await it.shows("may I write again?")
