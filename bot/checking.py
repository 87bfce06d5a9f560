"""Checking a base in a process of its own: seconds of CPU that no turn has to wait for.

``python -m bot.checking FOLDER DAY`` writes the problems as JSON. It is not for people: they have ``kb check``.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

from handlers.serving import CheckFailed
from knowledge.check import check
from knowledge.errors import Problem

ROOT = Path(__file__).resolve().parents[1]
"""Where the program's own packages lie, which say which phrases are needed."""
SECONDS = 120.0
NICE = 10


class Checker:
    """Checks folders. ``today``: the day that ``review_by`` is compared with."""

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today

    async def __call__(self, folder: Path) -> tuple[Problem, ...]:
        """Everything that is wrong with a folder, errors and warnings. Raises ``CheckFailed``."""
        arguments = ("-m", "bot.checking", str(folder), self._today().isoformat())
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, env={**os.environ, "PYTHONPATH": path}, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        try:
            said, wrong = await asyncio.wait_for(process.communicate(), SECONDS)
        except TimeoutError:
            raise CheckFailed(f"no result within {SECONDS:.0f} seconds") from None
        finally:
            if process.returncode is None:  # nobody waits for it any more: the program ends, or it took too long
                process.kill()
                await process.wait()
        if process.returncode != 0:
            last = (wrong.decode("utf-8", "replace").strip().splitlines() or ["no reason given"])[-1]
            raise CheckFailed(f"exit code {process.returncode}: {last}")
        return tuple(Problem(**one) for one in json.loads(said))


def main(folder: str, day: str) -> int:
    """Check and write; a broken base is a result, not a failure."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    problems = check(Path(folder), today=date.fromisoformat(day), repository=ROOT)
    sys.stdout.write(json.dumps([asdict(problem) for problem in problems]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
