"""Sums as they are said in English, digits and words mixed: "nine hundred and five point five", "2 and a half grand".

A run of number words is read as a whole or not at all: what is left over of it would be another sum. Source of the
rule: a question is better than a part of a sum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from knowledge.numerals import DIGITS, NUMERALS, WORDS, chinese_number
from knowledge.patterns import compiled

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
NUMBER_WORDS = {word: number for number, word in enumerate((_ONES + " eighteen nineteen").split())}
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBER_WORDS |= {word: number * 10 for number, word in enumerate(_TENS.split(), start=2)}
_SCALES = {"thousand": 1000, "thou": 1000, "grand": 1000, "k": 1000, "hundred": 100, "million": 10**6}
_SCALES |= {"thousands": 1000, "hundreds": 100}
_SCALES |= dict.fromkeys(("lakh", "lakhs", "lac", "lacs"), 100_000) | dict.fromkeys(("crore", "crores"), 10**7)
_UNITS = frozenset({"yuan", "kuai", "rmb", "cny", "dollars", "dollar", "bucks", "quid", "naira"})
_UNITS |= {"pound", "pounds", "euro", "euros", "rupee", "rupees", "peso", "pesos"}
_SMALL = {"jiao": Decimal("0.1"), "mao": Decimal("0.1"), "fen": Decimal("0.01"), "cents": Decimal("0.01")}
_SMALL |= {"cent": Decimal("0.01")}

CUE = compiled(
    r"hundred|thou(?:sand|\b)|grand|million|\blakh|\blacs?\b|crore|point|half|jiao|\bmao|\bfen|\bcents?\b"
    r"|(?<=[a-z]) k\b"
)
"""Only where one of these is said does a sum need this reading; plain digits and plain words have their own."""
ONE_AS_A = rf"an?(?!\s(?:{'|'.join(NUMBER_WORDS)}|\d))"
"""A number, as in "a thousand"; in "a two thousand yuan sale" it is none."""
_WORD = "|".join(
    sorted((*NUMBER_WORDS, ONE_AS_A, "half", *_SCALES, "point", "dot", *_UNITS, *_SMALL), key=len, reverse=True)
)
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_TOKEN = rf"(?:{_NUMBER}(?![\d:/]|\.\d)|(?:{_WORD})(?![a-z]))"
_BEAT = (
    r"(?:\.|\.\.+|,)\s(?=(?:hundred|thousand|grand|k|yuan|kuai|rmb)(?![a-z]))"
    r"|(?<=hundred)\.+\s(?=(?:and\s)?[a-z]+(?:\s[a-z]+)?\.?\s(?:yuan|kuai|rmb)(?![a-z]))|(?<=thousand)(?:\.+"
    r"|,)\s(?=[a-z]+\.?\shundred)"
)
"""Said word by word: "eight. thousand. yuan."."""
_RUN = compiled(
    rf"(?<![a-z\d.,:/¥-]){_TOKEN}(?:(?:\s|-|\s?,\s?and\s|\s?&\s|\s?and\s|\s'?n'?\s|(?<=\d)(?=[a-z])"
    rf"|{_BEAT})\s?{_TOKEN})*"
)
_EACH = compiled(rf"{_NUMBER}|[a-z]+|&")
_TWO_SUMS = compiled(r"\s(?:and|&)\s")
_WITHIN_ONE = compiled(r"(?:hundred|thousand|grand|million|lakhs?|lacs?|crores?)\s(?:and|&)\s")
"""This "and" may be a part of one number, any other parts two of them."""


_TENS_SAID = compiled(r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?![a-z])")
"""Without it "nine fifty" is not said either."""
_TIME_BEFORE = compiled(
    r"(?<![a-z])(?:at|by|until|till|before|after|since|around|past|ending|ends|ends in|code|number)\s$"
)
"""After it two numbers are a time of day, or digits."""
_MEASURE = "个"
_HALVED = compiled(
    rf"(?<![\d.{NUMERALS}十百千万第])(?P<whole>\d{{2,6}}|{WORDS})个(?P<tenth>半|[一二三四五六七八九])(?=$"
    rf"|[,;.!\s没未都的])"
)
"""Cantonese 八百八十八个半, 67个2: the measure word is the unit, and what follows it the tenth."""
_FEWEST_HALVED = 20
_MEASURED = compiled(
    rf"(?<![\d.{NUMERALS}十百千万])(?P<count>\d{{1,3}}(?:\.\d)?|[{NUMERALS}])个(?P<half>半)?(?:w(?![a-z])|万)"
)
"""3个w, 两个万, 1个半w."""


class _UnreadError(Exception):
    """The words are no single sum."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One run of number words at ``start:end``; ``value`` in yuan, None where it cannot be read exactly."""

    start: int
    end: int
    value: Decimal | None
    apart: tuple[Decimal, ...] | None = None
    """The other reading: "two thousand and three hundred" may be two sums, "nine fifty" 9.50."""
    marked: bool = True
    """Whether the words say by themselves that it is money."""


