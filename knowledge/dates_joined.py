"""Days said side by side: a range, a list, a choice, a date with its weekday, or two statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from knowledge import dates_chinese, dates_english
from knowledge.pastdays import DateMention, listed, ranged
from knowledge.patterns import compiled
from knowledge.taken_back import PUT_RIGHT
from knowledge.words_of_coming import told_apart

_WEEKDAY_BESIDE = compiled(
    r"(?:\s(?:just )?(?:gone|past)|\s(?:sales?|takings|batch|payment)(?= \())?\s*[(,]?\s*(?:an?\s|the\s)?"
)
_SAID_AGAIN = compiled(r"(?:那天|这天|最后一天|当天)?\s*\(\s*")
"""Before a day in brackets: 上周三(11.11), 国庆最后一天(10.7)."""


def join(text: str, mentions: Iterable[DateMention]) -> tuple[DateMention, ...]:
    """Join neighbours: a range ("to"), a list (a comma, "and", nothing), or a date said twice ("13号周五")."""
    linked: list[DateMention] = []
    for this in mentions:
        last = linked[-1] if linked else None
        both = None if last is None else _counted(text, last, this) or _join(text, last, this)
        if both is None:
            linked.append(this)
        else:
            linked[-1] = both
    return tuple(linked)


_IN_OTHER_WORDS = compiled(r"\s?[,(]\s?(?:(?:that is|i\.?e\.?|so)\s|也?就是|即)?(?:on\s)?(?:the\s)?")
"""Between a day that is counted back and its date: "a week ago, Friday 13"."""
_CHANGED_ON = compiled(
    r"(?:换|改|变更|更新|更换|绑)[^,;.\n]{0,6}$|(?<![a-z])(?:chang|switch|updat|mov|replac|swap|regist"
    r"|redirect|re-?point|substitut|flipped|ported|effective|told|rang|phoned|filed|complain|emailed"
    r"|reported|fixed|repaired|broke|died|new (?:card"
    r"|account))\w*[^,;.\n]{0,60}$"
    r"|[坏修][^,;.\n]{0,4}$"
    r"|(?:不是|并非|除了?|not|isn't|wasn't|up to|until|till|except)\s?(?:on\s|the\s)*$"
)
_CHANGED_THEN = compiled(
    r"(?<![a-z])(?:(?:chang|switch|updat|replac|swapp)ed|(?:was|were|got) (?:put in|added|entered|linked|registered"
    r"|activated)|(?:did|made) (?:that|it|this)(?= on))(?:(?!\d(?:st|nd|rd"
    r"|th)|missing|not(?![a-z])|n't)[^;\n]){0,70}$"
)
"""A card is changed on one day: what follows is another's."""
_CHANGED_THIS = compiled(
    r"(?<![a-z])(?:chang|switch|updat|replac|swapp|mov)ed (?:(?!and(?![a-z])|missing|not(?![a-z])|n't)[^,;.]){0,50}$"
)
_NOW_IS = compiled(
    r"(?<![a-z])(?:today is|today's|it's|its|now is|it is)(?: already| now)?\s(?:the\s)?$|(?<![a-z])(?:use|using)\s$"
)
"""Before the day of today: what follows is another day's."""
_ITS_OWN = compiled(
    r"\s?(?:的|那笔|当天)?(?:已|收到|有了|到了|才|是换|换|改|不算|别算|除外|不包括|没营业|没开|休息|歇业|停业|关门"
    r"|起|开始|以后|之后)"
)
_OR = compiled(
    r"\s?(?:吧|呢|啊|呀)?\s?,?\s?(?:或者?是?|还是|要么|but (?:it |that )?(?:may|might|could) (?:have been|be)"
    r"|or(?: maybe)?|maybe|perhaps|[也又]?(?:可能|许|或许|说不定"
    r"|没准)是?|要不就?是?"
    r"|不然就?是?)\s?(?:on |the )*"
)
_NONE_OF = compiled(
    r"(?:nothing(?:'s)?|neither|none|no\s[\w$]+|n't|never|not)(?:\s(?!but|and)[a-z']+){0,5}\s?(?:for|on|from"
    r"|of)?(?:\s?the)?\s?$"
)
_ALL_AFTER = compiled(r"\s?的?(?:钱|款)?(?:都|全)")


def _is_neither(text: str, last: DateMention, this: DateMention) -> bool:
    """True for "nothing for the 13th or the 14th", "13号或14号都没到": both."""
    return bool(_NONE_OF.search(text, max(0, last.start - 40), last.start) or _ALL_AFTER.match(text, this.end))


_IF_NOT = compiled(
    r"(?:要|若|如果)?(?:不是|唔系|不系)在?\s?$"
    r"|(?<![a-z])if (?:it |it's |it was |that's )?(?:not|isn't|wasn't)\s(?:on |the )*$"
)
_THEN = compiled(
    r"(?:号|日|那天|那笔|的|刷|换|改|做|收|[\s,])*(?:就|便|肯定|一定)+[是系]在?\s?"
    r"|\s?,?\s?then\s(?:it's |it was |it is |on |the )*"
)
"""不是5号就是6号, "if not the 5th then the 6th": one of the two."""
_DENIED = ("不是", "并非", "不是在", "除了", "除开", "除去", "except ", "except the ", "except for ", "except for the ")
_PAUSE = compiled(r"\s*,?\s*(?:(?<=, )and\s)?(?:on|also|for)?\s*(?:the)?\s*")


