"""Words of a merchant -> what they say: the slots, the intent, the control. Total: any text is read, none raises."""

from __future__ import annotations

from datetime import date, datetime

from knowledge import asking
from knowledge.acts import read_act, without_emoji
from knowledge.amounts import find_amounts
from knowledge.dates import NOON, find_dates, find_times
from knowledge.dates_bare import beside_bare_days
from knowledge.dates_chinese import NOT_A_PLACE
from knowledge.identifiers import find_identifiers
from knowledge.intents import read_intent
from knowledge.leftovers import doubtful
from knowledge.meaning import Meaning
from knowledge.message import Message
from knowledge.notices import notices
from knowledge.numbering import without_numbering
from knowledge.pastdays import DateMention
from knowledge.patterns import compiled
from knowledge.question_words import is_question
from knowledge.reading import Act, Reading
from knowledge.roles import DAY, NUMBER, TIME
from knowledge.second_reading import intent_judged
from knowledge.tail_judging import judged
from knowledge.text import normalise
from knowledge.ticks import ticks_in_words

__all__ = ["Reading", "read"]

LONGEST = 4000
"""Characters: a Telegram message has no more than 4096; what comes after is not read."""


def read(text: str, *, now: datetime, locale: str, asked: str | None = None) -> Reading:
    """Read one message. ``now`` is the merchant's local time.

    ``asked`` is the slot that the desk asked last, if any.
    """
    plain = normalise(text[:LONGEST])
    message = scan(plain, now.date(), locale, asked, now.hour)
    if asked is None:
        message = judged(message)
    act = read_act(plain)
    meaning = Meaning(message, act)
    meaning.gather()
    about = meaning.about()
    intent = read_intent(message.blanked, about, act)
    if asked is None and not (act is not None and intent == "other"):
        intent = intent_judged(message, about, intent)
    meaning.place_unsaid_days(intent)
    meaning.offer_doubts()
    meaning.drop_sums(intent)
    if asked is not None:
        asking.settle(meaning, asked)
    meaning.confirm(doubtful(message, meaning.settled) | meaning.unsettled())
    return Reading(
        act=meaning.act,
        intent=intent,
        slots=meaning.slots,
        choices=meaning.choices,
        rejected=meaning.rejected,
        corrects=meaning.corrects(),
        question=is_question(message.text),
        card_number=message.has_card,
    )


def scan(plain: str, today: date, locale: str, asked: str | None = None, hour: int = NOON) -> Message:
    """What normalised words hold, before it is known what for."""
    return _scan(plain if asked in _WHOLE else _core(plain), today, locale, asked, hour)


def act_of(text: str) -> Act | None:
    """The control that the words as a whole are: much cheaper than reading them."""
    return read_act(normalise(text[:LONGEST]))


def asks(text: str) -> bool:
    """Whether the words may ask something or why: much cheaper than reading them."""
    plain = normalise(text[:LONGEST])
    return is_question(plain) or read_act(plain) == "why"


_WHOLE = frozenset({"yes_no", "rating"})
"""Asked for these, hearts, stars and thumbs are answers."""
_GREETING = compiled(
    r"(?:老板娘?|师傅|亲|客服)?(?:你|您)?好(?:啊|呀)?[\s,;.!~]+(?=\S)|(?:老板娘?|师傅|亲|客服|在吗?"
    r"|请问)[\s,;.!?~]+(?=\S)"
    r"|(?:hi|hello|hey|good (?:morning|afternoon|evening|day))(?: there| team| guys| all)?[\s,;.!]+(?=\S)"
)
_LAST_WORDS = compiled(
    r"(?<=.)(?:[\s,.;!]*(?:[啊呀哦噢哈唉哎]|(?:谢谢|多谢|感谢|辛苦|拜托)(?:你们?|您|了|啦|哈)*|(?:麻烦|请|劳驾"
    r"|烦请)(?:你们?|您)?(?:帮我?|给我?)?"
    r"(?:看看?|查查?|处理|核实|核对|解决)(?:一?下)?(?:吧|了|谢谢)?"
    r"|(?<![a-z])(?:pls|please|plz|thanks|thank you|thx|ty|cheers|(?:please|pls|plz) (?:check|help|advise"
    r"|look)(?: asap)?)(?![a-z])))+[\s.!~]*$"
    r"|(?<=[\d一-鿿])[\s]*[!~]+$"
)
_LAST_SIGNS = frozenset(".!~啊呀哦噢哈唉哎谢苦托们你您了啦看查理实对决下吧")
_LAST_IN_ENGLISH = (
    *("pls", "please", "plz", "thanks", "you", "thx", "ty", "cheers"),
    *("check", "help", "advise", "look", "asap"),
)
"""With one of these such last words end."""


def _core(text: str) -> str:
    """The words without a greeting before them, without pictures and what trails off behind."""
    text = without_emoji(ticks_in_words(text)).strip()
    while (greeting := _GREETING.match(text)) is not None:
        text = text[greeting.end() :]
    return _LAST_WORDS.sub("", text) if text[-1:] in _LAST_SIGNS or text.endswith(_LAST_IN_ENGLISH) else text


_ANSWER_THEN_MORE = compiled(
    r"^(?P<answer>[^,;.!?\n ]{1,16})[, \n](?=\s?[^,;\n]{0,12}?(?:[号日天]|[周期拜][一二三四五六日天])\s?"
    r"(?:的?(?:那?笔)?\s?[¥\d一二两三四五六七八九]|的?(?:刷|收|没|未|做|卖|钱|款|货款|流水|交易)))"
)
"""One day is asked and the first clause says it: "13号，3号的1200" is no list of two days."""


