"""The answer to the question that was asked: what counts as one, and why something does not."""

from __future__ import annotations

import re
from datetime import date
from itertools import zip_longest

from knowledge.acts import read_yes_no
from knowledge.amounts import find_amounts
from knowledge.dates_bare import bare_days
from knowledge.dates_chinese import NUMBER, number
from knowledge.identifiers import is_date_shaped
from knowledge.meaning import Meaning
from knowledge.money_said import is_said_money
from knowledge.pastdays import DateMention
from knowledge.patterns import compiled
from knowledge.roles import DAY
from knowledge.spoken_sums import NUMBER_WORDS
from knowledge.stars import read_rating
from knowledge.tails import OLD_SAID_AFTER
from knowledge.taken_back import OR_ELSE, is_denied, is_taken_back
from knowledge.unread import unread

_YET_TO_COME = compiled(
    r"(?<![a-z])(?:haven't|have not|hasn't|not) (?:done|changed|switched|swapped|updated)(?: (?:it|that"
    r"|them|the card|my card))? yet"
    rf"|(?<![a-z])plan\w*(?: to \w+(?: it)?)? (?:on|for) {DAY}|(?:打算|准备|计划|预计)[^,;.]{{0,6}}{DAY}"
    rf"|还没(?:换|改|办|弄)(?:呢|的|啊)?[\s,;.]+[^,;.]{{0,6}}{DAY}"
)
"""The card is not changed yet; the day is a plan."""
_OTHER_DOING = compiled(
    rf"(?<![a-z\ue001])(?:等我?们?到?)?{DAY}(?:我们?|都|就|也|还|要|得|会|才|再|打算|准备|\s)*(?:天气|没空|有事|很?忙|不在|在外|在家|出差"
    r"|休息|没睡|下雨|去(?:银行|店|趟|问|查|看)|问(?:了|过)|打(?:了|过)?电话|联系)"
    rf"|(?<![a-z])weather(?![a-z]).*{DAY}|(?:i'm|i am|we're|we are) (?:out|away|busy|off|travell?ing) {DAY}"
)
_REPORTED = compiled(
    rf"{DAY}(?:银行|客服|他们|你们|人家|工作人员)(?:那边|的人)?(?:又|还|跟我|和我|就|都)*(?:说|告诉|回复|答复)"
)
"""The day on which somebody said something: 昨天银行说没收到."""
_OF_MONEY = compiled(
    r"[换改绑刷卖收款到账钱笔卡]|(?<![a-z])(?:chang|switch|swap|missing|paid|sold|took|sale|arriv|card|money)"
)
_EIGHT = compiled(
    r"(?<![0-9a-z'])(?<!\d-)(?:[0-9a-z]{8}|(?![a-z]{4}\s\d{4}\s\d{4})[0-9a-z]{4}[\s-][0-9a-z]{4}"
    r"|[0-9a-z]{2}(?:\s[0-9a-z]{2}){3}|[0-9a-z]{3}\s[0-9a-z]{3}\s[0-9a-z]{2}|[0-9a-z](?:\s[0-9a-z]){7})(?![0-9a-z]|-\d)"
)
_SPACED_TERMINAL = compiled(r"[0-9a-z](?:[\s-]?[0-9a-z]){7}")
"""Nothing but eight signs, however they are grouped."""
_WORD_AND_DIGITS = compiled(r"[a-z]{4}[\s-]\d{4}$")
"""A word and a number ("ends 7716", "shop 1234"): whether it names a terminal, only a label can say."""
_SPOKEN_TERMINAL = compiled(
    r"(?:是|终端号?|机号|[\s,:])*(?P<digits>[零一二三四五六七八九幺](?:[\s,、-]?[零一二三四五六七八九幺]){7})[\s.吧的]*"
)
_LONG_RUN = compiled(r"(?<!\.)\d{5,}")
_DIGIT_RUN = compiled(r"[0-9a-z](?:[\s-]?[0-9a-z])*")
_CHINESE_TAIL = compiled(
    r"(?<![零一二三四五六七八九幺])[零一二三四五六七八九幺]{2,4}(?![零一二三四五六七八九幺十百千万块元笔张])"
)
_TAIL = compiled(
    r"(?<!\d)(?<!\d[.,])\d(?:\s?\d){1,3}(?![\d.,]\d|\d|\s?(?:元|块|万|千|百|(?:[号日月点笔天]|开头|打头)|rmb"
    r"|yuan|[kw](?![a-z])))"
)
_OF_A_DAY = compiled(
    r"\s(?:from|for|of)(?: the)?\s(?:\d{1,2}(?:st|nd|rd|th)|[a-z]+day"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
)
"""A number "from the 3rd" may be a sum or a card in use since then: it is no answer."""
_SPOKEN_SHORT = compiled(r"^[百千万](?=[二三四五六七八九](?:元|块|蚊)?$)")
"""千二 alone is 1,200 where a sum was asked; in other words it may be a rate."""
_SAME_DIGITS = compiled(r"(?P<count>[二两三四2-4])个(?P<digit>\d)(?!\d)")
_NAMES_OTHER = frozenset({"order", "ticket", "phone", "card", "merchant_no"})
_NO_DAY = compiled(r"(?:20[2-9]\d)?(?:0[1-9]|1[0-2])(?:3[01]|[12]\d|0[1-9])号?的?[.!]?")
_COUNTS = {"二": 2, "两": 2, "三": 3, "四": 4, "2": 2, "3": 3, "4": 4}
_PHONE = compiled(r"1[3-9]\d{9}")
_CHINESE_DAYS = compiled(rf"{NUMBER}(?:[、,/\s和跟与]+{NUMBER})+")
"""Days without their 号, where days were asked: 十五、十六."""
_BARE_CHINESE = compiled(r"^(?:[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|卅一?)(?=[的吧呀啊.!]*$)")
"""A day alone without its 号; of one sign it may be anything."""
_CHINESE_DIGITS = {sign: str(number) for number, sign in enumerate("零一二三四五六七八九")} | {"幺": "1"}


