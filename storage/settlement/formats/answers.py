"""Answers of acquirers' APIs as files keep them: alone, in lists, in paging envelopes, on lines of their own.

Some answers do not say what was asked: which merchant, which card, when. For those a file holds *asked and answered*
objects of our own shape, one after the other or in a list::

    {"asked_at": "2026-11-20 10:30:00", "asked": {…the request…},
     "answered_at": "2026-11-20 10:30:02", "answer": {…the answer…}}

``asked`` and ``answer`` are the provider's own objects; ``asked`` may also hold ``old_card``, ``new_card`` and
``new_bank`` where the request does not. Cards are best masked; no more than their last 4 digits is ever kept. Times
without an offset are China's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from storage.settlement.formats import cells
from storage.settlement.formats.declaration import Column, Intake
from storage.settlement.formats.documents import Node, documents
from storage.settlement.opening import Part

__all__ = [
    "ASKED", "CHINA", "answers_of", "asked_and_answered", "china_day", "china_time", "opened", "rows_of",
]  # fmt: skip

CHINA = "Asia/Shanghai"
TOGETHER = 2000
DEEPEST = 8
_WRAPPERS = ("list", "data", "result", "record", "records", "rows", "respData", "resp_data")
_CODES = ("error_code", "respCode", "retCode", "resp_code", "res_code", "status")
_WELL = frozenset({"0", "0000", "000000", "00000000", "OK"})
_OFFSET = re.compile(r"(Z|[+-][0-9]{2}:?[0-9]{2})$")
_LOCAL = cells.moment_as(CHINA, "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y%m%d%H%M%S")
china_day = cells.day_as("%Y-%m-%d", "%Y%m%d")
"""A day, with or without hyphens."""


def china_time(cell: str) -> int:
    """A time with its offset, or China's where it has none; microseconds since 1970 UTC."""
    return cells.moment(cell) if len(cell) > 10 and _OFFSET.search(cell[10:]) else _LOCAL(cell)


ASKED = {
    "asked_at": Column("asked_at", china_time),
    "answered_at": Column("answered_at", china_time),
    "old_tail": Column("asked.old_card", cells.account_tail),
    "new_tail": Column("asked.new_card", cells.account_tail),
    "new_bank": Column("asked.new_bank", cells.text),
}
"""What an asked and answered object may say whoever the provider is."""


def rows_of(part: Part, intake: Intake, marks: Collection[str]) -> Iterator[Node]:
    """The objects that have one of ``marks`` as a field, out of whatever lists and envelopes hold them.

    An object with none of them that holds no list either is reported: an answer that says an error is not a statement.
    """
    return (node for _, node in answers_of(part, intake, marks))


def answers_of(part: Part, intake: Intake, marks: Collection[str]) -> Iterator[tuple[Node | None, Node]]:
    """``rows_of``, each with the outermost envelope that it came in; None for one that stands by itself."""
    for value in documents(part, intake):
        yield from _unwrapped(_Place(part, intake, marks), value, 1, None, 0)


class _Place(NamedTuple):
    part: Part
    intake: Intake
    marks: Collection[str]

    def refuse(self, line: int, reason: str) -> None:
        self.intake.refuse(self.part.name, line, "", reason)


def _unwrapped(
    place: _Place, value: Any, line: int, envelope: Node | None, depth: int
) -> Iterator[tuple[Node | None, Node]]:
    if isinstance(value, str):
        value = _parsed(value, line)
    if isinstance(value, list) and depth < DEEPEST:
        for item in value:
            yield from _unwrapped(place, item, line, envelope, depth + 1)
    elif not isinstance(value, Node) or depth >= DEEPEST:
        place.refuse(line, "an object belongs here")
    elif any(mark in value for mark in place.marks):
        yield envelope, value
    else:
        full = [value[name] for name in _WRAPPERS if value.get(name) not in (None, "", {}, [])]
        if not full and (words := _why_nothing(value)):
            place.refuse(value.line, words)
        for within in full:
            yield from _unwrapped(place, within, value.line, envelope or value, depth + 1)


def _why_nothing(answer: Node) -> str:
    """Why an answer without records is no statement; empty where it says well that there are none."""
    said = ((name, str(answer[name])[:40]) for name in _CODES if answer.get(name) is not None)
    wrong = next((f" ({name} {code})" for name, code in said if code not in _WELL), "")
    return f"there is no record in this answer{wrong}" if wrong or not any(n in answer for n in _WRAPPERS) else ""


def asked_and_answered(part: Part, intake: Intake) -> Iterator[Node]:
    """The asked and answered objects of a part. One without its answer is reported."""
    for node in rows_of(part, intake, ("asked", "answer")):
        whole = opened(node, "asked", "answer")
        if isinstance(whole["asked"], Node) and isinstance(whole["answer"], Node):
            yield whole
        else:
            intake.refuse(part.name, node.line, "", "asked and answer are objects, and both belong here")


def opened(node: Node, *names: str) -> Node:
    """The object with these of its fields, JSON in a string in places, as objects; their ``data`` is part of them."""
    plain = Node(node)
    plain.line = node.line
    for name in names:
        value = plain.get(name)
        if isinstance(value, str):
            value = _parsed(value, node.line)
        if isinstance(value, Node):
            within = next((value[key] for key in ("data", "respData", "resp_data") if value.get(key)), None)
            if isinstance(within, str):
                within = _parsed(within, node.line)
            if isinstance(within, Node):
                both = Node({**value, **within})
                both.line = value.line
                value = both
        plain[name] = value
    return plain


def _parsed(text: str, line: int) -> Any:
    """JSON that stands in a string; the string itself where it is none."""

    def an_object(pairs: list[tuple[str, Any]]) -> Node:
        node = Node(pairs)
        node.line = line
        return node

    if text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=str, object_pairs_hook=an_object)
    except (ValueError, RecursionError):
        return text
