"""What was not brought to the other side: tried again when somebody of staff says so."""

from __future__ import annotations

from handlers.counter import Counter, Said
from knowledge.postings import Answer, Edit
from storage.unit import Unit

AGAIN = "letter:again:{}"
"""Callback data of the button that tries a letter again; the id of a refused letter follows."""


class Letters:
    """The buttons under notes of failure. Everybody of staff may press them, as everybody may write."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    async def press(self, update: int, callback: str, said: Said, letter: int) -> None:
        """Send it again, once, however often and by however many it is pressed."""

        def work(unit: Unit) -> None:
            now = self.counter.now()
            phrase = self._again(unit, said, letter)
            words = self.counter.base().plain(self.counter.base().default_locale, phrase)
            unit.outbox.post(Answer(said.chat, callback, words, alert=phrase.startswith("refused")), now)

        await self.counter.run(update, work)

    def _again(self, unit: Unit, said: Said, letter: int) -> str:
        """Returns the phrase that says what came of it."""
        now = self.counter.now()
        ticket = None if said.topic is None else unit.tickets.by_topic(said.topic)
        posting = unit.outbox.kept(letter)
        if ticket is None or (posting is not None and getattr(posting, "ticket", None) not in (None, ticket.number)):
            return "refused_no_ticket"
        if posting is not None and not ticket.live:
            return "refused_resolved"
        self.counter.person(unit, said.staff, said.name, said.username, now)
        unit.outbox.post(Edit(said.chat, said.message, None, (), ticket.number), now)
        if unit.outbox.again(letter, now) is None:
            return "refused_not_again"
        unit.audit.note(now, said.staff, "sent_again", ticket=ticket.number, detail={"letter": letter})
        return "done_again"
