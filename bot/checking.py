"""Checking a base in a process of its own: seconds of CPU that no turn has to wait for.

``python -m bot.checking FOLDER DAY`` writes the problems as JSON. It is not for people: they have ``kb check``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

from bot.beside import ROOT, BesideFailed, beside, give_way
from handlers.serving import CheckFailed
from knowledge.check import check
from knowledge.errors import Problem


class Checker:
    """Checks folders. ``today``: the day that ``review_by`` is compared with."""

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today

    async def __call__(self, folder: Path) -> tuple[Problem, ...]:
        """Everything that is wrong with a folder, errors and warnings. Raises ``CheckFailed``."""
        try:
            said = await beside("bot.checking", str(folder), self._today().isoformat())
        except BesideFailed as failed:
            raise CheckFailed(str(failed)) from None
        return tuple(Problem(**one) for one in json.loads(said))


def main(folder: str, day: str) -> int:
    """Check and write; a broken base is a result, not a failure."""
    give_way()
    problems = check(Path(folder), today=date.fromisoformat(day), repository=ROOT)
    sys.stdout.write(json.dumps([asdict(problem) for problem in problems]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
