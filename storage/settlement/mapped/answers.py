"""Why a source could not answer, on its way to becoming ``Unavailable``."""

from __future__ import annotations

import re

__all__ = ["NoAnswer", "shown"]

LONGEST = 200
_NUMBERS = re.compile(r"[0-9]{6,}")
_QUOTED = re.compile(r"\"[^\"]{0,80}@[^\"]{0,80}\"")


class NoAnswer(Exception):  # noqa: N818 - an ordinary outcome, caught by the source that asked
    """The source did not answer, or what it said cannot be relied on. The message is for staff: no personal data."""


def shown(words: object) -> str:
    """The first line of somebody else's words, without long numbers: they may be cards, telephones, accounts."""
    first = (str(words).strip().splitlines() or [""])[0]
    return _NUMBERS.sub("…", _QUOTED.sub("…", first))[:LONGEST]
