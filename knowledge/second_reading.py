"""The trained second opinion on what a day or a sum is for, beside the rules' first one.

Where both agree, so it is; where the trained reading is sure, it decides; in between nobody knows, and the desk asks.
It has seen what the rules say (one of its features), so it knows how far these are to be believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from knowledge.learnt import Judged, learnt
from knowledge.mention_features import Words, day_features, sum_features
from knowledge.message import Message

Verdict = Literal["change", "trade", "neither", "missing", "doubtful"]

SURE = 0.6
"""From this likelihood on the trained reading overrules the rules: chosen on messages that it had not learnt from."""
_DAY_BY_RULE = {"change": "change", "trade": "trade", "unsaid": "trade"}


def by_rule(role: str) -> str:
    """Which of the answers that are learnt a rule's role of a day means."""
    return _DAY_BY_RULE.get(role, "neither")


def beside_rules(said: Sequence[str], number: int) -> tuple[str, str, str]:
    """What the rules say of one mention and of those beside it, as features."""
    before = said[number - 1] if number else "^"
    after = said[number + 1] if number + 1 < len(said) else "$"
    own = said[number]
    return "R" + own, f"R<{before} {own}", f"R>{own} {after}"


def day_judged(message: Message, words: Words, roles: Sequence[str], number: int) -> Judged:
    """What one day is for: ``change``, ``trade`` or ``neither``."""
    return learnt()["day"].judge([*day_features(message, words, number), *beside_rules(roles, number)])


def sum_judged(message: Message, words: Words, roles: Sequence[str], number: int) -> Judged:
    """Whether one sum is ``missing`` or ``neither``."""
    return learnt()["sum"].judge([*sum_features(message, words, number), *beside_rules(roles, number)])
