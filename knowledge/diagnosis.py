"""What happened to the money: records and answers -> causes with their evidence. Pure, synchronous and total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from knowledge.acquirers import Acquirers
from knowledge.batches import Standing, batches_on, by_day, standing
from knowledge.case import Answers, SlotName
from knowledge.causes import Cause, Causes
from knowledge.duedates import local_day
from knowledge.facts import NAMES, Case, facts_of_payout, gate_values, shared_values
from knowledge.readings import NEAR_DAYS, tail_of, which_change
from knowledge.records import Absent, Foreign, LookupResult, Payout, Records, Unavailable
from knowledge.sums import Share, share_out, taken_off
from knowledge.values import UNKNOWN, known, matching_digits
from knowledge.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Hint:
    """Where the merchant's words and the records differ, or arithmetic connects them. ``slot``: the answer in
    question.
    """

    kind: str
    values: Mapping[str, object] = field(default_factory=dict)
    slot: SlotName | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer: what the records say of a trade date (of several, where one payout answers for them)."""

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
    trace: tuple[tuple[str, str, str], ...] = ()
    trade_dates: tuple[date, ...] = ()


LOW_DIGITS = 4
"""Fewer agreeing digits than this are told as what they are: less sure."""
RECENT_DAYS = 3
"""So many of the latest trade days are looked at when the merchant names none."""


def diagnose(  # noqa: PLR0917 (the parts of a question, each a value of its own)
    result: LookupResult,
    answers: Answers,
    causes: Causes,
    acquirers: Acquirers,
    calendar: Calendar,
    now: datetime,
) -> tuple[Finding, ...]:
    """The findings for one lookup, by day; empty when the source did not answer. Never raises for what records say."""
    if isinstance(result, Unavailable):
        return ()
    if isinstance(result, Absent | Foreign):
        values = gate_values(isinstance(result, Foreign), answers)
        verdicts = _verdicts(causes, values)
        return (Finding(None, (), (), verdicts.primary, facts=_told(values, {}), trace=verdicts.trace),)
    case = _case(result.records, answers, acquirers, calendar, now)
    shared = shared_values(case)
    standings = standing(case.records, case.zone)
    terminal = case.records.terminal.terminal_id
    days = tuple(sorted(dict.fromkeys(answers.trade_dates))) or _recent(standings, terminal)
    on = by_day(standings)
    batches = {day: batches_on(day, on.get(day, []), terminal) for day in days}
    shares = share_out(_as_said(days, answers), batches, answers.amounts) or [Share(None, None)]
    change_hints = _change_hints(case)
    found = []
    for share in shares:
        elsewhere = [] if share.batch is not None or share.day is None else on.get(share.day, [])
        found.append(_finding(case, shared, causes, share, (*change_hints, *_payout_hints(share, elsewhere, terminal))))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Verdicts:
    primary: str
    secondary: tuple[str, ...]
    undecidable: Mapping[str, tuple[str, ...]]
    trace: tuple[tuple[str, str, str], ...]


def _verdicts(causes: Causes, values: Sequence[object]) -> _Verdicts:
    """Every rule in order of telling: the first true one is primary; a gate ends it; fallbacks are never secondary."""
    primary: Cause | None = None
    secondary: list[str] = []
    undecidable: dict[str, tuple[str, ...]] = {}
    trace: list[tuple[str, str, str]] = []
    for cause in causes.causes:
        verdict = cause.rule.test(values)
        if verdict is UNKNOWN:
            missing = cause.rule.missing(values)
            trace.append((cause.id, "undecidable", ", ".join(missing)))
            if primary is None or not (cause.fallback or primary.gate):
                undecidable[cause.id] = missing
            continue
        trace.append((cause.id, "true" if verdict else "false", cause.rule.text))
        if not verdict:
            continue
        if primary is None:
            primary = cause
            if cause.gate:
                return _Verdicts(cause.id, (), {}, tuple(trace))
        elif not (cause.fallback or cause.alone):
            secondary.append(cause.id)
    assert primary is not None  # loading refuses a base without a fallback that is always true
    return _Verdicts(primary.id, tuple(secondary), undecidable, tuple(trace))


