"""Reading the fields of a mapping that an author wrote: every field checked, every complaint with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, time
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from knowledge import yaml_slips
from knowledge.positions import Fault, Path, Positioned

MOST_LISTED = 20
"""How many names a remedy lists at most."""


def near(name: str, known: Iterable[str]) -> str | None:
    """The known name that ``name`` was most likely meant to be, or None when nothing is close."""
    names = list(known)
    found = process.extractOne(
        name, names, scorer=DamerauLevenshtein.normalized_similarity, processor=str.casefold, score_cutoff=0.7
    )
    return found[0] if found else None


def suggestion(name: str, known: Iterable[str]) -> str:
    """A remedy for an unknown name: the near miss, else all that is known."""
    names = sorted(set(known))
    meant = near(name, names)
    if meant:
        return f"Did you mean {meant}?"
    if len(names) > MOST_LISTED:
        space = name.partition(".")[0] + "."
        names = [one for one in names if one.startswith(space)] or names
        names = [*names[:MOST_LISTED], "…"] if len(names) > MOST_LISTED else names
    return f"Known are: {', '.join(names)}." if names else "Nothing is known here."


LONGEST_SAID = 60
"""So many signs of a wrong value are said."""


class Fields:
    """One mapping of a file: ask for its fields, then ``done()`` refuses the rest. Faults gather in ``faults``."""

    def __init__(self, source: Positioned, path: Path = (), faults: list[Fault] | None = None) -> None:
        self.source = source
        self.path = path
        self.faults: list[Fault] = [] if faults is None else faults
        self._asked: set[str] = set()
        data: Any = source.data
        for step in path:
            data = data[step]
        self._data: dict[str, Any] = data if isinstance(data, dict) else {}
        if not isinstance(data, dict):
            self.fault((), "Names with values are expected here", "Write it as `name: value` lines.")

    def fault(self, path: Path, message: str, remedy: str = "", *, key: bool = False, column: int = 0) -> None:
        """Note what is wrong with ``path`` below this mapping; ``column``: at which sign (from 1) of its text."""
        place = self.source.place((*self.path, *path), key=key)
        if column:
            place = self.source.within(place, column)
        self.faults.append(Fault(place, message, remedy))

    def __contains__(self, name: str) -> bool:
        """Whether the author wrote the field."""
        return name in self._data

    def names(self) -> Iterator[str]:
        """Every name of this mapping, for mappings whose names the author chooses."""
        for name in self._data:
            self._asked.add(name)
            yield name

    def inner(self, name: str) -> Fields:
        """The mapping under ``name``; a missing one is a fault and reads as empty."""
        if self._has(name, required=True):
            return Fields(self.source, (*self.path, name), self.faults)
        return Fields(Positioned({}), (), self.faults)

    def items(self, name: str) -> list[Fields]:
        """The list of mappings under ``name``."""
        found = self._get(name, "a list", lambda value: isinstance(value, list), default=[], required=True)
        return [Fields(self.source, (*self.path, name, index), self.faults) for index in range(len(found))]

    def text(self, name: str, *, default: str = "", required: bool = True) -> str:
        """Words, not empty, without blanks around them."""
        found = self.words(name, default=default, required=required).strip()
        if required and not found and isinstance(self._data.get(name), str):
            self.fault((name,), f"{name} is empty", "Write its text.")
        return found

    def words(self, name: str, *, default: str = "", required: bool = True) -> str:
        """Words exactly as they stand, blanks around them included; may be empty."""
        found = self._get(name, "text", lambda value: isinstance(value, str), default=default, required=required)
        return str(found)

    def texts(self, name: str, *, required: bool = True) -> tuple[str, ...]:
        """A list of words."""
        written = self._data.get(name)
        # a list whose first dash is none reads as one long text
        slip = yaml_slips.begins(written) if isinstance(written, str) else None
        if slip:
            self._asked.add(name)
            self.fault((name,), *slip)
            return ()
        found = self._get(name, "a list of texts", lambda value: isinstance(value, list), default=[], required=required)
        kept = []
        for index, value in enumerate(found):
            if isinstance(value, str) and value.strip():
                kept.append(value.strip())
            else:
                self.fault((name, index), f"{name} must hold texts, not {_say(value)}", "Put it between double quotes.")
        return tuple(kept)

    def choice(self, name: str, known: Iterable[str], *, default: str | None = None) -> str:
        """One of the known words."""
        words = tuple(known)
        found = self.text(name, default=default or "", required=default is None)
        if found and found not in words:
            self.fault((name,), f"{name} cannot be {found}", suggestion(found, words))
            return words[0]
        return found or words[0]

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """True or false."""
        found = self._get(
            name, "true or false", lambda value: isinstance(value, bool), default=default, required=default is None
        )
        return bool(found)

    def whole(self, name: str, *, least: int = 0, default: int | None = None) -> int:
        """A whole number, ``least`` or more."""
        found = self._get(name, "a whole number", _whole, default=default, required=default is None)
        number = found if isinstance(found, int) else least
        if number < least:
            self.fault((name,), f"{name} must be {least} or more", f"Write {least} or a larger number.")
        return number

    def wholes(self, name: str, known: range) -> tuple[int, ...]:
        """A list of whole numbers of ``known``."""
        found = self._get(name, "a list of numbers", lambda value: isinstance(value, list), default=[], required=True)
        for index, value in enumerate(found):
            if not _whole(value) or value not in known:
                self.fault((name, index), f"{_say(value)} cannot stand in {name}", f"Use {known[0]} to {known[-1]}.")
        return tuple(value for value in found if _whole(value) and value in known)

    def clock(self, name: str) -> time:
        """A time of day, as "09:00"."""
        found = self._get(name, 'a time as "09:00"', lambda value: isinstance(value, str), default="", required=True)
        if found and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", found):
            self.fault((name,), f'{name} must be a time as "09:00"', "Write hours and minutes between double quotes.")
        elif found:
            return time.max if found == "24:00" else time.fromisoformat(found)
        return time(0)

    def day(self, name: str) -> date | None:
        """A date as 2026-11-20."""
        found = self._get(name, "a date as 2026-11-20", lambda value: type(value) is date, default=None, required=True)
        return found if isinstance(found, date) else None

    def done(self) -> None:
        """Refuse every name that nobody asked for."""
        for name in self._data:
            if name not in self._asked:
                self.fault((name,), f"{name} is unknown here", suggestion(name, self._asked), key=True)

    def _has(self, name: str, *, required: bool) -> bool:
        self._asked.add(name)
        if self._data.get(name) is not None:
            return True
        if name in self._data:
            self.fault((name,), f"{name} is empty", "Write its value, or take the line away.")
        elif required:
            self.fault((), f"{name} is missing", f"Add a line `{name}: …`.")
        return False

    def _get(self, name: str, kind: str, fits: Callable[[Any], bool], *, default: Any, required: bool) -> Any:
        if not self._has(name, required=required):
            return default
        value = self._data[name]
        if fits(value):
            return value
        self.fault((name,), f"{name} must be {kind}, not {_say(value)}", _quoting(value, kind))
        return default


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _say(value: object) -> str:
    if isinstance(value, dict):
        return "names with values"
    if isinstance(value, list):
        return "a list"
    text = "nothing" if value is None else str(value)
    return text if len(text) <= LONGEST_SAID else f"{text[:LONGEST_SAID]}…"


def _quoting(value: object, kind: str) -> str:
    if isinstance(value, (int, float, bool, date)) and ("text" in kind or "time" in kind):
        return "Put it between double quotes."
    return f"Write {kind}."
