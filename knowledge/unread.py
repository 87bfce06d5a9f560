"""What an answer says beside its value that changes it: "everything after the 10th", 一万差50, "2 sales of 450".

A value is not taken in part. Source of the rule: what is ambiguous is asked again, a wrong guess about money or dates
is worse than a question.
"""

from __future__ import annotations

from datetime import date

from knowledge.amounts import AmountMention
from knowledge.message import Message
from knowledge.patterns import compiled
from knowledge.roles import EXCEPT, SUM, day_role, is_number_denied

_OPEN_BEFORE = compiled(
    r"(?<![a-z])(?:after|before|since|until|till|starting|beginning|later than|prior to|anything from|everything from)"
    r"\s(?:on\s|from\s|about\s|around\s)?(?:the\s)?$"
)
_OPEN_WORD = compiled(r"(?:after|before|since|until)(?![a-z])")
_OPEN_AFTER = compiled(
    r"^\s?(?:onwards?|on(?=$|[,.;])|and (?:on|later|after|since|before)|or (?:later|earlier)|until now|till now"
    r"|to (?:date|now|today)|up to now|forward)(?![a-z])"
    r"|^的?(?:起(?!码)|开始|以后|之后|以来|往后|以前|之前|至今|到现在|后面|后的|前的)"
)
_NEXT_DAY = compiled(r"^的?(?:前一[天日晚]|后一[天日]|第二[天日]|次日|隔[天日]|头一?天|[前后][一两三]天)")
_COUNTED_FROM = compiled(
    r"(?<!过去)(?<!过去的)(?<!刚过)(?<!刚过的)那[个一]?(?:周|星期|礼拜)"
    r"|(?<![a-z])week of|(?:days|weeks?|fortnight) (?:from|after|since)(?! now)"
    r"|(?<![a-z])(?:days|weeks?) before(?! last)"
    r"|for (?:the )?(?:\d+|two|three|four|five|a few|several|next) (?:\w+ )?(?:days|weeks)|连续"
    r"|[和跟及、](?:之前|以前|之后|以后|后面|前面)|and (?:before|earlier|after|later)(?![a-z])"
    r"|(?:last|past|next) (?:two|three|four|five|few|\d+) (?:days|weeks)|前后"
)
"""Further days that no date was made of."""
_UP_TO = compiled(r"(?<![没未收不])[到至]\s?$")
"""The end of a span that was not joined with its beginning: "12号晚上11点半到13号凌晨"."""
_SMALL = compiled(r"-?\s?\d{1,2}")
_BEFORE_OR_AFTER = compiled(r"(?:after|before)(?![a-z])")
_NOW_AFTER = compiled(r"^\s?(?:to|-|~|until|till|到|至)\s?(?:now|date|现在|今)")

_MINUS = compiled(
    SUM
    + rf"\s?(?:块|元)?钱?[\s,]*退(?:了|款|给|客人)*\s?{SUM}[^{SUM}]{{0,6}}[剩余](?:下|余|了)?\s?{SUM}|{SUM}"
    + r"\s?(?:块|元)?钱?\s?(?:少|差|缺|减去?|minus|less|short(?: of| by)?)\s?了?\s?(?:[\d"
    + SUM
    + r"一二两三四五六七八九十])"
)
_OWED = compiled(r"应|该|到账|收到|实|only|got|received|paid")
_PER = compiled(
    r"各|每[笔单天次个]|一天\s?"
    + SUM
    + r"|都是\s?"
    + SUM
    + r"|(?<![a-z])(?:each|apiece|a piece|per [a-z]+|a day|every day)(?![a-z])"
    r"|(?:\d|[两二三四五六七八九]|(?<![a-z])(?:two|three|four|five|six|several|both))\s?(?:[a-z]+\s)?of\s"
    + SUM
    + rf"|{SUM}\s?(?:块|元)?钱?[一每/][位人份桌斤箱件个间晚]|[两二三四五六七八九\d]\s?[笔单次]\s?"
    + SUM
    + r"(?=\s?(?:块|元)?(?:钱)?的?$)"
    r"|" + SUM + r"\s?(?:块|元)?一[笔单次].{0,6}[两二三四五六七八九十\d][笔单次]"
)
_COUNTED = compiled(
    r"\d{1,4}号?(?:桌|房|台|床|包间?|座)|\d+\s?(?:笔|单|次|天|个|台|家|号机|点|分|sales?|payments?|transactions?|days?"
    r"|terminals?|st|nd|rd|th)"
    r"|[尾后末][二三四2-4]位|t\s?\+\s?[01]|d0"
)
_LEFT_OVER = compiled(
    r"\d|(?<![a-z])(?:hundreds?|thousands?|grand|million|point|dozen)(?![a-z])|(?<![千])[百千亿](?!万)|万(?!一)"
)


def unread(message: Message, asked: str, values: int) -> str | None:
    """Why the words do not answer the question for days or sums exactly, although they hold some; None if they do.

    ``values``: how many they were read as.
    """
    if asked in {"trade_dates", "change_date"}:
        return "date_vague" if _is_open(message, asked) else None
    if values > len(message.sums):
        return None  # 两笔各500: counted already
    return "amount_unclear" if asked == "amounts" and _is_reckoned(message) else None


def _is_open(message: Message, asked: str) -> bool:
    """A range with one end: "since the 10th", 10号起; of a change only "before" and "after" leave the day open."""
    if message.days and _leaves_days_out(message, asked):
        return True
    for one in message.days:
        if len(one.days) != 1:
            continue
        words = message.around(one.start)
        said = message.text[one.start : one.end]
        if _NEXT_DAY.match(words.after):
            return True
        if asked == "change_date":
            if _BEFORE_OR_AFTER.match(said):
                return True
        elif (
            _OPEN_WORD.match(said)
            or _OPEN_BEFORE.search(words.before)
            or _OPEN_AFTER.match(words.after)
            or _NOW_AFTER.match(words.after)
        ):
            return True
    return False


def _leaves_days_out(message: Message, asked: str) -> bool:
    """Words or small numbers beside the days that mean further days, or that take one of them out again."""
    if _COUNTED_FROM.search(message.text):
        return True
    if len(message.days) > 1 and any(_UP_TO.search(message.around(one.start).before) for one in message.days[1:]):
        return True
    if asked != "trade_dates":
        return False
    out = {"received", "denied"}
    named = [day for one in message.days if day_role(message.around(one.start)) not in out for day in one.days]
    if 1 < len(set(named)) < len(named):
        return True
    small = [one for one in message.sums if not one.marked and _SMALL.fullmatch(message.text[one.start : one.end])]
    return any(not _is_accounted_for(message, one, named) for one in small)


def _is_accounted_for(message: Message, one: AmountMention, named: list[date]) -> bool:
    """Whether a small number is no day that was left out: "不是16 是17号", "上周末那两天 14和15"."""
    words = message.around(one.start)
    if is_number_denied(words):
        return all(len(said.days) == 1 for said in message.days)
    return message.text[one.start : one.end] in {str(day.day) for day in named} and not EXCEPT.search(words.before)


def _is_reckoned(message: Message) -> bool:
    """A sum that is to be counted from others, or beside a number that was not understood."""
    words = message.blanked
    if _MINUS.search(words) and not _OWED.search(words):
        return True
    if len(message.sums) == 1 and _PER.search(words):
        return True
    return _LEFT_OVER.search(_COUNTED.sub(" ", words)) is not None
