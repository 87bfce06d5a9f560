"""Sheets of a workbook (xlsx) as the CSV that it would be saved as: rows keep their numbers, values their meaning.

A spreadsheet keeps numbers as binary fractions of 15 digits. What had more digits is shown in powers of ten, and
whoever reads an identifier or a sum from it refuses that: it has lost digits.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime

from python_calamine import CalamineError, CalamineWorkbook

__all__ = ["sheets_of"]

LARGEST_EXACT = 10**15


def sheets_of(content: bytes, *, keep_lines: bool = False) -> list[tuple[str, bytes]]:
    """(title, CSV in UTF-8) of every sheet that is not empty, in their order. ``ValueError`` when damaged.

    Lines within a cell become blanks, so that a row of the sheet is a line of the CSV, unless ``keep_lines``.
    """
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        tables = [
            (name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in workbook.sheet_names
        ]
    except (CalamineError, OSError, EOFError, OverflowError) as error:
        raise ValueError(str(error)) from None
    except BaseException as error:  # a panic of the reader is no Exception
        if type(error).__name__ == "PanicException":
            raise ValueError("it cannot be read") from None
        raise
    return [(name, _csv(rows, keep_lines)) for name, rows in tables if rows]


def _csv(rows: Sequence[Sequence[object]], keep_lines: bool) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        writer.writerow([value if keep_lines and isinstance(value, str) else _cell(value) for value in row])
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < LARGEST_EXACT:
            return str(int(value))
        return f"{value:.15g}" if abs(value) < LARGEST_EXACT else f"{value:.14E}"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).split("\n")) if value is not None else ""
