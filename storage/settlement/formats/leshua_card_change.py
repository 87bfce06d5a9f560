"""Leshua's changes of the settlement card: what was asked of its API and what it answered, as JSON objects.

Source: Leshua's open documentation on changing a merchant's data (saas/1099874): 000011 is taken without review (免审)
and holds at once, 000022 awaits review (待审); the holder's name, and whether the account is personal or corporate,
cannot be changed this way. An answer is not known to name the merchant, the card and the time, so it comes with what
was asked (see ``answers``). What a review's result looks like is not documented: its code is read, and its meaning left
to ``providers.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from storage.moments import restored
from storage.settlement.formats import cells
from storage.settlement.formats.answers import ASKED, CHINA, asked_and_answered
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Scalar, naming, saying
from storage.settlement.formats.documents import Document, keys_of
from storage.settlement.opening import Part
from storage.settlement.tables import CARD_CHANGES

__all__ = ["FORMAT"]

PROVIDER, REVIEW = "leshua", "leshua_review"
_NEEDED = frozenset({"asked", "answer", "asked_at", "merchantId"})
_OTHERS = frozenset({"huifu_id", "ums_reg_id", "merCupNo", "mercId", "billId"})

CHANGE = Document(
    {
        **ASKED,
        "asked_at": Column("asked_at", ASKED["asked_at"].read, required=True),
        "account": Column("asked.merchantId", cells.identifier, required=True),
        "code": Column("answer.respCode || answer.error_code", cells.identifier),
        "review": Column("answer.auditStatus", cells.identifier),
        "words": Column("answer.respMsg || answer.error_msg", cells.text),
    }
)


class LeshuaCardChange(Format):
    """One card change per merchant and moment of asking; later answers to it tell how it went on."""

    name = "leshua_card_change"
    title = "Leshua settlement card changes (JSON, asked and answered: 000011 at once, 000022 under review)"

    def recognises(self, part: Part) -> bool:
        """Objects that say what was asked for a merchant, with the answer."""
        keys = keys_of(part)
        return keys >= _NEEDED and not keys & _OTHERS

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """Card changes, as of when they were answered."""
        for part in parts:
            yield from _changes(part, intake)


def _changes(part: Part, intake: Intake) -> Iterator[Entry]:
    for node in asked_and_answered(part, intake):
        found = CHANGE.read(node, part, intake)
        if found is None:
            continue
        if "code" not in found and "review" not in found:
            intake.refuse(part.name, node.line, "answer", "neither respCode, error_code nor auditStatus is here")
            continue
        merchant_no = intake.providers.merchant_no(PROVIDER, str(found["account"]))
        yield naming(part.name, node.line, merchant_no, PROVIDER, "CNY")
        asked_at = int(found["asked_at"] or 0)
        moment = found.get("answered_at", asked_at)
        told: dict[str, Any] = {name: found[name] for name in ("old_tail", "new_tail", "new_bank") if name in found}
        status = _status(found, intake)
        if status == "effective" and "review" not in found:
            told["effective_at"] = moment
        if status == "rejected" and "words" in found:
            told["reject_reason"] = found["words"]
        day = restored(asked_at).astimezone(ZoneInfo(CHINA)).strftime("%Y%m%d%H%M%S")
        yield saying(
            CARD_CHANGES, part.name, node.line, said_at=int(moment or 0), change_id=f"{found['account']}.{day}",
            merchant_no=merchant_no, status=status, submitted_at=asked_at, **told,
        )  # fmt: skip


def _status(found: dict[str, Scalar], intake: Intake) -> str | None:
    """By the review's result where there is one, else by the answer's code. What no data file maps is unknown."""
    if "review" in found:
        return intake.change_status(REVIEW, str(found["review"]))
    return intake.change_status(PROVIDER, str(found["code"]))


FORMAT = LeshuaCardChange()
