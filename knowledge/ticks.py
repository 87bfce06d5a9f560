"""Ticks and crosses behind days and sums, in words: 14号980 ✓ 15号1120 ✗."""

from __future__ import annotations

from knowledge.patterns import compiled

_CAME, _LACKS = "[✓✔✅☑√👌🆗]", "[✗✘✖❌❎×]"
_ANY_CAME, _ANY_LACKS = compiled(_CAME), compiled(_LACKS)
_BEHIND = compiled(rf"(?<=[\d号日元块)])\s?(?:(?P<came>{_CAME})|{_LACKS}(?!\s?\d))")
_CHINESE = compiled("[一-鿿]")


def ticks_in_words(text: str) -> str:
    """Normalised ``text`` with words in their place, where it has both."""
    if text.isascii() or _ANY_LACKS.search(text) is None or _ANY_CAME.search(text) is None:
        return text
    came, lacks = ("到了", "没到") if _CHINESE.search(text) else (" paid", " not paid")
    return _BEHIND.sub(lambda found: came if found["came"] else lacks, text)