def settle(meaning: Meaning, asked: str) -> None:
    """Read the words in the light of the question; a clear answer to it wins over what the words hold otherwise."""
    settler = _SETTLERS.get(asked)
    if settler is None:
        return
    if asked in {"change_date", "trade_dates"} and _tells_of_something_else(meaning.message.blanked):
        for slot in ("change_date", "trade_dates"):
            meaning.slots.pop(slot, None)
            meaning.choices.pop(slot, None)
        return
    settler(meaning)
    taken = meaning.slots.get(asked)
    many = len(taken) if isinstance(taken, tuple) else 1
    if taken is not None and (reason := unread(meaning.message, asked, many)) is not None:
        del meaning.slots[asked]
        meaning.rejected[asked] = reason
    if asked in meaning.slots or asked in meaning.choices:
        meaning.rejected.pop(asked, None)
        if meaning.act in {"yes", "no", "dont_know", "correct", "wait"} and asked != "yes_no":
            meaning.act = None
    elif meaning.message.has_card:
        meaning.rejected[asked] = "card_number"


def _tells_of_something_else(blanked: str) -> bool:
    """What was or will be done on a day that has nothing to do with money or a card: 今天我去银行问了."""
    if blanked.count(DAY) == 1 and _REPORTED.search(blanked):
        return True
    return _OTHER_DOING.search(blanked) is not None and _OF_MONEY.search(blanked) is None


_OUTCOMES = {"solved": True, "not_solved": False}


def _yes_no(meaning: Meaning) -> None:
    said = _OUTCOMES.get(meaning.act or "", read_yes_no(meaning.message.text))
    if said is not None:
        meaning.slots["yes_no"] = said


def _rating(meaning: Meaning) -> None:
    stars = read_rating(meaning.message.text)
    if stars is not None:
        meaning.slots["rating"] = stars
    elif any(sign.isdecimal() for sign in meaning.message.text):
        meaning.rejected["rating"] = "rating_range"


