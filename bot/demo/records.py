"""The made-up records of the demo: sixty ordinary days for every terminal, and what is not ordinary in each situation.

Everything follows from ``situations.yaml`` and the terminal's and the day's own digits: the same bundle every time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from knowledge.workdays import Calendar

Row = dict[str, str]
DAYS = 60
CHANGE: Mapping[str, Any] = {
    "submitted_at": "2026-11-09T10:20:00+08:00",
    "status": "effective",
    "effective_at": "2026-11-11T09:15:00+08:00",
}
CITIES = ("杭州", "成都", "武汉", "长沙", "南京", "青岛", "厦门", "西安")


@dataclass
class Shop:
    """One merchant with its terminals; ``special`` are the changes to the first terminal's payouts by trade date."""

    number: int
    merchant: Row
    terminals: list[Row]
    tails: tuple[str, str]
    banks: tuple[str, str]
    change: Row | None
    level: str = "terminal"
    special: Mapping[date, Mapping[str, Any] | None] = field(default_factory=dict)
    more: tuple[Mapping[str, Any], ...] = ()


def shop(number: int, said: Mapping[str, Any], banks: list[str]) -> Shop:
    """A merchant as the file says, and ordinary where it says nothing."""
    own = dict(
        said.get("merchant") or {key: said[key] for key in ("name", "acquirer", "cycle", "account_type") if key in said}
    )
    person = said["person"]
    merchant_no = f"8222900{5300 + number % 90:04d}{number:04d}"
    draw = Random(number)  # noqa: S311 - made-up records, not secrets
    tails = (f"{draw.randrange(1000, 9999)}", f"{draw.randrange(1000, 9999)}")
    chosen = (draw.choice(banks), str(said.get("bank") or draw.choice(banks)))
    change = None
    if "change" not in said or said["change"] is not None:
        wanted = {**CHANGE, **(said.get("change") or {})}
        change = {
            "change_id": f"C{number:05d}", "merchant_no": merchant_no, "terminal_id": "", "old_tail": tails[0],
            "new_tail": tails[1], "new_bank": chosen[1], **{key: _text(value) for key, value in wanted.items()},
        }  # fmt: skip
    merchant = {
        "merchant_no": merchant_no, "phone": f"+8613800000{number:03d}", "locale": person.get("locale", "zh"),
        "timezone": "Asia/Shanghai", "account_type": "personal", "cycle": "T1", "mode": "auto", "min_payout": "0.00",
        "retained": "0.00", "balance": "180.00", "pending_sum": "0.00", "currency": "CNY", "risk_hold": "0",
        "payouts_suspended": "0", **{key: _text(value) for key, value in own.items()},
    }  # fmt: skip
    terminals = [_terminal(number, place, merchant_no, said, tails) for place in range(said.get("terminals", 1))]
    return Shop(
        number, merchant, terminals, tails, chosen, change, said.get("level", "terminal"),
        dict(said.get("payouts") or {}), tuple(said.get("more") or ()),
    )  # fmt: skip


def _terminal(number: int, place: int, merchant_no: str, said: Mapping[str, Any], tails: tuple[str, str]) -> Row:
    own = {key: _text(value) for key, value in (said.get("terminal") or {}).items()} if place == 0 else {}
    changed = "change" not in said or said["change"] is not None
    row = {
        "terminal_id": f"{40211000 + number * 10 + place}", "merchant_no": merchant_no,
        "location": f"{CITIES[number % len(CITIES)]} {place + 1}号店", "account_tail": "" if changed else tails[0],
        "unsent_txns": "0", "last_signon_at": "2026-11-20T08:40:00+08:00", **own,
    }  # fmt: skip
    if row["account_tail"] in ("old", "new"):
        row["account_tail"] = tails[row["account_tail"] == "new"]
    return row


