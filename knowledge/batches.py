"""Which payouts stand and what each answers for: a re-issue for what it replaces; several records may be one batch."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import NamedTuple

from knowledge.duedates import local_day
from knowledge.records import Payout, Records

DaysOf = Callable[[Payout], tuple[date, ...]]


class Standing(NamedTuple):
    """A payout that nothing replaces, with the days, the terminal and the batch that it answers for."""

    payout: Payout
    days: tuple[date, ...]
    terminal_id: str | None
    batch: object


@dataclass(frozen=True, slots=True)
class Batch:
    """The records of one batch on one day; more than one means that a person has to compare them."""

    day: date | None
    payouts: tuple[Payout, ...]


def standing(
    records: Records, zone: tzinfo, untold: DaysOf = lambda _payout: (), days: Container[date] | None = None
) -> list[Standing]:
    """The payouts of the merchant that no other one replaces. A circle of replacements keeps its latest record.

    ``untold`` gives the trade days of a payout of which no day is told; ``days``: those of other days may be left out.
    """
    merchant = records.merchant.merchant_no
    payouts = [payout for payout in records.payouts if payout.merchant_no == merchant]
    anew = [payout for payout in payouts if payout.replaces is not None]
    by_id = {payout.payout_id: payout for payout in payouts} if anew else {}
    replaced = {p.replaces for p in anew if p.replaces in by_id and p.replaces != p.payout_id}
    if not replaced:
        if days is not None:
            payouts = [payout for payout in payouts if payout.trade_date is None or payout.trade_date in days]
        return [_alone(payout, zone, untold) for payout in payouts]
    found: list[Standing] = []
    covered: set[str] = set()
    for payout in payouts:
        if payout.payout_id not in replaced:
            chain = _chain(payout, by_id)
            covered.update(link.payout_id for link in chain)
            found.append(_stand(chain, zone, untold))
    circles = [payout for payout in payouts if payout.payout_id not in covered]
    while circles:
        chain = _chain(max(circles, key=lambda payout: _age(payout, zone)), by_id)
        covered.update(link.payout_id for link in chain)
        found.append(_stand(chain, zone, untold))
        circles = [payout for payout in circles if payout.payout_id not in covered]
    return found


def _chain(payout: Payout, by_id: Mapping[str, Payout]) -> tuple[Payout, ...]:
    """The payout, what it replaces, what that replaced, and so on."""
    links, seen = [payout], {payout.payout_id}
    while (before := by_id.get(links[-1].replaces or "")) is not None and before.payout_id not in seen:
        links.append(before)
        seen.add(before.payout_id)
    return tuple(links)


def _stand(chain: Sequence[Payout], zone: tzinfo, untold: DaysOf) -> Standing:
    payout = chain[0]
    days = tuple(day for link in chain[1:] for day in _days(link, zone, untold)) or _days(payout, zone, untold)
    terminal = next((link.terminal_id for link in chain if link.terminal_id is not None), None)
    return Standing(payout, tuple(dict.fromkeys(days)), terminal, _batch(chain))


def _alone(payout: Payout, zone: tzinfo, untold: DaysOf) -> Standing:
    """The usual case, quickly: nothing was re-issued."""
    batch = payout.batch_id if payout.batch_id is not None else payout.cut_at
    days = (payout.trade_date,) if payout.trade_date is not None else _days(payout, zone, untold)
    return Standing(payout, days, payout.terminal_id, batch)


def _days(payout: Payout, zone: tzinfo, untold: DaysOf) -> tuple[date, ...]:
    day = day_of(payout, zone)
    return untold(payout) if day is None else (day,)


def _batch(chain: Sequence[Payout]) -> object:
    """What makes records one batch: its id, else the moment of its cut; records with neither are one."""
    for link in chain:
        if link.batch_id is not None:
            return link.batch_id
    return next((link.cut_at for link in chain if link.cut_at is not None), None)


def _age(payout: Payout, zone: tzinfo) -> tuple[int, str]:
    day = day_of(payout, zone)
    return (day.toordinal() if day is not None else 0, payout.payout_id)


def day_of(payout: Payout, zone: tzinfo) -> date | None:
    """The trade date of a payout, else the day of its cut."""
    return payout.trade_date if payout.trade_date is not None else local_day(payout.cut_at, zone)


def by_day(standings: Iterable[Standing], wanted: Container[date] | None = None) -> dict[date, list[Standing]]:
    """The payouts that answer for each day, or for each that is ``wanted``."""
    days: dict[date, list[Standing]] = {}
    for item in standings:
        for day in item.days:
            if wanted is None or day in wanted:
                days.setdefault(day, []).append(item)
    return days


def batches_on(day: date, standings: Sequence[Standing], terminal_id: str) -> list[Batch]:
    """The batches that answer for a terminal on a day: its own, else those of the merchant as a whole."""
    level = [item for item in standings if item.terminal_id == terminal_id]
    if not level:
        level = [item for item in standings if item.terminal_id is None]
    groups: dict[object, list[Payout]] = {}
    for item in level:
        groups.setdefault(item.batch, []).append(item.payout)
    return [Batch(day, tuple(payouts)) for payouts in groups.values()]
