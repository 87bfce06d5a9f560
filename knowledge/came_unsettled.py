"""Whether the words say of a day or a sum that counts as missing that it came: nobody knows then which are missing.

Works on blanked text, where every day and every sum is one sign; see ``knowledge.roles``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from knowledge.message import Message
from knowledge.patterns import compiled
from knowledge.roles import DAY, SUM
from knowledge.sums_of_days import marks

_CAME = compiled(
    r"到了|到账了|收到|来了(?!.{0,3}(?:客|人|[个位桌单]))|有了|结了|[打给]了(?!折)|已到|已收|已结|正常|打到|进了|转到|没问题|好好的|进来了|入账了|进账了|都有|在呢|收讫|看到"
    r"|(?:隔天|次日|按时|准时)到"
    r"|(?<![a-z])(?:came|arrived|paid|received|cleared|fine|ok|okay|landed|good|credited|settled|can see"
    r"|(?:is|are|was|were) (?:in|here|there))(?![a-z])"
)
_DENIES = compiled(
    r"(?<!不)(?:没(?!问题)|未|冇)|不(?!多|料|过|好意思)|才|就|只|半|[吗么?]|哪|新?卡(?:没|正)|换|短信|显示|系统|[旧老原]"
    r"|(?<![a-z])(?:no|nt|none|neither|nor|not|nothing|never|nil|zero|yet|only|half|part|would|should|will|when|where"
    r"|have i|customers?|by|separately|until|till|card|account|bank|says|message|old)(?![a-z])|n't"
)
"""In one clause with such words it did not come, or not all of it, or it is another's doing."""
_TOO_LITTLE = compiled(r"短|少(?!了?\ue001)|不够|不对|扣|(?<![a-z])(?:short|less|light|out of|of which)(?![a-z])")
"""What came is said to be too little: it is missing too."""
_SOME = compiled(
    r"前[两二三四五2-5]|第[一二三四五]|头[一两二三]|[单双][数号日]|中间|[上下中]午|早上|晚上"
    r"|(?<![a-z])(?:first|second|third|last one|middle|lunch|morning|evening|one of them)(?![a-z])"
)
_ONE_OF_THEM = compiled(
    r"[只就]到了?一[笔天]|一[笔天]到了?一[笔天]没"
    r"|(?<![a-z])(?:only )?one of them (?:has )?(?:came|come|arrived|was paid)"
)


def came_after_all(
    message: Message, days: tuple[date, ...], sums: tuple[int, ...], told: Collection[tuple[str, int]]
) -> bool:
    """True where a clause says of one of these, or of some of them, that it came, and nothing in it denies that.

    ``told``: days and sums by sign and number of which it is known what became of them.
    """
    blanked = message.blanked
    if _CAME.search(blanked) is None or _TOO_LITTLE.search(blanked):
        return False
    if not told and _ONE_OF_THEM.search(blanked):
        return True
    named = {
        one.place
        for one in marks(blanked)
        if (one.sign, one.number) not in told
        and (
            (one.sign == DAY and not {*days}.isdisjoint(message.days[one.number].days))
            or (one.sign == SUM and message.sums[one.number].minor in sums)
        )
    }
    for start, end in _clauses(message):
        if _CAME.search(blanked, start, end) is None or _DENIES.search(blanked, start, end):
            continue
        if any(start <= place < end for place in named) or (not told and _SOME.search(blanked, start, end)):
            return True
    return False


def _clauses(message: Message) -> Iterator[tuple[int, int]]:
    place = 0
    for start, end in message.breaks:
        yield place, start
        place = end
    yield place, len(message.blanked)
