"""Signs that no author sees and no merchant should get: lost ones, control characters, and those without a width."""

from __future__ import annotations

import re
import unicodedata

from knowledge.positions import Fault, Place

_SPOILT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffd\ufffe\uffff]")
"""Control characters but tab and line ends, and the sign that stands for a lost one."""
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Without a width: joiners (U+200C, U+200D) are not among them, as emoji and some scripts need them."""


def spoilt(text: str) -> tuple[Fault, ...]:
    """The first sign of each kind that makes a file unusable."""
    found: dict[str, re.Match[str]] = {}
    for match in _SPOILT.finditer(text):
        found.setdefault(match[0], match)
    return tuple(_fault(text, match) for match in found.values())


def unseen(text: str) -> tuple[Fault, ...]:
    """The first sign of each line that cannot be seen: words that look the same are not the same with it."""
    faults = []
    for number, line in enumerate(text.split("\n"), 1):
        match = _UNSEEN.search(line)
        if match:
            place = Place(number, match.start() + 1)
            faults.append(Fault(place, f"An invisible sign stands here: {_named(match[0])}", "Delete it."))
    return tuple(faults)


def _fault(text: str, match: re.Match[str]) -> Fault:
    start = text.rfind("\n", 0, match.start()) + 1
    place = Place(text.count("\n", 0, start) + 1, match.start() - start + 1)
    if match[0] == "\ufffd":
        return Fault(place, "A sign was lost here when the file was converted", "Type it again and save as UTF-8.")
    return Fault(place, f"A control character stands here: {_named(match[0])}", "Delete it.")


def _named(sign: str) -> str:
    name = unicodedata.name(sign, "").lower()
    return f"U+{ord(sign):04X}{' ' if name else ''}{name}"
