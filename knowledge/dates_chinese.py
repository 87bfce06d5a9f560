"""Days as Chinese-speaking merchants write them, Simplified after normalising: 上周五, 3号4号, 11月3到5号, 大前天,
上个月29.

Each finder takes normalised text and yields mentions; overlapping ones are settled by the caller, earlier finders
first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import reduce

from knowledge.cues import cued
from knowledge.pastdays import (
    DateMention,
    Day,
    checked,
    day_of_month,
    exact,
    in_one_month,
    listed,
    mention,
    month_day,
    ranged,
    weekend,
)
from knowledge.patterns import compiled
from knowledge.taken_back import PUT_RIGHT
from knowledge.weekdays_chinese import find_weekdays

_DIGIT = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_SMALL = (
    r"三十一?|二十[一二三四五六七八九]?|廿[一二三四五六七八九]?|卅一?|一?十[一二三四五六七八九]?|[一二三四五六七八九]"
)
_SIGN_BY_SIGN = (
    r"(?:(?:一[三四五六七八九]|二[一四五六七八九])(?=[号日])"
    r"|一[零一二](?=月)|(?<=一[零一二]月)(?:[一二][零一二三四五六七八九]|三[零一])(?=[号日]))"
)
"""一八号: the 18th; 一二号 are two days, but 一一月一二号 is 12 November."""
NUMBER = rf"(?:{_SIGN_BY_SIGN}|\d{{1,2}}|{_SMALL})"

LIST = compiled(
    r"\s*(?:[、,]\s*(?=还|以|和|跟|与|外|再|加))?(?:[、,/&+]|和|跟|与|同|及|以及|还有|加上?|外加|再加|又"
    r"|\.(?=\d))?\s*(?:,)?\s*"
)
RANGE = compiled(r"\s*(?:-+|~+|(?:开始|起)?,?(?:一?直)?[到至])\s*")

SAID = compiled("[年月旬周星礼日号天历初廿夕秋午阳节宵清前昨寻琴今明听后下双近头阵庆五旦假夜]")
"""Without any of these words no day is said in Chinese."""
NOT_A_PLACE = (
    r"(?!机|收银|前台|柜台|店|线|楼|终端|pos|卡|码|档|铺|窗|柜|门|院|馆|商户|仓|摊|桌|房(?![费租款])|工单"
    r"|台(?![湾风])|椅|座|厅|加油[枪机位]|枪|包[间厢房]|球台|技师|车[位库]|油枪|棚|池|栋|单元|亭|牌)"
)
"""Behind 号: not what a machine, a table or a shop is numbered with."""
_COUNT_OF_DAYS = r"\s?(?:这|那|连着|连续|一连|整整|[一总]?共)?[两二三四五六七八九十][日天晚]"
_ITEM = compiled(
    r"(?:(?<![\da-z*#¥])|(?<=\d\d\d)(?=[一二三四五六七八九十廿]{1,3}[号日]))(?<!\d[.:])(?:(?:(?P<year>(?:20)?\d\d年"
    r"|去年|今年|前年|明年"
    rf"|上一年)\s?的?)?\s?(?P<month>{NUMBER})\s?月份?\s?的?\s?"
    r"|(?P<relative>(?:上上个?|大上个?|上个?|这个?|本|当|下下个?"
    rf"|下个?)月)份?\s?的?\s?)?(?:(?<![\d零一二两三四五六七八九十百千万亿])|(?<=[周期拜][一二三四五六])(?=\d)"
    r"|(?<=[百千万][一二三四五六七八九])(?=[一二三四五六七八九][号日])"
    r"|(?<=\d\d\d)(?=[一二三四五六七八九十廿]{1,3}[号日]))"
    rf"(?P<day>{NUMBER})(?:\s?(?:(?<=\d)[两俩三四](?=号[^\d,]))?(?:号(?P<house>{NOT_A_PLACE})"
    rf"|日(?P<sun>(?!内|游|均(?![未没已无])|元|币|本|清|用|子|利)))"
    rf"|(?P<few>(?<!\d/\d)(?<!\d/\d\d)(?!十)(?={_COUNT_OF_DAYS}))"
    r"|(?<!\d[块元]\d)(?![\d.:%几一二三四五六七八九十]"
    r"|\s?(?:[号日月点时块元笔个万千百年周天次台单张人分折星位毛角kw家宗桌份]|小时"
    r"|工作日|rmb)))"
)
_UNIT = compiled("[号日天晚月]")
"""Without any of these words a number is no day."""
_DENIED = compiled(r"(?:不是|并非|唔系|除了?|除开|除去)\s?$")
CHANGED_BEFORE = compiled(
    r"(?:换|改|变更|更换|绑|生效|启用)(?:卡|账户|户|了|的)*(?:(?:的?(?:时间|日期?|日子|时候))(?:是|为|在|:|\s)*"
    r"|是在?|在|:)$"
    r"|(?:[换改绑][成到为]|变更[成到为]|更换[成到为])[^,;.\n]{0,10}[是系]$"
    r"|(?:换|改|变更|更换|绑)(?:卡|账户|户)$|(?:短信|系统|记录|单[据子]?|合同|其实)[上里]?(?:[写说]的?|显示的?"
    r"|[是系])+$"
    r"|(?:new (?:card|account)|新卡)[^,;]{0,20}(?:from|since|on|effective)\s$"
    r"|(?:换|改|变更|更换|绑)(?:卡|账户|户)?(?:的?(?:时间|日期|日子))?不是[^,;]{1,8},?(?:而?是|应该是)$"
    r"|今天?(?:都|已经?)?(?:是|到)?$"
)
"""Before a day that stands alone: the day of change by its name, or today."""
DAY_OF_CHANGE = compiled(r"(?:换|改|变更|更换|绑)(?:卡|账户|户)?的?(?:时间|日期|日子)\s?(?:是|为|:)\s?$")
_ITS_OWN = compiled(
    r"\s?(?:的|那天|当天)?(?:已到|没问题|正常|没事|收到了|到了|不算|别算|除外|不包括|没营业|没开|休息|歇业|停业|关门"
    r"|起|开始|以后|之后)"
)
_COUNTED_SINCE = compiled(r"(?:换卡?|改卡|转卡|绑卡|变更)(?:了|咗|后|完)?\s?$")
_SAYS_WHEN = compiled(
    r"\s(?!没|未|还|都|钱|款)|[,;.]|$|[一二两三四五六七]笔|的?(?:刷|收(?!到)|卖|做|交易|营业|流水|生意|¥|\d{2}"
    r"|[一二两三四五六七八九][百千万])"
)
"""After "换卡18日" in a list of answers: the day of it; or a day of trade."""
_OR_BEFORE = compiled(rf"(?<![\d.:周期拜])(?P<day>{NUMBER})\s?(?:或者?是?|还是)\s?$")
_PARTIAL_END = compiled(_COUNT_OF_DAYS)
MONTHS_BACK = {"上上": 2, "大上": 2, "上": 1, "这": 0, "本": 0, "当": 0, "下": -1, "下下": -2}
_RECURRING = compiled(
    r"(?:每月的?|每个月的?|每|第|连续|等了|已经?|满|共|超过|隔|(?<!出)头|(?<![块元\d千百万])整|尾号|编号|工单"
    r"|(?P<spell>近"
    r"|最近"
    r"|过去|前|后))\s?$"
)
_STANDS_ALONE = compiled(r"\s*(?:$|[、,.;/+&~-]|[和跟与同及至到的都也没未各]|还有|[两二三四五六七]?[天日])|\s+")
_RANGE_AHEAD = compiled(rf"\s?(?:[-~至到]|、)\s?{NUMBER}\s?[日号]")
_OF_A_DATE = compiled(r"(?<!\d)(1[0-2])/$")
_IN_A_STREET = compiled(r"(?:[路街巷弄村镇]|大道|胡同|花园|小区|广场|大厦)\s?$")
_ONE_DAY = compiled(r"\s?(?:一|1)\s?日")
_A_SUM_NEXT = compiled(
    r"\s?(?:就|都|有|才|系|是)?\s?¥?(?:\d{3}|\d+[,.]\d|[一二两三四五六七八九]*[十百千万]|\d+\s?[元块蚊kw万千])"
)
_DAYS_OF_A_ROW = compiled(
    r"(?<!\d)(?:[2-9]|[12]\d|3[01]|[二三四五六七八九]|[二三]?十[一二三四五六七八九]?)日(?!元|内|游)"
)
_LENGTH = compiled(r"\s?(?:之?内|之?后|以[后内来]|左右|就[得到会能])")

_OFFSETS = {"大大前": -4, "大前": -3, "前": -2, "昨": -1, "寻": -1, "琴": -1, "夜": -1}
_OFFSETS |= {"今": 0, "当": 0, "明": 1, "听": 1, "后": 2, "大后": 3, "大大后": 4}
"""Days from today on; 寻 and 琴 are Cantonese, 夜个 is said in the north."""
_RELATIVE = compiled(
    r"(?<![以之今然])(?P<which>大大前|大前|前|昨|寻|琴|夜(?=[个来儿])|今|明|听|大大后|大后|后)(?:天|日|儿个?|晚上?|夜"
    r"|黑(?!店)"
    r"|(?<=夜)来|个(?!月|星|礼|周)|早上?|午|朝(?![廷代阳着向])|早(?=[\d一二三四五六七八九十])|(?<=昨)(?=收(?!到)|刷|卖"
    r"|营业"
    r"|流水|交易|之))(?!天天)"
)
_LAST_TWO = cued("昨前", "昨前[两二2]?[天日]")
_AGO = cued(
    "前|[周期拜]的?今[天日]",
    rf"(?P<count>\d{{1,3}}|{_SMALL}|两|半)\s?个?(?P<unit>天|日|周|星期|礼拜|月|年)(?:之|以)?前(?!后)(?:的?今[天日])?"
    r"|(?P<weeks>上上|上)一?个?(?:周|星期|礼拜)的?今[天日]",
)
_VAGUE = cued(
    r"[几多近旬节]|两三|三四|三五|若干|[这那前头去](?:[两二三四五六七八九十]|\d)|头上|[年月][初头中底末尾]|前阵"
    r"|前段|不久前"
    r"|那阵|[上这本当](?:一?个)?[周星礼月]|来号|[去前今]年|国庆|五一|元旦|黄金周|长假|过年|哪天|有一天|某天",
    r"(?:好|这|那|前|近|最近|过去|(?=.{1,4}(?:之?前|以前|了|来)))(?:几|[两二三四五六七八九十\d]多|两三|三四|三五"
    r"|好多|若干|许多)个?(?:天|日|周|星期|礼拜|月)(?:之?前|以前|了|来)?"
    r"|(?:这|那|前|近|最近|过去|头)(?:[两二三四五六七八九十]|\d{1,2})(?:天|日|周)"
    rf"|(?:{NUMBER}月份?|(?:这|本|当|上上?)个?月)?(?:月?(?:头上|[上中下]旬)|(?<=月)[初头中底末尾](?!\d))"
    r"|月(?:初|头|中|底|末|尾)(?!\d)|年[初中底末]|最近|近期|近日|前阵子?|前段时间|不久前|那阵子?"
    r"|(?:上上|上|这|本)(?:一?个)?(?:周|星期|礼拜)(?![一二三四五六日天末1-7]|的?\s?(?:mon|tue|wed|thu|fri|sat"
    r"|sun))|(?:上上?个?|这个?|本)月"
    r"|(?:十|二十|[12]0)?[几多来]号|[去前]年的?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[号日]"
    r"|[去前今]年(?!的?(?:\d|[一二三四五六七八九十]+月))|国庆"
    r"|(?<![零一二三四五六七八九十百千万])五一(?!\d)|元旦假期|黄金周|长假|节假日|节前|节后|过年|不知道?(?:哪|几)天"
    r"|有一天|某天",
)
_MONTH_ALONE = cued("月", rf"(?<![\d个])(?<!\d[.:]){NUMBER}月份?")
_WEEKEND = cued(
    r"周末|六日",
    r"(?<!下)(?<!下个)(?<!下一个)(?P<week>上上|大上|上|这|本)?(?:一?个)?(?:周末|(?<![周期拜])六日(?=的?(?:这"
    r"|那)?[两二2]天))"
    r"(?:的?(?:这|那)?[两二2]天)?",
)
_FUTURE = cued(
    r"下|明年|后",
    r"下下?(?:一?个)?(?:周|星期|礼拜|月)(?![一二三四五六日天1-7\d])|明年|(?:\d+|[一两二三四五六七八九十])天(?:之"
    r"|以)?后",
)
_LUNAR = cued(
    r"[农阴旧老]历|[正冬腊]月|[初廿]|除夕|年三十|中秋|端午|重阳|春节|元宵|清明",
    rf"(?:农历|阴历|旧历|老历)的?(?:[正冬腊]月|{NUMBER}月|闰{NUMBER}月)?(?:初?{NUMBER})?(?:号|日)?"
    rf"|(?:[正冬腊]月|(?<![\d.]){NUMBER}月)(?:初[一二三四五六七八九十]"
    rf"|廿[一二三四五六七八九]?)(?!\s?[笔个次天台单张一二三四五六七八九号日])|[正冬腊]月(?:{NUMBER}号?)?"
    r"|(?<![月年起最当])初[一二三四五六七八九十](?!\s?[笔个次天台单张中期步级])|除夕|年三十|中秋|端午|重阳|春节"
    r"|元宵|清明",
)


_TWO_SIGNS = 2
_LAST_DAY = 31


def number(words: str) -> int:
    """A number under 100 in digits or Chinese: 12, 十二, 二十, 廿三."""
    if words.isdecimal():
        return int(words)
    if len(words) == _TWO_SIGNS and "十" not in words and words[0] in "一二三":
        return _DIGIT[words[0]] * 10 + _DIGIT[words[1]]
    words = words.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = words.rpartition("十")
    return (_DIGIT[tens] if tens else 1 if ten else 0) * 10 + (_DIGIT[ones] if ones else 0)


def find_chinese(text: str, today: date) -> Iterator[DateMention]:
    """All mentions, the more certain finders first; they may overlap."""
    for found in _LUNAR.finditer(text):
        yield mention(*found.span(), "date_lunar")
    yield from _runs(text, today)
    yield from _ago(text, today)
    yield from find_weekdays(text, today)
    yield from _alternatives(text, _calendar_days(text, today), today)
    for found in _LAST_TWO.finditer(text):
        yield mention(*found.span(), today - timedelta(days=2), today - timedelta(days=1))
    for found in _RELATIVE.finditer(text):
        offset = _OFFSETS[found["which"]]
        day = checked(today + timedelta(days=offset), today)
        yield (
            DateMention(*found.span(), rejected=day)
            if isinstance(day, str)
            else DateMention(*found.span(), days=(day,), open_ended=offset == 0, kind="relative")
        )
    for found in _WEEKEND.finditer(text):
        every = text.endswith(("每", "每个", "每到", "每逢"), 0, found.start())
        yield mention(*found.span(), "date_vague") if every else weekend(*found.span(), found["week"], today)
    for found in _FUTURE.finditer(text):
        yield mention(*found.span(), "date_in_future")
    for pattern in (_VAGUE, _MONTH_ALONE):
        for found in pattern.finditer(text):
            yield mention(*found.span(), "date_vague")


_RUN = compiled(
    r"(?<![\d一二三四五六七八九十])(?:二?十[一二三四五六七八九]|二?十(?=[二三]?十)|二十(?=[号日])"
    r"|三十一?){2,6}(?:[号日]|的?[这那]?[两二三四五六]天)"
)
_RUN_PARTS = tuple(
    compiled(part)
    for part in (r"二?十[一二三四五六七八九]|二?十|三十一?", r"二?十(?:[一四五六七八九]|[二三](?!十))|二?十|三十一?")
)


def _runs(text: str, today: date) -> Iterator[DateMention]:
    """ "十四十五十六号": days that follow one another; other numbers side by side are not understood."""
    if text.count("十") < 2:
        return
    for found in _RUN.finditer(text):
        days: tuple[Day, ...] = ("date_vague",)
        for part in _RUN_PARTS:
            numbers = [number(word) for word in part.findall(found[0])]
            if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
                days = tuple(day_of_month(one, today) for one in numbers)
        yield mention(*found.span(), *days)


def _ago(text: str, today: date) -> Iterator[DateMention]:
    for found in _AGO.finditer(text):
        if found["weeks"]:
            yield mention(*found.span(), today - timedelta(days=7 * len(found["weeks"])))
            continue
        unit, count = found["unit"], found["count"]
        if unit in "月年" or count == "半" or text[: found.start()].endswith(("几", "多", "好", "两", "三")):
            yield mention(*found.span(), "date_vague")
            continue
        days = 2 if count == "两" else number(count) if not count.isdecimal() else int(count)
        days *= 1 if unit in "天日" else 7
        yield mention(*found.span(), checked(today - timedelta(days=days), today))


def _calendar_days(text: str, today: date) -> Iterator[DateMention]:
    if not _UNIT.search(text):
        return
    chain: list[re.Match[str]] = []
    for found in _ITEM.finditer(text):
        if not _plausible(text, found) or (chain and _counts_them(text, chain, found)):
            continue
        if chain and not _continues(text, chain[-1], found):
            yield from _chain(text, chain, today)
            chain = []
        chain.append(found)
    if chain:
        yield from _chain(text, chain, today)


def _counts_them(text: str, chain: list[re.Match[str]], item: re.Match[str]) -> bool:
    """True for the 三日 of "9-11日三日合计", the 一日 of "12日一日款未到"."""
    if item["sun"] is None or item["day"].isdecimal():
        return False
    gap = text[chain[-1].end() : item.start()]
    if gap and not (gap in {" ", ",", ", "} and text.startswith(("共", "合", "总"), item.end())):
        return False  # "10日至12日 三日共计": so many days they are
    first, last = number(chain[0]["day"]), number(chain[-1]["day"])
    spans = len(chain) == _TWO_SIGNS and RANGE.fullmatch(text, chain[0].end(), chain[1].start())
    return number(item["day"]) == (last - first + 1 if spans else len(chain))


def _alternatives(text: str, mentions: Iterator[DateMention], today: date) -> Iterator[DateMention]:
    """ "3或4号" is a choice of two days."""
    end = 0
    for one in mentions:
        place, end = max(end, one.start - 8), one.end
        before = _OR_BEFORE.search(text, place, one.start) if len(one.days) == 1 else None
        other = day_of_month(number(before["day"]), today) if before else None
        if before is not None and isinstance(other, date):
            yield replace(one, start=before.start(), days=(), choices=((other,), one.days))
        else:
            yield one


_BOTH_DAYS = compiled(r"六日的?(?:这|那)?[两二2]天")
_OTHER_YEAR = ("去年", "去年的", "前年", "前年的")


def _plausible(text: str, item: re.Match[str]) -> bool:
    if _has_month(item):
        return True
    if _BOTH_DAYS.match(text, item.start()) or (item["year"] is None and text.endswith(_OTHER_YEAR, 0, item.start())):
        return False  # 六日两天, 去年的12号
    if _IN_A_STREET.search(text, 0, item.start()):
        return False  # "人民路88号"
    if not _has_unit(item) and text.endswith(("块", "元", "点"), 0, item.start()):
        return False  # "五十块三，21号的"
    if text.startswith("/", item.start() - 1) and _is_of_a_date(text, item):
        return False
    if not _has_unit(item) and not (
        int(item["day"]) <= _LAST_DAY if item["day"].isdecimal() else _STANDS_ALONE.match(text, item.end())
    ):
        return False  # "11月10号，88没到", "11月10号，一直没到"
    if _ONE_DAY.fullmatch(item[0]) and _A_SUM_NEXT.match(text, item.end()) and not _DAYS_OF_A_ROW.search(text):
        return False  # "九号同十号，一日千二": a day's sum
    before = _RECURRING.search(text, max(0, item.start() - 6), item.start())
    if before is not None and before["spell"] and (item["house"] is not None or _SAYS_WHEN.match(text, item.end())):
        return True  # "换卡后18号的": only days are counted so ("后3日"), not dates
    if item["sun"] is not None and _RANGE_AHEAD.match(text, item.end()):
        return True
    since = _COUNTED_SINCE.search(text, max(0, item.start() - 5), item.start())
    if item["sun"] is not None and since is not None and not _SAYS_WHEN.match(text, item.end()):
        return False  # "换卡三日了": days counted
    return before is None and not (item["sun"] is not None and _LENGTH.match(text, item.end()))


def _is_of_a_date(text: str, item: re.Match[str]) -> bool:
    """ "11/5、6号", "11/14号": 5 and 14 November; "10/11/12号" and "11/12号" are days."""
    month = _OF_A_DATE.search(text, max(0, item.start() - 3), item.start())
    if month is None:
        return False
    return number(item["day"]) != int(month[1]) + 1 if _has_unit(item) else not text.startswith("/", item.end())


def _has_month(item: re.Match[str]) -> bool:
    return item["month"] is not None or item["relative"] is not None


def _has_unit(item: re.Match[str]) -> bool:
    return item["house"] is not None or item["sun"] is not None or item["few"] is not None


def _continues(text: str, last: re.Match[str], item: re.Match[str]) -> bool:
    gap = text[last.end() : item.start()]
    if gap and not gap.strip(" ,") and _DENIED.search(text, 0, last.start()):
        return False  # "不是17号，3号": what is denied is one day
    lead = max(0, last.start() - 40), last.start()
    if gap and not gap.strip(" ,\n") and PUT_RIGHT.search(text, *lead):
        return False  # "不对，是16号，17号的没到"
    if not gap.strip(" ,\n") and (CHANGED_BEFORE if gap else DAY_OF_CHANGE).search(text, *lead):
        return False  # "换卡是3号，4号没到"
    if "," in gap and not gap.strip(" ,") and item["day"] == last["day"] and not _has_month(item):
        return False  # "换卡那天是9号，9号之前的…": said once more
    if "," in gap and _ITS_OWN.match(text, item.end()):
        return False  # "9号到12号，10号不算": another statement
    if RANGE.fullmatch(gap):
        return True
    if not LIST.fullmatch(gap):
        return False
    if gap == " " and not _has_unit(last) and _is_next(last, item):
        return True  # "29 30 1号"
    return bool(gap.strip()) or ((_has_unit(last) or _has_month(last)) and (_has_unit(item) or _has_month(item)))


def _is_next(last: re.Match[str], item: re.Match[str]) -> bool:
    first, second = number(last["day"]), number(item["day"])
    return second == first + 1 or (second == 1 and first in {28, 29, 30, 31})


def _chain(text: str, items: list[re.Match[str]], today: date) -> Iterator[DateMention]:
    """Days said in one breath; the month of one counts for those after it, the 号 of one for those before it."""
    while items and not (_has_unit(items[-1]) or any(_has_month(item) for item in items)):
        items = items[:-1]
    if not items:
        return
    parts: list[DateMention] = []
    carried: re.Match[str] | None = None
    for place, item in enumerate(items):
        carried = item if _has_month(item) else carried
        tail = _PARTIAL_END.match(text, item.end()) if place == len(items) - 1 else None
        this = mention(item.start(), tail.end() if tail else item.end(), _resolved(item, carried, today))
        if not parts or not RANGE.fullmatch(text, parts[-1].end, item.start()):
            parts.append(this)
            continue
        first = parts.pop()
        if carried is None and this.days:  # "28到2号": the 28th before that 2nd
            first = mention(first.start, first.end, day_of_month(number(items[place - 1]["day"]), this.days[0]))
        parts.append(ranged(first, this))
    whole = reduce(listed, parts)
    if items[-1]["few"] is not None and whole.days and len(whole.days) != _said_to_be(text, whole.end):
        return  # "11-15 11-16 两天": not the 11th to the 15th and the 16th
    bare = len(parts) == len(items) > 1 and not any(_has_month(item) for item in items)
    yield in_one_month(whole, [number(item["day"]) for item in items], today) if bare else whole


def _said_to_be(text: str, end: int) -> int:
    """The number of days said before ``end``: 2 for 两天."""
    return _DIGIT.get(text[end - 2], 10)


def _resolved(item: re.Match[str], carried: re.Match[str] | None, today: date) -> Day:
    day = number(item["day"])
    if carried is None:
        return day_of_month(day, today)
    if carried["relative"]:
        return day_of_month(day, today, MONTHS_BACK[carried["relative"].rstrip("月").rstrip("个")])
    month, year = number(carried["month"]), carried["year"]
    if not 1 <= month <= 12:
        return "date_impossible"
    if year is None:
        return month_day(month, day, today)
    named = {"去年": today.year - 1, "上一年": today.year - 1, "今年": today.year, "前年": today.year - 2}
    named["明年"] = today.year + 1
    return exact(named[year] if year in named else 2000 + int(year[:-1]) % 100, month, day, today)
