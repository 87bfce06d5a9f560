"""Digits of a message that may be the last ones of a card, and what the rules say of each.

Every lone group of four digits is one, also where the rules see a sum, a day written as "1109" or nothing; two or three
digits where words call them a card's last ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.amounts import AmountMention
from knowledge.message import Message
from knowledge.money_said import is_said_money
from knowledge.net_of_gross import may_be_net
from knowledge.numerals import SPOKEN_DIGITS
from knowledge.patterns import compiled
from knowledge.roles import is_number_denied

NAMED = frozenset({"new_tail", "old_tail", "tail"})
"""What the rules say of digits that they give to a card; the last names no card."""
_CN = "零一二三四五六七八九幺"
_AFTER = r"(?![\da-z%_]|[.:/-]\d|,\d{3}(?!\d)|\s?(?:[年月日点笔元块圆蚊万千百毛]|号(?!账|卡|户)|卖|rmb|yuan|cny|kuai))"
_MASK = r"(?:(?<!\d)\d{4,6}[\s-]?(?:\d\d(?=[*•x·.]))?)?[*•x·.]{2,}[\s*•x·.-]*"
_ALONE = compiled(
    rf"(?<![\da-z/*¥$+_笔])(?<!\d[.,:-])(?:{_MASK})?(?P<digits>\d{{4}}){_AFTER}"
    rf"|(?<![\da-z/*¥$+_.,:])(?<!\d[\s,-])(?P<spaced>\d(?:[\s-]\d){{3}})(?![\s-]\d){_AFTER}"
)
_FEW = compiled(
    r"(?:(?:last|final)\s(?:two|three|2|3)(?![\da-z])"
    r"(?:\s(?:digits|numbers|of|on|the|my|new|old|former|previous|one|card|account|are|is|it's))*"
    r"|(?:末尾|[尾末后]面?|结尾|最后|后面)(?:的?(?:(?:[两俩三仨]|[23](?!\d))个?[位码]?数?|就|只|净|系|记得|数字?|号码?|是|为))+"
    r"|结尾|尾[号数]|末尾|(?<![a-z])(?:end(?:s|ing|ed)?(?:\s(?:in|with))?|tail))"
    rf"\s?:?\s?(?P<after>\d{{2,3}}|\d\s\d|[{_CN}]{{2,3}}(?![{_CN}十百千万])){_AFTER}(?!\s\d)"
    rf"|(?<![\da-z.,/:-])(?P<before>\d{{2,3}})(?:\s(?:at|on|in)\s(?:the\s)?end(?![a-z])|\s?(?:结尾|收尾))"
)
_FEW_SAID = compiled(r"last|final|end|tail|尾|末|后")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Digits at ``start:end`` that may be a card's; ``said``: what the rules say of them."""

    start: int
    end: int
    digits: str
    said: str


def candidates(message: Message) -> tuple[Candidate, ...]:
    """All such digits of the message, in the order said."""
    found: list[Candidate] = []
    for each in _by_rules(message):
        if found and each.start < found[-1].end:
            found.pop()  # the first digits of a number of which the last ones follow
        found.append(each)
    text = message.text
    further = [*_ALONE.finditer(text), *(_FEW.finditer(text) if _FEW_SAID.search(text) else ())]
    if not further:
        return tuple(found)
    spans = [(one.start, one.end) for one in message.identifiers] + [(one.start, one.end) for one in found]
    read = [(one.start, one.end) for one in message.days] + [(one.start, one.end) for one in message.sums]
    days = {one.start: one for one in (*message.days, *message.loose)}
    sums = {one.start: one for one in message.sums}
    for alone in further:
        name = alone.lastgroup or ""
        start, end = alone.span(name)
        if any(first < end and start < last for first, last in spans):
            continue
        day, money = days.get(start), sums.get(start)
        if day is not None and day.end == end:
            said = "loose" if day in message.loose else "day"
        elif money is not None and money.end == end:
            if _is_left_of_another(message, money):
                continue
            said = "money" if is_said_money(message, money) else "sum"
        elif name == "digits" and any(first < end and start < last for first, last in read):
            continue
        else:
            said = "unread" if name == "digits" else name
        spans.append((start, end))
        found.append(Candidate(alone.start() if name == "digits" else start, end, _in_digits(alone[name]), said))
    return tuple(sorted(found, key=lambda one: one.start))


def _is_left_of_another(message: Message, one: AmountMention) -> bool:
    """ "sold 5200 yuan, 5168 came": three percent below another sum at most."""
    near = [other for other in message.sums if may_be_net(one.minor or 0, other.minor or 0)]
    return any(other.marked or is_said_money(message, other) for other in near)


def _in_digits(said: str) -> str:
    return "".join(SPOKEN_DIGITS.get(sign, sign) for sign in said if sign not in " -")


def _by_rules(message: Message) -> Iterator[Candidate]:
    for one in message.identifiers:
        if one.kind in NAMED and one.value:
            said = "denied" if is_number_denied(message.around(one.start)) else str(one.kind)
            yield Candidate(_with_mask(message.text, one.start), one.end, one.value, said)
        elif (
            one.kind == "other"
            and len(digits := "".join(filter(str.isdecimal, message.text[one.start : one.end]))) == 4
        ):
            yield Candidate(one.start, one.end, digits, "other")


def _with_mask(text: str, start: int) -> int:
    """Where the signs begin that hide the digits before ``start``."""
    mask = _MASK_BEFORE.search(text, max(0, start - 24), start) if text[start - 1 : start] in _MASKS else None
    return mask.start() if mask is not None else start


_MASKS = frozenset("*•x·. -")
_MASK_BEFORE = compiled(rf"(?<![a-z]){_MASK}$")
