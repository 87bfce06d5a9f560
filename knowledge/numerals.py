"""Numbers in Chinese words, as they are written and as they are said."""

from __future__ import annotations

DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")}
DIGITS |= {"两": 2} | {sign: number for number, sign in enumerate("零壹贰叁肆伍陆柒捌玖")} | {"〇": 0, "陸": 6}
SPOKEN_DIGITS = {sign: str(number) for number, sign in enumerate("零一二三四五六七八九")} | {"幺": "1", "两": "2"}
"""Digits of a number that is said sign by sign."""
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
BIG = {"万": 10_000, "萬": 10_000, "亿": 100_000_000}
NUMERALS = "一二两三四五六七八九壹贰叁肆伍陆柒捌玖"
WORDS = rf"[{NUMERALS}十拾](?:[零{NUMERALS}十拾百佰千仟万亿]*[{NUMERALS}十拾百佰千仟万亿])?"


_CODES = "|".join(
    rf"{code}(?<![a-z]{code})(?=\s?\d)" for code in ("inr", "ngn", "php", "gbp", "eur", "ksh", "aed", "rs", r"rs\.")
)
SIGN = rf"(?:¥|rmb|cny|人民币|hk\$|us\$|\$|yuan|[£€₹₦₱]|{_CODES}|[npr](?<![a-z][npr])(?=\d{{1,3}},\d{{3}}(?!\d)))"
"""A merchant names sums in the currency that they are paid in."""
MONEY_WORD = (
    r"(?:元钱?|块钱?|蚊|大洋|文(?![件字档章案化员])|(?<=\d\d)皮(?![肤带鞋包具蛋衣])"
    r"|(?<=[百千])皮(?![肤带鞋包具蛋衣])|rmb|cny|yuan|kuai|人民币|圆|(?<!一)刀|dollars?|bucks?|quid|pounds?|euros?|naira|rupees?|pesos?)"
)


def chinese_number(words: str) -> int | None:
    """A whole number in Chinese, also as it is said: 两千三 is 2,300, 一万二 12,000, 一百二 120, 三千零五 3,005.

    None when the words are no single number: digits side by side, or units that do not fall (三千三千, 五百两万).
    """
    total = section = 0
    digit: int | None = None
    last, highest, zero = 10**5, 10**12, False
    for sign in words:
        if sign in DIGITS:
            if digit is not None:
                return None
            digit, zero = (None, True) if DIGITS[sign] == 0 else (DIGITS[sign], zero)
        elif sign in UNITS:
            unit = UNITS[sign]
            if unit >= last or (digit is None and unit != 10):
                return None
            section += (1 if digit is None else digit) * unit
            digit, last, zero = None, unit, False
        else:
            section += digit or 0
            if not section or BIG[sign] >= highest:
                return None
            total += section * BIG[sign]
            highest = last = BIG[sign]
            section, digit, zero = 0, None, False
    if digit is not None:
        section += digit if zero or last in {10, 10**5} else digit * last // 10
    return total + section
