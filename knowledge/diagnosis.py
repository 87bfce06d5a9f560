"""What happened to the money: records and answers -> causes with their evidence. Pure, synchronous and total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from knowledge.acquirers import Acquirers
from knowledge.batches import Batch, Standing, batches_on, by_day, standing
from knowledge.case import Answers
from knowledge.causes import Cause, Causes
from knowledge.contradictions import Hint, Standings, about_change, about_cycle, about_payout
from knowledge.duedates import trade_days
from knowledge.facts import NAMES, WENT_TO, Case, Facts, facts_of_payout, gate_values, shared_values
from knowledge.readings import which_change
from knowledge.records import Absent, Foreign, LookupResult, Payout, Records, Unavailable
from knowledge.sums import Share, share_out
from knowledge.values import ABSENT, UNKNOWN, known
from knowledge.workdays import Calendar

__all__ = ["ARRIVED", "Finding", "Hint", "case_of", "diagnose"]

FEW_DIGITS = 4
"""A destination that fewer digits than this decide is told as what it is: less sure."""
RECENT_DAYS, SEARCHED_DAYS = 3, 62
"""How many of the latest trade days are looked at when the merchant names none: without an amount, and with one."""
MOST_ALIKE = 3
"""So many batches of one day are told one by one; more of them with the same cause become one finding."""
ARRIVED = ("new", "on_file")
Trace = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer: what the records say of a trade date (of several, where one payout answers for them).

    ``trade_date``: the day of its record; ``trade_dates``: all days that it answers for. ``amounts``: what the
    merchant named of it, of a total its part. ``facts``: every fact by its dotted name, None where it is unknown or
    absent; of a gate the answers alone. ``undecidable``: cause -> the facts that were missing. ``trace``: for every
    rule that was looked at, its cause, ``true``, ``false`` or ``undecidable``, and why; only where it was wanted.
    ``low_confidence``: the card was told by fewer than four digits. ``provisional``: the due date rests on a year
    without an official calendar.
    """

    trade_date: date | None
    amounts: tuple[int, ...]
    payouts: tuple[Payout, ...]
    primary: str
    secondary: tuple[str, ...] = ()
    undecidable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    hints: tuple[Hint, ...] = ()
    low_confidence: bool = False
    provisional: bool = False
    trace: Trace = ()
    trade_dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class _Verdicts:
    primary: Cause
    secondary: tuple[str, ...]
    undecidable: Mapping[str, tuple[str, ...]]


def diagnose(
    result: LookupResult,
    answers: Answers,
    causes: Causes,
    acquirers: Acquirers,
    calendar: Calendar,
    now: datetime,
    *,
    traced: bool = False,
) -> tuple[Finding, ...]:
    """The findings for one lookup, by day; empty when the source did not answer. Never raises for what records say.

    ``traced``: with what became of every rule, for explanations.
    """
    if isinstance(result, Unavailable):
        return ()
    if isinstance(result, Absent | Foreign):
        values = gate_values(isinstance(result, Foreign), answers)
        return (_gated(causes, values, _verdicts(causes, values).primary, traced),)
    case = case_of(result.records, answers, acquirers, calendar, now)
    every = partial(standing, case.records, case.zone, partial(trade_days, case))
    days = tuple(dict.fromkeys(answers.trade_dates))
    standings = every(days=frozenset(days)) if days else every()
    recent = () if days else _recent(standings, case)
    batches = _batches(days or recent, standings, case)
    shares = share_out(days or recent, batches, answers.amounts, said=bool(days)) or [Share(None, None)]
    shared = shared_values(case)
    found = [_finding(case, shared, causes, share, every if days else lambda: standings, traced) for share in shares]
    if not days:
        return _most_telling(found, shares, causes)
    return _alike_together(found)


def _batches(days: Sequence[date], standings: Sequence[Standing], case: Case) -> dict[date, list[Batch]]:
    on = by_day(standings, frozenset(days))
    terminal = case.records.terminal.terminal_id
    return {day: batches_on(day, on.get(day, ()), terminal) for day in days}


def _verdicts(causes: Causes, values: Sequence[object]) -> _Verdicts:
    """Every rule in order of telling: the first true one is primary; a gate ends it; fallbacks are never secondary."""
    primary: Cause | None = None
    secondary: list[str] = []
    undecidable: dict[str, tuple[str, ...]] = {}
    for cause, test in causes.left_by(values):
        verdict = test(values)
        if verdict is UNKNOWN:
            undecidable[cause.id] = cause.rule.missing(values)
        elif verdict is True:
            if primary is None:
                primary = cause
                if cause.gate:
                    undecidable.clear()
                    break
            elif not cause.fallback:
                secondary.append(cause.id)
    assert primary is not None  # loading refuses a base without a fallback that is always true
    return _Verdicts(primary, tuple(secondary), undecidable)


def _trace(causes: Causes, values: Sequence[object], primary: Cause) -> Trace:
    """How every rule went; none after a gate that is primary."""
    lines: list[tuple[str, str, str]] = []
    for cause in causes.causes:
        verdict = cause.rule.test(values)
        if verdict is UNKNOWN:
            lines.append((cause.id, "undecidable", ", ".join(cause.rule.missing(values))))
        else:
            lines.append((cause.id, "true" if verdict else "false", cause.rule.text))
        if cause is primary and cause.gate:
            break
    return tuple(lines)


