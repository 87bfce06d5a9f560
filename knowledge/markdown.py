"""Plain words -> an article's Markdown that shows just these words, whatever signs are in them."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"[\\`*_\[\]<>&~#|]")
# at the end of a piece a tag follows
_BRACE = re.compile(r"\{(?=[{%#]|$)|(?<=[}%#])\}")
_DOUBLE = re.compile(r"\*{2,}|~{2,}")
_BEGINS = re.compile(r"^(\s*)([-+=]|\d{1,9}(?=[.)]))")
STEP = re.compile(r"^\s*(?:第?[0-9]{1,2}\s*[.、．)）:：]|[(（][0-9]{1,2}[)）]|[①-⑳])\s*(?=\S)")
"""How a numbered line of plain words begins."""


def escape(line: str) -> str:
    """One line of plain words as Markdown with template tags: neither Markdown nor a tag is read in it."""
    parts = []
    end = 0
    # two asterisks look like bold text gone wrong even where they are escaped, so a tag says them
    for found in _DOUBLE.finditer(line):
        parts += [_plain(line[end : found.start()]), f"{{{{ '{found[0]}' }}}}"]
        end = found.end()
    text = "".join((*parts, _plain(line[end:]))).strip()
    return _BEGINS.sub(lambda found: f"{found[1]}{_begun(found[2])}", text)


def _plain(text: str) -> str:
    spoken = _BRACE.sub(lambda found: "\ue000" if found[0] == "{" else "\ue001", text)
    escaped = _SIGNS.sub(lambda found: f"\\{found[0]}", spoken)
    return escaped.replace("\ue000", "{{ '{' }}").replace("\ue001", "{{ '}' }}")


def _begun(sign: str) -> str:
    return f"\\{sign}" if not sign.isdigit() else f"{{{{ '{sign}' }}}}"


def divide(answer: str) -> tuple[str, tuple[str, ...], str]:
    """Plain words as an article's parts in Markdown: what happened, the steps (numbered lines), the ending.

    Lines that follow a numbered one without an empty line between belong to it.
    """
    before: list[str] = []
    steps: list[str] = []
    after: list[str] = []
    part, joins = before, False
    for line in answer.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        number = STEP.match(line) if part is not after else None
        if not line.strip():
            joins = False
            continue
        if number:
            part, joins = steps, False
        elif not joins and part is steps:
            part = after
        words = escape(line[number.end() :] if number else line)
        if joins:
            part[-1] += f"\\\n{'   ' if part is steps else ''}{words}"
        else:
            part.append(words)
        joins = True
    return "\n\n".join(before), tuple(steps), "\n\n".join(after)
