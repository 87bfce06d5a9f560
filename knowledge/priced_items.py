"""Sums that are the prices of things sold, each named before its price: 染烫688 剪发58, "table 6 was 310, table 9 275".

Such a list is money, though no word beside a number says so, where what follows tells that money is missing. Works on
blanked text, see ``knowledge.roles``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from knowledge.amounts import AmountMention
from knowledge.message import Message
from knowledge.patterns import compiled
from knowledge.roles import SUM

_FEWEST, _FOUR = 2, 4
_OF_CARDS = compiled(r"visa|master|amex|unionpay|debit|credit|银联")
_LACKS = compiled(
    r"没|未|冇|不见|哪|不到|空|无|啥时|(?<![a-z])(?:not|never|neither|none|nothing|no|missing|where|nowhere|unpaid"
    r"|still|gone|waiting)(?![a-z])|n't"
)
_VERB = (
    r"(?:是|[刷收卖付]了?|消费了?|结账|买单|点了|做了|:|\s?=|(?<![a-z])(?:was|is|at|for|paid|came to|cost"
    r"|rang up)(?![a-z])|\s?-)?"
    r"(?:\s?[¥$])?\s?"
)
_LABEL = r"(?P<label>(?:[一-鿿]|\d{1,4}(?=[号桌台房床室包]))[一-鿿a-z\d]{0,5}?|[a-z][a-z']+(?: [a-z']+)?(?: \d{1,3})?)"
_FIRST = compiled(rf"(?:^|[\s,;.:、\ue001的了]|(?<=[一-鿿]))\s?{_LABEL}\s?{_VERB}$")
_NEXT = compiled(
    r"\s?(?:块钱?|元|yuan|rmb)?\s?(?:[,;、/+&]|和|跟|与|还有|加|另外|(?:and|plus)(?![a-z]))*\s?(?:(?:and|plus|a|the) )?"
    rf"{_LABEL}\s?{_VERB}"
)
_NO_ITEM = compiled(
    r"[卡到应实差缺扣费租押余限退账款额码尾资微支现银信率税充送减欠借贷满楼层区栋编批版牌旧总共合剩少没未不只才就又那这前后起到至]"
    r"|单号|号单|手机[号尾]|^手机$|电话|话费|[换改绑](?:卡|绑|成|到|了)|更[改换]|其中|每|月|年|返|价|成本|会员|数"
    r"|(?<![a-z])(?:cards?|accounts?|acct|ac|ending|ends|in|number|no|tail|fees?|rent|deposit|tickets?|orders?|case|ref"
    r"|code|balance|limit|wages?|salary|bills?|refund\w*|cash|got|received|only|just|expected|should|short|came|bank"
    r"|from|of|on|to|by|at|for|since|as|when|until|age|aged|till|store|unit|minus|less|phone|tel"
    r"|mobile|old|new|total|sum|be|than|about|around|over|under"
    r"|charged?|commission|rate|tips?|change|changed|switched|and|but|or|with|has|have|had|says?|shows?|each|per|every"
    r"|price|cost|budget|owe\w*|spent|bought|sold|took|made|did|swiped|rang|ran|put|this|that|today|i|we|you|they|it"
    r"|terminal|machine|device|id|sn|tid|mid|is|was)(?![a-z])"
)
"""Words of which the number after them is the digits of a card, another matter, or what came."""


_OF_ONE = compiled(
    r"每(?:[笔单次]|箱|份|个|位|斤|瓶|条|件|盒|张|杯|碗|套|人|间|晚|桌|台)(?:卖|是|收|价)?\s?$|单价\s?$"
    r"|(?<![a-z\d])(?:\d{1,3}|\ue002|two|three|four|five|six|seven|eight|nine|ten|twelve"
    r"|twenty)\s[a-z]+(?:\s[a-z]+)?\s(?:at|@)\s(?:rmb |¥)?$"
)


def unit_prices(message: Message) -> frozenset[int]:
    """Where the sums begin of which the words say that they are the price of one: 每条450一共1350."""
    minors = [one.minor or 0 for one in message.sums]
    found: set[int] = set()
    for number, one in enumerate(message.sums):
        if not one.minor or not any(other > one.minor and other % one.minor == 0 for other in minors):
            continue
        said = _OF_ONE.search(message.blanked, 0, message.place(one.start))
        if said is not None:
            found.add(one.start)
            if said[0].startswith(SUM):
                found.add(message.sums[number - 1].start)  # how many: "4 coffees at 20"
    return frozenset(found)


def all_of_price(roles: Sequence[tuple[AmountMention, str]], of_one: Collection[int]) -> frozenset[int]:
    """Where the sums begin that are so many times such a price: 总款33984 beside 每桌1888."""
    prices = [one.minor for one, _ in roles if one.start in of_one and one.minor]
    return frozenset(
        one.start
        for one, role in roles
        if role in {"traded", "total"} and one.minor and any(one.minor % price == 0 for price in prices)
    )


def priced_items(message: Message) -> frozenset[int]:
    """Where the sums begin that are prices of named things, two or more in a row."""
    if len(message.sums) < _FEWEST or _LACKS.search(message.blanked) is None:
        return frozenset()
    found: set[int] = set()
    run: list[AmountMention] = []
    for one in message.sums:
        if one.minor is None or not (run and _is_next(message, run[-1], one)):
            run = [one] if one.minor is not None and _is_first(message, one) else []
            continue
        if one.minor in {each.minor for each in run}:
            run = []
            continue
        run.append(one)
        found.update(each.start for each in run)
    return frozenset(found)


def _is_first(message: Message, one: AmountMention) -> bool:
    named = _FIRST.search(message.around(one.start).before)
    return named is not None and _is_item(named["label"], one)


def _is_next(message: Message, last: AmountMention, one: AmountMention) -> bool:
    between = message.blanked[message.place(last.start) + 1 : message.place(one.start)]
    named = _NEXT.fullmatch(between)
    return named is not None and _is_item(named["label"], one)


def _is_item(label: str, one: AmountMention) -> bool:
    """Not "Mastercard 5501", which may be digits of a card."""
    four = not one.marked and one.end - one.start == _FOUR
    return _NO_ITEM.search(label) is None and not (four and _OF_CARDS.search(label))
