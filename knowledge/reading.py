"""What one message says, as a value: the result of reading it, before anybody decides what to do with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Act = Literal[
    "cancel",
    "start_over",
    "back",
    "why",
    "wait",
    "human",
    "yes",
    "no",
    "skip",
    "dont_know",
    "thanks",
    "greeting",
    "solved",
    "not_solved",
    "next_step",
    "done",
    "tickets",
    "help",
    "correct",
    "language_zh",
    "language_en",
    "refuse",
    "track",
    "watches",
]
"""A control of the conversation, as opposed to content."""

Intent = Literal[
    "payout_missing",
    "payout_amount_differs",
    "change_card_how",
    "change_progress",
    "ticket_progress",
    "human",
    "terminal_fault",
    "fee_question",
    "other",
]
"""What a first message is about."""

Asked = Literal["change_date", "trade_dates", "amounts", "terminal_id", "new_tail", "yes_no", "rating", "merchant_no"]
"""What the desk asked last; the words are read in its light first."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that one message says. Nothing in it is a guess: what is doubtful is in ``choices`` or ``rejected``.

    ``slots``: accepted values, named and typed as the fields of ``knowledge.case.Answers`` (dates as ``date``,
    amounts as minor units, several in a tuple in the order said), and ``yes_no`` (bool) and ``rating`` (1 to 5)
    when these were asked. ``choices``: ambiguous values, best first; a slot is never both here and in ``slots``.
    ``rejected``: why a slot could not be filled (a code that the phrase ``rejected_<code>`` explains).
    ``corrects``: the slots whose earlier answer the words call wrong. ``question``: they (also) ask something.
    ``card_number``: they hold a full card number; the caller removes it, and no tail was read from it.
    """

    act: Act | None = None
    intent: Intent = "other"
    slots: Mapping[str, object] = field(default_factory=dict)
    choices: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    rejected: Mapping[str, str] = field(default_factory=dict)
    corrects: frozenset[str] = frozenset()
    question: bool = False
    card_number: bool = False
