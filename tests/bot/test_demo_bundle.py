"""The demo's records lead to the causes that they are made for."""

from __future__ import annotations

import csv
import hashlib
from datetime import date
from pathlib import Path

import pytest

from bot.demo.bundle import NOW, Manifest, Person, world, write_bundle
from knowledge.case import Answers
from knowledge.diagnosis import Finding, diagnose
from knowledge.library import KnowledgeBase
from knowledge.loader import load
from knowledge.records import Absent, Foreign, Found, LookupResult, Query
from knowledge.slots import read
from storage.database import Storage
from storage.settlement.importing import Importer
from storage.settlement.table import TableSource

BASE = Path(__file__).parents[2] / "knowledge" / "base"
CAUSES = 43


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load(BASE)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    folder = tmp_path_factory.mktemp("demo") / "bundle"
    return folder, write_bundle(folder)


@pytest.fixture
async def source(bundle: tuple[Path, Manifest], tmp_path: Path) -> TableSource:
    storage = Storage.open(f"sqlite:///{tmp_path / 'demo.db'}")
    assert Importer(storage.engine, lambda: NOW).run([bundle[0]]).good
    yield TableSource(storage, lambda: NOW)
    await storage.close()


def answers_of(person: Person) -> Answers:
    """What the person's opening says, read by the code that serves the chat."""
    said = read(person.opening, now=NOW, locale=person.locale)
    assert not said.choices, person
    assert not said.rejected, person
    return Answers(**said.slots)


async def ask(source: TableSource, base: KnowledgeBase, person: Person) -> tuple[LookupResult, tuple[Finding, ...]]:
    answers = answers_of(person)
    assert answers.terminal_id == person.terminal
    query = Query(person.terminal, answers.trade_dates, frozenset({person.merchant_no}))
    result = await source.look_up(query)
    return result, diagnose(result, answers, base.causes, base.acquirers, base.calendar, NOW)


async def test_every_opening_leads_to_its_cause(
    source: TableSource, base: KnowledgeBase, bundle: tuple[Path, Manifest]
) -> None:
    wrong = {}
    for person in bundle[1].situations:
        result, findings = await ask(source, base, person)
        kinds = {"terminal_not_found": Absent, "terminal_not_bound": Foreign}
        assert isinstance(result, kinds.get(person.cause, Found)), person.cause
        if [finding.primary for finding in findings] != [person.cause]:
            wrong[person.cause] = [finding.primary for finding in findings]
    assert not wrong


async def test_every_opening_says_all_that_is_asked(bundle: tuple[Path, Manifest]) -> None:
    for person in bundle[1].situations:
        answers = answers_of(person)
        assert answers.trade_dates == (person.asked,), person.opening
        assert answers.amounts, person.opening
        if person.cause != "paid_to_card_on_file":
            assert answers.change_date, person.opening
            assert answers.new_tail, person.opening


def test_there_is_a_situation_for_every_cause(base: KnowledgeBase, bundle: tuple[Path, Manifest]) -> None:
    causes = [person.cause for person in bundle[1].situations]
    assert len(causes) == len(set(causes)) == CAUSES
    assert set(causes) == set(base.causes.by_id)


def test_the_bundle_is_the_same_every_time(bundle: tuple[Path, Manifest], tmp_path: Path) -> None:
    again = write_bundle(tmp_path)
    assert again == bundle[1]
    for file in sorted(bundle[0].iterdir()):
        assert (
            hashlib.sha256(file.read_bytes()).digest() == hashlib.sha256((tmp_path / file.name).read_bytes()).digest()
        )


def test_it_is_as_large_as_promised(bundle: tuple[Path, Manifest]) -> None:
    rows = {
        file.stem: list(csv.DictReader(file.read_text(encoding="utf-8").splitlines())) for file in bundle[0].iterdir()
    }
    assert len(rows["merchants"]) >= 45
    assert len(rows["terminals"]) >= 60
    assert {row["acquirer"] for row in rows["merchants"]} == {"lakala", "leshua", "default"}
    days = {row["trade_date"] for row in rows["payouts"]}
    assert len(days) >= 60
    assert max(days) <= NOW.date().isoformat()
    phones = [row["phone"] for row in rows["merchants"]]
    assert len(set(phones)) == len(phones)
    assert all(phone.startswith("+86138000") for phone in phones)


def test_the_world_has_everybody(bundle: tuple[Path, Manifest]) -> None:
    made = world(bundle[1])
    users = {user["id"]: user for user in made["users"]}
    assert len(users) == len(made["users"])
    for person in bundle[1].people:
        assert users[person.user]["phone"] == person.phone
    group = made["groups"][0]
    assert group["forum"]
    assert all(member["user"] in users for member in group["members"])
    assert [one["user"] for one in made["page"]["people"]] == [person.user for person in bundle[1].people]
    assert bundle[1].of("paid_to_old_card").asked == date(2026, 11, 10)
    with pytest.raises(KeyError):
        bundle[1].of("nothing of the kind")