def _change_date(meaning: Meaning) -> None:
    if _YET_TO_COME.search(meaning.message.blanked):
        for slot in ("change_date", "trade_dates"):
            meaning.slots.pop(slot, None)
            meaning.choices.pop(slot, None)
        meaning.rejected["change_date"] = "date_in_future"
        return
    if "change_date" in meaning.slots or "change_date" in meaning.choices or "change_date" in meaning.rejected:
        return
    message = meaning.message
    bare = bare_days(_BARE_CHINESE.sub(_in_digits, message.text), message.today)
    if _is_no_day(meaning):
        meaning.rejected["change_date"] = "date_impossible"
    elif bare is not None:
        _take_bare(meaning, "change_date", bare)
    elif "trade_dates" in meaning.slots and len(message.days) == 1 and not message.sums:
        days = meaning.slots.pop("trade_dates")
        assert isinstance(days, tuple)
        meaning.put("change_date", list(days))


def _trade_dates(meaning: Meaning) -> None:
    if {"trade_dates"} & {*meaning.slots, *meaning.choices, *meaning.rejected}:
        return
    text = meaning.message.text
    if _CHINESE_DAYS.fullmatch(text):
        text = re.sub(NUMBER, _in_digits, text)
    text = _BARE_CHINESE.sub(_in_digits, text)
    bare = bare_days(text, meaning.message.today)
    if _is_no_day(meaning):
        meaning.rejected["trade_dates"] = "date_impossible"
    elif bare is not None:
        _take_bare(meaning, "trade_dates", bare)


def _in_digits(found: re.Match[str]) -> str:
    return str(number(found[0]))


def _is_no_day(meaning: Meaning) -> bool:
    """Digits shaped as a day that there is not (20261131, 1131), where a day was asked."""
    found = _NO_DAY.fullmatch(meaning.message.text)
    if found is None:
        return False
    meaning.slots.pop("terminal_id", None)
    return True


def _take_bare(meaning: Meaning, slot: str, bare: DateMention) -> None:
    """A bare number that was taken for a sum is the day that was asked."""
    meaning.slots.pop("amounts", None)
    if bare.rejected:
        meaning.rejected[slot] = bare.rejected
    elif slot == "trade_dates":
        meaning.put(slot, list(bare.choices or (bare.days,)))
    else:
        days: list[object] = [day for day in bare.days if isinstance(day, date)]
        meaning.put(slot, days)


def _amounts(meaning: Meaning) -> None:
    if {"amounts"} & {*meaning.slots, *meaning.choices, *meaning.rejected}:
        return
    text = _SPOKEN_SHORT.sub(r"一\g<0>", meaning.message.text)
    whole = (
        find_amounts(text + "元") if re.fullmatch(r"\d{1,7}(?:\.\d+)?|[零一二两三四五六七八九十百千万]+", text) else ()
    )
    if {*re.split(r"[\s-]+", text)} <= NUMBER_WORDS.keys():
        whole = find_amounts(text + " yuan")  # "ninety nine"
    if len(whole) == 1 and whole[0].minor is not None:
        meaning.slots["amounts"] = (whole[0].minor,)
    elif len(whole) == 1:
        meaning.rejected["amounts"] = whole[0].rejected or "amount_unclear"
    elif any(len(run[0]) >= 8 for run in re.finditer(r"\d+", text)):
        meaning.rejected["amounts"] = "amount_too_long"


def _terminal_id(meaning: Meaning) -> None:
    if "terminal_id" in meaning.slots or "terminal_id" in meaning.choices:
        return
    message = meaning.message
    if (spoken := _SPOKEN_TERMINAL.fullmatch(message.text)) is not None:
        meaning.put("terminal_id", ["".join(_CHINESE_DIGITS.get(sign, "") for sign in spoken["digits"])])
        return
    whole = _SPACED_TERMINAL.fullmatch(message.text)
    found = [
        one
        for one in ([whole] if whole is not None else _EIGHT.finditer(message.text))
        if not _WORD_AND_DIGITS.match(one[0]) and sum(sign.isdecimal() for sign in one[0]) >= 4
    ]
    others = [one for one in message.identifiers if one.kind in _NAMES_OTHER]
    found = [
        one
        for one in found
        if not is_denied(message.text[: one.start()])
        and all(one.end() <= other.start or one.start() >= other.end for other in others)
    ]
    values = [re.sub(r"[\s-]", "", one[0]).upper() for one in found]
    certain = [value for value in values if not (value.isdecimal() and is_date_shaped(value, message.today))]
    kinds = {one.kind for one in message.identifiers}
    if certain:
        meaning.put("terminal_id", list(certain))
    elif values:
        meaning.slots.pop("trade_dates", None)
        meaning.choices["terminal_id"] = tuple(values)
    elif "merchant_no" in kinds:
        meaning.rejected["terminal_id"] = "terminal_is_merchant_no"
    elif "phone" in kinds:
        meaning.rejected["terminal_id"] = "terminal_is_phone"
    elif "trade_dates" in meaning.slots and "amounts" in meaning.slots and not _LONG_RUN.search(message.text):
        return  # they spoke of something else
    elif "terminal_id" not in meaning.denied and any(
        sum(sign.isdecimal() for sign in one[0]) >= 3 for one in _DIGIT_RUN.finditer(message.text)
    ):
        meaning.rejected["terminal_id"] = "terminal_length"


