"""What time does to tickets: reminders, missed deadlines, waits that are over, silent merchants, final closing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.tickets import TicketDesk
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

    def _look(self, unit: Unit, number: int, now: datetime) -> None:
        ticket = unit.tickets.by_number(number)
        if ticket is not None and ticket.look_at is not None and ticket.look_at <= now:
            self.tickets.happen(unit, ticket, Tick(), now)
