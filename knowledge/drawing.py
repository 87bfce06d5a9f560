"""A picture as a value: shapes on a canvas, to be turned into pixels by whoever sends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Points = tuple[int, ...]
Anchor = Literal["lm", "mm", "rm"]


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape. ``points`` are x, y, x, y … in pixels; ``size``: the width of a line, radius of a disc or ring, height
    of words; ``anchor``: the point is the left, the middle or the right of the words.

    Words hold digits and Latin letters alone: the font that pictures are drawn with has no others.
    """

    kind: Literal["line", "dashes", "area", "disc", "ring", "words"]
    colour: str
    points: Points
    size: int = 0
    words: str = ""
    anchor: Anchor = "lm"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A canvas of these many pixels and what is on it, the undermost first."""

    width: int
    height: int
    shapes: tuple[Shape, ...] = ()
