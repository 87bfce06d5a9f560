"""JSON Schemas of the files of a base, for editors: drawn from the very readers that load the files.

There is no second description of the files that could fall behind. Each reader is given something that looks like a
file and notes what it is asked for: ``reader.whole("review_days", 5, 1, 60)`` is an optional whole number from 1 to 60.
What only a whole base can tell (a fact that there is not, a rule that never fires) is left to ``kb check``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date, time
from typing import Any

from knowledge.acquirers import Acquirers
from knowledge.articles import CANNED, KINDS, Vocabulary, front_of
from knowledge.case import Answers
from knowledge.causes import Causes
from knowledge.entries import Entry
from knowledge.facts import KINDS as FACTS
from knowledge.fields import Fields
from knowledge.formats import KEYS
from knowledge.library import Kind as ArticleKind
from knowledge.loader import departments_of, forms_of, messages_of
from knowledge.positions import Positioned
from knowledge.providers import Providers
from knowledge.rehearsal import DOERS
from knowledge.scripts import KNOWN_OF, RECORDS, TOP, TURN
from knowledge.values import Kind
from knowledge.workdays import Calendar

Shape = dict[str, Any]
DRAFT = "http://json-schema.org/draft-07/schema#"
"""What the YAML extensions of editors understand."""
ANY = "*"
"""Stands for every name that an author may choose."""
_ANY_NUMBER = 0
_DAY: Shape = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_WORD: Shape = {"type": "string", "minLength": 1}


class _Noted:
    """The mapping that a reader asked for, as a schema."""

    def __init__(self) -> None:
        self.shape: Shape = {"type": "object", "properties": {}, "additionalProperties": False}
        self.optional: set[str] = set()

    def put(self, name: str | int, shape: Shape, *, required: bool) -> None:
        if name == ANY:
            self.shape["additionalProperties"] = shape
        elif isinstance(name, int):
            self.shape["patternProperties"] = {r"^\d+$": shape}
        else:
            self.shape["properties"][name] = shape
            if required and name not in self.optional:
                self.shape["required"] = sorted({*self.shape.get("required", ()), name})


class _Fields(Fields):
    """What ``Fields`` would read; ``chosen`` is taken where a choice offers it."""

    def __init__(self, chosen: str = "") -> None:
        super().__init__(Positioned({}))
        self.chosen = chosen
        self.noted = _Noted()

    def __contains__(self, name: str) -> bool:
        self.noted.optional.add(name)
        return True

    def names(self) -> Iterator[str]:
        yield ANY

    def inner(self, name: str) -> Fields:
        below = _Fields()
        self.noted.put(name, below.noted.shape, required=True)
        return below

    def items(self, name: str) -> list[Fields]:
        below = _Fields()
        self.noted.put(name, {"type": "array", "items": below.noted.shape}, required=True)
        return [below]

    def text(self, name: str, *, default: str = "", required: bool = True) -> str:
        self.noted.put(name, _WORD if required else {"type": "string"}, required=required)
        return default

    def words(self, name: str, *, default: str = "", required: bool = True) -> str:
        self.noted.put(name, {"type": "string"}, required=required)
        return default

    def texts(self, name: str, *, required: bool = True) -> tuple[str, ...]:
        self.noted.put(name, {"type": "array", "items": _WORD}, required=required)
        return ()

    def choice(self, name: str, known: Iterable[str], *, default: str | None = None) -> str:
        words = list(known)
        self.noted.put(name, {"enum": words}, required=default is None)
        return self.chosen if self.chosen in words else words[0]

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        self.noted.put(name, {"type": "boolean"}, required=default is None)
        return bool(default)

    def whole(self, name: str, *, least: int = 0, default: int | None = None) -> int:
        self.noted.put(name, {"type": "integer", "minimum": least}, required=default is None)
        return least

    def wholes(self, name: str, known: range) -> tuple[int, ...]:
        number = {"type": "integer", "minimum": known[0], "maximum": known[-1]}
        self.noted.put(name, {"type": "array", "items": number}, required=True)
        return ()

    def clock(self, name: str) -> time:
        self.noted.put(name, {"type": "string", "pattern": r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$"}, required=True)
        return time(0)

    def day(self, name: str) -> date | None:
        self.noted.put(name, _DAY, required=True)
        return None


class _Entry(Entry):
    """What ``Entry`` would read. A field that is asked for only where it is there is optional."""

    def __init__(self) -> None:
        super().__init__({}, (), [])
        self.noted = _Noted()

    def has(self, name: str) -> bool:
        self.noted.optional.add(name)
        return True

    def names(self) -> Iterator[str]:
        yield ANY

    def numbers(self) -> Iterator[int]:
        yield _ANY_NUMBER

    def inner(self, name: str | int) -> Entry:
        below = _Inner(self, name)
        self.noted.put(name, below.noted.shape, required=False)
        return below

    def items(self, name: str) -> list[Entry]:
        below = _Entry()
        self.noted.put(name, {"type": "array", "items": below.noted.shape}, required=False)
        return [below]

    def word(self, name: str, needed: bool = True) -> str:
        self.noted.put(name, _WORD, required=needed)
        return ""

    def choice(self, name: str, choices: Collection[str], default: str | None = None) -> str:
        # YAML 1.1 reads yes and no as truths, and so they are taken
        words: list[Any] = [*choices, *([True, False] if {"yes", "no"} <= set(choices) else [])]
        self.noted.put(name, {"enum": words}, required=default is None)
        return default or next(iter(choices))

    def flag(self, name: str, default: bool = False) -> bool:
        self.noted.put(name, {"type": "boolean"}, required=False)
        return default

    def whole(self, name: str, default: int | None, least: int = 0, most: int = 10_000) -> int:
        self.noted.put(name, {"type": "integer", "minimum": least, "maximum": most}, required=default is None)
        return least if default is None else default

    def words(self, name: str) -> tuple[str, ...]:
        self.noted.put(name, {"type": "array", "items": _WORD}, required=False)
        return ()

    def expression(self, name: str) -> str | None:
        self.noted.put(name, {"type": ["string", "boolean"]}, required=True)
        return None

    def span(self, name: str) -> tuple[int, int] | None:
        number = {"type": "integer", "minimum": 0}
        self.noted.put(name, {"type": "array", "items": number, "minItems": 2, "maxItems": 2}, required=False)
        return None

    def clock(self, name: str, default: time) -> time:
        self.noted.put(name, {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}, required=False)
        return default

    def days(self, name: str) -> tuple[date, ...]:
        pair = {"type": "array", "items": _DAY, "minItems": 2, "maxItems": 2}
        self.noted.put(name, {"type": "array", "items": {"anyOf": [_DAY, pair]}}, required=False)
        return ()


class _Inner(_Entry):
    """A mapping below another: left out it reads as empty, so it is required when something in it is."""

    def __init__(self, above: _Entry, name: str | int) -> None:
        super().__init__()
        self.above, self.name = above, name

    def done(self) -> None:
        if self.noted.shape.get("required"):
            self.above.noted.put(self.name, self.noted.shape, required=True)


def _entry_shape(read: Callable[[Entry], object]) -> Shape:
    top = _Entry()
    read(top)
    return top.noted.shape


def _fields_shape(read: Callable[[Fields], object]) -> Shape:
    top = _Fields()
    read(top)
    return top.noted.shape


def _causes() -> Shape:
    shape = _entry_shape(Causes.take)
    spaces: dict[str, Shape] = {}
    for name, kind in FACTS.items():
        space, _, field = name.partition(".")
        below = spaces.setdefault(space, {"type": "object", "properties": {}, "additionalProperties": False})
        below["properties"][field] = _fact(kind)
    shape["properties"]["facts"] = {"type": "object", "properties": spaces, "additionalProperties": False}
    return shape


def _fact(kind: Kind) -> Shape:
    """A fact's kind, as causes.yaml declares it."""
    said = list(kind.values) or kind.name
    return {"const": {"type": said, "unknown": "undecidable"}} if kind.strict else {"const": said}


