"""WeChat Pay's answers about the account that it settles to: applications to change it, and the account as it stands.

Source: WeChat Pay's partner interfaces 查询结算账户修改申请状态 and 查询结算账户 (pay.weixin.qq.com, apply4sub).
Neither answer names the merchant or the application, which stand in the request; they are put beside it:
``{"sub_mchid": "…", "application_no": "…", "queried_at": "…", "response": {…}}``, or among the answer's own fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from storage.settlement.formats import cells
from storage.settlement.formats.bills import CURRENCY
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Scalar, Unreadable, naming, saying
from storage.settlement.formats.documents import Document, Node, documents, keys_of, nodes_of
from storage.settlement.opening import Part
from storage.settlement.tables import CARD_CHANGES, MERCHANTS

__all__ = ["FORMAT"]


def _account_type(cell: str) -> str:
    try:
        return {"ACCOUNT_TYPE_BUSINESS": "corporate", "ACCOUNT_TYPE_PRIVATE": "personal"}[cell]
    except KeyError:
        raise Unreadable("neither ACCOUNT_TYPE_BUSINESS nor ACCOUNT_TYPE_PRIVATE") from None


def _answer(name: str) -> str:
    return f"response.{name} || {name}"


ANSWER = Document(
    {
        "merchant": Column("sub_mchid", cells.identifier, required=True),
        "application": Column("application_no", cells.identifier),
        "queried_at": Column("queried_at", cells.moment),
        "submitted_at": Column("submitted_at", cells.moment),
        "account_type": Column(_answer("account_type"), _account_type),
        "bank": Column(_answer("account_bank"), cells.text),
        "tail": Column(_answer("account_number"), cells.account_tail),
        "result": Column(_answer("verify_result"), cells.identifier, required=True),
        "reason": Column(_answer("verify_fail_reason"), cells.text),
        "finished_at": Column(_answer("verify_finish_time"), cells.moment),
    }
)
_NEEDED = frozenset({"account_type", "account_number", "verify_result"})
_OF_ACCOUNT = ("VERIFY_SUCCESS", "VERIFY_FAIL", "VERIFYING")
"""What 查询结算账户 says of the account as it stands; the other answer speaks of an application."""


class WechatSettlementAccount(Format):
    """Changes of the settlement account, one for each application."""

    name = "wechat_settlement_account"
    title = "WeChat Pay answers about a settlement account or an application to change it (JSON, with sub_mchid added)"

    def recognises(self, part: Part) -> bool:
        """The fields that both answers have."""
        return keys_of(part) >= _NEEDED

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """The merchant of each answer, if new, and what the answer says."""
        for part in parts:
            for document in documents(part, intake):
                found = list(nodes_of(document, "@"))
                if not found:
                    intake.refuse(part.name, 0, "", "an answer is a JSON object")
                for node in found:
                    values = ANSWER.read(node, part, intake)
                    if values is not None:
                        yield from _entries(part, node, values, intake)


def _entries(part: Part, node: Node, values: Mapping[str, Scalar], intake: Intake) -> Iterator[Entry]:
    number = intake.providers.merchant_no("wechat", str(values["merchant"]))
    said_at = values.get("queried_at")
    moment = said_at if isinstance(said_at, int) else None
    if values["result"] not in _OF_ACCOUNT and values.get("application") is None:
        intake.refuse(
            part.name, node.line, "application_no", "missing: it stands in the request, put it beside the answer"
        )
        return
    if values["result"] in _OF_ACCOUNT:
        yield from _account(part, node, number, values, intake)
        return
    yield naming(part.name, node.line, number, "wechat", CURRENCY)
    yield saying(CARD_CHANGES, part.name, node.line, said_at=moment, **_change(number, values, intake))


def _account(part: Part, node: Node, number: str, values: Mapping[str, Scalar], intake: Intake) -> Iterator[Entry]:
    """What the account as it stands says of its merchant, in one entry, whether the merchant is new or not."""
    if values["result"] != _OF_ACCOUNT[0]:
        words = f"the account ending in {values.get('tail', '?')} stands at {values['result']}"
        intake.notes.append(f"{number}: {words}: {values.get('reason', 'no reason given')}")
    told: dict[str, Any] = {"merchant_no": number}
    if "account_type" in values:
        told["account_type"] = values["account_type"]
    if intake.merchant(number) is None:
        told |= {"acquirer": "wechat", "currency": CURRENCY}
    if len(told) > 1:
        said_at = values.get("queried_at")
        moment = said_at if isinstance(said_at, int) else None
        yield saying(MERCHANTS, part.name, node.line, said_at=moment, **told)


def _change(number: str, values: Mapping[str, Scalar], intake: Intake) -> dict[str, Any]:
    """The change that an application is; which account it takes the place of is not said."""
    status = intake.change_status("wechat", str(values["result"]))
    told: dict[str, Any] = {
        "change_id": values["application"], "merchant_no": number, "new_tail": values.get("tail"),
        "new_bank": values.get("bank"), "status": status,
    }  # fmt: skip
    if "submitted_at" in values:
        told["submitted_at"] = values["submitted_at"]
    if status == "effective":
        told["effective_at"] = values.get("finished_at")
    if status == "rejected":
        told["reject_reason"] = values.get("reason")
    return told


FORMAT = WechatSettlementAccount()
