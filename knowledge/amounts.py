"""Sums of money in a message, exact or not at all: 1,234.50, ￥2300, 两千三, 一万二, 1.2万, 12w, 3k, 三块五,
壹万叁仟肆佰.

Minor units of the currency (fen for CNY; two decimals). What is vague (几千, 两百多, 五百来块, 三千出头) is a
mention without a value, what is hedged (大概5000) a mention to be confirmed; a number of 13 or more digits is never
money. An own grammar: of the libraries measured the usual ones are wrong by factors of a thousand on 1.2万, 一万二
or 1,234.50.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from knowledge.cues import Cued, cued
from knowledge.grouped_sums import find_grouped
from knowledge.number_labels import NAMED_A_SUM, NOT_MONEY_BEFORE
from knowledge.numerals import BIG, DIGITS, MONEY_WORD, NUMERALS, SIGN, UNITS, WORDS, chinese_number
from knowledge.patterns import compiled
from knowledge.spoken_sums import NUMBER_WORDS, ONE_AS_A, find_spoken
from knowledge.sum_doubts import doubted
from knowledge.vague_sums import find_vague

MOST = 10**12
"""Minor units; more than any merchant's day, so a number above it is something else."""


@dataclass(frozen=True, slots=True)
class AmountMention:
    """A sum at ``start:end``. ``minor`` is None when no exact sum was said, and ``rejected`` says why.

    ``marked``: a currency sign or a unit (元, 万, 千三, k) says that it is money; a bare number may be something else.
    ``hedged``: exact but doubtful (大概, about, 左右). ``choices``: two readings of the same digits.
    """

    start: int
    end: int
    minor: int | None = None
    rejected: str | None = None
    marked: bool = False
    hedged: bool = False
    choices: tuple[tuple[int, ...], ...] = ()


