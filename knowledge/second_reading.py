"""The trained second opinion beside the rules' first one: what a day or a sum is for, what a message is about.

Where both agree, so it is; where the trained reading is sure, it decides; in between nobody knows, and the desk asks.
It was told what the rules say while it learnt, so it knows how far these are to be believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from knowledge.learnt import Judged, learnt
from knowledge.mention_features import day_features, sum_features, text_features
from knowledge.message import Message
from knowledge.placed_words import PLAIN
from knowledge.reading import Intent

SURE_OF_DAY, SURE_OF_SUM, SURE_OF_INTENT = 0.7, 0.7, 0.3
"""From these likelihoods on the trained reading overrules the rules: chosen on messages that it had not learnt from."""
DOUBTED_DAY, DOUBTED_SUM = 0.8, 0.7
"""Below these likelihoods a day or a sum is offered even where both readings agree: chosen likewise, where a wrong
value costs as much as eight that are asked about."""
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


def day_judged(message: Message, roles: Sequence[str], number: int) -> Judged:
    """What one day is for: ``change``, ``trade`` or ``neither``."""
    return learnt()["day"].judge([*day_features(message, number), (PLAIN, beside_rules(roles, number))])


def sum_judged(message: Message, verdicts: Sequence[str], number: int) -> Judged:
    """Whether one sum is ``missing`` or ``neither``."""
    return learnt()["sum"].judge([*sum_features(message, number), (PLAIN, beside_rules(verdicts, number))])


def intent_judged(message: Message, about: frozenset[str], rule: Intent) -> Intent:
    """What the message is about, where ``rule`` is what the rules take it to be."""
    said = learnt()["intent"].judge([*text_features(message, about), (PLAIN, ("R" + rule,))])
    return cast("Intent", said.answer) if said.likelihood >= SURE_OF_INTENT else rule
