"""Engines as this program needs them: SQLite in WAL mode with full synchronisation, PostgreSQL through psycopg."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import NullPool, StaticPool

BUSY_SECONDS = 30.0
"""How long a unit waits for another program's write lock on a SQLite file (an import, a backup)."""


def engine_for(url: str) -> Engine:
    """An engine for a ``DATABASE_URL``. A missing SQLite file and its folder are made, readable by the owner alone.

    SQLite: every commit is on the disk before it is reported (``synchronous=FULL``); SQLAlchemy's ``begin`` really
    begins (``BEGIN IMMEDIATE``; ``BEGIN`` for connections with the execution option ``reading``). A plain ``postgresql://``
    means psycopg.
    """
    parsed = make_url(url)
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, poolclass=NullPool)
    memory = parsed.database in (None, "", ":memory:")
    if not memory:
        path = Path(str(parsed.database))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    engine = create_engine(
        parsed,
        poolclass=StaticPool if memory else NullPool,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(driver: Any, _record: object) -> None:
    driver.execute("PRAGMA journal_mode=WAL")
    driver.execute("PRAGMA synchronous=FULL")
    driver.execute("PRAGMA foreign_keys=ON")
    driver.execute("PRAGMA temp_store=MEMORY")


def _begin(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN" if connection.get_execution_options().get("reading") else "BEGIN IMMEDIATE")
