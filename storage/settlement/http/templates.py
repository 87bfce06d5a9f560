"""Texts with ``{names}`` in them, as mapping files write paths, queries, bodies and strings to sign."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from knowledge.fields import Fields, suggestion
from storage.settlement.mapped.files import plain

__all__ = ["checked", "checked_body", "filled", "filled_body", "names_in"]

_NAME = re.compile(r"\{([a-z_0-9]+)\}")
NUMBERS = frozenset({"page", "offset", "size", "epoch_from", "epoch_to"})
"""Names that stand for numbers: alone in a text of a body they are sent as such."""


def names_in(text: str) -> frozenset[str]:
    """The names that a text uses."""
    return frozenset(_NAME.findall(text))


def filled(text: str, values: Mapping[str, str], quoted: Callable[[str], str] = str) -> str:
    """The text with every ``{name}`` replaced; only once, so that a value may hold braces."""
    return _NAME.sub(lambda match: quoted(values[match[1]]) if match[1] in values else match[0], text)


def filled_body(body: Any, values: Mapping[str, str]) -> Any:
    """A body with every ``{name}`` in its texts replaced."""
    if isinstance(body, str):
        alone = _NAME.fullmatch(body)
        return int(values[alone[1]]) if alone and alone[1] in NUMBERS else filled(body, values)
    if isinstance(body, Mapping):
        return {name: filled_body(value, values) for name, value in body.items()}
    if isinstance(body, list):
        return [filled_body(value, values) for value in body]
    return body


def checked(fields: Fields, name: str, text: str, known: Collection[str]) -> str:
    """The text, with a fault for every ``{name}`` that means nothing here."""
    for used in sorted(names_in(text) - set(known)):
        fields.fault((name,), f"{{{used}}} means nothing here", suggestion(used, known))
    return text


def checked_body(fields: Fields, name: str, known: Collection[str]) -> Any:
    """The mapping under ``name`` as it will be sent as JSON; None when there is none."""
    body = plain(fields, name)
    if body is not None:
        fields.inner(name)
        _check(fields, (name,), body, known)
    return body


def _check(fields: Fields, path: tuple[str | int, ...], body: Any, known: Collection[str]) -> None:
    if isinstance(body, str):
        for used in sorted(names_in(body) - set(known)):
            fields.fault(path, f"{{{used}}} means nothing here", suggestion(used, known))
    elif isinstance(body, Mapping):
        for name, value in body.items():
            _check(fields, (*path, name), value, known)
    elif isinstance(body, list):
        for index, value in enumerate(body):
            _check(fields, (*path, index), value, known)
    elif not isinstance(body, int | float | None):
        fields.fault(path, "This cannot be sent as JSON", "Put it between double quotes.")
