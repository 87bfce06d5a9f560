"""What no reading accounts for, right beside one: then the value may have been cut out of more than was understood.

A numeral that touches a sum, a number listed beside a day, a day word of which no day was made: such a value is offered
to be confirmed instead of taken. It is the last look at a message, whatever was asked and whatever finder read the
value. Source of the rule: a wrong guess about money or dates is worse than a question.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from knowledge.dates_chinese import NOT_A_PLACE
from knowledge.message import Message
from knowledge.patterns import compiled
from knowledge.roles import DAY, EXCEPT, SUM, day_role
from knowledge.sure_days import came_with_sum

_NUMERAL = "零一二两三四五六七八九十百千万亿廿卅"
_COUNTED = (
    "笔单次天日个台号家人年月点位分毛角张名项条级楼岁代期遍趟回口步周星礼下共直起样定般些半大小家边头晚早时会旦切千万桌"
)
"""Signs after a numeral that count something or make another word of it: 两笔, 一共, 一直."""
_BESIDE_SUM = compiled(
    rf"(?<![周期拜])[{_NUMERAL}\d]{SUM}|{SUM}[{_NUMERAL}](?![{_COUNTED}{_NUMERAL}])"
    rf"|{SUM}[{_NUMERAL}]{{2,}}(?![{_COUNTED}])|{SUM}\d"
    rf"|(?:没有|哪有|不够|不止|(?<![a-z])(?:not even|hardly|barely))\s?{SUM}"
    rf"|{SUM}\s?(?:块|元)?(?:里面?|之中|当中)有?{SUM}|{SUM}\s?(?:块|元)?(?:里面?|当中)有"
    rf"|{SUM}\s?(?:块|元)?(?:都|也|还)?(?:不够|不止|那么多|这么多)"
)
_BESIDE_DAY = compiled(
    rf"(?:[{_NUMERAL}]|(?<![\da-z.,:])\d{{1,2}}){DAY}|{DAY}[{_NUMERAL}\d](?![{_COUNTED}{_NUMERAL}\d]|(?<=零)[售钱食])"
    rf"|{DAY}\s?(?:[、,/&+]|和|跟|与|and|&)\s?(?:the )?\d{{1,2}}(?![\d.,:%]|\s?[a-z]|\s?[{_COUNTED}元块百])"
    rf"|(?<![\d.,:])\d{{1,2}}\s?(?:[、/&+]|和|跟|与|and|&)\s?(?:the )?{DAY}"
)
_ANOTHER_DAY = compiled(
    rf"(?<![\d.])(?:[12]?\d|3[01])\s?号{NOT_A_PLACE}(?!\ue003)"
    r"|(?:周|星期|礼拜)[一二三四五六日天](?![十百千万])|昨[天日晚]"
    r"|(?<![a-z])(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|yesterday)(?![a-z])"
    r"|(?<!\d)(?:[12]?\d|3[01])(?:st|nd|rd|th)(?![a-z])(?!\s(?:time|day|party|payment|sale|terminal|store|floor|street"
    r"|avenue|road))"
    r"|(?:^|[,;\s—、])\d{1,2}(?:[、,和跟\s]+\d{1,2})*\s?(?:的|也|都|还)*(?:没|未)"
    r"|(?<![a-z])day (?:after|before)[^,;.]{0,12}\ue002|(?<![a-z])(?:next|following) day[^,;.]{0,8}\ue002"
    r"|(?<![a-z])(?:from|on|of|for) the (?:next|following)(?: one)?(?=\s?(?:$|[,;.]|is|are|was|were|not|never))"
    r"|\ue002[^,;.]{0,8}(?<![a-z])(?:next|following) day|(?<![a-z])(?:not|nor|or)\s(?:the\s)?(?:[12]?\d"
    r"|3[01])(?=$|[\s,.;])(?!\s[a-z])"
    r"|(?<![a-z])(?:and|n?or)\s(?:the\s)?(?:third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)(?=$|[,.;])"
)
"""Words for a day, or small numbers that are missing, of which no day was made."""
_LEFT_OUT = compiled(
    rf"(?<![a-z])(?:everything|all|nothing)(?![a-z]).{{0,20}}{DAY}.{{0,20}}(?<![a-z])(?:except|apart from|other than)"
    rf"|{DAY}(?:以后|之后|起|开始|往后).{{0,8}}(?:除了?|除开)"
)
"""An open span of which a day is taken out again."""
_SMALL = compiled(r"[12]?\d|3[01]")
_IS_MISSING = compiled(r"(?:[、,和跟\s]+\d{1,2})*\s?(?:的|也|都|还)*(?:没|未)")
_LACKS_AFTER = compiled(rf"{SUM}\s?(?:块|元)?钱?(?:还|都|也|一直)?(?:没|未|冇)")
_COMES_AFTER_ALL = compiled(
    r"[^,;.!?没未不冇半差少错该应退]{0,12}(?:到了|收到了|到账了|来了|进来了)(?!\s?[吗么没吧?\ue002旧老一半部我])"
)
_BUT_NOT_ALL = compiled(r"少|差|不|没|未|一半|部分")
_FINE_AFTER_ALL = compiled(
    r"(?:(?!没|未|不|not|n't)[^,;.]){0,30}(?:(?<![a-z])(?:ok|okay|fine)|正常|没问题)\s?(?:$|[,;.])"
)
_PERHAPS_THOUSANDS = compiled(r"(?<![\d.:])[1-9]\d{0,2}, \d{3}\s?(?:元|块|rmb|yuan|cny)")
_SIGNS = compiled(r"[\ue001-\ue004\d]+")
_FEW_SIGNS = 6
_OF_MONEY = compiled(
    r"[押拖赖没未冇缺少差刷收做卖笔单款钱打给压欠扣到账额营费合共元块]|交易|流水|结算|退|错|卡[在着住]"
    r"|(?<![a-z])(?:missing|paid|pay\w*|arriv\w*|receiv\w*|got|came|sold|took"
    r"|sales?|sums?|amount|order|total|money|owed?|short|swip\w*|sent|credited|not|wrong|nothing|yuan|rmb|where"
    r"|transactions?|charged|deposit\w*|bank|cash|cards?"
    r"|gone|vanish\w*|nowhere|disappear\w*|settled?|nowt|zilch|nada|awol|dropp?\w*|pending|landed|owes|lost"
    r"|stuck|turned up|should have|seen|reflect\w*)(?![a-z])|n't"
)
_FAR = timedelta(days=300)
"""So long ago, a day without its year is rather one to come."""
_YEAR = compiled(r"20\d\d|去年|前年|\d\d年|last year|year ago|[-/.]2\d(?!\d)|(?<!\d)2\d[-/.]")
_MOST_DAYS = 15


def doubtful(message: Message, settled: Collection[int] = ()) -> frozenset[str]:
    """The slots whose value is to be confirmed. ``settled``: days by number of which it is clear what they are."""
    if not (message.days or message.sums):
        return frozenset()
    words = message.without_times
    slots: set[str] = set()
    if message.sums and (
        _BESIDE_SUM.search(words) or _is_out_of_place(message) or _PERHAPS_THOUSANDS.search(message.text)
    ):
        slots.add("amounts")
    if message.days and (
        _BESIDE_DAY.search(words)
        or _ANOTHER_DAY.search(words)
        or (_LEFT_OUT.search(words) and any(len(one.days) == 1 for one in message.days[:1]))
        or _is_unlikely(message)
        or _only_came(message)
        or _came_and_lacks(message)
        or _seems_to_have_come(message, settled)
    ):
        slots.update(("trade_dates", "change_date"))
    if _small_and_missing(message):
        slots.update(("trade_dates", "change_date", "amounts"))
    return frozenset(slots)


def _small_and_missing(message: Message) -> bool:
    """ "11/16 2450 11/17 3120, 16、17没到": numbers that were found as sums and are rather days."""
    small = [one for one in message.sums if not one.marked and _SMALL.fullmatch(message.text, one.start, one.end)]
    beside_sums = message.asked is None and 0 < len(small) < len(message.sums)
    return beside_sums and any(_IS_MISSING.match(message.text, one.end) for one in small)


def _only_came(message: Message) -> bool:
    """ "13号到了六千，还有四千没到": the day of what came, and no day of what did not."""
    around = [message.around(one.start) for one in message.days]
    return bool(around) and all(
        came_with_sum(words.before, words.after) and not _LACKS_AFTER.search(words.after) for words in around
    )


def _came_and_lacks(message: Message) -> bool:
    """ "10号到12号的款，10号到了两百": a day that is both missing and, in part, not."""
    came: set[date] = set()
    others: set[date] = set()
    for one in message.days if len(message.days) > 1 else ():
        words = message.around(one.start)
        (came if came_with_sum(words.before, words.after) else others).update(one.days)
    return message.asked is None and not came.isdisjoint(others)


def _seems_to_have_come(message: Message, settled: Collection[int]) -> bool:
    """ "14号的钱终于到了": words between the day and its coming that no role accounts for."""
    around = [message.around(one.start) for number, one in enumerate(message.days) if number not in settled]
    return any(
        (_COMES_AFTER_ALL.match(words.after) or _FINE_AFTER_ALL.match(words.after))
        and not _BUT_NOT_ALL.search(words.clause_after)
        and not EXCEPT.search(words.before)
        and day_role(words) == "trade"
        for words in around
    )


def _is_out_of_place(message: Message) -> bool:
    """A sum among many words of which none speaks of money that is taken, missing or owed."""
    if message.asked is not None or message.days or any(one.kind == "cycle" for one in message.identifiers):
        return False
    words = _SIGNS.sub("", message.blanked)
    return sum(sign.isalpha() for sign in words) > _FEW_SIGNS and _OF_MONEY.search(words) is None


def _is_unlikely(message: Message) -> bool:
    days: list[date] = [day for one in message.days for day in one.days]
    if len(days) > _MOST_DAYS:
        return True
    return message.asked is None and any(message.today - day > _FAR for day in days) and not _YEAR.search(message.text)
