"""Writing entries in bulk: through the driver itself, some thousands at a time, each batch a short transaction.

What is in the table already in the same words is not written again. A word that speaks of some fields only takes the
others from what is known; one that comes late, after a newer one, only fills in what that left unknown. SQLite takes
many rows by ``executemany``, PostgreSQL by ``COPY``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple

from sqlalchemy import Engine

from storage.settlement.formats.declaration import Entry, Intake, KnownMerchant, Scalar
from storage.settlement.ledger import Ledger
from storage.settlement.tables import LINE_BITS, MERCHANTS, PAYOUTS, SEAT_BITS, Kind

__all__ = ["BATCH", "Writer"]

BATCH = 5000
"""Rows per transaction: long enough to be fast, short enough that the bot's own writes never wait for long."""
MERCHANTS_KEPT = 50_000
LONGEST_CHAIN = 50
_KNOWN = tuple(MERCHANTS.fields.index(name) for name in KnownMerchant._fields)
_ACQUIRER = MERCHANTS.fields.index("acquirer")
_COUNTED = ("read", "new", "changed", "same", "late", "unmatched")
"""``late``: a newer word is known; ``unmatched``: said of a record that is not known here."""
_Values = tuple[Scalar, ...]


class _Version(NamedTuple):
    """One stored word on a record; the largest of a record is what counts."""

    said_at: int
    row_id: int
    values: _Values


