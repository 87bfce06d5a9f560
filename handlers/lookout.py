"""What is watched is looked at again when its time has come, and told of when there is news."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.desk import Asker, Desk
from handlers.keeping import read_watch, watch_json
from knowledge.events import Looked
from knowledge.library import KnowledgeBase
from knowledge.records import LookupResult, Query, Unavailable
from knowledge.watches import FIRST_HOUR, LAST_HOUR, RETRY_MINUTES, SELDOM, Outcome, Watch, look_again
from storage.database import Storage
from storage.errors import StaleWatch
from storage.settlement.books import last_import
from storage.settlement.source import SettlementSource
from storage.unit import Unit

log = logging.getLogger(__name__)

PER_ROUND = 20
"""So many watches are looked at before the clock looks at other things again."""
PATIENCE = 20.0
"""Seconds after which a source that does not answer counts as silent."""
PAUSE = timedelta(minutes=1)
"""A silent source is left alone for so long: the next one in the queue would only wait for it too."""
AFTER_FAILURE = timedelta(hours=1)
LEDGER_EVERY = timedelta(seconds=10)
"""How often the ledger of imports is asked whether records came: one index entry."""
AT_MOST_EVERY = timedelta(seconds=30)
"""Imports may come by the second, as events of a provider; everything is looked at so often for them, no oftener."""


class Lookout:
    """Looks at what is due, a few at a time, asking the source with no transaction open; the desk tells the news."""

    def __init__(
        self,
        storage: Storage,
        source: SettlementSource,
        desk: Desk,
        base: Callable[[], KnowledgeBase],
        clock: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        self.storage = storage
        self.source = source
        self.desk = desk
        self.base = base
        self.clock = clock
        self.zone = zone
        self._paused_until: datetime | None = None
        self._ledger_at: datetime | None = None
        self._imported = 0

    async def round(self) -> None:
        """Look at the watches that are due. One that fails is put off, so that it does not stand before the others."""
        now = self.clock().astimezone(self.zone)
        if self._paused_until is not None and now < self._paused_until:
            return
        await self._after_import(now)
        due = await self.storage.read(lambda unit: unit.watches.due(now, PER_ROUND))
        places = dict.fromkeys(_place(read_watch(stored)) for stored in due)
        for place in places:
            try:
                answered = await self._look(*place)
            except Exception:
                log.exception("a look at what is watched failed; it is put off")
                await self._put_off(*place, now + AFTER_FAILURE)
                continue
            if not answered:
                self._paused_until = now + PAUSE
                return

    async def _after_import(self, now: datetime) -> None:
        """Records came in: everything is looked at now, at night in the morning as ever.

        An import that ended longer ago than watches wait was seen by their ordinary looks.
        """
        if self._ledger_at is not None and now < self._ledger_at:
            return
        self._ledger_at = now + LEDGER_EVERY
        last = await self.storage.read(lambda unit: last_import(unit.wire))
        if last is None or last[0] <= self._imported:
            return
        self._imported, ended = last
        if FIRST_HOUR <= now.hour < LAST_HOUR and now - ended < timedelta(minutes=SELDOM):
            await self.storage.run(lambda unit: unit.watches.sooner(now))
            self._ledger_at = now + AT_MOST_EVERY

    async def _look(self, chat: int, user: int, terminal: str, merchant: str) -> bool:
        """One question to the source for everything that a chat watches of a terminal; False when it was silent."""
        stored, bound = await self.storage.read(
            lambda unit: (unit.watches.of_chat(chat), unit.people.merchants_of(user))
        )
        watches = [watch for watch in map(read_watch, stored) if _place(watch) == (chat, user, terminal, merchant)]
        if merchant not in bound:
            await self._tell(chat, user, tuple(map(Outcome, watches)), Unavailable("not bound any more"))
            return True
        result = await self._ask(terminal, merchant, watches)
        base, now = self.base(), self.clock().astimezone(self.zone)
        outcomes = [look_again(watch, result, base.acquirers, base.calendar, now) for watch in watches]
        told = tuple(outcome for outcome in outcomes if outcome.news or outcome.ended)
        quiet = [outcome.watch for outcome in outcomes if outcome not in told]
        silent = isinstance(result, Unavailable)
        await self._keep(quiet, now, silent=silent)
        if told:
            await self._tell(chat, user, told, result)
        return not silent

    async def _ask(self, terminal: str, merchant: str, watches: list[Watch]) -> LookupResult:
        days = tuple(sorted({day for watch in watches for day in watch.answers.trade_dates}))
        query = Query(terminal, days, frozenset({merchant}))
        try:
            return await asyncio.wait_for(self.source.look_up(query), PATIENCE)
        except TimeoutError:
            return Unavailable("no answer in time", self.source.name)

    async def _tell(self, chat: int, user: int, outcomes: tuple[Outcome, ...], result: LookupResult) -> None:
        """The news, the tickets' notes and the watches after it are one commit: another look's come first, or these."""
        try:
            await self.desk.take_turn(None, Asker(chat, user), Looked(outcomes, result))
        except StaleWatch:
            log.info("a watch was told of or stopped meanwhile")

    async def _keep(self, watches: list[Watch], now: datetime, *, silent: bool) -> None:
        book = self.desk.watches

        def work(unit: Unit, watch: Watch) -> None:
            retry = now + timedelta(minutes=RETRY_MINUTES * (1 + book.jitter()))
            unit.watches.save(
                watch.number, watch.version, watch_json(watch), retry if silent else book.next(watch, now)
            )

        for watch in watches:
            try:
                await self.storage.run(lambda unit, watch=watch: work(unit, watch))  # type: ignore[misc]
            except StaleWatch:
                continue

    async def _put_off(self, chat: int, user: int, terminal: str, merchant: str, until: datetime) -> None:
        def work(unit: Unit) -> None:
            for stored in unit.watches.of_chat(chat):
                if _place(read_watch(stored)) == (chat, user, terminal, merchant):
                    unit.watches.save(stored.number, stored.version, stored.data, until)

        await self.storage.run(work)


def _place(watch: Watch) -> tuple[int, int, str, str]:
    """What one question to the source answers for."""
    return watch.chat, watch.user, watch.subject.terminal_id, watch.subject.merchant_no
