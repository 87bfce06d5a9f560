"""Words that take a value back or deny it: 不是…, 说错了, "no wait", "instead of"."""

from __future__ import annotations

from knowledge.patterns import compiled

DENIED_BEFORE = compiled(
    r"(?:不是(?!\s)|(?<!的)不是|并非|非|不在|没在|并不是|不应该是|不该是|我[写填打说记报弄]成了?|搞错了?不是|唔系|(?:刚才?|之前|先前|上面"
    r"|前面)[^,;]{0,4}[打写说输填看讲报]成了?|误[报写填记]成?[为了是]?"
    r"|(?<![a-z])(?:not|wasn't|isn't|rather than|instead of|it's not|don't mean|misspoke,? (?:by |when )?saying"
    r"|ignore|disregard|forget))\s?(?:on |the |in )?$"
)
DENIED_AFTER = compiled(
    r"^(?:那个?|是|就|的)?(?:(?:属|我的?|本人)?(?:[笔口手]误|误[写填报])"
    r"|[说讲写记搞打填弄看输]?错|[说讲写记搞打填弄看输]反|不对(?!账)|有误|was (?:wrong|a mistake)"
    r"|is wrong|was incorrect|is incorrect)"
)
TAKEN_BACK = compiled(
    r"(?:吧|呀|的|换的|刷的|[换改刷]|那天|元|块)*[\s,.;…?!]*(?:(?:哦|噢|啊|呃|额|嗯|唔|诶|哎呀?|等等|等下"
    r"|不好意思|抱歉|对不起|my bad|oh|oops|sorry|wait"
    r"|hmm|er+|um+|uh)[\s,.…]*)*[\s,.]*(?:不对+|不不+|哦不|不是(?=[\s,])|不,|是?(?:我的?|本人)?[笔口手]误"
    r"|[说讲打写记搞弄看填输]错了?|错了"
    r"|no,? wait|no,|no(?=[\s.])|wait,? no|i mean|i meant|but (?:actually )?(?:it's|its|it is|it was)(?=\s)"
    r"|sorry|actually|correction|(?:scratch|strike|scrub) that|(?:i )?(?:tell a )?lie|rather"
    r"|make that)"
    r"(?:[\s,.;]*(?:sorry|my bad|my mistake|(?:i )?(?:tell a )?lie|不好意思|抱歉|i mean|i meant|actually"
    r"|wait))*[\s,.;]*(?:应该?|实际?|其实)?(?:是|为|系|it's|i meant?|its|make it"
    r"|make that|it was|on|the)?\s*(?:the\s)?"
)
SAID_WRONG = compiled(
    r"不对(?!账)|(?:[看说记讲写弄搞打报输填]|弄混)错|弄混|(?<![a-z])(?:no,? wait|wait,? no|actually|i mean"
    r"|i meant|scratch that|correction"
    r"|my (?:mistake|bad)|oops|wrong (?:slip|receipt|day|date|one|number|amount)|misread|i said)(?![a-z])"
    r"|[哦噢]\s?,?\s?是|等[下等一]"
)
"""Words that announce that what was said before is wrong."""
_PUT_IN_ITS_PLACE = compiled(
    r"(?:(?:应该|就|其实|确实|实际|原来|哦|短信|系统|记录|单[据子]?|[,;.…\s])[上里]?(?:[写说]的?|显示的?)?[是系]在?"
    r"|(?<![a-z])(?:it's|its|it is|it was|that's|should be"
    r"|should have been|make (?:it|that)|i mean|i meant"
    r"|actually|but))(?:\s(?:actually|really|on|the|for|just))*\s?¥?\s?$"
)
_LOOKED_UP = compiled(r"[翻查看睇](?:了?一?下|了|返|过|(?=短信|单|记录|系统))|其实")
_DAY_WAS_WRONG = compiled(r"[说讲写填记看搞报]错了?(?:日子|日期|时间|天)了?[\s,.:…]*$")
_ONE_MORE = compiled(r"还有|另外|另|也|[和跟与]|又|外加|(?<![a-z])(?:and|also|another|plus|too|both)(?![a-z])")
_CLAIMED = compiled(
    r"(?<![a-z])(?:i|we) (?:said|told you|wrote|put)\s(?:on\s|it was\s)*(?:the\s)?$|(?:刚才?|之前"
    r"|前面)[说写讲报]的?(?:是|了)?$"
)
_SAID_BEFORE = compiled(r"\s(?:before|earlier|at first|last time|by mistake|in error)(?![a-z])")
_LATER = 80
"""Characters between a value and the words that put another in its place."""
PUT_RIGHT = compiled(
    r"(?:不对|[翻查看核](?:了|过|对|到|一下)|不是|(?:[看说记写打搞弄讲]|弄混)[错反]了?|等[等下]|口误"
    r"|应该?)[^;.!?\n]{0,12}(?<!不)[是为]在?\s?$"
    r"|(?:不对|[哦噢啊喔]不|(?<=[,\s])不是|口误|[看说记写打搞弄讲][错反]了?|更正)[\s,.:!…]+$"
    r"|(?<![a-z])(?:no,? wait|wait,? no|tell a lie|hang on|i mean|i meant|correction"
    r"|no),?\s(?:it was\s|it's\s|on\s)*(?:the\s)?$"
)
"""Before a day that stands in the place of another: it is one day, what follows is another's."""
OR_ELSE = compiled(r"\s?(?:块|元)?,?\s?(?:就[是系]|then(?: it's| it was)?)\s?")
"""Between two values of which the first was called "not": one of them is meant."""
NOT_THE_NEXT = compiled(r"[\s,(]*(?:and |but )?(?:not|不是)\s?(?:on |the )*")
INSTEAD = compiled(r"(?:instead of|rather than)\s(?:the\s)?$")


def is_repaired(before: str, between: str) -> bool:
    """True when the value said after the words ``between`` takes the place of the one before them.

    Other words may stand there: "3号…哦看错小票了，是2号", "500 from yesterday, scratch that, it was 550"; also after
    "I said the 9th earlier, it's actually the 8th" (``before``: the words before the first of the two).
    """
    if len(between) > _LATER:
        return False
    place = _PUT_IN_ITS_PLACE.search(between)
    if place is None:
        return _DAY_WAS_WRONG.search(between) is not None
    lead = between[: place.end()]
    cue = SAID_WRONG.search(lead)
    if cue is None and _CLAIMED.search(before) is None:
        return False
    return _ONE_MORE.search(between) is None


def is_looked_up(between: str) -> bool:
    """True for "我翻了下短信是": what was remembered was looked up, and the value that follows is right."""
    place = _PUT_IN_ITS_PLACE.search(between) if len(between) <= _LATER else None
    return place is not None and _LOOKED_UP.search(between[: place.end()]) is not None


def is_claimed(before: str, after: str) -> bool:
    """True for what the merchant said earlier and takes back now: "(I said 900 before, my mistake)"."""
    return _SAID_BEFORE.match(after) is not None and _CLAIMED.search(before) is not None


def is_denied(before: str) -> bool:
    """True when the words before say that what follows is not meant: 不是…, not the …"""
    return DENIED_BEFORE.search(before) is not None


def is_taken_back(between: str) -> bool:
    """True when the words between two values take the first one back."""
    return len(between) <= 30 and TAKEN_BACK.fullmatch(between) is not None