def _scan(text: str, today: date, locale: str, asked: str | None, hour: int) -> Message:
    """Find what the words hold, each finder on what the ones before left: numbers that name, times, days, sums."""
    text = without_numbering(text)
    quotes = notices(text)
    identifiers = find_identifiers(text, today, asked, quotes)
    left = _blank(text, [(one.start, one.end) for one in identifiers], NUMBER)
    times = find_times(left)
    left = _blank(left, times, TIME)
    if asked == "change_date":
        left = _ANSWER_THEN_MORE.sub(r"\g<answer>;", left)
    every_day = find_dates(left, today, locale, hour)
    if "号机" in text:
        every_day = tuple(one for one in every_day if not text.startswith("机", one.end))
    if asked == "trade_dates":
        every_day = beside_bare_days(left, every_day, today)
    days = _days_said(left, every_day, asked, today)
    left = _blank(left, [(one.start, one.end) for one in days], DAY)
    sums = find_amounts(left)
    if asked == "change_date":
        sums = tuple(one for one in sums if not _SMALL.fullmatch(left, one.start, one.end))
    loose = tuple(one for one in every_day if one not in days) if len(days) < len(every_day) else ()
    return Message(text, today, asked, identifiers, days, sums, loose, quotes)


def _days_said(
    text: str, every_day: tuple[DateMention, ...], asked: str | None, today: date
) -> tuple[DateMention, ...]:
    """Without the bare digits that nothing calls a day; where one "10.8" is a day, the other "10.9" is too."""
    said = [one for one in every_day if not one.loose or _is_said_a_day(text, one, asked, today)]
    if any(one.loose and "." in text[one.start : one.end] for one in said):
        said = [one for one in every_day if one in said or "." in text[one.start : one.end]]
    if any(one.loose and one.end - one.start == _MONTH_AND_DAY for one in said):
        said = [one for one in every_day if one in said or _is_another(text, one)]
    return tuple(said)


_SMALL = compiled(r"[1-9]|[12]\d|3[01]")
"""Where the day of a change is asked, these are no sums."""
_MONTH_AND_DAY = 4
"""Signs: "1107"."""


def _is_another(text: str, one: DateMention) -> bool:
    """Beside a day written as "1107" another such number is a day too, unless a word makes it money."""
    return one.end - one.start == _MONTH_AND_DAY and bool(one.days) and not _MONEY_BEFORE.search(text, 0, one.start)


def _blank(text: str, spans: list[tuple[int, int]], sign: str) -> str:
    for start, end in spans:
        text = text[:start] + sign * (end - start) + text[end:]
    return text


_DAY_AFTER = compiled(
    rf"\s?(?:{TIME}|/(?:\d{{3}}|\d{{1,2}},\d{{3}})|¥\s?\d|\d[\d,.]*\s?(?:元|块|rmb|yuan|cny)|[^,;\d]{{0,6}}(?:那天"
    rf"|当天)|那天|当天|那日|这天|的?(?:换|改|变更|更[改换新]|绑|刷|交易)|号{NOT_A_PLACE}|日|(?:收"
    r"|做|卖)的|的(?:钱|款|账(?![户号])|货款|流水|营业款|[那两三几]?[笔单])"
    r"|的\s?(?:[\d¥]|[一二两三四五六七八九]+[百千万]))"
)
_MONEY_BEFORE = compiled(r"[刷收做卖¥]了?\s?$|[笔单]\s?$")
_TAKEN_OFF_BEFORE = compiled(r"[差少扣缺短]了?\s?$|(?<![a-z])(?:short(?: by)?|less|minus)\s$")
"""差了6.6: no sixth of June, whatever was asked."""
_DAY_BEFORE = compiled(
    r"(?:日期|时间|[换改]卡日|变更日|交易日|掉单|交易|换卡|变更|改绑|on|since|date)\s?(?:是|为|:|在)?\s?$"
)


_UNIT_AFTER = compiled(r"\s?(?:[元块圆万千百蚊%]|rmb|yuan|cny)")
_DAYS_COUNTED = compiled(r"(?:[\s、,和跟](?:0[1-9]|1[0-2])[0-3]\d)*\s?(?:[两三四五六]|2|3|4)[天日]")
"""After "1109": it is a day, and those listed with it are."""
_OF_LATE, _SHORT = 45, 3
"""Days that are lately past; signs of a number that may be a rate ("3.8")."""


def _is_said_a_day(text: str, one: DateMention, asked: str | None, today: date) -> bool:
    """Whether bare digits ("1114", "10.23") are a day: one was asked, or the words beside them say so."""
    if asked in {"change_date", "trade_dates"}:
        return _TAKEN_OFF_BEFORE.search(text, 0, one.start) is None
    if _DAY_AFTER.match(text, one.end) or _DAY_BEFORE.search(text[: one.start]):
        return True
    written = text[one.start : one.end]
    if asked is not None or _MONEY_BEFORE.search(text, 0, one.start) or _UNIT_AFTER.match(text, one.end):
        return False
    if "." in written:  # "11.11搞活动": hardly any sum looks like one of the last days
        return bool(one.days) and (today - one.days[-1]).days <= _OF_LATE and len(written) > _SHORT
    return _DAYS_COUNTED.match(text, one.end) is not None
