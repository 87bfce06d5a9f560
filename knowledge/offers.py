"""Sums that are said of any sale and of none of the merchant's: 充1000送200, "刷一千扣六块,我刷了五千"."""

from __future__ import annotations

from knowledge.amounts import AmountMention
from knowledge.message import Message
from knowledge.patterns import compiled
from knowledge.sum_roles import SumRole

_GIVEN_FOR_IT = compiled(r"\s?(?:块|元)?钱?(?:再|就|立)?(?:送|赠|返|抵)(?:了|你|给)?\s?")
"""Between two sums: an offer."""
_IS_TAKEN_OFF = compiled(r"\s?(?:块|元)?钱?(?:就|要|得|应该?|才)?[扣收]")
"""Between two sums: a rule of fees, where the second is small."""
_LEAST_OVER = 20
"""A fee is at most one part in so many."""


def leave_offers_out(message: Message, roles: list[tuple[AmountMention, SumRole]]) -> frozenset[int]:
    """Change ``roles`` in place; where the sums begin of which that settles what they are."""
    settled: set[int] = set()
    for place in range(1, len(roles)):
        whole, given = roles[place - 1][0], roles[place][0]
        lead = message.around(given.start).lead
        if not (_GIVEN_FOR_IT.fullmatch(lead) or _is_a_rule_of_fees(message, whole, given, lead)):
            continue
        roles[place] = (given, "fee")
        settled.add(given.start)
        if any(role == "traded" for _, role in roles[place + 1 :]):
            roles[place - 1] = (whole, "fee")
            settled.add(whole.start)
    return frozenset(settled)


def _is_a_rule_of_fees(message: Message, whole: AmountMention, taken: AmountMention, lead: str) -> bool:
    """What is said before a day or a sale of the merchant's is named."""
    small = (taken.minor or 0) * _LEAST_OVER <= (whole.minor or 0)
    if not small or _IS_TAKEN_OFF.fullmatch(lead) is None or "了" in message.around(whole.start).before:
        return False
    return not any(day.start < whole.start for day in message.days)
