"""Numbers that name something: terminals, merchants, card tails, and those that only look so (phones, orders, tickets).

Shapes from ISO 8583: a terminal (field 41) has eight letters or digits, a merchant (field 42) fifteen, a card
thirteen to nineteen digits. What a label calls a number decides before its shape does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain

from knowledge.cues import Cued, cued
from knowledge.identifier import Identifier, Kind
from knowledge.number_labels import CONTACT, OTHER_TERMINAL_NUMBER
from knowledge.numerals import SPOKEN_DIGITS
from knowledge.patterns import compiled
from knowledge.redaction import card_spans
from knowledge.tail_pairs import find_pairs
from knowledge.tails import find_tails, sided, tail_kind
from knowledge.taken_back import TAKEN_BACK, is_repaired

__all__ = ["Identifier", "Kind", "find_identifiers", "is_date_shaped"]

_CN = "零一二三四五六七八九幺"
_ANY_DIGIT = compiled(rf"[\d{_CN}]")
_DIGITS = compiled(r"\d+")

_TERMINAL_WORD = (
    r"(?:终端机?|设备|机器|机子|机具|机身|刷卡机|[这那]台|pos\s?机?|tid|(?<![a-z]\s)(?<![a-z])id|sn|terminal"
    r"|device|machine"
    r"|(?<![开关死了])机)(?:\s?(?:编?号码?|编码|代码|序列号|id|no\.?|number|num))?"
)
_LABELLED_TERMINAL = compiled(
    rf"(?<![a-z]){_TERMINAL_WORD}\s?(?:是|为|就是|应该是|=|:|is|was|#|-"
    r"|号)?\s?[\"'(「]?\s?(?P<id>(?=(?:[a-z\s-]*\d){4})[0-9a-z](?:[\s-]?[0-9a-z]){7})(?![0-9a-z])"
)
_PLAIN_WORD = compiled(
    r"(?:ends?|took|sold|paid|made|gave|says|died|down|tail|last|card"
    r"|shop|room|call|bank|code|line|till|desk|from|with|case)[\s-]"
)
"""Words that a number after them turns into no terminal: "terminal ends 7716"."""
_SPOKEN_TERMINAL = compiled(rf"(?<![{_CN}十百千万])(?P<id>[{_CN}]{{8}})(?![{_CN}十百千万])")
_EIGHT_DIGITS = compiled(r"(?<![\da-z/*])(?<!\d[.,-])\d{8}(?![\da-z]|[./-]\d|,\d{3}(?!\d)|\s?(?:元|块|rmb|万))")
_SPACED = compiled(r"\d[\s-]\d")
_EIGHT_SPACED = compiled(
    r"(?<![\da-z.,:/*-])(?<!\d\s)(?:\d(?:\s\d){7}|(?!(?:(?:[0-2]\d|3[01])-?){4})\d\d(?:-\d\d){3}"
    r"|(?=0|\d{4}.0)\d{4}[\s-]\d{4})(?![\da-z]|[.,:/-]\d|\s\d"
    r"|\s?(?:[号日月笔元块万千]|rmb|yuan))",
)
"""Digit by digit, in pairs that are no days, or in two groups of which one begins with a nought, as no sum does."""
_GROUPED = compiled(
    r"(?<![\da-z.,:/*-])(?<!\d\s)(?P<id>\d{2,4}(?:[\s-]\d{2,4}){1,3})(?![\da-z]|[.,:/-]\d|\s\d"
    r"|\s?(?:[号日月笔元块万千]|rmb|yuan))"
)
_TERMINAL_BEFORE = compiled(
    r"(?:终端机?|机身|设备|机器|机子|刷卡机|[部台]机|机[编号底背后]|pos机?|编号|编码|序列号"
    r"|贴纸)(?P<zh>[^\d,;!?\n]{0,14})$"
    r"|(?<![a-z])(?:terminal|device|machine|tid|unit|till|pos|reader|swiper|sn|s/n|serial|sticker|label)"
    r"(?P<en>[^\d;!?\n]{0,24})$"
)
"""Some words before a number in groups of digits: it is the terminal's."""
_MIXED = compiled(r"(?<=[a-z])\d|\d{5}[a-z]")
"""Where letters are among five digits or more, this is too."""
_NOT_ITS = compiled(
    r"[刷收卖做款钱卡尾换改绑]|电话|手机"
    r"|(?<![a-z])(?:took|taken|sold|sales?|paid|payouts?|money|amounts?|cards?|ending|since|on|from|phone"
    r"|call)(?![a-z])"
)
"""Words between, of something else that has digits."""
_A_DAY = compiled(r"\d{1,2}[\s-]\d{1,2}[\s-]20\d\d|20\d\d[\s-]\d{1,2}[\s-]\d{1,2}")
_GROUPED_LETTER = cued(
    r"[a-z][\s-]?\d{1,4}",
    r"(?<![\da-z.,'+])(?P<id>[b-hj-wyz](?:[\s-]?\d{1,6}){2,4})(?![\da-z]|[.,:/-]\d|\s\d|\s?(?:[号日月笔元块万千百]"
    r"|rmb|yuan))",
)
"""One letter and seven digits in groups, "h 620 0771": nothing else looks so."""
_CALLED_AFTER = compiled(
    r"(?<![\da-z])(?P<id>\d{8})\s?,?\s?(?:(?:is|it's|=)\s(?:the|my|our|a)?\s?(?:\w+\s)?(?:terminal|device|machine|tid"
    r"|pos|serial)"
    r"|就?[是系](?:我们?|俺|咱)?的?(?:终端|机器?|设备|刷卡机|pos)|(?:终端|机器|机子|设备)\s(?=20\d{6}\s?[那当][天日]))"
)
_ON_THAT_DAY = compiled(r"\s?[那当][天日]")
"""Eight digits that are called a terminal's afterwards, though they may look like a day."""
_WORD_BEHIND = compiled(r"\d\s[a-z]$")
_EIGHT_MIXED = compiled(
    r"(?<![\da-z])(?!\d+(?:rmb|cny|yuan|kuai)|rmb|cny)(?=[0-9a-z]*[a-z])(?=(?:[a-z]*\d){5})[0-9a-z]{8}(?![\da-z])"
)
_SECRET = compiled(r"(?:密码|口令|验证码|(?<![a-z])(?:password|passcode|pin))\s?(?:是|为|:|is|=)*\s?$")
"""Before a number that nobody should have sent; it names nothing."""
_COUNTED_UP = "123456789"
"""Of which eight in a row are rather days."""
_TAILS_NEAR = compiled(r"尾|两张|两个卡|(?<![a-z])(?:ending|tails?|last (?:four|4)|cards)(?![a-z])")
_LABELLED_MERCHANT = compiled(
    r"(?:商户(?:编?号码?|编码|id)?|商编|mid|merchant(?:\s?(?:no\.?|number|id|code))?)\s?(?:是|为|=|:|is"
    r"|#)?\s?(?P<id>\d{11}[0-9a-z]{4}|\d{8,15}|\d{3,5}(?:\s\d{3,5}){2,4})(?![0-9a-z])"
)
_DIGITS_OF_FIFTEEN = 11
_FIFTEEN = compiled(r"(?<![\da-z])\d{11}[0-9a-z]{4}(?![\da-z])")
_PHONE = cued(
    r"1[3-9]\d[\s-]?\d{4}|[48]00|0\d{2,3}-\d|\+",
    r"(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d(?:[\s-]?\d{4}){2}(?!\d)|(?<!\d)(?:400|800)[\s-]?\d{3,4}[\s-]?\d{3,4}(?!\d)"
    r"|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)|\+\d{1,3}[\s-]?\d[\d\s-]{6,12}\d",
)
_SPACED_PHONE = compiled(
    r"(?:电话|手机|致电|(?<![a-z])(?:call|ring|phone|mobile|whatsapp|reach me))(?:\s?(?:号码?|我|is|me|us|on|at"
    r"|number))*\s?:?\s?"
    r"(?P<id>\d{3,7}[\s-]\d{4,6})(?!\s?\d)"
)
_HOTLINE = compiled(
    r"(?:电话|热线|拨打?|打了?|打给|客服|call(?:ed)?|hotline|phone)\s?(?:电话)?(?:是|为|:"
    r"|to)?\s?(?P<id>\d{5,11})(?!\d)"
)
_CALLED = compiled(
    r"(?:拨打?|打(?:了|过|给)?|致电|热线|(?<![a-z])(?:call(?:ed)?|rang|ring|dial(?:led|ed)?|hotline))\s?(?:to|:|了)?\s?"
    r"(?P<id>\d{5,11})(?!\d|\s?(?:元|块|万|rmb|yuan))"
)
"""A number that somebody called is no terminal's, of whatever length."""
_MASKED_PHONE = compiled(r"(?<!\d)1[3-9]\d[*•x·]{3,4}\s?\d{4}(?!\d)")
_ORDER = compiled(
    r"(?:订单号?|流水号|流水(?=\s?\d{10})|(?<!工)单号|交易号|参考号|凭证号|批次号?|检索号|order|reference"
    r"|invoice|发票号?|ref"
    r"|transaction id|trace|batch)(?:\s?(?:no\.?|number|id))?\s?(?:是|为|:|#)?\s?(?=[a-z-]*\d)[0-9a-z-]{4,}"
    r"|(?<=change request )(?=[a-z-]*\d)[0-9a-z-]{4,}"
)
_LONG = cued(
    r"[\da-z][\da-z]{8}",
    r"(?<!\d)(?<!\d[.,])\d{9,}(?![\d])|(?<![0-9a-z])(?=[a-z]*\d)[0-9a-z]{16,}(?![0-9a-z])",
)
_TICKET = compiled(
    r"(?:工单|(?<![张个笔])单子|编号|案件|受理|投诉单|ticket|case|request|reopen"
    r"|reference|(?<![\d.,])(?=\d{4,6} (?:was )?closed without))(?:\s?(?:号码?|编号|no\.?|number|id))?\s?(?:是|为|:"
    r"|#)?\s?#?(?:[a-z]{1,4}-)?(?P<id>\d{3,6})(?!\d)"
)
_NUMBERED = compiled(r"#\s?\d{3,6}(?!\d)")
_MASKED = cued(
    r"\*|[•x·.][*•x·.]",
    r"(?<![\d*])\*\s?(?P<one>\d{4})(?!\d)"
    r"|(?:\d{4,6}[\s-]?(?:\d\d(?=[*•x·.]))?)?[*•x·.]{2,}[\s*•x·.-]*(?P<tail>\d{3,4})(?!\d)",
)
_CARD_SAID = compiled(
    r"[卡尾账户]|(?<![a-z])(?:cards?|accounts?|acct|a/c|ending|ends|bank|icbc|abc|ccb|boc"
    r"|cmb|bocom|psbc|hsbc)(?![a-z])"
)
_RECEIPT = compiled(r"参考号|凭证号|交易金额|批次号|流水号|授权码|消费|小票|reference|receipt")
_MONEY = r"[\s:]*(?:(?:we|i|took|sold|made|another|with|was|sales?|takings) )*[¥$]?\d"
"""After "next day": what was taken then."""
_CYCLE = compiled(
    r"(?<![0-9a-z])(?:(?P<d0>d\s?\+\s?0|d0|t\s?\+\s?0|t0|秒到账?|秒到|秒结|实时(?:到账|结算)?|即时(?:到账|结算)?"
    r"|(?<!影响)(?<!影响到)当[天日]到账?(?!账?(?:就|才|也|的|了))|instant(?:ly)?|immediate(?:ly)?"
    rf"|same[- ]day(?! as|{_MONEY}|\s(?:nothing|no|not|i|we|it|my|and"
    rf"|but)(?![a-z]))(?<!of same day)(?<!on same day)|real[- ]?time)"
    r"|(?P<t1>[dt]\s?\+\s?1|t1|次日(?:到账?|结算"
    r"|(?!就|才|也|又|便|都|即|起|开始|[刷卖收做上下中晚早]|营业|流水|所收|交易|货款|款))|隔天到账?|隔日到账?"
    r"|第二天到账?"
    r"|(?<!the )next[- ](?:working |business )?day(?!\s?(?:[\d¥$£€]|i|we|it|nothing|sales?"
    r"|takings)(?![a-z]))))(?![0-9a-z])"
)


