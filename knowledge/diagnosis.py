"""What happened to the money: records and answers -> causes with their evidence. Pure, synchronous and total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from knowledge.acquirers import Acquirers
from knowledge.case import Answers, SlotName
from knowledge.causes import Causes
from knowledge.records import LookupResult, Payout
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


def diagnose(  # noqa: PLR0917 (the parts of a question, each a value of its own)
    result: LookupResult,
    answers: Answers,
    causes: Causes,
    acquirers: Acquirers,
    calendar: Calendar,
    now: datetime,
) -> tuple[Finding, ...]:
    """The findings for one lookup; empty when the source did not answer."""
    raise NotImplementedError
