"""Reading a sheet: a delimited text file with a header row, by a declaration of its columns.

The header may be in any order; columns that nobody declared are reported and passed over. A row is read completely:
every cell that cannot be read is reported, then the row is left out.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from knowledge.formats import decimals
from storage.settlement.formats.cells import remembering
from storage.settlement.formats.declaration import Column, Intake, Scalar, Sum, Unreadable, header_index
from storage.settlement.opening import CHINESE, UTF8, Part, Unopenable

__all__ = ["Around", "Row", "Sheet", "header_of"]

Row = list[Scalar]
EMPTY = "empty, and required"
MOST_AROUND = 1000
CurrencyOf = Callable[[Sequence[str], Mapping[str, int], Intake], str]


def header_of(part: Part) -> tuple[str, ...]:
    """The headings of a part's first line, or nothing when its beginning is not such a line."""
    first = part.head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
    for encoding in CHINESE:
        try:
            cells = next(csv.reader([first.decode(encoding).rstrip("\r")], strict=True), [])
        except (UnicodeDecodeError, csv.Error):
            continue
        break
    else:
        return ()
    return tuple(cell.strip() for cell in cells)


@dataclass(frozen=True)
class Around:
    """Rows beside the data, (line, cells): what a statement says of itself before the header, its totals after it."""

    before: list[tuple[int, list[str]]] = field(default_factory=list)
    after: list[tuple[int, list[str]]] = field(default_factory=list)

    @staticmethod
    def add(rows: list[tuple[int, list[str]]], line: int, cells: list[str]) -> None:
        """Keep a row; beyond a thousand it is no heading and no total."""
        if len(rows) < MOST_AROUND:
            rows.append((line, cells))


@dataclass(frozen=True)
class Sheet:
    """The declaration of one sheet: field -> column, in the order in which a row's values are wanted."""

    columns: Mapping[str, Column | Sum]
    currency: CurrencyOf | None = None
    """The currency of a row, where there are sums; it decides how many decimals they may have."""
    encodings: Sequence[str] = UTF8
    clean: Callable[[str], str] | None = None
    """What makes a cell of what stands in the file, such as dropping the backtick that WeChat puts before it."""
    begins: Callable[[Sequence[str]], bool] | None = None
    """Whether a row is the header, where the header is not the first row."""
    ends: Callable[[Sequence[str]], bool] | None = None
    """Whether a row is the first after the data: of a total, say."""

    def headings(self, *, required: bool = False) -> frozenset[str]:
        """All declared headings, or only those that may not be missing."""
        return frozenset(column.header for column in self.columns.values() if column.required or not required)

    def rows(self, part: Part, intake: Intake, around: Around | None = None) -> Iterator[tuple[int, Row]]:
        """(line, values in the order of ``columns``) of every row that can be read; the rest goes to ``intake``.

        What stands before the header and after the data goes to ``around``.
        """
        try:
            yield from self._rows(part, intake, around or Around())
        except Unopenable as error:
            intake.refuse(part.name, error.line, "", error.reason)

    def _rows(self, part: Part, intake: Intake, around: Around) -> Iterator[tuple[int, Row]]:
        table = csv.reader(part.lines(self.encodings, intake.advance), strict=True)
        clean, ends = self.clean, self.ends
        count = 0
        try:
            header = self._header(table, around)
            try:
                places = header_index(header, self.headings())
            except Unreadable as error:
                intake.refuse(part.name, 1, "", str(error))
                return
            missing = sorted(self.headings(required=True) - places.keys())
            for name in missing:
                intake.refuse(part.name, 1, name, "this column is missing")
            if missing:
                return
            strangers = [name for name in header if name not in places]
            if strangers:
                intake.unknown_columns[part.name] = strangers
            line = table.line_num
            reader = _RowReader(self, part.name, places, len(header), intake)
            for found in table:
                first, line = line + 1, table.line_num
                if not found:
                    continue
                cells = found if clean is None else [clean(cell) for cell in found]
                if ends is not None and (around.after or ends(cells)):
                    around.add(around.after, first, cells)
                    continue
                count += 1
                row = reader.read(first, cells)
                if row is not None:
                    yield first, row
        except csv.Error as error:
            reason = "the file ends within a quoted cell" if "unexpected end" in str(error) else str(error)
            intake.refuse(part.name, table.line_num, "", reason)
        finally:
            intake.rows[part.name] = intake.rows.get(part.name, 0) + count

    def _header(self, table: Iterator[list[str]], around: Around) -> list[str]:
        for number, cells in enumerate(table, 1):
            header = [cell.strip() for cell in cells]
            if self.begins is None or self.begins(header):
                return header
            around.add(around.before, number, header)
        return []


