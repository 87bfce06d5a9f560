"""Leshua's payout orders (打款单) and failed payout orders, as its API answers: JSON, sums in fen.

Source: Leshua's open documentation (saas/1099891, 1099892, 1099893). The provider says of ``createTime`` that it is the
day after the trade, and of the sums that they are what is due, what is held back (止付) and what is paid. A payout that
comes back (退票) is paid again by a new order; only the free text ``remark`` of the new one may name the old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from storage.moments import restored
from storage.settlement.formats import cells
from storage.settlement.formats.answers import CHINA, answers_of, china_day, china_time
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Scalar, naming, saying
from storage.settlement.formats.documents import Document, Node, keys_of
from storage.settlement.opening import Part
from storage.settlement.tables import PAYOUTS

__all__ = ["FORMAT"]

PROVIDER = "leshua"
_MARKS = ("billId", "planAmount", "realAmount")
_NEEDED = frozenset({"billId", "merchantId", "planAmount", "realAmount", "state"})
_BILL = re.compile(r"(?<![0-9])20[0-9]{18}(?![0-9])")
"""A payout order's number: its day, then twelve digits."""
_LEDGER = re.compile(r"(T0|T1|D0|D1)待结算账本")
_SAME_DAY = frozenset({"D0", "T0"})
_NEXT_DAY = frozenset({"D1", "T1"})
_CYCLES = _SAME_DAY | _NEXT_DAY | {"WITHDRAW"}

ORDER = Document(
    {
        "payout_id": Column("billId", cells.identifier, required=True),
        "account": Column("merchantId", cells.identifier, required=True),
        "plan": Column("planAmount", cells.minor, required=True),
        "held": Column("suspendAmount", cells.minor, required=True),
        "net": Column("realAmount", cells.minor, required=True),
        "state": Column("state", cells.identifier, required=True),
        "created_at": Column("createTime", china_time),
        "paid_at": Column("bankretTime", china_time),
        "cycle": Column("settType", cells.identifier),
        "due_date": Column("settDate", china_day),
        "raw_reason": Column("failReason", cells.text),
        "remark": Column("remark", str),
        "recreated": Column("recreateFlag", cells.identifier),
        "dest_tail": Column("bankAccount", cells.account_tail),
        "dest_bank": Column("bankBranch", cells.text),
    }
)


@dataclass
class _Sums:
    """What one file's orders come to, in fen."""

    rows: int = 0
    plan: int = 0
    suspended: int = 0
    real: int = 0
    closes: bool = True


class LeshuaPayouts(Format):
    """One payout for each order; what an order does not say of it stays as it was."""

    name = "leshua_payouts"
    title = "Leshua payout orders and failed payout orders (JSON answers, fen)"

    def recognises(self, part: Part) -> bool:
        """The fields of an order, whatever envelope holds it."""
        return keys_of(part) >= _NEEDED

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """Payouts, each as of the last moment that its order names."""
        for part in parts:
            yield from _orders(part, intake)


def _orders(part: Part, intake: Intake) -> Iterator[Entry]:
    sums, unlinked = _Sums(), 0
    for node in _listed(part, intake):
        if not isinstance(node.get("billId"), str | None):
            words = "a number; one of this length loses digits, so it must stand in quotes"
            intake.refuse(part.name, node.line, "billId", words)
            continue
        order = ORDER.read(node, part, intake)
        if order is None or not _closes(order, node, part, intake, sums):
            continue
        merchant_no = intake.providers.merchant_no(PROVIDER, str(order["account"]))
        yield naming(part.name, node.line, merchant_no, PROVIDER, "CNY")
        told = _payout(order, intake)
        unlinked += "replaces" not in told and _is_again(order)
        yield saying(PAYOUTS, part.name, node.line, said_at=_said_at(order, told), merchant_no=merchant_no, **told)
    if unlinked:
        words = f"{part.name}: {unlinked} orders are marked as made again but name no other order; their day is unknown"
        intake.notes.append(words)
    if sums.rows:
        shown = {name: getattr(sums, name) / 100 for name in ("plan", "suspended", "real")}
        about = {"account": PROVIDER, "batch": part.name, "currency": "CNY", "rows": sums.rows}
        intake.batches.append({**about, **shown, "closes": sums.closes})


