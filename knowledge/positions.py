"""YAML that remembers where everything stands, so that every complaint can say file, line and column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from knowledge import yaml_slips

if TYPE_CHECKING:
    from yaml import SafeLoader as Loader
else:
    from yaml import CSafeLoader as Loader

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file; both count from 1."""

    line: int
    column: int


START = Place(1, 1)
DEEPEST = 60
"""Values within values; a base has seven."""
_BRACKETS = re.compile(r"[\[\]{}]")
_INDENTED = re.compile(rf"^[ ?-]{{{DEEPEST}}}", re.MULTILINE)
MOST_VALUES = 50_000
"""More values than any file of a base needs: aliases of aliases must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one place of a text that does not know its file."""

    place: Place
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Positioned:
    """Plain data, the place of every value and of every key by path, and what was wrong while reading."""

    data: Any
    values: Mapping[Path, Place] = field(default_factory=dict)
    keys: Mapping[Path, Place] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    text: str = ""

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Where ``path`` stands, or its nearest parent that has a place."""
        places = self.keys if key else self.values
        for end in range(len(path), -1, -1):
            found = places.get(path[:end]) or self.values.get(path[:end])
            if found:
                return found
        return START

    def within(self, place: Place, column: int) -> Place:
        """Where the character ``column`` (from 1) of the text value at ``place`` stands, folded lines included."""
        lines = self.text.split("\n")
        first = lines[place.line - 1][place.column - 1 :] if place.line <= len(lines) else ""
        start = place.column
        if first[:1] in ("'", '"'):
            first, start = first[1:], start + 1
        elif first[:1] in (">", "|"):
            first = ""
        left = column
        for number in range(place.line, min(len(lines), place.line + 200) + 1):
            shown = first if number == place.line else lines[number - 1].strip()
            if shown and left <= len(shown) + 1:
                begin = start if number == place.line else lines[number - 1].index(shown) + 1
                return Place(number, begin + left - 1)
            left -= len(shown) + 1 if shown else 0
        return place


def read_yaml(text: str, *, line: int = 1) -> Positioned:
    """Read one YAML document whose first line is ``line`` of its file. Never raises: see ``faults``."""
    if _may_be_deep(text) and _is_deep(text):
        return _too_deep(line)
    loader = Loader(text)
    try:
        node = loader.get_single_node()
        reader = _Reader(loader, line - 1)
        data = None if node is None else reader.value(node, ())
        return Positioned(data, reader.values, reader.keys, tuple(reader.faults), text)
    except RecursionError:
        return _too_deep(line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        slip = yaml_slips.near(text, mark.line + 1) if mark else None
        if slip:
            fault = Fault(Place(slip.line + line - 1, slip.column), slip.message, slip.remedy)
        else:
            place = Place(mark.line + line, mark.column + 1) if mark else Place(line, 1)
            fault = Fault(place, f"This is not YAML: {error.problem}", _remedy(error, text))
        return Positioned(None, faults=(fault,))
    except yaml.YAMLError as error:
        return Positioned(None, faults=(Fault(Place(line, 1), f"This is not YAML: {error}", "Save it as UTF-8 text."),))
    finally:
        loader.dispose()


def _may_be_deep(text: str) -> bool:
    """Whether brackets or indentation could nest deeper than any file of a base does."""
    depth = most = 0
    for bracket in _BRACKETS.findall(text):
        depth += 1 if bracket in "[{" else -1
        most = max(most, depth)
    return most > DEEPEST or bool(_INDENTED.search(text))


def _is_deep(text: str) -> bool:
    """Whether values nest too deeply: the parser's composer is recursive C and would end the process."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEEPEST:
                return True
    except yaml.YAMLError:
        return False  # which the loader tells better
    return False


def _too_deep(line: int) -> Positioned:
    fault = Fault(Place(line, 1), "This is nested too deeply", "Take some of the brackets or the indentation away.")
    return Positioned(None, faults=(fault,))


def _remedy(error: yaml.MarkedYAMLError, text: str) -> str:
    problem, mark = error.problem or "", error.problem_mark
    if "mapping values are not allowed" in problem:
        return 'Put text that contains ": " between double quotes.'
    if mark is not None and text[mark.index : mark.index + 1] == "\t":
        return "Indent with spaces, not with tabs."
    if "could not find expected ':'" in problem:
        return "Check the indentation and the colons of this and the lines above."
    return "Check indentation, quotes and colons here."


class _Reader:
    """Turns nodes into plain data and notes where each one stood."""

    def __init__(self, loader: Loader, offset: int) -> None:
        self.loader = loader
        self.offset = offset
        self.values: dict[Path, Place] = {}
        self.keys: dict[Path, Place] = {}
        self.faults: list[Fault] = []
        self._open: list[yaml.Node] = []
        self._read = 0

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.values[path] = self._place(node)
        self._read += 1
        if node in self._open or self._read > MOST_VALUES:
            self.faults.append(Fault(self._place(node), "This alias leads to too many values", "Write the value out."))
            return None
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        self._open.append(node)
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path)
            return [self.value(child, (*path, index)) for index, child in enumerate(node.value)]
        finally:
            self._open.pop()

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str | int, Any]:
        data: dict[str | int, Any] = {}
        for key_node, value_node in node.value:
            place = self._place(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.faults.append(
                    Fault(place, "A name must be plain text", "Put the name before the colon, without brackets.")
                )
                continue
            # `no:` is a name here, not a truth; a year stays a number
            key = self._scalar(key_node) if key_node.tag == "tag:yaml.org,2002:int" else str(key_node.value)
            if key in data:
                before = self.keys[(*path, key)].line
                self.faults.append(
                    Fault(place, f"{key} stands here twice, first in line {before}", "Keep one of the two.")
                )
                continue
            self.keys[(*path, key)] = place
            data[key] = self.value(value_node, (*path, key))
        return data

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            return self.loader.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            problem = getattr(error, "problem", None) or str(error)
            day = node.tag == "tag:yaml.org,2002:timestamp"
            remedy = "Write a day that there is." if day else "Put it between double quotes."
            self.faults.append(Fault(self._place(node), f"This value cannot be read: {problem}", remedy))
            return None

    def _place(self, node: yaml.Node) -> Place:
        return Place(node.start_mark.line + 1 + self.offset, node.start_mark.column + 1)
