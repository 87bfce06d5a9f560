"""Reading plain data (from YAML) field by field; every mistake is noted with its path and a remedy."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, time
from typing import Any

from knowledge.fields import suggestion
from knowledge.language import RuleError

Path = tuple[str | int, ...]


class Entry:
    """One mapping of a data file. Fields are taken one by one; ``done`` refuses what nobody took."""

    def __init__(self, data: Any, path: Path, problems: list[RuleError]) -> None:
        self.path = path
        self.problems = problems
        self.taken: set[str | int] = set()
        if not isinstance(data, Mapping):
            self.problem((), "a mapping is needed here", "Write it like its neighbours")
            data = {}
        self.data: Mapping[Any, Any] = data

    def problem(
        self, path: Path, message: str, remedy: str = "", column: int | None = None, *, key: bool = False
    ) -> None:
        """Note a mistake below this entry; ``key``: the name is wrong, not its value."""
        self.problems.append(RuleError((*self.path, *path), message, remedy, column, key=key))

    def take(self, name: str | int, default: Any = None) -> Any:
        """A field as it stands."""
        self.taken.add(name)
        return self.data.get(name, default)

    def inner(self, name: str | int) -> Entry:
        """A mapping below; empty when it is not there."""
        found = self.take(name)
        return Entry({} if found is None else found, (*self.path, name), self.problems)

    def has(self, name: str) -> bool:
        """Whether there is such a field, for fields that may be left out."""
        return name in self.data

    def names(self) -> Iterator[str]:
        """Every name of this mapping, for mappings whose names the author chooses."""
        for name in self.data:
            self.taken.add(name)
            if not isinstance(name, str):
                self.problem((), f"{name} is not a name", "Put numbers in quotes")
            else:
                yield name

    def numbers(self) -> Iterator[int]:
        """Every name of this mapping, where all must be whole numbers."""
        for name in self.data:
            self.taken.add(name)
            if isinstance(name, int):
                yield name
            else:
                self.problem((name,), f"{name} is not a whole number", "Write it like 2027", key=True)

    def items(self, name: str) -> list[Entry]:
        """The list of mappings under ``name``; empty when it is not there."""
        found = self.take(name)
        if found is not None and not isinstance(found, list):
            self.problem((name,), f"{name} must be a list", "Begin each entry with `- `")
        listed = found if isinstance(found, list) else []
        return [Entry(item, (*self.path, name, place), self.problems) for place, item in enumerate(listed)]

    def word(self, name: str, needed: bool = True) -> str:
        """A word; "" when there is none."""
        found = self.take(name)
        if isinstance(found, str) and found.strip():
            return found.strip()
        if found is not None:
            self.problem((name,), f"{name} must be a word", "Put numbers in quotes")
        elif needed:
            self.problem((), f"{name} is missing", f"Add a line `{name}: …`")
        return ""

    def choice(self, name: str, choices: Collection[str], default: str | None = None) -> str:
        """One of the words given."""
        found = self.take(name, default)
        if isinstance(found, bool):  # YAML reads yes and no so
            found = "yes" if found else "no"
        if isinstance(found, str) and found in choices:
            return found
        if name not in self.data:
            self.problem((), f"{name} is missing", f"Add a line `{name}: …`; one of: {', '.join(choices)}")
        else:
            self.problem((name,), f"{name} cannot be {found}", suggestion(str(found), choices))
        return default or next(iter(choices))

    def flag(self, name: str, default: bool = False) -> bool:
        """True or false."""
        found = self.take(name, default)
        if not isinstance(found, bool):
            self.problem((name,), f"{name} must be true or false")
            return default
        return found

    def whole(self, name: str, default: int | None, least: int = 0, most: int = 10_000) -> int:
        """A whole number; needed when there is no default."""
        found = self.take(name, default)
        if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
            missing = found is None and name not in self.data
            said = f"{name} is missing" if missing else f"{name} must be a whole number"
            self.problem(() if missing else (name,), said, f"Write {least} to {most}")
            return least if default is None else default
        return found

    def words(self, name: str) -> tuple[str, ...]:
        """A list of words; empty when it is not there."""
        found = self.take(name)
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(item, str) and item.strip() for item in found):
            self.problem((name,), f"{name} must be a list of words", "Write it like [one, two]")
            return ()
        return tuple(found)

    def expression(self, name: str) -> str | None:
        """A condition as it is written; True and False may stand without quotes."""
        found = self.take(name)
        if isinstance(found, str | bool):
            return str(found)
        self.problem((name,) if found is not None else (), "a rule is needed", "Write a condition over the facts")
        return None

    def span(self, name: str) -> tuple[int, int] | None:
        """Two whole numbers, from and to; None when it is not there."""
        found = self.take(name)
        if found is None:
            return None
        if isinstance(found, list) and len(found) == 2 and all(type(one) is int and one >= 0 for one in found):
            first, last = found
            if first <= last:
                return first, last
        self.problem((name,), f"{name} must be [from, to]", "Write it like [1, 2]")
        return None

    def clock(self, name: str, default: time) -> time:
        """A time of day."""
        found = self.take(name)
        if found is None:
            return default
        try:
            return time.fromisoformat(found)
        except (TypeError, ValueError):
            self.problem((name,), f"{found!r} is no time of day", 'Write it in quotes, like "23:00"')
            return default

    def days(self, name: str) -> tuple[date, ...]:
        """A list of dates, and of [first, last] pairs; empty when it is not there."""
        found = self.take(name)
        days: list[date] = []
        for number, item in enumerate(found if isinstance(found, list) else []):
            span = item if isinstance(item, list) else [item, item]
            if len(span) != 2 or not all(type(day) is date for day in span) or not 0 <= (span[1] - span[0]).days < 60:
                self.problem((name, number), "a day, or [first day, last day], is needed", "Write days like 2027-01-01")
                continue
            days.extend(date.fromordinal(number) for number in range(span[0].toordinal(), span[1].toordinal() + 1))
        if found is not None and not isinstance(found, list):
            self.problem((name,), f"{name} must be a list of days", "Write it like [2027-01-01]")
        return tuple(days)

    def done(self) -> None:
        """Refuse the fields that nobody took."""
        for name in self.data:
            if name not in self.taken:
                self.problem(
                    (name,), f"there is no field {name}", suggestion(str(name), map(str, self.taken)), key=True
                )


def raise_first(problems: list[RuleError]) -> None:
    """Raise the first problem, which carries the others."""
    if problems:
        problems[0].others = tuple(problems[1:])
        raise problems[0]
