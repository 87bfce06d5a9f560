"""``python -m tests.benchmarks [NAME …] [--quick] [--json FILE]``: measured side by side, exit code 1 off the bar."""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil

from tests.benchmarks import imports, lookup, matching, memory, relay, startup, turns, understanding
from tests.benchmarks.figures import Figure, table
from tests.benchmarks.ground import REPOSITORY, Failed

Measure = Callable[..., Awaitable[list[Figure]]]
BENCHMARKS: dict[str, Measure] = {
    "turns": turns.measure,
    "relay": relay.measure,
    "memory": memory.measure,
    "startup": startup.measure,
    "import": imports.measure,
    "lookup": lookup.measure,
    "understanding": understanding.measure,
    "matching": matching.measure,
}


def main() -> int:
    """Run the benchmarks that were named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="few runs of little: whether it works, not how fast")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "var" / "bench", help="where databases are made")
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in BENCHMARKS]:
        parser.error(f"there is no benchmark {', '.join(unknown)}")
    names = options.names or list(BENCHMARKS)
    options.folder.mkdir(parents=True, exist_ok=True)
    figures = asyncio.run(_measure(names, options.folder, options.quick))
    sys.stdout.write(f"\n{machine()}\n\n{table(figures)}\n")
    if options.json is not None:
        data = {"machine": machine(), "figures": [figure.data() for figure in figures]}
        options.json.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    return 0 if all(figure.good for figure in figures) else 1


async def _measure(names: list[str], folder: Path, quick: bool) -> list[Figure]:
    figures: list[Figure] = []
    for name in names:
        begun = time.monotonic()
        sys.stderr.write(f"{name} … ")
        sys.stderr.flush()
        try:
            figures += await BENCHMARKS[name](folder, quick=quick)
        except Failed as error:
            sys.stderr.write(f"{error}\n")
            figures.append(Figure(name, "did not work", str(error)[:60], ratio=0.0, bar=1.0, at_least=True))
        sys.stderr.write(f"{time.monotonic() - begun:.0f} s\n")
    return figures


def machine() -> str:
    """What it was measured on."""
    gigabytes = psutil.virtual_memory().total / 2**30
    python = platform.python_version()
    return f"{psutil.cpu_count()} cores, {gigabytes:.0f} GB, {platform.system()} {platform.release()}, Python {python}"


if __name__ == "__main__":
    sys.exit(main())
