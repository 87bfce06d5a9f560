"""What looks in an article's words as if it were meant as markup, and would be shown to merchants as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.errors import Level

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_SPACES = r"(?:terminal|merchant|change|payout|bank|answers|profile|ticket)"
_BRACES = re.compile(rf"(?:\{{\s*){{1,2}}{_SPACES}\.\w+[^{{}}\n]*(?:\}}\s?){{1,2}}")
_WIDE_BRACES = re.compile(r"｛[｛%\s]?[^｛｝\n]{1,60}｝")
_WIDE_TAG = re.compile(r"＜\s*/?\s*(?:b|i|u|s|a|code|pre)\b[^＞\n]*＞", re.IGNORECASE)
_LINK_APART = re.compile(
    r"(?<!\\)\[[^\]\\\n]+\](?:[ \u3000]+\(|[ \u3000]*（)\s*(?:https?:|tel:|mailto:|www\.)[^)）\n]*[)）]?"
)
_WIKI = re.compile(r"\[\[[^\]\n]+\]\]")
_TABLE = re.compile(r"^\s*\|?(?:\s*:?-{3,}:?\s*\|)+")
_NUMBERED = re.compile(r"^(\d{1,2})\. ")
_LIKE_A_STEP = re.compile(r"^\s{0,3}(?:(\d{1,2})(?:[、．）]|\.(?=[^\s\d.]))|([①-⑳])|[（(](\d{1,2})[)）])")
_FENCED = re.compile(r"^\s*(```|~~~)")


@dataclass(frozen=True, slots=True)
class Slip:
    """One of them: line and column (from 1) within the words, what is wrong, what to do, and how bad it is."""

    line: int
    column: int
    message: str
    remedy: str
    level: Level = "error"


def slips(words: str) -> Iterator[Slip]:
    """All of them in order; what stands within template tags, or in a block of code, is left alone."""
    plain = _TAG.sub(lambda found: re.sub(r"[^\n]", "\ue000", found[0]), words)
    listed = apart = fenced = False
    last_blank = False
    for number, line in enumerate(plain.split("\n"), 1):
        if _FENCED.match(line):
            fenced = not fenced
        if not fenced:
            yield from _in_line(number, line)
            if _NUMBERED.match(line):
                if apart:
                    yield Slip(
                        number, 1, "This list begins anew after a paragraph: its lines are no steps",
                        "Indent the paragraph above by three blanks, so that it belongs to its step.", "warning",
                    )  # fmt: skip
                    apart = False
                listed = True
            elif listed and last_blank and line.strip() and not line.startswith(" "):
                listed, apart = False, True
        last_blank = not line.strip()


def like_a_step(words: str) -> int | None:
    """The first line (from 1) that looks like a step and is none, such as one that begins with ``1、``."""
    return next((number for number, line in enumerate(words.split("\n"), 1) if _LIKE_A_STEP.match(line)), None)


def _in_line(number: int, line: str) -> Iterator[Slip]:
    for pattern, message, remedy in _SHOWN:
        if found := pattern.search(line):
            yield Slip(number, found.start() + 1, message.format(_short(found[0])), remedy)
    if found := _LIKE_A_STEP.match(line):
        said = f"{found[0].strip()} does not make a step of this line"
        yield Slip(number, 1, said, "Write a plain number, a dot and a blank: `1. `.", "warning")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


_SHOWN = (
    (_BRACES, "{} is shown as it stands", "Values stand between {{ and }}, with no blank between the braces."),
    (_WIDE_BRACES, "{} is shown as it stands", "Write the braces of the keyboard's English mode: {{ and }}."),
    (_WIDE_TAG, "{} is shown as it stands", "Write **bold**, or < and > of the keyboard's English mode."),
    (_LINK_APART, "{} is shown as it stands", "Write [words](https://…) without a blank, with plain brackets."),
    (_WIKI, "{} is shown as it stands", "Name other articles under `see` in the front matter."),
    (_TABLE, "A table cannot be shown in a message", "Write it as a list."),
)
