"""Of two sums, the smaller right below the other: what came of it after the fee, and no second sale.

"My ledger has 432, the bank has 429.41", "2,385.60 from the 2,400 I took": by less than three percent smaller, and the
words between them set the one against the other instead of listing them.
"""

from __future__ import annotations

from knowledge.amounts import AmountMention
from knowledge.message import Message
from knowledge.patterns import compiled
from knowledge.sum_roles import SumRole

_MOST_TAKEN_OFF = 3
"""Percent."""
_STILL = compiled(r"还有|还剩|[剩余]下?|另外?|(?<![a-z])(?:still|remaining|rest|other|another|leaves|leaving)(?![a-z])")
"""Before what is left of a whole."""
_ALL_THREE = 3
_REFUNDED = compiled(r"退(?:了|款|货|给|客人|一[单笔个])*\s?$|(?<![a-z])refund(?:ed)?(?: of)?\s$")
_LEAST_OVER = 10
"""A fee is at most one part in so many."""
_AGAINST = compiled(
    r"(?<![a-z])(?:but|yet|only|while|whereas|vs|versus|against|below|bank|statement|passbook|app|has|shows?|showing"
    r"|says|reads"
    r"|landed|posted|arrived|came|credited|hit|dropped|got|received|sent|gave|paid|instead)(?![a-z])|到账?|只|实|给"
    r"|银行|短信|账上|卡[里上]|手机上"
)
_OUT_OF = compiled(r"\s?(?:from|of|out of|on|against|for)\s(?:the\s|my\s|a\s)*")
_LISTED = compiled(r"(?<![a-z])(?:and|plus|another|also)(?![a-z])|[\ue001]|和|跟|还有|另")
"""Two sums of two days or of two sales."""


def may_be_net(net: int, gross: int) -> bool:
    """Whether the one may be what came of the other after a fee, both in minor units."""
    return gross * (100 - _MOST_TAKEN_OFF) <= net * 100 < gross * 100


def tell_net(message: Message, roles: list[tuple[AmountMention, SumRole]]) -> None:
    """Change ``roles`` in place: of two sums taken, the one that came of the other is received."""
    if message.asked is not None or [role for _, role in roles] != ["traded", "traded"]:
        return
    (first, _), (second, _) = roles
    if first.minor is None or second.minor is None:
        return
    between = message.around(second.start).lead
    if _is_net(first.minor, second.minor, between, gross_first=True):
        roles[1] = (second, "received")
    elif _is_net(second.minor, first.minor, between, gross_first=False):
        roles[0] = (first, "received")


def reckoned(message: Message, roles: list[tuple[AmountMention, SumRole]]) -> frozenset[int]:
    """Where the sums begin of which arithmetic says what they are: taken, what came of it, the difference.

    Changes ``roles`` in place: the third of 6000, 5964 and 36 is the difference.
    """
    if _add_up(message, roles) or _less_a_fee(message, roles):
        return frozenset(one.start for one, _ in roles)
    taken = [one for one, role in roles if role in {"traded", "total"} and one.minor]
    came = [one for one, role in roles if role == "received" and one.minor]
    if not taken or len(came) != 1 or len(roles) > _ALL_THREE:
        return frozenset()
    gross, net = taken[0].minor or 0, came[0].minor or 0
    if not may_be_net(net, gross):
        return _of_the_rest(message, roles, gross, net)
    for place, (one, role) in enumerate(roles):
        if one.minor == gross - net and role in {"traded", "difference", "fee"}:
            roles[place] = (one, "difference")
            return frozenset(each.start for each, _ in roles)
    return frozenset({taken[0].start, came[0].start}) if len(roles) < _ALL_THREE else frozenset()


def _of_the_rest(message: Message, roles: list[tuple[AmountMention, SumRole]], gross: int, net: int) -> frozenset[int]:
    """ "1900: got 1200, still missing 700": of a whole with its parts the rest is only told once more."""
    rest = [(one, role) for one, role in roles if role in {"traded", "difference"} and one.minor == gross - net]
    if len(roles) != _ALL_THREE or len(rest) != 1 or gross == 2 * net:
        return frozenset()
    one, role = rest[0]
    if role == "traded" and not _STILL.search(message.around(one.start).before):
        return frozenset()
    return frozenset(one.start for one, _ in roles)


def _add_up(message: Message, roles: list[tuple[AmountMention, SumRole]]) -> bool:
    """ "微信600支付宝350刷卡1250总共2200": all are the parts of a total that is called so."""
    parts = [one.minor for one, role in roles if role == "traded" and one.minor]
    totals = [one.minor for one, role in roles if role == "total"]
    if any(_STILL.search(message.around(one.start).before) for one, role in roles if role == "traded"):
        return False  # 总共5200,微信走了1100,剩下4100没到
    return len(parts) > 1 and len(totals) == 1 and len(roles) == len(parts) + 1 and sum(parts) == totals[0]


def _less_a_fee(message: Message, roles: list[tuple[AmountMention, SumRole]]) -> bool:
    """ "4,310.50 less fee 25.86 = 4,284.64": changes ``roles`` in place, the last is what came or should come."""
    fees = [one for one, role in roles if role in {"fee", "cash"}]
    refunds = [
        one for one, role in roles if role == "difference" and _REFUNDED.search(message.around(one.start).before)
    ]
    fees += refunds
    others = [
        (place, one)
        for place, (one, role) in enumerate(roles)
        if role in {"traded", "total", "difference"} and one not in fees
    ]
    if len(roles) != _ALL_THREE or len(fees) != 1 or len(others) != _ALL_THREE - 1:
        return False
    (first, gross), (second, net) = others
    if not (gross.minor and net.minor and fees[0].minor):
        return False
    if gross.minor - fees[0].minor != net.minor:
        return False
    if refunds or fees[0].minor * _LEAST_OVER > gross.minor:  # the part that was paid in cash or given back
        roles[first], roles[second] = (gross, "notified"), (net, "traded")
    else:
        roles[first], roles[second] = (gross, "traded"), (net, "received")
    return True


def _is_net(gross: int, net: int, between: str, *, gross_first: bool) -> bool:
    """True when ``net`` is what came of ``gross``; ``between``: the blanked words between the two, as said."""
    if not may_be_net(net, gross):
        return False
    if not gross_first:
        return _OUT_OF.fullmatch(between) is not None
    return _AGAINST.search(between) is not None and _LISTED.search(between) is None
