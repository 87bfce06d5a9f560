"""The tables' history: Alembic, configured here. Revisions are numbered 0001, 0002, … in ``versions/``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from storage.errors import SchemaBehind

_FOLDER = Path(__file__).parent
_UPGRADING = 0x5E77_1E  # the advisory lock that lets one program at a time change a PostgreSQL schema


def newest() -> str:
    """The newest revision that this program knows."""
    names = (path.name for path in (_FOLDER / "versions").glob("*.py"))
    return max(match[1] for name in names if (match := re.match(r"(\d{4})_", name)))


def current(engine: Engine) -> str | None:
    """The revision of the database's tables; None when it has none of ours."""
    with engine.connect().execution_options(reading=True) as connection:
        return _current(connection)


def require_newest(engine: Engine) -> None:
    """Raise SchemaBehind unless the tables are those that this program knows."""
    found = current(engine)
    if found != newest():
        raise SchemaBehind(f"the tables are at revision {found or 'none'}, this program needs {newest()}")


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the tables to a revision (the newest), wholly or not at all. Raises SchemaBehind for a newer database."""
    if to == "head" and (found := current(engine)) is not None:
        if found == newest():
            return
        if found > newest():
            raise SchemaBehind(f"the tables are at revision {found}, this program knows only {newest()}")
    _migrate(engine, "upgrade", to)


def downgrade(engine: Engine, to: str) -> None:
    """Take the tables back to a revision (``base``: none at all). What only newer tables hold is lost."""
    _migrate(engine, "downgrade", to)


def _migrate(engine: Engine, direction: str, to: str) -> None:
    # Imported here, so that a start with up-to-date tables does not pay for it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    with engine.connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADING})
        config.attributes["connection"] = connection
        step: Any = getattr(command, direction)
        step(config, to)


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).fetchone()
    return None if row is None else str(row[0])
