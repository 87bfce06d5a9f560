"""Records for trying the readings of a diagnosis: ordinary but for what a test says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from knowledge.case import Answers
from knowledge.diagnosis import Finding, Hint, diagnose
from knowledge.records import CardChange, Found, Incident, Merchant, Payout, Records, Terminal
from knowledge.rules import Acquirers, Causes
from knowledge.workdays import Calendar

BASE = Path(__file__).parents[2] / "knowledge/base"
CAUSES = Causes.from_data(yaml.safe_load((BASE / "causes.yaml").read_text(encoding="utf-8")))
ACQUIRERS = Acquirers.from_data(
    {"version": 1, "acquirers": {"default": {"bank_grace_days": 3}, "strict": {"makeup_days_count": False}}}
)
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 15, tzinfo=ZONE)
TERMINAL = "40213377"
MERCHANT = Merchant("M1", timezone="Asia/Shanghai", cycle="T1", balance=500, currency="CNY")


def day(number: int, month: int = 11) -> date:
    return date(2026, month, number)


def at(number: int, hour: int = 12, month: int = 11) -> datetime:
    return datetime(2026, month, number, hour, tzinfo=ZONE)


def paid(number: int, gross: int = 100_000, **more: Any) -> Payout:
    """A payout for a day of November, paid to the new card on the next."""
    return replace(
        Payout(
            f"P{number}", "M1", TERMINAL, f"B{number}", day(number), at(number, 23), "paid", sent_at=at(number + 1, 10),
            paid_at=at(number + 1, 11), dest_tail="8821", gross=gross, fee=gross * 6 // 1000,
            net=gross - gross * 6 // 1000, currency="CNY",
        ),
        **more,
    )  # fmt: skip


CHANGE = CardChange("C1", "M1", None, "1234", "8821", "工商银行", "effective", at(9), at(11))


def look(
    *payouts: Payout,
    days: tuple[date, ...] = (),
    amounts: tuple[int, ...] = (),
    changes: tuple[CardChange, ...] = (CHANGE,),
    said: Mapping[str, Any] | None = None,
    incidents: tuple[Incident, ...] = (),
    now: datetime = NOW,
    **merchant: Any,
) -> tuple[Finding, ...]:
    records = Records(Terminal(TERMINAL, "M1"), replace(MERCHANT, **merchant), changes, payouts, incidents)
    answers = Answers(**{"terminal_id": TERMINAL, "trade_dates": days, "amounts": amounts, **(said or {})})
    return diagnose(Found(records, "t", now), answers, CAUSES, ACQUIRERS, Calendar(), now)


def hints(found: tuple[Finding, ...]) -> dict[str, Hint]:
    return {hint.kind: hint for finding in found for hint in finding.hints}


def ids(found: tuple[Finding, ...]) -> list[tuple[str, ...]]:
    return [tuple(payout.payout_id for payout in finding.payouts) for finding in found]
