"""Which numbers of a message are money: by the words of their clause, by the sums beside them.

A bare number may as well be a card's last digits, a day, or something that is counted. Works on blanked text, see
``knowledge.roles``.
"""

from __future__ import annotations

from knowledge.amounts import AmountMention
from knowledge.message import Message
from knowledge.patterns import compiled
from knowledge.roles import DAY, SUM, Surroundings, is_english
from knowledge.sum_roles import SumRole
from knowledge.sums_judged import LISTED

_RUNG_UP = r"charged?|r[au]ng up|rung|tapped|keyed in|billed|processed|put through|ran"
_MONEY_NEAR = compiled(
    r"去哪|哪[儿里]?去|算[的出]?是?"
    r"|(?<![a-z])where|刷|充值|消费|收|做|卖|款|额|钱|[单笔]|一[个天次台件桌店家]\||共|合|到|应|少|差|缺|没|未|冇|账"
    r"|营业|交易|欠|结算|¥|"
    + DAY
    + r"|(?<![a-z])(?:sales?|sold|took|amount|paid|missing|received?|expect\w*|should (?:be|have been)"
    rf"|itself|money|payouts?|payment|swip\w*|transact\w*|arriv\w*|for|of|total|nowhere|short|credit\w*|got|not|yuan"
    rf"|rmb|amt|owe[ds]?|owing|reach?|customer \|{_RUNG_UP})"
)
_MONEY_VERB = compiled(
    r"刷|充值|消费|收|流水|营业|交易|做了|卖|款|额|钱|[单笔]|共|¥|(?<![a-z])(?:sold|took|amount|for|of)\s?$"
)
_TAKEN_BEFORE = compiled(r"(?:[刷收卖碌]了?|做了|[那这一][笔单])\s?$")
_COUNTED_BEFORE = compiled(r"(?<![a-z])(?:sales|payments|transactions|swipes|orders)(?:\sof|:)?\s$")
_ITS_DAY_NEXT = compiled(r"\s(?:from|of|on|for)\s(?=\S)")
_OF_A_DAY_MAYBE = compiled(r"(?<![a-z])(?:for|from|of|on|the)\s$")
_CARDS = compiled(r"(?:张(?:银行)?卡|(?<![a-z])cards?|accounts?)\s?(?:,|:|是|are|is|\s)*$")
_ANOTHER = compiled(r"^[^,;.!?]{0,30}(?<![a-z])(?:and|plus)\s(?:another\s)?$")
"""After another sum: "300 to one customer and 450"."""
_TAIL_LENGTH = 4
_BY_CARD = compiled(
    r"\s(?:was |were |paid )?(?:by|on|via|with) (?:the |a )?(?:cards?|pos|terminal|machine)(?![a-z])"
    r"|\s(?:sale|payment|transaction|swipe)(?![a-z])"
)
_CASH = compiled(r"现金|(?<![a-z])cash(?![a-z])")
_CARD_PAID = compiled(r"\s?(?:的|是|was |is )?(?:刷卡|卡|card)(?=\s?(?:[,;.]|$))")
"""After a number, where other money was paid in cash: how it was paid."""
_OF_CARD = compiled(r"(?:^|\ue003|[去进到打给往卡号]了?|(?<![a-z])(?:to|card|account|on|in))\s?$")
"""Right before the digits of a card that the words name elsewhere: no sum."""
_DAY_NAMED = compiled(rf"{DAY}的?\s?$")
_NOT_COME_BEFORE = compiled(r"(?:没|未|冇)(?:有)?(?:收到|到账|收|到|入账|进账)\s?$")
"""Right before a number: it is money, whatever is said of a card."""
_COMES_THEN = compiled(r"\s?(?:就|会|能|才|该|应该?)+(?:到|来|给|打|结)")
"""Right after a small number: a day without its 号, as in 按理12就到."""
LACKS = compiled(r"(?:也|都|还|的|那笔|\s)*(?:没|未|冇|(?:is|was|isn't|did|has)*\s?(?:missing|n't|not))")
_SIGNS = compiled(r"[\ue001-\ue004]")
_ROW_GOES_ON = compiled(
    rf"\s?(?:$|[{SUM}、,+/&;.!?]|和|跟|与|还有|都|也|没|未|冇|(?:and|missing|not|on|from|for|none|all|still|never)\b)"
)
"""What may follow a small number that is one of several sums: no unit of something else."""
_CARD_NEAR = compiled(
    r"(?<![刷年月季次物身值贺员容理疗课餐洗浴])卡(?![住着壳项])|尾(?!款)|绑|用|行$|换|改|账户|账号|户口|card|account"
    r"|ending|switch"
    r"|chang"
)
_MONEY_SAID = compiled(
    r"刷|收(?!款?卡)|金额|钱|款|没到|未到|到账|入账|少了|"
    + DAY
    + r"(?:的|那笔?|的那笔?)\s?"
    + SUM
    + "|"
    + SUM
    + r"\s(?:from|on|of|for)\s?"
    + DAY
    + r"|(?<![a-z])(?:payouts?|paid|amounts?|sales?|money|missing|received|arriv\w*|sold|took|yuan)"
)
_PUT_RIGHT = compiled(r"\s?(?:(?:应该|是|就|要|it|that|should|be|was|is|'s)\s?)+")
_ENDS_WITH_CARD = compiled(r"(?:卡|账户|账号|户口|card|account)\s?[,;.\s]*$")
_SWIPED_THEN = compiled(rf"[\s,;]*{DAY}?(?:[早中晚上下]午?上?)?刷的(?!卡)")
"""The clause after a number: 办了张2000的年卡,昨天刷的."""
_TOOK = compiled(r"(?<![a-z])(?:took|charged|paid(?: me| us)?|swiped|rang up)\s$")
_ENDS_THERE = compiled(rf"\s?(?:$|[,;.{DAY}]|(?:from|on|for|at|by|this|last|in the)(?![a-z]))")
"""Around a small number: "took 55, it hasn't come"; not "took 12 orders"."""
_CUSTOMER_BOUGHT = compiled(r"(?:客[人户]|顾客|人家|有人)[^,;.]{0,12}买了?\s?$")
_THE, _FROM_A_DAY = compiled(r"(?<![a-z])(?:the|my|our|that)\s$"), compiled(rf"\s(?:from|of)\s(?:the\s)?{DAY}")
"""the 68 from yesterday"""


