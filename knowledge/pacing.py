"""How much may come at once and for long: a token bucket kept as one number (the generic cell rate algorithm)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """``per_second`` on average, ``burst`` of them at once."""

    per_second: float
    burst: int


def reserve(busy_until: float, rate: Rate, now: float) -> tuple[float, float]:
    """The moment of one more, and what is then taken. All are seconds of any one clock; 0.0 is a full bucket."""
    step = 1 / rate.per_second
    moment = max(now, busy_until - step * (rate.burst - 1))
    return moment, max(busy_until, now) + step


def empty(rate: Rate, now: float) -> float:
    """What is taken when nothing is left: the next one has a step to wait."""
    return now + rate.burst / rate.per_second
