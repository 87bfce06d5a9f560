"""SQL stated once with SQLAlchemy's expressions, compiled once per database, run on the driver's own connection.

Stating it with the tables' columns keeps both databases and the definitions in step; running the compiled text without
SQLAlchemy in between saves most of a statement's CPU time (figures: docs/decisions/0003-inbox-outbox.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import BindParameter, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg as postgresql_psycopg


def p(name: str) -> BindParameter[Any]:
    """A value that is given when the statement runs."""
    return bindparam(name, None)


_DIALECTS: dict[str, tuple[Any, Any]] = {
    "sqlite": (sqlite.dialect(paramstyle="named"), sqlite.insert),
    "postgresql": (postgresql_psycopg.dialect(), postgresql.insert),  # type: ignore[no-untyped-call]
}


class Statement:
    """A statement whose ``p("name")`` values are given to ``Wire.run``.

    ``build`` gets the database's own ``insert`` (for ON CONFLICT) and returns a select, insert, update or delete.
    """

    __slots__ = ("_build", "_compiled")

    def __init__(self, build: Callable[[Any], Any]) -> None:
        self._build = build
        self._compiled: dict[str, tuple[str, dict[str, Any]]] = {}

    def on(self, database: str) -> tuple[str, dict[str, Any]]:
        """Its text for ``sqlite`` or ``postgresql``, and the values that are part of the statement itself."""
        found = self._compiled.get(database)
        if found is None:
            dialect, insert = _DIALECTS[database]
            compiled = self._build(insert).compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
            constants = {name: value for name, value in compiled.params.items() if value is not None}
            found = self._compiled[database] = (str(compiled), constants)
        return found


class Wire:
    """A driver's connection (sqlite3 or psycopg: both take ``execute(sql, values)`` and return a cursor)."""

    __slots__ = ("database", "driver")

    def __init__(self, database: str, driver: Any) -> None:
        self.database = database
        self.driver = driver

    def run(self, statement: Statement, **values: Any) -> Any:
        """Run it and return the driver's cursor: ``fetchone``, ``fetchall``, ``rowcount``."""
        sql, constants = statement.on(self.database)
        if constants:
            values.update(constants)
        return self.driver.execute(sql, values)
