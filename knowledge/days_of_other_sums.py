"""Days of sums that are another matter, beside the day of a sale: "a 200 deposit on the 10th", 1号交的房租3500.

Such a day is none of trade where another day has a sum that was taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from knowledge.days_of_other_matters import is_closed_day
from knowledge.message import Message
from knowledge.other_doings import is_spent
from knowledge.paid_otherwise import is_net_of
from knowledge.patterns import compiled
from knowledge.roles import DAY
from knowledge.sum_roles import sum_role
from knowledge.sums_of_days import days_of_sums, marks

_FEWEST = 2
_OTHER_MATTER = compiled(
    r"费|租|押|定金|订金|余额|工资|贷|水电|保证金|(?<![a-z])(?:fees?|deposit|rent|bill|wages?|salar|commission|balance"
    r"|loan|supplier|charge)"
)

_OF_DAY = compiled(
    r"\s?(?:块|元|yuan|rmb)?\s?(?:的|fees?|deposit|rent|bill|commission)?\s?(?:是|在|(?:was |were )?(?:paid )?(?:on"
    r"|from|of))?\s?(?:the\s)?"
)
_HANDED_OVER = compiled(r"(?:就|才|刚)?(?:交|付|给|扣)(?:的|了)(?!.{0,6}卡)")


def told_otherwise(message: Message, roles: Sequence[str]) -> dict[int, str]:
    """What the sums beside the days, or a closed door, say of days by number. ``roles``: what the rules say of each."""
    told: dict[int, str] = {}
    for number, one in enumerate(message.days):
        if message.asked is None and is_closed_day(message.blanked, message.place(one.start)):
            told[number] = "neither"
        elif message.sums and is_net_of(message, one):
            told[number] = "trade"
    if message.asked is None:
        told.update(dict.fromkeys(days_of_other_sums(message, roles), "neither"))
    return told


def days_of_other_sums(message: Message, roles: Sequence[str]) -> frozenset[int]:
    """The days by number. ``roles``: what each day is for, by rules."""
    if len(message.days) < _FEWEST or len(message.sums) < _FEWEST or _OTHER_MATTER.search(message.blanked) is None:
        return frozenset()
    every = marks(message.blanked)
    before = days_of_sums(message, every)
    others: set[int] = set()
    kept: set[int] = set()
    for one, after in zip_longest(every, every[1:]):
        if one.sign == DAY:
            continue
        words = message.around(message.sums[one.number].start)
        other = sum_role(words) == "fee" or is_spent(words.before, words.after)
        follows = (
            after is not None and after.sign == DAY and _OF_DAY.fullmatch(message.blanked, one.place + 1, after.place)
        )
        day = after.number if after is not None and follows else before.get(one.number)
        if day is not None:
            (others if other else kept).add(day)
    if not any(roles[day] in {"trade", "unsaid"} for day in kept):
        return frozenset()
    return frozenset(day for day in others - kept if _may_be_it(message, roles, day))


def _may_be_it(message: Message, roles: Sequence[str], day: int) -> bool:
    """No day of a change, unless what is called so is only that the rent was handed over (交的)."""
    if roles[day] == "change":
        return _HANDED_OVER.match(message.around(message.days[day].start).after) is not None
    return roles[day] != "denied"
