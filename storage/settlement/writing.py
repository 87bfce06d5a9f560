"""Writing entries in bulk: through the driver itself, some thousands at a time, each batch a short transaction.

What is in the table already in the same words is not written again. A word that speaks of some fields only takes the
others from what is known; one that comes late, after a newer one, only fills in what that left unknown. SQLite takes
many rows by ``executemany``, PostgreSQL by ``COPY``, and that in a thread of its own while the next batch is read: the
server does most of that work. (SQLite gives up Python's lock and asks for it again row by row: it would only wait.)
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Engine, Integer

from storage.settlement.formats.declaration import Entry, Intake, KnownMerchant, Scalar
from storage.settlement.ledger import Ledger
from storage.settlement.tables import KINDS, LINE_BITS, MERCHANTS, PAYOUTS, SEAT_BITS, Kind

__all__ = ["BATCH", "Writer"]

BATCH = 5000
"""Rows per transaction: long enough to be fast, short enough that the bot's own writes never wait for long."""
MERCHANTS_KEPT = 50_000
LONGEST_CHAIN = 50
_KNOWN = tuple(MERCHANTS.fields.index(name) for name in KnownMerchant._fields)
_ACQUIRER = MERCHANTS.fields.index("acquirer")
_COUNTED = ("read", "new", "changed", "same", "late", "unmatched")
"""``late``: a newer word is known; ``unmatched``: said of a record that is not known here."""
_Word = tuple[Any, ...]
"""One stored word on a record: ``said_at``, the row's id, and the values; the largest of a record is what counts."""