def _either(text: str, first: DateMention, second: DateMention, gap: str) -> int | None:
    """Where two days begin that are a choice: "5号或6号", "不是5号就是6号"; None if ``gap`` does not say so."""
    if _OR.fullmatch(gap):
        return None if _is_neither(text, first, second) else first.start
    if_not = _IF_NOT.search(text, 0, first.start) if _THEN.fullmatch(gap) else None
    return None if if_not is None else if_not.start()


_TOUCHING = frozenset({"", " ", ","})
_SO_MANY = {number: f"{sign}日" for number, sign in enumerate("两三四五六七", start=2)}


def _counted(text: str, last: DateMention, this: DateMention) -> DateMention | None:
    """ "10.29-10.31三日": so many days they are, no further one."""
    if text[this.start : this.end] != _SO_MANY.get(len(last.days)) or text[last.end : this.start] not in _TOUCHING:
        return None
    return replace(last, end=this.end)


_LONGEST_GAP = 14
_ON_FOR = frozenset({"for", "for the"})
"""Between two days: the first is when the second's money came or should have: "on wednesday for tuesday's sale"."""


_NEITHER = compiled(r"(?<![a-z])neither\s(?:on\s|the\s|for\s)*$")
_NOR = frozenset({"nor", "nor on", "nor the", "nor for"})


def _join(text: str, last: DateMention, this: DateMention) -> DateMention | None:
    gap = text[last.end : this.start]
    if _is_a_number(text, last, this, gap):
        return None
    if (
        "(" in gap
        and _SAID_AGAIN.fullmatch(gap)
        and this.days
        and (last.days == this.days or last.rejected in {"date_vague", "date_lunar"})
    ):
        return replace(this, start=last.start, end=this.end + text.startswith(")", this.end), loose=False)
    if (last.weekday is None) != (this.weekday is None) and _WEEKDAY_BESIDE.fullmatch(gap):
        named, day = (last, this) if this.weekday is None else (this, last)
        named, day = (day, named) if day.weekday is not None else (named, day)
        if day.days and day.days[-1].weekday() == named.weekday and (len(day.days) == 1 or "(" in gap):
            closed = "(" in gap and text.startswith(")", this.end)
            return replace(day, start=last.start, end=this.end + closed)
        if not gap.strip("(") and len(day.days) == 1 and len(named.days) == 1 and last is day:
            return DateMention(last.start, this.end, choices=(day.days, named.days))  # the two do not agree
    if last.days == this.days and _is_said_otherwise(text, last, this, gap):
        return replace(this, start=last.start, loose=False)
    start = _either(text, last, this, gap) if last.days and this.days else None
    if start is not None:
        return DateMention(start, this.end, choices=(last.days, this.days))
    if gap == " " and text[last.start : last.end] == "last week" and text.startswith("on ", this.start):
        return replace(this, start=last.start)
    if this.rejected == "date_vague" and last.days and dates_chinese.RANGE.fullmatch(gap):
        return DateMention(last.start, this.end, rejected="date_vague")  # "25号到月底"
    if (
        "date_vague" in {this.rejected, last.rejected}
        or len(gap) > _LONGEST_GAP
        or "\n" in gap
        or gap.strip() in _ON_FOR
    ):
        return None
    if (
        dates_chinese.RANGE.fullmatch(gap)
        or dates_english.RANGE.fullmatch(gap)
        or _from_hour_to(text, last, gap, this.end)
    ):
        return None if _ends_before(last, this) else ranged(last, this)
    return _list(text, last, this, gap)


def _is_said_otherwise(text: str, last: DateMention, this: DateMention, gap: str) -> bool:
    """A day that is counted back, and its date: "a week ago, Friday 13", 昨天,也就是19号."""
    return (
        bool(this.days)
        and (last.kind == "relative" or text.endswith(("ago", "before", "after", "前"), 0, last.end))
        and this.kind != "relative"
        and _IN_OTHER_WORDS.fullmatch(gap) is not None
        and not text.endswith("'s", 0, this.end)
        and not text.startswith(("'s", "的"), this.end)
    )


def _list(text: str, last: DateMention, this: DateMention, gap: str) -> DateMention | None:
    """Neighbours that are neither a choice nor a range: a list, or None for two statements."""
    if gap.strip(" ,") in _NOR and last.days and this.days:
        return listed(last, this) if _NEITHER.search(text, max(0, last.start - 14), last.start) else None
    again = bool(this.days) and {*this.days} <= {*last.days}
    if again and gap.strip(" ,;") == "" and ("," in gap or (gap and len(last.days) > 1)):
        return None  # "换卡是9号，9号之前的…": said once more
    if not (dates_chinese.LIST.fullmatch(gap) or dates_english.LIST.fullmatch(gap) or _OR.fullmatch(gap)):
        return None
    if text[: last.start].rstrip().endswith("between") or text[this.end :].lstrip().startswith(("之间", "期间")):
        return ranged(last, this)
    if last.rejected or this.rejected or _are_two_statements(text, last, this, gap):
        return None
    return listed(last, this)


