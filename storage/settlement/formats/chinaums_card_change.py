"""China UMS's (银联商务) changes of the settlement account: what was asked of its signing API, and what it answered.

Source: the vendor's document on signing by oneself (2022; §3.6 to §3.11) and public SDKs of it. An account change is
sent in (``complex_alter_acctinfo``), signed by the merchant (``alter_sign``) and asked after (``alter_qry``). Its
``apply_status`` is 00 to sign, 01 signed, 02 under review, 03 done, 04 failed, 05 a corporate account to be verified by
a random sum (5 tries, a new one every 4 hours). A query's answer does not say what kind of application it is about, so
it comes with what was asked (see ``answers``): answers about a merchant's first application are no card changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from storage.settlement.formats import cells
from storage.settlement.formats.answers import ASKED, asked_and_answered, china_time
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Scalar, naming, saying
from storage.settlement.formats.documents import Document, Node, keys_of
from storage.settlement.opening import Part
from storage.settlement.tables import CARD_CHANGES

__all__ = ["FORMAT"]

PROVIDER = "chinaums"
_NEEDED = frozenset({"asked", "answer", "service", "ums_reg_id"})
NEEDS = {"00": "sign", "05": "amount_verify"}
"""What the merchant has to do, by the provider's status; 18 waits for the merchant too, for what is not documented."""
_MOMENT = Column("asked_at || asked.request_date", china_time, required=True)

SENT_IN = Document(
    {
        **ASKED,
        "asked_at": _MOMENT,
        "account": Column("asked.mer_no", cells.identifier, required=True),
        "change_id": Column("answer.ums_reg_id", cells.identifier),
        "new_tail": Column("asked.alter_bank_acct_no || asked.new_card", cells.account_tail),
        "code": Column("answer.res_code", cells.identifier),
    }
)
QUERY = Document(
    {
        **ASKED,
        "asked_at": _MOMENT,
        "account": Column("asked.mer_no || answer.mer_no", cells.identifier),
        "change_id": Column("asked.ums_reg_id || answer.ums_reg_id", cells.identifier, required=True),
        "state": Column("answer.apply_status", cells.identifier),
        "words": Column("answer.fail_reason", cells.text),
        "code": Column("answer.res_code", cells.identifier),
    }
)


class ChinaumsCardChange(Format):
    """One card change per ``ums_reg_id``."""

    name = "chinaums_card_change"
    title = "China UMS settlement account changes (JSON, asked and answered: complex_alter_acctinfo, alter_qry)"

    def recognises(self, part: Part) -> bool:
        """Objects that say which service was asked, with the answer and the application's number."""
        return keys_of(part) >= _NEEDED

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """Card changes, as of when they were answered."""
        for part in parts:
            yield from _changes(part, intake)


def _changes(part: Part, intake: Intake) -> Iterator[Entry]:
    for node in asked_and_answered(part, intake):
        service = node["asked"].get("service")
        if service == "complex_alter_acctinfo":
            yield from _sent_in(node, part, intake)
        elif service == "alter_qry":
            yield from _queried(node, part, intake)
        else:
            intake.leave_raw("service", str(service)[:64])


def _sent_in(node: Node, part: Part, intake: Intake) -> Iterator[Entry]:
    """An application that was taken: it has a number from then on."""
    found = SENT_IN.read(node, part, intake)
    if found is None:
        return
    if "change_id" not in found:
        intake.leave_raw("change that was not taken", str(found.get("code", "")))
        return
    merchant_no = intake.providers.merchant_no(PROVIDER, str(found["account"]))
    yield naming(part.name, node.line, merchant_no, PROVIDER, "CNY")
    told: dict[str, Any] = {name: found[name] for name in ("old_tail", "new_tail", "new_bank") if name in found}
    yield saying(
        CARD_CHANGES, part.name, node.line, said_at=_said_at(found), change_id=found["change_id"],
        merchant_no=merchant_no, status="submitted", submitted_at=found["asked_at"], **told,
    )  # fmt: skip


def _queried(node: Node, part: Part, intake: Intake) -> Iterator[Entry]:
    """How an application stands. Since when a change holds is not said, only that it holds by now."""
    found = QUERY.read(node, part, intake)
    if found is None:
        return
    if "state" not in found:
        intake.leave_raw("answer", str(found.get("code", "")))
        return
    told: dict[str, Any] = {name: found[name] for name in ("old_tail", "new_tail", "new_bank") if name in found}
    if "account" in found:
        told["merchant_no"] = merchant_no = intake.providers.merchant_no(PROVIDER, str(found["account"]))
        yield naming(part.name, node.line, merchant_no, PROVIDER, "CNY")
    raw = str(found["state"])
    status = intake.change_status(PROVIDER, raw)
    told |= {"status": status, "need": NEEDS.get(raw) if status == "need_merchant" else None}
    if status == "rejected" and "words" in found:
        told["reject_reason"] = found["words"]
    yield saying(CARD_CHANGES, part.name, node.line, said_at=_said_at(found), change_id=found["change_id"], **told)


def _said_at(found: dict[str, Scalar]) -> int:
    return int(found.get("answered_at", found["asked_at"]) or 0)


FORMAT = ChinaumsCardChange()
