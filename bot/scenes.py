"""Worlds in which an author tries the desk: the demo's records, a conversation test's, a bundle, or the real ones.

The conversation itself is kept in a database of its own that is gone afterwards: nothing of a try reaches the desk's.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.clock import clock_from
from bot.demo.bundle import NOW, Person, write_bundle
from bot.settings import Settings
from bot.sources import source_of
from knowledge.library import KnowledgeBase
from knowledge.records import Absent, Foreign, Found, LookupResult, Merchant, Query, Records, Terminal, Unavailable
from knowledge.rehearsal import Rehearsal
from knowledge.scripts import read_scripts
from storage.database import Storage
from storage.settlement.importing import Importer
from storage.settlement.source import Freshness, SettlementSource
from storage.settlement.table import TableSource

DEMO, CONFIGURED = "demo", "configured"


class NoScene(Exception):  # noqa: N818 - what the author named cannot be played
    """What was named is no world to try the desk in; says why."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a try takes place. ``merchant_no``: whose records the visitor may see; ``hint``: words to begin with."""

    storage: Storage
    source: SettlementSource
    now: datetime
    merchant_no: str | None = None
    hint: str = ""


class PlayedSource:
    """One merchant's records out of a conversation test. The moment is that of the conversation."""

    name = "played"

    def __init__(self, script: Rehearsal) -> None:
        self._records: Records = script.records
        self._terminals = (script.records.terminal.terminal_id, *script.script.get("other_terminals", ()))
        self._now = script.now
        self._stale = bool(script.script.get("stale"))

    async def look_up(self, query: Query) -> LookupResult:
        """The records of the merchant's terminals."""
        if query.terminal_id not in self._terminals:
            return Absent(self.name)
        merchant = self._records.merchant.merchant_no
        if merchant not in query.merchants:
            return Foreign(self.name)
        terminal = self._records.terminal
        if query.terminal_id != terminal.terminal_id:
            terminal = Terminal(query.terminal_id, merchant)
        return Found(replace(self._records, terminal=terminal), self.name, self._now, self._stale)

    async def merchants_with_phone(self, e164: str) -> tuple[Merchant, ...] | Unavailable:
        """The merchant, by the phone that the test says."""
        return (self._records.merchant,) if e164 == self._records.merchant.phone else ()

    async def merchant(self, merchant_no: str) -> Merchant | Unavailable | None:
        """The merchant, by number."""
        return self._records.merchant if merchant_no == self._records.merchant.merchant_no else None

    async def owner(self, terminal_id: str) -> str | Unavailable | None:
        """Whose terminal it is."""
        return self._records.merchant.merchant_no if terminal_id in self._terminals else None

    async def freshness(self) -> tuple[Freshness | Unavailable, ...]:
        """As of the conversation's beginning."""
        return (Freshness(self.name, self._now, self._stale),)

    async def close(self) -> None:
        """Nothing is open."""


@asynccontextmanager
async def scene(named: str, visitor: str | None, base: KnowledgeBase, settings: Settings) -> AsyncIterator[Scene]:
    """Set up ``demo``, ``configured``, a conversation test or a native bundle. Raises ``NoScene``.

    ``visitor``: the merchant number of who comes in; of the demo also the cause that the records lead to.
    """
    async with AsyncExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="settledesk-try-")))
        storage = Storage.open(f"sqlite:///{place / 'try.db'}")
        stack.push_async_callback(storage.close)
        if named == DEMO:
            people = write_bundle(place / "bundle").people
            await _import(storage, place / "bundle", NOW, base)
            source = TableSource(storage, lambda: NOW, timezone=settings.timezone)
            person = _person(people, visitor)
            yield Scene(storage, source, NOW, person.merchant_no, person.opening)
        elif named == CONFIGURED:
            real = Storage.open(settings.database_url)
            stack.push_async_callback(real.close)
            clock = clock_from(settings.settledesk_now)
            configured = source_of(settings, real, clock, lambda: base.providers)
            stack.push_async_callback(configured.close)
            yield Scene(storage, configured, clock(), visitor)
        elif Path(named).suffix in (".yaml", ".yml"):
            script = _script(Path(named), base)
            own = script.records.merchant.merchant_no
            yield Scene(storage, PlayedSource(script), script.now, visitor or own, _first_words(script))
        elif await asyncio.to_thread(Path(named).exists):
            now = clock_from(settings.settledesk_now)()
            await _import(storage, Path(named), now, base)
            yield Scene(storage, TableSource(storage, lambda: now, timezone=settings.timezone), now, visitor)
        else:
            raise NoScene(f"{named} is neither {DEMO}, {CONFIGURED}, a conversation test nor a bundle")


def _person(people: tuple[Person, ...], visitor: str | None) -> Person:
    wanted = visitor or "paid_to_old_card"
    found = next((person for person in people if wanted in (person.cause, person.merchant_no)), None)
    if found is None:
        raise NoScene(f"nobody in the demo is {wanted}; name a cause, such as paid_to_old_card")
    return found


def _script(file: Path, base: KnowledgeBase) -> Rehearsal:
    read = read_scripts([file], base)
    if read.problems:
        raise NoScene("\n".join(map(str, read.problems)))
    if not read.conversations:
        raise NoScene(f"{file} is no conversation test")
    return Rehearsal(read.conversations[0].script, base)


def _first_words(script: Rehearsal) -> str:
    return str(script.script["talk"][0].get("merchant", ""))


async def _import(storage: Storage, bundle: Path, now: datetime, base: KnowledgeBase) -> None:
    outcome = await asyncio.to_thread(Importer(storage.engine, lambda: now, base.providers).run, [bundle])
    if not outcome.good:
        raise NoScene(f"{bundle} cannot be imported; `settledesk settlements import` says why")
