"""The statement formats that can be imported: every module beside this one that has a ``FORMAT``."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from functools import cache
from importlib import import_module

from storage.settlement.formats.declaration import Format
from storage.settlement.opening import Part

__all__ = ["format_named", "known_formats", "sort_by_format"]


@cache
def known_formats() -> tuple[Format, ...]:
    """All formats, those that tell of merchants in full first. Each knows its own by content; no file is of two.

    Their modules are imported when this is first called: a bot that imports nothing need not hold them.
    """
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    found = [module.FORMAT for module in modules if hasattr(module, "FORMAT")]
    return tuple(sorted(found, key=lambda form: (not form.whole, form.name)))


def format_named(name: str) -> Format | None:
    """The format of that name, without importing the modules of all others; None when there is none."""
    if name not in {found.name for found in pkgutil.iter_modules(__path__)}:
        return None
    form: Format | None = getattr(import_module(f"{__name__}.{name}"), "FORMAT", None)
    return form


def sort_by_format(
    parts: Sequence[Part], formats: Sequence[Format] | None = None
) -> tuple[list[tuple[Format, tuple[Part, ...]]], tuple[Part, ...]]:
    """The parts of each format that has any, and those that no format knows."""
    formats = known_formats() if formats is None else formats
    found: dict[str, list[Part]] = {}
    unknown = []
    for part in parts:
        name = next((form.name for form in formats if form.recognises(part)), None)
        if name is None:
            unknown.append(part)
        else:
            found.setdefault(name, []).append(part)
    return [(form, tuple(found[form.name])) for form in formats if form.name in found], tuple(unknown)
