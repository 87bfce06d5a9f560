"""What people do to topics with Telegram's own means: put right where it would mislead, and said why."""

from __future__ import annotations

from typing import Literal

from handlers.counter import Counter, Said, ticket_of
from storage.unit import Unit

Change = Literal["closed", "reopened", "renamed"]


class ByHand:
    """A topic shows what is true of its ticket: closed when that is resolved, with the title that finds it."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    async def changed(self, update: int, said: Said, change: Change) -> None:
        """Somebody closed, reopened or renamed a topic. Topics of no ticket are theirs to change."""

        def work(unit: Unit) -> None:
            ticket = ticket_of(unit, said)
            if ticket is None or (change != "renamed" and ticket.live != (change == "closed")):
                return
            now, topics = self.counter.now(), self.counter.tickets.topics
            note = topics.note(ticket, f"note_{change}_by_hand", now, name=said.name)
            # a resolved ticket's topic stays open until something else happens: they may want to write a note
            looks = [] if change == "reopened" else topics.topic(ticket, now)
            for posting in (*looks, *note):
                unit.outbox.post(posting, now)

        await self.counter.run(update, work)
