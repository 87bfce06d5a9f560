"""Lakala's settlement accounts: those of merchants and those of terminals, which may differ; cards bound to a member.

Source: Lakala's Java SDK (``queryMerAccount``, ``queryTermAccount``: what is asked, and the names and codes of account
fields) and its public Go model of moneyconnect (bound cards). The answers of the first two are not documented in
public and say nothing of what was asked, so they come as *asked and answered* objects (see ``answers``).

A change of the merchant's card can leave a terminal on the old one; the terminal's account is what its payouts go to.
What account a merchant has is not evidence of a change, so no card change is made of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from knowledge.values import matching_digits
from storage.settlement.formats import cells
from storage.settlement.formats.answers import ASKED, asked_and_answered
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Scalar, naming, saying
from storage.settlement.formats.documents import Document, Node, keys_of
from storage.settlement.opening import Part
from storage.settlement.tables import MERCHANTS, TERMINALS

__all__ = ["FORMAT"]

PROVIDER = "lakala"
MERCHANTS_COMPARED = 50_000
_PAIR = frozenset({"asked", "answer"})
_WELL = ("000000", "OK")
_TYPES = {"57": "corporate", "58": "personal", "1": "corporate", "0": "personal"}
"""57 对公, 58 对私; of moneyconnect 1 and 0."""

_COMMON = {
    "asked_at": ASKED["asked_at"],
    "answered_at": ASKED["answered_at"],
    "code": Column("answer.retCode || answer.status", cells.identifier),
}
ACCOUNT = Document(
    {
        **_COMMON,
        "account": Column("asked.merCupNo", cells.identifier, required=True),
        "terminal_id": Column("asked.termNo", cells.terminal),
        "tail": Column("answer.accountNo || answer.acctNo", cells.account_tail),
        "type": Column("answer.accountType || answer.acctTypeCode", cells.identifier),
    }
)
CARDS = Document(
    {
        **_COMMON,
        "account": Column("asked.member_no", cells.identifier, required=True),
        "tail": Column("settle_card.card_no", cells.account_tail),
        "type": Column("settle_card.bank_account_prop", cells.identifier),
    }
)


class LakalaAccounts(Format):
    """The account that each terminal is settled to; the kind of account that each merchant has."""

    name = "lakala_accounts"
    title = "Lakala settlement accounts of merchants, terminals and members (JSON, asked and answered)"

    def recognises(self, part: Part) -> bool:
        """Objects that say what was asked of an account, with its answer."""
        keys = keys_of(part)
        return keys >= _PAIR and bool(keys & {"merCupNo", "bank_card_list"})

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """Terminals with their accounts, and merchants."""
        for part in parts:
            yield from _accounts(part, intake)


def _accounts(part: Part, intake: Intake) -> Iterator[Entry]:
    own: dict[str, str] = {}
    terminals: list[tuple[str, str, str]] = []
    unkept = 0
    for node in asked_and_answered(part, intake):
        found = _found(node, part, intake)
        if found is None:
            continue
        said_at = found.get("answered_at", found.get("asked_at"))
        if not isinstance(said_at, int):
            intake.refuse(part.name, node.line, "asked_at", "missing, and required")
        elif str(found.get("code", _WELL[0])) not in _WELL:
            intake.leave_raw("answer", str(found["code"]))
        elif "tail" not in found:
            intake.refuse(part.name, node.line, "answer", "there is no account in this answer")
        else:
            merchant_no = intake.providers.merchant_no(PROVIDER, str(found["account"]))
            yield naming(part.name, node.line, merchant_no, PROVIDER, "CNY")
            if "terminal_id" in found:
                yield saying(
                    TERMINALS, part.name, node.line, said_at=said_at, terminal_id=found["terminal_id"],
                    merchant_no=merchant_no, account_tail=found["tail"],
                )  # fmt: skip
                if len(terminals) < MERCHANTS_COMPARED:
                    terminals.append((str(found["terminal_id"]), merchant_no, str(found["tail"])))
                continue
            unkept += 1
            if len(own) < MERCHANTS_COMPARED:
                own[merchant_no] = str(found["tail"])
            if kind := _account_type(found, intake):
                yield saying(
                    MERCHANTS, part.name, node.line, said_at=said_at, merchant_no=merchant_no, account_type=kind
                )
    if unkept:
        words = "accounts of merchants were read; which account a merchant has is kept for its terminals only"
        intake.notes.append(f"{part.name}: {unkept} {words}")
    apart = [terminal for terminal, owner, tail in terminals if matching_digits(tail, own.get(owner, tail)) == 0]
    if apart:
        words = "terminals are settled to another account than their merchant, the first of them"
        intake.notes.append(f"{part.name}: {len(apart)} {words} {apart[0]}")


def _found(node: Node, part: Part, intake: Intake) -> dict[str, Scalar] | None:
    """What one object says; of the cards of a member, the one that is marked as its settlement card."""
    answer = node["answer"]
    result = answer.get("result")
    cards = (result if isinstance(result, Node) else answer).get("bank_card_list")
    if not isinstance(cards, list):
        return ACCOUNT.read(node, part, intake)
    marked = [card for card in cards if isinstance(card, Node) and card.get("is_settle_card") in (True, "true")]
    if len(marked) > 1:
        intake.refuse(part.name, node.line, "is_settle_card", "more than one card is the settlement card")
        return None
    if not marked:
        intake.leave_raw("answer", "no settlement card")
        return None
    node["settle_card"] = marked[0]
    return CARDS.read(node, part, intake)


def _account_type(found: dict[str, Scalar], intake: Intake) -> str | None:
    if "type" not in found:
        return None
    raw = str(found["type"])
    if raw not in _TYPES:
        intake.leave_raw("account type", raw)
    return _TYPES.get(raw)


FORMAT = LakalaAccounts()