def _new_tail(meaning: Meaning) -> None:
    message = meaning.message
    if "new_tail" in meaning.slots or "new_tail" in meaning.choices or message.has_card:
        return
    money = [(one.start, one.end) for one in message.sums if is_said_money(message, one)]
    taken = money + [(one.start, one.end) for one in message.sums if _OF_A_DAY.match(message.text, one.end)]
    taken += [(one.start, one.end) for one in message.days if not one.loose]
    taken += [(one.start, one.end) for one in message.identifiers if one.kind in {"old_tail", "other"}]
    every = [
        one
        for one in _TAIL.finditer(message.text)
        if all(one.end() <= start or one.start() >= end for start, end in taken)
    ]
    pairs = zip_longest(every, every[1:])
    said = [
        one
        for one, after in pairs
        if one is not None
        and not _is_withdrawn(message.text, one, after)
        and not OLD_SAID_AFTER.match(message.text, one.end())
    ]
    meaning.denied.update(["new_tail"] if len(said) < len(every) else [])
    words: list[object] = [re.sub(r"\s", "", one[0]) for one in said]
    words += ["".join(_CHINESE_DIGITS[sign] for sign in one[0]) for one in _CHINESE_TAIL.finditer(message.text)]
    words += [found["digit"] * _COUNTS[found["count"]] for found in _SAME_DIGITS.finditer(message.text)]
    if message.days and len(words) > 1:
        words = []
    if words:
        if not money:
            meaning.slots.pop("amounts", None)
            meaning.slots.pop("trade_dates", None)
        meaning.put("new_tail", words)
    elif taken or every:
        return  # they spoke of something else, or said which it is not
    elif re.search(r"\d{5,}", message.text):
        meaning.rejected["new_tail"] = "tail_too_long"
    elif re.search(r"\d", message.text):
        meaning.rejected["new_tail"] = "tail_too_short"


def _is_withdrawn(text: str, one: re.Match[str], after: re.Match[str] | None) -> bool:
    """Said to be wrong: "不是8821", or "8821, no wait, 8812"; 不是4410就是4401 is one of the two."""
    if after is not None and OR_ELSE.fullmatch(text, one.end(), after.start()):
        return False
    return is_denied(text[: one.start()]) or (after is not None and is_taken_back(text[one.end() : after.start()]))


def _merchant_no(meaning: Meaning) -> None:
    if "merchant_no" in meaning.slots or "merchant_no" in meaning.choices:
        value = meaning.slots.get("merchant_no")
        if isinstance(value, str) and not (10 <= len(value) <= 15 and _PHONE.fullmatch(value) is None):
            del meaning.slots["merchant_no"]
            meaning.rejected["merchant_no"] = "merchant_no_length"
        return
    if any(sign.isdecimal() for sign in meaning.message.text):
        meaning.rejected["merchant_no"] = "merchant_no_length"


_SETTLERS = {
    "yes_no": _yes_no,
    "rating": _rating,
    "change_date": _change_date,
    "trade_dates": _trade_dates,
    "amounts": _amounts,
    "terminal_id": _terminal_id,
    "new_tail": _new_tail,
    "merchant_no": _merchant_no,
}
