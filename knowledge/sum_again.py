"""A sum that tells another one again: "15,000, a whole 15,000", "a bill of 1,366 … the 1,366 went nowhere"."""

from __future__ import annotations

from knowledge.amounts import AmountMention
from knowledge.message import Message
from knowledge.patterns import compiled
from knowledge.roles import DAY

ON_ITS_DAY = compiled(rf"\s(?:in\s|back\s)?(?:on|of|for|from)\s(?:the\s)?{DAY}")
"""After a sum that came, beside another day: "received 780 on the 12th, where is the 13th"."""
_SAID_AGAIN = compiled(r"[\s,;!]*(?:整整|足足|我说的?是?|没错|[这那]笔?)\s?")
_THAT_SAME = compiled(r"(?<![a-z])(?:the|that|this|those|my)\s(?:whole |same |full )?$|就?[那这]$")
_ONE_MORE_SAID = compiled(r"(?<![a-z])(?:and|plus|also|another|both|other|second)(?![a-z])|还有|另|也|又|[和跟]")


def is_said_again(message: Message, last: AmountMention, one: AmountMention) -> bool:
    """Whether ``one`` is no further sum beside ``last``."""
    if last.minor != one.minor:
        return False
    words = message.around(one.start)
    pointed_at = _THAT_SAME.search(words.before) and not _ONE_MORE_SAID.search(words.lead)
    if pointed_at and not (ON_ITS_DAY.match(words.after) or words.after.lstrip().startswith(DAY)):
        return True
    return _SAID_AGAIN.fullmatch(message.text, last.end, one.start) is not None
