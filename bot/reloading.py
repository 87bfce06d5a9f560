"""Live reload: a changed folder is checked and exchanged whole between turns; a broken one never serves.

Runs in every process. What costs CPU happens beside the serving loop: the check and learning in processes of their own,
reading in a thread. Why so: docs/decisions/0010-live-reload.md.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from handlers.reports import Reports
from handlers.serving import Check, CheckFailed, Serving, Status, errors_in
from knowledge.errors import KnowledgeErrors, Problem
from knowledge.files import signature
from knowledge.library import KnowledgeBase
from knowledge.loader import load, version

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two looks at the folder; it is taken when two looks in a row found the same."""
AFTER_FAILURE = 15.0
TRIES = 3
"""How often a folder that changes while it is being read is read anew before the next look."""
Learn = Callable[[KnowledgeBase], Awaitable[None]]
Served = Callable[[KnowledgeBase], Awaitable[None]]


class Reloader:
    """Keeps what serves up to date with its folder.

    ``learn`` is awaited with the new base before it serves, ``served`` after it does. ``seen``: the
    signature of the folder when the serving base was read.
    """

    def __init__(
        self,
        folder: Path,
        serving: Serving,
        check: Check,
        reports: Reports,
        clock: Callable[[], datetime],
        learn: Learn,
        *,
        seen: object = None,
        served: Served | None = None,
    ) -> None:
        self._folder = folder
        self._serving = serving
        self._check = check
        self._reports = reports
        self._clock = clock
        self._learn = learn
        self._served = served
        self._taken: object = seen
        self._looked: object = seen
        self._since = clock()
        self._faults: tuple[Problem, ...] = ()
        self._one = asyncio.Lock()

    def status(self) -> Status:
        """What serves and since when, and why the folder as it is now does not."""
        return Status(self._serving.base.version, self._since, self._faults)

    async def check(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the folder now, warnings included. Raises ``CheckFailed``."""
        return await self._check(self._folder)

    async def run(self, stop: asyncio.Event) -> None:
        """Look at the folder until ``stop``. A failing look is logged, and the next one tries again."""
        wait = EVERY
        await self._quietly(self._reports.serves(self._serving.base.version))
        while not stop.is_set():
            try:
                await asyncio.wait_for(stop.wait(), wait)
            except TimeoutError:
                wait = EVERY if await self._quietly(self.look()) else AFTER_FAILURE

    async def _quietly(self, step: Awaitable[None]) -> bool:
        try:
            await step
        except CheckFailed as failure:
            log.error("the knowledge base could not be checked: %s", failure)
        except Exception:
            log.exception("a look at the knowledge base failed; it will be tried again")
        else:
            return True
        return False

    async def look(self) -> None:
        """Take the folder when it was changed and nobody has written to it since the last look."""
        now = await asyncio.to_thread(signature, self._folder)
        if now != self._taken and now == self._looked:
            await self.reload()
        self._looked = now

    async def reload(self) -> Status:
        """Take the folder as it is now, if it is good. Raises ``CheckFailed``."""
        async with self._one:
            for _ in range(TRIES):
                if await self._take(await asyncio.to_thread(signature, self._folder)):
                    break
        return self.status()

    async def _take(self, seen: object) -> bool:
        """Serve the folder, or say why not; False when it was changed while it was being read."""
        try:
            found = await asyncio.to_thread(version, self._folder)
            base, faults = await self._read(found)
        except OSError as error:  # a file that went away between listing and reading
            log.info("the knowledge base changed while it was read: %s", error)
            return False
        if await asyncio.to_thread(signature, self._folder) != seen:
            return False
        self._faults = faults
        if base is None:
            log.warning("knowledge base %s is refused, %s serves on: %s", found, self._serving.base.version, faults[0])
            await self._reports.refused(found, faults)
        else:
            await self._exchange(base)
            await self._reports.serves(base.version)
        self._taken = seen
        return True

    async def _read(self, found: str) -> tuple[KnowledgeBase | None, tuple[Problem, ...]]:
        if found == self._serving.base.version:  # touched only, or brought back to what it was
            return self._serving.base, ()
        try:
            base = await asyncio.to_thread(load, self._folder)
        except KnowledgeErrors as broken:  # most mistakes: told at once, without the seconds of a whole check
            return None, broken.problems
        errors = errors_in(await self._check(self._folder))
        return (None, errors) if errors else (base, ())

    async def _exchange(self, base: KnowledgeBase) -> None:
        before = self._serving.base
        if base is before:
            return
        base.learnt_as(before)
        await self._learn(base)
        self._serving.exchange(base)
        self._since = self._clock()
        log.info("knowledge base %s serves instead of %s", base.version, before.version)
        if self._served is not None:
            await self._served(base)