def payouts(shop: Shop, now: datetime, calendar: Calendar) -> Iterator[Row]:
    """The payouts of the last sixty days, in order."""
    sellers = shop.terminals if shop.level == "terminal" else [{**shop.terminals[0], "level": "merchant"}]
    for back in range(DAYS, -1, -1):
        day = now.date() - timedelta(back)
        for place, terminal in enumerate(sellers):
            ordinary = _ordinary(shop, terminal, day, now, calendar)
            special = shop.special.get(day, {}) if place == 0 else {}
            if special is None:
                continue
            if ordinary is not None:
                yield _with(shop, ordinary, special)
                for extra in shop.more:
                    if place == 0 and extra["day"] == day:
                        yield _extra(shop, ordinary, extra)


def _ordinary(shop: Shop, terminal: Row, day: date, now: datetime, calendar: Calendar) -> Row | None:
    """The payout of a day as it goes when nothing happens; None where the batch is not cut yet."""
    cut = datetime.combine(day, time(23), now.tzinfo)
    if cut > now:
        return None
    cycle = shop.merchant["cycle"]
    due = day if cycle == "D0" else day + timedelta(1)
    if cycle == "T1":
        due, _ = calendar.next_working_day(day)
    sent = cut + timedelta(minutes=10) if cycle == "D0" else datetime.combine(due, time(10, 5), now.tzinfo)
    paid = sent + timedelta(minutes=35)
    new = (
        shop.change is not None and bool(shop.change["effective_at"]) and shop.change["effective_at"] <= cut.isoformat()
    )
    gross = Random(f"{terminal['terminal_id']}{day}").randrange(30_000, 900_000)  # noqa: S311
    here = shop.level == "terminal"
    row = {
        "payout_id": f"P{day:%y%m%d}{terminal['terminal_id']}", "merchant_no": shop.merchant["merchant_no"],
        "terminal_id": terminal["terminal_id"] if here else "",
        "batch_id": f"B{day:%y%m%d}{terminal['terminal_id'][-5:]}",
        "trade_date": day.isoformat(), "cut_at": cut.isoformat(),
        "status": "paid" if paid <= now else "created", "raw_status": "", "reason": "", "raw_reason": "",
        "sent_at": sent.isoformat() if paid <= now else "", "paid_at": paid.isoformat() if paid <= now else "",
        "returned_at": "", "due_date": due.isoformat() if shop.number % 2 else "",
        "dest_tail": shop.tails[new], "dest_bank": shop.banks[new], "gross": _money(gross), "fee": "", "d0_fee": "",
        "refund_offset": "0.00", "held": "0.00", "net": "", "currency": "CNY", "replaces": "",
    }  # fmt: skip
    return _settled(row, cycle)


def _with(shop: Shop, ordinary: Row, special: Mapping[str, Any]) -> Row:
    row = {**ordinary, **{key: _text(value) for key, value in special.items() if key in ordinary}}
    if row["dest_tail"] in ("old", "new"):
        new = row["dest_tail"] == "new"
        row["dest_tail"], row["dest_bank"] = shop.tails[new], shop.banks[new]
    return _settled(row, shop.merchant["cycle"])


def _extra(shop: Shop, ordinary: Row, said: Mapping[str, Any]) -> Row:
    row = _with(shop, ordinary, said)
    if "replaces" in said:
        row["replaces"] = ordinary["payout_id"]
        row["batch_id"] += said["suffix"]
    row["payout_id"] += said["suffix"]
    return row


def _settled(row: Row, cycle: str) -> Row:
    """With fees and the net sum that follow from what was sold and taken off."""
    gross = _minor(row["gross"])
    fee = round(gross * 60 / 10_000)
    d0_fee = round(gross * 5 / 10_000) if cycle == "D0" else 0
    net = gross - fee - d0_fee - _minor(row["refund_offset"])
    held = net if row["held"] == "all" else _minor(row["held"])
    net = net if row["held"] == "all" else net - held
    sums = {"fee": fee, "d0_fee": d0_fee, "held": held, "net": net}
    return {**row, **{name: _money(value) for name, value in sums.items()}}


def _minor(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def _money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def _text(value: object) -> str:
    return "" if value is None else str(value)
