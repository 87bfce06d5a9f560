"""A circuit breaker: after several failures in a row nobody is asked for a while, then one asks, and the rest wait.

Why an own one: docs/decisions/0006-sources.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from storage.settlement.mapped.answers import NoAnswer

__all__ = ["Circuit"]


class Circuit:
    """``clock`` is a monotonic one, in seconds. ``failures`` in a row open the circuit for ``pause`` seconds."""

    def __init__(self, clock: Callable[[], float], failures: int, pause: float) -> None:
        self._clock, self._most, self._pause = clock, failures, pause
        self._failures = 0
        self._opened_at = -math.inf
        self._trying = False

    def admit(self) -> bool:
        """Raises ``NoAnswer`` while the circuit is open. True: this is the one call that tries whether it may close.

        Who was admitted must end with ``succeeded``, ``failed`` or ``undecided``, and say which one it was.
        """
        if self._failures < self._most:
            return False
        left = self._opened_at + self._pause - self._clock()
        if left > 0:
            raise NoAnswer(f"it failed {self._failures} times in a row and is left alone for {math.ceil(left)} s")
        if self._trying:
            raise NoAnswer("it failed before, and whether it answers again is being tried")
        self._trying = True
        return True

    def succeeded(self, *, trying: bool = False) -> None:
        """It answered."""
        self._failures = 0
        self.undecided(trying=trying)

    def failed(self, *, trying: bool = False) -> None:
        """It did not answer."""
        self._failures += 1
        self.undecided(trying=trying)
        if self._failures >= self._most:
            self._opened_at = self._clock()

    def undecided(self, *, trying: bool = False) -> None:
        """Whoever asked did not wait for the answer: if it was the one that tried, the next one tries."""
        if trying:
            self._trying = False
