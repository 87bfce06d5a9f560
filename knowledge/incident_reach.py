"""Whom an announced incident touches, and how the records of those it touches come to hold it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from knowledge.acquirers import Acquirers
from knowledge.incidents import Announced
from knowledge.providers import Providers
from knowledge.readings import same_bank
from knowledge.records import Found, Incident, Records


def touches(one: Announced, banks: Iterable[str], acquirer: str | None) -> bool:
    """Whether a matter with these banks and this acquirer (its profile's id) has to do with it."""
    match one.scope:
        case "all":
            return True
        case "acquirer":
            return acquirer is not None and acquirer == one.name
        case "bank":
            return any(same_bank(bank, one.name or "") for bank in banks)


def with_announced(found: Found, announced: Iterable[Announced], providers: Providers, acquirers: Acquirers) -> Found:
    """The records with the announced incidents that bear on them, as if the source had told of them."""
    more = tuple(
        incident for one in announced if (incident := _as_record(one, found.records, providers, acquirers)) is not None
    )
    if not more:
        return found
    return replace(found, records=replace(found.records, incidents=(*found.records.incidents, *more)))


def _as_record(one: Announced, records: Records, providers: Providers, acquirers: Acquirers) -> Incident | None:
    """A bank is called as the records call it, so that they are seen to be the same."""
    bank: str | None = None
    if one.scope == "acquirer" and acquirers.of(records.merchant.acquirer).id != one.name:
        return None
    if one.scope == "bank":
        wanted = one.name or ""
        banks = [payout.dest_bank for payout in records.payouts] + [change.new_bank for change in records.changes]
        theirs = (name for name in banks if name and same_bank(providers.bank(name) or name, wanted))
        bank = next(theirs, wanted)
    return Incident(f"announced-{one.number}", bank, one.starts_at, one.ends_at, one.title or None)
