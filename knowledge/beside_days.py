"""What one day of a message says of another: a denied day, the bank's day of a new card, today."""

from __future__ import annotations

from datetime import date

from knowledge.corrections import corrections
from knowledge.looking_days import is_todays_own, states_today
from knowledge.message import Message
from knowledge.patterns import compiled
from knowledge.roles import (
    DAY,
    Surroundings,
    day_role,
    day_role_after,
    is_change_instead,
    is_new_card,
    is_planned,
    takes_over_change,
)
from knowledge.sure_days import came_with_sum, comes_on, failed, is_applied_for, is_issued, takes_effect
from knowledge.taken_back import is_looked_up, is_repaired

_LACKS = compiled(r"的?(?:钱|款)?(?:就|也|都|还|一样|同样|照样)*(?:没|未|冇)(?:有)?(?:到|来|收到|进|入)")
"""Right after a day; after several, each is one of those that are missing."""
_MISSING = {"trade", "unsaid"}
_GOT = compiled(
    r"(?<![a-z])(?<!n't )(?<!not )(?<!never )(?:got|received|have|(?:paid|sent|gave)(?: me| us)?)\s(?:the |my "
    r"|our |for )?$"
)
_BUT_NOT = compiled(r"[^,;.]{0,24},?\s(?:but |and |only )?not\s(?:the |my |for |on )*")
_DID_NOT_SEE = compiled(r"(?:还|都|也)?没(?:见|看[见到]|收到|等到|拿到)")
_ITS_MONEY = compiled(r"的(?:那笔)?(?:钱|款|货款|营业款|流水)(?!.{0,3}[没未也])")
"""昨天没见前天的钱."""
_CAME_ON = compiled(r"\s(?:money|takings|sales?|payouts?|payment|cash|one)\s(?:only |came |on |in |late )*(?:the )?")


def settle_beside(roles: list[str], around: list[Surroundings], message: Message) -> frozenset[int]:
    """Change ``roles`` in place; what is returned are the days of which nothing is in doubt any more, by number.

    A day said in place of a denied day of change is one; of the days of its request and its effect the latter is; where
    another day is the day of change, the bank's day of a new card is none; "15号的16号到了" is one trade and the day
    when it came; a day with the sum that came is none beside a day of trade.
    """
    days = [one.days for one in message.days]
    settled: set[int] = set()
    for place in range(1, len(roles)):
        if (told := _told_together(around[place - 1], around[place])) is not None:
            roles[place - 1], roles[place] = told
        elif roles[place - 1] == "denied" and takes_over_change(around[place - 1], around[place]):
            roles[place] = "change"
            settled.add(place)
        elif roles[place] == "denied" and is_change_instead(around[place - 1], around[place]):
            roles[place - 1] = "change"
            settled.add(place - 1)
        elif roles[place - 1] == "change" and _is_looked_up(around[place - 1], around[place]):
            roles[place - 1], roles[place] = "denied", "change"
    for place in range(1, len(roles)):
        same = {roles[place - 1], roles[place]} <= _MISSING or roles[place - 1] == roles[place] == "change"
        if same and is_repaired(around[place - 1].lead, around[place].lead):
            roles[place - 1] = "denied"
    settled |= _put_all_right(roles, around, message)
    settled |= {place for place, words in enumerate(around) if roles[place] == "neither" and is_planned(words)}
    if _MISSING.intersection(roles):
        settled |= {place for place, role in enumerate(roles) if role == "vague"}  # 9号以后的就10号没打
    settled |= _leave_promises_out(roles, around, days)
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
    lacking = {place for place, words in enumerate(around) if roles[place] == "trade" and _LACKS.match(words.after)}
    return frozenset(settled | (lacking if len(lacking) > 1 else set()))


_WHICH_WAS = compiled(r",?\s(?:which|that|and that|it|this)\s(?:is|was)\s(?:for\s)?(?:the\s)?")
_PAID = compiled(r"(?<![a-z])(?<!n't )(?<!not )(?:paid|came|got|received|sent|landed)(?![a-z])")
_FEWEST = 2
_PROMISED = compiled(r"(?:说是?|说好|答应|承诺|应该|本来|该|预计|通知)(?:是|在)?$")
_PROMISED_AFTER = compiled(r"^(?:应该?|会|能|就|可以|一定)*(?:到|给|来|打)(?!了|账的)")
_IN_THE_END = compiled(r"(?:结果|等到|拖到|可|但|到了?)$")
_STILL_NOTHING = compiled(r"^(?:我)?(?:[又再]?[查看])?(?:还|仍|依然|依旧|照样|都)+是?(?:没|未|冇)")
_OF_THAT_DAY = compiled(r"^(?:的|那笔|那天)")
_NOTHING_THEN = compiled(r"^(?:也|还|都|又|仍|照样|结果)*(?:没|未|冇)")


