"""The demo's people and their records: a native bundle that is the same every time, with a situation for each cause."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from bot.demo.records import Row, Shop, payouts, shop
from knowledge.workdays import Calendar

NOW = datetime.fromisoformat("2026-11-20T15:00:00+08:00")
"""A Friday: the moment at which every demo begins."""
SITUATIONS = Path(__file__).with_name("situations.yaml")
SUPPORT_CHAT = -1001000000001
FIRST_USER = 1001
COLUMNS = {
    "merchants.csv": (
        "merchant_no,name,phone,locale,timezone,acquirer,account_type,cycle,mode,min_payout,retained,balance,"
        "pending_sum,currency,risk_hold,payouts_suspended"
    ),
    "terminals.csv": "terminal_id,merchant_no,location,account_tail,unsent_txns,last_signon_at",
    "card_changes.csv": (
        "change_id,merchant_no,terminal_id,old_tail,new_tail,new_bank,status,submitted_at,effective_at,reject_reason,need"
    ),
    "payouts.csv": (
        "payout_id,merchant_no,terminal_id,batch_id,trade_date,cut_at,status,raw_status,reason,raw_reason,sent_at,paid_at,"
        "returned_at,due_date,dest_tail,dest_bank,gross,fee,d0_fee,refund_offset,held,net,currency,replaces"
    ),
    "incidents.csv": "incident_id,bank,starts_at,ends_at,title",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo. ``cause`` is what the opening leads to; empty for those who have nothing to ask."""

    cause: str
    user: int
    first_name: str
    last_name: str
    locale: str
    phone: str
    merchant_no: str
    merchant: str
    terminal: str
    """The terminal that they write of: of theirs, except where the cause is that it is not."""
    asked: date | None
    opening: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Who is in the demo; ``staff`` are members of the support group as the sandbox's world names them."""

    now: datetime
    people: tuple[Person, ...]
    staff: tuple[dict[str, Any], ...]

    def of(self, cause: str) -> Person:
        """The person whose opening leads to a cause. Raises ``KeyError`` when there is none."""
        for person in self.people:
            if person.cause == cause:
                return person
        raise KeyError(cause)

    @property
    def situations(self) -> tuple[Person, ...]:
        """One person for each cause."""
        return tuple(person for person in self.people if person.cause)


def write_bundle(folder: Path) -> Manifest:
    """Write the CSV files of the native bundle into a folder (made if it is not there) and say who is in them."""
    data = yaml.safe_load(SITUATIONS.read_text(encoding="utf-8"))
    said = [*data["situations"], *data["others"]]
    shops = [shop(number, one, data["banks"]) for number, one in enumerate(said, 1)]
    calendar = Calendar()
    sold = [list(payouts(one, NOW, calendar)) for one in shops]
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, "merchants.csv", (one.merchant for one in shops))
    _write(folder, "terminals.csv", (terminal for one in shops for terminal in one.terminals))
    _write(folder, "card_changes.csv", (one.change for one in shops if one.change is not None))
    _write(folder, "payouts.csv", (row for rows in sold for row in rows))
    _write(folder, "incidents.csv", data["incidents"])
    people = tuple(_person(one, rows, text) for one, rows, text in zip(shops, sold, said, strict=True))
    return Manifest(NOW, people, tuple(data["staff"]))


def _write(folder: Path, name: str, rows: Iterable[Row]) -> None:
    columns = COLUMNS[name].split(",")
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="raise", restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _person(one: Shop, rows: list[Row], said: dict[str, Any]) -> Person:
    person, asked = said["person"], said.get("asked")
    terminal = str(said.get("writes_terminal") or one.terminals[0]["terminal_id"])
    row = next((row for row in rows if asked is not None and row["trade_date"] == asked.isoformat()), {})
    opening = str(said.get("opening", "")).format(
        terminal=terminal, new=one.tails[1], net=row.get("net"), gross=row.get("gross")
    )
    return Person(
        said.get("cause", ""), FIRST_USER + one.number - 1, person["first_name"], person["last_name"],
        person.get("locale", "zh"), one.merchant["phone"], one.merchant["merchant_no"], one.merchant["name"], terminal,
        asked, opening,
    )  # fmt: skip


def world(manifest: Manifest) -> dict[str, Any]:
    """The sandbox's world: the bot, everybody with their phone numbers, and the support group with topics."""
    users = [
        {
            "id": person.user, "first_name": person.first_name, "last_name": person.last_name,
            "language_code": person.locale, "phone": person.phone,
        }
        for person in manifest.people
    ]  # fmt: skip
    staff = [
        {key: value for key, value in {"language_code": "zh", **one}.items() if key != "status"}
        for one in manifest.staff
    ]
    people = [
        {
            "user": person.user,
            "name": person.merchant,
            "note": _note(person),
            **({"say": person.opening} if person.cause else {}),
        }
        for person in manifest.people
    ]
    return {
        "bot": {"token": "123456:TEST", "username": "settledesk_bot", "name": "SettleDesk", "privacy": True},
        "users": [*users, *staff],
        "groups": [
            {
                "id": SUPPORT_CHAT, "title": "SettleDesk Support", "forum": True, "supergroup": True,
                "members": [{"user": one["id"], "status": one["status"]} for one in manifest.staff],
                "bot": {"status": "administrator"},
            }
        ],
        "limits": "off",
        "page": {"title": "SettleDesk", "zone": "Asia/Shanghai", "people": people},
    }  # fmt: skip


def _note(person: Person) -> str:
    return " · ".join(part for part in (person.cause, person.terminal) if part)
