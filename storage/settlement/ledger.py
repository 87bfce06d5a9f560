"""The ledger of imports: what was read before, what is being read, and who may write it.

One import runs at a time. Its rows count only once it is done; a killed import is taken over by the next one of the
same files, or swept away by the next of others. A taken-over writer finds itself shut out at its next batch.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from storage.errors import StorageError
from storage.moments import stored
from storage.settlement.tables import KINDS, SEAT_BITS, SettlementImport

__all__ = ["ImportBusy", "ImportTakenOver", "Ledger"]

QUIET = 120_000_000
"""Microseconds after which an import that wrote nothing counts as dead."""
SWEEP = 20_000
_IMPORTS = SettlementImport.__table__  # type: ignore[attr-defined]


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
        self.import_no = 0

    def known(self, digest: str) -> int | None:
        """The number of the finished import of the same content."""
        with self.engine.connect().execution_options(reading=True) as connection:
            found = connection.execute(
                select(_IMPORTS.c.import_no).where(_IMPORTS.c.digest == digest, _IMPORTS.c.state == "done")
            ).scalar()
        return None if found is None else int(found)

    def start(self, digest: str, form: str, name: str, parts: Sequence[str]) -> bool:
        """Enter the import; True when an unfinished one of the same files is continued. Raises ``ImportBusy``."""
        names = json.dumps(list(parts), ensure_ascii=False)
        now = stored(self.clock())
        swept = []
        with self.engine.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("LOCK TABLE settlement_imports IN SHARE ROW EXCLUSIVE MODE")
            resumed = None
            for row in connection.execute(select(_IMPORTS).where(_IMPORTS.c.state == "running")).mappings().all():
                if row["digest"] == digest and row["parts"] == names:
                    resumed = int(row["import_no"])
                elif row["digest"] != digest and _alive(row["owner"], int(row["beat_at"]), now):
                    raise ImportBusy(f"import {row['import_no']} ({row['name']}) is still running")
                else:
                    swept.append(int(row["import_no"]))
            if resumed is not None:
                self.import_no = resumed
                values = {"owner": self.owner, "beat_at": now}
                connection.execute(update(_IMPORTS).where(_IMPORTS.c.import_no == resumed).values(values))
            else:
                self.import_no = int(
                    connection.execute(
                        insert(_IMPORTS).values(
                            digest=digest, format=form, name=name, parts=names, state="running", owner=self.owner,
                            started_at=now, beat_at=now, counts="{}", unmapped="{}",
                        ).returning(_IMPORTS.c.import_no)
                    ).scalar_one()
                )  # fmt: skip
            for number in swept:  # shut the old writer out at once; its rows stay invisible until they are swept
                connection.execute(update(_IMPORTS).where(_IMPORTS.c.import_no == number).values(owner=self.owner))
        for number in swept:
            self._discard(number)
        return resumed is not None

    def beat(self, connection: Connection) -> None:
        """Within a batch's transaction: still here, still the one who may write. Raises ``ImportTakenOver``."""
        mine = (_IMPORTS.c.import_no == self.import_no) & (_IMPORTS.c.owner == self.owner)
        done = connection.execute(
            update(_IMPORTS).where(mine, _IMPORTS.c.state == "running").values(beat_at=stored(self.clock()))
        )
        if done.rowcount != 1:
            raise ImportTakenOver(f"import {self.import_no} is being written by somebody else now")

    def finish(
        self, counts: Mapping[str, Mapping[str, int]], unmapped: Mapping[str, Mapping[str, int]], as_of: int | None
    ) -> None:
        """From this commit on its rows count, all of them at once."""
        with self.engine.connect() as connection, connection.begin():
            self.beat(connection)
            values: dict[str, Any] = {
                "state": "done",
                "finished_at": stored(self.clock()),
                "as_of": as_of,
                "counts": json.dumps(counts),
                "unmapped": json.dumps(unmapped, ensure_ascii=False),
            }
            connection.execute(update(_IMPORTS).where(_IMPORTS.c.import_no == self.import_no).values(values))

    def reject(self) -> None:
        """Take everything back that this import wrote; the ledger keeps that it was refused."""
        self._discard(self.import_no)

    def _discard(self, number: int) -> None:
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
                .values(state="rejected", finished_at=stored(self.clock()))
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