def is_said_money(message: Message, one: AmountMention) -> bool:
    """Beside the question for digits of a card: only what its own clause calls money is a sum.

    "payout of the 18th is wrong, should be 2000": what is put right is what the clause before speaks of.
    """
    if one.marked:
        return True
    words = message.around(one.start)
    said = words.before + SUM + words.after
    if _PUT_RIGHT.fullmatch(words.before):
        said = words.clause_before + said
    return _CARD_NEAR.search(said) is None and _MONEY_SAID.search(said) is not None


def is_money(message: Message, one: AmountMention) -> bool:
    """A bare number is money where sums were asked or the words of its clause speak of money."""
    if one.marked or message.asked == "amounts":
        return True
    value = one.choices[0][0] if one.choices else one.minor
    if value is None or _ends_a_card(message, one) or _is_beside_a_terminal(message, one):
        return False
    words = message.around(one.start)
    if _OF_CARD.search(words.before) and message.text[one.start : one.end] in message.tails_before(one):
        return False  # "7788没收到钱，都去3321了": cards that were named before
    if _CARD_PAID.match(words.after) and _CASH.search(message.text):
        return True
    four = one.end - one.start == 4
    named = _MONEY_VERB.search(words.before[-4:]) or _DAY_NAMED.search(words.before)
    alone = not words.before.strip() and (not words.after.strip() or LISTED.fullmatch(words.after))
    if four and alone and _ENDS_WITH_CARD.search(words.clause_before):
        return False  # "2号换的卡，8821，没到": the card's digits, or a sum
    loose = any(day.start <= one.start < day.end for day in message.loose)
    if _is_day_like(message, one) and four and LACKS.match(words.after) and not named:
        return False  # "1114没到": a day, or a sum
    if loose and not message.days:
        return _MONEY_VERB.search(words.before[-4:] or words.clause_before[-4:]) is not None
    if (one.minor or 0) >= 10_00 and (
        _BY_CARD.match(words.after)
        or _NOT_COME_BEFORE.search(words.before)
        or _is_swiped_then(message, one, words)
        or (_CUSTOMER_BOUGHT.search(words.before))
        or (not four and _THE.search(words.before) and _FROM_A_DAY.match(words.after))
    ):
        return True
    english = is_english(words.clause_before + words.before)  # words are longer than signs
    lead = words.clause_before[-24:] if english and not words.before.strip() else words.clause_before[-8:]
    near = lead + words.before[-12:] + "|" + words.after[:12]
    if value < 10_00 or (value <= 31_00 and _COMES_THEN.match(words.after)):
        return False
    if value < 100_00 and not _MONEY_NEAR.search(words.before[-4:] + "|" + words.after[:4]):
        took = _TOOK.search(words.before) is not None and _ENDS_THERE.match(words.after) is not None
        return took or _COUNTED_BEFORE.search(words.before) is not None
    if value <= 31_00 and _DAY_NAMED.search(words.before) and not LACKS.match(words.after):
        return False  # "friday 13"
    if value <= 31_00 and _OF_A_DAY_MAYBE.search(words.before):
        return False
    card = _CARD_NEAR.search(_SIGNS.split(words.before)[-1][-6:] + "|" + words.after[:4])
    near_money = _MONEY_NEAR.search(near) is not None or _ANOTHER.search(words.before) is not None
    named_card = card is not None and not _TAKEN_BEFORE.search(words.before)
    return not (four and named_card) and (near_money or _is_listed(message, one))


