"""``settledesk db``: the database from a shell."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import make_url

from bot.settings import read_settings
from storage.database import Storage
from storage.engines import engine_for
from storage.errors import StorageError
from storage.migrations import current, downgrade, newest, upgrade
from storage.unit import Unit

app = typer.Typer(help="Look after the database.", no_args_is_help=True)


@app.command("status")
def status(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Tables, inbox and outbox, and what was given up. Exit code 1 when the tables are not up to date."""
    settings = read_settings()
    engine = engine_for(settings.database_url)
    have = current(engine)
    engine.dispose()
    found: dict[str, object] = {
        "database": make_url(settings.database_url).render_as_string(hide_password=True),
        "version": have,
        "newest": newest(),
    }
    if have == newest():
        found |= asyncio.run(_counts(settings.database_url))
    if as_json:
        _write(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for name, value in found.items():
            for line in value if isinstance(value, list) else [value]:
                _write(f"{name:16} {line}")
    raise typer.Exit(0 if have == newest() else 1)


@app.command("upgrade")
def bring_up() -> None:
    """Bring the tables up to date. Safe to repeat."""
    engine = engine_for(read_settings().database_url)
    try:
        upgrade(engine)
        _write(f"at {current(engine)}")
    finally:
        engine.dispose()


@app.command("downgrade")
def take_down(
    to: Annotated[str, typer.Argument(help="The version to go back to, such as 0001, or base for nothing at all.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take the tables back to an earlier version. What they hold beyond it is lost."""
    if not yes:
        typer.confirm(f"What the tables hold beyond {to} is lost. Go on?", abort=True)
    engine = engine_for(read_settings().database_url)
    try:
        downgrade(engine, to)
        _write(f"at {current(engine)}")
    finally:
        engine.dispose()


@app.command("backup")
def backup(target: Annotated[Path, typer.Argument(help="The file to write; it must not exist yet.")]) -> None:
    """Copy a SQLite database consistently, also while the bot runs. Exit code 1 when that is not possible."""
    url = make_url(read_settings().database_url)
    if url.get_backend_name() != "sqlite" or url.database is None:
        sys.stderr.write("this is no SQLite database: use pg_dump, which copies PostgreSQL consistently\n")
        raise typer.Exit(1)
    if target.exists():
        sys.stderr.write(f"{target} exists already\n")
        raise typer.Exit(2)
    if not Path(url.database).exists():
        sys.stderr.write(f"there is no database at {url.database}\n")
        raise typer.Exit(1)
    with closing(sqlite3.connect(url.database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    _write(f"{target} written, {target.stat().st_size:,} bytes")


async def _counts(url: str) -> dict[str, object]:
    try:
        storage = Storage.open(url, migrate=False)
    except StorageError as error:
        return {"error": str(error)}
    try:
        return await storage.read(_looked_at)
    finally:
        await storage.close()


def _looked_at(unit: Unit) -> dict[str, object]:
    return {
        "inbox": unit.inbox.counts(),
        "outbox": unit.outbox.counts(),
        "conversations": unit.cases.count(),
        "tickets": dict(unit.tickets.counts()),
        "given up": [f"update {each.arrival.update_id}: {each.error}" for each in unit.inbox.failures(20)],
        "refused": [f"letter {letter.id} to {letter.lane}: {error}" for letter, error in unit.outbox.failures(20)],
    }


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
