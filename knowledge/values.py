"""The three kinds of value that a rule meets: known, unknown and absent; and what kind of thing a fact is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

KindName = Literal["bool", "int", "money", "text", "tail", "day", "moment", "enum"]


class Missing:
    """Stands where there is no value. Only ``UNKNOWN`` and ``ABSENT`` exist."""

    __slots__ = ("word",)

    def __init__(self, word: str) -> None:
        self.word = word

    def __repr__(self) -> str:
        return self.word

    def __copy__(self) -> Missing:
        return self

    def __deepcopy__(self, memo: object) -> Missing:
        return self


UNKNOWN: Final = Missing("UNKNOWN")
"""The source does not say: a comparison with it is undecidable."""
ABSENT: Final = Missing("ABSENT")
"""Known not to be there (no payout record, an answer not given): a comparison with it is false."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a fact is. ``values`` are those of an enum; ``strict`` makes `is None` undecidable for an unknown value."""

    name: KindName
    values: tuple[str, ...] = ()
    strict: bool = False

    @property
    def group(self) -> str:
        """Kinds of one group may be compared: money with numbers, words with tails and the values of an enum."""
        if self.name in ("int", "money"):
            return "number"
        return "word" if self.name in ("text", "tail", "enum") else self.name

    @property
    def ordered(self) -> bool:
        """Whether < and > mean anything."""
        return self.group in ("number", "day", "moment")


def known(value: object) -> object | None:
    """The value, or None where it is unknown or absent."""
    return None if value is UNKNOWN or value is ABSENT else value


def matching_digits(left: str, right: str) -> int | None:
    """How many trailing digits of two card tails agree: the length of the shorter one, 0 when they differ.

    None when either has fewer than two digits, which decides nothing.
    """
    size = min(len(left), len(right))
    if size < 2:
        return None
    return size if left[-size:] == right[-size:] else 0
