"""Rows of merchants' words -> what the desk reads in them, by the very code that serves the chat."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, get_args

from knowledge.library import best_locale
from knowledge.reading import Asked, Reading
from knowledge.slots import read

LOCALES = ("zh", "en")
"""Another language is read as the first of these: so the chat does with merchants whose language it does not speak."""
NOT_UNDERSTOOD = "not_understood"
"""The reason given where words are no answer to what was asked and nothing more can be said of them."""


class UnreadableRow(ValueError):  # noqa: N818 - named as the trade says it
    """A row is no JSON object with ``id`` and ``text``, or its ``asked`` or ``lang`` is none; the line is named."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}")
        self.line = line


def read_rows(lines: Iterable[str], now: datetime) -> Iterator[str]:
    """JSON lines ``{"id", "text", "asked"?, "lang"?}`` in, one JSON line out for each, in the same order.

    An opening gives ``{"id", "intent", "slots"}``, an answer ``{"id", "value"}``, ``{"id", "choices"}`` or ``{"id",
    "rejected"}``. Amounts are minor units, dates ISO; ``now`` is the merchant's local time. Empty lines are
    skipped. An ``id`` is handed back as it came, and twice when it came twice. Of a text no more than a Telegram
    message holds is read (``slots.LONGEST`` characters); one with nothing in it is ``other`` without slots, or
    rejected as ``not_understood``. Raises ``UnreadableRow``.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            row = _row(number, line)
            locale = best_locale(row.get("lang"), LOCALES, LOCALES[0])
            asked = row.get("asked")
            reading = read(row["text"], now=now, locale=locale, asked=asked)
            found = _opening(reading) if asked is None else _answer(reading, asked)
            yield json.dumps({"id": row["id"], **found}, ensure_ascii=False)


def _row(number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise UnreadableRow(number, f"not JSON: {error.msg}") from None
    if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
        raise UnreadableRow(number, 'expected an object with "id" and a string "text"')
    if row.get("asked") is not None and row["asked"] not in get_args(Asked):
        raise UnreadableRow(number, f'"asked" is one of {", ".join(get_args(Asked))}')
    if not isinstance(row.get("lang"), str | None):
        raise UnreadableRow(number, '"lang" is a language code such as "zh" or "en"')
    return row


def _opening(reading: Reading) -> dict[str, Any]:
    return {"intent": reading.intent, "slots": {slot: _plain(value) for slot, value in reading.slots.items()}}


def _answer(reading: Reading, asked: str) -> dict[str, Any]:
    if asked in reading.slots:
        return {"value": _plain(reading.slots[asked])}
    if asked in reading.choices:
        return {"choices": [_plain(value) for value in reading.choices[asked]]}
    return {"rejected": reading.rejected.get(asked, NOT_UNDERSTOOD)}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
