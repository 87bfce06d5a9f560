"""Engines that only read somebody else's database, each statement within a time limit.

SQLite: the file is opened read only, and a statement is interrupted from within. PostgreSQL: transactions are read
only and the server ends what takes too long. MySQL and MariaDB likewise, as far as their versions can. For any other
database give the program a user that may only read: nothing here can promise it.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from storage.settlement.mapped.answers import NoAnswer

__all__ = ["reading_engine"]

STEPS = 5_000
"""SQLite's steps between two looks at the clock: some tenths of a millisecond."""
LONGEST_LIFE = 1800
"""Seconds after which a connection is made anew: firewalls forget quiet ones."""
_SETTINGS = {
    "postgresql": ("SET default_transaction_read_only = on", "SET statement_timeout = {millis}"),
    "mysql": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION max_execution_time = {millis}"),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION max_statement_time = {seconds}"),
}


def reading_engine(url: URL, seconds: int, connections: int) -> Engine:
    """An engine on the URL; nothing is opened yet. A connection that was lost is noticed and made anew."""
    backend = url.get_backend_name()
    common: dict[str, Any] = {
        "poolclass": QueuePool, "pool_size": connections, "max_overflow": 0, "pool_timeout": seconds,
        "pool_pre_ping": True, "pool_recycle": LONGEST_LIFE,
    }  # fmt: skip
    if backend == "sqlite":
        return _sqlite(url, seconds, common)
    if backend == "postgresql":
        arguments = {
            "connect_timeout": max(2, seconds), "application_name": "settledesk",
            "tcp_user_timeout": 2000 * seconds,  # a server that vanished says nothing, not even that it is gone
        }  # fmt: skip
        engine = create_engine(url, connect_args=arguments, isolation_level="REPEATABLE READ", **common)
    else:
        engine = create_engine(url, **common)

    @event.listens_for(engine, "connect")
    def _limit(driver: Any, _record: object) -> None:
        settings = [text.format(millis=seconds * 1000, seconds=seconds) for text in _SETTINGS.get(backend, ())]
        for setting in settings:
            with contextlib.ExitStack() as stack:
                if backend != "postgresql":  # an old server may not know the limit; then it has none
                    stack.enter_context(contextlib.suppress(Exception))
                cursor = stack.enter_context(contextlib.closing(driver.cursor()))
                cursor.execute(setting)
        driver.commit()

    return engine


def _sqlite(url: URL, seconds: int, common: dict[str, Any]) -> Engine:
    path = Path(str(url.database)).absolute()

    def connect() -> sqlite3.Connection:
        if not path.exists():
            raise NoAnswer(f"there is no file {url.database}")
        address = f"file:{quote(str(path))}?mode=ro"
        driver = sqlite3.connect(address, uri=True, timeout=seconds, check_same_thread=False)
        driver.execute("PRAGMA query_only = ON")
        return driver

    engine = create_engine("sqlite://", creator=connect, **common)

    @event.listens_for(engine, "before_cursor_execute")
    def _limit(connection: Any, *_: object) -> None:
        until = time.monotonic() + seconds
        connection.connection.driver_connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)

    return engine
