"""What time does to tickets: reminders, missed deadlines, waits and bans that are over, silent merchants, closing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.tickets import TicketDesk
from knowledge.bans import Ban
from knowledge.ticket_events import Tick
from storage.database import Storage
from storage.errors import StaleCase, StaleTicket
from storage.unit import Unit

log = logging.getLogger(__name__)

PER_ROUND = 100


class Timekeeper:
    """Looks at the tickets whose moment has come, each in a unit of its own."""

    def __init__(self, storage: Storage, tickets: TicketDesk, clock: Callable[[], datetime], zone: ZoneInfo) -> None:
        self.storage = storage
        self.tickets = tickets
        self.clock = clock
        self.zone = zone

    async def round(self) -> None:
        """Look at what is due. Who was faster, another process or somebody of staff, leaves nothing to do here."""
        now = self.clock().astimezone(self.zone)
        for number in await self.storage.read(lambda unit: unit.tickets.due(now, PER_ROUND)):
            try:
                await self.storage.run(lambda unit, number=number: self._look(unit, number, now))  # type: ignore[misc]
            except (StaleTicket, StaleCase):
                log.info("ticket %s was changed meanwhile; the next round looks again", number)
            except Exception:  # the others behind it are not to wait for what is wrong with this one
                log.exception("the clock could not look at ticket %s", number)
        for ban in await self.storage.read(lambda unit: unit.bans.ended(now)):
            await self.storage.run(lambda unit, ban=ban: self._end(unit, ban, now))  # type: ignore[misc]

    def _end(self, unit: Unit, ban: Ban, now: datetime) -> None:
        """A ban is over by itself: the ticket's topic hears of it and of what was kept away."""
        if not unit.bans.close(ban.number, now):
            return
        unit.audit.note(now, 0, "ban_over", ticket=ban.ticket, detail={"user": ban.user, "messages": ban.messages})
        ticket = unit.tickets.by_number(ban.ticket)
        if ticket is not None:
            self.tickets.note(unit, ticket, "note_ban_over", now, count=ban.messages)

    def _look(self, unit: Unit, number: int, now: datetime) -> None:
        ticket = unit.tickets.by_number(number)
        if ticket is not None and ticket.look_at is not None and ticket.look_at <= now:
            self.tickets.happen(unit, ticket, Tick(), now)
