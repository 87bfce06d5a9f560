"""A knowledge admin sends a changed file: checked as a whole base, shown as a difference, confirmed, put in place."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from handlers.reports import SHOWN, Admin, Answering, Note, listed, shortened
from handlers.serving import Check, CheckFailed, Keeper, errors_in
from knowledge.errors import Problem
from knowledge.fields import near
from knowledge.library import KnowledgeBase
from storage.base_files import MOST_BYTES, BaseFiles, Change
from storage.database import Storage

LINES_SHOWN = 60
LINE_SHOWN = 100
CHARACTERS_SHOWN = 2800
"""Of a difference, so that it fits into one message with what else is said."""
Fetch = Callable[[str], Awaitable[bytes]]
"""The content of a file by Telegram's id; raises ``ConnectionError`` when Telegram does not give it."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A document as Telegram tells of it. ``size`` in bytes; ``caption`` may name the file or folder that is meant."""

    id: str
    name: str
    size: int
    caption: str = ""


class Filing:
    """The use cases of sent files. Every one of them may be repeated: see ``storage.base_files``."""

    def __init__(
        self,
        storage: Storage,
        base: Callable[[], KnowledgeBase],
        clock: Callable[[], datetime],
        files: BaseFiles,
        check: Check,
        keeper: Keeper,
        fetch: Fetch,
    ) -> None:
        self.base = base
        self.files = files
        self.check = check
        self.keeper = keeper
        self.fetch = fetch
        answering = Answering(storage, base, clock)
        self._say, self._reader, self._taken = answering.say, answering.reader, answering.taken

    async def receive(self, admin: Admin, sent: SentFile) -> None:
        """A file came: which one is meant, or what it would change."""
        admin = await self._reader(admin)
        try:
            await self._receive(admin, sent)
        except OSError as error:  # ConnectionError too
            await self._say("kb_file_failed", admin, why=shortened(str(error)))

    async def press(self, admin: Admin, action: str, token: str, index: int) -> None:
        """A button: this file is meant, put it in place, drop it, undo it. One that is not known any more says so."""
        admin = await self._reader(admin)
        await self._taken(admin)
        try:
            change = await asyncio.to_thread(self.files.change, token)
            match action:
                case "file":
                    await self._examine(admin, await asyncio.to_thread(self.files.choose, token, index))
                case "put":
                    await self._put(admin, change)
                case "undo":
                    await self._undo(admin, change)
                case "drop":
                    await asyncio.to_thread(self.files.drop, change)
                    await self._say("kb_file_dropped", admin)
                case _:
                    await self._say("kb_file_gone", admin)
        except LookupError:
            await self._say("kb_file_gone", admin)
        except OSError as error:
            await self._say("kb_file_failed", admin, why=shortened(str(error)))

    async def _receive(self, admin: Admin, sent: SentFile) -> None:
        if sent.size > MOST_BYTES:
            await self._say("kb_file_too_large", admin, most=MOST_BYTES // 1024)
            return
        names = await asyncio.to_thread(self.files.meant, sent.name, sent.caption)
        if not names:
            every = {name.rpartition("/")[2] for name in await asyncio.to_thread(self.files.names)}
            await self._say("kb_file_unknown", admin, name=shortened(sent.name, 80), meant=near(sent.name, every))
            return
        content = await self.fetch(sent.id)
        if len(content) > MOST_BYTES:
            await self._say("kb_file_too_large", admin, most=MOST_BYTES // 1024)
            return
        change = await asyncio.to_thread(self.files.propose, f"{admin.update:x}", names, content, admin.user)
        if change.name is None:
            keys = [(name, f"kb:file:{change.token}:{index}") for index, name in enumerate(names)]
            await self._say("kb_file_which", admin, keys, name=shortened(sent.name, 80))
        else:
            await self._examine(admin, change)

    async def _examine(self, admin: Admin, change: Change) -> None:
        """What the change would do: errors forbid it, a difference waits for a confirmation."""
        lines = await asyncio.to_thread(self.files.difference, change)
        if not lines:
            await self._say("kb_file_same", admin, name=change.name)
            return
        try:
            problems = await self._problems(change)
        except CheckFailed as failure:
            await self._say("kb_check_failed", admin, why=str(failure))
            return
        if errors := errors_in(problems):
            more = len(errors[SHOWN:])
            await self._say("kb_file_broken", admin, name=change.name, problems=listed(errors), more=more)
            return
        put, drop = (self.base().plain(admin.locale, key) for key in ("button_kb_put", "button_kb_drop"))
        shown, left = _shown(lines)
        own = [problem for problem in problems if problem.file == change.name]
        await self._say(
            "kb_file_difference",
            admin,
            [(put, f"kb:put:{change.token}:0"), (drop, f"kb:drop:{change.token}:0")],
            name=change.name,
            lines=shown,
            more=left,
            warnings=listed(own[:3]),
        )

    async def _problems(self, change: Change) -> tuple[Problem, ...]:
        """What would be wrong with the whole base, its files named as admins know them."""
        with tempfile.TemporaryDirectory(prefix="settledesk-base-") as place:
            folder = await asyncio.to_thread(self.files.draft, change, Path(place))
            found = await self.check(folder)
        there = f"{folder.as_posix()}/"
        return tuple(
            Problem(one.file.removeprefix(there), one.line, one.column, one.message, one.remedy, one.level)
            for one in found
        )

    async def _put(self, admin: Admin, change: Change) -> None:
        outcome = await asyncio.to_thread(self.files.put, change)
        if outcome == "outdated":
            await self._say("kb_file_outdated", admin, name=change.name)
            return
        undo = self.base().plain(admin.locale, "button_kb_undo")
        await self._say(
            "kb_file_put",
            admin,
            [(undo, f"kb:undo:{change.token}:0")],
            Note("kb_file_put", {"file": change.name, "change": change.token}),
            name=change.name,
            serves=await self._serves(),
        )

    async def _undo(self, admin: Admin, change: Change) -> None:
        outcome = await asyncio.to_thread(self.files.undo, change)
        if outcome == "outdated":
            await self._say("kb_file_outdated", admin, name=change.name)
            return
        note = Note("kb_file_undone", {"file": change.name, "change": change.token})
        await self._say("kb_file_undone", admin, note=note, name=change.name, serves=await self._serves())

    async def _serves(self) -> str | None:
        """The version that serves with the file as it is now; None: it serves when the folder has no errors."""
        try:
            status = await self.keeper.reload()
        except CheckFailed:
            return None
        return None if status.faults else status.version


def _shown(lines: list[str]) -> tuple[list[str], int]:
    """As many lines of a difference as a message has room for, and how many are left out."""
    shown: list[str] = []
    room = CHARACTERS_SHOWN
    for line in lines[:LINES_SHOWN]:
        short = shortened(line, LINE_SHOWN)
        room -= len(short) + 1
        if room < 0:
            break
        shown.append(short)
    return shown, len(lines) - len(shown)
