"""Work in a process of its own: seconds of CPU that no turn has to wait for."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""Where the program's own packages lie."""
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Numpy's share of the machine: a core that turns have is worth more to them than it would save here."""
SECONDS = 120.0
NICE = 5


class BesideFailed(Exception):  # noqa: N818 - named as the trade says it
    """The other process gave no result; the message says why."""


async def beside(module: str, *arguments: str, given: bytes = b"") -> bytes:
    """What ``python -m module`` writes when it gets these arguments and this input. Raises ``BesideFailed``."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments,
        env={**os.environ, **_ONE_THREAD, "PYTHONPATH": path}, start_new_session=True,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        said, wrong = await asyncio.wait_for(process.communicate(given), SECONDS)
    except TimeoutError:
        raise BesideFailed(f"no result within {SECONDS:.0f} seconds") from None
    finally:
        if process.returncode is None:  # nobody waits for it any more: the program ends, or it took too long
            process.kill()
            await process.wait()
    if process.returncode != 0:
        last = (wrong.decode("utf-8", "replace").strip().splitlines() or ["no reason given"])[-1]
        raise BesideFailed(f"exit code {process.returncode}: {last}")
    return said


def give_way() -> None:
    """Let the serving process go first; called in the other one."""
    if hasattr(os, "nice"):
        os.nice(NICE)
