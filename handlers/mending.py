"""Support groups that have to be mended: told to supervisors once, not with every message that waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.groups import Groups, Trouble
from handlers.keeping import read_case
from handlers.tickets import TicketDesk
from knowledge.library import KnowledgeBase
from knowledge.postings import Text
from storage.database import Storage
from storage.unit import Unit

UNHEARD = ("group_trouble_removed", "group_trouble_gone")
"""What the group itself cannot hear, and needs not hear afterwards."""


class Mending:
    """What is done and told when a support group is lost, moves, is full, or is good again."""

    def __init__(
        self,
        storage: Storage,
        base: Callable[[], KnowledgeBase],
        clock: Callable[[], datetime],
        zone: ZoneInfo,
        tickets: TicketDesk,
        supervisors: Sequence[int],
    ) -> None:
        self.storage = storage
        self.base = base
        self.clock = clock
        self.zone = zone
        self.tickets = tickets
        self.supervisors = tuple(supervisors)
        self._moving = asyncio.Lock()

    @property
    def groups(self) -> Groups:
        """The groups of the desk."""
        return self.tickets.groups

    async def begin(self) -> None:
        """What earlier runs learnt of the groups; topics from before there were several are in the first one."""

        def work(unit: Unit) -> None:
            self.groups.remember(unit.groups.all())
            if first := self.groups.all()[:1]:
                unit.tickets.adopt_topics(first[0])

        await self.storage.run(work)

    async def troubled(self, chat: int, trouble: Trouble) -> None:
        """The group cannot be used: supervisors hear what to do, and the group as far as it can hear. Once."""
        what = " ".join((trouble.kind, *trouble.missing))

        def work(unit: Unit) -> None:
            before = unit.audit.turned(self.clock(), _troubled(chat), _mended(chat), what)
            if before is None or (before.action, before.detail.get("what")) != (_troubled(chat), what):
                self._tell(unit, chat, f"group_trouble_{trouble.kind}", missing=trouble.missing)

        await self.storage.run(work)

    async def mended(self, chat: int) -> None:
        """The group can be used again; whoever heard of the trouble hears of its end."""

        def work(unit: Unit) -> None:
            before = unit.audit.turned(self.clock(), _mended(chat), _troubled(chat), "")
            if before is not None and before.action == _troubled(chat):
                self._tell(unit, chat, "group_mended")

        await self.storage.run(work)

    async def full(self, chat: int) -> None:
        """Telegram loses every new topic of the group: from now on they are made in the other one, if any."""
        if chat not in self.groups.all():
            return

        def work(unit: Unit) -> int | None:
            unit.groups.full(chat, self.clock())
            rest = Groups(*self.groups.all())
            rest.remember(unit.groups.all())
            other = rest.current
            if other is None or other == chat:
                return None
            unit.audit.note(self.clock(), 0, "group_full", detail={"group": chat, "other": other})
            self._tell(unit, chat, "group_rolled_over", other=other)
            return other

        if await self.storage.run(work) is not None:
            self.groups.fill(chat)
        # without another group this one stays the current one: the sender holds what needs a topic

    async def moved(self, old: int, new: int, update: int | None = None) -> None:
        """The group has another id. No topic moves with it: live tickets get theirs anew, with all that was said.

        ``update``: the one that tells of it, completed by the same commit.
        """
        async with self._moving:  # Telegram says so to everything that is under way
            await self._move(old, new, update, ours=self.groups.ours(old))

    async def _move(self, old: int, new: int, update: int | None, *, ours: bool) -> None:
        def work(unit: Unit) -> None:
            if update is not None:
                unit.inbox.complete(update)
            if not ours:  # another group, or known already
                return
            now = self.clock().astimezone(self.zone)
            unit.groups.moved(old, new)
            unit.audit.note(now, 0, "group_moved", detail={"from": old, "to": new})
            for number in unit.tickets.leave_group(old):
                self.tickets.rebuild(unit, number, now)
            self._tell(unit, new, "group_moved", old=old, new=new)

        await self.storage.run(work)
        if ours:  # postings that name the old id go to the new one, these first
            self.groups.move(old, new)

    def _tell(self, unit: Unit, chat: int, phrase: str, **values: Any) -> None:
        """To every supervisor in private and to the group itself: one of them will be able to hear it."""
        base, now = self.base(), self.clock().astimezone(self.zone)
        for supervisor in self.supervisors:
            locale = base.locale(_language(unit, supervisor))
            unit.outbox.post(Text(supervisor, str(base.phrase(locale, phrase, group=chat, **values))), now)
        if phrase not in UNHEARD:
            html = str(base.phrase(base.default_locale, phrase, group=chat, **values))
            unit.outbox.post(Text(chat, html, role="note"), now)


def _language(unit: Unit, supervisor: int) -> str | None:
    """The language that they chose, else the one in which they talk with the bot."""
    if (chosen := unit.people.locale_of(supervisor)) is not None:
        return chosen
    talk = unit.cases.of(supervisor)
    return None if talk is None else read_case(talk).locale


def _troubled(chat: int) -> str:
    return f"group_troubled {chat}"


def _mended(chat: int) -> str:
    return f"group_mended {chat}"
