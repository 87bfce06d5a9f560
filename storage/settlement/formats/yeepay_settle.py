"""YeePay's answers and notifications about settlements (结算) and withdrawals (提现) to a bank account.

Source: YeePay's own SDK models (settle/records/query, settle/records-order/query, account/withdraw/system/query) and
the notes of its open platform on 结算 and 提现. Sums are yuan. A success is not final: ``correct`` of a transfer,
``retreatFlag`` of a settlement and ``isReversed`` of a withdrawal say that the bank sent the money back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from storage.settlement.formats import cells
from storage.settlement.formats.bills import CURRENCY
from storage.settlement.formats.declaration import (
    Column,
    Entry,
    Format,
    Intake,
    Scalar,
    Sum,
    Unreadable,
    naming,
    saying,
)
from storage.settlement.formats.documents import Document, Node, documents, keys_of, nodes_of
from storage.settlement.opening import Part
from storage.settlement.tables import PAYOUTS

__all__ = ["FORMAT"]

PROVIDER = "yeepay"
_when = cells.moment_as("Asia/Shanghai", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_FLAGS = {"1": 1, "0": 0, "true": 1, "false": 0, "y": 1, "n": 0}
_ENDED_BADLY = ("failed", "returned")


def _flag(cell: str) -> int:
    try:
        return _FLAGS[cell.lower()]
    except KeyError:
        raise Unreadable("neither true nor false") from None


SETTLEMENT = Document(
    {
        "id": Column("summaryNo", cells.identifier, required=True),
        "status": Column("status || settleStatus", cells.identifier, required=True),
        "created_at": Column("createTime", _when),
        "gross": Sum("settleAmount", cells.amount, required=True),
        "net": Sum("realAmount", cells.amount),
        "fee": Sum("realFee || feeAmount", cells.amount),
        "back": Column("retreatFlag", _flag),
        "reversed": Column("isReversed", _flag),
    }
)
TRANSFER = Document(
    {
        "status": Column("status", cells.identifier),
        "number": Column("channelRequestNo", cells.identifier),
        "net": Sum("realAmount", cells.amount),
        "tail": Column("accountNo", cells.account_tail),
        "code": Column("errorCode", cells.text),
        "words": Column("errorMessage", cells.text),
        "back": Column("correct", _flag),
    }
)
WITHDRAWAL = Document(
    {
        "merchant": Column("merchantNo", cells.identifier, required=True),
        "id": Column("orderNo", cells.identifier, required=True),
        "status": Column("status", cells.identifier, required=True),
        "gross": Sum("orderAmount", cells.amount, required=True),
        "net": Sum("receiveAmount", cells.amount),
        "debit": Sum("debitAmount", cells.amount),
        "fee": Sum("fee", cells.amount),
        "ordered_at": Column("orderTime", _when),
        "finished_at": Column("finishTime", _when),
        "tail": Column("accountNo", cells.account_tail),
        "bank": Column("bankName", cells.text),
        "words": Column("failReason", cells.text),
        "back": Column("isReversed", _flag),
        "back_at": Column("reverseTime", _when),
    }
)
_SETTLEMENT, _RECORDS = frozenset({"summaryNo", "settleAmount"}), "settleRecordQueryDtos"
_WITHDRAWAL = frozenset({"orderNo", "orderAmount", "receiveAmount", "debitAmount"})
_Values = Mapping[str, Scalar]


class YeepaySettle(Format):
    """Settlements and withdrawals, each one payout, whatever has become of it since."""

    name = "yeepay_settle"
    title = "YeePay settlement records and withdrawals: answers to queries and notifications (JSON)"

    def recognises(self, part: Part) -> bool:
        """The fields of a settlement order, of its notification or of a withdrawal order."""
        keys = keys_of(part)
        return keys >= _SETTLEMENT or _RECORDS in keys or keys >= _WITHDRAWAL

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """The merchant of each answer, if new, and its payouts."""
        for part in parts:
            reader = _Reader(part, intake)
            for document in documents(part, intake):
                answers = list(nodes_of(document, "@"))
                if not answers:
                    intake.refuse(part.name, 0, "", "an answer is a JSON object")
                for answer in answers:
                    yield from reader.answer(answer)


class _Reader:
    """Reads the answers of one part."""

    def __init__(self, part: Part, intake: Intake) -> None:
        self.part, self.intake = part, intake

    def answer(self, answer: Node) -> Iterator[Entry]:
        """An answer as it came, or within ``response`` beside ``queried_at``; its fields may stand in ``result``."""
        inner = _within(answer, "response", "result")
        try:
            moment = cells.moment(str(answer["queried_at"])) if answer.get("queried_at") else None
        except Unreadable as error:
            self.intake.refuse(self.part.name, answer.line, "queried_at", str(error))
            return
        if inner is not None and inner.keys() >= _WITHDRAWAL:
            yield from self._withdrawal(inner, moment)
        elif inner is not None and (_RECORDS in inner or inner.keys() >= _SETTLEMENT):
            yield from self._settlements(inner, moment)
        else:
            self.intake.refuse(self.part.name, answer.line, "", "neither settlement records nor a withdrawal")

    def _settlements(self, answer: Node, moment: int | None) -> Iterator[Entry]:
        merchant = answer.get("settleMerchantNo") or answer.get("merchantNo")
        records = answer.get(_RECORDS, answer)
        if not isinstance(merchant, str) or not merchant.isalnum():
            self.intake.refuse(self.part.name, answer.line, "merchantNo", "missing, and required")
            return
        if not isinstance(records, list | Node):
            self.intake.refuse(self.part.name, answer.line, _RECORDS, "a list of settlement records belongs here")
            return
        for node in nodes_of(records, "@"):
            values = SETTLEMENT.read(node, self.part, self.intake, CURRENCY)
            found = [TRANSFER.read(each, self.part, self.intake, CURRENCY) for each in _transfers(node)]
            transfers = [each for each in found if each is not None]
            if values is not None and len(transfers) == len(found):
                told = self._settled(node, values, transfers)
                yield from self._both(node.line, merchant, told, moment) if told else ()

    def _settled(self, node: Node, values: _Values, transfers: Sequence[_Values]) -> dict[str, Scalar] | None:
        """What is said of a settlement order; None, and refused, when its sums do not close."""
        sums = self._sums(node, values, [each["net"] for each in transfers if "net" in each])
        if sums is None:
            return None
        raw = str(values["status"])
        words = [raw, *(str(each["status"]) for each in transfers if each.get("status", raw) != raw)]
        back = values.get("back") or values.get("reversed")
        returned = bool(back) or (bool(transfers) and all(each.get("back") for each in transfers))
        partly = not returned and any(each.get("back") for each in transfers)
        status = self.intake.payout_status("yeepay_settle", raw)
        if returned:
            status, words = "returned", [*words, "冲退"]
        elif partly or len(set(words)) > 1:  # one order, several fates: no single word is true of it
            status = None
            words += ["部分冲退"] if partly else []
        tails = {each.get("tail") for each in transfers}
        errors = [f"{each.get('code', '')} {each.get('words', '')}".strip() for each in transfers]
        told: dict[str, Scalar] = {
            "payout_id": values["id"], "batch_id": values["id"], "cut_at": values.get("created_at"), "status": status,
            "raw_status": "; ".join(dict.fromkeys(words)), **sums,
        }  # fmt: skip
        if transfers:
            told["dest_tail"] = tails.pop() if len(tails) == 1 else None
        return told | self._reason(status, "; ".join(dict.fromkeys(error for error in errors if error)))

    def _sums(self, node: Node, values: _Values, nets: Sequence[Scalar]) -> dict[str, Scalar] | None:
        """Gross, fee and net. A fee charged beside the settlement (外扣) is not taken out of it: none is told."""
        gross, net, fee = int(values["gross"] or 0), values.get("net"), int(values.get("fee") or 0)
        if not net:  # not paid yet, or not at all: nothing arrived, which is not the sum that was to arrive
            return {"gross": gross}
        closes = net in (gross - fee, gross) and (not nets or sum(int(each or 0) for each in nets) == net)
        self.intake.batches.append(
            {"account": None, "batch": values["id"], "currency": CURRENCY, "rows": len(nets), "gross": gross / 100,
             "fee": fee / 100, "net": int(net) / 100, "closes": closes}
        )  # fmt: skip
        if not closes:
            words = "realAmount is neither settleAmount nor that less the fee, or not the sum of its transfers"
            self.intake.refuse(self.part.name, node.line, "realAmount", words)
            return None
        return {"gross": gross, "fee": gross - int(net), "net": net}

    def _withdrawal(self, node: Node, moment: int | None) -> Iterator[Entry]:
        values = WITHDRAWAL.read(node, self.part, self.intake, CURRENCY)
        sums = self._sums(node, values, ()) if values is not None else None
        if values is None or sums is None:
            return
        raw, status = str(values["status"]), self.intake.payout_status("yeepay_withdraw", str(values["status"]))
        if values.get("back"):
            raw, status = f"{raw}; 冲退", "returned"
        told: dict[str, Scalar] = {
            "payout_id": values["id"], "cut_at": values.get("ordered_at"), "status": status, "raw_status": raw,
            "dest_tail": values.get("tail"), "dest_bank": values.get("bank"), **sums,
            **self._reason(status, str(values.get("words") or "")),
        }  # fmt: skip
        if raw.startswith("SUCCESS"):
            told["paid_at"] = values.get("finished_at")
        if status == "returned":
            told["returned_at"] = values.get("back_at")
        yield from self._both(node.line, str(values["merchant"]), told, moment)

    def _reason(self, status: str | None, raw: str) -> dict[str, Scalar]:
        """Why it failed or came back; what stands there otherwise is no reason."""
        if not raw or status not in _ENDED_BADLY:
            return {}
        return {"raw_reason": raw[:200], "reason": self.intake.reason(PROVIDER, raw)}

    def _both(self, line: int, merchant: str, told: _Values, moment: int | None) -> Iterator[Entry]:
        number = self.intake.providers.merchant_no(PROVIDER, merchant)
        yield naming(self.part.name, line, number, PROVIDER, CURRENCY)
        shown: dict[str, Any] = {**told, "merchant_no": number, "currency": CURRENCY}
        yield saying(PAYOUTS, self.part.name, line, said_at=moment, **shown)


def _within(answer: Node, *names: str) -> Node | None:
    inner: Any = answer
    for name in names:
        inner = inner.get(name, inner) if isinstance(inner, Node) else inner
    return inner if isinstance(inner, Node) else None


def _transfers(node: Node) -> Iterator[Node]:
    return nodes_of(node, "settleRecordDetailsDtos")


FORMAT = YeepaySettle()
