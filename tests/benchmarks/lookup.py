"""A lookup with its diagnosis, in a table of 10,000 and in one of 1,000,000 payouts."""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass
from pathlib import Path

from knowledge.case import Answers
from knowledge.diagnosis import diagnose
from knowledge.library import KnowledgeBase
from knowledge.loader import load
from knowledge.records import Query
from storage.database import Storage
from storage.settlement.table import TableSource
from tests.benchmarks.figures import Figure
from tests.benchmarks.ground import REPOSITORY, Failed
from tests.benchmarks.records import ASKED, CHANGED, DAYS, NET, NOW, Person, open_records

BAR = 1.5
SMALL, LARGE = 10_000, 1_000_000
BLOCKS, LOOKUPS = 20, 100
CAUSE = "paid_to_old_card"


@dataclass
class Place:
    """A table of so many payouts, and how long each lookup in it took, in seconds."""

    payouts: int
    storage: Storage
    source: TableSource
    taken: list[float]

    @property
    def people(self) -> int:
        """How many merchants there are."""
        return self.payouts // DAYS


async def measure(folder: Path, *, quick: bool = False) -> list[Figure]:
    """Blocks of lookups of merchants drawn by lot, small and large table in turn."""
    base = load(REPOSITORY / "knowledge" / "base")
    places = [_open(folder, SMALL), _open(folder, LARGE // 10 if quick else LARGE)]
    lot = random.Random(20261123)
    try:
        for block in range(BLOCKS + 1):
            for place in places:
                await _look_up(place, base, lot, counts=block > 0)
    finally:
        for place in places:
            await place.storage.close()
    return [_figure(places[0], places[1], 50), _figure(places[0], places[1], 99)]


async def _look_up(place: Place, base: KnowledgeBase, lot: random.Random, *, counts: bool) -> None:
    for _ in range(LOOKUPS):
        person = Person(lot.randint(1, place.people))
        answers = Answers(person.terminal_id, CHANGED, (ASKED,), (NET,), person.new_tail)
        query = Query(person.terminal_id, (ASKED,), frozenset({person.merchant_no}))
        begun = time.perf_counter()
        result = await place.source.look_up(query)
        findings = diagnose(result, answers, base.causes, base.acquirers, base.calendar, NOW)
        taken = time.perf_counter() - begun
        if [finding.primary for finding in findings] != [CAUSE]:
            raise Failed(f"{person.terminal_id}: {[finding.primary for finding in findings]} instead of {CAUSE}")
        if counts:
            place.taken.append(taken)


def _open(folder: Path, payouts: int) -> Place:
    """The table, made once and kept: a million rows are half a minute's import."""
    path, mark = folder / f"payouts-{payouts}.db", folder / f"payouts-{payouts}.json"
    made_of = {"payouts": payouts, "days": DAYS, "now": NOW.isoformat(), "changed": CHANGED.isoformat()}
    if path.exists() and mark.exists() and json.loads(mark.read_text()) == made_of:
        storage = Storage.open(f"sqlite:///{path.absolute()}")
    else:
        for old in folder.glob(f"{path.name}*"):
            old.unlink()
        storage = open_records(path, payouts // DAYS)
        mark.write_text(json.dumps(made_of))
    return Place(payouts, storage, TableSource(storage, lambda: NOW), [])


def _figure(small: Place, large: Place, percent: int) -> Figure:
    few, many = (_percentile(place.taken, percent) for place in (small, large))
    what = f"lookup and diagnosis, p{percent}"
    mine, its = f"{many * 1000:.2f} ms of {large.payouts:,}", f"{few * 1000:.2f} ms of {small.payouts:,}"
    return Figure("lookup", what, mine, its, many / few, BAR)


def _percentile(taken: list[float], percent: int) -> float:
    ordered = sorted(taken)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
