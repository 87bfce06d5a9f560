"""Incidents that a supervisor announces, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Scope = Literal["all", "bank", "acquirer"]


@dataclass(frozen=True, slots=True)
class Announced:
    """An incident as a supervisor set it. ``name``: the bank, or the acquirer's id; None for all.

    It is over at ``until``, or earlier when somebody ended it (``ended_at``).
    """

    number: int
    scope: Scope
    name: str | None
    title: str
    starts_at: datetime
    until: datetime
    by: int
    by_name: str
    ended_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.until if self.ended_at is None else min(self.ended_at, self.until)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a supervisor wants to announce."""

    scope: Scope
    name: str | None
    title: str
    until: datetime
