"""Four digits that stand alone: the new card's, the old card's or neither, by the rules and by what was learnt.

The trained reading was told what the rules say of each, so it knows how far these are to be believed. It judges first
messages alone: an answer stays with the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import prod

from knowledge.amounts import AmountMention
from knowledge.card_features import card_features
from knowledge.identifier import Identifier, Kind
from knowledge.learnt import learnt
from knowledge.message import Message
from knowledge.pastdays import DateMention
from knowledge.placed_words import PLAIN, Features
from knowledge.second_reading import beside_rules
from knowledge.tail_candidates import Candidate, candidates

SURE_OF_TAIL = 0.75
"""From this likelihood on the trained reading overrules the rules."""
SURE_OF_OTHER = 0.9
"""Likewise that digits which a label calls a card's are none of the merchant's."""
DOUBTED = 0.5
"""Below this likelihood digits that the rules give to a card are left out: the form asks."""
OLD_PERHAPS = 0.25
"""From this likelihood on digits that a label calls a card's may be the old one's."""
NEITHER = "neither"
_KINDS: dict[str, Kind] = {"new": "new_tail", "old": "old_tail"}
_BY_RULE = {"new_tail": "new", "tail": "new", "old_tail": "old"}


def features_of(message: Message, found: Sequence[Candidate], *, heeds_rules: bool = True) -> list[Features]:
    """What the trained reading looks at beside each of the candidates."""
    told = card_features(_view(message, found), found)
    if not heeds_rules:
        return told
    said = [one.said for one in found]
    return [[*features, (PLAIN, beside_rules(said, number))] for number, features in enumerate(told)]


def _view(message: Message, found: Sequence[Candidate]) -> Message:
    """The message with all candidates alike, whatever the rules say of them."""
    spans = [(one.start, one.end) for one in found]
    numbers = [Identifier(*span, "tail") for span in spans]
    numbers += [one for one in message.identifiers if _is_apart(one, spans)]
    return Message(
        message.text,
        message.today,
        message.asked,
        tuple(sorted(numbers, key=lambda one: one.start)),
        tuple(one for one in message.days if _is_apart(one, spans)),
        tuple(one for one in message.sums if _is_apart(one, spans)),
    )


def judged(message: Message) -> Message:
    """The message with the digits of cards as both readings see them."""
    found = candidates(message)
    if not found:
        return message
    likelihoods = learnt()["tail"].likelihoods
    taken: dict[tuple[int, int], Identifier] = {}
    each = [likelihoods(features) for features in features_of(message, found)]
    for one, said in zip(found, together(found, each), strict=True):
        if (identifier := _decided(one, said)) is not None:
            taken[one.start, one.end] = identifier
    if not taken:
        return message
    kept = [one for one in message.identifiers if _is_apart(one, taken)]
    return Message(
        message.text,
        message.today,
        message.asked,
        tuple(sorted([*kept, *taken.values()], key=lambda one: one.start)),
        tuple(one for one in message.days if _is_apart(one, taken)),
        tuple(one for one in message.sums if _is_apart(one, taken)),
        tuple(one for one in message.loose if _is_apart(one, taken)),
        message.quotes,
    )


def _is_apart(one: Identifier | DateMention | AmountMention, spans: Iterable[tuple[int, int]]) -> bool:
    return all(one.end <= start or one.start >= end for start, end in spans)


def together(found: Sequence[Candidate], each: Sequence[Mapping[str, float]]) -> Sequence[Mapping[str, float]]:
    """How likely every answer is when it is known that one card is new and one is old at most.

    ``each``: how likely every answer is for each of them alone.
    """
    if not 1 < len(found) <= _MOST_TOGETHER:
        return each
    shares: list[dict[str, float]] = [dict.fromkeys(one, 0.0) for one in each]
    for answers in product(*each):
        cards = {(answer, one.digits) for answer, one in zip(answers, found, strict=True) if answer != NEITHER}
        if len(cards) > len({answer for answer, _ in cards}) or len(cards) > len({digits for _, digits in cards}):
            continue
        share = prod(one[answer] for one, answer in zip(each, answers, strict=True))
        for own, answer in zip(shares, answers, strict=True):
            own[answer] += share
    whole = sum(shares[0].values())
    return [{answer: share / whole for answer, share in one.items()} for one in shares]


_MOST_TOGETHER = 4


def _decided(one: Candidate, said: Mapping[str, float]) -> Identifier | None:
    """What the digits are where that differs from what the rules say; ``other`` where that is open."""
    rule, answer = _BY_RULE.get(one.said, NEITHER), max(said, key=said.__getitem__)
    if answer == rule and (rule == NEITHER or said[answer] >= DOUBTED):
        return None
    if one.said == "tail" and answer in {rule, NEITHER} and said["old"] < OLD_PERHAPS and said[NEITHER] < SURE_OF_OTHER:
        return None  # words call them a card's, and nothing else is sure
    sure = SURE_OF_OTHER if answer == NEITHER and one.said == "tail" else SURE_OF_TAIL
    if answer != rule and said[answer] >= sure:
        return Identifier(one.start, one.end, _KINDS.get(answer, "other"), one.digits, sure=True)
    if rule == NEITHER and said[NEITHER] > 1 - SURE_OF_TAIL:
        return None  # perhaps no card's at all: the sum or the day stays what it is
    return Identifier(one.start, one.end, "other", one.digits)
