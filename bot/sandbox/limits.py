"""Flood limits: about one message a second per private chat with bursts, 20 a minute per group, 30 a second overall."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any, Final

from bot.sandbox.refusals import too_many

Rate = tuple[float, float]
"""(per second, burst)."""

TELEGRAM: Final[dict[str, Rate]] = {"private": (1.0, 5.0), "group": (20 / 60, 20.0), "overall": (30.0, 30.0)}
"""Telegram publishes the rates, not the bursts: those are taken from what bots see."""


class _Bucket:
    __slots__ = ("at", "level")

    def __init__(self, level: float, at: float) -> None:
        self.level = level
        self.at = at


class Limits:
    """Token buckets on the sandbox's clock; off unless asked for."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._rates: dict[str, Rate] = {}
        self._buckets: dict[tuple[str, int], _Bucket] = {}
        self.mode = "off"

    def set(self, wanted: Any) -> None:
        """``"off"``, ``"telegram"`` or ``{"private": [per_second, burst], ...}``; anything else is a ValueError."""
        if isinstance(wanted, dict):
            wanted = dict(wanted)
            mode = wanted.pop("mode", "custom")
        else:
            mode, wanted = wanted, {}
        if mode not in {"off", "telegram", "custom"}:
            raise ValueError("limits are off, telegram or custom")
        rates = dict(TELEGRAM) if mode == "telegram" else {}
        if mode == "custom":
            for kind, rate in wanted.items():
                if kind not in TELEGRAM or not isinstance(rate, list) or len(rate) != 2:
                    raise ValueError(f"{kind}: give private, group or overall as [per second, burst]")
                rates[kind] = (float(rate[0]), float(rate[1]))
                if min(rates[kind]) <= 0:
                    raise ValueError(f"{kind}: rate and burst are more than nothing")
        self.mode = mode
        self._rates = rates
        self._buckets.clear()

    def shown(self) -> dict[str, Any]:
        """The limits as the control API shows them."""
        return {"mode": self.mode, **{kind: list(rate) for kind, rate in self._rates.items()}}

    def take(self, chat: int, *, private: bool, count: int = 1) -> None:
        """Count messages to a chat; Refused (429) when there are too many."""
        if not self._rates:
            return
        buckets = [
            (self._filled(kind, key), count, self._rates[kind][0])
            for kind, key in (("overall", 0), ("private" if private else "group", chat))
            if kind in self._rates
        ]
        waits = [(need - bucket.level) / rate for bucket, need, rate in buckets if bucket.level < need]
        if waits:
            raise too_many(max(1, ceil(max(waits))))
        for bucket, need, _ in buckets:
            bucket.level -= need

    def _filled(self, kind: str, key: int) -> _Bucket:
        rate, burst = self._rates[kind]
        now = self._now()
        bucket = self._buckets.get((kind, key))
        if bucket is None:
            if len(self._buckets) > 20_000:
                self._buckets.clear()
            bucket = self._buckets[kind, key] = _Bucket(burst, now)
        else:
            bucket.level = min(burst, bucket.level + (now - bucket.at) * rate)
            bucket.at = now
        return bucket