_PLAIN = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_NOT_ONE = r"(?!(?<=一)[直共下样定起般些分笔单])"
"""A 一 that begins the next word: 八百一直没到, 三千一共."""
_AFTER_A_SUM = r"元块蚊没未冇都还,;.、\s"
_NO_CENTS = (
    rf"(?:[{NUMERALS}十百千万笔号日月个天点单直共下样定起般些分位份斤桌瓶杯碗盒套件条间袋盘串壶锅箱台辆克吨]|人(?!家)"
    rf"|张(?![姐哥先女老总])"
    r"|包(?![括含])|次(?!日)|晚(?![上饭市间])|只(?![到有给来收剩是差]))"
)
"""After a digit that follows the yuan: then it belongs to the next words (五块一笔), not to the sum (五块一)."""
_TAIL = (
    rf"(?![两二三四五六七八九]\s?[笔单])零?[\d{NUMERALS}](?:[\d{NUMERALS}零千百仟佰十拾]*"
    rf"[\d{NUMERALS}千百仟佰十拾])?{_NOT_ONE}"
)
_SMALL = (
    rf"零?\d[角毛](?:\d分?)?|\d分|零?[{NUMERALS}][角毛](?:[{NUMERALS}]分?)?|\d{{1,2}}(?![\d笔号日月个点天])"
    rf"|[{NUMERALS}半](?!{_NO_CENTS})"
)
_NUMERIC = compiled(
    r"(?P<minus>(?<![\d年月日号\-a-z])-(?=[\d¥])|负的?\s?)?(?<![\d.])(?<!\d:)(?:(?<!\d,)"
    rf"|(?=\d{{4}}))(?:(?P<sign>{SIGN})\s?"
    rf"|(?<![a-z]))(?P<minus2>-)?(?P<number>{_PLAIN})(?!\d)(?:\s?(?P<scale>[万千百仟佰]|[wk](?![a-z])"
    rf"|thou(?:sand)?(?![a-z])"
    rf"|lakhs?|crores?|mil(?:lion)?(?![a-z])"
    rf"|grand)(?P<tail>{_TAIL})?)?(?:\s?(?P<unit>{MONEY_WORD})(?![a-z])(?P<small>{_SMALL})?"
    rf"|(?P<full>整)(?![笔天个日晚周夜月]))?"
)
_WORDED = cued(
    rf"[{NUMERALS}十拾]",
    rf"(?P<minus>负的?)?(?P<sign>{SIGN}\s?)?(?<![百分第零{NUMERALS}十百千万\d])(?P<words>{WORDS}"
    rf"|(?<!零)零(?=点零*[{NUMERALS}][零{NUMERALS}]*[万千亿])){_NOT_ONE}(?P<mixed>\d+)?(?:点(?P<decimals>[零{NUMERALS}]+){_NOT_ONE}(?P<scale>[万千亿])?)?(?:(?P<unit>{MONEY_WORD})(?:零?(?P<mao>[{NUMERALS}])[毛角](?:零?(?P<fen>[{NUMERALS}])分?)?"
    rf"|零?(?P<cents>[{NUMERALS}])分|(?P<half>半|[{NUMERALS}](?!{_NO_CENTS})))?|(?P<full>整)(?![笔天个日晚周夜月]))?",
)
_WORDED_THOUSANDS = compiled(
    rf"(?<![零{NUMERALS}十百千万\d])(?P<count>[零{NUMERALS}十百千]{{1,7}})\s?(?P<scale>[kw])(?P<tail>\d(?!\d)"
    rf"|[一二三四五六七八九](?![一二三四五六七八九十百千万笔单天个]))?(?![a-z])"
)
_ONE_OF_UNIT = cued(
    r"[百万][二三四五六七八九]|千[一二三四五六七八九]",
    rf"(?<![零{NUMERALS}十百千万亿几数上成好\d])(?:(?P<unit>[百千万])(?P<tenth>[二三四五六七八九])"
    rf"|(?P<one>千)一(?=[{_AFTER_A_SUM}]|$))"
    rf"(?P<more>[零{NUMERALS}十百千万]*)(?P<money>{MONEY_WORD})?",
)
"""千二 for 一千二, 万三 for 一万三: the one is not said."""
_OF_RATES = compiled(r"费|率|扣点|点位|怎么算|如何算|利息")
_SMALL_CHANGE = cued(
    r"[毛角]",
    rf"(?<![块元零{NUMERALS}十百千万\d])(?P<mao>[{NUMERALS}]|\d)[毛角](?:(?P<fen>[{NUMERALS}]|\d)分?)?(?!钱?也)",
)
_IDIOMATIC = "idiom"
_IDIOM = compiled(
    rf"十万火急|(?<![{NUMERALS}十百千\d])万一(?![千百])|(?<![{NUMERALS}十百\d])千万(?![元块])"
    r"|百分之[零点一二三四五六七八九十百]+|千分之[几零点一二三四五六七八九十]+"
    r"|万分之[几零点一二三四五六七八九十\d.]+|一[毛分]钱|(?:(?<=没来过)|(?<=没见过)|(?<=没收过)|(?<=没收到)"
    r"|(?<=没到过)|(?<=没给过)|(?<=没见着)|(?<=没有))一[毛分](?![\d{NUMERALS}])|一五一十|百思|一万个|一百个|十分(?!钱)"
    r"|十足"
    rf"|一块儿?(?=\s?¥?\s?(?:\d{{3}}|\d,\d{{3}}|[{NUMERALS}十][十百千万]))"
    rf"|(?<=[加合放凑])一块儿?(?![零{NUMERALS}半\d]|钱)"
)

