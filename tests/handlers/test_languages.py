"""Everybody is answered in their own language; what all of the group reads is in the group's."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from handlers.approvals import Approvals
from handlers.banning import Banning
from handlers.counter import Said
from handlers.desk import Asker
from handlers.statboard import StatBoard
from knowledge.events import Commanded, Heard, Shared
from knowledge.postings import Answer, Card, Posting, Text

if TYPE_CHECKING:
    from conftest import House

PHONE = "+8613800000001"
SUPPORT = -1001000000001

ANN: dict[str, Any] = {"staff": 60, "name": "Ann", "language": "en-GB"}


def words(postings: list[Posting], role: str | None = None) -> str:
    return "\n".join(p.html for p in postings if isinstance(p, Text) and role in (None, p.role))


def card(postings: list[Posting]) -> str:
    return [posting.html for posting in postings if isinstance(posting, Card)][-1]


@pytest.fixture(params=["sqlite"])
def database_url(migrated_file: Path, tmp_path: Path) -> str:
    """One database is enough: what is kept has its own tests."""
    shutil.copy(migrated_file, tmp_path / "desk.db")
    return f"sqlite:///{tmp_path / 'desk.db'}"


@pytest.fixture
async def house(house: House) -> House:
    await house.says("转人工")
    await house.has_topic(1001, 300)
    return house


async def test_staff_are_answered_in_the_language_of_their_telegram(house: House) -> None:
    assert "waiting for a colleague" in words(await house.staff_says("/queue", None, **ANN))
    assert "takes it" in words(await house.staff_says("/help", None, **ANN))
    assert "接手" in words(await house.staff_says("/help", None))
    asked = await house.staff_says("/wait", 300, **ANN)
    assert "Whom does" in words(asked)
    assert any("merchant" in key.text.lower() for p in asked if isinstance(p, Text) for row in p.keys for key in row)
    await house.staff_presses("claim", 1001)
    house.counter.supervisors = frozenset({52})
    (refused,) = [p for p in await house.staff_presses("release", 1001, **ANN) if isinstance(p, Answer)]
    assert "owns this ticket" in refused.text
    assert "opened" in words(await house.staff_says("/history", 300, **ANN))


async def test_a_language_once_chosen_counts_and_the_group_keeps_its_own(house: House) -> None:
    assert "in English" in words(await house.staff_says("/language", None))
    assert "takes it" in words(await house.staff_says("/help", None))
    assert "用中文答复您" in words(await house.staff_says("/language 中文", None, **ANN))
    assert "接手" in words(await house.staff_says("/help", None, **ANN))
    assert "/language English" in words(await house.staff_says("/language klingon", None, **ANN))
    await house.staff_presses("claim", 1001, **ANN)
    warned = await house.staff_says("我来", 300)  # in the topic, for everybody
    assert "由 Ann 负责" in words(warned, "note")


async def test_a_card_shows_what_a_merchant_of_another_language_reads(house: House) -> None:
    async def ann(event: Any) -> list[Posting]:
        before = len(house.letters)
        await house.desk.take_turn(await house.arrives(), Asker(8, 8, "en", "Ann"), event)
        return [letter.posting for letter in house.letters[before:]]

    opened = await ann(Heard("human please", 1))
    assert "商户看到的：waiting for a colleague · support" in card(opened)
    assert "商户语言：English" in card(opened)
    assert "商户看到的" not in card(await house.staff_presses("claim", 1001))
    changed = await ann(Commanded("language", "", 2))
    assert (await house.ticket(1002)).locale == "zh"
    assert "商户看到的" not in card(changed)
    await house.has_topic(1002, 301)
    assert "客服" in words(await house.staff_says("您好", 301), "relay")


async def test_the_answer_is_in_the_case_as_the_merchant_read_it_and_in_the_groups_language(house: House) -> None:
    async def ann(event: Any) -> list[Posting]:
        before = len(house.letters)
        await house.desk.take_turn(await house.arrives(), Asker(8, 8, "en", "Ann"), event)
        return [letter.posting for letter in house.letters[before:]]

    await ann(Commanded("start", "", 1))
    await ann(Shared(PHONE, True, 2))
    said = f"I changed the card on 13 Nov to 8821, terminal {house.acquirer.records.terminal.terminal_id}, "
    answered = await ann(Heard(said + "1200 of 3 Nov is missing", 3))
    assert "S200" in words(answered), words(answered)
    opened = await ann(Heard("human please", 4))
    case = words(opened, "case")
    assert "商户看到的：" in case
    assert "译文" in case
    assert "old card" in case
    assert "商户看到的" in card(opened)


async def test_lists_of_bans_are_in_the_language_of_who_asks(house: House) -> None:
    banning = Banning(house.counter, Approvals(house.counter))
    for language, expected in (("en", "ban"), ("zh", "暂停接收")):
        before = len(house.letters)
        said = Said(SUPPORT, None, 99, 60, "Ann", "/bans", "/bans", language=language)
        await banning.command(await house.arrives(), said, "bans", "")
        assert expected in words([letter.posting for letter in house.letters[before:]]).lower()


async def test_figures_and_the_choices_of_a_ban_are_in_the_language_of_who_asks(house: House) -> None:
    for language, figures, question in (("en", "Opened", "shall nothing be taken"), ("zh", "开单", "多久不接收")):
        before = len(house.letters)
        said = Said(SUPPORT, 300, 99, 60, "Ann", "", "", language=language)
        await StatBoard(house.counter).command(await house.arrives(), said, "stats", "")
        await Banning(house.counter, Approvals(house.counter)).command(await house.arrives(), said, "ban", "")
        told = words([letter.posting for letter in house.letters[before:]])
        assert figures in told
        assert question in told


def test_history_has_words_for_all_that_is_noted_of_a_ticket(house: House) -> None:
    """An entry without words would show its bare name to staff."""
    base, noted = house.counter.base(), re.compile(r'audit\.note\([^"]*"(\w+)",[^"]*?ticket=')
    sources = [file.read_text("utf-8") for file in (Path(__file__).parents[2] / "handlers").glob("*.py")]
    actions = {action for source in sources for action in noted.findall(source)}
    assert "watch_started" in actions
    assert [a for a in sorted(actions) for at in base.locales if not base.has_phrase(at, f"did_{a}")] == []
