"""Pictures that may show a bank card: told by the words around them, since nobody looks into a picture.

Whoever guesses wrongly costs an agent one press; whoever does not guess shows a full card number to a whole group
(PCI DSS 3.4.2; FAQ 1157). So words of a card count, unless they name a paper or a screen that shows it masked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from knowledge.case import Line
from knowledge.text import normalise

RECENT = timedelta(minutes=2)
"""So long after somebody wrote of a card may the next picture be of it."""
ASKED = ("new_tail", "old_tail")
"""Questions that some answer with a picture of the card."""

_CARD = re.compile(
    r"银行卡|结算卡|收款卡|储蓄卡|借记卡|信用卡|工资卡|[新旧老这那原]\s?张?\s?卡(?!\s?尾)|卡号|卡面|卡片|卡的?[正反背]面?"
    r"|卡的?(?:照|图)|拍(?:了|的|下|一下)?(?:我|我的)?卡|我的?卡"
    r"|(?<![a-z])(?:bank|debit|credit|settlement|new|old|my|the|this) card(?!holder|\s?(?:reader|terminal|machine))"
    r"|(?<![a-z])card (?:number|no\b|photo|picture|front|back)|(?:photo|picture|front|back|image|scan) of .{0,12}card"
)
_SHOWS = re.compile(
    r"这是|这张|就是这|如图|看图|看一下|拍|照片|图片|发给?[你您]|发一下|发过|给[你您]|[正反背]面"
    r"|(?<![a-z])(?:here(?:'s| is| it is| are)|this is|look|see|sending|send you|attached|photos?|pictures?)(?![a-z])"
)
_PAPER = re.compile(
    r"小票|签购单|回单|流水|账单|对账|截[图屏]|通知|短信|凭证|营业执照|门头|机器"
    r"|(?<![a-z])(?:receipts?|slips?|screen ?shots?|statements?|notices?|sms|notifications?|licen[cs]es?)(?![a-z])"
)


def may_show_card(caption: str, asked: str | None, said: Sequence[Line], now: datetime) -> bool:
    """Whether a picture with this caption may show a card. ``said``: what the merchant wrote before it, in order.

    Under a picture any word of a card counts; before it only such as announce a picture: everybody here has changed
    a card and writes of it.
    """
    if caption:
        return _of_card(normalise(caption))
    if asked in ASKED:
        return True
    if not said or now - said[-1].at > RECENT:
        return False
    words = normalise(said[-1].text)
    return _of_card(words) and _SHOWS.search(words) is not None


def _of_card(plain: str) -> bool:
    return _CARD.search(plain) is not None and _PAPER.search(plain) is None