_OVER_AND_OVER = cued(
    r"[块元百千]", rf"(?<![\d.{NUMERALS}])(?P<one>[\d{NUMERALS}十百]+[块元百千])(?P=one)(?=的|[地往]|$)"
)
"""50块50块的: so much at a time, nobody knows how often."""
_NUMBER = compiled(rf"[\d{NUMERALS}零十拾百佰千仟万亿几]|hundred|thou|grand|jiao|fen|cent|\sk|lakh|ty\b|{MONEY_WORD}")
"""Where nothing of this stands, no sum does: English numbers are sums only with one of these words."""
_ENGLISH_WORDS = NUMBER_WORDS | {"a": 1}
_ENGLISH_ONE = rf"(?:{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))}|{ONE_AS_A}|hundred|thousand)"
_ENGLISH = compiled(
    rf"(?<![a-z])(?P<words>{_ENGLISH_ONE}(?:[\s-]+(?:and[\s-]+)?{_ENGLISH_ONE})*)(?![a-z])(?P<unit>\s?{MONEY_WORD}(?![a-z]))?"
)
_HEDGE_BEFORE = compiled(
    r"(?:大概齐?|大约|约|差不[多离]|估计|好像|可能是?|大致|左右|about|around|roughly|approx(?:imately|\.)?|maybe|~"
    r"|circa"
    r"|i think)\s?(?:是|有|就)?\s?(?:rmb|cny|¥)?\s*$"
)
_HEDGE_AFTER = compiled(r"\s?(?:左右|上下|吧|样子|的样子|or so|ish|,?\s?(?:give or take|more or less|roughly|approx))")
_COUNTER = compiled(
    r"\s?(?!点解|回[来了到我]|笔笔|单单|天天|个个|次次"
    r"|人间)(?:[笔天次个台单号家人年月点位%‰折倍张名项条级楼岁代期版路遍趟回口期,，]?(?=[笔天次个台单号家人年月点位%‰折倍张名项条级楼岁代期版路遍趟回口])"
    r"|小时|分钟|房(?![费租款])|分(?![钱别开成文期批]|[两三四五六七]天)|毛|角|秒(?![不到没未进结])|工作日|行|客服|热线"
    r"|[公市千]?斤|克|吨|瓶|箱|桶|盒|束|盆|棵|辆|杯|碗|盘(?!点)|份|件(?!事)|桌|匹|米|平(?:米|方)|毫?升|条街|站路"
    r"|days?\b"
    r"|hours?\b|hrs?\b|times?\b|x\b"
    r"|weeks?\b|months?\b|mins?\b"
    r"|minutes?\b|of (?:them|those|these)\b|years?\b|am\b|pm\b|st\b|nd\b|rd\b|th\b|%|/\d{1,2}(?!\d|,\d{3})|:\d"
    r"|transactions\b|payments\b"
    r"|(?:(?<=\D\d )|(?<=^\d ))(?:transaction|payment|sale)\b"
    r"|terminals?\b|pcs?\b|sales\b|people\b|working|business|per\s?cent|pct\b|bps\b|basis points)"
)
_DENIED = compiled(r"(?<![a-z])no $|[?!.] no\. $")
_AND_MORE = compiled(r"\s(?:odd|something|and change|over(?=\s?(?:[,;.]|$)))(?![a-z])")
_BROKEN_GROUPS = compiled(r"(?<![\d.,])\d{1,2},\d{4,}(?!\d)")
"""A comma where no thousands end ("1,2000"): what was meant cannot be told."""
_ONE_OF_EACH, _ENDS = (
    compiled(r"(?:一[单笔个位桌]|[刷收卖]了?的?)\s?$"),
    compiled(r"(?=[\s,;.、没未都和跟也还又另]|不见)|$"),
)
_THEN = r"(?:[、, ] ?(?:和|跟|加上?|还有|以及)?|和|跟|加上?|还有|以及) ?"
_SUM_BEFORE = compiled(rf"[百千万][{NUMERALS}零十]{{0,4}}{_THEN}$")
_SUM_AFTER = compiled(rf"{_THEN}[{NUMERALS}](?:百(?!货)|[千万](?!斤))")
_LISTED_BEFORE = compiled(r"\d, $")
_DECIMAL_COMMA = compiled(r",\d{1,2}(?!\d)|(?<=\d{4}), \d\d(?![\d.号日月笔个天单点元块万千百kw])")
_CENTS_AFTER = compiled(
    r"(?<=[a-z])\s(?:and\s)?(?P<cents>\d\d)(?:\s?(?:cents?|pence|p)(?![a-z])|(?=\s?(?:$|[,;.!?](?!\d)|(?:from|for|of"
    r"|on|is|was|not|missing)\b|\ue001)))"
)
"""After a unit in English: "93 pounds 40"."""
_PRODUCT = compiled(r"\s?[*x×]\s?\d+[晚天个人位份间]?\s?=\s?\d")
"""428*3=1284: a price; what it comes to is the sum."""
_SO_MANY, _PERSONS = {"俩": 2, "仨": 3}, frozenset("我咱他她你们妻子女妹弟")
"""他俩八百 is no two sums."""
_FORMULA = compiled(r"\.\d|\s?[*x×]\s?\d|[a-z]")