def find_spoken(text: str) -> Iterator[Spoken]:
    """The sums of ``text`` that need more than one word or that mix digits with words."""
    if _MEASURE in text:
        for found in _MEASURED.finditer(text):
            count = DIGITS.get(found["count"])
            tenths = Decimal("0.5") if found["half"] else 0
            yield Spoken(*found.span(), (Decimal(found["count"] if count is None else count) + tenths) * 10_000)
        yield from _halved(text)
    if CUE.search(text) is None and not ("ty" in text and _TENS_SAID.search(text)):
        return
    for found in _RUN.finditer(text):
        words = _EACH.findall(found[0])
        if CUE.search(found[0]) is None:
            if (pair := _in_two(words)) is not None and not _TIME_BEFORE.search(text, 0, found.start()):
                parted = any(word in _UNITS for word in words[1:-1])  # "twelve pounds forty"
                apart = None if parted else (pair / 100,)
                yield Spoken(*found.span(), pair / 100 if parted else pair, apart, marked=words[-1] in _UNITS)
        elif _is_a_sum(words):
            yield from _sums(found)


def _halved(text: str) -> Iterator[Spoken]:
    for found in _HALVED.finditer(text):
        whole = int(found["whole"]) if found["whole"].isdecimal() else chinese_number(found["whole"])
        tenth = 5 if found["tenth"] == "半" else DIGITS[found["tenth"]]
        if whole is not None and whole >= _FEWEST_HALVED:
            yield Spoken(*found.span(), Decimal(whole) + Decimal(tenth) / 10)


def _in_two(words: list[str]) -> Decimal | None:
    """ "nine fifty", "twenty-three forty five": the hundreds are not called so, unless it is yuan and fen."""
    if any(word not in NUMBER_WORDS and word not in _UNITS for word in words):
        return None
    numbers = [NUMBER_WORDS[word] for word in words if word not in _UNITS]
    head = numbers[:2] if len(numbers) > 2 and numbers[0] >= 20 and numbers[1] < 10 else numbers[:1]
    rest = numbers[len(head) :]
    ends = len(rest) == 1 or (len(rest) == 2 and 0 < rest[1] < 10)
    if not (rest and rest[0] >= 20 and ends and sum(head) > 0) or (len(head) == 1 and head[0] >= 20):
        return None
    return Decimal(sum(head) * 100 + sum(rest))


def _is_a_sum(words: list[str]) -> bool:
    """Counted, or "a thousand", "half a grand"; "a point", "the grand opening" are words like others."""
    if any(word in NUMBER_WORDS or word[0].isdecimal() for word in words):
        return True
    return words[0] in {"a", "an", "half"} and len(words) > 1 and not {*_SCALES}.isdisjoint(words)


def _sums(found: re.Match[str]) -> Iterator[Spoken]:
    """The run as one sum, else as two with "and" between, each whole."""
    try:
        whole = _read(found[0])
    except _UnreadError:
        whole = None
    inside = {one.end() for one in _WITHIN_ONE.finditer(found[0])}
    joints = sorted(_TWO_SUMS.finditer(found[0]), key=lambda one: one.end() in inside)
    for joint in joints:
        try:
            first, second = _read(found[0][: joint.start()]), _read(found[0][joint.end() :])
        except _UnreadError:
            continue
        if first < 100 or second < 100:
            continue
        if whole is not None and (joint.end() in inside or len(joints) == 1):
            yield Spoken(*found.span(), whole, (first, second))
            return
        yield Spoken(found.start(), found.start() + joint.start(), first)
        yield Spoken(found.start() + joint.end(), found.end(), second)
        return
    yield Spoken(*found.span(), whole)


