"""Square's payouts and their entries: from the API (one, or pages of a list) and from webhook events.

Source: Square's reference of the objects Payout, PayoutEntry, PayoutFee, BankAccount and Card and of the events
``payout.sent``, ``payout.paid`` and ``payout.failed``. A payout names no digits of its account and gives no reason for
a failure. The entries of a batch payout come to its amount; that is checked where both are in one delivery.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.formats import decimals
from storage.settlement.formats import cells
from storage.settlement.formats.batch import Batch, Share
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Scalar
from storage.settlement.formats.documents import Document, Node, keys_of, nodes_of
from storage.settlement.formats.feeds import Feed, day_of, objects, owner, tail_if_any
from storage.settlement.opening import Part

__all__ = ["FORMAT"]

_PAYOUT_KEYS = frozenset({"amount_money", "location_id", "status"})
_ENTRY_KEYS = frozenset({"payout_entries", "payout_id", "net_amount_money"})
_EVENT_KEYS = frozenset({"event_id", "merchant_id", "type", "data"})
_CARD_KEYS = frozenset({"last_4", "card_brand"})
MILLISECOND = 1000

PAYOUT = Document(
    {
        "payout_id": Column("id", cells.identifier, required=True),
        "status": Column("status", cells.identifier),
        "location": Column("location_id", cells.identifier, required=True),
        "created_at": Column("created_at", cells.moment),
        "updated_at": Column("updated_at", cells.moment),
        "amount": Column("amount_money.amount", cells.signed_minor, required=True),
        "currency": Column("amount_money.currency_code || amount_money.currency", cells.currency, required=True),
        "destination": Column("destination.id", cells.identifier),
        "version": Column("version", cells.count),
        "due_date": Column("arrival_date", cells.day),
        "batch_id": Column("end_to_end_id", cells.identifier),
    }
)
FEE = Document({"amount": Column("amount_money.amount", cells.signed_minor, required=True)})
ENTRY = Document(
    {
        "payout_id": Column("payout_id", cells.identifier, required=True),
        "kind": Column("type", cells.identifier, required=True),
        "effective_at": Column("effective_at", cells.moment),
        "gross": Column("gross_amount_money.amount", cells.signed_minor, required=True),
        "fee": Column("fee_amount_money.amount", cells.signed_minor),
        "net": Column("net_amount_money.amount", cells.signed_minor, required=True),
        "currency": Column(
            "net_amount_money.currency_code || net_amount_money.currency", cells.currency, required=True
        ),
    }
)
ACCOUNT = Document(
    {
        "id": Column("id", cells.identifier, required=True),
        "tail": Column("account_number_suffix || last_4", tail_if_any),
        "bank": Column("bank_name", cells.text),
    }
)
EVENT = Document(
    {"merchant": Column("merchant_id", cells.identifier), "created_at": Column("created_at", cells.moment)}
)

SHARES: dict[str, Share] = {
    "CHARGE": "sale",
    **dict.fromkeys(("REFUND", "DISPUTE", "OPEN_DISPUTE"), "refund"),
    **dict.fromkeys(
        ("FEE", "TAX_ON_FEE", "PAID_SERVICE_FEE", "PAID_SERVICE_FEE_REFUND", "SUBSCRIPTION_FEE",
         "SUBSCRIPTION_FEE_REFUND", "SUBSCRIPTION_FEE_PAID_REFUND", "THIRD_PARTY_FEE", "THIRD_PARTY_FEE_REFUND",
         "FREE_PROCESSING"), "fee",
    ),
    **dict.fromkeys(("DEPOSIT_FEE", "DEPOSIT_FEE_REVERSED"), "d0_fee"),
    **dict.fromkeys(("HOLD_ADJUSTMENT", "RELEASE_ADJUSTMENT", "RESERVE_HOLD", "RESERVE_RELEASE"), "held"),
    "RETURNED_PAYOUT": "carried",
}  # fmt: skip
"""What an entry is to its payout. A deposit fee is what being paid at once costs."""


@dataclass(frozen=True)
class _Word:
    """What one object or event says of a payout."""

    part: Part
    line: int
    row: Mapping[str, Scalar]
    event: Mapping[str, Scalar]
    transfer_fee: int | None


@dataclass
class _Entries:
    """What the entries of one payout come to."""

    part: Part
    line: int
    currency: str
    sums: Batch = field(default_factory=Batch)
    last_sale: int | None = None


@dataclass
class _Delivery:
    """Everything that is said in one delivery: pages of payouts, of their entries, and accounts, in any order."""

    words: list[_Word] = field(default_factory=list)
    entries: dict[str, _Entries] = field(default_factory=dict)
    accounts: dict[str, Mapping[str, Scalar]] = field(default_factory=dict)

    def take(self, node: Node, part: Part, intake: Intake) -> None:
        """Add one document: an answer of the API, an event, or a payout by itself."""
        about: Mapping[str, Scalar] = {}
        rows = intake.rows[part.name]
        if "event_id" in node:
            about = EVENT.read(node, part, intake) or {}
            intake.rows[part.name] = rows
        found = 0
        for path in ("payout", "payouts", "data.object.payout", "@" if node.keys() >= _PAYOUT_KEYS else "`null`"):
            for payout in nodes_of(node, path):
                found += 1
                self._payout(payout, part, intake, about)
        for entry in nodes_of(node, "payout_entries"):
            found += 1
            self._entry(entry, part, intake)
        for path in ("bank_account", "bank_accounts", "card", "cards", "data.object.bank_account"):
            for account in nodes_of(node, path):
                found += 1
                row = ACCOUNT.read(account, part, intake)
                if row is not None:
                    self.accounts[str(row["id"])] = row
        intake.rows[part.name] = rows + found
        if not found:
            intake.notes.append(f"{part.name}:{node.line}: no payout, no entry and no account in it")

    def _payout(self, node: Node, part: Part, intake: Intake, event: Mapping[str, Scalar]) -> None:
        row = PAYOUT.read(node, part, intake)
        fees = [FEE.read(fee, part, intake) for fee in nodes_of(node, "payout_fee")]
        if row is None or None in fees:
            return
        total = sum(int(fee["amount"] or 0) for fee in fees if fee) if fees else None
        self.words.append(_Word(part, node.line, row, event, total))

    def _entry(self, node: Node, part: Part, intake: Intake) -> None:
        row = ENTRY.read(node, part, intake)
        if row is None:
            return
        gross, fee, net = (int(row.get(name) or 0) for name in ("gross", "fee", "net"))
        mine = self.entries.setdefault(str(row["payout_id"]), _Entries(part, node.line, str(row["currency"])))
        if gross - fee != net:
            intake.refuse(part.name, node.line, "net_amount_money", "gross less fee is not net")
            return
        if mine.currency != row["currency"]:
            intake.refuse(part.name, node.line, "net_amount_money", f"not in {mine.currency} like the payout's others")
            return
        kind = str(row["kind"])
        share = SHARES.get(kind, "other")
        if share == "other":
            intake.leave_raw("payout entry", kind)
        mine.sums.take(share, gross, fee, net)
        if share == "sale" and isinstance(row.get("effective_at"), int):
            mine.last_sale = max(mine.last_sale or 0, int(row["effective_at"] or 0))


class SquarePayouts(Format):
    """A word on a payout from every payout object; its sums where its entries come with it."""

    name = "square_payouts"
    title = "Square payouts and payout entries (JSON of the API, webhook events; bank accounts and cards beside them)"

    def recognises(self, part: Part) -> bool:
        """The fields of payouts, of entries, of the accounts that may come with them, or of an event of any kind."""
        keys = keys_of(part)
        payouts = keys >= _PAYOUT_KEYS and bool(keys & {"payout", "payouts"} or "arrival_date" in keys)
        return (
            payouts
            or keys >= _EVENT_KEYS
            or keys >= _ENTRY_KEYS
            or "account_number_suffix" in keys
            or keys >= _CARD_KEYS
        )

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """All documents first, since entries and accounts come in others, then the words in the order of the files."""
        delivery, feed = _Delivery(), Feed("square")
        for part in parts:
            for node in objects(part, intake):
                delivery.take(node, part, intake)
        closed: dict[str, bool] = {}
        for word in delivery.words:
            payout_id = str(word.row["payout_id"])
            if payout_id not in closed and payout_id in delivery.entries:
                closed[payout_id] = _closes(word, delivery.entries[payout_id], intake)
            if closed.get(payout_id, True):
                yield from _told(word, delivery, feed, intake)
        if all(word.event for word in delivery.words):  # an answer of the API does not say when it was given
            feed.close(intake)
        for payout_id, entries in delivery.entries.items():
            if payout_id not in closed:
                sums = ", ".join(f"{name} {value}" for name, value in entries.sums.shown(entries.currency).items())
                reason = "they cannot be checked without their payout and were passed over"
                intake.notes.append(f"{entries.part.name}: entries of {payout_id}: {reason} ({sums})")


def _closes(word: _Word, entries: _Entries, intake: Intake) -> bool:
    """Whether the entries come to what is paid out; keeps the arithmetic for the report."""
    unit = 10 ** decimals(entries.currency)
    paid = int(word.row["amount"] or 0)
    left = entries.sums.net - paid
    closes = left == 0 and entries.currency == word.row["currency"]
    payout_id = word.row["payout_id"]
    intake.batches.append(
        {"account": word.row["location"], "batch": payout_id, "currency": entries.currency,
         **entries.sums.shown(entries.currency), "paid": paid / unit, "closes": closes}
    )  # fmt: skip
    if not closes:
        words = f"the entries of {payout_id} and what is paid out differ by {left / unit}; fetch all pages of them"
        intake.refuse(entries.part.name, entries.line, "payout_entries", words)
    return closes


def _told(word: _Word, delivery: _Delivery, feed: Feed, intake: Intake) -> Iterator[Entry]:
    row = word.row
    net = int(row["amount"] or 0)
    merchant_no = owner(intake, "square", row["location"], word.event.get("merchant"))
    told: dict[str, Scalar] = {"payout_id": row["payout_id"], "net": net, "currency": row["currency"]}
    told |= {name: row[name] for name in ("due_date", "batch_id") if row.get(name)}
    told |= _status(row, net, intake)
    if net > 0 and row.get("created_at"):
        told["sent_at"] = row["created_at"]
    account = delivery.accounts.get(str(row.get("destination")), {})
    told |= {ours: account[name] for ours, name in (("dest_tail", "tail"), ("dest_bank", "bank")) if account.get(name)}
    if word.transfer_fee is not None:
        told["d0_fee"] = word.transfer_fee
    entries = delivery.entries.get(str(row["payout_id"]))
    if entries is not None:
        told |= entries.sums.told() | {"d0_fee": entries.sums.d0_fee}
        if entries.last_sale:
            told["trade_date"] = day_of(entries.last_sale, merchant_no, intake)
    yield from feed.payout(word.part, word.line, merchant_no, _said_at(word), told)


def _status(row: Mapping[str, Scalar], net: int, intake: Intake) -> dict[str, Scalar]:
    """Status, raw and ours. Money that Square draws from the account is none of our statuses."""
    raw = row.get("status")
    if net < 0:
        intake.leave_raw("status", "withdrawal")
        return {"status": None, "raw_status": f"{raw}, withdrawal" if raw else "withdrawal"}
    if raw is None:
        return {}
    return {"status": intake.payout_status("square", str(raw)), "raw_status": raw}


def _said_at(word: _Word) -> int | None:
    """When the payout was last updated, in whole milliseconds, its version as microseconds beside it."""
    updated = word.row.get("updated_at") or word.event.get("created_at")
    if not isinstance(updated, int):
        return None
    version = word.row.get("version")
    return updated // MILLISECOND * MILLISECOND + min(version if isinstance(version, int) else 0, MILLISECOND - 1)


FORMAT = SquarePayouts()
