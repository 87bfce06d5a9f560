"""Stripe's payouts: from the API (one, or a list) and, one word at a time, from webhook events.

Source: Stripe's pages on the payout object, its events, payout reversals and currencies. The digits of the account
stand on the bank account or card, not on the payout: they are known where the payout holds that object, or where it
comes in the same delivery. The payout knows what is sent, not what it is made of; the reconciliation report tells that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from storage.settlement.formats import cells
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Scalar, Unreadable
from storage.settlement.formats.documents import Document, Node, keys_of, nodes_of
from storage.settlement.formats.feeds import Feed, objects, owner, rescaled, tail_if_any
from storage.settlement.opening import Part

__all__ = ["DECIMALS", "FORMAT", "currency"]

DECIMALS = {"ISK": 2, "MGA": 0}
"""Where Stripe's smallest units are not those of ISO 4217. Source: its page on currencies."""
_UNCLEAR = frozenset({"UGX"})
"""Listed by Stripe as without decimals and, for old times' sake, as with two: such a sum is not guessed at."""
_OURS = re.compile(rb'"object"\s*:\s*"(payout|bank_account|event)"')
_NEEDED = frozenset({"object", "id"})
_LATEST = ("pending", "in_transit", "paid", "failed", "canceled")
"""Statuses in the order in which they follow each other: of events from one second the later status counts."""


def currency(cell: str) -> str:
    """Stripe's currency, in lower case, as ISO 4217 has it."""
    code = cells.currency(cell.upper())
    if code in _UNCLEAR:
        raise Unreadable(f"in which unit Stripe counts {code} is not clear from its documentation")
    return code


def _day(cell: str) -> str:
    """The day, in UTC, of a moment in seconds: Stripe gives days so."""
    return datetime.fromtimestamp(cells.epoch(cell) / 1_000_000, UTC).date().isoformat()


PAYOUT = Document(
    {
        "payout_id": Column("id", cells.identifier, required=True),
        "status": Column("status", cells.identifier, required=True),
        "currency": Column("currency", currency, required=True),
        "amount": Column("amount", cells.signed_minor, required=True),
        "due_date": Column("arrival_date", _day),
        "failure_code": Column("failure_code", cells.identifier),
        "failure_message": Column("failure_message", cells.text),
        "batch_id": Column("trace_id.value", cells.identifier),
        "destination": Column("destination.id || destination", cells.identifier),
        "original": Column("original_payout.id || original_payout", cells.identifier),
        "reversed_by": Column("reversed_by.id || reversed_by", cells.identifier),
        "merchant_no": Column("metadata.merchant_no", cells.identifier),
    }
)
ACCOUNT = Document(
    {
        "id": Column("id", cells.identifier, required=True),
        "tail": Column("last4", tail_if_any),
        "bank": Column("bank_name", cells.text),
        "account": Column("account", cells.identifier),
    }
)
EVENT = Document(
    {"created_at": Column("created", cells.epoch, required=True), "account": Column("account", cells.text)}
)


@dataclass(frozen=True)
class _Word:
    """What one object or event says of a payout."""

    part: Part
    line: int
    row: Mapping[str, Scalar]
    event: Mapping[str, Scalar]


@dataclass
class _Delivery:
    """Everything that is said in one delivery; accounts may come after the payouts to them."""

    words: list[_Word] = field(default_factory=list)
    accounts: dict[str, Mapping[str, Scalar]] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)
    tests: int = 0

    def take(self, node: Node, part: Part, intake: Intake, event: Mapping[str, Scalar]) -> None:
        """Add one object: a list of others, an event about another, a payout, or an account that one goes to."""
        kind = str(node.get("object"))[:40]
        rows = intake.rows[part.name]
        if kind == "list":
            for item in nodes_of(node, "data"):
                self.take(item, part, intake, event)
            return
        if kind == "event" and not event:
            about = EVENT.read(node, part, intake)
            intake.rows[part.name] = rows
            inner = next(nodes_of(node, "data.object"), None)
            if inner is None:
                intake.refuse(part.name, node.line, "data.object", "the event is about nothing")
            elif about is not None:
                self.take(inner, part, intake, about)
            return
        if kind == "payout":
            self._payout(node, part, intake, event)
        elif kind in ("bank_account", "card"):
            self._account(node, part, intake)
        else:
            self.others[kind] += 1
        intake.rows[part.name] = rows + 1

    def _payout(self, node: Node, part: Part, intake: Intake, event: Mapping[str, Scalar]) -> None:
        for account in nodes_of(node, "destination"):
            self._account(account, part, intake)
        row = PAYOUT.read(node, part, intake)
        if row is not None:
            self.tests += node.get("livemode") is False
            self.words.append(_Word(part, node.line, row, event))

    def _account(self, node: Node, part: Part, intake: Intake) -> None:
        row = ACCOUNT.read(node, part, intake)
        if row is not None:
            self.accounts[str(row["id"])] = row