def find_identifiers(
    text: str, today: date, asked: str | None = None, quotes: tuple[tuple[int, int], ...] = ()
) -> tuple[Identifier, ...]:
    """All such numbers of normalised ``text``, in the order said; what one finder took, later ones leave.

    ``quotes``: where the text quotes a bank's notice, see ``knowledge.notices``.
    """
    taken: list[Identifier] = []
    for found in _candidates(text, today, asked):
        if all(found.end <= other.start or found.start >= other.end for other in taken):
            taken.append(found)
    if not taken:
        return ()
    taken = [sided(text, one, any(start <= one.start < end for start, end in quotes)) for one in taken]
    taken = [replace(one, kind="other") if _is_head(text, one) else one for one in taken]
    taken = list(_put_right(text, taken))
    return tuple(sorted(taken, key=lambda one: one.start))


_HEAD_AFTER = compiled(r"\s?(?:开头|打头)")
_HEAD_BEFORE = compiled(r"(?:start|begin)(?:s|ning|ing)?\s(?:with\s)?$")


def _is_head(text: str, one: Identifier) -> bool:
    """Digits that a card begins with are no tail."""
    if one.kind not in {"tail", "new_tail", "old_tail"}:
        return False
    before = _HEAD_BEFORE.search(text, max(0, one.start - 16), one.start)
    return before is not None or _HEAD_AFTER.match(text, one.end) is not None


