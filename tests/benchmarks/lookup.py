"""A lookup with its diagnosis, in a table of 10,000 and in one of 10,000,000 payouts; on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.case import Answers
from knowledge.diagnosis import diagnose
from knowledge.library import KnowledgeBase
from knowledge.loader import load
from knowledge.records import Query
from storage.database import Storage
from storage.settlement.table import TableSource
from tests.benchmarks import grounds
from tests.benchmarks.figures import Figure
from tests.benchmarks.ground import REPOSITORY, Failed
from tests.benchmarks.records import ASKED, CHANGED, DAYS, NET, NOW, Person

BAR = 2.0
SMALL, LARGE = 10_000, 10_000_000
COURSE, QUICKLY = (10, 40, 100), (1, 4, 100)
"""How many blocks of lookups warm a table up, how many count, and of how many lookups each is."""
COLD = (0, 1, 200)
"""After the system was told to forget the file."""
CAUSE = "paid_to_old_card"


@dataclass
class Place:
    """A table of so many payouts, and how long each lookup in it took, in seconds."""

    payouts: int
    storage: Storage
    taken: list[float] = field(default_factory=list)

    @property
    def people(self) -> int:
        """How many merchants there are."""
        return self.payouts // DAYS


async def measure(folder: Path, *, quick: bool = False) -> list[Figure]:
    """Both databases. The large tables are laid out once and kept in the folder: 4 GB on SQLite, 5 GB on PostgreSQL."""
    sizes = (SMALL, LARGE // 100 if quick else LARGE)
    course = QUICKLY if quick else COURSE
    base = load(REPOSITORY / "knowledge" / "base")
    figures: list[Figure] = []
    await asyncio.to_thread(grounds.check_on_sqlite, folder)
    files = [await asyncio.to_thread(grounds.on_sqlite, folder, size) for size in sizes]
    urls = [f"sqlite:///{file.absolute()}" for file in files]
    for file in files:
        _forget(file)
    figures += await _compare("SQLite, nothing in memory", sizes, urls, base, COLD, bar=None)
    for file in files:
        _remember(file)
    figures += await _compare("SQLite", sizes, urls, base, course, BAR)
    with grounds.server(folder / "postgresql") as url:
        await asyncio.to_thread(grounds.check_on_postgres, url)
        urls = [await asyncio.to_thread(grounds.on_postgres, url, size) for size in sizes]
        figures += await _compare("PostgreSQL", sizes, urls, base, course, BAR)
    return figures


async def _compare(
    where: str, sizes: Sequence[int], urls: Sequence[str], base: KnowledgeBase, course: tuple[int, int, int],
    bar: float | None,
) -> list[Figure]:  # fmt: skip
    """Blocks of lookups of merchants drawn by lot, small and large table in turn."""
    warming, counting, lookups = course
    places = [Place(size, Storage.open(url, migrate=False)) for size, url in zip(sizes, urls, strict=True)]
    lot = random.Random(20261123)
    try:
        for block in range(warming + counting):
            for place in places:
                await _look_up(place, base, lot, lookups, counts=block >= warming)
    finally:
        for place in places:
            await place.storage.close()
    return [_figure(where, places[0], places[1], percent, bar) for percent in (50, 99)]


async def _look_up(place: Place, base: KnowledgeBase, lot: random.Random, lookups: int, *, counts: bool) -> None:
    source = TableSource(place.storage, lambda: NOW)
    for _ in range(lookups):
        person = Person(lot.randint(1, place.people))
        answers = Answers(person.terminal_id, CHANGED, (ASKED,), (NET,), person.new_tail)
        query = Query(person.terminal_id, (ASKED,), frozenset({person.merchant_no}))
        begun = time.perf_counter()
        result = await source.look_up(query)
        findings = diagnose(result, answers, base.causes, base.acquirers, base.calendar, NOW)
        taken = time.perf_counter() - begun
        if [finding.primary for finding in findings] != [CAUSE]:
            raise Failed(f"{person.terminal_id}: {[finding.primary for finding in findings]} instead of {CAUSE}")
        if counts:
            place.taken.append(taken)


def _forget(file: Path) -> None:
    """Have the system drop what it keeps of the file in memory."""
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _remember(file: Path) -> None:
    """Have the system read the file once, as far as there is memory for it."""
    with file.open("rb", buffering=0) as stream:
        while stream.read(1 << 24):
            pass


def _figure(where: str, small: Place, large: Place, percent: int, bar: float | None) -> Figure:
    few, many = (_percentile(place.taken, percent) for place in (small, large))
    what = f"lookup and diagnosis, {where}, p{percent}"
    mine, its = f"{many * 1000:.2f} ms of {large.payouts:,}", f"{few * 1000:.2f} ms of {small.payouts:,}"
    return Figure("lookup", what, mine, its, many / few, bar)


def _percentile(taken: list[float], percent: int) -> float:
    ordered = sorted(taken)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
