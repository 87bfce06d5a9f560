"""Which of two days, or of two sums, is said in the other's place: "the 11th, no wait, the 10th".

Works on blanked text, where every day and every sum is one sign; see ``knowledge.roles``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from knowledge.patterns import compiled
from knowledge.roles import DAY, NUMBER, SUM, TIME

_FARTHEST = 90
"""Characters between the two."""
_SHORT = 26
_BREAK = r"(?:^|(?<=[\s,.;…!?~(-]))"
_SOUND = r"(?:[哦噢啊呃额嗯诶欸哎唉呀哟喔]+[\s,.…]*)*"
_TAKES_BACK = compiled(
    rf"{_BREAK}{_SOUND}(?:不对+(?!账)|不是(?=[,\s])|(?<=[哦喔噢啊哎])不(?=[,\s])|等等|等一?下|等会儿?|更正|口误"
    rf"|笔误|手误)"
    r"|(?<!你们)(?<!系统)(?<!银行)(?:[看说讲记写算弄搞打输填听数]|打字)(?:错(?!卡|账|户|人|到|给|的)|[反混岔]"
    r"|串行)(?:了|咗|啦|咯)?"
    r"(?:单子?|小票|日子|日期|数字?|行|天)?(?!.{0,2}[吗吧么?])"
    r"|(?<=[-–—,.;…] )no,(?=\s(?:on |the |it was |it's )*[\ue001\ue002])"
    r"|(?<![a-z])(?:no,? (?:wait|hang on|hold on|sorry|tell a lie|actually|scratch)|(?:sorry|wait"
    r"|oops|hang on|er+m?),? no"
    r"|(?:i )?tell a lie|hang on|hold on|scratch that|strike that|correction|or rather|my mistake"
    r"|my bad|i mean|i meant"
    r"|oops|whoops|typo|misread|read (?:it|that) wrong|(?:wait|sorry)(?=[\s,.]+(?:it's|its|the \ue001"
    r"|make|\ue001|\ue002)))(?![a-z])"
)
"""Says that something said before is wrong."""
_ONE_MORE = compiled(r"还有|另|也|外加|(?<![a-z])(?:also|another|plus|too|both)(?![a-z])")
_NO_PLACE = compiled(
    r"还有|另|也|外加|(?<![a-z])(?:and|also|another|plus|too|both)(?![a-z])"
    r"|账号|尾号|终端|机号|ending|terminal"
)
"""Between these words and a value it is one more, or something else was wrong."""
_PLACE = compiled(
    r"(?:[是系乃]在?|为|就[是系]|才[是系]|(?<![a-z])(?:it's|its|it is|it was|that's|says|say|no,?|so|was|actually"
    r"|rather"
    r"|on|the))(?:\s(?:actually|really|on|the|for|was|it's|its))*\s?¥?$"
)
_CLAIM = compiled(
    r"以为|记得|印象|好像|大概|应该|可能|[说讲]|告诉|(?<![a-z])(?:thought|think|believed?|said|says|say|told"
    r"|reckons?|reckoned"
    r"|guess(?:ed)?|remember(?:ed)?|maybe|probably|sure)(?![a-z])"
)
_FACT = compiled(
    r"[查翻问核看睇](?:了|过|咗|下|返|完|到|一下|清楚|对)+|(?<=我)[查翻看](?=[的是])|(?:其实|确实|实际|原来|才对)|短信"
    r"|小票|单据|记录"
    r"|(?<![a-z])(?:actually|check\w*|look\w*|found|turns out|in fact|email|letter|text|receipt|slip"
    r"|record\w*|but|says"
    r"|(?:says|said) no)(?![a-z])"
)
_SAID_AS = compiled(r"[说写填报打记看]成了?$")
_SHOULD_BE = compiled(r"应该?[是为]|正确")
"""换卡日子说成8号了，应该是9号."""
_SURELY = compiled(r"才发现|原来|其实|(?<![a-z])(?:actually|turns out|in fact)(?![a-z])")
"""Stands without a claim before it."""
_LACK = compiled(r"没|未|冇|(?<![a-z])(?:missing|not|never|nothing)(?![a-z])|n't")
_LACKED = compiled(r"^(?:的|那笔?)?(?:没|未|冇)有?(?:收?到账?|来|有)(?=[\s,;])")
"""Said of the former: 我老公说12号没到，我查了是13号."""
_FINE = compiled(
    r"[\s,]*(?:'s|的|那笔?|是|倒|就|刚|才|已经?|都|was|is|has|did|one|sale|money|payment|\ue002|\s)*"
    r"(?:到(?!\s?(?:底|现))|收到|来了|没错|没问题|正常|对的|fine|in(?![a-z])|paid|ok|okay|came|arrived|here|right"
    r"|correct|did)"
)
_SIGNS = {DAY: SUM, SUM: DAY}
_ATTACHED = compiled(r"(?:的|那笔?|刷|收|'s)*\s?¥?$|\s?(?:from|of|on|for)\s(?:the\s)?$")


class Correction(NamedTuple):
    """``later`` is said in the place of ``former``; both are numbers of days, or of sums, of one message."""

    former: int
    later: int


def corrections(blanked: str, sign: str, values: Sequence[object]) -> list[Correction]:
    """Every such pair among the days (``sign`` is ``DAY``) or the sums. ``values``: what each is.

    A value said again after the words that take it back is no other: what follows is ("不对，10号的到了，是11号的").
    """
    if len(values) < 2:
        return []
    places = [place for place, one in enumerate(blanked) if one == sign]
    found: list[Correction] = []
    former: int | None = None
    for later in range(1, len(places)):
        before = blanked[places[later - 2] + 1 if later > 1 else 0 : places[later - 1]]
        between = blanked[places[later - 1] + 1 : places[later]]
        if former is not None and _is_put(between):
            found.append(Correction(former, later))
            former = None
            continue
        former = None
        alike = values[later] == values[later - 1]
        if not (_is_taken_back(between, sign, alike=alike) or _is_known_better(before, between)):
            continue
        fine = _FINE.match(blanked, places[later] + 1) is not None
        if fine and not alike:
            continue  # "没到，看错了，9号的倒是到了": another thing
        found.append(Correction(later - 1, later))
        former = later if fine else None
    return found


def _is_taken_back(between: str, sign: str, *, alike: bool) -> bool:
    """ "no wait, the 10th": the value comes next after the words that take the former back."""
    if len(between) > _FARTHEST:
        return False
    cue = None
    for cue in _TAKES_BACK.finditer(between + sign):  # noqa: B007 - the last one counts
        pass
    if cue is None:
        return False
    rest = between[cue.end() :]
    other = rest.find(_SIGNS[sign])
    if other >= 0 and not alike and not (rest.count(_SIGNS[sign]) == 1 and _ATTACHED.match(rest, other + 1)):
        return False
    if NUMBER in rest or TIME in rest or _NO_PLACE.search(rest) or _LACK.search(rest):
        return False
    return len(rest) <= _SHORT or (len(rest) <= _FARTHEST and _PLACE.search(rest) is not None)


def _is_known_better(before: str, between: str) -> bool:
    """ "I thought it was the 6th. The email says the 5th"."""
    if len(between) > _FARTHEST or _PLACE.search(between) is None or NUMBER in between:
        return False
    if _LACK.search(_LACKED.sub("", between)):
        return False
    if _SAID_AS.search(before) and _SHOULD_BE.search(between):
        return True
    if _FACT.search(between) is None:
        return False
    own = before[-24:] + between[:12]
    known = _CLAIM.search(own) is not None or _SURELY.search(between) is not None
    return known and _ONE_MORE.search(between[-12:]) is None


def _is_put(between: str) -> bool:
    """ "…的到了，是": after a value that is said to be right or fine."""
    return len(between) <= _SHORT * 2 and _PLACE.search(between) is not None
