"""Questions put to the base, as they are kept: values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Outcome = Literal["chose", "none_of_these", "person", "again", "other"]
"""What came next: an offered article was chosen, none of those offered was right, a person was wanted, another question
was asked, or something else was done."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question put to the base as it was kept. ``confidence`` (0 to 1) is that of ``best``, the article it came next.

    ``kind`` evidence: not a question but a diagnosis that found no reason; ``best`` is its cause, ``text`` names the
    facts that were missing. ``replies``: what staff wrote in the ticket, a line each.
    """

    number: int
    at: datetime
    kind: Literal["question", "evidence"]
    locale: str
    text: str
    zone: str
    best: str | None = None
    confidence: float = 0.0
    outcome: str | None = None
    chosen: str | None = None
    ticket: int | None = None
    replies: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """A question for which titles were offered, and the button that was pressed. Nothing is learnt from it by itself.

    ``chosen``: the article; None is "none of these". ``merchant`` tells merchants apart, and is never shown.
    """

    number: int
    at: datetime
    locale: str
    text: str
    chosen: str | None
    merchant: str
