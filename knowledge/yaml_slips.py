"""What people type in YAML who do not know it: where the parser stumbles, the slip stands there or a little above."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.slips import Slip

_ABOVE = 3
"""So many lines above the place at which the parser gave up are looked at."""
_COLON = re.compile(r"^\s*(?:- )?[A-Za-z_][\w-]*(\s*：)")
_DASH = re.compile(r"^\s*([－–—−])\s*\S")
_TIGHT = re.compile(r"^\s*(-)[^\s\d-]")
_COMMENT = re.compile(r"""^\s*(?:- +|title: +|staff: +|owner: +)(?!["'#]).*?\s(#\S)""")
_BEGINS = re.compile(r"^\s*(?:- +|[\w-]+: +)([@`%*&!])")
_QUOTED = re.compile(r"""^\s*(?:- +|[\w-]+: +)(?:("[^"]*")|('[^']*'))(?=\s*[^\s#,:])""")


def near(text: str, line: int) -> Slip | None:
    """The slip that most likely made the parser give up in ``line`` (from 1 on); None when none of these is there."""
    lines = text.split("\n")
    for number in range(min(line, len(lines)), max(0, line - _ABOVE), -1):
        found = _slip(lines[number - 1])
        if found:
            column, message, remedy = found
            return Slip(number, column, message, remedy)
    return None


def begins(text: str) -> tuple[str, str] | None:
    """What is wrong with the dash that a text begins with, and what to do; None when it begins with none."""
    found = _slip(text) if _DASH.match(text) or _TIGHT.match(text) else None
    return found[1:] if found else None


def comments(front: str) -> Iterator[tuple[int, int]]:
    """Where (line and column from 1 on) a text of a front matter ends at a ``#`` that hardly begins a comment."""
    for number, line in enumerate(front.split("\n"), 1):
        if found := _COMMENT.match(line):
            yield number, found.start(1) + 1


def _slip(line: str) -> tuple[int, str, str] | None:
    if found := _COLON.match(line):
        return found.end(1), "A full-width colon stands here", "Write `: `, a plain colon and a blank."
    if found := _DASH.match(line):
        return found.start(1) + 1, f"{found[1]} is no dash of a list", "Write `- `, a plain hyphen and a blank."
    if found := _TIGHT.match(line):
        return found.start(1) + 1, "A blank is missing after this dash", "Write `- `, then the text."
    if found := _BEGINS.match(line):
        remedy = "Put the whole text between double quotes."
        return found.start(1) + 1, f"A text cannot begin with {found[1]}", remedy
    if found := _QUOTED.match(line):
        other = "single" if found[1] else "double"
        column = (found.start(1) if found[1] else found.start(2)) + 1
        return column, "The text goes on after its quotes", f"Put the whole text between {other} quotes."
    return None
