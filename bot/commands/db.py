"""``settledesk db``: the database from a shell."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import SettingsError, read_settings
from storage.engines import engine_for
from storage.errors import StorageError
from storage.inbox import Inbox
from storage.migrations import current, downgrade, newest, upgrade
from storage.outbox import Outbox
from storage.unit import Unit

app = typer.Typer(help="Look at the database, migrate it, back it up.", no_args_is_help=True)


@app.command("status")
def status(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Show the database's revision and what waits in it. Exit code 1 when it is not at the newest revision."""
    engine = _engine()
    found = _guarded(lambda: current(engine))
    report: dict[str, Any] = {
        "database": engine.url.render_as_string(hide_password=True),
        "revision": found,
        "newest": newest(),
    }
    if found == newest():
        report |= _guarded(lambda: _contents(engine))
    engine.dispose()
    if as_json:
        _write(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        for name, value in report.items():
            shown = "  ".join(f"{key} {count}" for key, count in value.items()) if isinstance(value, dict) else value
            _write(f"{name:9} {'-' if shown is None else shown}")
    if found != newest():
        sys.stderr.write("the tables are not those of this program; run: settledesk db upgrade\n")
        raise typer.Exit(1)


@app.command("upgrade")
def upgrade_tables() -> None:
    """Bring the tables to the newest revision; everything or nothing. The bot does so itself when it starts."""
    engine = _engine()
    before = _guarded(lambda: current(engine))
    _guarded(lambda: upgrade(engine))
    _write(f"revision {before or '-'} -> {newest()}" if before != newest() else f"already at revision {before}")
    engine.dispose()


@app.command("downgrade")
def downgrade_tables(
    revision: Annotated[str, typer.Argument(help="Such as 0001; `base` removes every table.")],
    yes: Annotated[bool, typer.Option("--yes", help="What only the newer tables hold is lost: yes.")] = False,
) -> None:
    """Take the tables back to an older revision. Stop the bot and make a backup first."""
    if not yes:
        sys.stderr.write("what only the newer tables hold would be lost; make a backup, then add --yes\n")
        raise typer.Exit(2)
    engine = _engine()
    before = _guarded(lambda: current(engine))
    _guarded(lambda: downgrade(engine, revision))
    _write(f"revision {before or '-'} -> {_guarded(lambda: current(engine)) or '-'}")
    engine.dispose()


@app.command("backup")
def backup(
    to: Annotated[Path, typer.Argument(help="The file to write; it must not exist yet.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Write a consistent copy of the database while the bot runs. For PostgreSQL, say how."""
    engine = _engine()
    url, database = engine.url, engine.url.database
    engine.dispose()
    if url.get_backend_name() != "sqlite":
        sys.stderr.write(
            "PostgreSQL has its own tool, which needs no pause either:\n"
            f"  pg_dump --format=custom --file={to} {_for_libpq(url)}\n"
            "and to restore: pg_restore --clean --if-exists --dbname=DATABASE FILE\n"
        )
        raise typer.Exit(1)
    if to.exists():
        sys.stderr.write(f"{to} exists already; name another file\n")
        raise typer.Exit(2)
    size = _guarded(lambda: _copy(str(database), to))
    _write(json.dumps({"file": str(to), "bytes": size}) if as_json else f"{to}: {size} bytes, checked")


def _copy(database: str, to: Path) -> int:
    """SQLite's own backup in one step: in WAL mode a long reader keeps nobody waiting. Then the copy is checked."""
    part = to.with_name(to.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        source = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        with closing(source), closing(sqlite3.connect(part)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
            fault = target.execute("PRAGMA quick_check").fetchone()[0]
        if fault != "ok":
            raise StorageError(f"the copy is damaged: {fault}")
        part.rename(to)
    finally:
        part.unlink(missing_ok=True)
    return to.stat().st_size


def _contents(engine: Engine) -> dict[str, Any]:
    with engine.connect().execution_options(reading=True) as connection, connection.begin():
        unit = Unit(connection)
        return {
            "inbox": _waiting(unit.inbox),
            "outbox": _waiting(unit.outbox),
            "tickets": dict(unit.tickets.counts()),
            "cases": unit.cases.count(),
        }


def _waiting(box: Inbox | Outbox) -> dict[str, int]:
    return dict(box.counts())


def _for_libpq(url: Any) -> str:
    return str(url.set(drivername="postgresql").render_as_string(hide_password=True))


def _engine() -> Engine:
    try:
        return engine_for(read_settings().database_url)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(2) from None


def _guarded(work: Any) -> Any:
    """The work's result; a database that refuses is told in a line, not in a traceback."""
    try:
        return work()
    except (StorageError, SQLAlchemyError, sqlite3.Error, OSError) as error:
        original = getattr(error, "orig", None) or error
        sys.stderr.write(f"{original}\n")
        raise typer.Exit(1) from None


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
