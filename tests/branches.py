"""How much of ``knowledge`` the tests decide both ways: ``python -m tests.branches FILE MINIMUM``.

FILE is coverage's JSON report of a run with branches, MINIMUM a percentage. Exit code 1 below it, 2 for wrong use.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = "knowledge/"
WORST = 5


def counts(report: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Covered branches and all branches of every file of ``knowledge`` that has any."""
    found = {}
    for name, file in report["files"].items():
        path = name.replace("\\", "/")
        summary = file["summary"]
        if path.startswith(FOLDER) and summary["num_branches"]:
            found[path] = (int(summary["covered_branches"]), int(summary["num_branches"]))
    return found


def share(covered: int, every: int) -> float:
    """Percent; nothing to cover is covered."""
    return 100 * covered / every if every else 100.0


def main(arguments: list[str]) -> int:
    """Print the figures; returns the exit code."""
    try:
        file, minimum = arguments
        least, files = float(minimum), counts(json.loads(Path(file).read_text(encoding="utf-8")))
    except (ValueError, KeyError, OSError) as error:
        sys.stderr.write(f"Usage: python -m tests.branches FILE MINIMUM ({error})\n")
        return 2
    if not files:
        sys.stderr.write(f"{file} says nothing about {FOLDER} with branches\n")
        return 2
    covered, every = (sum(pair[place] for pair in files.values()) for place in (0, 1))
    total = share(covered, every)
    sys.stdout.write(f"Branches of {FOLDER}: {covered} of {every}, {total:.1f} % (at least {least:g} %)\n")
    for name, pair in sorted(files.items(), key=lambda item: share(*item[1]))[:WORST]:
        sys.stdout.write(f"  {share(*pair):5.1f} %  {name}: {pair[1] - pair[0]} of {pair[1]} not covered\n")
    return 0 if total >= least else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