def _phrases() -> Shape:
    return {"type": "object", "additionalProperties": {"type": "string"}, "required": sorted(KEYS)}


def _article(kinds: tuple[ArticleKind, ...]) -> Shape:
    """Front matter: what is required of one kind and not of all is said for that kind."""
    shapes: dict[str, Shape] = {}
    for kind in kinds:
        head = _Fields(kind)
        front_of(head, "", Vocabulary({}, (), unread=True), kinds)
        shapes[kind] = head.noted.shape
    shape = dict(shapes[kinds[-1]])
    always = set.intersection(*(set(one["required"]) for one in shapes.values()))
    shape["required"] = sorted(always)
    further = [
        {"if": {"properties": {"kind": {"const": kind}}}, "then": {"required": sorted(set(one["required"]) - always)}}
        for kind, one in shapes.items()
        if set(one["required"]) - always
    ]
    return {**shape, "allOf": further} if further else shape


def _of_names(names: Iterable[str], **known: Shape) -> Shape:
    """A mapping with these names and no others; what is said of some of them."""
    shapes = {name: known.get(name, {}) for name in names}
    return {"type": "object", "properties": shapes, "additionalProperties": False}


def _tests() -> Shape:
    """A conversation (``talk``) or matching tests (``asked``)."""
    rows: dict[str, Shape] = {}
    for name, kind in RECORDS.items():
        row = _of_names(item.name for item in fields(kind))
        rows[name] = {"anyOf": [row, {"type": "array", "items": row}]}
    records = _of_names((*RECORDS, *KNOWN_OF), **rows)
    acts: Shape = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    slots = _of_names(item.name for item in fields(Answers))
    turn = _of_names(TURN, desk=acts, slots=slots, later={"type": "integer"}, records=records)
    turn["oneOf"] = [{"required": [name]} for name in DOERS]
    talk: Shape = {"type": "array", "minItems": 1, "items": turn}
    asked: Shape = {"type": "object", "minProperties": 1, "additionalProperties": _WORD}
    conversation = {**_of_names(TOP, about={"type": "string"}, records=records, talk=talk), "required": ["talk"]}
    questions = {
        **_of_names(("about", "locale", "asked"), about={"type": "string"}, asked=asked),
        "required": ["asked"],
    }
    return {"oneOf": [conversation, questions]}


