"""Days counted from the one said before them: 第二天刷了1600, "the day after with 1,760", 四号起连着三天.

Only where money is named with them: "paid the next day" says how fast, not when something was sold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from knowledge.english_words import MONTH
from knowledge.pastdays import DateMention, mention
from knowledge.patterns import compiled

_SUM = r"(?:[\d\ue005][\d,.\ue005]*|[一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾]+[十百千万拾佰仟])"
_CUE = compiled(r"[天日翌午晚]|day|same")
_BESIDE_IT = frozenset({"", ",", ", ", " ", " ("})
_EARLIER_THEN = compiled(r"(?:一早|早上?|上午|中午|下午)[^,;.\d]{0,6}[换改绑]")
"""Right after a day: 17号上午换卡下午刷的890 is told of one day."""
_CHINESE = compiled(
    r"(?P<after>第二[天日]|次日|翌日|隔[天日]|后一[天日]|转天)|(?P<before>前一[天日]|头一[天日])"
    r"|(?P<same>当[天日晚夜]|同一?[天日])|(?P<later>中午|下午|傍晚|晚上)"
)
_SOLD_THEN = compiled(
    rf"(?:又|也|再|还|我|则|是|的|那笔?|共|早上|[上下中]午|晚上|所|[\s:,])*(?:(?:刷|收|得|卖|做|营业|流水|营收|货)(?:了|的"
    rf"|额|款)*\s?{_SUM}|{_SUM})"
    r"(?!\s?[号日月天个台张点])"
    r"|[的那这](?:些|笔|天)?(?:货|营业|交易)?(?:款|钱|流水|收入|营业额)(?:也|都|还|就|一直)*(?:没|未)"
)
_ENGLISH = compiled(
    r"(?<![a-z])(?:(?P<after>(?:the\s)?(?:next|following) day|the day after(?: that)?)"
    r"|(?P<before>the day before(?: that)?)"
    r"|(?P<same>(?:on )?(?:the |that )?same (?:day|morning|afternoon|evening|night)|that (?:day|morning|afternoon"
    r"|evening|night)))(?:'s)?(?![a-z])"
)
_AMOUNT = (
    rf"(?:rmb |cny |yuan |[¥$])*[\d\ue005][\d,\ue005]+(?:\.\d+)?k?(?![\d/:])(?!\s?(?:st|nd|rd|th|am|pm|days?"
    rf"|hours?|weeks?|{MONTH})(?![a-z]))"
)
_TAKEN_THEN = compiled(
    r"[\s:=-]*(?:(?:we|i|took|sold|made|did|with|of|for|was|it was|another|sales?|takings|closed|came to|the|a"
    r"|one)\s)*" + _AMOUNT
)
_TAKEN_BEFORE = compiled(r"[\d\ue005](?: yuan| rmb)?\s(?:on\s|from\s|for\s)?$")
_CHANGED = compiled(r"(?<![a-z])(?:(?:chang|switch|swapp|updat|replac)ed|re-?registered)(?![a-z])[^,;.\d]{0,20}\s$")
_NUMBERS = {sign: number for number, sign in enumerate("二三四五六七", start=2)} | {"两": 2}
_NUMBERS |= {str(number): number for number in range(2, 8)}
_NUMBERS |= {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_SO_MANY = compiled(
    r"\s?(?:(?:开始|起)?,?的?(?:连着|连续|一连|接连|一共)的?|(?:开始"
    r"|起)的?)(?P<days>[两二三四五六七2-7])天(?![前内后之多])"
    r"|,?\s(?:and|plus)\s(?:the\s)?(?:next|following)\s(?P<more>two|three|four|five)(?:\sdays)?(?![a-z])"
)
_SO_MANY_BEFORE = compiled(
    r"(?<![a-z])(?P<days>two|three|four|five|six|[2-7])\s(?:whole\s|full\s|straight\s"
    r"|consecutive\s)?days(?:'?\s\w+)?\s?"
    r"(?:running|in a row|straight|on the trot|on end)?"
    r"(?:,?\s?(?:starting|from|beginning)\s(?:from\s|with\s|on\s)?(?:the\s)?|\s?\ue001)$"
)


def counted_on(text: str, mentions: Sequence[DateMention], today: date) -> tuple[DateMention, ...]:
    """The mentions in their order, with the days that are counted from them."""
    if not mentions or not ("days" in text or _CUE.search(text, mentions[0].end)):
        return tuple(mentions)
    found: list[DateMention] = []
    for one in mentions:
        found.append(_row(text, _after_it(text, found[-1], one, today) if found else one, today))
    return tuple(_beside(text, found, today))


_THE_ONE_AFTER = compiled(r"\s(?:after|following)(?=[\s,.:']*(?:$|[,.:'\d¥$]))")


def _after_it(text: str, first: DateMention, one: DateMention, today: date) -> DateMention:
    """ "a Tuesday, the tenth. The Wednesday after": the next such weekday."""
    if one.weekday is None or len(first.days) != 1 or (after := _THE_ONE_AFTER.match(text, one.end)) is None:
        return one
    day = first.days[0] + timedelta(days=(one.weekday - first.days[0].weekday()) % 7 or 7)
    return replace(one, end=after.end(), days=(day,), choices=(), weekday=None) if day <= today else one


def _led_to(text: str, first: DateMention) -> str:
    """The words before a day, with a sign after them where it begins with "from"."""
    return text[max(0, first.start - 50) : first.start] + "\ue001" * text.startswith("from ", first.start)


def _row(text: str, first: DateMention, today: date) -> DateMention:
    """A day from which so many are counted: 11号起三天, "three days running from the 13th"."""
    if len(first.days) != 1:
        return first
    after = _SO_MANY.match(text, first.end)
    before = _SO_MANY_BEFORE.search(_led_to(text, first)) if after is None else None
    if after is not None:
        count = _NUMBERS[after["days"]] if after["days"] else _NUMBERS[after["more"]] + 1
    elif before is not None:
        count = _NUMBERS[before["days"]]
    else:
        return first
    days = tuple(first.days[0] + timedelta(days=number) for number in range(count))
    return first if days[-1] > today else replace(first, end=after.end() if after else first.end, days=days)


def _beside(text: str, mentions: list[DateMention], today: date) -> list[DateMention]:
    """第二天, "that day": each counts from the day before it in the text."""
    kept = list(mentions)
    for found in (*_CHINESE.finditer(text, mentions[0].end), *_ENGLISH.finditer(text, mentions[0].end)):
        if any(one.start < found.end() and found.start() < one.end for one in kept):
            continue
        earlier = [one for one in kept if one.end <= found.start()]
        anchor = max(earlier, key=lambda one: one.end)
        if len(anchor.days) != 1 or (found.groupdict().get("later") and not _EARLIER_THEN.match(text, anchor.end)):
            continue
        day = anchor.days[0] + timedelta(days=1 if found["after"] else -1 if found["before"] else 0)
        named = [
            one
            for one in kept
            if one.start >= found.end()
            and text[found.end() : one.start] in _BESIDE_IT
            and len(one.days) == 1
            and one.kind == "calendar"
        ]
        if named and named[0].days[0].day == day.day:  # 隔天20号, "the day before, Friday 13 Nov"
            kept[kept.index(named[0])] = replace(named[0], start=found.start(), days=(day,))
            continue
        if not _is_sold(text, found):
            continue
        if day <= today:
            kept.append(mention(*found.span(), day))
    return sorted(kept, key=lambda one: one.start)


def _is_sold(text: str, found: re.Match[str]) -> bool:
    """Whether money is said to have been taken on that day, or a card changed."""
    if found["before"] and _CHANGED.search(text, max(0, found.start() - 40), found.start()):
        return True
    if found.re is _CHINESE:
        return _SOLD_THEN.match(text, found.end()) is not None
    return _TAKEN_THEN.match(text, found.end()) is not None or _TAKEN_BEFORE.search(text, 0, found.start()) is not None
