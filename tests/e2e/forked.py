"""The real program as a process that starts fast: forked from a server that has imported everything already.

Importing takes two seconds of CPU, most of them aiogram's; a test that starts the program fifty times cannot spend them
each time. From there on it is ``settledesk run`` like any other, in a process of its own that ``kill -9`` ends.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from pathlib import Path

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["bot.assembly", "bot.cli", "bot.commands.run"])


class Forked:
    """``settledesk run`` with these settings. Made as ``tests.benchmarks.ground.Process`` is, and used alike."""

    def __init__(self, name: str, environment: dict[str, str], log: Path) -> None:
        self.name, self.log = name, log
        self._process = _SERVER.Process(target=_run, args=(environment, str(log)), name=name, daemon=True)

    async def start(self) -> None:
        """Start it; it is not ready yet when this returns."""
        self._process.start()

    @property
    def ended(self) -> bool:
        """Whether it ended by itself."""
        return not self._process.is_alive()

    async def kill(self) -> None:
        """``kill -9``."""
        self._process.kill()
        await asyncio.to_thread(self._process.join)

    async def stop(self) -> None:
        """Ask it to end, and end it when it does not."""
        self._process.terminate()
        await asyncio.to_thread(self._process.join, 20)
        if self._process.is_alive():
            await self.kill()


def _run(environment: dict[str, str], log: str) -> None:
    """In the new process: what a shell would have set up, then the program's own entry."""
    from bot.__main__ import main

    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    os.environ.clear()
    os.environ.update(kept | environment)
    sys.argv = ["settledesk", "run"]
    main()
