"""What was not brought to the other side, refused or held back: sent when somebody of staff says so."""

from __future__ import annotations

from handlers.counter import Counter, Said, ticket_of
from knowledge.postings import Answer, Edit
from knowledge.staff_words import numbered
from storage.unit import Unit

AGAIN = "letter:again:{}"
"""Callback data of the button that tries a letter again; the id of a refused letter follows."""


ACTIONS = {
    "again": ("sent_again", "done_sent_again", "refused_not_again"),
    "show": ("shown", "done_show", "refused_not_show"),
}
"""What each button is called in the audit log, and the answers to a press in time and to a late one."""


class Letters:
    """The buttons under such notes. Everybody of staff may press them, as everybody may write."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    async def press(self, update: int, callback: str, said: Said, action: str, argument: str) -> None:
        """Send it again, once, however often and by however many it is pressed."""

        def work(unit: Unit) -> None:
            now = self.counter.now()
            phrase = self._again(unit, said, action, numbered(argument) or 0)
            words = self.counter.base().plain(self.counter.locale(unit, said), phrase)
            unit.outbox.post(Answer(said.chat, callback, words, alert=phrase.startswith("refused")), now)

        await self.counter.run(update, work)

    def _again(self, unit: Unit, said: Said, action: str, letter: int) -> str:
        """Returns the phrase that says what came of it."""
        if action not in ACTIONS:
            return "refused_stale"
        entry, done, late = ACTIONS[action]
        now = self.counter.now()
        ticket = ticket_of(unit, said)
        posting = unit.outbox.kept(letter)
        if ticket is None or (posting is not None and getattr(posting, "ticket", None) not in (None, ticket.number)):
            return "refused_no_ticket"
        if posting is not None and not ticket.live:
            return "refused_resolved"
        self.counter.person(unit, said.staff, said.name, said.username, now)
        unit.outbox.post(Edit(said.chat, said.message, None, (), ticket.number), now)
        if unit.outbox.again(letter, now) is None:
            return late
        unit.audit.note(now, said.staff, entry, ticket=ticket.number, detail={"letter": letter})
        return done
