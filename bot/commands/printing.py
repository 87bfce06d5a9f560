"""What commands print: values as JSON can hold them, and lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any


def plain(value: Any) -> dict[str, Any]:
    """A value as a JSON object."""
    found = said(value)
    return found if isinstance(found, dict) else {"value": found}


def said(value: Any) -> Any:
    """A value as JSON can hold it: dataclasses as objects, dates in ISO."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: said(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): said(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [said(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def write_json(value: Any) -> None:
    """One JSON value on standard output."""
    write(json.dumps(said(value), ensure_ascii=False, indent=2))


def write(line: str) -> None:
    """One line on standard output."""
    sys.stdout.write(line + "\n")


def complain(line: str) -> None:
    """One line on standard error."""
    sys.stderr.write(line + "\n")


def counted(errors: int, warnings: int) -> str:
    """So many faults, in words: "1 error, 2 warnings"."""
    return ", ".join(
        f"{count} {name}{'' if count == 1 else 's'}" for count, name in ((errors, "error"), (warnings, "warning"))
    )