def _leave_promises_out(roles: list[str], around: list[Surroundings], days: list[tuple[date, ...]]) -> set[int]:
    """说是15号到，15号没到16号也没到，就是12号那笔: of the day promised and those after it nothing is missing."""
    if len(around) < _FEWEST:
        return set()
    promised: set[tuple[date, ...]] = set()
    settled: set[int] = set()
    last = False
    found: list[int] = []
    for place, words in enumerate(around):
        if _PROMISED.search(words.before) and _PROMISED_AFTER.match(words.after):
            promised.add(days[place])
        nothing = roles[place] in _MISSING and _NOTHING_THEN.match(words.after) is not None
        last = nothing and (days[place] in promised or (last and not words.before.strip(" ,;没未冇有到账来收")))
        if last:
            found.append(place)
        still = _MISSING.intersection(roles[:place]) and _STILL_NOTHING.match(words.after) is not None
        if (
            roles[place] in _MISSING
            and still
            and _IN_THE_END.search(words.lead)
            and any(roles[other] in _MISSING and _OF_THAT_DAY.match(around[other].after) for other in range(place))
        ):
            roles[place] = "neither"  # 16号的没到，结果19号还没到
            settled.add(place)
    if not (promised and {place for place, role in enumerate(roles) if role in _MISSING} - {*found}):
        return settled
    for place in found:
        roles[place] = "neither"
    return settled | {*found}


def _told_together(first: Surroundings, second: Surroundings) -> tuple[str, str] | None:
    """What the same words say of two days: "15号的16号到了", "got Monday's, not Tuesday's", or "on Tuesday"."""
    if first.followed and (came := comes_on(first.after, second.after)) is not None:
        return came, "neither"
    if _WHICH_WAS.fullmatch(second.lead) and _PAID.search(first.before):
        return "neither", "received"  # "paid on the 12th, which was the 10th's"
    if first.followed and _DID_NOT_SEE.fullmatch(first.after) and _ITS_MONEY.match(second.after):
        return "neither", "trade"
    if _GOT.search(first.before):
        if _BUT_NOT.fullmatch(second.lead):
            return "received", "trade"
        if _CAME_ON.fullmatch(second.lead):
            return "received", "neither"
    return None


def _put_all_right(roles: list[str], around: list[Surroundings], message: Message) -> set[int]:
    """Every day that is said in the place of another, and what is said of the two later; the days settled by that."""
    days = [one.days for one in message.days]
    settled: set[int] = set()
    for former, later in corrections(message.blanked, DAY, days):
        settled |= _put_right(roles, around, former, later)
        again = later + 1
        if again < len(days) and days[again] == days[later] and roles[again] == "unsaid" and later in settled:
            roles[again] = roles[later]  # "the letter says the 12th, so it's the 12th"
            settled.add(again)
        for other in range(later + 1, len(days)):
            if days[other] == days[former] and former in settled and _is_unsaid(around[other]):
                roles[other] = "neither"  # "no, the 9th, because the 8th was the christening"
                settled.add(other)
    return settled


def _is_unsaid(words: Surroundings) -> bool:
    """True where no word of its own clause says what a day is for."""
    return day_role(words._replace(clause_before="", clause_after="", until_next=None)) is None


def _put_right(roles: list[str], around: list[Surroundings], former: int, later: int) -> set[int]:
    """The later day takes the role of the former, which has none any more; the days settled by that."""
    role, own = roles[former], roles[later]
    if own == "neither" and is_new_card(around[later].after):
        roles[former] = "denied"  # "换卡是10号，不对，10号是开卡，11号才换的"
        return {former, later}
    if role == "denied":
        role = day_role(around[former]._replace(until_next=None)) or "unsaid"
    if own == "denied" or role not in {"change", "trade", "unsaid"}:
        return set()
    if role == "change" and own != "change":
        if day_role_after(around[later]) == "trade":
            return set()
        own = "change"
    elif own not in {"change", "received"}:
        own = "trade" if "trade" in {role, own} else "unsaid"
    roles[former], roles[later] = "denied", own
    return {former, later}


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
