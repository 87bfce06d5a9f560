"""Staff look into the records from a ticket's topic: timeline, diagnosis anew, the newest answer for the merchant.

Whose records: those of the merchants that the ticket's person is bound to, or that two of staff agreed to show. Of any
other merchant a supervisor may see them, and that it was done stands in the audit log, as does every look and every
refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zlib import crc32

from markupsafe import Markup

from handlers import timelines
from handlers.casefile import CaseFile
from handlers.counter import Counter, Said, ticket_of
from handlers.keeping import case_json, case_of_json
from handlers.wording import Wording
from knowledge.case import Case
from knowledge.diagnosis import Finding, diagnose
from knowledge.moves import Advise, Move, Say
from knowledge.postings import Answer, Edit, Key, Keys, Picture, Text
from knowledge.records import Found, LookupResult, Query, Unavailable
from knowledge.retelling import news, told
from knowledge.staff_words import Sought, numbered, sought
from knowledge.ticket import Ticket
from knowledge.timeline import timeline
from storage.unit import Unit

PER_HOUR = 60
"""Looks of one person within an hour; more would be leafing through other people's money."""
LOOKS = "staff_lookup"


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody looks from: the ticket, whose records they may see there, and how often they looked of late."""

    ticket: Ticket
    own: frozenset[str]
    looks: int


@dataclass(frozen=True, slots=True)
class No:
    """Nothing is shown; the phrase says why."""

    phrase: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found: of a terminal, or (``terminal`` empty) of a merchant. ``other``: not the ticket's merchant."""

    found: Found
    terminal: str
    merchant_no: str
    days: tuple[date, ...]
    other: bool


@dataclass(frozen=True, slots=True)
class Anew:
    """The ticket's case diagnosed with the records of now, and what the merchant would be told of it."""

    case: Case
    findings: tuple[Finding, ...]
    result: LookupResult
    messages: tuple[str, ...]

    @property
    def stamp(self) -> str:
        """Changes with the words."""
        return f"{crc32(chr(0).join(self.messages).encode()):08x}"


