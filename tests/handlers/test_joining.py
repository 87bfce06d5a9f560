"""Merging duplicates and splitting off another matter: no word is lost, and it arrives in one place."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from knowledge.events import Heard
from knowledge.postings import Answer, Copy, Posting, Text, Topic
from storage.unit import Unit

if TYPE_CHECKING:
    from conftest import House

SUPPORT = -1001000000001
BOSS = {"staff": 52, "name": "老李"}


def words(postings: list[Posting], chat: int | None = None, ticket: int | None = None) -> str:
    return "\n".join(
        p.html
        for p in postings
        if isinstance(p, Text) and (chat is None or p.chat == chat) and (ticket is None or p.ticket == ticket)
    )


def relayed(postings: list[Posting]) -> list[tuple[int | None, str]]:
    return [
        (p.ticket, p.html if isinstance(p, Text) else f"copy of {p.messages[0]}")
        for p in postings
        if p.chat == SUPPORT and (isinstance(p, Copy) or (isinstance(p, Text) and p.role == "relay"))
    ]


def keys(postings: list[Posting]) -> list[list[str]]:
    return [key.data.split(":") for p in postings if isinstance(p, Text) for row in p.keys for key in row if key.data]


def alerts(postings: list[Posting]) -> str:
    return "\n".join(p.text for p in postings if isinstance(p, Answer))


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, migrated_file: Path, tmp_path: Path) -> str:
    """What is done here is the desk's business; the statements have their own tests on both databases."""
    shutil.copy(migrated_file, tmp_path / "desk.db")
    return f"sqlite:///{tmp_path / 'desk.db'}"


@pytest.fixture
async def house(house: House) -> House:
    """Tickets 1001 and 1002 of one merchant, in topics 301 and 302; the merchant's first words are in the first one."""
    house.counter.supervisors = frozenset({52})
    await house.says("转人工")
    await house.has_topic(1001, 301)
    await house.happens(Heard("3号的没到", 70))
    await house.sends("photo")
    photo = house.message

    def sent(unit: Unit) -> None:
        unit.tickets.link(1001, (7, 70), (SUPPORT, 900), "to_staff", said="3号的没到", at=house.now)
        unit.tickets.link(1001, (7, photo), (SUPPORT, 901), "to_staff", file=True, at=house.now)

    await house.storage.run(sent)
    await house.presses("menu", "payout_missing")
    await house.says("转人工")
    await house.presses("newticket")
    await house.has_topic(1002, 302)
    return house


async def merged(house: House) -> list[Posting]:
    asked = await house.staff_says("/merge", 301)
    assert [data[1] for data in keys(asked)] == ["merge", "back"]
    return await house.staff_presses("merge", 1001, "1002", message=99)


async def test_a_duplicate_goes_on_in_the_other_ticket(house: House) -> None:
    done = await merged(house)
    assert "#1001" in words(done, 7)
    assert "#1002" in words(done, 7)
    assert words(done, 7).count("\n") == 0
    assert "3号的没到" in words(done, SUPPORT, 1002)
    assert any(isinstance(p, Copy) and p.ticket == 1002 for p in done)  # the photo
    assert "https://t.me/c/1000000001/302" in words(done, SUPPORT, 1001)
    assert [p.closed for p in done if isinstance(p, Topic) and p.ticket == 1001][-1]
    assert (await house.ticket(1001)).merged_into == 1002
    house.later(minutes=20)
    assert relayed(await house.says("还有吗")) == [(1002, "还有吗")]
    assert relayed(await house.happens(Heard("这条呢", 72, reply_to=70))) == [(1002, "这条呢")]
    history = await house.staff_says("/history", 302)
    assert "#1001" in words(history)
    kept = await house.storage.read(lambda unit: unit.tickets.history(1002))
    assert [link.said for link in kept] == ["3号的没到", None]


async def test_merging_twice_and_reopening_are_answered(house: House) -> None:
    await merged(house)
    again = await house.staff_presses("merge", 1001, "1002", message=99)
    assert "已经是这样" in alerts(again)
    assert not words(again)
    assert "#1002" in words(await house.staff_says("/reopen", 301))
    assert "已经不在处理中" in words(await house.staff_says("/merge 1001", 302))
    assert "找不到这个工单" in words(await house.staff_says("/merge 77", 302))
    assert "没有别的" in words(await house.staff_says("/merge", 302))


async def test_what_changed_since_the_question_is_not_merged(house: House) -> None:
    stamp = (await house.ticket(1001)).stamp
    await house.staff_says("/claim", 301)
    late = await house.staff_presses("merge", 1001, "1002", message=99, stamp=stamp)
    assert alerts(late)
    assert (await house.ticket(1001)).live


async def test_a_colleagues_ticket_is_merged_by_a_supervisor_and_each_is_answered_in_their_own_chat(
    house: House,
) -> None:
    await house.says("转人工", user=8)
    await house.has_topic(1003, 303)

    def bound(unit: Unit) -> None:
        for number in (1001, 1003):
            ticket = unit.tickets.by_number(number)
            assert ticket is not None
            unit.tickets.save(replace(ticket, merchant_no="M1", verified=True))

    assert "别的商户" in words(await house.staff_says("/merge 1001", 303, **BOSS))
    await house.storage.run(bound)
    assert "主管" in words(await house.staff_says("/merge 1001", 303))
    assert keys(await house.staff_says("/merge 1001", 303, **BOSS))
    done = await house.staff_presses("merge", 1003, "1001", message=99, **BOSS)
    assert "#1001" in words(done, 8)
    assert not words(done, 7)
    said = await house.says("我也在等", user=8)
    ((ticket, html),) = relayed(said)
    assert ticket == 1001
    assert "同一商户的另一位" in html
    await house.storage.run(
        lambda unit: unit.tickets.link(
            1001, (8, house.message), (SUPPORT, 950), "to_staff", said="我也在等", at=house.now
        )
    )
    assert words(await house.staff_says("您的明天到", 301, reply_to=950), 8)
    answered = await house.staff_says("您的今天到", 301)
    assert words(answered, 7)
    assert not words(answered, 8)


async def test_a_message_and_what_follows_become_a_ticket_of_their_own(house: House) -> None:
    asked = await house.staff_says("/split", 301, reply_to=900)
    assert [data[4] for data in keys(asked)[:-1]] == ["900.one", "900.rest"]
    done = await house.staff_presses("split", 1001, "900.rest", message=99)
    new = await house.ticket(1003)
    assert (new.status, new.chat) == ("open", 7)
    assert relayed(done)[0] == (1003, "3号的没到")
    assert len(relayed(done)) == 2
    assert "#1003" in words(done, 7)
    assert next(p for p in done if isinstance(p, Text) and p.chat == 7).reply_to == 70
    assert "#1003" in words(done, SUPPORT, 1001)
    assert relayed(await house.happens(Heard("对，就是这笔", 73, reply_to=70))) == [(1003, "对，就是这笔")]
    assert "已经是这样" in alerts(await house.staff_presses("split", 1001, "900.one", message=99))


async def test_only_a_merchants_message_is_split_off(house: House) -> None:
    assert "/split" in words(await house.staff_says("/split", 301))
    assert "不是本工单商户的消息" in words(await house.staff_says("/split", 301, reply_to=555))
    assert "不是本工单商户的消息" in words(await house.staff_says("/split", 302, reply_to=900))
    done = await house.staff_presses("split", 1001, "901.one", message=99)
    assert [text.startswith("copy of") for _, text in relayed(done)] == [True]
