"""Labels of numbers that are neither money nor what they look like, and of an old card beside a new one."""

from __future__ import annotations

from knowledge.patterns import compiled

CONTACT = compiled(
    r"(?:(?<![a-z])qq|微信|座机|传真|工号|固话|电话|(?<![a-z])(?:wechat|whatsapp|fax|tel|telegram|landline))"
    r"\s?(?:号码?|number|no\.?|id)?\s?(?:我?的?是|为|:|is|加我)?\s?(?P<id>\d{5,12})(?!\d)"
)
OTHER_TERMINAL_NUMBER = compiled(
    r"(?<![a-z])(?:tid|sn|terminal|终端(?:编?号码?|id)|终端机号|设备(?:编?号码?)|机身号|device|machine)"
    r"\s?(?:id|no\.?|number|num)?\s?(?:是|为|:|is|was|#)?\s?(?P<id>\d{4,15})(?![\d]|[.,]\d|\s?(?:元|块|万|千|笔|yuan|rmb|cny))"
)
"""Not eight digits, yet no money: it was called a terminal's."""
OLD_SAID = compiled(r"(?<![a-z])(?:old|previous|former)(?![a-z])|[旧老]")
_AN_OLD = r"(?:(?<![a-z])(?:old|previous|former)|[旧老])"
_A_NEW = r"(?:(?<![a-z])new|新)"
_ITS = r"(?:的|卡|尾号|是|\s?(?:one|card|account|acct?|bank|ending|ends|is|was|in|=|:|-))*\s?"
OLD_AND_NEW = tuple(
    compiled(
        rf"{first}{_ITS}(?P<{one}>\d{{4}})(?![\d.,/-]\d|\d|\s?(?:yuan|rmb|元|块))[\s,;/]{{0,3}}(?:and |the |my "
        rf"|->)?{last}{_ITS}"
        rf"(?P<{other}>\d{{4}})(?![\d.,/-]\d|\d|\s?(?:yuan|rmb|元|块))"
    )
    for first, one, last, other in ((_AN_OLD, "old", _A_NEW, "new"), (_A_NEW, "new", _AN_OLD, "old"))
)
"""Bare "old 1190 new 6628", 旧1190 新6628, in either order."""
