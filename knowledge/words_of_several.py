"""Words that tell several days and sums apart: only these, all but these, the first two, the rest.

Works on blanked text, where every day and every sum is one sign; see ``knowledge.roles``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from knowledge.patterns import compiled

One = TypeVar("One")

SPOKEN_OF = compiled(
    r"到|收|有|结|来|[进入]了|[没未冇]|正常|不[差缺欠]|进账|[给打]了|[打给]我|√|ok|paid|sent|settl|came|come|arriv"
    r"|receiv|got|fine"
    r"|here|clear|land|credit"
    r"|(?<![a-z])in(?![a-z])|turned up"
    r"|showed|missing|problem|[缺差少]|(?<![a-z])see(?![a-z])|good|vanish|gone|bounce|fail|skip|outstanding"
    r"|pending|lost|yes(?![a-z])"
)
"""Without it nothing is said to have come or not."""
_THESE = (
    r"(?P<these>(?:(?:the|that|on|for)\s|那笔?|那[个天]|有|\s)*[\ue001\ue002](?:的|之|'s)?"
    r"(?:\s?(?:,|、|and|和|跟|&)\s?(?:the\s)?[\ue001\ue002](?!起|开始|以后|之后))*)"
)
_PAID = r"(?:[看见查]到|收到|到账?|来|给|打|结|进账|付)(?:账|了|过)*我?"
ONLY = compiled(
    rf"(?:(?P<came>(?<![没未不冇])(?:(?:到账?了?|来了?|收到了?|进账?)的|到账|收到)(?:就|也)?(?:只有|只是|就是|只|是))"
    rf"|(?:只|就|仅|单单|光)有?(?P<paid>{_PAID})"
    r"|(?P<lacks>(?:没|未|冇)有?(?:收到|到账?|来|结|给|打)的|(?<!还)(?:差|缺|欠|少|漏)的)(?:就|只|也)?(?:是|只有)"
    r"|(?P<short>(?:就|只|单|光|仅)(?:剩|差|缺|欠|少|漏)了?)"
    r"|只有?|就只?有?|唯独|唯有|唯(?!一)|单单|偏偏|仅有?"
    r"|(?<![a-z])(?:only|just)(?P<got>\s(?:been\s)?(?:got|received|get|paid|see|find)(?:\spaid)?(?:\sme)?)?(?:\sfor)?"
    r"|(?<![a-z])(?:only|just|all)\s(?:the\s)?(?:one\s|day\s|sale\s)?(?:that's\s|that\s)?(?P<outstanding>missing|unpaid"
    r"|outstanding)\sis"
    r"|(?<![a-z])(?:what's missing is|what i'm (?:still )?(?:waiting for|missing|after) is"
    r"|the missing one is|(?:which|that) leaves)(?P<leaves>)"
    rf")\s?{_THESE}"
)
"""What became of these is said after them, unless one of the groups before them is there."""
_BUT = r"除了?|除开|除去|去掉|去除|刨开|刨去|刨除|撇开|抛开|扣除|扣掉|减去"
_BUT_ENGLISH = r"(?:all\s|everything\s)?(?:except(?: for)?|apart from|other than|excluding|minus|bar(?! on)|but for)"
EXCEPT = compiled(rf"(?:{_BUT}|(?<![a-z]){_BUT_ENGLISH})\s?{_THESE}")
CAME_CHINESE = compiled(r"[\s,;.:](?:就|只|才|已经?|我)*(?:收?到了?|来了?|到账了?|[打给进入]了)(?:的是|那笔)?$")
"""Before a sum that was said before: it came."""
CAME_OF_A_DAY = compiled(r"(?:(?<![没未冇不应该])(?:收?到了?|来了?)|[进入到]账了?|[打给进入]了)(?:的是|那笔|一笔)?$")
IS_ITS_DAY = compiled(r"\s?(?:块|元)?,?\s?(?:是|应该是|算)\ue001的")
"""Before and after the sum of 今天进账1200是17号的."""
ASKED_AFTER = compiled(r"(?:\s|块|元|的|那笔|钱)*呢(?=\s?(?:$|[,;.!?]))")
"""After a day or its sum, where others came: 16号900到了,17号1150呢."""
EXCEPT_IN_ORDER = compiled(rf"(?:{_BUT}|(?<![a-z])(?:{_BUT_ENGLISH}|but))\s?$")
"""Right before the last one, the first two: all came but these."""
ALL = compiled(r"[都全]部?(?=[到收来没未有进])|(?<![a-z])(?:all(?: of them)?|everything|every day)\s?")
"""Then follows what became of all."""
ASKED_AFTER = compiled(r"(?:\s|块|元|的|那笔|钱)*呢(?=\s?(?:$|[,;.!?]))")
"""16号900到了,17号1150呢."""
DENIED = compiled(r"(?:不是(?:说|少了?|缺|差|没到的?)*|(?<![a-z])not\s(?:about\s)?(?:the\s)?)$")
MEANT = compiled(r"(?:[,;\s]|就|而)是(?:少了?|缺|差|没到的?)?$|(?<![a-z])(?:it's|its|it is|but|but it's)(?:\sthe)?\s$")
_NUMBERS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_NUMBERS |= {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
ORDER = compiled(
    r"(?P<which>前|头|后|最后|末|第)(?:面(?:的|那)*(?P<some>[一两二三四五六2-6])?"
    r"|(?P<count>[一两二三四五六2-6]))(?:笔|天|个|单|次)(?:的|钱|款|那)*"
    r"|(?P<ends>头尾|首尾|一头一尾)(?:那|的)*[两二]?(?:笔|天|个|单)?的?"
    r"|(?P<former>[前后]者)的?"
    r"|(?P<middle>中间)那?(?:一)?(?:笔|天|个|单)的?"
    r"|(?<![a-z])(?P<two_ends>first and last)(?:\sones?)?(?![a-z])"
    r"|(?<![a-z])(?:the\s|(?<=[,.;] ))(?P<nth>first|second|third|last|latter|former|middle)(?:\s(?P<many>one|two|three"
    r"|four))?(?:\s(?:days?|sales?"
    r"|payments?|ones?))?(?:'s)?(?![a-z])"
)
REST = compiled(
    r"(?:另外?|其他|其它|其余|剩下?|别的?|余下)(?:那|的)*(?:[两二三四五六几2-9])?(?:笔|天|个|单)?"
    r"|(?<![a-z])(?:(?:the|all) (?:others?|rest)|(?<=[,.;] )rest)(?:\s(?:one|two|three|four|days?|ones))*(?![a-z])"
)
LABEL = compiled(
    r"(?:^|(?<=[\s,;.]))(?:(?P<lacks>未到账?|没到账?|没收到?|未收到?|未结算?|没结|(?:not|never) (?:received|paid"
    r"|arrived|in)"
    r"|missing|unpaid|outstanding|(?:still )?owed|pending)"
    r"|(?P<came>已到账?|已收到?|已结算?|到账了?|收到了?|到了|(?:already )?(?:here|paid|received|arrived"
    r"|in)))(?:的|款|钱|金额)*\s?:"
)
AND = compiled(
    r"[\s()]*(?:的|那笔?|刷了?|那天|当天|\s)*(?P<and>(?:and|plus)(?![a-z])|&|、|和|跟|与)?(?:的|那笔?|\s)*(?:the\s"
    r"|from\s|of\s)*[\s(]*"
)
"""Between two of one row."""
NONE_OF = compiled(r"(?<![a-z])(?:neither|none of)\s(?:the\s|of\s)*$")
"""Right before days or sums that are then said to have come."""
ROW = compiled(
    r"(?:[\s,、/&:+]|的|那笔?|块|元|还有|以及|另外|外加|加上|[和跟与]|(?<![a-z])(?:and|also|plus|the|of"
    r"|from)(?![a-z]))*"
)
"""Between two of which the same is said before the first."""
LIKEWISE = compiled(
    r"(?:的|那笔?|那天|钱|款|\ue002|\s)*(?:也是|也一样|一样|同样|照样|同上)(?=\s?(?:$|[,;.!\n]))"
    r"|(?:'s|money|sales?|[\s,(]|\ue002|\))*(?:too|likewise|as well|same|ditto|(?:is|was) the same)"
    r"(?=\s?(?:$|[,;.!\n]))"
)
"""After a day or a sum: what is said of the one before it."""
TURNED_ROUND = compiled(
    r"\s?(?:\(?\ue002\)?\s)?(?:isn't|wasn't|aren't|weren't|didn't|is not|was not|did not)(?=\s?(?:$|[,;.!\n]))"
)
"""After a day or a sum: the opposite of what is said of the one before it, "the 8th is missing, the 10th isn't"."""
AFFIRMED = compiled(r"\s(?:was|were|did|has|have|is)(?=\s?(?:$|[,;.!\n]))")
"""After a day or a sum: it came, where the one before it did not: "Monday wasn't paid, Friday was"."""
WANTING = compiled(
    r"(?:\s|is|are|was|were|still|'s|\ue002)*(?:missing|unpaid|outstanding|pending|lost|late|wrong|bounced|failed|vanished|rejected)(?![a-z])"
)


def picked(found: re.Match[str], row: Sequence[One]) -> list[One]:
    """Those of the row that 前三笔, 第二天 or "the last two" mean; none where it has not so many."""
    if found["middle"] or found["nth"] == "middle":
        return list(row[1:2]) if len(row) == 3 else []
    if found["ends"] or found["two_ends"]:
        return [row[0], row[-1]] if len(row) > 2 else []
    if found["former"] or found["nth"] in {"former", "latter"}:
        is_first = found["nth"] == "former" or (found["former"] or "")[:1] == "前"
        return [row[0 if is_first else 1]] if len(row) == 2 else []
    word = found["which"] or found["nth"]
    said = found["count"] or found["some"] or found["many"] or "一"
    count = int(said) if said.isdecimal() else _NUMBERS[said]
    if count > len(row):
        return []
    if word == "第":
        return list(row[count - 1 : count])
    if word in {"second", "third"}:
        place = 1 if word == "second" else 2
        return list(row[place : place + 1])
    return list(row[-count:] if word in {"后", "最后", "末", "last"} else row[:count])
