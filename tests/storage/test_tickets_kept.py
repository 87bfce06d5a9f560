"""Tickets, their places in the support group, and which message is whose copy."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from knowledge.ticket import Deadline, Life, Ticket, Waiting
from storage.database import Storage
from storage.errors import StaleTicket
from tests.storage.test_units import NOW

DRAFT = Ticket(
    number=0, chat=7, user=70, locale="zh", department="settlement", created_at=NOW, priority="high", verified=True,
    merchant_no="822331059990001", merchant_name="晨光便利店", terminal_id="40213377", references=("S200", "S112"),
    case='{"answers": {"amounts": [120000]}}',
)  # fmt: skip


async def test_a_ticket_is_kept_whole(storage: Storage):
    opened = await storage.run(lambda unit: unit.tickets.open(DRAFT))
    assert opened == replace(DRAFT, number=1001, version=1)
    assert await storage.read(lambda unit: unit.tickets.by_number(1001)) == opened
    full = replace(
        opened, status="resolved", owner=50, owner_name="小陈", claimed_at=NOW,
        first_reply_at=NOW + timedelta(seconds=1),
        resolved_at=NOW + timedelta(hours=1), stars=5, verified=False, reason="paid", article="payout_in_transit",
        look_at=NOW + timedelta(days=7),
        life=Life((Deadline("resolution", None, 90, "reminded"),), Waiting(NOW, NOW + timedelta(days=1)), 50, NOW),
    )  # fmt: skip
    saved = await storage.run(lambda unit: unit.tickets.save(full))
    assert saved == replace(full, version=2)
    assert await storage.read(lambda unit: unit.tickets.by_number(1001)) == saved
    assert await storage.read(lambda unit: unit.tickets.by_number(7)) is None


async def test_of_two_who_save_one_is_told(storage: Storage):
    ticket = await storage.run(lambda unit: unit.tickets.open(DRAFT))
    claims = [replace(ticket, status="claimed", owner=owner) for owner in range(10)]
    outcomes = await asyncio.gather(
        *(storage.run(lambda unit, mine=claim: unit.tickets.save(mine)) for claim in claims),  # type: ignore[misc]
        return_exceptions=True,
    )
    assert sum(isinstance(each, StaleTicket) for each in outcomes) == 9
    (won,) = (each for each in outcomes if isinstance(each, Ticket))
    assert await storage.read(lambda unit: unit.tickets.by_number(ticket.number)) == won


async def test_saving_leaves_topic_and_card_alone(storage: Storage):
    read_before = await storage.run(lambda unit: unit.tickets.open(DRAFT))
    await storage.run(lambda unit: unit.tickets.place_topic(1001, 62))
    await storage.run(lambda unit: unit.tickets.place_card(1001, 63))
    await storage.run(lambda unit: unit.tickets.save(replace(read_before, status="claimed")))
    found = await storage.read(lambda unit: unit.tickets.by_topic(-5, 62))
    assert found is not None
    assert (found.number, found.topic, found.card, found.status) == (1001, 62, 63, "claimed")
    await storage.run(lambda unit: unit.tickets.place_topic(1001, None))
    found = await storage.read(lambda unit: unit.tickets.by_number(1001))
    assert found is not None
    assert (found.topic, found.card) == (None, None)


async def test_lists(storage: Storage):
    async def opened(**values) -> int:
        ticket = await storage.run(lambda unit: unit.tickets.open(replace(DRAFT, **values)))
        return ticket.number

    first = await opened()
    second = await opened(status="closed")
    third = await opened(chat=8, department="risk", owner=50)
    fourth = await opened(status="waiting_bank", owner=50)

    async def numbers(work) -> list[int]:
        return [ticket.number for ticket in await storage.read(work)]

    assert await numbers(lambda unit: unit.tickets.of_chat(7)) == [fourth, second, first]
    assert await numbers(lambda unit: unit.tickets.live_of_chat(7)) == [fourth, first]
    assert await numbers(lambda unit: unit.tickets.queue()) == [first, third, fourth]
    assert await numbers(lambda unit: unit.tickets.queue(owner=50)) == [third, fourth]
    assert await numbers(lambda unit: unit.tickets.queue(owner=50, department="risk")) == [third]
    assert await numbers(lambda unit: unit.tickets.queue(statuses=("closed", "waiting_bank"))) == [second, fourth]
    assert await numbers(lambda unit: unit.tickets.queue(limit=1)) == [first]
    assert await storage.read(lambda unit: unit.tickets.counts()) == {"open": 2, "closed": 1, "waiting_bank": 1}


async def test_the_clock_finds_what_is_due(storage: Storage):
    for minutes in (30, 10, None):
        look_at = None if minutes is None else NOW + timedelta(minutes=minutes)
        await storage.run(lambda unit, at=look_at: unit.tickets.open(replace(DRAFT, look_at=at)))  # type: ignore[misc]
    later = NOW + timedelta(minutes=30)
    assert await storage.read(lambda unit: unit.tickets.due(NOW + timedelta(minutes=29), 10)) == (1002,)
    assert await storage.read(lambda unit: unit.tickets.due(later, 10)) == (1002, 1001)
    assert await storage.read(lambda unit: unit.tickets.due(later, 1)) == (1002,)
    briefs = await storage.read(lambda unit: unit.tickets.briefs(7))
    assert [(brief.number, brief.status, brief.references) for brief in briefs] == [
        (number, "open", ("S200", "S112")) for number in (1003, 1002, 1001)
    ]


async def test_staff_are_found_by_name(storage: Storage):
    def work(unit):
        unit.staff.seen(50, "小陈", "Chen_88", NOW)
        unit.staff.seen(51, "小王", None, NOW + timedelta(seconds=1))
        unit.staff.seen(50, "陈", "Chen_88", NOW + timedelta(seconds=2))

    await storage.run(work)
    assert [one.id for one in await storage.read(lambda unit: unit.staff.recent(5))] == [50, 51]
    for words, ids in (("@chen_88", [50]), ("陈", [50]), ("小陈", []), ("小王", [51])):
        assert [one.id for one in await storage.read(lambda unit, w=words: unit.staff.called(w))] == ids  # type: ignore[misc]
    assert await storage.read(lambda unit: unit.staff.names([51, 50, 9])) == {51: "小王", 50: "陈"}


async def test_links_lead_both_ways(storage: Storage):
    def work(unit):
        unit.tickets.link(1001, (7, 10), (-100, 20), "to_staff")
        unit.tickets.link(1001, (-100, 21), (7, 11), "to_merchant")
        unit.tickets.link(1001, (7, 10), (-100, 30), "to_staff")  # once more, into a new topic
        unit.tickets.link(1001, (7, 10), (-100, 20), "to_staff")  # the same again changes nothing

    await storage.run(work)
    assert await storage.read(lambda unit: unit.tickets.linked(7, 10)) == ((-100, 20), (-100, 30))
    assert await storage.read(lambda unit: unit.tickets.linked(-100, 20)) == ((7, 10),)
    assert await storage.read(lambda unit: unit.tickets.linked(7, 11)) == ((-100, 21),)
    assert await storage.read(lambda unit: unit.tickets.linked(8, 10)) == ()
    history = await storage.read(lambda unit: unit.tickets.history(1001))
    assert [(link.origin_message, link.copy_message, link.direction) for link in history] == [
        (10, 20, "to_staff"),
        (21, 11, "to_merchant"),
        (10, 30, "to_staff"),
    ]


async def test_two_tickets_share_no_topic_of_a_group(storage: Storage):
    await storage.run(lambda unit: (unit.tickets.open(DRAFT), unit.tickets.open(DRAFT)))
    await storage.run(lambda unit: unit.tickets.place_topic(1001, 62, -5))
    with pytest.raises(Exception, match=r"(?i)unique"):
        await storage.run(lambda unit: unit.tickets.place_topic(1002, 62, -5))
    await storage.run(lambda unit: unit.tickets.place_topic(1002, 62, -6))
    for chat, number in ((-5, 1001), (-6, 1002)):
        found = await storage.read(lambda unit, chat=chat: unit.tickets.by_topic(chat, 62))
        assert found is not None
        assert found.number == number
    assert await storage.read(lambda unit: unit.tickets.by_topic(-7, 62)) is None
    assert await storage.run(lambda unit: unit.tickets.leave_group(-5)) == (1001,)
    left = await storage.read(lambda unit: unit.tickets.by_number(1001))
    assert left is not None
    assert (left.topic, left.topic_chat) == (None, None)


async def test_what_became_of_groups_is_kept(storage: Storage):
    await storage.run(lambda unit: (unit.groups.moved(-5, -6), unit.groups.full(-6, NOW), unit.groups.moved(-5, -7)))
    kept = await storage.read(lambda unit: unit.groups.all())
    assert sorted((each.chat, each.moved_to, each.full_at) for each in kept) == [(-6, None, NOW), (-5, -7, None)]


async def test_what_was_relayed_can_read_differently(storage: Storage):
    await storage.run(lambda unit: unit.tickets.link(1001, (7, 70), (-5, 62), "to_staff", said="words", at=NOW))
    await storage.run(lambda unit: unit.tickets.link(1001, (7, 71), (-5, 63), "to_staff", file=True, at=NOW))
    await storage.run(lambda unit: (unit.tickets.reword(7, 70, ""), unit.tickets.reword(7, 71, "a caption")))
    links = await storage.read(lambda unit: unit.tickets.history(1001))
    assert [(link.file, link.said, link.at) for link in links] == [(False, "", NOW), (True, "a caption", NOW)]