_CORRECTED = compiled(r"(?P<tail>\d{4})(?![\d/-]|[.,]\d|\s?(?:[年月号日点笔元块万千百]|rmb|yuan))")


_AND_TWO_MORE = compiled(r"\s?(?:and|or|,|、|和|跟)\s?\d\d(?!\d)")
"""After two digits of a card: two more, of which nobody knows where they belong."""


def _put_right(text: str, taken: list[Identifier]) -> Iterator[Identifier]:
    """All of them, and "ending 4410 sorry 4401": the digits that take a tail's place, perhaps words later."""
    for one in taken:
        if one.kind not in {"tail", "new_tail", "old_tail"}:
            yield one
            continue
        more = _AND_TWO_MORE.match(text, one.end)
        later = _CORRECTED.search(text, more.end() if more else one.end)
        free = later is not None and all(later.end() <= other.start or later.start() >= other.end for other in taken)
        if later is not None and free and is_repaired("", text[more.end() if more else one.end : later.start()]):
            yield replace(one, kind="other")
            yield Identifier(*later.span("tail"), one.kind, later["tail"])
            continue
        yield one
        words = TAKEN_BACK.match(text, one.end)
        found = _CORRECTED.match(text, words.end()) if words is not None and words.end() > one.end else None
        if found is not None and all(found.end() <= other.start or found.start() >= other.end for other in taken):
            yield Identifier(*found.span("tail"), one.kind, found["tail"])