def _read(words: str) -> Decimal:
    return _Reader([word for word in _EACH.findall(words) if word not in {"and", "&", "n"}]).sum()


class _Reader:
    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.place = 0

    def _peek(self) -> str:
        return self.words[self.place] if self.place < len(self.words) else ""

    def _next(self) -> str:
        word = self._peek()
        self.place += 1
        return word

    def sum(self) -> Decimal:
        """``whole [unit] [count jiao] [count fen] [unit]`` and nothing after it."""
        value = self._whole()
        if in_units := self._peek() in _UNITS:
            self._next()
        last = Decimal(1)
        while self._peek():
            count = self._below_hundred()
            if in_units and last == 1 and not self._peek() and 20 <= count < 100:
                return value + count / 100  # "two hundred and seven yuan fifty"
            size = _SMALL.get(self._next())
            if size is None or size >= last or count >= 100 or (size == Decimal("0.1") and count > 9):
                raise _UnreadError
            value, last = value + count * size, size
            if self._peek() in _UNITS:
                raise _UnreadError
        return value

    def _whole(self) -> Decimal:
        """Groups whose scales fall: "two thousand three hundred and five"; the last may have decimals."""
        total, last = Decimal(0), 10**9
        while True:
            mark = self.place
            size = self._group_value()
            if size is None or self._peek() in _SMALL:  # the jiao after the yuan
                self.place = mark
                break
            number, scale = size
            if total and number >= last:
                raise _UnreadError
            total, last = total + number * scale, scale
            if scale == 1 or number % 1:
                break
        if last == 10**9:
            if self._peek() and self.place == 0:
                total = self._below_hundred()
                if self._peek() in _SMALL:
                    self.place = 0
                    return Decimal(0)
            raise _UnreadError
        return total

    def _group_value(self) -> tuple[Decimal, int] | None:
        """A number below a thousand, or any in digits, and the thousands or hundreds that it counts."""
        word = self._peek()
        if not word or not (word[0].isdecimal() or word in NUMBER_WORDS or word in {"a", "an", "half"}):
            return None
        if word == "half":
            self._next()
            if self._peek() in {"a", "an"}:
                self._next()
            return (Decimal("0.5"), self._scale())
        if self._words_ahead("a", "half"):
            raise _UnreadError
        number = self._below_hundred()
        if self._peek() in {"hundred", "hundreds"}:
            self._next()
            number *= 100
            if (self._peek() in NUMBER_WORDS or self._peek().isdecimal()) and not self._small_next():
                rest = self._below_hundred()
                if rest >= 100 or number % 100:
                    raise _UnreadError
                number += rest
        if self._peek() in {"point", "dot"}:
            self._next()
            number += self._decimals()
        if self._words_ahead("a", "half"):
            self.place += 2
            number += Decimal("0.5")
            return number, self._scale()
        if self._peek() in _SCALES:
            if number >= 100 and self._peek() in {"hundred", "hundreds"}:
                raise _UnreadError
            return number, self._scale()
        return number, 1

    def _small_next(self) -> bool:
        return self.place + 1 < len(self.words) and self.words[self.place + 1] in _SMALL

    def _words_ahead(self, *words: str) -> bool:
        return tuple(self.words[self.place : self.place + len(words)]) == words

    def _scale(self) -> int:
        word = self._next()
        if word not in _SCALES:
            raise _UnreadError
        return _SCALES[word]

    def _below_hundred(self) -> Decimal:
        word = self._next()
        if word in {"a", "an"}:
            return Decimal(1)
        if word[:1].isdecimal():
            return Decimal(word.replace(",", ""))
        if word not in NUMBER_WORDS:
            raise _UnreadError
        number = NUMBER_WORDS[word]
        if number >= 20 and 0 < NUMBER_WORDS.get(self._peek(), 0) < 10:
            number += NUMBER_WORDS[self._next()]
        return Decimal(number)

    def _decimals(self) -> Decimal:
        digits = ""
        while NUMBER_WORDS.get(self._peek(), 10) < 10:
            digits += str(NUMBER_WORDS[self._next()])
        if not digits and self._peek().isdecimal():
            digits = self._next()
        if not digits:
            raise _UnreadError
        return Decimal("0." + digits)
