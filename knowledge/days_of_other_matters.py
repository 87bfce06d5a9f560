"""What else an English-speaking merchant names a day for: a rent that is due, a fee that was taken, a value date.

Rows as in ``knowledge.sure_days``.
"""

from __future__ import annotations

import re

from knowledge.patterns import compiled
from knowledge.sure_days import SureRole

_DUE = compiled(
    r"(?<![a-z])(?:payday|pay day|wages|salar(?:y|ies)|rent|loan|mortgage|tax(?:es)?|bills?|invoices?)\s[^,;.]{0,30}?"
    r"(?:is|are|due|out|goes|leaves)\s(?:due\s|out\s)?(?:on\s)?(?:the\s)?$"
)
_PAYDAY = compiled(r"(?<![a-z])(?:payday|pay day)(?:\s[^,;.]{0,30})?\s$")
_TAKEN_OFF = compiled(
    r"(?<![a-z])(?:fees?|deposit|rental|subscription|charge)\s[^,;.]{0,30}?(?:took|taken|charged|deducted"
    r"|debited)[^,;.]{0,14}?"
    r"\s(?:on\s)?(?:the\s)?$"
)
_TOLD_ON = compiled(
    r"(?<![a-z])(?:raised|escalated|flagged|queried|followed (?:it |this )?up|logged)\s(?:it|this|that"
    r"|the (?:issue|matter)|a \w+)?"
    r"[^,;.]{0,16}?\s?(?:on\s)?(?:the\s)?$"
)
_VALUE_DATE = compiled(r"(?<![a-z])(?:value|settlement|payout|due|posting) (?:value )?date\s?:?\s?$")
_FROM_TO = compiled(
    r"(?<![a-z])(?:jumps|jumped|skips|skipped|goes straight|went straight)\s(?:straight\s)?(?:from\s)?$"
)
_MINE_SINCE = compiled(r"(?<![a-z])(?:mine|ours|it|that) (?:is|has been|was) \ue003 (?:since|from|as of)\s(?:the\s)?$")
_TYPED = compiled(
    r"(?<![a-z])(?:typed|entered|keyed|put) (?:it|that|the (?:new )?(?:number|account"
    r"|details))(?: in)?(?: myself)? (?:on\s)?(?:the\s)?$"
)
_ALTERED = compiled(r"(?<![a-z])(?:alter(?:ed|ation)|amend(?:ed|ment))(?:\s(?:date|on|was|of))*\s?:?\s(?:the\s)?$")
_REPLACED_BY = compiled(
    r"(?<![a-z])(?:replaced|swapped|dropped|ditched"
    r"|switched)\s(?:[a-z]+\s)?[\ue002\ue003]\s?[^,;.]{0,24}?(?:on\s)?(?:the\s)?$"
)

_CLOSED = compiled(
    r"\s?[:,(]?\s?(?:(?:店里?)?(?:休息|歇业|停业|关门|没营业|没开[门店张]|没生意|没单)|(?<![a-z])(?:(?:we |i )?(?:was "
    r"|were )?"
    r"(?:closed|shut)|day off|no sales))(?=\s?(?:$|[,;.)\n]))"
)


def is_closed_day(blanked: str, place: int) -> bool:
    """True for "12号580;14号 休息;", "Sunday: closed": nothing was taken that day. ``place``: of the day's sign."""
    return _CLOSED.match(blanked, place + 1) is not None


ROWS: tuple[tuple[SureRole, re.Pattern[str] | None, re.Pattern[str] | None], ...] = (
    ("neither", _DUE, None),
    ("neither", _PAYDAY, None),
    ("neither", _TAKEN_OFF, None),
    ("neither", _TOLD_ON, None),
    ("neither", _VALUE_DATE, None),
    ("neither", _FROM_TO, None),
    ("change", _MINE_SINCE, None),
    ("change", _TYPED, None),
    ("change", _ALTERED, None),
    ("change", _REPLACED_BY, None),
)
