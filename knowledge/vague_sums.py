"""Sums that are said inexactly: 几千, 两百多, 五百来块, 2k-3k, "over two thousand", "a few hundred"."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from knowledge.cues import cued
from knowledge.numerals import DIGITS, MONEY_WORD, NUMERALS, SIGN
from knowledge.patterns import compiled

_SAID = (
    rf"(?:[\d.,]{{0,12}}\d|[{NUMERALS}十][零{NUMERALS}十百千万]{{0,16}})\s?(?:[万千百](?![元块])|[wk](?![a-z])"
    r"|thousand|hundred|grand)* ?"
)
_VAGUE = cued(
    rf"[几干多数小近快上来出挂余以开不将超少至起冒+]|[朝往]上|之内|打底|封顶|零头|拐弯|打不住|[挨靠]边"
    rf"|[百千万][八十把儿来]|[一二两三四五六七八九][二三四五六七八九两]"
    rf"|(?:[-~到]|to)\s?(?:{SIGN})?[\d{NUMERALS}十]|something|or so|ish|odd|and change|hundred|thousand|some"
    rf"|several|few|couple"
    r"|many|tens|over|under|almost|nearly|than|least|above|below|upwards|up to",
    rf"(?:好?几|若干|好多|数|大几)[十百千万亿]{{1,4}}(?:多|来)?(?:{MONEY_WORD})?"
    rf"|(?:小|近|快)一[百千万](?![\d{NUMERALS}])|(?<![线网以])上[百千万](?![\d{NUMERALS}])|几[块元毛]钱?"
    rf"|(?:(?<![{NUMERALS}十百千万\d])百(?:八十|十来?)|千(?:把|儿八百)|(?<![{NUMERALS}十百千万零\d])千八百"
    rf"|万(?:把|儿八千)|(?<![{NUMERALS}十百千\d])万八千|百(?:把|来))(?:{MONEY_WORD})?"
    rf"|[一二两三四五六七八九](?P<pair>[二三四五六七八九两])[十百千万]{{1,4}}(?:{MONEY_WORD})?"
    rf"|{_SAID}(?:{MONEY_WORD})?(?:多(?!了?\s?[\d一二两三四五六七八九]|[少收付久长])|几(?![笔个单天号时点])"
    rf"|来(?=[块元万千百钱])|好几|出了?(?:一点|点|个|些"
    rf"|丁点)?儿?头|挂(?:了?点|了)?零|冒了?(?:点|个)?(?:头|尖)|带(?:点)?零头|(?:还)?带?拐弯|朝上|往上|打不住|挨边儿?"
    rf"|靠边儿?|有余"
    r"|余(?!额)|\+(?!\s?[\d¥$£€\ue001])(?!(?<=\s\+)\s\S)|以上(?![都均全几各两三四款金])|以下(?![都均全几各两三四款金])"
    r"|以内|之内|打底|封顶|开外|不到(?![账位卡银户])(?=$"
    r"|[,;.!?\s块元啊呀吧])"
    r"|something|or so|-?ish"
    rf"|odd|\s?over(?=\s?(?:[,;.]|$))|\s?and change(?![a-z]))[十百千万wk]{{0,4}}\s?(?:{MONEY_WORD})?"
    r"|(?:不到|不足|将近|(?<!最)近|快(?!到)|超过|不止|不只|多于|少于|至少|最少|最多"
    rf"|起码)\s?(?:{SIGN})?{_SAID}(?:{MONEY_WORD})?(?!\s?[\d号日月年天个笔点周星礼])"
    r"|\d[\d.,]{0,12}[万千wk]?\s?(?:-|~|到|至|to)\s?\d[\d.,]{0,12}(?:[万千]|[wk](?![a-z]))"
    r"|(?:[\d.,]{1,12}\d"
    rf"|[{NUMERALS}十][零{NUMERALS}十百千万]{{0,16}}[十百千万])\s?(?:[万千wk])?(?:{MONEY_WORD})?\s?(?:-|~|到|至"
    rf"|to)\s?(?:{SIGN})?(?:\d[\d.,]{{0,12}}\d"
    rf"|[{NUMERALS}十][零{NUMERALS}十百千万]{{0,16}}[十百千万])\s?(?:[万千wk](?![a-z]))?(?:{MONEY_WORD})?"
    r"|(?:some|several|a few|few|a couple(?: of)?|couple(?: of)?|many|tens of|hundreds of|hundreds|thousands of"
    r"|thousands)\s+(?:hundreds?|thousands?|grand|k|bucks|yuan|rmb|dollars)"
    r"|(?<![a-z])(?:hundreds|thousands)(?![a-z])"
    r"|(?<![a-z])(?:over|under|almost|nearly|more than|less than|at least"
    r"|(?<!add )(?<!adds )(?<!tally )(?<!tallies )(?<!come )(?<!comes )(?<!sum )(?<!sums )(?<!total )up to|above"
    r"|below|upwards of)\s+(?:rmb"
    r"|cny|¥|\$)?\s?(?:[\d.,]{1,12}\d|\d)\s?(?:[kw](?![a-z])|thousand"
    r"|hundred)?(?!\s?(?:days?|weeks?|months?|hours?|times|sales|payments|transactions|txns|slips|orders|payouts"
    r"|terminals|customers))",
)


def find_vague(text: str) -> Iterator[tuple[int, int]]:
    """Where normalised ``text`` names a sum without its exact value."""
    for found in _VAGUE.finditer(text):
        if (found["pair"] is None or _adjacent(found[0])) and not _falls(found[0]):
            yield found.span()


_FROM_TO = compiled(r"(\d[\d,]*(?:\.\d+)?)\s?到\s?(\d[\d,]*(?:\.\d+)?)")


def _falls(words: str) -> bool:
    """True for "2000到1988": no span, but what was taken and what came (到) of it."""
    found = _FROM_TO.fullmatch(words.strip())
    return found is not None and Decimal(found[1].replace(",", "")) > Decimal(found[2].replace(",", ""))


def _adjacent(words: str) -> bool:
    """True for 两三千, 五六百: two neighbours of the row of numbers, hence vague."""
    signs = [DIGITS[sign] for sign in words if sign in DIGITS]
    return any(later - earlier == 1 for earlier, later in pairwise(signs))
