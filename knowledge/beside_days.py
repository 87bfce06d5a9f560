"""What one day of a message says of another: a denied day, the bank's day of a new card, today."""

from __future__ import annotations

from datetime import date

from knowledge.looking_days import is_todays_own, states_today
from knowledge.message import Message
from knowledge.patterns import compiled
from knowledge.roles import Surroundings, is_change_instead, takes_over_change
from knowledge.sure_days import came_with_sum, comes_on, failed, is_applied_for, is_issued, takes_effect
from knowledge.taken_back import is_looked_up, is_repaired

_MISSING = {"trade", "unsaid"}
_GOT = compiled(
    r"(?<![a-z])(?<!n't )(?<!not )(?<!never )(?:got|received|have|(?:paid|sent|gave)(?: me| us)?)\s(?:the |my "
    r"|our |for )?$"
)
_BUT_NOT = compiled(r"[^,;.]{0,24},?\s(?:but |and |only )?not\s(?:the |my |for |on )*")
_CAME_ON = compiled(r"\s(?:money|takings|sales?|payouts?|payment|cash|one)\s(?:only |came |on |in |late )*(?:the )?")


def settle_beside(roles: list[str], around: list[Surroundings], days: list[tuple[date, ...]]) -> None:
    """Change ``roles`` in place.

    A day said in place of a denied day of change is one; of the days of its request and its effect the latter is;
    where another day is the day of change, the bank's day of a
    new card is none; "15号的16号到了" is one trade and the day when it came; a day with the
    sum that came is none beside a day of trade.
    """
    for place in range(1, len(roles)):
        first = comes_on(around[place - 1].after, around[place].after) if around[place - 1].followed else None
        if first is not None:
            roles[place - 1], roles[place] = first, "neither"
        elif _GOT.search(around[place - 1].before) and _BUT_NOT.fullmatch(around[place].lead):
            roles[place - 1], roles[place] = "received", "trade"  # "got Monday's, not Tuesday's"
        elif _GOT.search(around[place - 1].before) and _CAME_ON.fullmatch(around[place].lead):
            roles[place - 1], roles[place] = "received", "neither"  # "got Monday's money on Tuesday"
        elif roles[place - 1] == "denied" and takes_over_change(around[place - 1], around[place]):
            roles[place] = "change"
        elif roles[place] == "denied" and is_change_instead(around[place - 1], around[place]):
            roles[place - 1] = "change"
        elif roles[place - 1] == "change" and _is_looked_up(around[place - 1], around[place]):
            roles[place - 1], roles[place] = "denied", "change"
    for place in range(1, len(roles)):
        same = {roles[place - 1], roles[place]} <= _MISSING or roles[place - 1] == roles[place] == "change"
        if same and is_repaired(around[place - 1].lead, around[place].lead):
            roles[place - 1] = "denied"
    others = [day for place, day in enumerate(days) if roles[place] in {"trade", "unsaid"}]
    came = [place for place, words in enumerate(around) if came_with_sum(words.before, words.after)]
    if any(role in {"trade", "unsaid"} and place not in came for place, role in enumerate(roles)):
        for place in came:
            roles[place] = "received" if days[place] not in others else "neither"
    _leave_requests_out(roles, around)
    issued = [place for place, words in enumerate(around) if is_issued(words.before, words.after)]
    if any(role == "change" and place not in issued for place, role in enumerate(roles)):
        for place in issued:
            roles[place] = "neither"


def _leave_requests_out(roles: list[str], around: list[Surroundings]) -> None:
    """Of "8号递交 10号生效" and "12号提交被驳回 14号重新提交" only the latter is the day of the change."""
    last = max((place for place, role in enumerate(roles) if role == "change"), default=0)
    for place in range(last):
        if roles[place] == "change" and any(failed(words.until_next or "") for words in around[place:last]):
            roles[place] = "neither"
    if any(role == "change" and takes_effect(around[place].after) for place, role in enumerate(roles)):
        for place, words in enumerate(around):
            if roles[place] == "change" and is_applied_for(words.after):
                roles[place] = "neither"


def _is_looked_up(said: Surroundings, later: Surroundings) -> bool:
    """True for "14号换的吧 我翻了下短信是13号": the day of change after all, and nothing else is said of it."""
    if later.after.strip():
        return False
    return is_looked_up(later.lead) or is_repaired(said.lead, later.lead) or later.lead.rstrip().endswith("其实")


def is_only_today(message: Message, words: Surroundings, place: int, role: str | None) -> bool:
    """Today beside another day: said only to say how late it is."""
    one, days = message.days[place], message.days
    if one.days != (message.today,) or len(days) < 2 or role in {"change", "denied"}:
        return False
    if one.kind == "relative":
        return not is_todays_own(words.before, words.after)
    return states_today(words.before, words.after) or (place > 0 and days[place - 1].days == one.days)
