"""Postings as JSON text and back. What has its default value is left out; keys and parts become lists of values."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import MISSING, astuple, fields
from typing import Any

from knowledge.drawing import Drawing, Shape
from knowledge.postings import (
    Album,
    Answer,
    Card,
    Copy,
    Delete,
    Edit,
    Key,
    Keys,
    Part,
    Picture,
    Posting,
    React,
    Suggest,
    Text,
    Topic,
    Typing,
)

_KINDS: dict[str, type[Any]] = {
    "text": Text,
    "album": Album,
    "copy": Copy,
    "picture": Picture,
    "edit": Edit,
    "delete": Delete,
    "answer": Answer,
    "topic": Topic,
    "card": Card,
    "typing": Typing,
    "suggest": Suggest,
    "react": React,
}
_DEFAULTS = {
    kind: tuple((field.name, None if field.default is MISSING else field.default) for field in fields(posting))
    for kind, posting in _KINDS.items()
}
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encode(posting: Posting) -> str:
    """The posting as JSON."""
    found: dict[str, Any] = {"kind": posting.kind}
    for name, default in _DEFAULTS[posting.kind]:
        value = getattr(posting, name)
        if value != default:
            found[name] = _AS_JSON[name](value) if name in _AS_JSON else value
    return _ENCODER.encode(found)


def decode(text: str) -> Posting:
    """The posting that ``encode`` wrote. Raises ValueError when the text is not one."""
    found = json.loads(text)
    kind = _KINDS.get(found.pop("kind", ""))
    if kind is None:
        raise ValueError("not a posting")
    if "keys" in found:
        found["keys"] = tuple(tuple(Key(*key) for key in row) for row in found["keys"])
    if "parts" in found:
        found["parts"] = tuple(Part(*part) for part in found["parts"])
    if "drawing" in found:
        width, height, shapes = found["drawing"]
        found["drawing"] = Drawing(width, height, tuple(map(_shape, shapes)))
    if "media" in found:
        found["media"] = Part(*found["media"])
    for name in ("messages", "origin"):
        if name in found:
            found[name] = tuple(found[name])
    if "brings" in found:
        found["brings"] = tuple(tuple(each) for each in found["brings"])
    if "results" in found:
        found["results"] = tuple(tuple(result) for result in found["results"])
    posting: Posting = kind(**found)
    return posting


def lane_of(posting: Posting) -> str:
    """What the posting keeps its order with: the ticket's topic, or the chat.

    Answers to buttons wait for neither, and a topic's reactions not for its messages, of which a group takes only few.
    """
    if isinstance(posting, Answer | Suggest):
        return f"answer:{posting.chat}"
    ticket = getattr(posting, "ticket", None)
    if isinstance(posting, React) and posting.chat < 0:
        return f"react:{ticket}"
    return f"ticket:{ticket}" if ticket is not None and posting.chat < 0 else str(posting.chat)


def originals(posting: Posting) -> tuple[tuple[int, int], ...]:
    """The (chat, message)s that a posting brings over, in the order in which its own messages will be."""
    match posting:
        case Text(origin=(chat, _), brings=brings) if brings:
            return tuple((chat, message) for message, _ in brings)
        case Text(origin=(chat, message)):
            return ((chat, message),)
        case Copy(from_chat=chat):
            return tuple((chat, message) for message in posting.messages)
        case Album(from_chat=chat):
            return tuple((chat, part.message) for part in posting.parts)
        case _:
            return ()


def _key_rows(keys: Keys) -> list[list[list[str]]]:
    return [[[key.text, key.data, key.url] for key in row] for row in keys]


def _part_row(part: Part) -> list[Any]:
    return [part.message, part.kind, part.file, part.caption, part.hidden, part.above]


def _part_rows(parts: tuple[Part, ...]) -> list[list[Any]]:
    return [_part_row(part) for part in parts]


def _shape(values: list[Any]) -> Shape:
    kind, colour, points, size, words, anchor = values
    return Shape(kind, colour, tuple(points), size, words, anchor)


def _shapes(drawing: Drawing) -> list[object]:
    return [drawing.width, drawing.height, [astuple(shape) for shape in drawing.shapes]]


_AS_JSON: dict[str, Callable[[Any], object]] = {
    "keys": _key_rows, "parts": _part_rows, "media": _part_row, "drawing": _shapes,
}  # fmt: skip
