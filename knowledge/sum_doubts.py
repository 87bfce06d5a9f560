"""Words beside a sum that make it inexact: "over two thousand", "between 2k and 3k", 小两千, "900 or 950", 300的两倍.

A sum is taken only when nothing beside it was left unread that changes it. Source of the rule: a wrong guess about
money is worse than a question.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from knowledge.patterns import compiled

if TYPE_CHECKING:
    from knowledge.amounts import AmountMention

_CUE = compiled(
    r"between|over|under|shy|tops|almost|near|than|least|most|above|below|upwards|close|north of|double|half"
    r"|triple|usd|hkd|jpy|yen|sgd|myr|₩|欧|英镑|日元"
    r"|美|港|不到|maybe|perhaps|可能|\bto\b|\bor\b|twice|thrice"
    r"|times|plus|something|ish|odd|change|\bmax|\bmin|[x×*]|乘|倍|分之|成|减|除以|冒头|差点|小|之间|或|还是|就是|then"
    r"|、|都|也|多|左右|没|未|冇"
)
_WORD = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|\d{1,3})"
_INEXACT_BEFORE = compiled(
    r"(?:(?<![a-z])(?:over|under|almost|nearly|more than|less than|at least|at most|above|below"
    r"|(?<!add )(?<!adds )(?<!tally )(?<!tallies )(?<!come )(?<!comes )(?<!sum )(?<!sums )(?<!total )up to|upwards of"
    rf"|close to|north of|near|shy of|not quite|max(?:imum)?|min(?:imum)?)|(?<![a-z\d.]){_WORD}\s?(?:to|or"
    rf"|-))\s(?:(?:rmb"
    rf"|cny|¥|\$)\s?)?$"
    r"|(?:差点儿?|(?<![大])小|近乎)$"
)
_INEXACT_AFTER = compiled(
    r"\s?(?:冒头|不到(?:一点|点|\ue004)|多(?!了?[\d一二两三四五六七八九]|[少收付久长])|,?\s?(?:something|-?ish|odd|plus(?!\s?[\d¥])"
    r"|or so|tops|or more|or less|or (?:two|three)"
    r"|and (?:a bit|change|some)|max(?:imum)?|min(?:imum)?)(?![a-z]))"
)
_RECKONED = compiled(
    rf"\s?(?:twice|thrice|{_WORD}\s?(?:times|x)(?![a-z])|times(?![a-z])|[x×*]\s?(?:\d+|{_WORD}(?![a-z]))"
    r"|(?:乘以?|除以|减去?)\s?[\d一二两三四五六七八九][\d.十百千万]*|的?[两二三四五六七八九十\d]倍|的?[二三四五六七八九十]分之[一二三四五六七八九]|的?[一二三四五六七八九]成(?!功))"
)
_RECKONED_BEFORE = compiled(
    rf"(?:(?<![a-z\d.])(?:{_WORD}\s?(?:times|x)|twice)(?:\sof)?\s|(?<![a-z])(?:double|half(?: of)?|triple"
    rf"|(?:a )?third of|quarter of|usd|hkd"
    r"|us dollars?)\s|美金|美元|港币|港元|欧元|英镑|日元|₩\s?)$"
)
_FOREIGN_AFTER = compiled(r"\s?(?:美金|美元|港币|港元|欧元|英镑|日元|(?:usd|hkd|jpy|yen|sgd|myr)(?![a-z]))")
_EITHER = compiled(
    r"\s?(?:块|元)?(?:吧|呢|啊|呀)?\s?,?\s?(?:or(?: maybe)?|maybe|perhaps|或者?是?|或是|还是|[也又]?(?:可能|许"
    r"|或许|说不定|没准)是?"
    r"|要不就?是?|不然就?是?)\s?(?:maybe |about |was it |it was |是)?\s?"
)
_IF_NOT = compiled(r"(?:不是|唔系|不系)\s?¥?$|(?<![a-z])if (?:it |it's |it was )?(?:not|isn't|wasn't)\s(?:rmb |¥)?$")
_THEN = compiled(r"\s?(?:块|元)?钱?\s?,?\s?(?:就[是系]|then(?: it's| it was)?)\s?")
_UP_TO = compiled(r"\s(?:and|&|to)\s(?:about )?|\s?(?:和|与|跟|到|至|-|~)\s?")
_NOTHING = compiled(r"[一1](?:毛|块|元|角|分|蚊)钱?")
_ONE_CENT = compiled(r"(?:one|1|a single) (?:cent|penny|yuan|dollar|rmb|fen)s?")
_NOT_GOT = compiled(r"(?:n't|not|never|nor|no)(?:\s[a-z]+){0,3}\s(?:even |a |single )*$")
_NOT_EVEN = compiled(r"(?:都|也)[收攞见睇看等拿]?(?:没|未|冇|不|唔)")
_NOTHING_AT_ALL = compiled(r"一(?:毛|块|分|蚊)钱?(?=也?(?:没|未|冇|不))")
_EUROPEAN = compiled(r"[\d.]+\.\d{3},\d\d")
_TAKEN = compiled(r"[刷收做卖了的]\s?$")
_NEIGHBOUR = compiled(r"(?<![\d.])(?P<digit>[1-9])[、,]$")


def doubted(text: str, sums: list[AmountMention]) -> list[AmountMention]:
    """The sums with those rejected that the words beside them make inexact; "A or B" becomes a choice."""
    if not sums or _CUE.search(text) is None:
        return sums
    kept: list[AmountMention] = []
    for one in sums:
        last = kept[-1] if kept else None
        if last is not None and one.start < last.end:
            continue  # a part of what was reckoned
        gap = text[last.end : one.start] if last is not None else ""
        start = _either(text, last, gap) if last is not None and last.minor and one.minor else None
        if last is not None and start is not None:
            both = (last.minor or 0,), (one.minor or 0,)
            marked = last.marked or one.marked
            kept[-1] = replace(last, start=start, end=one.end, minor=None, choices=both, marked=marked)
        elif last is not None and _is_span(text, last, one) and _UP_TO.fullmatch(gap):
            kept[-1] = replace(last, end=one.end, minor=None, choices=(), rejected="amount_vague", marked=True)
        elif last is not None and last.end > one.start - 2 and _is_neighbour(text, one):
            kept[-1] = replace(last, end=one.end, minor=None, rejected="amount_vague", marked=True)
        elif _is_nothing(text, one):
            continue
        else:
            kept.append(_alone(text, one))
    return kept


def _either(text: str, first: AmountMention, gap: str) -> int | None:
    """Where two sums begin that are a choice: "880 or 890", "不是880就是890"; None if ``gap`` does not say so."""
    if _EITHER.fullmatch(gap):
        return first.start
    if _THEN.fullmatch(gap) is None:
        return None
    found = _IF_NOT.search(text, max(0, first.start - 16), first.start)
    return None if found is None else found.start()


def _is_nothing(text: str, one: AmountMention) -> bool:
    """True for 一毛都没有, 一毛没到, "not get one cent": no sum but that there is none."""
    if _ONE_CENT.fullmatch(text, one.start, one.end) and _NOT_GOT.search(text, max(0, one.start - 30), one.start):
        return True
    if _NOTHING.fullmatch(text, one.start, one.end) and _NOT_EVEN.match(text, one.end):
        return True
    found = _NOTHING_AT_ALL.match(text, one.start)
    return found is not None and found.end() >= one.end and _TAKEN.search(text, 0, one.start) is None


def _is_span(text: str, first: AmountMention, last: AmountMention) -> bool:
    """True for "between A and B" and A和B之间."""
    return text[: first.start].rstrip(" ¥$").endswith("between") or text[last.end :].lstrip().startswith("之间")


def _is_neighbour(text: str, one: AmountMention) -> bool:
    """True for the second part of "2、3千", which is two or three thousand."""
    before = _NEIGHBOUR.search(text, max(0, one.start - 3), one.start)
    words = text[one.start : one.end]
    return before is not None and words[1:2] in {*"百千万wk"} and words[0] == str(int(before["digit"]) + 1)


def _alone(text: str, one: AmountMention) -> AmountMention:
    if one.rejected or one.choices:
        return one
    if _EUROPEAN.fullmatch(text, one.start, one.end) and text.endswith("over ", 0, one.start):
        return one  # "the invoice over 4.800,00": who writes so says "over" for "of"
    near = max(0, one.start - 16)
    if _INEXACT_BEFORE.search(text, near, one.start) or _INEXACT_AFTER.match(text, one.end):
        return replace(one, minor=None, rejected="amount_vague", marked=True)
    if _RECKONED_BEFORE.search(text, near, one.start) or _FOREIGN_AFTER.match(text, one.end):
        return replace(one, minor=None, rejected="amount_unclear", marked=True)
    if (reckoned := _RECKONED.match(text, one.end)) is not None:
        return replace(one, end=reckoned.end(), minor=None, rejected="amount_unclear", marked=True)
    return replace(one, minor=None, rejected="amount_vague", marked=True) if _is_neighbour(text, one) else one
