"""A format of events that no provider has, and events of it, to try what brings events in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from storage.settlement.events import PROVIDERS, Event, event_of
from storage.settlement.formats.declaration import Entry, Format, Intake, saying
from storage.settlement.opening import Part
from storage.settlement.tables import MERCHANTS, PAYOUTS

BEGUN = 1_795_200_000
"""2026-11-20 18:40 UTC, in epoch seconds."""


class Invented(Format):
    """``{"invented": payout id, "net", "status"}`` as the event's data; status ``boom`` breaks the reader."""

    name = "stripe_payouts"
    title = "invented"

    def recognises(self, part: Part) -> bool:
        return b'"invented"' in part.head

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        for part in parts:
            with part.open() as stream:
                event = json.load(stream)
            told = event["data"]["object"]
            if told["status"] == "boom":
                raise KeyError("6222020000000000001 and other secrets")
            if not isinstance(told["net"], int):
                intake.refuse(part.name, 1, "net", "not a sum in minor units")
                continue
            yield saying(MERCHANTS, part.name, 1, implied=True, merchant_no="M-1", acquirer="stripe", currency="EUR")
            yield saying(
                PAYOUTS, part.name, 1, said_at=event["created"] * 1_000_000, merchant_no="M-1",
                payout_id=told["invented"], net=told["net"], currency="EUR", raw_status=told["status"],
            )  # fmt: skip


def body(number: int, payout: str = "po_1", *, at: int = BEGUN, status: str = "paid", **told: Any) -> bytes:
    """An event's body in the shape of Stripe's events."""
    data = {"invented": payout, "net": 1000, "status": status, **told}
    event = {"id": f"evt_{number}", "object": "event", "type": "payout.updated", "created": at,
             "data": {"object": data}}  # fmt: skip
    return json.dumps(event).encode()


def event(number: int, payout: str = "po_1", **told: Any) -> Event:
    """The event as the web server makes it from the body."""
    found = event_of(PROVIDERS["stripe"], body(number, payout, **told))
    assert found is not None
    return found
