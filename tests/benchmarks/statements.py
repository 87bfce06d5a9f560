"""Statements to import, and the program importing them as an operator would: a process of its own, watched."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from storage.engines import engine_for
from storage.migrations import upgrade
from storage.settlement.importing import Importer
from tests.benchmarks.ground import REPOSITORY, Failed, settings
from tests.benchmarks.records import DAYS, NOW, write_payouts, write_people

GLANCE = 0.02
"""Seconds between two looks at how much memory a process has had at most; the kernel keeps the figure."""
_PEAK = re.compile(r"VmHWM:\s+([0-9]+) kB")


@dataclass(frozen=True)
class Ran:
    """What a process took: seconds from start to end, and the most resident memory it had, in megabytes."""

    seconds: float
    peak: float


def run(arguments: Sequence[str], environment: Mapping[str, str], log: Path, what: str) -> Ran:
    """Run a program to its end. Raises ``Failed`` when it does not succeed."""
    peak = 0.0
    with log.open("wb") as out:
        begun = time.perf_counter()
        process = subprocess.Popen(
            arguments, cwd=REPOSITORY, env=dict(environment), stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
        ended = threading.Event()

        def watch() -> None:
            # not ``ru_maxrss``: that of a child begins with what its parent has
            nonlocal peak
            while not ended.wait(GLANCE):
                peak = max(peak, _peak(process.pid))

        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        code = process.wait()
        seconds = time.perf_counter() - begun
        ended.set()
        watching.join()
    if code:
        raise Failed(f"{what}: exit code {code}; its log is {log}")
    return Ran(seconds, peak)


def import_of(statement: Path, url: str, log: Path) -> Ran:
    """``settledesk settlements import``, from the start of the program to its end."""
    arguments = [sys.executable, "-m", "bot", "settlements", "import", str(statement), "--json"]
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "")}
    return run(arguments, {**environment, **settings("", Path("unused")), "DATABASE_URL": url}, log, "the import")


@dataclass(frozen=True)
class Statement:
    """A file of payouts, and the sheets of the merchants that it names."""

    payouts: int
    file: Path
    people: Path


def statement(folder: Path, payouts: int) -> Statement:
    """Written once and kept; whoever changes what is in it changes the layout's number."""
    place = folder / f"statement-{LAYOUT}"
    made = Statement(payouts, place / f"payouts-{payouts}.csv", place / f"people-{payouts}")
    if not made.file.exists():
        write_people(made.people, payouts // DAYS)
        unfinished = made.file.with_suffix(".part")
        write_payouts(unfinished, payouts // DAYS)
        unfinished.rename(made.file)
    return made


LAYOUT = 1
"""The number of what ``tests.benchmarks.records`` writes."""


def with_people(url: str, people: Path) -> None:
    """A database with all tables, and these merchants, terminals and card changes."""
    engine = engine_for(url)
    try:
        upgrade(engine)
        outcome = Importer(engine, lambda: NOW).run([people])
    finally:
        engine.dispose()
    if not outcome.good:
        raise Failed(f"the made-up merchants could not be imported: {outcome.reports[0].bad[:3]}")


def _peak(process: int) -> float:
    try:
        found = _PEAK.search(Path(f"/proc/{process}/status").read_text())
    except OSError:
        return 0.0
    return int(found[1]) / 1000 if found else 0.0
