"""Adyen's transfer webhooks (v4): a word on one transfer out of a balance account, as it happens.

Source: Adyen's models of ``balancePlatform.transfer.created`` and ``.updated``, its page on payout webhooks and its
list of currencies. A payout is an outgoing bank transfer; a returned one keeps its id, and nothing documented links it
to a later one. The webhook knows what was paid, not what it was made of: gross and fees are not told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from storage.settlement.formats import cells
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Scalar, Unreadable
from storage.settlement.formats.documents import Document, Node, keys_of, nodes_of
from storage.settlement.formats.feeds import Feed, objects, owner, rescaled, tail_if_any
from storage.settlement.opening import Part

__all__ = ["FORMAT"]

DECIMALS = {"CLP": 2, "CVE": 0, "IDR": 0, "ISK": 2}
"""Where Adyen's minor units are not those of ISO 4217. Source: its page on currency codes."""
TYPE = "balancePlatform.transfer."
_NEEDED = frozenset({"data", "balanceAccount", "category", "direction", "amount"})
SECOND = 1_000_000


def _day(cell: str) -> str:
    """The day of a moment, on the clocks on which it is written."""
    cells.moment(cell)
    return datetime.fromisoformat(cell).date().isoformat()


_IDENTIFICATION = "counterparty.bankAccount.accountIdentification"
TRANSFER = Document(
    {
        "payout_id": Column("id", cells.identifier, required=True),
        "status": Column("status", cells.identifier, required=True),
        "reason": Column("reason", cells.identifier),
        "external_code": Column("externalReason.code", cells.text),
        "external_words": Column("externalReason.description", cells.text),
        "currency": Column("amount.currency", cells.currency, required=True),
        "amount": Column("amount.value", cells.minor, required=True),
        "account": Column("balanceAccount.id", cells.identifier),
        "holder": Column("accountHolder.id", cells.identifier),
        "iban": Column(f"{_IDENTIFICATION}.iban", tail_if_any),
        "number": Column(f"{_IDENTIFICATION}.accountNumber", tail_if_any),
        "sequence": Column("sequenceNumber", cells.count),
        "created_at": Column("createdAt || creationDate", cells.moment),
        "updated_at": Column("updatedAt", cells.moment),
        "tracking": Column("tracking.type", cells.identifier),
        "tracked": Column("tracking.status", cells.identifier),
        "arrives_on": Column("tracking.estimatedArrivalTime", _day),
    }
)
EVENT = Document(
    {
        "status": Column("status || trackingData.status", cells.identifier),
        "booked_at": Column("bookingDate", cells.moment),
        "updated_at": Column("updateDate", cells.moment),
        "arrives_on": Column("estimatedArrivalTime || trackingData.estimatedArrivalTime", _day),
    }
)
HOOK = Document({"queued_at": Column("timestamp", cells.moment)})
_TOLD_BY = {"booked": "sent_at", "credited": "paid_at", "returned": "returned_at"}
"""The event that each moment of a payout comes from."""


class AdyenTransfer(Format):
    """A payout from every outgoing bank transfer; webhooks about anything else are counted in a note."""

    name = "adyen_transfer"
    title = "Adyen transfer webhooks v4 (JSON: one, several, or one on each line)"

    def recognises(self, part: Part) -> bool:
        """A platform webhook's type, or the fields of a transfer where the type stands too far down."""
        keys = keys_of(part)
        return bool(keys) and (b'"balancePlatform.' in part.head or keys >= _NEEDED)

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """Each webhook is one word on its payout, said when its newest event happened."""
        others: Counter[str] = Counter()
        tests, feed = 0, Feed("adyen")
        for part in parts:
            for hook in objects(part, intake):
                data, kind = hook.get("data"), str(hook.get("type"))[:80]
                if not kind.startswith("balancePlatform.") or not isinstance(data, Node):
                    intake.refuse(part.name, hook.line, "type", "not a platform's webhook with its data")
                    continue
                if kind.startswith(TYPE):
                    kind = " ".join(str(data.get(name)) for name in ("direction", "category", "type"))[:80]
                if kind != "outgoing bank bankTransfer":
                    others[kind] += 1
                    intake.rows[part.name] += 1
                    continue
                tests += hook.get("environment") == "test"
                yield from _word(hook, data, part, feed, intake)
        feed.close(intake)
        intake.notes += [f"webhooks about no payout ({kind}): {count}" for kind, count in sorted(others.items())]
        if tests:
            intake.notes.append(f"payouts from the test environment: {tests}")


