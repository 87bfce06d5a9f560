"""Watches within a unit of work: kept, listed, stopped, saved after their news."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from handlers.keeping import read_watch, watch_json
from knowledge.case import Case
from knowledge.events import WatchesListed, WatchStarted, WatchStopped
from knowledge.library import KnowledgeBase
from knowledge.moves import EndWatch, KeepWatch, StartWatch, StopWatch
from knowledge.watches import Watch, added, next_look
from storage.unit import Unit


class WatchBook:
    """What happens to watches within a unit of work."""

    def __init__(self, base: Callable[[], KnowledgeBase], jitter: Callable[[], float] = random.random) -> None:
        self.base = base
        self.jitter = jitter

    def start(self, unit: Unit, case: Case, move: StartWatch, now: datetime) -> WatchStarted:
        """Keep the wishes that are new and not too many; a wish for what a ticket watches makes it the merchant's."""
        existing = [read_watch(stored) for stored in unit.watches.of_chat(case.chat)]
        wishes = added(existing, move.watches)
        for watch in wishes.raised:
            unit.watches.save(watch.number, watch.version, watch_json(watch), self.next(watch, now))
        for watch in wishes.new:
            number = unit.watches.add(watch.chat, watch.user, watch_json(watch), self.next(watch, now))
            unit.audit.note(now, case.user, "watch_started", ticket=watch.ticket, detail={"watch": number})
        return WatchStarted((*wishes.new, *wishes.raised), wishes.same, wishes.refused, move.asked)

    def list(self, unit: Unit, case: Case) -> WatchesListed:
        """All watches of the chat."""
        return WatchesListed(tuple(read_watch(stored) for stored in unit.watches.of_chat(case.chat)))

    def stop(self, unit: Unit, case: Case, move: StopWatch, now: datetime) -> WatchStopped:
        """Let one go; only one's own."""
        stored = unit.watches.stop(move.number, case.chat)
        if stored is None:
            return WatchStopped(None)
        unit.audit.note(now, case.user, "watch_stopped", detail={"watch": move.number})
        return WatchStopped(read_watch(stored))

    def keep(self, unit: Unit, move: KeepWatch, now: datetime) -> None:
        """The watch after its news; raises ``StaleWatch`` when they were told by another look."""
        watch = move.watch
        unit.watches.save(watch.number, watch.version, watch_json(watch), self.next(watch, now))

    def end(self, unit: Unit, move: EndWatch, now: datetime) -> None:
        """The watch is over; raises ``StaleWatch`` likewise."""
        unit.watches.end(move.watch.number, move.watch.version)
        unit.audit.note(now, 0, "watch_ended", ticket=move.watch.ticket, detail={"watch": move.watch.number})

    def next(self, watch: Watch, now: datetime) -> datetime:
        """When to look at it again."""
        return next_look(watch, now, self.base().calendar, self.jitter())
