"""Where a merchant's words and the records differ, and what arithmetic makes of the amounts that were named."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from knowledge.batches import Standing
from knowledge.case import SlotName
from knowledge.causes import Cause
from knowledge.duedates import local_day
from knowledge.facts import Case, aware
from knowledge.readings import NEAR_DAYS, tail_of
from knowledge.records import CardChange, Payout
from knowledge.sums import PARTS, Share, deducted, taken_off, worth
from knowledge.values import matching_digits

CYCLE = "cycle_misread"
"""The cause that tells of the merchant's cycle by itself."""
ELSEWHERE_DAYS = 7
"""How far from the day asked about an amount is looked for."""
RECENT_DAYS = 60
"""A change that is older than this is none that a merchant who changed no card has to hear of."""
WAYS_TOLD = 5
"""Of many ways in which an amount fits, so many are told: the latest."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One difference. ``kind`` names the phrase (``differs_<kind>``) and ``values`` what it says; ``slot`` is the
    answer to ask about once more, None where telling is enough.
    """

    kind: str
    values: Mapping[str, object] = field(default_factory=dict)
    slot: SlotName | None = None


def about_change(case: Case, primary: Cause) -> Iterator[Hint]:
    """Where the merchant's words about the change differ from the change on file.

    What the primary cause asks again by itself is not asked here.
    """
    change, answers = case.change, case.answers
    if change is None:
        yield from _change_elsewhere(case)
        return
    days = _days(case, change)
    said = answers.change_date
    if answers.no_change and days and (case.today - days[-1]).days <= RECENT_DAYS:
        moments = (aware(change.submitted_at, case.zone), aware(change.effective_at, case.zone))
        yield Hint(
            "no_change", {"submitted_at": moments[0], "effective_at": moments[1], "new": tail_of(change.new_tail)}
        )
    if said is not None and days and not days[0] <= said <= days[-1]:
        moments = (aware(change.submitted_at, case.zone), aware(change.effective_at, case.zone))
        values = {"said": said, "submitted_at": moments[0], "effective_at": moments[1]}
        far = all(abs((day - said).days) > NEAR_DAYS for day in days)
        yield Hint("change_date", values, _unless("change_date", primary) if far else None)
    tail, new, old = answers.new_tail, tail_of(change.new_tail), tail_of(change.old_tail)
    if tail and new and matching_digits(tail, new) == 0:
        if old and matching_digits(tail, old):
            yield Hint("tail_is_old", {"said": tail, "new": new}, _unless("new_tail", primary))
        elif old:
            yield Hint("tail", {"said": tail, "new": new, "old": old}, _unless("new_tail", primary))


def _change_elsewhere(case: Case) -> Iterator[Hint]:
    """A change on another terminal of the same merchant, when the merchant's words fit it."""
    answers = case.answers
    for change in case.records.changes:
        if change.terminal_id in (None, case.records.terminal.terminal_id):
            continue
        days, new = _days(case, change), tail_of(change.new_tail)
        dated = answers.change_date is not None and any(
            abs((day - answers.change_date).days) <= NEAR_DAYS for day in days
        )
        if dated or (answers.new_tail and new and matching_digits(answers.new_tail, new)):
            submitted = aware(change.submitted_at, case.zone)
            yield Hint("change_elsewhere", {"other_terminal": change.terminal_id, "submitted_at": submitted})
            return


def about_cycle(case: Case, causes: Collection[str]) -> Iterator[Hint]:
    """The merchant believes to be paid the same day and is not, or the other way round; ``causes`` told of it or not.

    "The next day" is said of T1 and D1 alike, so those two are no difference.
    """
    said, cycle = case.answers.claims_cycle, case.records.merchant.cycle
    if said is not None and cycle is not None and (said == "D0") != (cycle == "D0") and CYCLE not in causes:
        yield Hint("cycle", {"said": said, "cycle": cycle})


def _days(case: Case, change: CardChange) -> list[date]:
    moments: Sequence[datetime | None] = (change.submitted_at, change.effective_at)
    return sorted(day for moment in moments if (day := local_day(moment, case.zone)) is not None)


Standings = Callable[[], Sequence[Standing]]
"""All payouts of the merchant, looked at only where they are wanted."""


