"""The use cases over a real database; only the acquirer is played."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handlers.counter import Counter, Said
from handlers.desk import Asker, Desk
from handlers.groups import Groups
from handlers.keeping import read_case
from handlers.letters import Letters
from handlers.mishaps import Mishaps
from handlers.tickets import TicketDesk
from handlers.timekeeper import Timekeeper
from knowledge.case import Case
from knowledge.events import Attached, Commanded, Event, Heard, Pressed, Shared
from knowledge.loader import load
from knowledge.postings import Posting, Text
from knowledge.records import Absent, Foreign, Found, LookupResult, Merchant, Query, Records, Unavailable
from knowledge.rehearsal import records_of
from knowledge.ticket import Ticket
from storage.database import Storage
from storage.inbox import Arrival
from storage.outbox import Letter, Sent
from storage.settlement.source import Freshness
from storage.unit import Unit

NOW = datetime.fromisoformat("2026-11-20T15:00:00+08:00")
ZONE = ZoneInfo("Asia/Shanghai")
BASE = load(Path(__file__).parents[2] / "knowledge" / "base")
SUPPORT = -1001000000001
PHONE = "+8613800000001"
RECORDS = records_of(
    {
        "merchant": {"merchant_no": "M1", "name": "小城面馆", "cycle": "T1", "phone": PHONE},
        "changes": [
            {
                "old_tail": "1234", "new_tail": "8821", "status": "effective",
                "submitted_at": "2026-11-13T10:00:00+08:00", "effective_at": "2026-11-14T10:00:00+08:00",
            }
        ],
        "payouts": [
            {
                "trade_date": "2026-11-03", "status": "paid", "dest_tail": "1234", "gross": "1200", "fee": "7.20",
                "net": "1192.80", "batch_id": "B77", "cut_at": "2026-11-03T23:00:00+08:00",
                "sent_at": "2026-11-04T10:00:00+08:00", "paid_at": "2026-11-04T12:00:00+08:00",
            }
        ],
    }
)  # fmt: skip


@dataclass
class Acquirer:
    """The acquirer's records, which can be out of reach."""

    records: Records = RECORDS
    down: bool = False
    asked: list[Query] = field(default_factory=list)
    name: str = "played"
    as_of: datetime = NOW

    async def look_up(self, query: Query) -> LookupResult:
        self.asked.append(query)
        if self.down:
            return Unavailable("played outage", self.name)
        if query.terminal_id != self.records.terminal.terminal_id:
            return Absent(self.name)
        if self.records.merchant.merchant_no not in query.merchants:
            return Foreign(self.name)
        return Found(self.records, self.name, self.as_of)

    async def merchants_with_phone(self, e164: str) -> tuple[Merchant, ...] | Unavailable:
        if self.down:
            return Unavailable("played outage", self.name)
        return (self.records.merchant,) if e164 == self.records.merchant.phone else ()

    async def merchant(self, merchant_no: str) -> Merchant | Unavailable | None:
        if self.down:
            return Unavailable("played outage", self.name)
        return self.records.merchant if merchant_no == self.records.merchant.merchant_no else None

    async def owner(self, terminal_id: str) -> str | Unavailable | None:
        return self.records.merchant.merchant_no if terminal_id == self.records.terminal.terminal_id else None

    async def freshness(self) -> tuple[Freshness | Unavailable, ...]:
        return (Freshness(self.name, NOW, False),)

    async def close(self) -> None:
        return None