class Writer:
    """Puts one import's entries into the table, where they stay invisible until the ledger says that it is done."""

    def __init__(self, engine: Engine, ledger: Ledger, parts: Sequence[str], intake: Intake) -> None:
        self.ledger, self.intake = ledger, intake
        self.counts: dict[str, dict[str, int]] = {}
        self.acquirers: set[str] = set()
        """Of the merchants that came and those named with payouts; a word on a payout alone makes no feed fresher."""
        self.unmatched: dict[str, str] = {}
        """Kind -> where the first record stands that is not known here although the statement takes it for known."""
        self._numbers = {name: number for number, name in enumerate(parts)}
        self._known: dict[str, KnownMerchant | None] = {}
        self._pending: dict[Kind, list[Entry]] = {kind: [] for kind in KINDS}
        self._places: dict[tuple[Kind, int], int] = {}
        """Kind and number of the part -> the last place that was given away there."""
        self._moved: set[tuple[Kind, int]] = set()
        """Where places are no longer lines, since several records stand on one."""
        self._replacing = 0
        self._connection = engine.connect()
        driver: Any = self._connection.connection.driver_connection
        self._driver = driver
        self._sqlite = engine.dialect.name == "sqlite"
        self._beside = None if self._sqlite else ThreadPoolExecutor(1, "settlement-writer")
        self._writing: Future[None] | None = None
        self._refused: list[tuple[str, int, str, str]] = []
        """Of the batch that is being written: part, line, column, reason."""
        if self._sqlite:
            self._driver.execute("PRAGMA cache_size=-16384")
        else:  # a table that grows this fast is unlike what the planner knows of it: it would read all of it, each time
            self._driver.execute("SET enable_seqscan = off")
            self._driver.commit()

    def close(self) -> None:
        """Give the connection back; what was not committed is gone."""
        if self._beside is not None:
            self._beside.shutdown()
        self._connection.close()

    def add(self, entry: Entry) -> None:
        """Take one entry; it is written with its batch."""
        pending = self._pending[entry.kind]
        pending.append(entry)
        if len(pending) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Have what is pending written, what others refer to first, a transaction for each kind.

        On PostgreSQL payouts are not waited for.
        """
        said_at = self.intake.as_of if self.intake.as_of is not None else self.ledger.started_at
        for kind in KINDS:
            self._settle()
            entries = self._pending[kind]
            if entries:
                self._pending[kind] = []
                if self._beside is None or kind is not PAYOUTS:
                    self._write(entries, said_at)
                else:
                    self._writing = self._beside.submit(self._write, entries, said_at)

    def finish(self) -> None:
        """Write everything that was added, and take payouts back that replace each other in a circle."""
        self.flush()
        self._settle()
        self.drop_cycles()

    def merchant(self, number: str) -> KnownMerchant | None:
        """What is known of a merchant, from this import or an earlier one."""
        try:
            return self._known[number]
        except KeyError:
            if self._pending[MERCHANTS]:
                self.flush()
            self._settle()
        if number not in self._known:
            with nullcontext() if self._sqlite else self._connection.begin():  # SQLite would take the write lock
                self._learn([number])
        return self._known[number]

    def _settle(self) -> None:
        """Wait for the batch that is being written, and report what was wrong in it."""
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()
        refused, self._refused = self._refused, []
        for part, line, column, reason in refused:
            self.intake.refuse(part, line, column, reason)

    def _write(self, entries: Sequence[Entry], said_at: int) -> None:
        kind = entries[0].kind
        with self._connection.begin():
            self.ledger.beat(self._connection)
            words = self._existing(kind, dict.fromkeys(str(entry.values[0]) for entry in entries))
            self._insert(kind, self._news(kind, self._of_known_merchants(kind, entries, words), words, said_at))

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
                self.intake.refuse(part, self._line(PAYOUTS, row_id), "replaces", f"{key}: {why}")
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
                f"SELECT replaces FROM {PAYOUTS.table} WHERE payout_id = ? ORDER BY said_at DESC, id DESC LIMIT 1",  # noqa: S608
                current,
            ).fetchone()
            current = row[0] if row else None
        return f"more than {LONGEST_CHAIN} payouts replace each other"

    def _of_known_merchants(
        self, kind: Kind, entries: Sequence[Entry], words: Mapping[str, Sequence[_Word]]
    ) -> Sequence[Entry]:
        """Entries whose merchant is known, with its number; the others are refused, or counted if they name none."""
        if kind is MERCHANTS:
            for entry in entries:  # what was known of them may be old now
                self._known.pop(str(entry.values[0]), None)
                if not entry.implied:
                    self.acquirers.add(_text(entry.values[_ACQUIRER]) or "")
            return entries
        if "merchant_no" not in kind.fields:
            return entries
        place = kind.fields.index("merchant_no")
        owners = [entry.values[place] for entry in entries]
        telling = {str(owner) for owner in set(owners) if owner is not None}
        if None in owners:
            entries = self._owned(kind, entries, words)
            owners = [entry.values[place] for entry in entries]
        named = {str(owner) for owner in set(owners)}
        self._learn([number for number in named if number not in self._known])
        known = {number: merchant for number in named if (merchant := self._known.get(number)) is not None}
        if kind is PAYOUTS:
            self.acquirers.update(known[number].acquirer or "" for number in telling if number in known)
        if len(known) == len(named):
            return entries
        for entry in entries:
            if entry.values[place] not in known:
                why = "no merchant of this number is known"
                self._refused.append((entry.part, entry.line, "merchant_no", why))
        return [entry for entry in entries if entry.values[place] in known]

    def _owned(self, kind: Kind, entries: Sequence[Entry], words: Mapping[str, Sequence[_Word]]) -> Sequence[Entry]:
        """Entries with the merchant of their record where they do not name it; without those of unknown records."""
        place = kind.fields.index("merchant_no")
        owned: list[Entry] = []
        of_this_batch: dict[str, Scalar] = {}
        for entry in entries:
            key, owner = str(entry.values[0]), entry.values[place]
            if owner is None:
                before = words.get(key)
                owner = max(before)[2 + place] if before else of_this_batch.get(key)
                if owner is None:
                    self._count(kind)["unmatched"] += 1
                    self.unmatched.setdefault(kind.name, f"{entry.part}:{entry.line}")
                    continue
                entry = entry._replace(values=(*entry.values[:place], owner, *entry.values[place + 1 :]))  # noqa: PLW2901
            of_this_batch[key] = owner
            owned.append(entry)
        return owned

    def _learn(self, numbers: Sequence[str]) -> None:
        if len(self._known) > MERCHANTS_KEPT:
            for number in list(self._known)[: MERCHANTS_KEPT // 2]:
                if number not in numbers:
                    del self._known[number]
        self._known.update(dict.fromkeys(numbers))
        for number, words in self._existing(MERCHANTS, numbers).items():
            values = max(words)[2:]
            self._known[number] = KnownMerchant(*(_text(values[place]) for place in _KNOWN))

    def _count(self, kind: Kind) -> dict[str, int]:
        return self.counts.setdefault(kind.name, dict.fromkeys(_COUNTED, 0))

    def _news(
        self, kind: Kind, entries: Iterable[Entry], words: dict[str, list[_Word]], said_at: int
    ) -> Sequence[_Word]:
        """Rows for what is new or changed; ``said_at`` stands in for entries that do not say when."""
        count, rows = self._count(kind), list[_Word]()
        base = self.ledger.import_no << SEAT_BITS
        replaces = 2 + kind.fields.index("replaces") if kind is PAYOUTS else 0
        new = 0
        for entry in entries:
            key = str(entry.values[0])
            row_id = base | self._place(kind, self._numbers[entry.part], entry.line)
            when = entry.said_at if entry.said_at is not None else 0 if entry.implied else said_at
            said: _Word = (when, row_id, *entry.values)
            known = words.get(key)
            if known is None:
                known = words[key] = []
                word: _Word | None = said
                new += 1
            else:
                word = self._again(kind, entry, known, said)
            if word is None:
                continue
            known.append(word)
            rows.append(word)
            if replaces and word[replaces]:
                self._replacing += 1
        count["read"] += new
        count["new"] += new
        return rows

    def _place(self, kind: Kind, part: int, line: int) -> int:
        """A place of its own for a record: its line, where no other of its kind has it or a later one."""
        last = self._places.get((kind, part), 0)
        if line <= last:
            line = last + 1
            self._moved.add((kind, part))
        self._places[kind, part] = line
        return part << LINE_BITS | line

    def _line(self, kind: Kind, row_id: int) -> int:
        """The line of a record of this import by its row; 0 where several stood on one line."""
        part = (row_id & ((1 << SEAT_BITS) - 1)) >> LINE_BITS
        return 0 if (kind, part) in self._moved else row_id & ((1 << LINE_BITS) - 1)

    def _again(self, kind: Kind, entry: Entry, known: Sequence[_Word], word: _Word) -> _Word | None:
        """What to keep of another word on a record. Without a time of its own, a second one in an import is refused."""
        if entry.implied:
            return None
        count = self._count(kind)
        count["read"] += 1
        base = self.ledger.import_no << SEAT_BITS
        if entry.said_at is None and (twice := next((row for row in known if row[1] >= base), None)):
            line = self._line(kind, twice[1])
            where = f" as on line {line}" if line else " once more"
            why = f"the same {kind.key}{where}: {entry.values[0]}"
            self._refused.append((entry.part, entry.line, kind.key, why))
            return None
        if entry.said_at is not None and _said_before(word, known, entry.told):
            count["same"] += 1
            return None
        kept, became = _after(max(known), word, entry, _of_status(kind))
        count[became] += 1
        return kept

    def _existing(self, kind: Kind, keys: Collection[str]) -> dict[str, list[_Word]]:
        """All stored words on the records of these keys."""
        if not keys:
            return {}
        each = "IN (SELECT value FROM json_each(?))"
        if not self._sqlite:
            each = "= ANY(ARRAY(SELECT json_array_elements_text(%s::json)))"
        sql = f"SELECT {_columns(kind)} FROM {kind.table} WHERE {kind.key} {each}"  # noqa: S608
        found: dict[str, list[_Word]] = {}
        for word in self._driver.execute(sql, (json.dumps(list(keys)),)):
            found.setdefault(word[2], []).append(word)
        return found

    def _insert(self, kind: Kind, rows: Sequence[_Word]) -> None:
        if not rows:
            return
        columns = _columns(kind)
        if self._sqlite:
            marks = ", ".join("?" * len(rows[0]))
            self._driver.executemany(f"INSERT INTO {kind.table} ({columns}) VALUES ({marks})", rows)  # noqa: S608
            return
        copying = f"COPY {kind.table} ({columns}) FROM STDIN (FORMAT BINARY)"
        with self._driver.cursor() as cursor, cursor.copy(copying) as copy:
            copy.set_types([_postgres_type(kind.table.c[name]) for name in columns.split(", ")])
            for row in rows:
                copy.write_row(row)

    def _run(self, sql: str, *values: Scalar) -> Any:
        return self._driver.execute(sql if self._sqlite else sql.replace("?", "%s"), values)


def _columns(kind: Kind) -> str:
    """The columns of a word, in its order."""
    return ", ".join(("said_at", "id", *kind.fields))


def _postgres_type(column: Column[Any]) -> str:
    if isinstance(column.type, BigInteger):
        return "int8"
    return "int4" if isinstance(column.type, Integer) else "text"


def _said_before(word: _Word, known: Sequence[_Word], told: frozenset[int] | None) -> bool:
    """Whether exactly this was said of that very moment before: an event that is delivered again, a list read again."""
    places = range(len(word) - 2) if told is None else told
    return any(row[0] == word[0] and all(row[2 + place] == word[2 + place] for place in places) for row in known)


@cache
def _of_status(kind: Kind) -> tuple[int, frozenset[int]]:
    """The place of a kind's status, and those of the fields that belong to it; none where it has no status."""
    if not kind.of_status:
        return -1, frozenset()
    return kind.fields.index("status"), frozenset(kind.fields.index(name) for name in kind.of_status)


def _after(newest: _Word, word: _Word, entry: Entry, of_status: tuple[int, frozenset[int]]) -> tuple[_Word | None, str]:
    """What to keep of a word on what is known (None: nothing), and whether it was the same, changed it or was late."""
    (since, _, *now), (said_at, row_id, *values) = newest, word
    late = said_at < since
    if entry.told is not None:
        status, bound = of_status
        other = status in entry.told and values[status] != now[status]
        filled = [
            now[place] if place not in entry.told or (late and (now[place] is not None or (other and place in bound)))
            else given
            for place, given in enumerate(values)
        ]  # fmt: skip
        if other and not late:
            for place in bound - entry.told:
                filled[place] = None
        if late and filled != now:  # it knew what the newer word left open
            return (since, row_id, *filled), "changed"
        values = values if late else filled
    if late:
        return word, "late"
    if values == now:
        # said again: worth a row only where a word from between the two may still come
        again = entry.said_at is not None and said_at > since
        return ((said_at, row_id, *values) if again else None), "same"
    return (said_at, row_id, *values), "changed"


def _text(value: Scalar) -> str | None:
    return value if isinstance(value, str) else None