def _candidates(text: str, today: date, asked: str | None) -> Iterator[Identifier]:
    for found in _CYCLE.finditer(text):
        yield Identifier(*found.span(), "cycle", "D0" if found["d0"] else "T1")
    if not _ANY_DIGIT.search(text):
        return
    lengths = [len(run) for run in _DIGITS.findall(text)]
    longest, fours = max(lengths, default=0), lengths.count(4)
    allow = frozenset({asked}) if asked in {"merchant_no", "terminal_id"} else frozenset[str]()
    for start, end in card_spans(text, allow):
        yield Identifier(start, end, "card")
    masked = list(_MASKED.finditer(text))
    phones = [found.span() for found in _MASKED_PHONE.finditer(text)] if masked else []
    masked = [one for one in masked if not any(start <= one.start() < end for start, end in phones)]
    yield from (Identifier(*span, "phone") for span in phones)
    if not any(_is_mask(text, found) for found in masked):
        masked = []
    if not masked and fours > 1:
        yield from find_pairs(text)
    elif masked:
        yield from _behind_masks(text, masked, asked)
    for found in masked:
        kind = tail_kind(text[max(0, found.start() - 10) : found.start()])
        customers = kind == "tail" and asked != "new_tail" and _RECEIPT.search(text)
        yield Identifier(*found.span(), "other" if customers else kind, found["tail"] or found["one"])
    yield from _spoken_terminals(text)
    if longest > 2 or (lengths and _SPACED_DIGITS.search(text)):
        # of all these only labelled tails are said in Chinese digits too
        yield from _merchants(text, asked, longest)
        for found in chain.from_iterable(one.finditer(text) for one in _CONTACTS) if longest > 3 else ():
            yield Identifier(*found.span("id"), "phone", found["id"])
        yield from _terminals(text, today, 8 in lengths)
        for found in OTHER_TERMINAL_NUMBER.finditer(text):
            yield Identifier(*found.span("id"), "other", found["id"])
        for pattern, least, kind in _NOISE:
            for found in pattern.finditer(text) if longest >= least else ():
                yield Identifier(*found.span("id" if found.re.groups else 0), kind, found[0])
    yield from find_tails(text, asked, fours)