class Lookups:
    """``/lookup`` in a ticket's topic, and the buttons under what it shows."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    async def command(self, update: int, said: Said, _name: str, words: str) -> None:
        """Show the timeline of what is named, or of what the ticket is about."""
        now, base = self.counter.now(), self.counter.base()
        place = await self.counter.storage.read(lambda unit: self._place(unit, ticket_of(unit, said), said.staff, now))
        seen: Seen | No = No("refused_no_ticket", {})
        if place is not None:
            seen = await self._look(place, sought(words, now, base.default_locale), said.staff)

        def work(unit: Unit) -> None:
            self.counter.person(unit, said.staff, said.name, said.username, now)
            if place is not None:
                self._note(unit, place, said.staff, seen, now)
            if isinstance(seen, No) or place is None:
                refusal = seen if isinstance(seen, No) else No("refused_no_ticket", {})
                self.counter.reply(unit, said, refusal.phrase, now, **refusal.values)
                return
            for posting in self._shown(place.ticket, seen, said, self.counter.file(unit, said, now), now):
                unit.outbox.post(posting, now)

        await self.counter.run(update, work)

    async def press(self, update: int, callback: str, said: Said, action: str, argument: str) -> None:
        """A button. ``argument``: the ticket's number, its version and the stamp of the words that were previewed."""
        number, version, stamp = (*argument.split(":", 2), "", "")[:3]
        now = self.counter.now()

        def there(unit: Unit) -> Place | None:
            known = numbered(number)
            found = None if known is None else unit.tickets.by_number(known)
            return self._place(unit, found, said.staff, now)

        place = await self.counter.storage.read(there)
        anew: Anew | No = No("refused_no_ticket", {})
        if place is not None and action in ("again", "tell", "send"):
            anew = await self._anew(place)

        def work(unit: Unit) -> None:
            self.counter.person(unit, said.staff, said.name, said.username, now)
            phrase = self._do(unit, said, action, (version, stamp), place, anew)
            file = self.counter.file(unit, said, now)
            words = file.plain(phrase.phrase, **phrase.values) if phrase.phrase else ""
            alert = phrase.phrase.startswith("refused")
            unit.outbox.post(Answer(said.chat, callback, words, alert=alert), now)

        await self.counter.run(update, work)

    # Looking

    def _place(self, unit: Unit, ticket: Ticket | None, staff: int, now: datetime) -> Place | None:
        if ticket is None:
            return None
        own = unit.people.merchants_of(ticket.user) | unit.approvals.granted(ticket.number, "show")
        return Place(ticket, own, unit.people.attempts(staff, LOOKS, now - timedelta(hours=1)))

    async def _look(self, place: Place, wanted: Sought, staff: int) -> Seen | No:
        """Ask the source for what is wanted, as far as this person may see it from this ticket."""
        if wanted.unclear is not None:
            return No("lookup_unclear", {"words": wanted.unclear})
        number = wanted.number or place.ticket.terminal_id
        if number is None:
            return No("lookup_usage", {})
        if place.looks >= PER_HOUR:
            return No("refused_too_many_looks", {"most": PER_HOUR})
        source = self.counter.source
        terminal, merchant_no = number.upper(), await source.owner(number)
        if merchant_no is None:
            known = await source.merchant(number)
            terminal, merchant_no = "", known if known is None or isinstance(known, Unavailable) else known.merchant_no
        if merchant_no is None:
            return No("lookup_unknown", {"number": number})
        if isinstance(merchant_no, Unavailable):
            return No("lookup_silent", {})
        other = merchant_no not in place.own
        if other and not self.counter.is_supervisor(staff):
            return No("refused_other_merchant", {"number": number, "bound": bool(place.own)})
        days = wanted.days
        if not days and terminal and terminal == place.ticket.terminal_id:
            days = case_of_json(place.ticket.case).answers.trade_dates
        result = await source.look_up(Query(terminal, days, frozenset({merchant_no})))
        if not isinstance(result, Found):
            return No("lookup_silent" if isinstance(result, Unavailable) else "lookup_unknown", {"number": number})
        return Seen(result, terminal, merchant_no, days, other)

    def _note(self, unit: Unit, place: Place, staff: int, seen: Seen | No, now: datetime) -> None:
        """Every look counts and is in the audit log, the refused ones too."""
        if isinstance(seen, Seen):
            detail = {"terminal_id": seen.terminal, "merchant_no": seen.merchant_no, "other": seen.other}
            unit.audit.note(now, staff, "looked_up", ticket=place.ticket.number, detail=detail)
        elif seen.phrase in ("refused_other_merchant", "lookup_unknown"):
            unit.audit.note(
                now, staff, "look_refused", ticket=place.ticket.number, detail={"number": seen.values["number"]}
            )
        else:
            return
        unit.people.attempted(staff, LOOKS, now)

    def _shown(self, ticket: Ticket, seen: Seen, said: Said, file: CaseFile, now: datetime) -> list[Picture | Text]:
        base = file.base
        line = timeline(seen.found.records, seen.terminal or None, seen.days, base.acquirers, base.calendar, now)
        title = seen.terminal or seen.merchant_no
        picture = timelines.picture(file, line, title, said.chat, ticket.number)
        html = timelines.table(file, line, seen.found, title, whole=not seen.terminal, other=seen.other)
        keys = _keys(file, ticket) if ticket.terminal_id and not seen.other else ()
        words = Text(said.chat, str(html), keys, reply_to=said.message, ticket=ticket.number, role="note")
        return [words] if picture is None else [picture, words]

    # The ticket's case anew

    async def _anew(self, place: Place) -> Anew | No:
        """Look up and diagnose what the ticket is about, as of now."""
        case = case_of_json(place.ticket.case)
        terminal = case.answers.terminal_id
        if terminal is None:
            return No("refused_no_terminal", {})
        if not place.own:
            return No("refused_not_bound", {})
        if place.looks >= PER_HOUR:
            return No("refused_too_many_looks", {"most": PER_HOUR})
        result = await self.counter.source.look_up(Query(terminal, case.answers.trade_dates, place.own))
        base, now = self.counter.base(), self.counter.now()
        findings = diagnose(result, case.answers, base.causes, base.acquirers, base.calendar, now)
        if isinstance(result, Unavailable) or not findings:
            return No("lookup_silent", {})
        after = told(case, findings, result, base, now)
        if isinstance(result, Found):
            after = replace(after, records_from=(result.source, result.as_of))
        return Anew(after, findings, result, self._messages(place.ticket, after, findings, result, now))

    def _messages(
        self, ticket: Ticket, case: Case, findings: tuple[Finding, ...], result: LookupResult, now: datetime
    ) -> tuple[str, ...]:
        """What the merchant would be told, in the merchant's language."""
        moves: list[Move] = [Advise(findings)]
        if isinstance(result, Found) and result.stale:
            moves.insert(0, Say("as_of", {"as_of": result.as_of}))
        always = {"zone": self.counter.zone, "today": now.date()}
        wording = Wording(self.counter.base(), replace(case, locale=ticket.locale), always)
        return tuple(each.html for each in wording.postings(moves) if isinstance(each, Text))

    def _do(
        self, unit: Unit, said: Said, action: str, seen: tuple[str, str], place: Place | None, anew: Anew | No
    ) -> No:
        """What the button asks; the phrase that answers it."""
        ticket = unit.tickets.by_number(place.ticket.number) if place is not None else None
        if ticket is None:
            return No("refused_no_ticket", {})
        if action == "drop":
            words = str(self._group().phrase("canned_dropped"))
            unit.outbox.post(Edit(said.chat, said.message, words, ticket=ticket.number), self.counter.now())
            return No("", {})
        if isinstance(anew, No):
            return anew
        unit.people.attempted(said.staff, LOOKS, self.counter.now())
        act: Callable[[], No] | None = {
            "again": lambda: self._again(unit, said, ticket, anew),
            "tell": lambda: self._preview(unit, said, ticket, anew),
            "send": lambda: self._send(unit, said, ticket, anew, seen),
        }.get(action)
        return act() if act is not None else No("refused_stale", {})

    def _again(self, unit: Unit, said: Said, ticket: Ticket, anew: Anew) -> No:
        """The ticket has the newest diagnosis from now on, and staff see what is other than before."""
        now = self.counter.now()
        file = self.counter.file(unit, said, now)
        before = case_of_json(ticket.case)
        changed = news(before.told, anew.case.told, before.told_at, file.base, file.locale)
        references = tuple(dict.fromkeys(file.staff_reference(told) for told in anew.case.told))
        saved = unit.tickets.save(replace(ticket, references=references, case=case_json(anew.case)))
        unit.audit.note(now, said.staff, "diagnosed_again", ticket=ticket.number, detail={"causes": list(references)})
        for posting in self.counter.tickets.topics.changed(unit, ticket, saved, now):
            unit.outbox.post(posting, now)
        html = Markup("\n\n").join(
            [file.phrase(changed.phrase, **changed.values), *file.causes(anew.case, ticket.locale)]
        )
        words = Text(said.chat, str(html), _keys(file, saved), reply_to=said.message, ticket=ticket.number, role="note")
        unit.outbox.post(words, now)
        return No("done_again", {})

    def _preview(self, unit: Unit, said: Said, ticket: Ticket, anew: Anew) -> No:
        """The answer as the merchant would see it; nothing is sent yet."""
        if not ticket.live:
            return No("refused_resolved", {})
        now = self.counter.now()
        html, keys = _previewed(self.counter.file(unit, said, now), ticket, anew)
        self.counter.say(unit, said, html, now, keys)
        return No("", {})

    def _send(self, unit: Unit, said: Said, ticket: Ticket, anew: Anew, seen: tuple[str, str]) -> No:
        """To the merchant, once: the version that was previewed is used up. Other words than those are shown anew."""
        now = self.counter.now()
        if not ticket.live:
            return No("refused_resolved", {})
        if seen[0] != str(ticket.version):
            return No("refused_answer_stale", {})
        if seen[1] != anew.stamp:
            preview, keys = _previewed(self.counter.file(unit, said, now), ticket, anew)
            unit.outbox.post(Edit(said.chat, said.message, str(preview), keys, ticket.number), now)
            return No("refused_answer_changed", {})
        by = self.counter.person(unit, said.staff, said.name, said.username, now)
        current = unit.tickets.save(ticket)
        for html in anew.messages:
            self.counter.tickets.relay.say(unit, current, by, html, said.place, None, now)
            current = unit.tickets.by_number(ticket.number) or current
        causes = [told.primary for told in anew.case.told]
        unit.audit.note(now, said.staff, "answer_sent", ticket=ticket.number, detail={"causes": causes})
        words = str(self._group().phrase("answer_sent", name=said.name))
        unit.outbox.post(Edit(said.chat, said.message, words, ticket=ticket.number), now)
        return No("done_canned", {})

    def _group(self) -> CaseFile:
        """Words for everybody in the group."""
        return CaseFile(self.counter.base(), self.counter.zone, self.counter.now())


def _previewed(file: CaseFile, ticket: Ticket, anew: Anew) -> tuple[Markup, Keys]:
    """What the merchant would be told, in the merchant's language, under a head in the reader's, and its buttons."""
    head = file.phrase("answer_preview", language=file.base.phrase(ticket.locale, "language_name"))
    html = Markup("\n\n").join([head, *map(Markup, anew.messages)])
    send = f"lookup:send:{ticket.number}:{ticket.version}:{anew.stamp}"
    drop = Key(file.plain("button_canned_drop"), f"lookup:drop:{ticket.number}")
    return html, ((Key(file.plain("button_canned_send"), send), drop),)


def _keys(file: CaseFile, ticket: Ticket) -> Keys:
    again = Key(file.plain("button_lookup_again"), f"lookup:again:{ticket.number}")
    return ((again, Key(file.plain("button_lookup_tell"), f"lookup:tell:{ticket.number}")),)
