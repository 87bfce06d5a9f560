"""Rows of as many numbers as the words count sales: 昨天7单全没到 36 52 18.5 77, "four sales: 12, 30, 45 and 60"."""

from __future__ import annotations

from itertools import pairwise

from knowledge.message import Message
from knowledge.numerals import DIGITS
from knowledge.patterns import compiled

_FEWEST, _TEN, _TWO = 3, 10, 2
_COUNT = compiled(
    r"(?<![\d.第])(?P<count>\d{1,2}|[三四五六七八九十])\s?(?:[笔单]|个(?:客人|单|订单)|张(?:单|小票))"
    r"|(?<![a-z\d.])(?P<many>three|four|five|six|seven|eight|nine|ten|[3-9]|1\d)\s(?:card\s)?(?:sales|payments"
    r"|transactions|swipes"
    r"|payouts|amounts|orders|slips|receipts|txns|customers|bills)"
)
_TWO_OF_THEM = compiled(
    r"(?<![\d.第])[两俩2]\s?[笔单]\s?[,:]?\s?$|(?<![a-z\d])(?:two|2)\s(?:card\s)?(?:sales|payments|swipes|orders"
    r"|txns)[,:]?\s$"
)
_JOINED = compiled(r"\s?(?:块|元)?\s?(?:[、/+&]|和|跟|还有|and)\s?")
_WORDS = ("three", "four", "five", "six", "seven", "eight", "nine", "ten")
_GAP = compiled(r"\s?(?:块|元)?\s?(?:[,、;/+&]|和|跟|还有|and)?\s?")


def counted_row(message: Message) -> frozenset[int]:
    """Where the sums begin that stand in one row, as many as are counted; nothing where there are others."""
    if len(message.sums) < _FEWEST:
        return _pair(message)
    counts = {_number(found["count"] or found["many"]) for found in _COUNT.finditer(message.blanked)}
    if counts != {len(message.sums)} or any(one.minor is None for one in message.sums):
        return frozenset()
    blanked, places = message.blanked, [message.place(one.start) for one in message.sums]
    if not all(_GAP.fullmatch(blanked, first + 1, second) for first, second in pairwise(places)):
        return frozenset()
    return frozenset(one.start for one in message.sums)


def _pair(message: Message) -> frozenset[int]:
    """刷了两单，45和68: two right after their count."""
    if len(message.sums) != _TWO or any(one.minor is None for one in message.sums):
        return frozenset()
    first, second = (message.place(one.start) for one in message.sums)
    if _TWO_OF_THEM.search(message.blanked, 0, first) and _JOINED.fullmatch(message.blanked, first + 1, second):
        return frozenset(one.start for one in message.sums)
    return frozenset()


def _number(said: str) -> int:
    if said.isdecimal():
        return int(said)
    if said in _WORDS:
        return _WORDS.index(said) + _FEWEST
    return DIGITS.get(said, _TEN)
