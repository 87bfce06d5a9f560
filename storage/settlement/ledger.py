"""The ledger of imports: what was read before, what is being read, and who may write it.

One import runs at a time. Its rows count only once it is done; what a killed one wrote is swept away by the next, which
starts over if it is of the same files. A writer that was taken for dead finds itself shut out at its next batch.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.errors import StorageError
from storage.moments import stored
from storage.settlement.tables import KINDS, SEAT_BITS, SettlementFeed, SettlementImport

__all__ = ["ImportBusy", "ImportTakenOver", "Ledger"]

QUIET = 120_000_000
"""Microseconds after which an import that wrote nothing counts as dead."""
SWEEP = 20_000
MUCH = 10_000
"""New records of a kind after which the planner is told of them."""
REASONS_KEPT = 20
_IMPORTS = SettlementImport.__table__  # type: ignore[attr-defined]
_FEEDS = SettlementFeed.__table__  # type: ignore[attr-defined]


class ImportBusy(StorageError):  # noqa: N818
    """Another import is being written; try again when it is done."""


class ImportTakenOver(StorageError):  # noqa: N818
    """The same files were imported by somebody else meanwhile; this one stops, the other one goes on."""


class Ledger:
    """One import's entry in the ledger, from its start until it is done or rejected."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self.engine = engine
        self.clock = clock
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.import_no = self.started_at = 0
        self.form = ""

    def known(self, digest: str) -> int | None:
        """The number of the finished import of the same content."""
        with self.engine.connect().execution_options(reading=True) as connection:
            found = connection.execute(
                select(_IMPORTS.c.import_no).where(_IMPORTS.c.digest == digest, _IMPORTS.c.state == "done")
            ).scalar()
        return None if found is None else int(found)

    def start(self, digest: str, form: str, name: str) -> bool:
        """Enter the import; True when it starts over after an unfinished one of the same content.

        Raises ``ImportBusy`` while another content is being written by a living process.
        """
        self.form = form
        now = self.started_at = stored(self.clock())
        swept = []
        again = False
        with self.engine.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("LOCK TABLE settlement_imports IN SHARE ROW EXCLUSIVE MODE")
            for row in connection.execute(select(_IMPORTS).where(_IMPORTS.c.state == "running")).mappings().all():
                same = row["digest"] == digest
                if not same and _alive(row["owner"], int(row["beat_at"]), now):
                    raise ImportBusy(f"import {row['import_no']} ({row['name']}) is still running")
                again |= same
                swept.append(int(row["import_no"]))
            values = {"digest": digest, "format": form, "name": name, "state": "running", "owner": self.owner}
            entered = insert(_IMPORTS).values(**values, started_at=now, beat_at=now, counts="{}", unmapped="{}")
            self.import_no = int(connection.execute(entered.returning(_IMPORTS.c.import_no)).scalar_one())
            for number in swept:  # shut the old writer out at once; its rows stay invisible until they are swept
                connection.execute(update(_IMPORTS).where(_IMPORTS.c.import_no == number).values(owner=self.owner))
        for number in swept:
            self._discard(number)
        return again

    def beat(self, connection: Connection) -> None:
        """Within a batch's transaction: still here, still the one who may write. Raises ``ImportTakenOver``."""
        mine = (_IMPORTS.c.import_no == self.import_no) & (_IMPORTS.c.owner == self.owner)
        done = connection.execute(
            update(_IMPORTS).where(mine, _IMPORTS.c.state == "running").values(beat_at=stored(self.clock()))
        )
        if done.rowcount != 1:
            raise ImportTakenOver(f"import {self.import_no} is being written by somebody else now")

    def finish(
        self,
        counts: Mapping[str, Mapping[str, int]],
        unmapped: Mapping[str, Mapping[str, int]],
        as_of: int | None,
        acquirers: Iterable[str],
    ) -> None:
        """From this commit on its rows count, all of them at once, and the feeds of these acquirers are as of then."""
        with self.engine.connect() as connection, connection.begin():
            self.beat(connection)
            if connection.dialect.name == "postgresql":
                _tell_planner(connection, counts)
            values: dict[str, Any] = {
                "state": "done",
                "finished_at": stored(self.clock()),
                "as_of": as_of,
                "counts": json.dumps(counts),
                "unmapped": json.dumps(unmapped, ensure_ascii=False),
            }
            connection.execute(update(_IMPORTS).where(_IMPORTS.c.import_no == self.import_no).values(values))
            if as_of is not None:
                for acquirer in sorted(acquirers):
                    _refresh(connection, self.form, acquirer, as_of)

    def reject(self, reasons: Sequence[str] | None) -> None:
        """Take everything back that this import wrote; the ledger keeps that it was refused, and the first reasons.

        Without reasons nobody is told.
        """
        kept = None if reasons is None else json.dumps(list(reasons[:REASONS_KEPT]), ensure_ascii=False)
        self._discard(self.import_no, kept)

    def abandon(self) -> None:
        """Say that nobody writes this import any more, so that the next one need not wait until it counts as dead."""
        mine = (_IMPORTS.c.import_no == self.import_no) & (_IMPORTS.c.owner == self.owner)
        with self.engine.connect() as connection, connection.begin():
            connection.execute(update(_IMPORTS).where(mine, _IMPORTS.c.state == "running").values(beat_at=0))

    def _discard(self, number: int, reasons: str | None = None) -> None:
        low, high = number << SEAT_BITS, (number + 1) << SEAT_BITS
        for kind in KINDS:
            ids = kind.table.c.id
            some = select(ids).where(ids >= low, ids < high).limit(SWEEP)
            while True:
                with self.engine.connect() as connection, connection.begin():
                    gone = connection.execute(delete(kind.table).where(ids.in_(some))).rowcount
                if gone < SWEEP:
                    break
        with self.engine.connect() as connection, connection.begin():
            connection.execute(
                update(_IMPORTS)
                .where(_IMPORTS.c.import_no == number, _IMPORTS.c.owner == self.owner)
                .values(state="rejected", finished_at=stored(self.clock()), reasons=reasons)
            )


def _tell_planner(connection: Connection, counts: Mapping[str, Mapping[str, int]]) -> None:
    """After much that is new, lookups would be planned by what PostgreSQL knew before, until it looks by itself."""
    for kind in KINDS:
        if counts.get(kind.name, {}).get("new", 0) >= MUCH:
            connection.exec_driver_sql(f"ANALYZE {kind.table}")


def _refresh(connection: Connection, form: str, acquirer: str, as_of: int) -> None:
    """Move a feed's time forward, never back: an old statement that comes late makes nothing older."""
    insertion = sqlite_insert if connection.dialect.name == "sqlite" else postgres_insert
    entered = insertion(_FEEDS).values(format=form, acquirer=acquirer, as_of=as_of)
    connection.execute(
        entered.on_conflict_do_update(
            index_elements=[_FEEDS.c.format, _FEEDS.c.acquirer],
            set_={"as_of": entered.excluded.as_of},
            where=_FEEDS.c.as_of < entered.excluded.as_of,
        )
    )


def _alive(owner: str, beat_at: int, now: int) -> bool:
    """Whether the import's writer still lives: known for a process of this machine, else by when it last wrote."""
    host, process, _ = owner.split(":", 2)
    if host == socket.gethostname():
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
    return abs(now - beat_at) < QUIET
