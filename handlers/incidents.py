"""Incidents that supervisors announce: set, listed, ended, told of; and what ends by itself is told of too."""

from __future__ import annotations

from datetime import datetime

from handlers.casefile import CaseFile, touching
from handlers.counter import Counter, Said
from knowledge.incident_words import Unclear, read_incident
from knowledge.incidents import Announced
from knowledge.postings import Answer, Edit, Key, Keys, Text
from knowledge.staff_words import numbered
from knowledge.watches import FIRST_HOUR, LAST_HOUR
from storage.unit import Unit

MOST = 20
"""So many may go on at once; more would be noise on every card."""
CARDS = 50
"""So many cards are brought up to date at once: the group takes some twenty edits a minute. The others follow when
something else happens to their tickets; every card says until when an incident lasts.
"""
LIST = ("", "list", "列表")
END = ("end", "over", "结束")


class IncidentDesk:
    """``/incident`` in the support group. Everybody there may look; supervisors announce and end."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    async def command(self, update: int, said: Said, _name: str, words: str) -> None:
        """``/incident``, ``/incident ICBC maintenance until 18:00``, ``/incident end 3``."""

        def work(unit: Unit) -> None:
            now = self.counter.now()
            self.counter.person(unit, said.staff, said.name, said.username, now)
            first, _, rest = words.strip().partition(" ")
            if first.casefold() in LIST and not rest.strip():
                self._list(unit, said, now)
            elif not self.counter.is_supervisor(said.staff):
                self.counter.reply(unit, said, "refused_supervisor", now)
            elif said.removed:
                self.counter.reply(unit, said, "staff_card_number", now)
            elif first.casefold() in END:
                ended = self._end(unit, numbered(rest) or 0, said.staff, now)
                self.counter.reply(unit, said, "done_incident_end" if ended else "refused_no_incident", now)
            else:
                self._announce(unit, said, words, now)

        await self.counter.run(update, work)

    async def press(self, update: int, callback: str, said: Said, action: str, argument: str) -> None:
        """The button that ends one; pressed twice, or after its end, it says so."""

        def work(unit: Unit) -> None:
            now = self.counter.now()
            self.counter.person(unit, said.staff, said.name, said.username, now)
            file = self.counter.file(unit, said, now)
            if action not in ("end", "listed") or (known := numbered(argument)) is None:
                phrase = "refused_stale"
            elif not self.counter.is_supervisor(said.staff):
                phrase = "refused_supervisor"
            elif self._end(unit, known, said.staff, now):
                phrase = "done_incident_end"
            else:
                phrase = "refused_no_incident"
            if phrase in ("done_incident_end", "refused_no_incident"):
                others = _listed_keys(unit, file, now) if action == "listed" else ()
                unit.outbox.post(Edit(said.chat, said.message, None, others), now)
            unit.outbox.post(Answer(said.chat, callback, file.plain(phrase), alert=phrase.startswith("refused")), now)

        await self.counter.run(update, work)

    async def round(self) -> None:
        """Tell of those that are over. Of several processes one does."""
        now = self.counter.now()
        if await self.counter.storage.read(lambda unit: unit.announced.over(now)):
            await self.counter.storage.run(lambda unit: self._close(unit, now))

    def _announce(self, unit: Unit, said: Said, words: str, now: datetime) -> None:
        base = self.counter.base()
        wanted = read_incident(words, base.providers, base.acquirers, now)
        if isinstance(wanted, Unclear):
            self.counter.reply(unit, said, wanted.phrase, now, words=wanted.words)
            return
        if len(unit.announced.going_on(now)) >= MOST:
            self.counter.reply(unit, said, "refused_too_many_incidents", now, most=MOST)
            return
        made = unit.announced.add(wanted, said.staff, said.name, now)
        detail = {"incident": made.number, "scope": made.scope, "name": made.name, "title": made.title}
        unit.audit.note(now, said.staff, "incident_announced", detail={**detail, "until": made.until.isoformat()})
        self._tell_group(unit, "incident_announced", made, now, (_key(self._group(now), made, "end"),))
        self._refresh(unit, made, now)

    def _end(self, unit: Unit, number: int, by: int, now: datetime) -> bool:
        if not unit.announced.end(number, now):
            return False
        unit.audit.note(now, by, "incident_ended", detail={"incident": number})
        self._close(unit, now)
        return True

    def _close(self, unit: Unit, now: datetime) -> None:
        for one in unit.announced.over(now):
            if unit.announced.close(one.number):
                if one.ended_at is None:
                    unit.audit.note(now, 0, "incident_over", detail={"incident": one.number})
                self._tell_group(unit, "incident_over", one, now)
                self._refresh(unit, one, now)
                if FIRST_HOUR <= now.hour < LAST_HOUR:  # merchants who were told of it hear of its end; not at night
                    unit.watches.sooner(now)

    def _refresh(self, unit: Unit, one: Announced, now: datetime) -> None:
        """The cards of the tickets that it has to do with."""
        touched = [ticket for ticket in unit.tickets.queue(limit=1000) if touching(ticket, (one,))]
        for ticket in touched[-CARDS:]:
            if ticket.card is not None:
                for card in self.counter.tickets.topics.card(unit, ticket, now):
                    unit.outbox.post(card, now)

    def _list(self, unit: Unit, said: Said, now: datetime) -> None:
        file = self.counter.file(unit, said, now)
        lines = [file.incident(one) for one in unit.announced.going_on(now)]
        self.counter.say(unit, said, file.phrase("incident_list", lines=lines), now, _listed_keys(unit, file, now))

    def _tell_group(self, unit: Unit, phrase: str, one: Announced, now: datetime, keys: Keys = ()) -> None:
        chat = self.counter.tickets.groups.current
        if chat is not None:
            file = self._group(now)
            values = {"line": file.incident(one), "name": one.by_name, "early": one.ended_at is not None}
            html = file.phrase(phrase, **values)
            unit.outbox.post(Text(chat, str(html), keys), now)

    def _group(self, now: datetime) -> CaseFile:
        """Words for everybody in the group."""
        return CaseFile(self.counter.base(), self.counter.zone, now)


def _listed_keys(unit: Unit, file: CaseFile, now: datetime) -> Keys:
    return tuple(_key(file, one, "listed") for one in unit.announced.going_on(now))


def _key(file: CaseFile, one: Announced, action: str) -> tuple[Key]:
    """A row with the button that ends one: under its announcement (``end``), or under the list, whose others stay."""
    return (Key(file.plain("button_incident_end", number=one.number), f"incident:{action}:{one.number}"),)
