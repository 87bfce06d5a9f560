"""Digits said one by one -> digits: "four zero seven one" and "double four oh one", 九三三六, 五幺二零 七七三四.

Four or more in a row: a card's last digits, a terminal's number. Fewer are counted, and so are words of days and sums.
"""

from __future__ import annotations

import re

from knowledge.cues import cued
from knowledge.numerals import SPOKEN_DIGITS
from knowledge.patterns import compiled
from knowledge.spoken_sums import NUMBER_WORDS

_ENGLISH = {word: str(number) for word, number in NUMBER_WORDS.items() if number < 10}
_ENGLISH |= {"oh": "0", "o": "0", "nought": "0", "nil": "0"}
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_ONE = rf"(?:(?:{'|'.join(_TIMES)})[\s-])?(?:{'|'.join(_ENGLISH)}|\d)"
_BESIDE = r"(?:,\s|\s-\s|[\s-]|\.\s?(?=[a-z]))"
_SAID = cued(
    rf"(?:{'|'.join([*_TIMES, *_ENGLISH])})[\s,.-]|\d[\s,.-]+(?:{'|'.join(_ENGLISH)})(?![a-z])",
    rf"(?<![\w.,:/¥$*])(?<!\d\s){_ONE}(?:{_BESIDE}{_ONE})+(?![\w/%*]|[.,:]\d|[\s-](?:hundred|thousand|\d))",
)
_WORD = re.compile(r"[a-z]+|\d")
_CN = "零一二三四五六七八九幺"
_SAID_IN_CHINESE = compiled(
    rf"(?<![{_CN}十百千万亿两第周期拜廿卅年月点¥.,\d])(?<!\d号)[{_CN}]{{4}}(?:[\s,、-]?[{_CN}]{{4}})?"
    rf"(?![\s、]?[{_CN}十百千万亿两\d](?<!\s一(?=直|分|毛))|[年月日号点天个块元圆毛角笔单蚊折成%半]|\s?(?:rmb|yuan))"
)
_COUNTED_UP = "零一二三四五六七八九"
"""Of which four in a row are rather days: 周一到周四 is 一二三四 too."""
_LEAST = 4
_FOUR_ALIKE = compiled(
    rf"(?<![第{_CN}十百千万\d])四个(?P<sign>\d|[{_CN}])(?![{_CN}十百千万\d.,]|\s?[块元圆蚊折星号日点月年天笔个位张])"
    rf"|(?<![a-z])four\s(?P<word>{'|'.join(_ENGLISH)})(?:e?s|'s)(?![a-z])"
)
"""四个5, "four sevens"."""


def in_digits(text: str) -> str:
    """Normalised ``text`` with such words written in digits."""
    if "四个" in text or "four " in text:
        text = _FOUR_ALIKE.sub(lambda said: _sign(said["sign"] or said["word"]) * 4, text)
    if _CHINESE.search(text) is not None:
        text = _SAID_IN_CHINESE.sub(_chinese, text)
    return _SAID.pattern.sub(_english, text) if _SAID.cue.search(text) else text


_CHINESE = compiled(rf"[{_CN}]{{4}}")


def _chinese(said: re.Match[str]) -> str:
    if said[0] in _COUNTED_UP or said[0] == "七七八八":
        return said[0]
    return "".join(SPOKEN_DIGITS.get(sign, sign) for sign in said[0])


def _sign(said: str) -> str:
    return _ENGLISH.get(said) or SPOKEN_DIGITS.get(said, said)


def _english(said: re.Match[str]) -> str:
    digits, times = "", 1
    for found in _WORD.finditer(said[0]):
        word = found[0]
        if word in _TIMES:
            times = _TIMES[word]
        else:
            digits += _ENGLISH.get(word, word) * times
            times = 1
    counted = any(sign.isdecimal() for sign in said[0]) and not any(word in said[0] for word in _TIMES)
    return said[0] if len(digits) < _LEAST or counted else digits
