"""A second look at the same request: which cause became which, and what else the records say now. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from knowledge.case import CauseTold
from knowledge.diagnosis import Finding

COMPARED = ("payout.status", "payout.payout_id", "payout.due_date", "payout.net", "change.status")
"""The facts whose change is worth a word by itself, in the order of telling."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What is other than it was told: of these days, the cause before and now, and facts as (name, before, now)."""

    days: tuple[date, ...]
    before: str | None
    now: str | None
    facts: tuple[tuple[str, Any, Any], ...] = ()


def compared_facts(finding: Finding) -> dict[str, str]:
    """The facts of a finding that a later look is compared with, as text."""
    return {name: str(finding.facts[name]) for name in COMPARED if finding.facts.get(name) is not None}


def differences(before: Sequence[CauseTold], now: Sequence[CauseTold]) -> tuple[Changed, ...]:
    """What changed from one telling to the next. Matched by payout, else by day; the rest came or went."""
    left = list(before)
    found: list[Changed] = []
    for new in now:
        old = _match(new, left)
        if old is None:
            found.append(Changed(new.trade_dates, None, new.primary))
            continue
        left.remove(old)
        facts = _facts(old.facts, new.facts)
        if old.primary != new.primary or facts:
            found.append(Changed(new.trade_dates or old.trade_dates, old.primary, new.primary, facts))
    found.extend(Changed(old.trade_dates, old.primary, None) for old in left)
    return tuple(found)


def _match(new: CauseTold, left: Sequence[CauseTold]) -> CauseTold | None:
    """The earlier finding about the same: a payout of it, else one of its days with the same sums, else its days."""
    tests = (
        lambda old: bool({*old.payouts} & {*new.payouts}),
        lambda old: bool({*old.trade_dates} & {*new.trade_dates}) and old.amounts == new.amounts,
        lambda old: bool({*old.trade_dates} & {*new.trade_dates}),
        lambda old: len(left) == 1 and not (old.trade_dates and new.trade_dates),
    )
    return next((old for test in tests for old in left if test(old)), None)


def _facts(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[tuple[str, Any, Any], ...]:
    return tuple(
        (name.replace(".", "_"), _value(name, before.get(name)), _value(name, now.get(name)))
        for name in COMPARED
        if name in now and before.get(name) != now.get(name)
    )


def _value(name: str, text: str | None) -> Any:
    if text is None:
        return None
    if name == "payout.due_date":
        return date.fromisoformat(text)
    return int(text) if name == "payout.net" else text