def find_amounts(text: str) -> tuple[AmountMention, ...]:
    """All sums that normalised ``text`` names, in the order said, bare numbers included."""
    taken: list[AmountMention] = []
    for found in _candidates(text):
        if all(found.end <= other.start or found.start >= other.end for other in taken):
            taken.append(found)
    taken.sort(key=lambda one: one.start)
    kept: list[AmountMention] = []
    for one in taken:
        touching = kept and kept[-1].end == one.start
        if touching and kept[-1].rejected == "amount_vague":
            kept[-1] = replace(kept[-1], end=one.end)
        elif touching and one.rejected == "amount_vague":
            kept[-1] = replace(one, start=kept[-1].start)  # 一百二三十: the vague end makes the whole vague
        else:
            kept.append(one)
    return tuple(doubted(text, [_of_several(text, one) for one in kept if one.rejected != _IDIOMATIC]))


def _of_several(text: str, one: AmountMention) -> AmountMention:
    """俩八百, 仨一百: so many of the same."""
    times = _SO_MANY.get(text[one.start - 1 : one.start])
    if times is None or one.minor is None or text[one.start - 2 : one.start - 1] in _PERSONS:
        return one
    return replace(one, minor=None, choices=((one.minor,) * times,))


def _candidates(text: str) -> Iterator[AmountMention]:
    """The more certain readings first: what one of them takes, the others leave."""
    if not _NUMBER.search(text):
        return
    yield from (AmountMention(*found.span(), rejected=_IDIOMATIC) for found in _IDIOM.finditer(text))
    for found in _OVER_AND_OVER.finditer(text):
        yield AmountMention(*found.span(), rejected="amount_unclear", marked=True)
    yield from _spoken(text)
    yield from _grouped(text)
    for found in _BROKEN_GROUPS.finditer(text) if "," in text else ():
        yield AmountMention(*found.span(), rejected="amount_unclear", marked=True)
    for start, end in find_vague(text):
        yield AmountMention(start, end, rejected="amount_vague", marked=True)
    for pattern, reader in _READERS:
        for found in pattern.finditer(text):
            if (one := reader(text, found)) is not None:
                yield one


def _spoken(text: str) -> Iterator[AmountMention]:
    for one in find_spoken(text):
        if _COUNTER.match(text, one.end):
            continue
        if (more := _AND_MORE.match(text, one.end)) is not None:
            yield AmountMention(one.start, more.end(), rejected="amount_vague", marked=True)
        elif one.value is None or one.value * 100 != (whole := int(one.value * 100)) or not 0 < whole <= MOST:
            yield AmountMention(one.start, one.end, rejected="amount_unclear", marked=True)
        elif one.apart is not None:
            parts = tuple(int(part * 100) for part in one.apart)
            yield AmountMention(one.start, one.end, choices=((whole,), parts), marked=one.marked)
        else:
            yield AmountMention(one.start, one.end, minor=whole, marked=True, hedged=_hedged(text, one.start, one.end))