_CONTACTS = (CONTACT, _SPACED_PHONE, _CALLED)
_SPACED_DIGITS = compiled(r"[0-9a-z][\s().:+-]{1,3}[0-9]|[a-z][0-9]|[0-9][a-z]")
"""Without these, and without three digits in a row, no number is longer than a day or a sum."""


def _is_mask(text: str, found: re.Match[str]) -> bool:
    """Dots before digits hide some only after other digits or a word for a card: "刷了...1500" is a pause."""
    signs = text[found.start() : found.start("tail")] if found["tail"] else "*"
    if signs.strip(" .-"):
        return True
    return _CARD_SAID.search(text, max(0, found.start() - 24), found.start()) is not None


def _behind_masks(text: str, masked: list[re.Match[str]], asked: str | None) -> Iterator[Identifier]:
    """The old and the new card's digits, as the words say that stand around "...7702" with its mask."""
    hidden = {
        place for found in masked for place in range(found.start(), found.start("tail" if found["tail"] else "one"))
    }
    places = [place for place in range(len(text)) if place not in hidden]
    plain = "".join(text[place] for place in places)
    for one in chain(find_pairs(plain), find_tails(plain, asked, fours=2)):
        whole = next((found for found in masked if found.end() == places[one.end - 1] + 1), None)
        if one.kind in {"old_tail", "new_tail"} and whole is not None:
            yield replace(one, start=min(places[one.start], whole.start()), end=whole.end())
        elif one.kind in {"old_tail", "new_tail"}:
            yield replace(one, start=places[one.start], end=places[one.end - 1] + 1)


_NOISE: tuple[tuple[re.Pattern[str] | Cued, int, Kind], ...] = (
    (_PHONE, 0, "phone"),
    (_HOTLINE, 5, "phone"),
    (_TICKET, 3, "ticket"),
    (_NUMBERED, 3, "ticket"),
    (_LONG, 0, "order"),
)
"""Each with the digits in a row that it needs at least."""


