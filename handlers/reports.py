"""What knowledge admins are told: that the base is broken, once for each fault, that it is good again, and answers."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from knowledge.errors import Problem
from knowledge.library import KnowledgeBase
from knowledge.postings import Answer, Edit, Key, Text
from storage.database import Storage
from storage.errors import AlreadyDone
from storage.unit import Unit

REFUSED, SERVED = "base_refused", "base_served"
SHOWN = 12
"""So many problems are listed in a message; the rest is counted."""
LONGEST = 230
"""Characters of a problem that is shown: twelve of them fit into a message."""


class Reports:
    """Tells the admins. Of several processes that find the same, one tells it."""

    def __init__(
        self,
        storage: Storage,
        base: Callable[[], KnowledgeBase],
        clock: Callable[[], datetime],
        admins: Sequence[int],
    ) -> None:
        self.storage = storage
        self.base = base
        self.clock = clock
        self.admins = tuple(admins)

    async def refused(self, version: str, problems: Sequence[Problem]) -> None:
        """The folder became ``version``, which cannot serve."""

        def work(unit: Unit) -> None:
            before = unit.audit.turned(self.clock(), REFUSED, SERVED, version)
            if before is None or (before.action, before.detail.get("what")) != (REFUSED, version):
                self._tell(unit, "base_refused", problems=listed(problems), more=len(problems[SHOWN:]))

        await self.storage.run(work)

    async def serves(self, version: str) -> None:
        """``version`` serves now. Admins hear of it when the one before it was refused."""

        def work(unit: Unit) -> None:
            before = unit.audit.turned(self.clock(), SERVED, REFUSED, version)
            if before is not None and before.action == REFUSED:
                self._tell(unit, "base_good_again", version=version)

        await self.storage.run(work)

    def _tell(self, unit: Unit, phrase: str, **values: object) -> None:
        base, now = self.base(), self.clock()
        html = str(base.phrase(base.default_locale, phrase, **values))
        for admin in self.admins:
            unit.outbox.post(Text(admin, html), now)


def listed(problems: Sequence[Problem]) -> list[str]:
    """The first problems as lines: where, what, and what to do."""
    return [shortened(str(problem)) for problem in problems[:SHOWN]]


def shortened(line: str, most: int = LONGEST) -> str:
    """A line of at most so many characters."""
    return line if len(line) <= most else f"{line[: most - 1]}…"


@dataclass(frozen=True, slots=True)
class Admin:
    """A knowledge admin who asks: where (in the group with its topic), in which message, and in which language."""

    update: int
    chat: int
    user: int
    message: int
    locale: str
    topic: int | None = None
    callback: str | None = None
    """The button that was pressed, of the message ``message``; None: the message is the admin's own."""


@dataclass(frozen=True, slots=True)
class Note:
    """What the audit log keeps of an act."""

    action: str
    detail: Mapping[str, object]


class Answering:
    """Answers admins: one commit with the update's completion and the audit log's entry."""

    def __init__(self, storage: Storage, base: Callable[[], KnowledgeBase], clock: Callable[[], datetime]) -> None:
        self.storage = storage
        self.base = base
        self.clock = clock

    async def reader(self, admin: Admin) -> Admin:
        """The admin with the language that they chose, if they ever did."""
        chosen = await self.storage.read(lambda unit: unit.people.locale_of(admin.user))
        return admin if chosen is None else replace(admin, locale=self.base().locale(chosen))

    async def say(
        self,
        phrase: str,
        admin: Admin,
        keys: Sequence[tuple[str, str]] = (),
        note: Note | None = None,
        **values: object,
    ) -> None:
        """Answer with a phrase. ``keys``: labels and data of buttons, one in a row."""
        html = str(self.base().phrase(admin.locale, phrase, **values))
        rows = tuple((Key(label, data),) for label, data in keys)

        def work(unit: Unit) -> None:
            now = self.clock()
            unit.inbox.complete(admin.update)
            if note is not None:
                unit.audit.note(now, admin.user, note.action, detail=note.detail)
            said = Text(admin.chat, html, rows, reply_to=admin.message, ticket=_ticket(unit, admin), role="note")
            unit.outbox.post(said, now)

        with contextlib.suppress(AlreadyDone):
            await self.storage.run(work)

    async def taken(self, admin: Admin) -> None:
        """Tell at once that a pressed button is being seen to, which may take a while; the buttons go away."""
        callback = admin.callback
        if callback is None:
            return
        seen = self.base().plain(admin.locale, "kb_at_work")

        def work(unit: Unit) -> None:
            now = self.clock()
            unit.outbox.post(Answer(admin.chat, callback, seen), now)
            unit.outbox.post(Edit(admin.chat, admin.message, ticket=_ticket(unit, admin)), now)

        await self.storage.run(work)


def _ticket(unit: Unit, admin: Admin) -> int | None:
    """The ticket in whose topic the admin asks."""
    ticket = None if admin.topic is None else unit.tickets.by_topic(admin.chat, admin.topic)
    return None if ticket is None else ticket.number
