"""Huifu's (汇付 斗拱) changes of the settlement card: what was asked of its API and what it answered.

Source: Huifu's public SDKs. A change is asked with ``card_info`` (``merchant/settle/modify`` and others) and gets an
``apply_no``; ``merchant/basicdata/status/query`` asks after it and answers ``bind_card_status`` and ``settle_status``
(P under way, S done, F failed) beside ``apply_status``, whose codes the SDKs do not say. A query's answer names neither
the application nor what it is for, so it comes with what was asked (see ``answers``) and counts only for a change that
is known: applications for other things are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from storage.settlement.formats import cells
from storage.settlement.formats.answers import ASKED, asked_and_answered, china_time, opened
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Scalar, naming, saying
from storage.settlement.formats.documents import Document, Node, keys_of
from storage.settlement.opening import Part
from storage.settlement.tables import CARD_CHANGES

__all__ = ["FORMAT"]

PROVIDER, APPLICATION, CARD = "huifu", "huifu_application", "huifu_card"
_NEEDED = frozenset({"asked", "answer", "asked_at"})
_OURS = frozenset({"huifu_id", "card_info", "apply_no"})
_MOMENT = Column("asked_at", china_time, required=True)

CHANGE = Document(
    {
        **ASKED,
        "asked_at": _MOMENT,
        "account": Column("asked.huifu_id", cells.identifier, required=True),
        "change_id": Column("answer.apply_no || asked.req_seq_id", cells.identifier, required=True),
        "new_tail": Column("asked.card_info.card_no || asked.new_card", cells.account_tail),
        "new_bank": Column("asked.card_info.branch_name || asked.new_bank", cells.text),
        "code": Column("answer.resp_code", cells.identifier, required=True),
        "words": Column("answer.resp_desc", cells.text),
    }
)
QUERY = Document(
    {
        **ASKED,
        "asked_at": _MOMENT,
        "change_id": Column("asked.apply_no", cells.identifier, required=True),
        "application": Column("answer.apply_status", cells.identifier),
        "bound": Column("answer.bind_card_status", cells.identifier),
        "settled": Column("answer.settle_status", cells.identifier),
        "words": Column("answer.apply_reason", cells.text),
        "code": Column("answer.resp_code", cells.identifier),
    }
)


class HuifuCardChange(Format):
    """One card change per ``apply_no``; what was asked without getting one goes by its request's number."""

    name = "huifu_card_change"
    title = "Huifu settlement card changes and the state of their applications (JSON, asked and answered)"

    def recognises(self, part: Part) -> bool:
        """Objects that say what was asked of a Huifu merchant's card or application, with the answer."""
        keys = keys_of(part)
        head = part.head.replace(b"\\", b"")  # Huifu's own objects hold JSON in strings
        named = keys | {name for name in _OURS if f'"{name}"'.encode() in head}
        return keys >= _NEEDED and "huifu_id" in named and bool(named & {"card_info", "apply_no"})

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """Card changes, as of when they were answered."""
        for part in parts:
            yield from _changes(part, intake)


def _changes(part: Part, intake: Intake) -> Iterator[Entry]:
    for node in asked_and_answered(part, intake):
        node["asked"] = opened(node["asked"], "card_info")
        if node["asked"].get("card_info") is not None or node["asked"].get("new_card") is not None:
            yield from _asked(node, part, intake)
        else:
            yield from _queried(node, part, intake)


def _asked(node: Node, part: Part, intake: Intake) -> Iterator[Entry]:
    found = CHANGE.read(node, part, intake)
    if found is None:
        return
    merchant_no = intake.providers.merchant_no(PROVIDER, str(found["account"]))
    yield naming(part.name, node.line, merchant_no, PROVIDER, "CNY")
    told: dict[str, Any] = {name: found[name] for name in ("old_tail", "new_tail", "new_bank") if name in found}
    status = intake.change_status(PROVIDER, str(found["code"]))
    if status == "rejected" and "words" in found:
        told["reject_reason"] = found["words"]
    yield saying(
        CARD_CHANGES, part.name, node.line, said_at=_said_at(found), change_id=found["change_id"],
        merchant_no=merchant_no, status=status, submitted_at=found["asked_at"], **told,
    )  # fmt: skip


def _queried(node: Node, part: Part, intake: Intake) -> Iterator[Entry]:
    """How an application stands; since when the new card holds is not said."""
    found = QUERY.read(node, part, intake)
    if found is None:
        return
    if not any(name in found for name in ("application", "bound", "settled")):
        intake.leave_raw("answer", str(found.get("code", "")))
        return
    told: dict[str, Any] = {"status": _status(found, intake)}
    if told["status"] == "rejected" and "words" in found:
        told["reject_reason"] = found["words"]
    yield saying(CARD_CHANGES, part.name, node.line, said_at=_said_at(found), change_id=found["change_id"], **told)


def _status(found: dict[str, Scalar], intake: Intake) -> str | None:
    """Rejected if anything was, under way while anything is, effective when every state of the card is done."""
    states = [intake.change_status(CARD, str(found[name])) for name in ("bound", "settled") if name in found]
    application = intake.change_status(APPLICATION, str(found["application"])) if "application" in found else None
    for status in ("rejected", "need_merchant", "auditing", "submitted"):
        if status in (application, *states):
            return status
    return "effective" if states and set(states) == {"effective"} else None


def _said_at(found: dict[str, Scalar]) -> int:
    return int(found.get("answered_at", found["asked_at"]) or 0)


FORMAT = HuifuCardChange()
