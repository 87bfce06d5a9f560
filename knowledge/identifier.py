"""A number of a message that names something, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "card", "terminal_id", "merchant_no", "new_tail", "old_tail", "tail", "phone", "order", "ticket", "cycle", "other"
]


@dataclass(frozen=True, slots=True)
class Identifier:
    """One number at ``start:end`` and what it names. ``value`` is as it is stored: upper case, without blanks."""

    start: int
    end: int
    kind: Kind
    value: str = ""
    rejected: str | None = None
    sure: bool = False
    """Whether it is so whatever the words beside it deny."""