def about_payout(case: Case, primary: Cause, share: Share, every: Standings) -> Iterator[Hint]:
    """What arithmetic, another terminal or another day says about one batch, or about the lack of one."""
    payout = share.payout
    currency = (payout.currency if payout else None) or case.records.merchant.currency
    if share.total is not None:
        amount, basis, each = share.total
        yield Hint("total", {"amount": amount, "basis": basis, "parts": each, "currency": currency})
    elif len(share.days) > 1 and share.exact and not share.open and payout is not None:
        values = {"days": tuple(sorted(share.days)), "amount": share.amount, "net": payout.net, "currency": currency}
        yield Hint("one_payout", {**values, "parts": _joined(share)})
    elif together := _joined(share):
        yield Hint("joined", {"parts": together, "amount": share.amount, "currency": currency})
    if case.answers.trade_time is not None and payout is not None and not share.exact:
        yield from _after_cut(case, share, every())
    for amount, ways in share.several:
        shown = ways[-WAYS_TOLD:]
        yield Hint("fits_several", {"amount": amount, "ways": shown, "count": len(ways), "currency": currency})
    own = share.exact and share.total is None and share.amount is not None
    named = [*share.unmatched, *([share.amount] if own and share.amount is not None else [])]
    for amount in named:
        if share.beside and amount in share.unmatched:
            yield _beside(share, amount, currency)
        elif payout is not None and amount != payout.net:
            yield _amount(payout, amount, currency)
        if not share.exact:
            yield from _another_day(case, primary, share, amount, every())
    if payout is None:
        yield from _another_terminal(case, primary, share, every())


def _joined(share: Share) -> tuple[int, ...]:
    """The amounts that one batch holds together; none where it holds only one, or where that is open."""
    joined = len(share.said) > 1 and share.exact and not share.open and share.total is None
    return tuple(share.said) if joined and sum(share.said) == share.amount else ()


def _amount(payout: Payout, amount: int, currency: str | None) -> Hint:
    """The amount as what was paid and taken off together, as what was taken off, or beside the payout's own sums."""

    def taken(parts: Collection[str]) -> dict[str, int | None]:
        return {name: getattr(payout, name) if name in parts else None for name in PARTS}

    if payout.net is not None and (parts := taken_off(payout, amount)):
        return Hint("explained", {"said": amount, "net": payout.net, **taken(parts), "currency": currency})
    if parts := deducted(payout, amount):
        sums = {"gross": payout.gross, "net": payout.net, "several": len(parts) > 1}
        return Hint("deducted", {"said": amount, **sums, **taken(parts), "currency": currency})
    return Hint("amount", {"said": amount, "gross": payout.gross, "net": payout.net, "currency": currency})


def _beside(share: Share, amount: int, currency: str | None) -> Hint:
    """An amount for several days that is no sum of theirs, beside what these days were."""
    gross, net = _total(part for _, part, _ in share.beside), _total(part for _, _, part in share.beside)
    values = {"said": amount, "parts": share.beside, "gross": gross, "net": net, "currency": currency}
    return Hint("no_sum", values)


def _total(parts: Iterable[int | None]) -> int | None:
    known = list(parts)
    return None if None in known else sum(part for part in known if part is not None)


def _after_cut(case: Case, share: Share, standings: Sequence[Standing]) -> Iterator[Hint]:
    """A payment taken after the last batch of its day was cut is in the next day's."""
    said, days = case.answers.trade_time, case.answers.trade_dates
    if said is None or len(days) != 1 or share.day != days[0]:
        return
    own = (None, case.records.terminal.terminal_id)
    moments = [
        aware(item.payout.cut_at, case.zone) for item in standings if days[0] in item.days and item.terminal_id in own
    ]
    cuts = [moment for moment in moments if moment is not None]
    taken, following = datetime.combine(days[0], said, case.zone), days[0] + timedelta(1)
    if cuts and len(cuts) == len(moments) and max(cuts) <= taken and following <= case.today:
        yield Hint("after_cut", {"day": days[0], "taken": taken, "cut": max(cuts), "found": following}, "trade_dates")


def _another_day(
    case: Case, primary: Cause, share: Share, amount: int, standings: Sequence[Standing]
) -> Iterator[Hint]:
    """The one payout of the terminal near the day asked about that is worth the amount."""
    asked = set(case.answers.trade_dates)
    found = {
        day: item.payout
        for item in standings
        if item.terminal_id in (None, case.records.terminal.terminal_id) and amount in worth(item.payout).values()
        for day in item.days
        if share.day is not None and day not in asked and abs((day - share.day).days) <= ELSEWHERE_DAYS
    }
    if len(found) == 1 and share.day is not None:
        day, payout = next(iter(found.items()))
        values = {"said": amount, "day": share.day, "found": day, "net": payout.net, "currency": payout.currency}
        yield Hint("other_day", values, "trade_dates" if primary.fallback else None)


def _another_terminal(case: Case, primary: Cause, share: Share, standings: Sequence[Standing]) -> Iterator[Hint]:
    """A record of that day on another terminal of the merchant: asked about where nothing else explains the lack."""
    own = case.records.terminal.terminal_id
    others = [item for item in standings if share.day in item.days and item.terminal_id not in (None, own)]
    named = set(share.said or share.unmatched)
    fitting = [item for item in others if named.intersection(worth(item.payout).values())]
    for item in (fitting or others)[:1]:
        sure = bool(fitting) or primary.fallback
        values = {"day": share.day, "other_terminal": item.terminal_id}
        yield Hint("other_terminal", values, "terminal_id" if sure else None)


def _unless(slot: SlotName, primary: Cause) -> SlotName | None:
    return None if primary.asks == slot else slot
