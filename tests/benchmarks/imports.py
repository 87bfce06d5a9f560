"""Importing payouts: against the sqlite3 shell and against COPY, how memory grows, and how long the bot has to wait."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateColumn

from storage.database import Storage
from storage.settlement.tables import PAYOUTS
from storage.unit import Unit
from tests.benchmarks import copying
from tests.benchmarks.figures import Figure, median, spread
from tests.benchmarks.ground import Failed
from tests.benchmarks.records import NOW
from tests.benchmarks.statements import Ran, Statement, import_of, run, statement, with_people

SHELL = "sqlite3"
SHELL_BAR = 8.0
FLAT_BAR = 1.2
"""At most so much more memory for ten times as many payouts."""
PAYOUTS_READ = 1_000_000
RUNS = 3
PAUSE = 0.01
"""Seconds between two writes of the bot."""


async def measure(folder: Path, *, quick: bool = False) -> list[Figure]:
    """Everything about imports; the file is written once and kept."""
    large = statement(folder, PAYOUTS_READ // 50 if quick else PAYOUTS_READ)
    small = statement(folder, large.payouts // 10)
    runs = 1 if quick else RUNS
    figures = await _into_sqlite(folder, small, large, runs)
    figures += await asyncio.to_thread(copying.measure, folder, large, runs)
    # of little, most of the time goes into starting the program
    return [replace(figure, bar=None) for figure in figures] if quick else figures


async def _into_sqlite(folder: Path, small: Statement, large: Statement, runs: int) -> list[Figure]:
    ready = _Ready(folder, large)
    with contextlib.ExitStack() as stack:
        stack.callback(ready.remove)
        its, mine = list[Ran](), list[Ran]()
        for _ in range(runs):
            its.append(await asyncio.to_thread(ready.shell))
            mine.append(await asyncio.to_thread(ready.ours))
        few = [await asyncio.to_thread(ready.ours, small) for _ in range(runs)]
        waits, busy = await _beside(ready, large)
    ratio = median(ours.seconds / theirs.seconds for ours, theirs in zip(mine, its, strict=True))
    taken, compared = (spread([each.seconds for each in side], "{:.1f}") for side in (mine, its))
    peak, before = (median(each.peak for each in side) for side in (mine, few))
    rate = large.payouts / median(each.seconds for each in mine)
    return [
        Figure(
            "import", f"{large.payouts:,} payouts into SQLite", f"{taken} s", f"{ready.other} {compared} s",
            ratio, SHELL_BAR,
        ),
        Figure("import", "payouts a second", f"{rate:,.0f}/s"),
        Figure(
            "import", f"peak memory at {large.payouts:,}, at {small.payouts:,}", f"{peak:.0f} MB", f"{before:.0f} MB",
            peak / before, FLAT_BAR,
        ),
        Figure(
            "import", f"a write of the bot meanwhile, longest of {len(waits):,}",
            f"{max(waits) * 1000:.0f} ms (p50 {median(waits) * 1000:.1f} ms)", f"import {busy.seconds:.1f} s",
        ),
    ]  # fmt: skip


class _Ready:
    """Databases as they are before the import: ours with the merchants, the shell's with a like table, both empty."""

    def __init__(self, folder: Path, large: Statement) -> None:
        self.other = ".import"
        if shutil.which(SHELL) is None:
            sys.stderr.write(
                "there is no sqlite3 shell (Debian: apt-get install sqlite3); compared with executemany … "
            )
            self.other = "(no sqlite3 shell) executemany"
        self.folder, self.large = folder, large
        self.start, self.used, self.log = (folder / f"import{end}" for end in ("-ready.db", ".db", ".log"))
        self.remove()
        with_people(f"sqlite:///{self.start.absolute()}", large.people)

    def ours(self, some: Statement | None = None) -> Ran:
        """The program's import into a fresh copy."""
        self.fresh()
        read = some or self.large
        ran = import_of(read.file, f"sqlite:///{self.used.absolute()}", self.log)
        self._check("settlement_payouts", read.payouts)
        return ran

    def shell(self) -> Ran:
        """The shell's ``.import`` into an empty table with the same columns and indexes, in a database of its own."""
        self._drop()
        with closing(sqlite3.connect(self.used)) as connection:
            for sql in like_ours():
                connection.execute(sql)
        if self.other == ".import":
            reading = f'.import --csv --skip 1 "{self.large.file.absolute()}" payouts'
            ran = run([SHELL, "-bail", str(self.used.absolute()), reading], {}, self.log, "the sqlite3 shell")
        else:
            ran = self._by_hand()
        self._check("payouts", self.large.payouts)
        return ran

    def _by_hand(self) -> Ran:
        begun = time.perf_counter()
        marks = ", ".join("?" * len(PAYOUTS.fields))
        with closing(sqlite3.connect(self.used)) as connection, self.large.file.open(newline="") as stream:
            rows = csv.reader(stream)
            next(rows)
            connection.executemany(f"INSERT INTO payouts VALUES ({marks})", rows)
            connection.commit()
        return Ran(time.perf_counter() - begun, 0.0)

    def fresh(self) -> None:
        """A copy of what is ready, to be used."""
        self._drop()
        shutil.copy(self.start, self.used)

    def remove(self) -> None:
        """Everything that was made here."""
        self._drop()
        for old in self.folder.glob(f"{self.start.name}*"):
            old.unlink()

    def _drop(self) -> None:
        for old in self.folder.glob(f"{self.used.name}*"):
            old.unlink()

    def _check(self, table: str, count: int) -> None:
        with closing(sqlite3.connect(self.used)) as connection:
            found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        if found != count:
            raise Failed(f"{found} of {count} payouts arrived in {table}; {self.log}")


def like_ours() -> list[str]:
    """A table with the payouts' columns as the file has them, and its indexes.

    What the program stores as whole numbers (moments, sums) is text here, so that the shell has nothing to convert.
    """
    columns = [column.copy() for column in PAYOUTS.table.columns if column.name in PAYOUTS.fields]
    for column in columns:
        column.type = Text()
    ours = sqlite.dialect()  # type: ignore[no-untyped-call]
    declared = ", ".join(str(CreateColumn(column).compile(dialect=ours)) for column in columns)
    statements = [f"CREATE TABLE payouts ({declared})"]
    for index in sorted(PAYOUTS.table.indexes, key=lambda index: str(index.name)):
        names = ", ".join(column.name for column in index.columns)
        where = " WHERE replaces IS NOT NULL" if "replaces" in names else ""
        statements.append(f"CREATE INDEX {index.name} ON payouts ({names}){where}")
    return statements


async def _beside(ready: _Ready, large: Statement) -> tuple[list[float], Ran]:
    """How long each write of the bot takes while an import runs, in seconds; and the import."""
    ready.fresh()
    storage = Storage.open(f"sqlite:///{ready.used.absolute()}", migrate=False)
    waits: list[float] = []
    going = asyncio.create_task(
        asyncio.to_thread(import_of, large.file, f"sqlite:///{ready.used.absolute()}", ready.log)
    )

    def write(unit: Unit) -> None:
        unit.people.bind(len(waits), f"{len(waits)}", "link", 9001, NOW)

    try:
        while not going.done():
            begun = time.perf_counter()
            await storage.run(write)
            waits.append(time.perf_counter() - begun)
            await asyncio.sleep(PAUSE)
        return waits, await going
    finally:
        await storage.close()