def _word(hook: Node, data: Node, part: Part, feed: Feed, intake: Intake) -> Iterator[Entry]:
    row = TRANSFER.read(data, part, intake)
    rows = intake.rows[part.name]
    found = [EVENT.read(event, part, intake) for event in nodes_of(data, "events")]
    queued = HOOK.read(hook, part, intake)
    intake.rows[part.name] = rows  # one webhook is one row
    if row is None or queued is None or None in found:
        return
    events = [event for event in found if event is not None]
    currency = str(row["currency"])
    try:
        net = rescaled(int(row["amount"] or 0), currency, DECIMALS)
    except Unreadable as error:
        intake.refuse(part.name, data.line, "amount.value", str(error))
        return
    told: dict[str, Scalar] = {"payout_id": row["payout_id"], "net": net, "currency": currency}
    told |= _status(row, intake) | _moments(row, events)
    if tail := row.get("iban") or row.get("number"):
        told["dest_tail"] = tail
    merchant_no = owner(intake, "adyen", row.get("account"), row.get("holder"))
    yield from feed.payout(part, data.line, merchant_no, _said_at(row, events, queued), told)


def _status(row: Mapping[str, Scalar], intake: Intake) -> dict[str, Scalar]:
    """Status and reason, raw and ours. ``approved`` stands under reason where there is nothing to give one for."""
    raw = str(row["status"])
    if raw == "booked" and row.get("tracking") == "confirmation" and row.get("tracked") == "credited":
        raw = "credited"
    code = row.get("reason")
    told: dict[str, Scalar] = {"status": intake.payout_status("adyen_transfer", raw), "raw_status": raw}
    if code is None or code == "approved":
        return told | {"reason": None, "raw_reason": None}
    words = " ".join(str(row[name]) for name in ("external_code", "external_words") if row.get(name))
    bank_code = row.get("external_code")
    ours = intake.providers.reason(str(code), "adyen")
    if ours in (None, "unspecified") and bank_code:  # the bank's own code may say what Adyen's general one does not
        ours = intake.providers.reason(str(bank_code)) or ours
    return told | {
        "reason": ours or intake.reason("adyen", str(code)),
        "raw_reason": f"{code}: {words}"[: cells.LONGEST_TEXT] if words else code,
    }


def _moments(row: Mapping[str, Scalar], events: Sequence[Mapping[str, Scalar]]) -> dict[str, Scalar]:
    """When it was sent, arrived and came back, as far as an event tells; the last of a kind counts."""
    told: dict[str, Scalar] = {}
    for event in events:
        name = _TOLD_BY.get(str(event.get("status")))
        moment = event.get("booked_at") or event.get("updated_at")
        if name and moment:
            told[name] = moment
        if event.get("arrives_on"):
            told["due_date"] = event["arrives_on"]
    if row.get("arrives_on"):
        told["due_date"] = row["arrives_on"]
    return told


def _said_at(
    row: Mapping[str, Scalar], events: Sequence[Mapping[str, Scalar]], queued: Mapping[str, Scalar]
) -> int | None:
    """The newest moment that the webhook tells of, in whole seconds, and its number as microseconds beside it.

    Adyen's moments have seconds, and several webhooks of a transfer are made within one: their numbers order them.
    """
    moments = [queued.get("queued_at"), row.get("created_at"), row.get("updated_at")]
    moments += [event.get(name) for event in events for name in ("booked_at", "updated_at")]
    known = [moment for moment in moments if isinstance(moment, int)]
    if not known:
        return None
    number = row.get("sequence")
    return max(known) // SECOND * SECOND + min(number if isinstance(number, int) else 0, SECOND - 1)


FORMAT = AdyenTransfer()
