"""Sums whose digits are grouped otherwise than by commas for thousands: "1.299,50", "1,05,300", "54 000", "2, 300".

Each with the other reading, where nothing but the grouping says that it is one sum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from knowledge.numerals import MONEY_WORD, SIGN
from knowledge.patterns import compiled


class Grouped(NamedTuple):
    """A sum at ``start:end``; ``parts``: the sums that it is if the signs between the digits part sums."""

    start: int
    end: int
    value: Decimal
    parts: tuple[int, ...] = ()
    rather_parts: bool = False
    marked: bool = True
    """Whether the grouping says that it is money."""


_UNIT = rf"(?:\s?{MONEY_WORD}(?![a-z]))?"
_EUROPEAN = compiled(
    rf"(?<![\d.,])(?:(?P<euro>(?:€|(?<![a-z])eur)\s?)|{SIGN}\s?)?(?P<whole>\d{{1,3}}(?(euro)(?:\.\d{{3}})*|(?:\.\d{{3}})+))"
    rf",(?P<cents>\d\d)(?!\d|,\d){_UNIT}"
)
"""Points part the thousands and a comma the cents; with both signs there is no other reading."""
_INDIAN = compiled(
    rf"(?<![\d.,])(?P<sign>{SIGN}\s?)?(?P<number>\d{{1,2}}(?:,\d\d)+,\d{{3}}(?:\.\d\d)?)(?!\d|[.,]\d){_UNIT}"
)
"""Lakhs parted from the thousands."""
_SPACED = compiled(
    rf"(?<![\d.,:/-])(?<!\d )(?P<sign>{SIGN}\s?)?(?P<number>[1-9]\d{{0,2}}(?: \d{{3}})? (?:000"
    rf"|\d{{3}}(?=\s?{MONEY_WORD})))"
    rf"(?! ?\d|[.,:/]\d){_UNIT}"
)
"""Blanks part the thousands: where the last are "000", or a unit follows."""
_TWO_WAYS = compiled(
    r"(?<![\d¥])(?<!\d[.,:])(?:(?<!\d )(?P<spaced>[1-9]\d?(?:, | )\d{3})(?! \d)"
    r"|(?P<list>[1-9]\d{2},\d{3}|[1-9]\d{0,2}(?:,\d{3}){2}))(?!\d|[.,]\d|, \d"
    rf"|\s?(?:{MONEY_WORD}|[万千kw百]|[笔天次]))"
)
_CHINESE = compiled("[一-鿿]")
_ROW_BEFORE = compiled(r"(?<![\d.,])\d{1,5}, $")
"""Of three numbers with a comma and a blank between, each is its own."""
_SPACED_DIGITS = compiled(r"\d \d\d\d")
"""Without it no blank parts thousands."""
_DIGITS = compiled(r"\d+")


def find_grouped(text: str) -> Iterator[Grouped]:
    """All such sums of normalised ``text``."""
    commas = text.count(",")
    if commas and ("." in text or "€" in text or "eur" in text):
        for found in _EUROPEAN.finditer(text):
            yield Grouped(*found.span(), Decimal(f"{found['whole'].replace('.', '')}.{found['cents']}"))
    if commas > 1:
        for found in _INDIAN.finditer(text):
            sure = found["sign"] or "." in found["number"] or ",0" in found["number"]
            yield Grouped(*found.span(), Decimal(found["number"].replace(",", "")), () if sure else _parts(found))
    for found in _SPACED.finditer(text) if _SPACED_DIGITS.search(text) else ():
        sure = found["sign"] or found["number"].endswith("000")
        yield Grouped(*found.span(), Decimal(found["number"].replace(" ", "")), () if sure else _parts(found))
    for found in _TWO_WAYS.finditer(text):
        if not _is_one_way(text, found):
            parts = tuple(int(part) for part in _DIGITS.findall(found[0]))
            whole = Decimal("".join(_DIGITS.findall(found[0])))
            marked = found["spaced"] is None or "," in found[0]
            yield Grouped(*found.span(), whole, parts, rather_parts=found[0].count(",") > 1, marked=marked)


def _is_one_way(text: str, found: re.Match[str]) -> bool:
    """A row of three numbers; or thousands: among English words, and where nothing but noughts follows."""
    if found["list"]:
        return found["list"].endswith(",000") or (found["list"].count(",") == 1 and _CHINESE.search(text) is None)
    return _ROW_BEFORE.search(text, 0, found.start()) is not None


def _parts(found: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(part) for part in _DIGITS.findall(found["number"]))