def case_of(records: Records, answers: Answers, acquirers: Acquirers, calendar: Calendar, now: datetime) -> Case:
    """What one look at the records shares: the change in question, the acquirer's ways, the merchant's own day."""
    zone = now.tzinfo or UTC
    if records.merchant.timezone is not None:
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            zone = ZoneInfo(records.merchant.timezone)
    local = now.astimezone(zone)
    change = which_change(records, answers, zone)
    profile = acquirers.of(records.merchant.acquirer)
    return Case(records, answers, change, profile, calendar, local, local.date(), zone)


def _recent(standings: Sequence[Standing], case: Case) -> tuple[date, ...]:
    """The latest trade days of the terminal (or the merchant as a whole), when the merchant names none."""
    terminal = case.records.terminal.terminal_id
    days = sorted({day for item in standings if item.terminal_id in (terminal, None) for day in item.days})
    return tuple(days[-(SEARCHED_DAYS if case.answers.amounts else RECENT_DAYS) :])


def _most_telling(found: list[Finding], shares: list[Share], causes: Causes) -> tuple[Finding, ...]:
    """Of the recent days: those whose amount was named, else the latest one whose money has not arrived, else the
    latest.
    """
    named = [(finding, share) for finding, share in zip(found, shares, strict=True) if share.exact or share.open]
    if named:
        latest = [finding for finding, share in named if share.open][-MOST_ALIKE:]
        return tuple(finding for finding, share in named if not share.open or finding in latest)
    late = [
        finding
        for finding in found[-RECENT_DAYS:]
        if finding.facts.get("payout.status") not in ("sent", "paid")
        or finding.facts.get("payout.went_to") not in ARRIVED
    ]
    if not late:
        return (found[-1],)
    order = {cause.id: (cause.fallback, cause.order) for cause in causes.causes}
    return (min(reversed(late), key=lambda finding: order[finding.primary]),)


def _finding(case: Case, shared: list[object], causes: Causes, share: Share, every: Standings, traced: bool) -> Finding:
    payout, day = share.payout, share.day
    live = len(share.batch.payouts) if share.batch is not None else 0
    said = day if day in case.answers.trade_dates else None
    facts = facts_of_payout(case, shared, payout, live, said, share.amount)
    verdicts = _verdicts(causes, facts.values)
    primary = verdicts.primary
    if primary.gate:
        return _gated(causes, facts.values, primary, traced)
    return Finding(
        trade_date=day,
        amounts=_amounts(share),
        payouts=share.batch.payouts if share.batch is not None else (),
        primary=primary.id,
        secondary=verdicts.secondary,
        undecidable=verdicts.undecidable,
        facts=_told(facts.values),
        hints=(
            *about_change(case, primary),
            *about_cycle(case, (primary.id, *verdicts.secondary)),
            *about_payout(case, primary, share, every),
        ),
        low_confidence=_is_unsure(facts, primary),
        provisional=_is_provisional(facts, primary),
        trace=_trace(causes, facts.values, primary) if traced else (),
        trade_dates=tuple(sorted(share.days)) or (() if day is None else (day,)),
    )


def _amounts(share: Share) -> tuple[int, ...]:
    """What was named of a batch: of a total its own part, which the words about the total show."""
    named = [share.amount] if share.total is not None and share.amount is not None else share.said
    return tuple(dict.fromkeys((*named, *(() if share.beside else share.unmatched))))


def _gated(causes: Causes, values: Sequence[object], primary: Cause, traced: bool) -> Finding:
    """After a gate nothing is told but the answers."""
    trace = _trace(causes, values, primary) if traced else ()
    return Finding(None, (), (), primary.id, facts=_answers(values), trace=trace)


def _is_unsure(facts: Facts, primary: Cause) -> bool:
    """Whether the cause rests on a card that fewer than four digits tell."""
    return 0 < facts.digits < FEW_DIGITS and NAMES[WENT_TO] in primary.rule.facts


def _is_provisional(facts: Facts, primary: Cause) -> bool:
    """Whether the cause rests on a due date that no official calendar confirms."""
    return facts.provisional and (primary.fallback or "payout.due_date" in primary.rule.facts)


def _told(values: Sequence[object]) -> dict[str, object]:
    """All facts, None where one is unknown or absent."""
    known = [None if value is UNKNOWN or value is ABSENT else value for value in values]
    return dict(zip(NAMES, known, strict=False))


def _answers(values: Sequence[object]) -> dict[str, object]:
    """All facts, with nothing but the answers in them."""
    pairs = zip(NAMES, values, strict=False)
    return {name: known(value) if name.startswith("answers.") else None for name, value in pairs}


def _alike_together(found: list[Finding]) -> tuple[Finding, ...]:
    """Many batches of one day with one cause are one finding, with the facts of the first."""
    groups: dict[tuple[str, tuple[date, ...]], list[Finding]] = {}
    for finding in found:
        groups.setdefault((finding.primary, finding.trade_dates), []).append(finding)
    if all(len(group) <= MOST_ALIKE for group in groups.values()):
        return tuple(found)
    kept: list[Finding] = []
    for group in groups.values():
        kept.extend(group if len(group) <= MOST_ALIKE else [_merged(group)])
    return tuple(sorted(kept, key=lambda finding: finding.trade_date or date.min))


def _merged(group: list[Finding]) -> Finding:
    return replace(
        group[0],
        amounts=tuple(dict.fromkeys(amount for finding in group for amount in finding.amounts)),
        payouts=tuple(payout for finding in group for payout in finding.payouts),
        hints=tuple(hint for finding in group for hint in finding.hints),
    )