def _grouped(text: str) -> Iterator[AmountMention]:
    for one in find_grouped(text):
        if NOT_MONEY_BEFORE.search(text, max(0, one.start - 14), one.start) or not 0 < one.value * 100 <= MOST:
            continue
        whole, parts = (int(one.value * 100),), tuple(part * 100 for part in one.parts)
        if parts:
            choices = (parts, whole) if one.rather_parts else (whole, parts)
            yield AmountMention(one.start, one.end, choices=choices, marked=one.marked)
        else:
            yield AmountMention(
                one.start, one.end, minor=whole[0], marked=True, hedged=_hedged(text, one.start, one.end)
            )


def _small(sign: str) -> int:
    return int(sign) if sign.isdecimal() else DIGITS[sign]


def _worded_thousands(text: str, found: re.Match[str]) -> AmountMention | None:
    """ "两k", "三w5"."""
    count = chinese_number(found["count"])
    if count is None:
        return None
    size = _SCALES[found["scale"]]
    return _sum(text, found, Decimal(count * size + (_small(found["tail"]) if found["tail"] else 0) * size // 10), True)


def _one_of_unit(text: str, found: re.Match[str]) -> AmountMention | None:
    """ "千二": 1,200; 千二三 and 万五千 are not read; of fees it is a rate (千六: 0.6 %)."""
    if _COUNTER.match(text, found.end()) or _OF_RATES.search(text):
        return None
    if found["more"]:
        return AmountMention(*found.span(), rejected="amount_vague", marked=True)
    unit = UNITS.get(found["unit"] or found["one"]) or BIG[found["unit"]]
    return _sum(text, found, Decimal(unit + DIGITS[found["tenth"] or "一"] * unit // 10), True)


def _small_change(text: str, found: re.Match[str]) -> AmountMention | None:
    """ "五毛", "8毛5"."""
    fen = _small(found["mao"]) * 10 + (_small(found["fen"]) if found["fen"] else 0)
    return _sum(text, found, Decimal(fen) / 100, True)


def _numeric(text: str, found: re.Match[str]) -> AmountMention | None:
    digits = found["number"]
    whole = digits.replace(",", "")
    marked = any(found[name] for name in ("sign", "unit", "scale", "full")) or "," in digits or _decimal(whole)
    if len(whole.partition(".")[0]) >= (10 if marked else 8):
        return None
    comma = _DECIMAL_COMMA.match(text, found.end())
    if comma is not None and not _LISTED_BEFORE.search(text, 0, found.start()):
        return AmountMention(found.start(), comma.end(), rejected="amount_unclear", marked=marked)
    if _PRODUCT.match(text, found.end()):
        return None
    if _FORMULA.match(text, found.end()):
        return AmountMention(*found.span(), rejected="amount_unclear", marked=marked)
    if not found["scale"] and _is_grouped_otherwise(text, found):
        return AmountMention(*found.span(), rejected="amount_unclear", marked=marked)
    if not found["unit"] and _COUNTER.match(text, found.end()):
        return None
    if whole[0] == "0" and len(whole) > 1 and whole.isdecimal():
        return None
    said_before = NOT_MONEY_BEFORE.search(text, max(0, found.start() - 14), found.start())
    if said_before and not (marked and _DENIED.search(text, 0, found.start())):  # "no 4k from Monday"
        return None
    if found["minus"] or found["minus2"]:
        return AmountMention(*found.span(), rejected="amount_negative", marked=marked)
    value = Decimal(whole)
    value *= _SCALES.get(found["scale"] or "", 1)
    tail = _tail(found["tail"], found["scale"])
    if tail is None:
        return AmountMention(*found.span(), rejected="amount_unclear", marked=True)
    value += tail
    if found["small"]:
        value += _fraction(found["small"])
    elif found["unit"] and "." not in whole and (cents := _CENTS_AFTER.match(text, found.end())) is not None:
        minor = int(value * 100) + int(cents["cents"])
        return AmountMention(found.start(), cents.end(), minor=minor, marked=True)
    named = NAMED_A_SUM.search(text, max(0, found.start() - 16), found.start()) is not None
    return _sum(text, found, value, marked or named)


def _is_grouped_otherwise(text: str, found: re.Match[str]) -> bool:
    """ "3.500" and "1 234.50" may be thousands."""
    whole, point, decimals = found["number"].partition(".")
    if point and len(decimals) == 3 and len(whole) <= 3:
        return True
    return bool(point) and len(whole) == 3 and _GROUP_BEFORE.search(text, 0, found.start()) is not None


_GROUP_BEFORE = compiled(r"(?<![\d.,])\d{1,3}\s$")
_SCALES = {
    "万": 10_000,
    "w": 10_000,
    "千": 1000,
    "仟": 1000,
    "佰": 100,
    "k": 1000,
    "thousand": 1000,
    "thou": 1000,
    "lakh": 100_000,
    "lakhs": 100_000,
    "crore": 10_000_000,
    "crores": 10_000_000,
    "mil": 1_000_000,
    "million": 1_000_000,
    "grand": 1000,
    "百": 100,
}
_CHINESE_SIGN = {"w": "万", "k": "千", "thousand": "千", "grand": "千"}
_TO_CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")


def _decimal(number: str) -> bool:
    """True when the point makes it money, False where it may be a month and a day (11.3)."""
    whole, point, decimals = number.partition(".")
    first, second = int(whole), int(decimals or 0)
    return bool(point) and not ((0 < first <= 12 and 0 < second <= 31) or (0 < first <= 31 and 0 < second <= 12))


def _tail(tail: str | None, scale: str) -> int | None:
    """What follows the unit: 1万2 is 12,000, 1万6千8 is 16,800, 3k5 is 3,500, 1万2000 is 12,000, 3万零500 is 30,500."""
    if not tail:
        return 0
    size = _SCALES[scale]
    digits = tail.removeprefix("零")
    if digits.isdecimal():
        number = int(digits) * (size // 10 if len(tail) == 1 else 1)
        return number if number < size else None
    words = "一" + _CHINESE_SIGN.get(scale, scale) + tail.translate(_TO_CHINESE)
    number = chinese_number(words) or 0
    return number - size if size < number < 2 * size else None


def _fraction(small: str) -> Decimal:
    """Jiao and fen after the yuan: 18块6, 18块65, 3元5角2分, 200块五毛."""
    if small.isdecimal():
        return Decimal(small) / (10 if len(small) == 1 else 100)
    digits = [5 if sign == "半" else _small(sign) for sign in small if sign not in "角毛分零"]
    if not any(sign in small for sign in "角毛") and "分" in small:
        return Decimal(digits[0]) / 100
    return Decimal(digits[0]) / 10 + (Decimal(digits[1]) / 100 if len(digits) > 1 else 0)


def _ends_one(text: str, found: re.Match[str]) -> bool:
    """ "一个五十八 一个一百零六": each customer's sum."""
    return (
        _ONE_OF_EACH.search(text, max(0, found.start() - 5), found.start()) is not None
        and _ENDS.match(text, found.end()) is not None
    )


def _is_listed(text: str, found: re.Match[str]) -> bool:
    """ "五百二、三百一、九十九": what stands in a list of sums is one, tens too."""
    return _COUNTER.match(text, found.end()) is None and (
        _SUM_BEFORE.search(text, max(0, found.start() - 10), found.start()) is not None
        or _SUM_AFTER.match(text, found.end()) is not None
    )


def _worded(text: str, found: re.Match[str]) -> AmountMention | None:
    words = found["words"]
    if words[-1] == "两" and len(words) > 1:  # 四千五两天没到
        return _worded(text, again) if (again := _WORDED.pattern.match(text, found.start(), found.end() - 1)) else None
    marked = bool(found["sign"] or found["unit"] or found["full"] or found["scale"])
    number = chinese_number(words)
    if number is None or found["mixed"] or text[found.end() : found.end() + 1] == "半":
        unclear = any(sign in words for sign in "百佰千仟万亿")
        return AmountMention(*found.span(), rejected="amount_unclear", marked=True) if unclear else None
    marked = marked or ("十" in words and (_ends_one(text, found) or _is_listed(text, found)))
    if not marked and (not any(sign in words for sign in "百佰千仟万亿") or _COUNTER.match(text, found.end())):
        return None
    value = Decimal(number)
    if found["decimals"]:
        value += Decimal("0." + "".join(str(DIGITS[sign]) for sign in found["decimals"]))
        value *= {"万": 10_000, "千": 1000, "亿": 10**8}.get(found["scale"] or "", 1)
    if found["mao"]:
        value += Decimal(DIGITS[found["mao"]]) / 10
    if found["fen"]:
        value += Decimal(DIGITS[found["fen"]]) / 100
    if found["cents"]:
        value += Decimal(DIGITS[found["cents"]]) / 100
    if found["half"]:
        value += Decimal(5 if found["half"] == "半" else DIGITS[found["half"]]) / 10
    if found["minus"]:
        return AmountMention(*found.span(), rejected="amount_negative", marked=True)
    return _sum(text, found, value, True)


def _english(text: str, found: re.Match[str]) -> AmountMention | None:
    """ "two thousand three hundred": only with a hundred, a thousand or a currency is it money."""
    words = [word for word in re.split(r"[\s-]+", found["words"]) if word != "and"]
    if not ({"hundred", "thousand"} & {*words} or found["unit"]) or words == ["a"]:
        return None
    if words[0] in {"hundred", "thousand"} or _COUNTER.match(text, found.end()):
        return None
    numbers = [_ENGLISH_WORDS[word] for word in words if word in _ENGLISH_WORDS]
    two = len(numbers) == 2 and numbers[0] >= 20 and 0 < numbers[1] < 10
    if len(numbers) == len(words) > 1 and not two:
        return AmountMention(*found.span(), rejected="amount_unclear", marked=True)
    total = section = 0
    for word in words:
        if word == "thousand":
            total, section = total + section * 1000, 0
        elif word == "hundred":
            section *= 100
        else:
            section += _ENGLISH_WORDS[word]
    return _sum(text, found, Decimal(total + section), True)


def _sum(text: str, found: re.Match[str], value: Decimal, marked: bool) -> AmountMention | None:
    minor = value * 100
    if minor != minor.to_integral_value() or not 0 < minor <= MOST:
        reason = "amount_zero" if minor == 0 else "amount_unclear"
        return AmountMention(*found.span(), rejected=reason, marked=marked)
    hedged = minor % 100 == 0 and _hedged(text, *found.span())  # to the cent it is exact, "about" which it may be
    return AmountMention(*found.span(), minor=int(minor), marked=marked, hedged=hedged)


def _hedged(text: str, start: int, end: int) -> bool:
    return bool(_HEDGE_BEFORE.search(text, max(0, start - 12), start) or _HEDGE_AFTER.match(text, end))


_READERS: tuple[tuple[re.Pattern[str] | Cued, Callable[[str, re.Match[str]], AmountMention | None]], ...] = (
    (_WORDED_THOUSANDS, _worded_thousands),
    (_WORDED, _worded),
    (_ONE_OF_UNIT, _one_of_unit),
    (_ENGLISH, _english),
    (_SMALL_CHANGE, _small_change),
    (_NUMERIC, _numeric),
)
