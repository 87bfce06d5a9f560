"""Lakala's settlements and withdrawals: member settlement records, notices of withdrawals, and the mode of settlement.

Source: Lakala's moneyconnect (钱账通) documentation and its public Go model: records of ``member.settle.record.get``
(sums in fen), notices ``order.withdraw.request`` (提现结果), ``order.withdraw.chargeback`` (提现退单) and
``member.bank.card`` (结算卡设置); Lakala's Java SDK for ``settleType`` (01 主动提款, 02 余额自动结算, 03 交易自动结算).

A settlement record has no number: the member, the day and the sum name it. What it does not say is whether its sum is
before or after its fee, and for which day of trade it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from storage.moments import restored
from storage.settlement.formats import cells
from storage.settlement.formats.answers import (
    ASKED,
    CHINA,
    answers_of,
    china_day,
    china_time,
    opened,
)
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Scalar, Sum, naming, saying
from storage.settlement.formats.documents import Document, Node, keys_of
from storage.settlement.opening import Part
from storage.settlement.tables import CARD_CHANGES, MERCHANTS, PAYOUTS, Kind

__all__ = ["FORMAT"]

PROVIDER = "lakala"
_RECORD = frozenset({"member_no", "settle_status", "settle_amount", "settle_date"})
_WITHDRAWAL = frozenset({"member_no", "order_no", "withdraw_type"})
_NOTICE = frozenset({"event_type", "event"})
_MODE = frozenset({"asked", "answer", "mercId", "settleType"})
_MARKS = ("settle_status", "settle_amount", "withdraw_type", "chargeback_date", "event_type", "asked", "answer")
_EVENTS = (b"order.withdraw.", b"member.bank.card")
_MODES = {"01": "manual", "02": "auto", "03": "auto"}
_DAY_BEGINS = cells.moment_as(CHINA, "%Y%m%d", "%Y-%m-%d")
_DAY = timedelta(days=1) // timedelta(microseconds=1)
CHARGEBACK, WITHDRAWN, CARD_SET = "order.withdraw.chargeback", "order.withdraw.request", "member.bank.card"


def _unix(cell: str) -> int:
    """Seconds or milliseconds since 1970; microseconds."""
    return cells.epoch(cell[:-3]) + int(cell[-3:]) * 1000 if len(cell) == 13 and cell.isdigit() else cells.epoch(cell)


RECORD = Document(
    {
        "account": Column("member_no", cells.identifier, required=True),
        "state": Column("settle_status", cells.identifier, required=True),
        "amount": Column("settle_amount", cells.minor, required=True),
        "fee": Column("settle_fee", cells.minor),
        "due_date": Column("settle_date", china_day, required=True),
        "said_at": Column("settle_date", _DAY_BEGINS, required=True),
        "raw_reason": Column("settle_message", cells.text),
    }
)
WITHDRAWAL = Document(
    {
        "payout_id": Column("event.order_no", cells.identifier, required=True),
        "account": Column("event.member_no", cells.identifier, required=True),
        "state": Column("event.status", cells.identifier, required=True),
        "gross": Column("event.amount", cells.minor, required=True),
        "fee": Column("event.billing_fee", cells.minor),
        "paid_at": Column("event.end_time", china_time),
        "notified_at": Column("timestamp", _unix),
        "code": Column("event.error_code", cells.text),
        "words": Column("event.error_msg", cells.text),
    }
)
RETURN = Document(
    {
        "payout_id": Column("event.order_no", cells.identifier, required=True),
        "account": Column("event.member_no", cells.identifier, required=True),
        "said_at": Column("event.chargeback_date", _DAY_BEGINS, required=True),
        "raw_reason": Column("event.error_msg", cells.text),
    }
)
CARD = Document(
    {
        "account": Column("event.member_no", cells.identifier, required=True),
        "operation": Column("event.operate_type", cells.identifier, required=True),
        "new_tail": Column("event.bank_card_no", cells.account_tail),
        "notified_at": Column("timestamp", _unix, required=True),
    }
)
MODE = Document(
    {
        **ASKED,
        "account": Column("answer.mercId || asked.mercId", cells.identifier, required=True),
        "mode": Column("answer.settleType || asked.settleType", cells.one_of(*_MODES), required=True),
        "cycle": Column("answer.settleCircle || asked.settleCircle", cells.one_of("D1", "T1")),
        "retained": Sum("answer.retainedAmt || asked.retainedAmt", cells.amount),
        "code": Column("answer.retCode", cells.identifier, required=True),
    }
)


class LakalaSettle(Format):
    """A payout for each settlement record or withdrawal; card changes where a notice says that the card was set."""

    name = "lakala_settle"
    title = "Lakala settlement records, withdrawals and their notices (moneyconnect, JSON, fen), settlement mode"

    def recognises(self, part: Part) -> bool:
        """The fields of a record or a withdrawal, the events of a notice, or a settlement mode asked and answered."""
        keys = keys_of(part)
        notice = keys >= _NOTICE and any(event in part.head for event in _EVENTS)
        return notice or any(keys >= needed for needed in (_RECORD, _WITHDRAWAL, _MODE))

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """What every object tells, by its kind."""
        for part in parts:
            yield from _Reader(part, intake).entries()


class _Reader:
    """The objects of one part."""

    def __init__(self, part: Part, intake: Intake) -> None:
        self.part, self.intake = part, intake
        self.with_fee = 0

    def entries(self) -> Iterator[Entry]:
        alone: Counter[str] = Counter()
        within: Counter[str] = Counter()
        before: Node | None = None
        for envelope, node in answers_of(self.part, self.intake, _MARKS):
            if envelope is not before:
                within, before = Counter(), envelope
            if "asked" in node or "answer" in node:
                yield from self._mode(opened(node, "asked", "answer"))
            elif "settle_status" in node or "settle_amount" in node:
                yield from self._record(node, within if envelope is not None else alone)
            else:
                yield from self._event(_notice(node))
        if self.with_fee:
            words = "settlement records have a fee; whether their sum is before or after it is not said: net is unknown"
            self.intake.notes.append(f"{self.part.name}: {self.with_fee} {words}")

    def _merchant(self, account: Scalar, line: int) -> tuple[str, Entry]:
        merchant_no = self.intake.providers.merchant_no(PROVIDER, str(account))
        return merchant_no, naming(self.part.name, line, merchant_no, PROVIDER, "CNY")

    def _saying(self, kind: Kind, node: Node, said_at: int | None, **told: Any) -> Entry:
        return saying(kind, self.part.name, node.line, said_at=said_at, **told)

    def _record(self, node: Node, alike: Counter[str]) -> Iterator[Entry]:
        """A settlement record. The second of one member, day and sum in one answer is another payout."""
        found = RECORD.read(node, self.part, self.intake)
        if found is None:
            return
        merchant_no, named = self._merchant(found["account"], node.line)
        yield named
        batch = f"{found['account']}.{str(found['due_date']).replace('-', '')}.{found['amount']}"
        alike[batch] += 1
        key = batch if alike[batch] == 1 else f"{batch}.{alike[batch]}"
        told = self._outcome("lakala_moneyconnect", str(found["state"]), found.get("raw_reason"))
        if "fee" in found:
            told["fee"] = found["fee"]
            if found["fee"] == 0:
                told["net"] = found["amount"]
            else:
                self.with_fee += 1
        final = told["status"] in ("paid", "failed", "returned")
        yield self._saying(
            PAYOUTS, node, int(found["said_at"] or 0) + final, payout_id=key,
            merchant_no=merchant_no, batch_id=batch, due_date=found["due_date"], currency="CNY", **told,
        )  # fmt: skip

    def _event(self, node: Node) -> Iterator[Entry]:
        kind = str(node["event_type"])
        if kind == WITHDRAWN:
            yield from self._withdrawal(node)
        elif kind == CHARGEBACK:
            yield from self._return(node)
        elif kind == CARD_SET:
            yield from self._card(node)
        else:
            self.intake.leave_raw("event", kind[:64])

    def _withdrawal(self, node: Node) -> Iterator[Entry]:
        found = WITHDRAWAL.read(node, self.part, self.intake)
        if found is None:
            return
        gross, fee = int(found["gross"] or 0), found.get("fee")
        if isinstance(fee, int) and fee > gross:
            self.intake.refuse(self.part.name, node.line, "billing_fee", "more than the sum that includes it")
            return
        merchant_no, named = self._merchant(found["account"], node.line)
        yield named
        reason = " ".join(str(found[name]) for name in ("code", "words") if name in found) or None
        told = self._outcome("lakala_withdraw", str(found["state"]), reason)
        if isinstance(fee, int):
            told |= {"fee": fee, "net": gross - fee}
        if told["status"] == "paid" and "paid_at" in found:
            told["paid_at"] = found["paid_at"]
        said_at = found.get("paid_at", found.get("notified_at"))
        yield self._saying(
            PAYOUTS, node, said_at if isinstance(said_at, int) else None, payout_id=found["payout_id"],
            merchant_no=merchant_no, batch_id=found["payout_id"], gross=gross, currency="CNY", **told,
        )  # fmt: skip

    def _return(self, node: Node) -> Iterator[Entry]:
        """A withdrawal that came back, on a day: later than whatever was said of it before, on that day too."""
        found = RETURN.read(node, self.part, self.intake)
        if found is None:
            return
        merchant_no, named = self._merchant(found["account"], node.line)
        yield named
        told = self._outcome("lakala_withdraw", CHARGEBACK, found.get("raw_reason"))
        said_at = int(found["said_at"] or 0) + _DAY - 1
        yield self._saying(PAYOUTS, node, said_at, payout_id=found["payout_id"], merchant_no=merchant_no, **told)

    def _card(self, node: Node) -> Iterator[Entry]:
        found = CARD.read(node, self.part, self.intake)
        if found is None or found["operation"] != "3":  # 1: a card was bound, 2: unbound; neither moves settlement
            return
        merchant_no, named = self._merchant(found["account"], node.line)
        yield named
        moment = int(found["notified_at"] or 0)
        day = restored(moment).astimezone(ZoneInfo(CHINA)).strftime("%Y%m%d")
        told = {"new_tail": found["new_tail"]} if "new_tail" in found else {}
        change_id = ".".join(str(piece) for piece in (found["account"], day, *told.values()))
        yield self._saying(
            CARD_CHANGES, node, moment, change_id=change_id, merchant_no=merchant_no, status="effective",
            effective_at=moment, **told,
        )  # fmt: skip

    def _mode(self, node: Node) -> Iterator[Entry]:
        found = MODE.read(node, self.part, self.intake)
        if found is None:
            return
        said_at = found.get("answered_at", found.get("asked_at"))
        if not isinstance(said_at, int):
            self.intake.refuse(self.part.name, node.line, "asked_at", "missing, and required")
        elif found["code"] != "000000":
            self.intake.leave_raw("setting that was not taken", str(found["code"]))
        else:
            told: dict[str, Scalar] = {"mode": _MODES[str(found["mode"])]}
            name = {"02": "retained", "03": "cycle"}.get(str(found["mode"]), "")  # neither holds in another mode
            told |= {name: found[name]} if name in found else {}
            merchant_no = self.intake.providers.merchant_no(PROVIDER, str(found["account"]))
            yield self._saying(MERCHANTS, node, said_at, merchant_no=merchant_no, acquirer=PROVIDER, **told)

    def _outcome(self, provider: str, raw: str, words: Scalar) -> dict[str, Scalar]:
        """Status and reason; a reason from before no longer holds once the payout is under way or paid."""
        status = self.intake.payout_status(provider, raw)
        told: dict[str, Scalar] = {"status": status, "raw_status": raw}
        if words is not None:
            told["raw_reason"] = words
        if status in ("failed", "returned"):
            if words is not None:
                told["reason"] = self.intake.reason(PROVIDER, str(words))
        elif status is not None:
            told |= {"reason": None, "raw_reason": words}
        return told


def _notice(node: Node) -> Node:
    """A notice with its event as an object; an event that stands by itself gets the notice's type from its fields."""
    if "event_type" in node:
        return opened(node, "event")
    notice = Node(event=node, event_type=CHARGEBACK if "chargeback_date" in node else WITHDRAWN)
    notice.line = node.line
    return notice


FORMAT = LakalaSettle()