class StripePayouts(Format):
    """A word on a payout from every payout object and every event about one."""

    name = "stripe_payouts"
    title = "Stripe payouts (JSON of the API, lists, webhook events; bank accounts beside them)"

    def recognises(self, part: Part) -> bool:
        """An object that calls itself a payout, a bank account, or an event of whatever kind."""
        return keys_of(part) >= _NEEDED and _OURS.search(part.head) is not None

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """All objects first, since accounts may come in another file, then the words in the order of the files."""
        delivery, feed = _Delivery(), Feed("stripe")
        for part in parts:
            for node in objects(part, intake):
                delivery.take(node, part, intake, {})
        for word in delivery.words:
            yield from _entries(word, delivery, feed, intake)
        feed.close(intake)
        intake.notes += [f"objects that are no payouts ({kind}): {n}" for kind, n in sorted(delivery.others.items())]
        if delivery.tests:
            intake.notes.append(f"payouts of the test mode: {delivery.tests}")
        if not delivery.words:
            intake.notes.append("there is no payout in it")


def _entries(word: _Word, delivery: _Delivery, feed: Feed, intake: Intake) -> Iterator[Entry]:
    row = word.row
    code = str(row["currency"])
    try:
        net = rescaled(int(row["amount"] or 0), code, DECIMALS)
    except Unreadable as error:
        intake.refuse(word.part.name, word.line, "amount", str(error))
        return
    told: dict[str, Scalar] = {"payout_id": row["payout_id"], "net": net, "currency": code}
    told |= {name: row[name] for name in ("due_date", "batch_id") if row.get(name)}
    told |= _status(row, net, intake)
    account = delivery.accounts.get(str(row.get("destination")), {})
    told |= {ours: account[name] for ours, name in (("dest_tail", "tail"), ("dest_bank", "bank")) if account.get(name)}
    yield from feed.payout(word.part, word.line, _merchant_no(word, account, intake), _said_at(word), told)


def _status(row: Mapping[str, Scalar], net: int, intake: Intake) -> dict[str, Scalar]:
    """Status and reason, raw and ours. Money that is taken back or drawn from the account is in none of our words."""
    raw = str(row["status"])
    status: str | None
    if row.get("reversed_by"):
        raw = f"{raw}, reversed by {row['reversed_by']}"
        status = None
        intake.leave_raw("status", "reversed")
    elif row.get("original") or net < 0:
        raw = f"{raw}, reversal of {row['original']}" if row.get("original") else f"{raw}, withdrawal"
        status = None
        intake.leave_raw("status", "withdrawal")
    else:
        status = intake.payout_status("stripe", raw)
    failure, words = row.get("failure_code"), row.get("failure_message")
    return {
        "status": status,
        "raw_status": raw,
        "reason": intake.reason("stripe", str(failure)) if failure else None,
        "raw_reason": ": ".join(str(text) for text in (failure, words) if text)[: cells.LONGEST_TEXT] or None,
    }


def _merchant_no(word: _Word, account: Mapping[str, Scalar], intake: Intake) -> str | None:
    """Whose it is: the event's connected account, else whose the bank account is, else what its metadata say.

    Metadata come last: a connected account can write into its own.
    """
    connected = word.event.get("account") or account.get("account")
    if connected is None and word.row.get("merchant_no"):
        return str(word.row["merchant_no"])
    return owner(intake, "stripe", connected)


def _said_at(word: _Word) -> int | None:
    """When the event was made; the place of its status in the life of a payout orders those of one second."""
    created = word.event.get("created_at")
    if not isinstance(created, int):
        return None
    status = str(word.row["status"])
    return created + (_LATEST.index(status) if status in _LATEST else 0)


FORMAT = StripePayouts()