_Reading = list[tuple[int, int, Callable[[str], Scalar]]]
"""Slot in the row, place in the file, and what reads the cell."""


class _RowReader:
    """Reads one row after another; compiled for the order of columns in this file."""

    def __init__(self, sheet: Sheet, part: str, places: Mapping[str, int], width: int, intake: Intake) -> None:
        self.sheet, self.part, self.places, self.width, self.intake = sheet, part, places, width, intake
        columns = list(sheet.columns.values())
        self._names = [column.header for column in columns]
        self._required = [column.required for column in columns]
        self._there = [(slot, places[column.header], column) for slot, column in enumerate(columns)
                       if column.header in places]  # fmt: skip
        sums = any(isinstance(column, Sum) for column in columns)
        self._currency_of = sheet.currency if sums else None
        self._currency: str | None = None
        self._by_decimals: dict[int, _Reading] = {}
        self._reading = [(slot, place, column.read) for slot, place, column in self._there
                         if isinstance(column, Column)]  # fmt: skip
        self._plain = self._reading
        self._value: Scalar = None

    def read(self, line: int, cells: Sequence[str]) -> Row | None:
        """The row's values; None when a cell could not be read (then it has been reported)."""
        if len(cells) != self.width:
            self._ragged(line, len(cells))
            return None
        row: Row = [None] * len(self._names)
        good = True
        if self._currency_of is not None:
            currency = self._currency_of(cells, self.places, self.intake)
            if currency != self._currency:
                self._currency, self._reading = currency, self._with_sums(decimals(currency))
        for slot, place, read in self._reading:
            cell = cells[place]
            if cell:
                try:
                    row[slot] = read(cell)
                except Unreadable as error:
                    good &= self._again(line, slot, cell, read, error)
                    row[slot] = self._value
            elif self._required[slot]:
                good = self._refuse(line, slot, EMPTY)
        return row if good else None

    def _with_sums(self, digits: int) -> _Reading:
        """How a row is read whose sums have so many decimals: sums last, each remembering, since they repeat too."""
        if digits not in self._by_decimals:
            sums = [
                (slot, place, remembering(partial(_in_decimals, column.read, digits)))
                for slot, place, column in self._there
                if isinstance(column, Sum)
            ]
            self._by_decimals[digits] = [*self._plain, *sums]
        return self._by_decimals[digits]

    def _again(self, line: int, slot: int, cell: str, read: Callable[[str], Scalar], error: Unreadable) -> bool:
        """Read a cell without the space around it, if that is what was wrong; few cells have any."""
        self._value = None
        bare = cell.strip()
        if not bare:
            return self._refuse(line, slot, EMPTY) if self._required[slot] else True
        if bare != cell:
            try:
                self._value = read(bare)
            except Unreadable as still:
                return self._refuse(line, slot, str(still))
            return True
        return self._refuse(line, slot, str(error))

    def _refuse(self, line: int, slot: int, reason: str) -> bool:
        self.intake.refuse(self.part, line, self._names[slot], reason)
        return False

    def _ragged(self, line: int, count: int) -> None:
        cause = "the file breaks off here" if count < self.width else "a comma in a sum or text without quotes"
        reason = f"{count} cells where the header has {self.width}: {cause}, or the row is damaged"
        self.intake.refuse(self.part, line, "", reason)


def _in_decimals(read: Callable[[str, int], int], digits: int, cell: str) -> int:
    return read(cell, digits)
