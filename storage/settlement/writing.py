"""Writing entries in bulk: through the driver itself, some thousands at a time, each batch a short transaction.

What is in the table already in the same words is not written again. SQLite takes many rows by ``executemany``,
PostgreSQL by ``COPY``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from typing import Any

from sqlalchemy import Engine

from storage.settlement.formats.declaration import Entry, Intake, KnownMerchant, Scalar
from storage.settlement.ledger import Ledger
from storage.settlement.tables import LINE_BITS, MERCHANTS, PAYOUTS, SEAT_BITS, Kind

__all__ = ["BATCH", "Writer"]

BATCH = 5000
"""Rows per transaction: long enough to be fast, short enough that the bot's own writes never wait for long."""
MERCHANTS_KEPT = 50_000
LONGEST_CHAIN = 50
_CURRENCY, _ACQUIRER = MERCHANTS.fields.index("currency"), MERCHANTS.fields.index("acquirer")
_Stored = tuple[int, tuple[Scalar, ...]]


class Writer:
    """Puts one import's entries into the table, where they stay invisible until the ledger says that it is done."""

    def __init__(self, engine: Engine, ledger: Ledger, parts: Sequence[str], intake: Intake) -> None:
        self.ledger, self.intake = ledger, intake
        self.counts: dict[str, dict[str, int]] = {}
        self._numbers = {name: number for number, name in enumerate(parts)}
        self._known: dict[str, KnownMerchant | None] = {}
        self._pending: list[Entry] = []
        self._replacing = 0
        self._connection = engine.connect()
        driver: Any = self._connection.connection.driver_connection
        self._driver = driver
        self._sqlite = engine.dialect.name == "sqlite"
        if self._sqlite:
            self._driver.execute("PRAGMA cache_size=-16384")

    def close(self) -> None:
        """Give the connection back; what was not committed is gone."""
        self._connection.close()

    def add(self, entry: Entry) -> None:
        """Take one entry; it is written with its batch."""
        if self._pending and (len(self._pending) >= BATCH or self._pending[0].kind is not entry.kind):
            self.flush()
        self._pending.append(entry)

    def flush(self) -> None:
        """Write what is pending, in one transaction."""
        if not self._pending:
            return
        entries, self._pending = self._pending, []
        kind = entries[0].kind
        with self._connection.begin():
            self.ledger.beat(self._connection)
            entries = self._of_known_merchants(kind, entries)
            self._insert(kind, self._news(kind, entries))

    def merchant(self, number: str) -> KnownMerchant | None:
        """What is known of a merchant, from this import or an earlier one."""
        if number not in self._known:
            if self._pending and self._pending[0].kind is MERCHANTS:
                self.flush()
            with nullcontext() if self._sqlite else self._connection.begin():  # SQLite would take the write lock
                self._learn([number])
        return self._known[number]

    def drop_cycles(self) -> None:
        """Refuse payouts of this import that replace each other in a circle, and take them back."""
        if not self._replacing:
            return
        table, low = PAYOUTS.table, self.ledger.import_no << SEAT_BITS
        select = f"SELECT id, payout_id, replaces FROM {table} WHERE id >= ? AND id < ? AND replaces IS NOT NULL"  # noqa: S608
        with self._connection.begin():
            self.ledger.beat(self._connection)
            rows = self._run(select, low, low + (1 << SEAT_BITS)).fetchall()
            wrong = [(row_id, key, why) for row_id, key, old in rows if (why := self._circle(key, old))]
            names = {number: name for name, number in self._numbers.items()}
            for row_id, key, why in wrong:
                part = names[(row_id - low) >> LINE_BITS]
                self.intake.refuse(part, row_id & ((1 << LINE_BITS) - 1), "replaces", why)
                self._run(f"DELETE FROM {table} WHERE id = ?", row_id)  # noqa: S608
                before = self._existing(PAYOUTS, [key]).get(key)
                self.counts[PAYOUTS.name]["changed" if before else "new"] -= 1

    def _circle(self, start: str, replaces: str) -> str:
        current: str | None = replaces
        for _ in range(LONGEST_CHAIN):
            if current is None:
                return ""
            if current == start:
                return "these payouts replace each other in a circle"
            row = self._run(
                f"SELECT replaces FROM {PAYOUTS.table} WHERE payout_id = ? ORDER BY id DESC LIMIT 1",  # noqa: S608
                current,
            ).fetchone()
            current = row[0] if row else None
        return f"more than {LONGEST_CHAIN} payouts replace each other"

    def _of_known_merchants(self, kind: Kind, entries: list[Entry]) -> list[Entry]:
        if kind is MERCHANTS:
            for entry in entries:  # what was known of them may be old now
                self._known.pop(str(entry.values[0]), None)
            return entries
        if "merchant_no" not in kind.fields:
            return entries
        place = kind.fields.index("merchant_no")
        named = {str(entry.values[place]) for entry in entries}
        self._learn([number for number in named if number not in self._known])
        known = []
        for entry in entries:
            if self._known.get(str(entry.values[place])) is None:
                self.intake.refuse(entry.part, entry.line, "merchant_no", "no merchant of this number is known")
            else:
                known.append(entry)
        return known

    def _learn(self, numbers: Sequence[str]) -> None:
        if len(self._known) > MERCHANTS_KEPT:
            for number in list(self._known)[: MERCHANTS_KEPT // 2]:
                if number not in numbers:
                    del self._known[number]
        self._known.update(dict.fromkeys(numbers))
        for number, versions in self._existing(MERCHANTS, numbers).items():
            values = max(versions)[1]
            self._known[number] = KnownMerchant(_text(values[_CURRENCY]), _text(values[_ACQUIRER]))

    def _news(self, kind: Kind, entries: Iterable[Entry]) -> list[tuple[Scalar, ...]]:
        """Rows for what is new or changed; a second row for the same record in this import is refused."""
        entries = list(entries)
        count = self.counts.setdefault(kind.name, {"read": 0, "new": 0, "changed": 0, "same": 0})
        versions = self._existing(kind, [str(entry.values[0]) for entry in entries])
        base = self.ledger.import_no << SEAT_BITS
        rows: list[tuple[Scalar, ...]] = []
        taken: dict[str, int] = {}
        replaces = kind.fields.index("replaces") if kind is PAYOUTS else 0
        for entry in entries:
            key = str(entry.values[0])
            row_id = base | self._numbers[entry.part] << LINE_BITS | entry.line
            before = versions.get(key, ())
            mine = taken.get(key) or next((found for found, _ in before if found >= base), None)
            if entry.implied and (mine not in (None, row_id) or any(found < base for found, _ in before)):
                continue
            count["read"] += 1
            if mine is not None and mine != row_id:
                line = mine & ((1 << LINE_BITS) - 1)
                self.intake.refuse(entry.part, entry.line, kind.key, f"the same {kind.key} as on line {line}")
                continue
            earlier = [version for version in before if version[0] < base]
            if earlier and max(earlier)[1] == entry.values:
                count["same"] += 1
                continue
            count["changed" if earlier else "new"] += 1
            self._replacing += bool(replaces and entry.values[replaces])
            taken[key] = row_id
            if mine is None:  # else it was written before this import was interrupted
                rows.append((row_id, *entry.values))
        return rows

    def _existing(self, kind: Kind, keys: Sequence[str]) -> dict[str, list[_Stored]]:
        """All versions of the records of these keys."""
        columns = ", ".join(kind.fields)
        if not keys:
            return {}
        if self._sqlite:
            sql = f"SELECT id, {columns} FROM {kind.table} WHERE {kind.key} IN (SELECT value FROM json_each(?))"  # noqa: S608
            cursor = self._driver.execute(sql, (json.dumps(keys),))
        else:
            sql = f"SELECT id, {columns} FROM {kind.table} WHERE {kind.key} = ANY(%s)"  # noqa: S608
            cursor = self._driver.execute(sql, (list(keys),))
        found: dict[str, list[_Stored]] = {}
        for row in cursor:
            found.setdefault(row[1], []).append((row[0], tuple(row[1:])))
        return found

    def _insert(self, kind: Kind, rows: Sequence[tuple[Scalar, ...]]) -> None:
        if not rows:
            return
        columns = ", ".join(("id", *kind.fields))
        if self._sqlite:
            marks = ", ".join("?" * (len(kind.fields) + 1))
            self._driver.executemany(f"INSERT INTO {kind.table} ({columns}) VALUES ({marks})", rows)  # noqa: S608
            return
        with self._driver.cursor() as cursor, cursor.copy(f"COPY {kind.table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def _run(self, sql: str, *values: Scalar) -> Any:
        return self._driver.execute(sql if self._sqlite else sql.replace("?", "%s"), values)


def _text(value: Scalar) -> str | None:
    return value if isinstance(value, str) else None
