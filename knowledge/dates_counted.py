"""Days counted from another: 双十一前一天, 换完头一个周一, 换卡整整十天.

Those of which a sum is told are in ``knowledge.dates_counted_on``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from knowledge.cues import cued
from knowledge.dates_chinese import NUMBER, number
from knowledge.pastdays import DateMention, checked, mention
from knowledge.patterns import compiled
from knowledge.weekdays_chinese import WEEKDAYS

_CUE = compiled(r"[次翌隔][日天]|[前后二头][一日天个的]|前夕|第一个|[之以]后|后那个")
"""One of these stands wherever a day is counted from one that was named."""
_BESIDE = compiled(r"\s?的?(?:(?P<before>前一[天日晚]|前夕)|第二[天日]|[次翌]日|隔[天日]|后一[天日])")
_FIRST = compiled(
    r"(?:头一?个|第一个|(?:之|以)?后的?(?:头一?个|第一个|那个)|(?:之|以)后的?)(?:周|星期|礼拜)(?P<day>[一二三四五六日天])"
)
_EXACTLY_BACK = cued(
    r"[整刚正足][整好足]",
    rf"(?:[换改转绑迁挪]|变更)[^,;.\d\n]{{0,6}}?(?P<ago>(?:整整|刚好|正好|足足)(?:是|有|过了?)?(?P<count>{NUMBER}|两|半)个?"
    r"(?P<unit>天|日|周|星期|礼拜))",
)


def find_counted_back(text: str, today: date) -> Iterator[DateMention]:
    """A card change that is just so many days back: 换卡整整十天了."""
    for found in _EXACTLY_BACK.finditer(text):
        if found["count"] != "半":
            count = 2 if found["count"] == "两" else number(found["count"])
            day = today - timedelta(days=count * (1 if found["unit"] in "天日" else 7))
            yield mention(*found.span("ago"), checked(day, today))


def counted_from_named(text: str, mentions: Sequence[DateMention], today: date) -> Sequence[DateMention]:
    """The mentions with those that are counted from one of them, in the order said; none of them is in the future."""
    if not mentions or _CUE.search(text, mentions[0].end) is None:
        return mentions
    begins = {one.start for one in mentions}
    settled = [_shifted(text, one, today, begins) for one in mentions]
    for found in _FIRST.finditer(text, settled[0].end):
        named = _named_before(settled, found.start())
        if named is not None:
            wait = (WEEKDAYS[found["day"]] - named.weekday() - 1) % 7 + 1
            _put(settled, found, named + timedelta(days=wait), today)
    return settled


def _shifted(text: str, one: DateMention, today: date, begins: set[int]) -> DateMention:
    """``begins``: where days are named; 19号隔天20号 are two of them."""
    beside = _BESIDE.match(text, one.end) if len(one.days) == 1 else None
    if beside is None or beside.end() in begins or text.endswith(text[one.start : one.end], 0, one.start):
        return one  # nothing, or a stammer
    day = one.days[0] + timedelta(days=-1 if beside["before"] else 1)
    return mention(one.start, beside.end(), day) if day <= today else one


def _named_before(mentions: Sequence[DateMention], place: int) -> date | None:
    """The last day named before ``place``; None where that mention is not of one day."""
    days = [one.days for one in mentions if one.end <= place]
    return days[-1][0] if days and len(days[-1]) == 1 else None


def _put(mentions: list[DateMention], found: re.Match[str], day: date, today: date) -> None:
    """Add the day, in place of what was taken for a day there."""
    if day <= today:
        mentions[:] = [one for one in mentions if one.end <= found.start() or found.end() <= one.start]
        mentions.append(mention(*found.span(), day))
        mentions.sort(key=lambda one: one.start)


_FIRST_DAYS = compiled(r"[前头](?P<count>[两二三四五六2-6])天")
_COUNTS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}


def without_orders(text: str, mentions: tuple[DateMention, ...]) -> tuple[DateMention, ...]:
    """The mentions but for 头两天 after more days than two: the first of those, and no days by themselves."""
    if "天" not in text or _FIRST_DAYS.search(text) is None:
        return mentions
    kept: list[DateMention] = []
    for one in mentions:
        found = _FIRST_DAYS.fullmatch(text, one.start, one.end)
        said = found["count"] if found else ""
        if not said or sum(len(other.days) for other in kept) <= (_COUNTS.get(said) or int(said)):
            kept.append(one)
    return tuple(kept)
