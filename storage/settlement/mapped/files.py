"""Mapping files: how an acquirer's own tables or interface correspond to our records. YAML, checked when loaded.

Everything that is wrong with a file is found in one go and said with its place and a remedy. Secrets are never in the
file: it names them, ``${NAME}``, and whoever loads it says where they are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from knowledge.errors import Problem
from knowledge.fields import Fields
from knowledge.positions import START, Fault, Place, Positioned, read_yaml
from storage.errors import StorageError

__all__ = ["KINDS", "MappingErrors", "MappingFile", "Secret", "Terms", "plain", "read_mapping"]

Secret = Callable[[str], "str | None"]
"""The value of a secret by its name; None when it is not set."""
KINDS = ("sql", "http")
_SECRET = re.compile(r"\$\{([^}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class MappingErrors(StorageError):  # noqa: N818 - plural on purpose: it holds all of them
    """The mapping file cannot serve; ``problems`` is everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda each: (each.file, each.line, each.column)))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Terms:
    """What both kinds of mapping files have in common."""

    name: str
    cache_for: int
    """Seconds for which an answer is remembered; 0: not at all."""
    cache_max_age: int
    """Seconds after which a remembered answer is not given even when the source does not answer."""


class MappingFile:
    """One mapping file as far as it could be read; what is wrong gathers in ``top.faults``."""

    def __init__(self, path: Path, source: Positioned, secret: Secret) -> None:
        self.path, self.shown = path, _shown(path)
        self.top = Fields(source, (), list(source.faults))
        self._secret = secret
        self.kind = self.top.choice("kind", KINDS)

    def terms(self) -> Terms:
        """Name and caching."""
        top = self.top
        named = top.text("name", default=self.path.stem, required=False)
        if not re.fullmatch(r"[\w.-]{1,40}", named):
            top.fault(("name",), "A name has up to 40 letters, digits, . _ -", "Write a short name.")
        terms = Terms(
            named,
            top.whole("cache_for", default=0),
            top.whole("cache_max_age", default=0),
        )
        if terms.cache_max_age and terms.cache_max_age < terms.cache_for:
            top.fault(("cache_max_age",), "cache_max_age is less than cache_for", "Make it longer, or leave it out.")
        return terms

    def secret_text(
        self, fields: Fields, name: str, *, required: bool = True, encode: Callable[[str], str] = str
    ) -> str:
        """A text in which ``${NAME}`` stands for a secret, which goes through ``encode`` before it stands there."""
        found = fields.text(name, required=required)

        def value(match: re.Match[str]) -> str:
            wanted = match[1]
            if not _NAME.fullmatch(wanted):
                fields.fault((name,), f"{match[0]} names no secret", "Write it like ${ACQUIRER_TOKEN}.")
                return ""
            known = self._secret(wanted)
            if known is None:
                fields.fault((name,), f"{wanted} is not set", f"Put {wanted}=… into the environment or into .env.")
                return ""
            return encode(known)

        return _SECRET.sub(value, found)

    def finish(self) -> None:
        """Refuse names that nobody asked for; raise ``MappingErrors`` when anything was wrong."""
        self.top.done()
        if self.top.faults:
            raise _errors(self.shown, self.top.faults)


def read_mapping(path: Path, secret: Secret) -> MappingFile:
    """Read the file and its kind; raises ``MappingErrors`` when it cannot be read at all."""
    name = _shown(path)
    try:
        source = read_yaml(path.read_text(encoding="utf-8-sig").replace("\r\n", "\n"))
    except FileNotFoundError:
        remedy = "Check SETTLEMENT_SOURCE: a layer is `table` or the path of a mapping file."
        raise _errors(name, [Fault(START, "There is no such file", remedy)]) from None
    except UnicodeDecodeError as error:
        place = Place(error.object[: error.start].count(b"\n") + 1, 1)
        raise _errors(name, [Fault(place, "This is not UTF-8 text", "Save it as UTF-8.")]) from None
    except OSError as error:
        remedy = "Check its path and permissions."
        raise _errors(name, [Fault(START, f"This file cannot be read: {error.strerror}", remedy)]) from None
    if not isinstance(source.data, dict):
        faults = source.faults or (Fault(START, "This is no mapping file", "Begin with `kind: sql` or `kind: http`."),)
        raise _errors(name, faults)
    return MappingFile(path, source, secret)


def plain(fields: Fields, name: str) -> Any:
    """What stands under ``name`` as it stands; None when nothing does. It still has to be asked for."""
    data: Any = fields.source.data
    for step in (*fields.path, name):
        if isinstance(data, Mapping):
            data = data.get(step)
        else:
            data = data[step] if isinstance(data, list) and isinstance(step, int) else None
    return data


def zone_of(fields: Fields, name: str) -> ZoneInfo | None:
    """A time zone such as Asia/Shanghai; None when there is none."""
    found = fields.text(name, required=False)
    if not found:
        return None
    try:
        return ZoneInfo(found)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fields.fault((name,), f"{found} is no time zone", "Write one like Asia/Shanghai or UTC.")
        return None


def _errors(file: str, faults: Iterable[Fault]) -> MappingErrors:
    return MappingErrors(
        Problem(file, fault.place.line, fault.place.column, fault.message, fault.remedy) for fault in faults
    )


def _shown(file: Path) -> str:
    """A file as its author would type it: below the working directory where it lies there."""
    try:
        return file.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return file.as_posix()
