"""Which of the amounts that a merchant names belongs to which batch: alone, as a total, or several in one payout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from knowledge.batches import Batch
from knowledge.pairing import alternatives, pair
from knowledge.records import Payout

BASES = ("gross", "net", "before_refunds")
"""What an amount may be of a payout: all sales, what was paid, or what was paid before refunds were taken off."""
PARTS = ("fee", "d0_fee", "refund_offset", "held")
"""What may be taken off on the way from gross to net."""


MOST_ADDED = 8
"""Of so many batches at most, some are added up to find an amount: of more, some sum or other would fit by chance."""

Way = tuple[tuple[date | None, int], ...]
"""Batches that are an amount together: the day of each and its part."""


@dataclass(slots=True)
class Share:
    """A batch (None: no record) for its days, with the amounts said about it.

    ``amount`` is what the merchant is taken to have named for this batch alone; ``exact`` when it is one of its sums.
    ``total``: what connects one amount with several batches. ``several``: amounts that fit this batch and others, so
    that nothing says whose they are, with all the ways in which they fit; the latest share of them carries them.
    ``open``: one of those batches; it is told, too. ``beside``: the batches that the unmatched amounts may be about,
    each with its gross and net sum, where the merchant named several days and not an amount for each.
    """

    day: date | None
    batch: Batch | None
    days: list[date] = field(default_factory=list)
    said: list[int] = field(default_factory=list)
    amount: int | None = None
    exact: bool = False
    total: tuple[int, str, tuple[tuple[date | None, int], ...]] | None = None
    unmatched: list[int] = field(default_factory=list)
    several: list[tuple[int, tuple[Way, ...]]] = field(default_factory=list)
    open: bool = False
    beside: tuple[tuple[date | None, int | None, int | None], ...] = ()

    @property
    def payout(self) -> Payout | None:
        """The record that is told: of several, the one with the amount named, else the first."""
        if self.batch is None:
            return None
        if len(self.batch.payouts) == 1:
            return self.batch.payouts[0]
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
    return deducted(payout, amount - payout.net)


def deducted(payout: Payout, amount: int) -> tuple[str, ...]:
    """The fewest deductions that are an amount together; empty when none are."""
    known = [name for name in PARTS if getattr(payout, name)]
    for size in range(1, len(known) + 1):
        for parts in combinations(known, size):
            if sum(getattr(payout, name) for name in parts) == amount:
                return parts
    return ()


def share_out(
    days: Sequence[date], batches: Mapping[date, Sequence[Batch]], amounts: Sequence[int], *, said: bool = True
) -> list[Share]:
    """Give every amount its batch. What is told of a day: the batches whose amount was named, else all of them.

    As many amounts as can be get a batch of their own; the others are looked for as a sum of several, or several of
    them in one. Where nothing says which batch or which sum it is, all of them are told. ``said``: the merchant named
    the days, so that as many amounts are one for each.
    """
    paired = said and len(days) == len(amounts)
    shares = _shares(days, batches)
    empty = [day for day in days if not batches.get(day)]
    left = _alone(shares, days if paired else (), amounts)
    left = _totals(shares, days, amounts, left)
    left, joined = _joined(shares, amounts, left)
    certain = not any(share.open for share in shares)
    if empty and certain and (joined or (len(amounts) == 1 and not left and all(share.exact for share in shares))):
        _cover(shares, empty)
        empty = []
    shares.extend(Share(day, None, [day]) for day in empty)
    _pair(shares, days, amounts, left)
    named = {day for share in shares if share.exact and share.total is None for day in share.days}
    spoken = [id(share) for share in shares if share.exact or share.open or share.unmatched]
    told = [share for share in shares if id(share) in spoken or not named.intersection(share.days)]
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
    """Amounts that are a sum of one batch; the places of those that are not are left. ``days``: one for each amount."""
    fitting = [[n for n, share in enumerate(shares) if share.batch and _is_worth(share.batch, a)] for a in amounts]
    own = [[n for n in fits if days[place] in shares[n].days] if days else [] for place, fits in enumerate(fitting)]
    found = pair(own, fitting)
    for place, number in sorted(found.items()):
        _take(shares[number], amounts[place])
    edges = [own[place] if found.get(place) in own[place] else fits for place, fits in enumerate(fitting)]
    for place, numbers in sorted(alternatives(edges, found).items()):
        _leave_open([[shares[number]] for number in numbers], amounts[place])
    return [place for place in range(len(amounts)) if place not in found]


def _take(share: Share, amount: int) -> None:
    share.amount, share.exact = amount, True
    share.said.append(amount)


def _is_worth(batch: Batch, amount: int) -> bool:
    return any(amount in worth(payout).values() for payout in batch.payouts)


def _leave_open(groups: Sequence[Sequence[Share]], amount: int, said: Sequence[int] = ()) -> None:
    """An amount (or what was ``said`` as several) that fits each of these groups: all are told, none as the one."""
    last = max((share for group in groups for share in group), key=lambda share: share.day or date.min)
    if any(amount == other for other, _ in last.several):
        return
    last.several.append((amount, tuple(_way(group, amount) for group in groups)))
    for share in (share for group in groups for share in group):
        share.open = True
        share.said.extend(each for each in said or (amount,) if each not in share.said)
        if share.amount is None and all(len(group) == 1 for group in groups):
            share.amount, share.exact = amount, True


def _way(group: Sequence[Share], amount: int) -> Way:
    if len(group) == 1:
        return ((group[0].day, amount),)
    return _parts(group, _basis(group, amount) or BASES[0]) or ()


def _totals(shares: list[Share], days: Sequence[date], amounts: Sequence[int], left: list[int]) -> list[int]:
    """Amounts that are the sum of all batches, of those not named yet, of those of one day, or of any few others.

    The first of these that fits counts; where it fits in more than one way, the amount is left open.
    """
    rest = []
    for place in left:
        for groups in _groups(shares, days):
            ways = [group for group in groups if _basis(group, amounts[place])]
            if len(ways) == 1:
                _take_total(ways[0], amounts[place])
            elif ways:
                _leave_open(ways, amounts[place])
            if ways:
                break
        else:
            rest.append(place)
    return rest


def _groups(shares: list[Share], days: Sequence[date]) -> Iterator[list[list[Share]]]:
    """Batches that may be meant together, the likeliest first."""
    free = [share for share in shares if not share.exact and not share.open]
    on_days = [[share for share in free if day in share.days] for day in days]
    for groups in ([shares], [free], on_days):
        yield list({tuple(map(id, group)): group for group in groups if len(group) > 1}.values())
    if len(free) <= MOST_ADDED:
        yield [list(some) for size in range(2, len(free)) for some in combinations(free, size)]


def _basis(group: Sequence[Share], amount: int) -> str | None:
    """Of what the amount is the sum: all gross, all net, or all net before refunds."""
    return next((basis for basis in BASES if _sum(_parts(group, basis)) == amount), None)


def _sum(parts: Way | None) -> int | None:
    return None if parts is None else sum(part for _, part in parts)


def _parts(group: Sequence[Share], basis: str) -> Way | None:
    """What each batch has of a total; None where one of them does not say."""
    parts = []
    for share in group:
        own = worth(share.batch.payouts[0]) if share.batch else {}
        part = own.get(basis, own.get("net") if basis == "before_refunds" else None)
        if part is None:
            return None
        parts.append((share.day, part))
    return tuple(parts)


def _take_total(group: Sequence[Share], amount: int) -> None:
    basis = _basis(group, amount) or BASES[0]
    parts = _parts(group, basis) or ()
    for share, (_, part) in zip(group, parts, strict=True):
        share.amount, share.exact, share.total = part, True, (amount, basis, parts)
        share.said.append(amount)


def _joined(shares: list[Share], amounts: Sequence[int], left: list[int]) -> tuple[list[int], bool]:
    """Several amounts that one payout holds together: what is left of them, and whether it is known which one."""
    said = [amounts[place] for place in left]
    if len(said) < 2:
        return left, False
    fitting = [
        share
        for share in shares
        if not share.exact and not share.open and share.batch and _is_worth(share.batch, sum(said))
    ]
    if len(fitting) > 1:
        _leave_open([[share] for share in fitting], sum(said), said)
    elif fitting:
        fitting[0].amount, fitting[0].exact, fitting[0].said = sum(said), True, said
    return ([], len(fitting) == 1) if fitting else (left, False)


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
        found = [one for one in shares if one.payout is not None]
        if len(found) > 1 and len(days) not in (1, len(amounts)):
            share.beside = tuple((one.day, one.payout.gross, one.payout.net) for one in found if one.payout)