class House:
    """Desk, counter and mishaps over one database, with updates numbered as they come."""

    def __init__(self, storage: Storage, acquirer: Acquirer) -> None:
        self.storage, self.acquirer = storage, acquirer
        self.now = NOW
        self.update = 0
        self.message = 0
        self.letters: list[Letter] = []
        storage.on_posted(self._posted)
        clock: Callable[[], datetime] = lambda: self.now  # noqa: E731
        self.tickets = TicketDesk(lambda: BASE, ZONE, Groups(SUPPORT))
        self.desk = Desk(storage, acquirer, lambda: BASE, clock, ZONE, self.tickets)
        self.counter = Counter(storage, acquirer, lambda: BASE, clock, ZONE, self.tickets, bot_name)
        self.letter_desk = Letters(self.counter)
        self.timekeeper = Timekeeper(storage, self.tickets, clock, ZONE)
        self.mishaps = Mishaps(storage, lambda: BASE, clock, ZONE, self.tickets)

    def _posted(self, letters: Sequence[Letter]) -> None:
        self.letters += letters

    async def arrives(self) -> int:
        """A new update, as the inbox knows it."""
        self.update += 1
        arrival = Arrival(self.update, "lane", "{}", self.now)
        await self.storage.run(lambda unit: unit.inbox.take([arrival]))
        return arrival.update_id

    async def happens(self, event: Event, user: int = 7) -> list[Posting]:
        """One event of a merchant, and all that was posted for it."""
        before = len(self.letters)
        await self.desk.take_turn(await self.arrives(), Asker(user, user, "zh", "李娜"), event)
        return [letter.posting for letter in self.letters[before:]]

    async def says(self, text: str, user: int = 7) -> list[Posting]:
        self.message += 1
        if text.startswith("/"):
            name, _, argument = text[1:].partition(" ")
            return await self.happens(Commanded(name, argument, self.message), user)
        return await self.happens(Heard(text, self.message), user)

    async def shares(self, phone: str, user: int = 7, own: bool = True) -> list[Posting]:
        self.message += 1
        return await self.happens(Shared(phone, own, self.message), user)

    async def sends(self, kind: str, user: int = 7) -> list[Posting]:
        self.message += 1
        return await self.happens(Attached(kind, self.message), user)

    async def presses(self, action: str, argument: str = "", user: int = 7) -> list[Posting]:
        case = await self.case(user)
        return await self.happens(Pressed(action, argument, case.serial, 99, "cb"), user)

    async def staff_says(
        self, text: str, topic: int | None, staff: int = 50, name: str = "小陈", **more: Any
    ) -> list[Posting]:
        self.message += 1
        before = len(self.letters)
        said = Said(SUPPORT, topic, self.message, staff, name, text, text, **more)
        if text.startswith("/") and not text.startswith("//"):
            command, _, argument = text[1:].partition(" ")
            await self.counter.command(await self.arrives(), said, command, argument)
        else:
            await self.counter.hear(await self.arrives(), said)
        return [letter.posting for letter in self.letters[before:]]

    async def staff_presses(
        self, action: str, ticket: int, argument: str = "", *, staff: int = 50, name: str = "小陈", **more: Any
    ) -> list[Posting]:
        """A button of the ticket's card as it is now; ``stamp``: as it was earlier."""
        before = len(self.letters)
        found = await self.ticket(ticket)
        stamp = more.pop("stamp", found.stamp)
        said = Said(SUPPORT, found.topic, more.pop("message", found.card or 99), staff, name, "", **more)
        await self.counter.press(await self.arrives(), "cb", said, action, f"{ticket}:{stamp}:{argument}")
        return [letter.posting for letter in self.letters[before:]]

    async def refuses(self, posting: Posting, error: str) -> list[Posting]:
        """Telegram does not take what was posted; what the desk says of it."""
        before = len(self.letters)

        def work(unit: Unit) -> None:
            number = unit.outbox.post(posting, self.now)
            unit.outbox.failed(number, error, self.now)
            self.mishaps.undelivered(unit, Letter(number, "", posting, self.now), error)

        await self.storage.run(work)
        return [letter.posting for letter in self.letters[before + 1 :]]

    async def arrives_at(self, posting: Posting, *messages: int) -> list[Posting]:
        """Telegram made these messages of what was posted; what the desk does about it."""
        before = len(self.letters)

        def work(unit: Unit) -> None:
            letter = next(each for each in self.letters if each.posting == posting)
            unit.outbox.sent([Sent(letter, messages)], self.now)
            self.tickets.relay.delivered(unit, posting, self.now)

        await self.storage.run(work)
        return [letter.posting for letter in self.letters[before:]]

    async def ticket(self, number: int) -> Ticket:
        """The ticket as it is kept."""
        found = await self.storage.read(lambda unit: unit.tickets.by_number(number))
        assert found is not None
        return found

    async def clock(self) -> list[Posting]:
        """The desk looks at the tickets whose time has come."""
        before = len(self.letters)
        await self.timekeeper.round()
        return [letter.posting for letter in self.letters[before:]]

    async def case(self, user: int = 7) -> Case:
        stored = await self.storage.read(lambda unit: unit.cases.of(user))
        return read_case(stored) if stored else Case(user, user)

    async def has_topic(self, ticket: int, topic: int) -> None:
        """Telegram created the ticket's topic."""
        await self.storage.run(lambda unit: unit.tickets.place_topic(ticket, topic))

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)


async def bot_name() -> str:
    return "desk_bot"


def words(postings: Sequence[Posting], chat: int | None = None) -> str:
    """All that was said, to one chat or at all."""
    return "\n".join(p.html for p in postings if isinstance(p, Text) and (chat is None or p.chat == chat))


@pytest.fixture
def acquirer() -> Acquirer:
    return Acquirer()


@pytest.fixture
def house(storage: Storage, acquirer: Acquirer) -> House:
    """The house over each kind of database."""
    return House(storage, acquirer)
