"""The clock: the machine's, or one that started at a given moment and runs on, for demos and tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def clock_from(start: datetime | None) -> Clock:
    """A clock that shows ``start`` now and runs on; without one, the time of day."""
    if start is None:
        return lambda: datetime.now(UTC)
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)
