"""Days that are counted up to now, said in answer to the question for days: 最近三天, "every day since the change"."""

from __future__ import annotations

from datetime import date, timedelta

from knowledge.dates import find_dates
from knowledge.dates_chinese import NUMBER, number
from knowledge.pastdays import LONGEST_RANGE
from knowledge.patterns import compiled
from knowledge.text import normalise

_LONGEST = 60
"""Signs of words that mean nothing else."""
_WORDS = {word: count for count, word in enumerate(("two", "three", "four", "five", "six", "seven", "eight"), 2)}
_MISSING = (
    r"(?:[的这那,;.!\s]|钱|货?款|账|流水|交易|营业款|统统|全部?|[都也就我还]|一直|一?分|一?笔)*"
    r"(?:(?:没有?|未)(?:到账?|收到|打款?|来|有|进账|入账|结算|结|给|见到?)?过?)?(?:[钱款账了的过啊呀呢吧哦,;.!\s])*"
)
_NOT_COME = (
    r"(?:[\s,;.!]|(?:is|are|was|were|has|have|it|they|all|still|of|them|the|money|payments?|sales?|please)(?![a-z]))*"
    r"(?:(?:missing|not (?:arrived|come|paid|received|here|there)|(?:hasn't|haven't|didn't|never|not) (?:arrived?|come)"
    r"|nothing (?:arrived|came)|none (?:arrived|came))[\s.!]*)?"
)
_LAST = compiled(
    rf"(?:就是|都是|[就是那只]|只有|,|\s)*(?:最近|这|近|过去)的?(?P<zh>{NUMBER}|两|\d{{1,2}})[天日]{_MISSING}"
    r"|(?:for |in |it's |just |only |all |of )*(?:the |my )?(?:last|past|previous|these|recent)(?: past| last)?\s"
    rf"(?P<en>{'|'.join(_WORDS)}|\d{{1,2}})\sdays?(?:'s?)?{_NOT_COME}"
)
_CHANGE = r"(?:换|改|绑|变更|更换)(?:了|完|好|过)?(?:新的?|结算|银行)*(?:卡|账户)?"
_CHANGED_ZH = rf"(?:我|自从|自|从|打|就是|,|\s)*(?:{_CHANGE}|那天|那时候?)"
_SINCE_ZH = (
    r"(?:[了的那]|天|日|(?:之|以)?后|以来|开始|起|到(?:现在|今天|昨天|如今))*"
    r"(?:每一?天|天天|所有|全部|[都就一直])*的?"
)
_SINCE = compiled(
    rf"{_CHANGED_ZH}{_SINCE_ZH}{_MISSING}"
    r"|(?:it's |just |all |every |each |of |the |days? |sales? |payments? |money |everything |nothing |ever )*"
    r"since (?:then|that (?:day|date)|(?:the|my|i|we|our) .{0,24}|chang.{0,24}|switch.{0,24})"
)
_OF_A_CHANGE = compiled(
    r"(?:[换改绑]|变更|那天|那时).*?(?:后|以来|起|开始|到现在|到今天|到昨天|到如今|每|天天|所有|全部|都|就|一直)"
    r"|自从|(?<![a-z])(?:then|that (?:day|date)|chang|switch|swap|updat|new card)"
)
_EVERY_DAY_SINCE = compiled(
    rf"{_CHANGE}(?:(?:之|以)?后|以来|到现在|起|开始)+[,\s]*"
    r"(?:的?(?:每一?天|天天)|每一?天)"
    r"|(?:every|each|all) (?:single )?(?:days?|sales?|payments?) since (?:the change|(?:i|we) (?:chang|switch|swapp)ed)"
)
_LAST_WEEK = compiled(
    r"(?:是|就是|应该|大概|好像|在)*上一?个?(?:周|星期|礼拜)[的吧了呀啊.!]*|(?:sometime |it was )?last week[.!]*"
)
_GOES_ON = compiled(
    r"开始|起(?!来)|(?:之|以)后|以来|往后|至今|到(?:现在|今天|如今|目前)"
    r"|(?<![a-z])(?:since|onwards?|(?:till|until|to|up to) (?:now|today|date))(?![a-z])"
    r"|^from (?:the )?[^,;.]{1,16} on[.!]*$"
)
_ALL = compiled(
    r"(?:是|就|,|\s)*(?:全部|全|所有|统统|每一?天|天天|每笔|哪天|哪一天|一直|好多天|很多天|好几天)+的?[都也]?"
    rf"(?:{_MISSING})|都(?:是|没|未)(?:有|到账?|收到|来)*[的了啊呀.!\s]*"
    r"|(?:it's |just )?(?:all|every ?thing|every ?day|each day|any day|the lot|all (?:of )?(?:them|it|days)|every one"
    rf"|all the (?:days|time|money)|none(?: of (?:them|it))?){_NOT_COME}"
    r"|(?:none|nothing)(?: of (?:them|it))?(?: has| have| ever)? (?:arrived|came|come)(?: yet)?[.!]*"
)


def last_days(text: str, today: date) -> tuple[tuple[date, ...], ...]:
    """Both ways to count the days of words that are nothing but "the last three days": up to yesterday, whose money is
    due, or up to today. None of them where the words are something else.
    """
    plain = normalise(text)
    found = _LAST.fullmatch(plain) if len(plain) <= _LONGEST else None
    if found is None:
        return ()
    said = found["zh"] or found["en"]
    count = 2 if said == "两" else _WORDS.get(said) or (int(said) if said.isdecimal() else number(said))
    if not 1 < count <= LONGEST_RANGE:
        return ()
    return tuple(_row(today - timedelta(days=count - 1 + ago), count) for ago in (1, 0))


def since_change(text: str) -> bool:
    """Whether the words as a whole mean every day since the change of card."""
    plain = normalise(text)
    return len(plain) <= _LONGEST and _OF_A_CHANGE.search(plain) is not None and _SINCE.fullmatch(plain) is not None


def tells_every_day_since(text: str) -> bool:
    """Whether the words say among others that it is every day since the change of card."""
    return _EVERY_DAY_SINCE.search(normalise(text)) is not None


def means_last_week(text: str) -> bool:
    """Whether the words as a whole are "last week"."""
    return _LAST_WEEK.fullmatch(normalise(text)) is not None


def means_all(text: str) -> bool:
    """Whether the words mean all days, without a first one: 全部, "none of them arrived"."""
    plain = normalise(text)
    return len(plain) <= _LONGEST and _ALL.fullmatch(plain) is not None


def first_day(text: str, today: date, locale: str) -> date | None:
    """The only day in the words, where they go on from it: 5号开始都没到, "since the 5th"; None else."""
    plain = normalise(text)
    mentions = find_dates(plain, today, locale) if _GOES_ON.search(plain) else ()
    return mentions[0].days[0] if len(mentions) == 1 and len(mentions[0].days) == 1 else None


def days_since(first: date | None, end: date, most: int) -> tuple[date, ...]:
    """The days from the first on before ``end``; none where it is not known, or where they are more than ``most``.

    The money of the day on which it is said is not due yet.
    """
    count = 0 if first is None else (end - first).days
    return _row(first, count) if first is not None and 0 < count <= most else ()


def _row(first: date, count: int) -> tuple[date, ...]:
    return tuple(first + timedelta(days=number) for number in range(count))
