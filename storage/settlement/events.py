"""Events that providers send by webhook: what each is of, and their way into the table, as one import for many.

The formats read them as they read files. An event that can never be read must not be repeated for days: it counts as
taken, and the ledger keeps that it was refused and why. Its body is kept nowhere.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from storage.errors import StorageError, place_of
from storage.settlement.formats import format_named
from storage.settlement.formats.declaration import Format
from storage.settlement.importing import Importer
from storage.settlement.opening import Part, part_of
from storage.workers import translated

__all__ = ["PROVIDERS", "Event", "EventTable", "Kind", "event_of"]

log = logging.getLogger(__name__)

PATIENCE = 3.0
"""Seconds to wait for an import of files to end; providers wait ten or more for an answer."""
REMEMBERED = 4096
"""Digests of events taken last: a provider that repeats one gets its answer without another line in the ledger."""
_IDENT = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Kind:
    """One provider's events: what reads them, and which types tell of payouts; the others are passed over."""

    provider: str
    format: str
    types: str
    """How the types that tell of payouts begin."""
    envelope: Callable[[Mapping[str, Any]], tuple[object, object, object] | None]
    """The type, the number and the time of an event; None when it is none of this provider's."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it came; ``at`` is its own time, if it tells."""

    kind: Kind
    type: str
    at: datetime | None
    part: Part
    digest: str

    @property
    def of_payouts(self) -> bool:
        """Whether it is of a type that this provider's format reads."""
        return self.type.startswith(self.kind.types)


def _adyen(event: Mapping[str, Any]) -> tuple[object, object, object] | None:
    data = event.get("data")
    if not isinstance(data, dict) or not isinstance(event.get("type"), str):
        return None
    return event["type"], data.get("id"), event.get("timestamp")


def _stripe(event: Mapping[str, Any]) -> tuple[object, object, object] | None:
    if event.get("object") != "event" or not isinstance(event.get("data"), dict):
        return None
    return event.get("type"), event.get("id"), event.get("created")


def _square(event: Mapping[str, Any]) -> tuple[object, object, object] | None:
    if not isinstance(event.get("data"), dict) or "event_id" not in event:
        return None
    return event.get("type"), event["event_id"], event.get("created_at")


PROVIDERS: Mapping[str, Kind] = {
    kind.provider: kind
    for kind in (
        Kind("adyen", "adyen_transfer", "balancePlatform.transfer.", _adyen),
        Kind("stripe", "stripe_payouts", "payout.", _stripe),
        Kind("square", "square_payouts", "payout.", _square),
    )
}


def event_of(kind: Kind, body: bytes) -> Event | None:
    """The event in a body; None when it is not JSON or not an event of this provider."""
    try:
        found = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    envelope = kind.envelope(found) if isinstance(found, dict) else None
    if envelope is None or not isinstance(envelope[0], str) or not envelope[0]:
        return None
    what, (_, ident, at) = envelope[0], envelope
    digest = hashlib.sha256(body).hexdigest()
    known = ident if isinstance(ident, str) and _IDENT.fullmatch(ident) and not ident.isdigit() else "event"
    return Event(kind, what, _moment(at), part_of(f"{kind.provider} {known} {digest[:8]}", body), digest)


def _moment(value: object) -> datetime | None:
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


class EventTable:
    """Brings events into the table. Blocking; to be called by one thread at a time.

    ``find`` gives a format by its name; its module is imported when the first event needs it.
    """

    def __init__(self, importer: Importer, find: Callable[[str], Format | None] = format_named) -> None:
        self._importer, self._find = importer, find
        self._taken: OrderedDict[str, None] = OrderedDict()

    def bring(self, events: Sequence[Event]) -> None:
        """Import events of one kind, together; when this returns they are committed, or refused and in the ledger.

        Raises ``StorageError`` (``ImportBusy`` among them) when they have to come again.
        """
        try:
            self._bring([event for event in events if event.digest not in self._taken])
        except Exception as error:
            lost = translated(error)
            if lost is error:
                raise
            raise lost from error
        for event in events:
            self._taken[event.digest] = None
            self._taken.move_to_end(event.digest)
        while len(self._taken) > REMEMBERED:
            self._taken.popitem(last=False)

    def _bring(self, events: Sequence[Event]) -> None:
        if not events:
            return
        form = self._find(events[0].kind.format)
        if form is None:
            raise StorageError(f"there is no format {events[0].kind.format}")
        readable = []
        for event in events:
            if form.recognises(event.part):
                readable.append(event)
            else:
                self._refuse(event, f"an event of type {event.type[:64]} that {form.name} does not know")
        if len(readable) > 1 and self._import(form, readable):
            return
        for event in readable:
            self._import(form, [event])

    def _import(self, form: Format, events: Sequence[Event]) -> bool:
        """Import these; False when they have to be tried one by one. A single one is always settled."""
        one = len(events) == 1
        name = events[0].part.name if one else f"{events[0].kind.provider}, {len(events)} events"
        now = self._importer.clock()
        times = [event.at for event in events if event.at is not None]
        try:
            outcome = self._importer.take(
                [event.part for event in events], name, form, tentative=not one,
                as_of=min(max(times), now) if times else None, patience=PATIENCE,
            )  # fmt: skip
        except Exception as error:
            if isinstance(translated(error), StorageError):
                raise
            log.error("%s: %s", name, place_of(error))
            if one:
                self._refuse(events[0], f"reading it failed: {type(error).__name__}")
            return one
        bad = [bad for report in outcome.reports for bad in report.bad]
        if one and bad:
            log.warning("%s: %s", form.name, bad[0])
        return one or outcome.good

    def _refuse(self, event: Event, reason: str) -> None:
        log.warning("%s: %s", event.part.name, reason)
        self._importer.refuse(event.part, event.kind.format, event.part.name, reason, patience=PATIENCE)