def _listed(part: Part, intake: Intake) -> Iterator[Node]:
    """The orders; of a page that lists fewer of them than it says there are, a note is made."""
    for _, page in groupby(answers_of(part, intake, _MARKS), key=lambda found: id(found[0])):
        listed, around = 0, Node()
        for envelope, node in page:
            listed, around = listed + 1, envelope or around
            yield node
        total, number, size = (_count(around.get(name)) for name in ("totalCount", "pageNo", "pageSize"))
        wanted = min(size, total - (number - 1) * size)
        if number and listed < wanted:
            intake.notes.append(f"{part.name}: page {number} lists {listed} of {wanted} orders")


def _count(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _closes(order: Mapping[str, Scalar], node: Node, part: Part, intake: Intake, sums: _Sums) -> bool:
    """Whether what is due, less what is held back, is what is paid."""
    plan, held, net = (int(order[name] or 0) for name in ("plan", "held", "net"))
    sums.rows += 1
    sums.plan, sums.suspended, sums.real = sums.plan + plan, sums.suspended + held, sums.real + net
    if plan - held != net:
        sums.closes = False
        words = f"planAmount less suspendAmount is {plan - held}, not {net}: {order['payout_id']}"
        intake.refuse(part.name, node.line, "realAmount", words)
    return plan - held == net


def _payout(order: Mapping[str, Scalar], intake: Intake) -> dict[str, Any]:
    """The fields that the order speaks of."""
    raw = str(order["state"])
    status = intake.payout_status(PROVIDER, raw)
    told: dict[str, Any] = {
        "payout_id": order["payout_id"], "batch_id": order["payout_id"], "status": status, "raw_status": raw,
        "held": order["held"], "net": order["net"], "currency": "CNY",
    }  # fmt: skip
    told.update({name: order[name] for name in ("due_date", "dest_tail", "dest_bank") if name in order})
    if status == "paid" and "paid_at" in order:
        told["paid_at"] = order["paid_at"]
    if "raw_reason" in order:
        told["raw_reason"] = order["raw_reason"]
    if status in ("failed", "returned"):
        if "raw_reason" in order:
            told["reason"] = intake.reason(PROVIDER, str(order["raw_reason"]))
    elif status is not None:  # a reason from before no longer holds
        told["reason"] = None
        told.setdefault("raw_reason", None)
    again = _again_of(order)
    if again is not None:
        told["replaces"] = told["batch_id"] = again
    elif not _is_again(order) and (day := _trade_date(order, intake)) is not None:
        told["trade_date"] = day.isoformat()
    return told


def _is_again(order: Mapping[str, Scalar]) -> bool:
    return order.get("recreated") not in (None, "0", "false")


def _again_of(order: Mapping[str, Scalar]) -> str | None:
    """The one other order that the remark names, if it names exactly one and that is older than this one.

    Numbers begin with the order's day and grow, so the smaller one is the older; an old order may name its successor.
    """
    own = str(order["payout_id"])
    named = {number for number in _BILL.findall(str(order.get("remark") or "")) if number != own}
    if len(named) != 1 or not _BILL.fullmatch(own):
        return None
    (number,) = named
    try:
        date(int(number[:4]), int(number[4:6]), int(number[6:8]))
    except ValueError:
        return None
    return number if number < own else None


def _created(order: Mapping[str, Scalar]) -> date | None:
    moment = order.get("created_at")
    return restored(moment).astimezone(ZoneInfo(CHINA)).date() if isinstance(moment, int) else None


def _trade_date(order: Mapping[str, Scalar], intake: Intake) -> date | None:
    """The day of trade: the one before ``createTime``, as the provider defines it; D0: the day of settlement itself.

    Unknown for withdrawals, and where a D1 order's day of settlement is not the day on which it was made.
    """
    cycle = str(order.get("cycle") or "").upper()
    if not cycle and (ledger := _LEDGER.search(str(order.get("remark") or ""))):
        cycle = ledger[1]
    settled = date.fromisoformat(str(order["due_date"])) if "due_date" in order else None
    if cycle and cycle not in _CYCLES:
        intake.leave_raw("settType", str(order["cycle"]))
        return None
    if cycle in _SAME_DAY:
        return settled
    created = _created(order)
    if cycle == "WITHDRAW" or created is None or (cycle == "D1" and settled not in (None, created)):
        return None
    return created - timedelta(1)


def _said_at(order: Mapping[str, Scalar], told: Mapping[str, Scalar]) -> int | None:
    """The last moment that the order names; that a payout came back is later than that it was paid."""
    moments = [moment for name in ("created_at", "paid_at") if isinstance(moment := order.get(name), int)]
    return max(moments) + (told["status"] == "returned") if moments else None


FORMAT = LeshuaPayouts()
