"""Which of the amounts that a merchant names belongs to which batch: alone, as a total, or several in one payout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from knowledge.batches import Batch
from knowledge.records import Payout

BASES = ("gross", "net", "before_refunds")
"""What an amount may be of a payout: all sales, what was paid, or what was paid before refunds were taken off."""
PARTS = ("fee", "d0_fee", "refund_offset", "held")
"""What may be taken off on the way from gross to net."""


@dataclass(slots=True)
class Share:
    """A batch (None: no record) for its days, with the amounts said about it.

    ``amount`` is what the merchant is taken to have named for this batch alone; ``exact`` when it is one of its sums.
    ``total``: what connects one amount with several batches.
    """

    day: date | None
    batch: Batch | None
    days: list[date] = field(default_factory=list)
    said: list[int] = field(default_factory=list)
    amount: int | None = None
    exact: bool = False
    total: tuple[int, str, tuple[tuple[date | None, int], ...]] | None = None
    unmatched: list[int] = field(default_factory=list)

    @property
    def payout(self) -> Payout | None:
        """The record that is told: of several, the one with the amount named, else the first."""
        if self.batch is None:
            return None
        fitting = (payout for payout in self.batch.payouts if self.amount in worth(payout).values())
        return next(fitting, self.batch.payouts[0])


def worth(payout: Payout) -> dict[str, int]:
    """The sums of a payout that a merchant may mean, by what they are."""
    sums = {}
    if payout.gross is not None:
        sums["gross"] = payout.gross
    if payout.net is not None:
        sums["net"] = payout.net
        if payout.refund_offset:
            sums["before_refunds"] = payout.net + payout.refund_offset
    return sums


def taken_off(payout: Payout, amount: int) -> tuple[str, ...]:
    """The fewest deductions that lead from an amount to the net sum; empty when none do."""
    if payout.net is None:
        return ()
    known = [name for name in PARTS if getattr(payout, name)]
    for size in range(1, len(known) + 1):
        for parts in combinations(known, size):
            if payout.net + sum(getattr(payout, name) for name in parts) == amount:
                return parts
    return ()


def share_out(days: Sequence[date], batches: Mapping[date, Sequence[Batch]], amounts: Sequence[int]) -> list[Share]:
    """Give every amount its batch. What is told of a day: the batches whose amount was named, else all of them."""
    shares = _shares(days, batches)
    empty = [day for day in days if not batches.get(day)]
    left = _alone(shares, days, amounts)
    left = _totals(shares, days, amounts, left)
    left, joined = _joined(shares, amounts, left)
    if empty and (joined or (len(amounts) == 1 and not left and all(share.exact for share in shares))):
        _cover(shares, empty)
        empty = []
    shares.extend(Share(day, None, [day]) for day in empty)
    _pair(shares, days, amounts, left)
    named = {day for share in shares if share.exact and share.total is None for day in share.days}
    told = [share for share in shares if share.exact or not named.intersection(share.days)]
    return sorted(told, key=lambda share: share.day or date.min)


def _shares(days: Sequence[date], batches: Mapping[date, Sequence[Batch]]) -> list[Share]:
    """One share for each batch; one that answers for several days is one."""
    shares: dict[tuple[int, ...], Share] = {}
    for day in days:
        for batch in batches.get(day, ()):
            share = shares.setdefault(tuple(id(payout) for payout in batch.payouts), Share(day, batch))
            share.days.append(day)
    return list(shares.values())


def _alone(shares: list[Share], days: Sequence[date], amounts: Sequence[int]) -> list[int]:
    """Amounts that are a sum of one batch; the places of those that are not are left."""
    left = []
    paired = len(days) == len(amounts)
    for place, amount in enumerate(amounts):
        fitting = [share for share in shares if not share.exact and share.batch and _is_worth(share.batch, amount)]
        if not fitting:
            left.append(place)
            continue
        own = [share for share in fitting if paired and days[place] in share.days]
        share = (own or fitting)[0]
        share.amount, share.exact = amount, True
        share.said.append(amount)
    return left


def _is_worth(batch: Batch, amount: int) -> bool:
    return any(amount in worth(payout).values() for payout in batch.payouts)


def _totals(shares: list[Share], days: Sequence[date], amounts: Sequence[int], left: list[int]) -> list[int]:
    """Amounts that are the sum of all batches, of those not named yet, or of the batches of one day."""
    rest = []
    for place in left:
        free = [share for share in shares if not share.exact]
        groups = [shares, free, *([share for share in free if day in share.days] for day in days)]
        if not any(_take_total(group, amounts[place]) for group in groups if len(group) > 1):
            rest.append(place)
    return rest


def _take_total(shares: list[Share], amount: int) -> bool:
    for basis in BASES:
        sums = []
        for share in shares:
            own = worth(share.batch.payouts[0]) if share.batch else {}
            sums.append(own.get(basis, own.get("net") if basis == "before_refunds" else None))
        known = [value for value in sums if value is not None]
        if len(known) == len(sums) and sum(known) == amount:
            parts = tuple((share.day, value) for share, value in zip(shares, known, strict=True))
            for share, value in zip(shares, known, strict=True):
                share.amount, share.exact, share.total = value, True, (amount, basis, parts)
                share.said.append(amount)
            return True
    return False


def _joined(shares: list[Share], amounts: Sequence[int], left: list[int]) -> tuple[list[int], bool]:
    """Several amounts that one payout holds together."""
    said = [amounts[place] for place in left]
    if len(said) > 1:
        for share in shares:
            if not share.exact and share.batch and _is_worth(share.batch, sum(said)):
                share.amount, share.exact, share.said = sum(said), True, said
                return [], True
    return left, False


def _cover(shares: list[Share], empty: Sequence[date]) -> None:
    """The whole amount is found: days without a record are in the payout that holds it, the next one in time."""
    exact = [share for share in shares if share.exact]
    for day in empty:
        later = [share for share in exact if share.day is not None and share.day > day]
        (later or exact[-1:])[0].days.append(day)


def _pair(shares: list[Share], days: Sequence[date], amounts: Sequence[int], left: list[int]) -> None:
    """Amounts that match nothing stay with their day, or with what is told first."""
    for place in left:
        own = shares
        if len(days) == len(amounts):
            own = [share for share in shares if days[place] in share.days]
        if not own:
            continue
        share = next((share for share in own if share.amount is None), own[0])
        if share.amount is None and (len(days) == len(amounts) or len(days) == 1):
            share.amount = amounts[place]
            share.said.append(amounts[place])
        share.unmatched.append(amounts[place])
