"""What the clause before a day's own says of it: "the account change? We did that on 17 Nov"."""

from __future__ import annotations

from knowledge.patterns import compiled

_DID_THAT = compiled(r"(?<![a-z])(?:did|done|made|requested)\s(?:that|it|this|so)\s(?:on\s|in\s|back\s)*(?:the\s)?$")
_CARD_CHANGE = compiled(r"(?<![a-z])(?:card|account|bank)(?: details)?\s(?:change|switch|update|swap)(?![a-z])")
_THAT_WAS = compiled(r"\s?(?:[这那都就]?(?:已经?)?是|(?:it|that|this) was(?: on)?(?: the)?\s)$")
_CARD_WAS_CHANGED = compiled(
    r"(?:换|改|变更|更换|绑)(?:了|好)?的(?:新?(?:卡|账户|账号|户口)|[,\s]|$)"
    r"|(?<![a-z])(?:chang|switch|swapp|updat|replac)ed (?:my|the|our) (?:\w+ ){0,2}(?:card|account|bank)$"
)
"""早上改的卡 是前天的事."""
_ITS_DIGITS = compiled(
    r",?\s?(?:(?:the\s)?(?:last (?:four |4 )?digits|ending(?: in| with)?|ends(?: in| with)?|number)\s(?:is\s|are\s)?)?"
    r"\ue003,?\s?$"
)


def led_in(lead: str) -> str:
    """The words before a bare "on the" that it goes on from: "change了 on 11/12", "a new card, ending 4410, on …"."""
    if (digits := _ITS_DIGITS.search(lead)) is not None:
        return lead[: digits.start()] + " "
    return "" if lead.rstrip().endswith((",", ";", ".", "!", "?", "\n")) else lead


def did_the_change(before: str, clause_before: str) -> bool:
    """True for "because of the account change? We did that on 17 Nov", 早上改的卡 是前天的事."""
    if _THAT_WAS.fullmatch(before):
        return _CARD_WAS_CHANGED.search(clause_before) is not None
    return _DID_THAT.search(before) is not None and _CARD_CHANGE.search(clause_before) is not None
