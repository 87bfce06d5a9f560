"""Made-up settlement records of any size: everybody changed the card on the same day, and asks about the day before."""

from __future__ import annotations

import csv
from collections.abc import Iterable
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
"""On the day that merchants ask about; on others sums differ."""
VARIETY = 90_000
SENDING = 3600
"""Seconds that it takes the acquirer to send a day's payouts."""


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
    folder.mkdir(parents=True, exist_ok=True)
    write_people(folder, people)
    write_payouts(folder / "payouts.csv", people, days)


def write_people(folder: Path, people: int) -> None:
    """The sheets of merchants, terminals and card changes."""
    folder.mkdir(parents=True, exist_ok=True)
    persons = [Person(number) for number in range(1, people + 1)]
    _write(folder / "merchants.csv", MERCHANTS, (_merchant(person) for person in persons))
    _write(folder / "terminals.csv", TERMINALS, ((p.terminal_id, p.merchant_no, "Nanjing Road") for p in persons))
    _write(folder / "card_changes.csv", CHANGES, (_change(person) for person in persons))


def write_payouts(path: Path, people: int, days: int = DAYS) -> None:
    """The sheet of payouts, with every column of the contract; day after day, as statements come."""
    persons = [Person(number) for number in range(1, people + 1)]
    _write(path, PAYOUTS, (_payout(person, day) for day in paid_days(days) for person in persons))


MERCHANTS = "merchant_no,name,phone,timezone,acquirer,account_type,cycle,mode,currency,risk_hold,payouts_suspended"
TERMINALS = "terminal_id,merchant_no,location"
CHANGES = "change_id,merchant_no,old_tail,new_tail,new_bank,status,submitted_at,effective_at"
PAYOUTS = (
    "payout_id,merchant_no,terminal_id,batch_id,trade_date,cut_at,status,raw_status,reason,raw_reason,sent_at,paid_at,"
    "returned_at,due_date,dest_tail,dest_bank,gross,fee,d0_fee,refund_offset,held,net,currency,replaces"
)
OLD_BANK, NEW_BANK = "CCB", "ICBC"


@dataclass(frozen=True)
class Day:
    """A day whose money was paid out on the next, to each merchant at a second of its own."""

    date: date

    @property
    def short(self) -> str:
        """Within identifiers."""
        return f"{self.date:%y%m%d}"

    @property
    def after(self) -> date:
        """When the money is due and sent."""
        return self.date + timedelta(days=1)

    @property
    def cut(self) -> datetime:
        """The same for everybody."""
        return _at(self.date, 23)

    @property
    def sending(self) -> datetime:
        """When sending begins."""
        return _at(self.after, 8)

    @property
    def old(self) -> bool:
        """Whether it went to the card of before."""
        return self.date < CHANGED

    @property
    def varies(self) -> int:
        """0 on the day that is asked about, when everybody had the same sum."""
        return (self.date - ASKED).days % VARIETY


def paid_days(days: int = DAYS) -> list[Day]:
    """The last days before ``NOW``, in order."""
    return [Day(NOW.date() - timedelta(days=back)) for back in range(days, 0, -1)]


def _write(path: Path, header: str, rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        sheet = csv.writer(stream, lineterminator="\n")
        sheet.writerow(header.split(","))
        sheet.writerows(rows)


def _merchant(person: Person) -> tuple[object, ...]:
    name = f"Shop {person.number}"
    return (person.merchant_no, name, person.phone, "Asia/Shanghai", "lakala", "personal", "D1", "auto", "CNY", 0, 0)


def _change(person: Person) -> tuple[object, ...]:
    submitted, effective = _at(CHANGED - timedelta(days=1), 10), _at(CHANGED, 9)
    change = f"C{person.number:07d}"
    return (
        change, person.merchant_no, person.old_tail, person.new_tail, NEW_BANK, "effective",
        submitted.isoformat(), effective.isoformat(),
    )  # fmt: skip


def _payout(person: Person, day: Day) -> tuple[object, ...]:
    gross = GROSS + person.number * day.varies % VARIETY
    fee = gross * FEE // GROSS
    sent = day.sending + timedelta(seconds=person.number % SENDING)
    paid = sent + timedelta(seconds=person.number * 7 % SENDING)
    return (
        f"P{person.number:07d}-{day.short}", person.merchant_no, person.terminal_id, f"B{day.short}", day.date,
        day.cut.isoformat(), "paid", "SUCCESS", "", "", sent.isoformat(), paid.isoformat(), "", day.after,
        person.old_tail if day.old else person.new_tail, OLD_BANK if day.old else NEW_BANK,
        _major(gross), _major(fee), "0.00", "0.00", "0.00", _major(gross - fee), "CNY", "",
    )  # fmt: skip


def _major(sum_: int) -> str:
    return f"{sum_ // 100}.{sum_ % 100:02d}"


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE)