def _case(records: Records, answers: Answers, acquirers: Acquirers, calendar: Calendar, now: datetime) -> Case:
    zone = now.tzinfo or UTC
    if records.merchant.timezone is not None:
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            zone = ZoneInfo(records.merchant.timezone)
    local = now.astimezone(zone)
    change = which_change(records, answers, zone)
    profile = acquirers.of(records.merchant.acquirer)
    return Case(records, answers, change, profile, calendar, local, local.date(), zone)


def _recent(standings: Sequence[Standing], terminal: str) -> tuple[date, ...]:
    """The latest trade days of the terminal (or the merchant as a whole), when the merchant names none."""
    days = {day for item in standings if item.terminal_id in (terminal, None) for day in item.days}
    return tuple(sorted(days)[-RECENT_DAYS:])


def _as_said(days: tuple[date, ...], answers: Answers) -> tuple[date, ...]:
    """In the merchant's own order, so that the second amount belongs to the second day that was named."""
    return tuple(dict.fromkeys(answers.trade_dates)) or days


def _finding(
    case: Case, shared: list[object], causes: Causes, share: Share, hints: tuple[Hint, ...]
) -> Finding:
    payout = share.payout
    live = len(share.batch.payouts) if share.batch is not None else 0
    facts = facts_of_payout(case, shared, payout, live, share.day, share.amount)
    verdicts = _verdicts(causes, facts.values)
    told = _told(facts.values, case.profile.values(case.records.merchant.locale or "zh"))
    return Finding(
        trade_date=share.day,
        amounts=_amounts(share),
        payouts=share.batch.payouts if share.batch is not None else (),
        primary=verdicts.primary,
        secondary=verdicts.secondary,
        undecidable=verdicts.undecidable,
        facts=told,
        hints=hints,
        low_confidence=0 < facts.digits < LOW_DIGITS,
        provisional=facts.provisional and "payout.due_date" in causes.by_id[verdicts.primary].evidence,
        trace=verdicts.trace,
        trade_dates=tuple(share.days) or (() if share.day is None else (share.day,)),
    )


def _amounts(share: Share) -> tuple[int, ...]:
    """What the merchant named for this batch: its own part where they named a total."""
    if share.total is not None and share.amount is not None:
        return (share.amount,)
    return tuple(share.said or share.unmatched)


def _told(values: Sequence[object], more: Mapping[str, object]) -> dict[str, object]:
    return {**{name: known(value) for name, value in zip(NAMES, values, strict=False)}, **more}


def _change_hints(case: Case) -> tuple[Hint, ...]:
    """Where the merchant's words about the change differ from the change on file."""
    change, answers = case.change, case.answers
    if change is None:
        return ()
    hints = []
    days = [day for m in (change.submitted_at, change.effective_at) if (day := local_day(m, case.zone)) is not None]
    said = answers.change_date
    if said is not None and days and all(abs((day - said).days) > NEAR_DAYS for day in days):
        values = {"said": said, "submitted_at": change.submitted_at, "effective_at": change.effective_at}
        hints.append(Hint("change_date", values, "change_date"))
    new, old = tail_of(change.new_tail), tail_of(change.old_tail)
    tail = answers.new_tail
    if tail and new and matching_digits(tail, new) == 0 and old and matching_digits(tail, old):
        hints.append(Hint("tail_is_old", {"said": tail, "new": new}, "new_tail"))
    return tuple(hints)


def _payout_hints(share: Share, elsewhere: Sequence[Standing], terminal: str) -> tuple[Hint, ...]:
    """What arithmetic or another terminal says about a day."""
    hints = []
    other = next((item for item in elsewhere if item.terminal_id not in (None, terminal)), None)
    if other is not None:
        hints.append(Hint("other_terminal", {"day": share.day, "other_terminal": other.terminal_id}, "terminal_id"))
    if share.total is not None:
        amount, basis, parts = share.total
        hints.append(Hint("total", {"amount": amount, "basis": basis, "parts": parts}))
    payout = share.payout
    if payout is not None and payout.net is not None:
        for amount in share.unmatched:
            values = {"said": amount, "net": payout.net, "gross": payout.gross, "parts": taken_off(payout, amount)}
            hints.append(Hint("amount", {**values, "currency": payout.currency}, None))
    return tuple(hints)
