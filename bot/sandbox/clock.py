"""The sandbox's own clock: starts at a given moment, runs on, and can be advanced, never turned back."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, tzinfo


class Clock:
    """Unix time of the sandbox. Without ``start`` it is the machine's time; zone is only for printing."""

    def __init__(self, start: datetime | None = None) -> None:
        if start is not None and start.tzinfo is None:
            raise ValueError(f"{start.isoformat()} has no offset; write e.g. 2026-11-23T10:00:00+08:00")
        self._zone: tzinfo = UTC if start is None or start.tzinfo is None else start.tzinfo
        self._origin = (time.time() if start is None else start.timestamp()) - time.monotonic()

    def now(self) -> float:
        """Unix seconds, with fraction."""
        return time.monotonic() + self._origin

    def iso(self) -> str:
        """The moment in ISO 8601, in the zone that the clock was started with."""
        return datetime.fromtimestamp(self.now(), self._zone).isoformat(timespec="seconds")

    def advance(self, seconds: float) -> None:
        """Jump ahead; a negative jump is a ValueError."""
        if seconds < 0:
            raise ValueError("the clock goes forward only")
        self._origin += timedelta(seconds=seconds).total_seconds()

    def advance_to(self, moment: datetime) -> None:
        """Jump to a later moment; an earlier one or one without an offset is a ValueError."""
        if moment.tzinfo is None:
            raise ValueError(f"{moment.isoformat()} has no offset")
        self.advance(moment.timestamp() - self.now())
