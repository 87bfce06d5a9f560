"""Reading JSON: objects found by path, their fields read by the same readers as the cells of a sheet.

A file may hold one document or several, one after the other or one on each line. Numbers are taken as they are written,
never through binary fractions, and every object knows its line, so that a complaint can name it.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from json.decoder import JSONObject  # type: ignore[attr-defined]
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from knowledge.formats import decimals
from storage.settlement.formats.declaration import Column, Intake, Scalar, Sum, Unreadable
from storage.settlement.opening import UTF8, Part, Unopenable

__all__ = ["Document", "Node", "documents", "keys_of", "nodes_of"]

_KEY = re.compile(rb'"([A-Za-z0-9_.-]{1,64})"\s*:')
_SPACE = re.compile(r"[\s\ufeff]*")


class Node(dict[str, Any]):
    """A JSON object that knows on which line it begins."""

    __slots__ = ("line",)
    line: int


def keys_of(part: Part) -> frozenset[str]:
    """The names of fields in a part's beginning, at any depth; none when it does not begin like JSON."""
    head = part.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] not in (b"{", b"["):
        return frozenset()
    return frozenset(name.decode("ascii") for name in _KEY.findall(head))


def documents(part: Part, intake: Intake) -> Iterator[Any]:
    """The JSON values of a part, objects as ``Node``. Where it stops being JSON is reported, with its line."""
    try:
        text = part.text(UTF8)
    except Unopenable as error:
        intake.refuse(part.name, error.line, "", error.reason)
        return
    if intake.advance is not None:
        intake.advance(part.size)
    intake.rows.setdefault(part.name, 0)
    reader = _Reader(text)
    at = reader.skip(0)
    while at < len(text):
        try:
            value, end = reader.read(at)
        except ValueError as error:
            place = getattr(error, "pos", None)
            line = reader.line(at if place is None else place)
            intake.refuse(part.name, line, "", f"this is not JSON: {getattr(error, 'msg', error)}")
            return
        except StopIteration as error:
            intake.refuse(part.name, reader.line(error.value), "", "this is not JSON: the file breaks off here?")
            return
        except RecursionError:
            intake.refuse(part.name, reader.line(at), "", "nested too deeply")
            return
        yield value
        at = reader.skip(end)


def nodes_of(value: Any, path: str) -> Iterator[Node]:
    """The objects that a path (JMESPath) leads to: one, those of a list, or none."""
    found = jmespath.search(path, value)
    for node in found if isinstance(found, list) else [found]:
        if isinstance(node, Node):
            yield node


class _Reader:
    """A JSON decoder that notes where objects begin; the plain Python one of the standard library calls back there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._ends = [found.start() for found in re.finditer("\n", text)]
        decoder: Any = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_object)
        decoder.parse_object = self._parse
        self._scan = py_make_scanner(decoder)

    def read(self, at: int) -> tuple[Any, int]:
        """The value that begins there, and where it ends. ``ValueError``, ``StopIteration`` or ``RecursionError``."""
        found: tuple[Any, int] = self._scan(self.text, at)
        return found

    def line(self, at: int) -> int:
        """The line, from 1, of a place in the text."""
        return bisect_right(self._ends, at - 1) + 1

    def skip(self, at: int) -> int:
        """The next place that is not space."""
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def _parse(self, text_and_end: tuple[str, int], *rest: Any) -> tuple[Node, int]:
        node, end = JSONObject(text_and_end, *rest)
        node.line = self.line(text_and_end[1] - 1)
        return node, end


def _object(pairs: list[tuple[str, Any]]) -> Node:
    node = Node(pairs)
    if len(node) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ValueError(f"{twice[:64]!r} stands twice in one object")
    return node


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


@dataclass(frozen=True)
class Document:
    """The declaration of one kind of object: our field -> a ``Column`` or ``Sum`` whose header is a path (JMESPath)."""

    columns: Mapping[str, Column | Sum]

    @cached_property
    def _paths(self) -> dict[str, Any]:
        return {name: jmespath.compile(column.header) for name, column in self.columns.items()}

    def read(self, node: Node, part: Part, intake: Intake, currency: str | None = None) -> dict[str, Scalar] | None:
        """The fields that the object has; those that are null or missing are left out.

        None when something required is missing or cannot be read; that has been reported then, field by field.
        ``currency`` decides how many decimals sums in major units may have.
        """
        intake.rows[part.name] = intake.rows.get(part.name, 0) + 1
        found: dict[str, Scalar] = {}
        good = True
        for name, column in self.columns.items():
            try:
                cell = _cell(self._paths[name].search(node), plain=isinstance(column, Sum))
                if cell:
                    found[name] = _value(column, cell, currency or intake.currency)
                elif column.required:
                    raise Unreadable("missing, and required")
            except (Unreadable, JMESPathError) as error:
                intake.refuse(part.name, node.line, column.header, str(error))
                good = False
        return found if good else None


def _value(column: Column | Sum, cell: str, currency: str) -> Scalar:
    return column.read(cell, decimals(currency)) if isinstance(column, Sum) else column.read(cell)


def _cell(value: object, *, plain: bool) -> str:
    """A JSON value as the cell of a sheet would hold it. ``plain``: powers of ten are written out, as they are exact.

    In anything but a sum they are what became of an identifier in a spreadsheet; its reader refuses them.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f") if plain and abs(value.adjusted()) < 40 else str(value)
    raise Unreadable("a single value belongs here")
