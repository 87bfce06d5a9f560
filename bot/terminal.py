"""The desk in a terminal: typed lines are a merchant's words, its messages are printed with numbered buttons.

It is the desk that serves, over a database of its own: only Telegram is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.scenes import Scene
from handlers.desk import Asker, Desk
from handlers.groups import Groups
from handlers.keeping import read_case
from handlers.tickets import TicketDesk
from knowledge.case import Case
from knowledge.diagnosis import Finding, diagnose
from knowledge.events import Commanded, Event, Heard, Pressed, Shared
from knowledge.library import KnowledgeBase
from knowledge.markup import plain
from knowledge.postings import Answer, Key, Posting, Text
from knowledge.records import LookupResult, Query
from knowledge.redaction import redact
from storage.outbox import Letter
from storage.settlement.source import SettlementSource

VISITOR = 1
"""Chat and user of whoever types."""
HELP = "#2 presses button 2, /facts shows what was understood and found, /share shares your contact, /quit ends"


class Terminal:
    """One conversation with the desk. ``write`` is given a line at a time."""

    def __init__(
        self, scene: Scene, base: KnowledgeBase, zone: ZoneInfo, locale: str, write: Callable[[str], None]
    ) -> None:
        self._scene = scene
        self._base = base
        self._write = write
        self._now = scene.now.astimezone(zone)
        self._source = _Remembering(scene.source)
        tickets = TicketDesk(lambda: base, zone, Groups())
        self._desk = Desk(scene.storage, self._source, lambda: base, lambda: self._now, zone, tickets)
        self._asker = Asker(VISITOR, VISITOR, locale)
        self._keys: tuple[Key, ...] = ()
        self._message = 0
        self._letters: list[Letter] = []
        scene.storage.on_posted(self._letters.extend)

    async def bind(self, merchant_no: str) -> None:
        """Let the visitor see a merchant's records, as after a one-time link."""
        now = self._now
        await self._scene.storage.run(lambda unit: unit.people.bind(VISITOR, merchant_no, "link", None, now))

    async def take(self, line: str) -> bool:
        """Do what one typed line says; False when it ends the conversation."""
        self._now += timedelta(seconds=1)
        self._message += 1
        if line == "/quit":
            return False
        if line == "/facts":
            await self._facts()
        elif line == "/share":
            await self._share()
        elif line.startswith("#"):
            await self._press(line[1:].strip())
        elif line.startswith("/"):
            name, _, argument = line[1:].partition(" ")
            await self._happens(Commanded(name.lower(), argument, self._message))
        elif line.strip():
            cleaned = redact(line)
            removed = (self._message,) if cleaned.found else ()
            await self._happens(Heard(cleaned.text, self._message, removed=removed))
        return True

    async def _share(self) -> None:
        number = self._scene.merchant_no
        merchant = await self._source.merchant(number) if number else None
        phone = getattr(merchant, "phone", None) or ""
        await self._happens(Shared(phone, own=True, message=self._message))

    async def _press(self, number: str) -> None:
        if not number.isdecimal() or not 1 <= int(number) <= len(self._keys):
            self._write(f"(there is no button {number}; there are {len(self._keys)})")
            return
        action, _, rest = self._keys[int(number) - 1].data.partition(":")
        serial, _, argument = rest.partition(":")
        await self._happens(
            Pressed(action, argument, int(serial) if serial.isdecimal() else -1, self._message, "pressed")
        )

    async def _happens(self, event: Event) -> None:
        self._letters.clear()
        await self._desk.take_turn(None, self._asker, event)
        self._show([letter.posting for letter in self._letters])

    def _show(self, postings: Sequence[Posting]) -> None:
        keys: list[Key] = []
        for posting in postings:
            if isinstance(posting, Answer) and posting.text:
                self._write(f"({posting.text})")
            if not isinstance(posting, Text) or posting.chat != VISITOR:
                continue
            for number, line in enumerate(plain(posting.html).splitlines() or [""]):
                self._write(f"{'desk: ' if number == 0 else '      '}{line}".rstrip())
            for row in posting.keys:
                numbered = [f"[#{len(keys) + place} {key.text}]" for place, key in enumerate(row, 1)]
                keys += row
                self._write(f"      {' '.join(numbered)}")
            if posting.ask_contact is not None:
                self._write(f"      [/share {posting.ask_contact}] [{posting.decline}]")
        if keys:
            self._keys = tuple(keys)

    async def _facts(self) -> None:
        stored = await self._scene.storage.read(lambda unit: unit.cases.of(VISITOR))
        case = read_case(stored) if stored else Case(VISITOR, VISITOR)
        self._write(f"state: {case.state}{f', asked {case.asked}' if case.asked else ''}")
        for field in fields(case.answers):
            value = getattr(case.answers, field.name)
            if value not in (None, ()):
                self._write(f"answer {field.name} = {_said(value)}")
        for finding in self._findings(case):
            for line in _told(finding):
                self._write(line)

    def _findings(self, case: Case) -> tuple[Finding, ...]:
        result = self._source.last
        if result is None:
            return ()
        base = self._base
        return diagnose(result, case.answers, base.causes, base.acquirers, base.calendar, self._now)


class _Remembering:
    """The scene's source, and what it said last."""

    def __init__(self, source: SettlementSource) -> None:
        self._source = source
        self.name = source.name
        self.last: LookupResult | None = None
        self.merchants_with_phone = source.merchants_with_phone
        self.merchant = source.merchant
        self.owner = source.owner
        self.freshness = source.freshness
        self.close = source.close

    async def look_up(self, query: Query) -> LookupResult:
        self.last = await self._source.look_up(query)
        return self.last


def _told(finding: Finding) -> Iterator[str]:
    """A finding, its known facts, and the causes that could not be decided."""
    yield f"found {finding.primary}{' and ' + ', '.join(finding.secondary) if finding.secondary else ''}"
    for name, value in sorted(finding.facts.items()):
        if value not in (None, ()):
            yield f"  {name} = {_said(value)}"
    for cause, missing in finding.undecidable.items():
        yield f"  undecided: {cause} for want of {', '.join(missing)}"


def _said(value: object) -> str:
    if isinstance(value, tuple | list | frozenset | set):
        return ", ".join(map(str, value))
    return str(value)
