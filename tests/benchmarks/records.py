"""Made-up settlement records of any size: everybody changed the card on the same day, and asks about the day before."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from storage.database import Storage
from storage.settlement.importing import Importer
from storage.unit import Unit

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
"""A Monday morning; the records are of the evening before."""
DAYS = 50
"""Payouts of each merchant, one a day; the last is that of the day before ``NOW``."""
CHANGED = date(2026, 11, 17)
"""The day on which every merchant's card change took effect, in the morning."""
ASKED = date(2026, 11, 16)
"""The day that merchants ask about: cut before the change, so that it went to the old card."""
GROSS, FEE = 200000, 1200
NET = GROSS - FEE


@dataclass(frozen=True)
class Person:
    """The owner of the merchant of the same number, as the records and as Telegram know them."""

    number: int

    @property
    def user(self) -> int:
        """The Telegram user id."""
        return 100_000 + self.number

    @property
    def merchant_no(self) -> str:
        """15 digits."""
        return f"8222900531{self.number:05d}"

    @property
    def terminal_id(self) -> str:
        """8 digits."""
        return f"{61_000_000 + self.number:08d}"

    @property
    def phone(self) -> str:
        """On file with the acquirer, and the Telegram account's."""
        return f"+86138{self.number:08d}"

    @property
    def new_tail(self) -> str:
        """Last digits of the card that the merchant changed to."""
        return f"{1000 + self.number * 7 % 4000:04d}"

    @property
    def old_tail(self) -> str:
        """Last digits of the card before that."""
        return f"{6000 + self.number * 3 % 4000:04d}"


async def lay_out(path: Path, people: int, days: int = DAYS) -> None:
    """A database anew, with the records of so many merchants and each owner bound to the own merchant."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    storage = open_records(path, people, days)
    persons = [Person(number) for number in range(1, people + 1)]

    def bind(unit: Unit) -> None:
        for person in persons:
            unit.people.bind(person.user, person.merchant_no, "link", 9001, NOW)

    try:
        await storage.run(bind)
    finally:
        await storage.close()


def open_records(path: Path, people: int, days: int = DAYS) -> Storage:
    """A database with the records of so many merchants, imported as the native bundle."""
    bundle = path.with_suffix(".bundle")
    bundle.mkdir(parents=True, exist_ok=True)
    write_bundle(bundle, people, days)
    storage = Storage.open(f"sqlite:///{path.absolute()}")
    outcome = Importer(storage.engine, lambda: NOW).run([bundle])
    if not outcome.good:
        raise RuntimeError(f"the made-up records could not be imported: {outcome.reports[0].bad[:3]}")
    for file in bundle.iterdir():
        file.unlink()
    bundle.rmdir()
    return storage


def write_bundle(folder: Path, people: int, days: int = DAYS) -> None:
    """The native bundle as CSV files."""
    persons = [Person(number) for number in range(1, people + 1)]
    _write(folder / "merchants.csv", MERCHANTS, (_merchant(person) for person in persons))
    _write(folder / "terminals.csv", TERMINALS, ((p.terminal_id, p.merchant_no, "Nanjing Road") for p in persons))
    _write(folder / "card_changes.csv", CHANGES, (_change(person) for person in persons))
    _write(folder / "payouts.csv", PAYOUTS, (row for person in persons for row in _payouts(person, days)))


MERCHANTS = "merchant_no,name,phone,timezone,acquirer,account_type,cycle,mode,currency,risk_hold,payouts_suspended"
TERMINALS = "terminal_id,merchant_no,location"
CHANGES = "change_id,merchant_no,old_tail,new_tail,new_bank,status,submitted_at,effective_at"
PAYOUTS = (
    "payout_id,merchant_no,terminal_id,batch_id,trade_date,cut_at,status,sent_at,paid_at,due_date,"
    "dest_tail,dest_bank,gross,fee,net,currency"
)


def _write(path: Path, header: str, rows: Iterator[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        sheet = csv.writer(stream)
        sheet.writerow(header.split(","))
        sheet.writerows(rows)


def _merchant(person: Person) -> tuple[object, ...]:
    name = f"Shop {person.number}"
    return (person.merchant_no, name, person.phone, "Asia/Shanghai", "lakala", "personal", "D1", "auto", "CNY", 0, 0)


def _change(person: Person) -> tuple[object, ...]:
    submitted, effective = _at(CHANGED - timedelta(days=1), 10), _at(CHANGED, 9)
    change = f"C{person.number:07d}"
    return (change, person.merchant_no, person.old_tail, person.new_tail, "ICBC", "effective", submitted, effective)


def _payouts(person: Person, days: int) -> Iterator[tuple[object, ...]]:
    for back in range(days, 0, -1):
        day = NOW.date() - timedelta(days=back)
        after = day + timedelta(days=1)
        old = day < CHANGED
        yield (
            f"P{person.number:07d}-{day:%y%m%d}", person.merchant_no, person.terminal_id, f"B{day:%y%m%d}", day,
            _at(day, 23), "paid", _at(after, 8), _at(after, 9), after,
            person.old_tail if old else person.new_tail, "CCB" if old else "ICBC",
            f"{GROSS / 100:.2f}", f"{FEE / 100:.2f}", f"{NET / 100:.2f}", "CNY",
        )  # fmt: skip


def _at(day: date, hour: int) -> str:
    return datetime.combine(day, time(hour), ZONE).isoformat()
