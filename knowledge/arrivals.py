"""The day when money should have come, beside the day of its trade: 3号刷的4号没到, "not paid on the 18th".

Patterns work on blanked text, see ``knowledge.roles``.
"""

from __future__ import annotations

from knowledge.looking_days import PART_OF_DAY
from knowledge.patterns import compiled
from knowledge.roles import Surroundings
from knowledge.sure_days import came_with_sum

_ARRIVAL = compiled(
    rf"^{PART_OF_DAY}(?:了|还是?|都|仍|依然|照样|至今|也|就|应该|该|说好|应|才|银行|[卡账]里?上?)*(?:(?:没|未|冇|不)(?:有)?(?:到|收|进|入|见|过|钱|影|着|落|动静|打|来|达|结|给|信)|没有?(?=\s?(?:$|[,;.]))|一[分毛]|泡汤|杳|空)"
    rf"|^(?:还没|应到|该到|到账)"
    r"|^(?:就|才|只|仅)?(?:到|来|给|打|收)了?(?:一半|一部分|部分)"
)
_NEITHER = compiled(r"(?:也|还是?|仍|都|照样)+(?:没|未|冇|无)有?(?=\s?(?:$|[,;.]))")
_DONE = compiled(
    r"刷|做|收(?!款卡|到)|交易|营业|卖|消费|扫|结账|款|钱|\ue002|(?<![a-z])(?:sold|took|swiped|made)(?![a-z])"
)
_LATE = compiled(
    r"(?:not|n't|never|still)\s(?:been\s)?(?:paid|arrived|received|credited|here|in"
    r"|come)(?:\s(?:even\s)?(?:on|by|as of))?(?:\sthe)?\s?$"
    r"|(?<![a-z])still (?:nothing|no (?:money|payout|deposit|sign of it))(?:\s(?:in|here|there|by|on|as of))*"
    r"(?:\sthe)?\s?$"
)
_NOTHING = compiled(r"^(?:,|but|and|still|\s)*nothing\s(?:came\s|in\s)?(?:on\s|by\s)?(?:the\s)?$")
_SOLD = compiled(r"(?<![a-z])(?:sold|took|swiped|made|charged|rang up|processed)(?![a-z])")
_LACKING = compiled(r"没|未|冇|(?<![a-z])(?:not|never|missing|n't)")


def is_late(words: Surroundings) -> bool:
    """True for "not paid on the 18th": beside a day of trade it is the day when the money should have come."""
    return _LATE.search(words.before) is not None


def is_arrival(earlier: Surroundings, later: Surroundings) -> bool:
    """True for the second day of "3号刷的4号没到": when it should have come, not when it was taken."""
    if came_with_sum(earlier.before, earlier.after):
        return False  # "13号到账780 14号没到"
    done = _DONE.search(earlier.after + earlier.clause_after)
    return done is not None and _ARRIVAL.match(later.after.lstrip()) is not None and not _LACKING.search(earlier.after)


def came_to_nothing(earlier: Surroundings, later: Surroundings) -> bool:
    """True for the second day of "sold 2300 on Wednesday, nothing Thursday"."""
    return (
        _NOTHING.search(later.before) is not None and _SOLD.search(earlier.clause_before + earlier.before) is not None
    )


def is_absent(words: Surroundings) -> bool:
    """True for a further day of "3号刷的4号没到5号也没到"."""
    return _ARRIVAL.match(words.after.lstrip()) is not None or _NEITHER.match(words.after) is not None