_DRAWN: Mapping[str, tuple[Callable[[], Shape], str, str]] = {
    "causes": (_causes, "causes.yaml", "The causes and their rules"),
    "acquirers": (lambda: _entry_shape(Acquirers.take), "acquirers.yaml", "What differs between acquirers"),
    "calendar": (lambda: _entry_shape(Calendar.take), "calendar.yaml", "Days off and make-up working days"),
    "providers": (lambda: _entry_shape(Providers.take), "providers.yaml", "Providers' words in our own"),
    "forms": (lambda: _fields_shape(forms_of), "forms.yaml", "What is asked, and how patiently"),
    "departments": (lambda: _fields_shape(departments_of), "departments.yaml", "Who works when"),
    "phrases": (_phrases, "*/phrases.yaml", "Every sentence of the bot"),
    "off_topic": (lambda: _fields_shape(messages_of), "*/off_topic.yaml", "Messages that no article answers"),
    "article": (lambda: _article(KINDS), "*/articles/*.md", "An article's front matter"),
    "canned": (lambda: _article(CANNED), "*/canned/*.md", "A canned reply's front matter"),
    "tests": (_tests, "tests/**/*.yaml", "A conversation test or matching tests"),
}
NAMES = tuple(_DRAWN)
"""What there are schemas of."""


def schema(name: str) -> Shape:
    """The JSON Schema (draft 7) of one kind of file. Raises ``KeyError`` for a name that is not in ``NAMES``."""
    draw, _, title = _DRAWN[name]
    return {"$schema": DRAFT, "title": title, **draw()}


def files_of(name: str) -> str:
    """Which files of a base a schema is for, as a pattern below its folder."""
    return _DRAWN[name][1]
