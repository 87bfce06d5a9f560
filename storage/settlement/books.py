"""What the ledger of imports tells people: how fresh each feed is, what came last, what was refused; and how a record
came to be what it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from storage.moments import restored, stored
from storage.settlement.tables import KINDS, LINE_BITS, SEAT_BITS, Kind
from storage.statements import Wire

__all__ = ["Books", "Feed", "Import", "Version", "books", "refused_since", "versions"]

LAST = 10
SHOWN_FOR = timedelta(days=30)
_COLUMNS = "import_no, name, format, state, started_at, finished_at, counts, reasons"
_REFUSED = (
    f"SELECT {_COLUMNS} FROM settlement_imports i WHERE reasons IS NOT NULL "  # noqa: S608
    "AND NOT EXISTS (SELECT 1 FROM settlement_imports d WHERE d.digest = i.digest AND d.state = 'done') "
    "AND NOT EXISTS (SELECT 1 FROM settlement_imports l WHERE l.digest = i.digest AND l.reasons IS NOT NULL "
    "AND l.import_no > i.import_no) "
)


@dataclass(frozen=True, slots=True)
class Feed:
    """What one format brings of one acquirer's merchants (empty: of which no acquirer is known), and as of when."""

    format: str
    acquirer: str
    as_of: datetime
    stale: bool


@dataclass(frozen=True, slots=True)
class Import:
    """One import: ``state`` running, done or rejected; ``records`` new or changed by kind; why it was refused."""

    import_no: int
    name: str
    format: str
    state: str
    at: datetime
    """When it ended; while it runs, when it began."""
    records: Mapping[str, int]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Books:
    """The feeds, oldest first; the last imports and what was refused in thirty days, newest first.

    What was refused and came in again, good this time, no longer counts as refused.
    """

    feeds: tuple[Feed, ...]
    imports: tuple[Import, ...]
    rejected: tuple[Import, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One word on a record: what was said, of which moment, and which import brought it. ``values`` as in the table."""

    kind: str
    said_at: datetime
    import_no: int
    format: str
    delivery: str
    """The name under which it was imported."""
    file: int
    """The file's number in the delivery, from 1."""
    line: int
    imported_at: datetime | None
    current: bool
    values: Mapping[str, Any]


def books(wire: Wire, now: datetime, fresh_for: timedelta) -> Books:
    """The ledger as of now; feeds older than ``fresh_for`` are stale."""
    feeds = wire.driver.execute("SELECT format, acquirer, as_of FROM settlement_feeds ORDER BY as_of").fetchall()
    last = f"SELECT {_COLUMNS} FROM settlement_imports ORDER BY import_no DESC LIMIT {LAST}"  # noqa: S608
    return Books(
        tuple(Feed(form, who, restored(at), now - restored(at) > fresh_for) for form, who, at in feeds),
        tuple(_import(row) for row in wire.driver.execute(last).fetchall()),
        refused_since(wire, stored(now - SHOWN_FOR)),
    )


def last_import(wire: Wire) -> tuple[int, datetime] | None:
    """Number and end of the newest import whose records count: one index entry. None before the first one."""
    sql = "SELECT import_no, finished_at FROM settlement_imports WHERE state = 'done' ORDER BY import_no DESC LIMIT 1"
    row = wire.driver.execute(sql).fetchone()
    return None if row is None else (int(row[0]), restored(row[1]))


def refused_since(wire: Wire, moment: int) -> tuple[Import, ...]:
    """Deliveries refused since that moment (microseconds) and not imported since, newest first, at most ten."""
    sql = f"{_REFUSED} AND started_at >= {int(moment)} ORDER BY import_no DESC LIMIT {LAST}"
    return tuple(_import(row) for row in wire.driver.execute(sql).fetchall())


def versions(wire: Wire, key: str) -> tuple[Version, ...]:
    """All that was ever said of the records of this number, of whichever kind, oldest word first.

    The last of each kind is what counts. Words of unfinished imports are left out.
    """
    return tuple(version for kind in KINDS for version in _versions(wire, kind, key))


def _versions(wire: Wire, kind: Kind, key: str) -> list[Version]:
    mark = "?" if wire.database == "sqlite" else "%s"
    sql = (
        f"SELECT i.import_no, i.name, i.format, i.finished_at, r.said_at, r.id, {', '.join(f'r.{n}' for n in kind.fields)} "  # noqa: S608, E501
        f"FROM {kind.table} r JOIN settlement_imports i ON i.import_no = r.id >> {SEAT_BITS} "
        f"WHERE r.{kind.key} = {mark} AND i.state = 'done' ORDER BY r.said_at, r.id"
    )
    rows = wire.driver.execute(sql, (key,)).fetchall()
    found = []
    for place, (number, name, form, finished, said_at, row_id, *values) in enumerate(rows, 1):
        file = (row_id >> LINE_BITS) & ((1 << (SEAT_BITS - LINE_BITS)) - 1)
        line = row_id & ((1 << LINE_BITS) - 1)
        known = {
            field: restored(value) if field in kind.moments and value is not None else value
            for field, value in zip(kind.fields, values, strict=True)
        }
        found.append(
            Version(
                kind.name, restored(said_at), number, form, name, file + 1, line, restored(finished),
                place == len(rows), known,
            )
        )  # fmt: skip
    return found


def _import(row: Any) -> Import:
    number, name, form, state, started, finished, counts, reasons = row
    records = {kind: count["new"] + count["changed"] for kind, count in json.loads(counts).items()}
    return Import(number, name, form, state, restored(finished or started), records, tuple(json.loads(reasons or "[]")))