class Writer:
    """Puts one import's entries into the table, where they stay invisible until the ledger says that it is done."""

    def __init__(self, engine: Engine, ledger: Ledger, parts: Sequence[str], intake: Intake) -> None:
        self.ledger, self.intake = ledger, intake
        self.counts: dict[str, dict[str, int]] = {}
        self.acquirers: set[str] = set()
        """Of the merchants that came, and of those whose payouts came."""
        self.unmatched: dict[str, str] = {}
        """Kind -> the first record that is not known here although the statement takes it for known."""
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
            versions = self._existing(kind, [str(entry.values[0]) for entry in entries])
            self._insert(kind, self._news(kind, self._of_known_merchants(kind, entries, versions), versions))

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
                self.intake.refuse(part, row_id & ((1 << LINE_BITS) - 1), "replaces", f"{key}: {why}")
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

    def _of_known_merchants(
        self, kind: Kind, entries: list[Entry], versions: dict[str, list[_Version]]
    ) -> list[tuple[Entry, str]]:
        """Entries with the merchant that each is of; of no known one: refused, or only counted if it names none."""
        if kind is MERCHANTS:
            for entry in entries:  # what was known of them may be old now
                self._known.pop(str(entry.values[0]), None)
                if not entry.implied:
                    self.acquirers.add(_text(entry.values[_ACQUIRER]) or "")
            return [(entry, str(entry.values[0])) for entry in entries]
        if "merchant_no" not in kind.fields:
            return [(entry, "") for entry in entries]
        place = kind.fields.index("merchant_no")
        owned: list[tuple[Entry, str]] = []
        of_this_import: dict[str, Scalar] = {}
        for entry in entries:
            key, owner = str(entry.values[0]), entry.values[place]
            if owner is None:
                before = versions.get(key)
                owner = max(before).values[place] if before else of_this_import.get(key)
            if owner is None:
                self._count(kind)["unmatched"] += 1
                self.unmatched.setdefault(kind.name, key)
                continue
            of_this_import[key] = owner
            owned.append((entry, str(owner)))
        named = {owner for _, owner in owned}
        self._learn([number for number in named if number not in self._known])
        if kind is PAYOUTS:
            found = (self._known.get(number) for number in named)
            self.acquirers.update(known.acquirer or "" for known in found if known)
        known = []
        for entry, owner in owned:
            if self._known.get(owner) is None:
                self.intake.refuse(entry.part, entry.line, "merchant_no", "no merchant of this number is known")
            else:
                known.append((entry, owner))
        return known

    def _learn(self, numbers: Sequence[str]) -> None:
        if len(self._known) > MERCHANTS_KEPT:
            for number in list(self._known)[: MERCHANTS_KEPT // 2]:
                if number not in numbers:
                    del self._known[number]
        self._known.update(dict.fromkeys(numbers))
        for number, versions in self._existing(MERCHANTS, numbers).items():
            values = max(versions).values
            self._known[number] = KnownMerchant(*(_text(values[place]) for place in _KNOWN))

    def _count(self, kind: Kind) -> dict[str, int]:
        return self.counts.setdefault(kind.name, dict.fromkeys(_COUNTED, 0))

    def _news(
        self, kind: Kind, entries: Iterable[tuple[Entry, str]], versions: dict[str, list[_Version]]
    ) -> list[tuple[Scalar, ...]]:
        """Rows for what is new or changed. Without a time of its own, a second word on a record is refused."""
        count, rows = self._count(kind), list[tuple[Scalar, ...]]()
        base = self.ledger.import_no << SEAT_BITS
        default = self.intake.as_of if self.intake.as_of is not None else self.ledger.started_at
        replaces = kind.fields.index("replaces") if kind is PAYOUTS else 0
        owner_at = kind.fields.index("merchant_no") if "merchant_no" in kind.fields else None
        for entry, owner in entries:
            key = str(entry.values[0])
            known = versions.setdefault(key, [])
            if entry.implied and known:
                continue
            count["read"] += 1
            if entry.said_at is None and (twice := next((row for row in known if row.row_id >= base), None)):
                where = "" if entry.seat else f" as on line {twice.row_id & ((1 << LINE_BITS) - 1)}"
                self.intake.refuse(entry.part, entry.line, kind.key, f"the same {kind.key}{where}: {key}")
                continue
            values = entry.values
            if owner_at is not None and values[owner_at] is None:
                values = (*values[:owner_at], owner, *values[owner_at + 1 :])
            said = _Version(default if entry.said_at is None else entry.said_at, 0, values)
            if entry.said_at is not None and _said_before(said, known, entry.told):
                count["same"] += 1
                continue
            word, became = _after(max(known), said, entry) if known else (said, "new")
            count[became] += 1
            if word is None:
                continue
            self._replacing += bool(replaces and word.values[replaces])
            row_id = base | self._numbers[entry.part] << LINE_BITS | (entry.seat or entry.line)
            known.append(word._replace(row_id=row_id))
            rows.append((row_id, word.said_at, *word.values))
        return rows

    def _existing(self, kind: Kind, keys: Sequence[str]) -> dict[str, list[_Version]]:
        """All versions of the records of these keys."""
        columns = ", ".join(kind.fields)
        if not keys:
            return {}
        if self._sqlite:
            within, given = "IN (SELECT value FROM json_each(?))", json.dumps(keys)
        else:
            within, given = "= ANY(%s)", list(keys)  # type: ignore[assignment]
        sql = f"SELECT said_at, id, {columns} FROM {kind.table} WHERE {kind.key} {within}"  # noqa: S608
        found: dict[str, list[_Version]] = {}
        for said_at, row_id, *values in self._driver.execute(sql, (given,)):
            found.setdefault(values[0], []).append(_Version(said_at, row_id, tuple(values)))
        return found

    def _insert(self, kind: Kind, rows: Sequence[tuple[Scalar, ...]]) -> None:
        if not rows:
            return
        columns = ", ".join(("id", "said_at", *kind.fields))
        if self._sqlite:
            marks = ", ".join("?" * (len(kind.fields) + 2))
            self._driver.executemany(f"INSERT INTO {kind.table} ({columns}) VALUES ({marks})", rows)  # noqa: S608
            return
        with self._driver.cursor() as cursor, cursor.copy(f"COPY {kind.table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def _run(self, sql: str, *values: Scalar) -> Any:
        return self._driver.execute(sql if self._sqlite else sql.replace("?", "%s"), values)


def _said_before(word: _Version, known: Sequence[_Version], told: frozenset[int] | None) -> bool:
    """Whether exactly this was said of that very moment before: an event that is delivered again, a list read again."""
    places = range(len(word.values)) if told is None else told
    return any(
        row.said_at == word.said_at and all(row.values[place] == word.values[place] for place in places)
        for row in known
    )


def _after(newest: _Version, word: _Version, entry: Entry) -> tuple[_Version | None, str]:
    """What to keep of a word on what is known (None: nothing), and whether it was the same, changed it or was late."""
    late = word.said_at < newest.said_at
    values = word.values
    if entry.told is not None:
        filled = tuple(
            given if place in entry.told and (not late or now is None) else now
            for place, (now, given) in enumerate(zip(newest.values, values, strict=True))
        )
        if late and filled != newest.values:  # it knew what the newer word left open
            return _Version(newest.said_at, 0, filled), "changed"
        values = values if late else filled
    if late:
        return word, "late"
    if values == newest.values:
        # said again: worth a row only where a word from between the two may still come
        again = entry.said_at is not None and entry.said_at > newest.said_at
        return (_Version(word.said_at, 0, values) if again else None), "same"
    return _Version(word.said_at, 0, values), "changed"


def _text(value: Scalar) -> str | None:
    return value if isinstance(value, str) else None
