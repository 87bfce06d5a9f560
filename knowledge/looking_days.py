"""The day of looking, as opposed to the day of a trade: "今天看没到 昨天刷的", "checked today", 今天都20号了.

Merchants say today far more often to tell how late it is than to name a trade of today. So beside another day it is a
trade's only where its own words say so. Patterns work on blanked text, see ``knowledge.roles``.
"""

from __future__ import annotations

from knowledge.patterns import compiled

_SUM, _TIME = "\ue002", "\ue004"
PART_OF_DAY = (
    r"(?:\s|早上?|上午|中午|下午|傍晚|晚上?|凌晨|大清早|一早|"
    rf"[\d:点半{_TIME}]|[ap]m|钟|分|我们?|俺|咱|店里?|总?共|一共)*"
)
LOOKED = (
    r"(?:再|又|就|还|去|刚刚?|才|特意|一)*(?:看(?!电|病|店)|查(?!无)|发现|才知道|知道|对(?:了一?下)?账|打开"
    r"|登录?|翻|去(?:了)?银行)"
    r"|\s?(?:i |we |just )*(?:looked|checked|check|noticed|found out|saw|opened|logged)(?![a-z])"
)
"""Verbs of looking, right after the day."""
_LOOKED_AFTER = compiled(rf"^{PART_OF_DAY}(?:{LOOKED})")
_LOOKED_BEFORE = compiled(
    r"(?<![a-z])(?:looked|checked|checking|noticed|saw|found out)(?:\s(?:it|again|my|the|bank"
    r"|account|app|just|on|in))*\s$"
)
_TODAYS_OWN = compiled(
    rf"^{PART_OF_DAY}(?:的(?!话)|[又还再也才刚各]?[刷卖]|做[了的]|收[了的嘅咗那](?!到)|碌|收款(?!没|未)|扫|交易|营业|流水"
    rf"|进了?{_SUM}|[那这][一两]?笔|[一两三几\d]+[笔单]|¥?{_SUM})"
    rf"|^(?:'?s)?\s(?:sales?|takings|batch|transactions?|swipes?|for\s{_SUM}|{_SUM})"
    rf"|^'s(?![a-z])"
)
_TODAYS_OWN_BEFORE = compiled(
    rf"(?<![a-z])(?:sold|took|takings?|sales?|swip\w+|made|transactions?|batch|from|of|(?:and|&|,"
    rf"|plus)\s{_SUM})(?:\s(?:{_SUM}|on|for|both|and|in|at|over|the|till|bar|lunch(?:time)?|noon|breakfast|dinner))*\s$"
    rf"|{_SUM}\s?(?:是|都是|就是)$"
)
_TODAY_SAID = compiled(
    r"(?:现在|如今|都|已经?|是|到)\s?$|(?<![a-z])(?:today is|it's|its|now|is)\s(?:already\s|now\s)?(?:the\s)?$"
)
_TODAY_AFTER = compiled(r"^(?:都|已经?)?了|^\s(?:already|now|today)(?![a-z])")


_WANTED_BEFORE = compiled(r"(?:能不能|可不可以|能否|可以|麻烦|请|必须|赶紧|尽快|帮我?)$")
_WANTED_AFTER = compiled(r"(?:就|之?内|之?前)?(?:给|打|到|结|转|处理|解决)")


def is_day_of_looking(before: str, after: str) -> bool:
    """True where the words say that somebody looked on that day, or wants something to happen on it."""
    if _WANTED_BEFORE.search(before) and _WANTED_AFTER.match(after):
        return True
    return _LOOKED_AFTER.match(after) is not None or _LOOKED_BEFORE.search(before) is not None


def is_todays_own(before: str, after: str) -> bool:
    """True where the words beside 今天 or "today" name a trade of that day: 今天的, 今天刷了, "today's sales"."""
    return _TODAYS_OWN.match(after) is not None or _TODAYS_OWN_BEFORE.search(before) is not None


def states_today(before: str, after: str) -> bool:
    """True for "今天是20号了", "it's the 20th already": said of a day that is today, it is only today."""
    return _TODAY_SAID.search(before) is not None or _TODAY_AFTER.match(after) is not None
