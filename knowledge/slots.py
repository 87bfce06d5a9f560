"""Words of a merchant -> what they say: the slots, the intent, the control. Total: any text is read, none raises."""

from __future__ import annotations

from datetime import datetime

from knowledge.reading import Reading
from knowledge.text import normalise

__all__ = ["Reading", "read"]


def read(text: str, *, now: datetime, locale: str, asked: str | None = None) -> Reading:
    """Read one message. ``now`` is the merchant's local time; ``asked`` is the slot that the desk asked last, if any."""
    normalise(text)
    return Reading()