def _merchants(text: str, asked: str | None, longest: int) -> Iterator[Identifier]:
    for found in _ORDER.finditer(text):
        yield Identifier(*found.span(), "order", found[0])
    for found in _LABELLED_MERCHANT.finditer(text):
        yield Identifier(*found.span(), "merchant_no", _compact(found["id"]))
    for found in _FIFTEEN.finditer(text) if longest >= _DIGITS_OF_FIFTEEN else ():
        yield Identifier(*found.span(), "merchant_no", _compact(found[0]))
    if asked == ("merchant_no") and (
        only := re.fullmatch(r"[\s#]*([0-9a-z]{8,20}|\d{3,5}(?:[\s-]\d{3,5}){2,4})\s*", text)
    ):
        yield Identifier(*only.span(), "merchant_no", _compact(only[1]))


def _spoken_terminals(text: str) -> Iterator[Identifier]:
    """Eight digits said in Chinese: nothing else has as many."""
    for found in _SPOKEN_TERMINAL.finditer(text):
        digits = "".join(SPOKEN_DIGITS[sign] for sign in found["id"])
        yield Identifier(*found.span("id"), "terminal_id", digits)


def _terminals(text: str, today: date, eight: bool) -> Iterator[Identifier]:
    """``eight``: somewhere are eight digits and no more."""
    spaced = _SPACED.search(text) is not None
    for found in _LABELLED_TERMINAL.finditer(text):
        if not _PLAIN_WORD.match(found["id"]) and sum(sign.isdecimal() for sign in found["id"]) >= 4:
            if _ON_THAT_DAY.match(text, found.end()) and is_date_shaped(_compact(found["id"]), today):
                continue  # "机器 20261112 那天没到"
            if _WORD_BEHIND.search(found["id"]) and text[found.end() : found.end() + 2].strip().isalpha():
                continue  # "number is 7781203 I think"
            yield Identifier(*found.span(), "terminal_id", _compact(found["id"]))
    for found in _CALLED_AFTER.finditer(text) if eight else ():
        yield Identifier(*found.span("id"), "terminal_id", found["id"])
    yield from _grouped_terminals(text, spaced)
    for found in _EIGHT_MIXED.finditer(text) if _MIXED.search(text) else ():
        yield Identifier(*found.span(), "terminal_id", _compact(found[0]))
    for found in _EIGHT_DIGITS.finditer(text) if eight else ():
        if _SECRET.search(text, max(0, found.start() - 16), found.start()):
            yield Identifier(*found.span(), "other")
        elif not is_date_shaped(found[0], today):
            yield Identifier(*found.span(), "terminal_id", found[0])
    for found in _EIGHT_SPACED.finditer(text) if spaced else ():
        digits = _compact(found[0])
        if digits not in _COUNTED_UP and not is_date_shaped(digits, today) and not _TAILS_NEAR.search(text):
            yield Identifier(*found.span(), "terminal_id", digits)


def _grouped_terminals(text: str, spaced: bool) -> Iterator[Identifier]:
    """Eight signs in groups, after a word for a terminal or with a letter before them."""
    for found in _GROUPED.finditer(text) if spaced else ():
        digits = _compact(found["id"])
        if len(digits) != 8 or _A_DAY.fullmatch(found["id"]):
            continue
        said = _TERMINAL_BEFORE.search(text, max(0, found.start() - 48), found.start())
        if said is not None and not _NOT_ITS.search(said["zh"] or said["en"] or ""):
            yield Identifier(*found.span(), "terminal_id", digits)
    for found in _GROUPED_LETTER.finditer(text):
        if len(digits := _compact(found["id"])) == 8:
            yield Identifier(*found.span(), "terminal_id", digits)


def is_date_shaped(digits: str, today: date) -> bool:
    """True for eight digits that are a day of these years (20261103): rather a date than a terminal."""
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return abs(day.year - today.year) <= 3


def _compact(words: str) -> str:
    return _BETWEEN.sub("", words).upper()


_BETWEEN = compiled(r"[\s-]")