def _ends_before(last: DateMention, this: DateMention) -> bool:
    """说今天到 15号的没到: what was to come today, and another day."""
    return last.kind == "relative" and this.kind == "calendar" and this.days < last.days[:1] and bool(this.days)


_FROM = compiled(r"(?:从|自|由|打)\s?$")
_HOUR_TO = compiled(r"的?(?:凌晨|清早|早上?|上午|中午|下午|傍晚|晚上?|夜里)?[\s\ue004]*(?:开始|起)?,?(?:一?直)?[到至]")

_OF_ITS_HOURS = compiled(
    r"(?:凌晨|清早|早[上晨]?|上午|中午|下午|傍晚|晚上?|夜里|打烊|关门|收摊)?[\s\ue004]*(?:的(?!时候)|之间|期间"
    r"|这段|全|刷|收(?!到)|单|营业|流水)"
)


def _from_hour_to(text: str, last: DateMention, gap: str, end: int) -> bool:
    """True between the days of "从17号下午四点到18号", "14号晚上到15号凌晨的单"; ``end``: of the second."""
    return _HOUR_TO.fullmatch(gap) is not None and (
        _FROM.search(text, max(0, last.start - 2), last.start) is not None or _OF_ITS_HOURS.match(text, end) is not None
    )


def _is_a_number(text: str, last: DateMention, this: DateMention, gap: str) -> bool:
    """Bare digits beside a day that are rather a tail ("旧的1107，10号换的") or a sum ("11月19号 1001没到")."""
    if last.loose and not this.loose:
        return text[last.start : last.end].isdecimal()
    return this.loose and not last.loose and ("of" in gap or text[this.start : this.end].isdecimal())


_FIELDS = frozenset({" / ", " | "})
"""Between the fields of a note: "changed 9 Nov / 10 Nov missing"."""


_IS_THAT_DAY = compiled(r"(?:[周期拜][一二三四五六日天]|[号日])(?:也?就)?是$")
"""周四就是昨天,前天的没到: the first says only which day it was."""
_ONE_DAYS = compiled(r"'s|\s(?:is|was|has|hasn't|isn't|wasn't|payout|sale|money|takings|payment|one)(?![a-z])")
"""After a day: told of that one alone."""

_TOGETHER = frozenset({",", ", the", "and the", ", and the"})


def _is_changed_then(text: str, last: DateMention, this: DateMention, gap: str) -> bool:
    """ "changed my card 9 Nov and the 10 Nov payout": a card is changed on one day."""
    if gap.strip() not in _TOGETHER or _ONE_DAYS.match(text, this.end) is None:
        return False
    return _CHANGED_THIS.search(text, max(0, last.start - 60), last.start) is not None


def _are_two_statements(text: str, last: DateMention, this: DateMention, gap: str) -> bool:
    """A pause between two days, not a list: "16号换卡，17号没到", "10号到12号，11号已到"."""
    if _NOW_IS.search(text, max(0, last.start - 24), last.start) or (
        gap and not gap.strip(" ,") and text.endswith(_DENIED, 0, last.start)
    ):
        return True
    if _IS_THAT_DAY.search(text, 0, last.start) or _is_changed_then(text, last, this, gap):
        return True
    written = text[last.start : last.end]
    if last.open_ended and written.startswith("today's "):
        return True  # "today's friday and monday's money …"
    if written.startswith("on ") and dates_english.is_on_one_day(text, last.start, this.end):
        return not dates_english.RANGE.fullmatch(gap)
    changed_on = written.startswith("on ") or text[: last.start].rstrip().endswith((" on", "on the"))
    changed_on = changed_on or (written.endswith(" ago") and "and" in gap)
    if (
        changed_on
        and _CHANGED_THEN.search(text, max(0, last.start - 80), last.start)
        and not dates_chinese.RANGE.fullmatch(gap)
    ):
        return True
    changed = "then" in gap or "," in gap or gap in _FIELDS
    if gap and _PAUSE.fullmatch(gap) and PUT_RIGHT.search(text, max(0, last.start - 40), last.start):
        return True
    if (
        changed
        and _CHANGED_ON.search(text[: last.start])
        and ("then" in gap or gap in _FIELDS or _PAUSE.fullmatch(gap))
    ):
        return True
    if "," in gap and _ITS_OWN.match(text, this.end):
        return True
    if text.endswith("'s", 0, this.end) and _CHANGED_THIS.search(text, max(0, last.start - 60), last.start):
        return True  # "updated my bank this Tuesday and Wednesday's 300 is missing"
    if "," in gap and told_apart(text, last.start, this.end):
        return True
    if _PAUSE.fullmatch(gap) is None:
        return False
    before = dates_chinese.CHANGED_BEFORE if gap else dates_chinese.DAY_OF_CHANGE
    return last.kind != this.kind or before.search(text, 0, last.start) is not None
