"""The trained second opinion beside the rules' first one: what a day or a sum is for, what a message is about.

Where both agree, so it is; where the trained reading is sure, it decides; in between nobody knows, and the desk asks.
It was told what the rules say while it learnt, so it knows how far these are to be believed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from knowledge.identifier import Identifier, Kind
from knowledge.learnt import Judged, learnt
from knowledge.mention_features import Digits, day_features, digits_features, sum_features, text_features
from knowledge.message import Message
from knowledge.reading import Intent

SURE_OF_DAY, SURE_OF_SUM, SURE_OF_INTENT, SURE_OF_CARD, SURE_OF_NO_SUM = 0.7, 0.7, 0.6, 0.8, 0.95
"""From these likelihoods on the trained reading overrules the rules: chosen on messages that it had not learnt from."""
DOUBTED = 0.7
"""Below this likelihood a day or a sum is offered even where both readings agree."""
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
    return learnt()["day"].judge([*day_features(message, number), *beside_rules(roles, number)])


def sum_judged(message: Message, verdicts: Sequence[str], number: int) -> Judged:
    """Whether one sum is ``missing`` or ``neither``."""
    return learnt()["sum"].judge([*sum_features(message, number), *beside_rules(verdicts, number)])


def intent_judged(message: Message, rule: Intent) -> Intent:
    """What the message is about, where ``rule`` is what the rules take it to be."""
    said = learnt()["intent"].judge([*text_features(message), "R" + rule])
    return cast("Intent", said.answer) if said.likelihood >= SURE_OF_INTENT else rule


_TAILS = frozenset({"tail", "new_tail", "old_tail"})
_FOUR = re.compile(r"\d{4}")


def digits_of_cards(message: Message) -> list[Digits]:
    """All four digits of a message that are or may be the last of a card, in the order said."""
    found = [
        (one.start, Digits(False, number, one.value))
        for number, one in enumerate(message.identifiers)
        if one.kind in _TAILS and one.value
    ]
    found += [
        (one.start, Digits(True, number, message.text[one.start : one.end]))
        for number, one in enumerate(message.sums)
        if not one.marked and _FOUR.fullmatch(message.text, one.start, one.end)
    ]
    return [digits for _, digits in sorted(found)]


def kinds_by_rule(message: Message, digits: Sequence[Digits]) -> list[str]:
    """What the rules take each of the ``digits`` for."""
    return ["sum" if one.is_sum else message.identifiers[one.number].kind for one in digits]


def cards_judged(message: Message) -> Message:
    """The message with the digits of the old and of the new card told apart once more, and from sums."""
    digits = digits_of_cards(message)
    if not digits or not _CARD_SAID.search(message.text):
        return message
    rules = kinds_by_rule(message, digits)
    identifiers, sums = list(message.identifiers), list(message.sums)
    for number, one in enumerate(digits):
        said = learnt()["card"].judge([*digits_features(message, digits, number), *beside_rules(rules, number)])
        sure = SURE_OF_NO_SUM if one.is_sum else SURE_OF_CARD
        if said.likelihood < sure or said.answer == "neither":
            continue
        kind = cast("Kind", said.answer)
        if one.is_sum and kind in rules:
            continue
        if one.is_sum:
            mention = message.sums[one.number]
            sums.remove(mention)
            identifiers.append(Identifier(mention.start, mention.end, kind, one.value))
        else:
            identifiers[one.number] = replace(identifiers[one.number], kind=kind)
    if identifiers == list(message.identifiers):
        return message
    identifiers.sort(key=lambda one: one.start)
    return replace(message, identifiers=tuple(identifiers), sums=tuple(sums))


_CARD_SAID = re.compile(
    r"[卡尾账户绑行]|(?<![a-z])(?:cards?|accounts?|acct?|a/c|bank|end\w*|tail|old|new|from|to)(?![a-z])"
)