def _is_swiped_then(message: Message, one: AmountMention, words: Surroundings) -> bool:
    blanked, end = message.blanked, message.place(one.start) + 1
    swiped = _SWIPED_THEN.match(words.clause_after) or _SWIPED_THEN.match(blanked, end)
    return swiped is not None and _CARD_NEAR.search(words.before + "|" + words.after) is None


def _is_beside_a_terminal(message: Message, one: AmountMention) -> bool:
    """ "40213377 8821 13号", asked for a terminal: a card's digits, or a sum."""
    if message.asked != "terminal_id" or one.end - one.start != _TAIL_LENGTH:
        return False
    before = message.around(one.start).before
    named = _MONEY_VERB.search(before[-4:]) or _DAY_NAMED.search(before)
    return not (named or _ITS_DAY_NEXT.match(message.text, one.end) or is_said_money(message, one))


def _ends_a_card(message: Message, one: AmountMention) -> bool:
    """The last digits of a card number that is written in groups."""
    cards = (number for number in message.identifiers if number.kind == "card")
    return any(one.start - 1 <= card.end <= one.start for card in cards)


def _is_day_like(message: Message, one: AmountMention) -> bool:
    return any(day.days and day.start <= one.start < day.end for day in message.loose)


def spread(message: Message, said: list[tuple[AmountMention, SumRole]], money: list[bool]) -> None:
    """A list loses none of its parts: beside a sum, numbers in the same breath are sums too, doubtful ones also."""
    for step in (1, -1):
        places = range(len(said) - 1) if step == 1 else range(len(said) - 1, 0, -1)
        for here in places:
            one, other = said[here][0], said[here + step][0]
            if money[here] and not money[here + step] and _is_part(message, one, other):
                money[here + step] = True


def _is_part(message: Message, one: AmountMention, other: AmountMention) -> bool:
    text = message.text
    gap = text[one.end : other.start] if one.end <= other.start else text[other.end : one.start]
    if len(gap) > 6 or not (gap in {" ", "\n"} or LISTED.fullmatch(gap)):
        return False
    if other.choices:
        return True
    if gap == " " and one.marked and not other.marked and other.end - other.start == _TAIL_LENGTH:
        return False  # "2300元 8821": perhaps the card's digits
    plain = other.minor is not None and other.minor >= 10_00 and not _is_day_like(message, other)
    after = message.around(other.start).after
    return plain and (_ROW_GOES_ON.match(after) is not None or not after.strip())


def _is_listed(message: Message, one: AmountMention) -> bool:
    """Said in one breath with another sum: "760跟1340"."""
    text = message.text
    for other in message.sums:
        gap = text[other.end : one.start] if other.end <= one.start else text[one.end : other.start]
        if other is not one and len(gap) <= 6 and LISTED.fullmatch(gap):
            return not _are_cards(message, one, other)
        if gap == " " and _is_bare(one) and _is_bare(other) and _MONEY_NEAR.search(message.blanked):
            return True
    return False


def _are_cards(message: Message, one: AmountMention, other: AmountMention) -> bool:
    """ "两张卡 3321和8821": digits of cards."""
    four = all(each.end - each.start == _TAIL_LENGTH for each in (one, other))
    return four and _CARDS.search(message.text, 0, min(one.start, other.start)) is not None


def _is_bare(one: AmountMention) -> bool:
    """Digits of a hundred or more that nothing marks as money."""
    return one.minor is not None and one.minor >= 100_00 and not one.marked
