"""Words that take a value back or deny it: 不是…, 说错了, "no wait", "instead of"."""

from __future__ import annotations

from knowledge.patterns import compiled

DENIED_BEFORE = compiled(
    r"(?:不是|并非|非|不在|并不是|不应该是|不该是|搞错了?不是|唔系"
    r"|(?<![a-z])(?:not|wasn't|isn't|rather than|instead of|it's not|don't mean))\s?(?:on |the |in )?$"
)
DENIED_AFTER = compiled(
    r"^(?:那个?|是|就|的)?(?:[说讲写记搞打填弄看输]?错|不对(?!账)|有误|was (?:wrong|a mistake)"
    r"|is wrong|was incorrect|is incorrect)"
)
TAKEN_BACK = compiled(
    r"(?:吧|呀|的|换的|刷的|[换改刷]|那天|元|块)*[\s,.;…?!]*(?:(?:哦|噢|啊|呃|额|嗯|唔|诶|哎呀?|等等|等下|oh|oops|sorry|wait"
    r"|hmm|er+|um+|uh)[\s,.…]*)*[\s,.]*(?:不对+|不不+|哦不|不是(?=[\s,])|不,|[说讲打写记搞弄看填输]错了?|错了"
    r"|no,? wait|no,|no(?=[\s.])|wait,? no|i mean|i meant|but (?:actually )?(?:it's|its|it is|it was)(?=\s)"
    r"|sorry|actually|correction|scratch that|rather"
    r"|make that)"
    r"(?:[\s,.;]*(?:sorry|i mean|i meant|actually|wait))*[\s,.;]*(?:应该)?(?:是|it's|i meant?|its|make it"
    r"|make that|it was|on|the)?\s*(?:the\s)?"
)
OR_ELSE = compiled(r"\s?(?:块|元)?,?\s?(?:就[是系]|then(?: it's| it was)?)\s?")
"""Between two values of which the first was called "not": one of them is meant."""
NOT_THE_NEXT = compiled(r"[\s,]*(?:and |but )?(?:not|不是)\s?(?:on |the )*")
INSTEAD = compiled(r"(?:instead of|rather than)\s(?:the\s)?$")


def is_denied(before: str) -> bool:
    """True when the words before say that what follows is not meant: 不是…, not the …"""
    return DENIED_BEFORE.search(before) is not None


def is_taken_back(between: str) -> bool:
    """True when the words between two values take the first one back."""
    return len(between) <= 30 and TAKEN_BACK.fullmatch(between) is not None
