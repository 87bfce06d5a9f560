"""``settledesk settlements import``: statements into the table, with a bar that tells how far it is."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from bot.clock import Clock, clock_from
from bot.commands.printing import complain, write, write_json
from bot.settings import read_settings
from knowledge.loader import load
from storage.database import Storage
from storage.errors import StorageError
from storage.settlement.importing import Importer, Outcome
from storage.settlement.reporting import lines_of
from storage.workers import translated

PATIENCE = 10.0
"""Seconds to wait for another import, such as one of events that come in by webhook."""


def import_files(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders, zips or gzips.", show_default=False)],
    keep_good: Annotated[bool, typer.Option("--keep-good", help="Keep good rows when others are bad.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Read files anew that were imported before.")] = False,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When files were made that do not say so: 2026-11-20T15:00:00+08:00."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON value on standard output.")] = False,
) -> None:
    """Import settlement files; formats are recognised by content. Exit code 1 when anything in them was bad."""
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        complain(f"there is no {', '.join(missing)}")
        raise typer.Exit(2)
    settings = read_settings()
    clock = clock_from(settings.settledesk_now)
    made = _moment(as_of, clock) if as_of is not None else None
    providers = load(settings.knowledge_dir).providers
    try:
        storage = Storage.open(settings.database_url)
        importer = Importer(storage.engine, clock, providers, timezone=settings.timezone)
        outcome = asyncio.run(_import(storage, importer, paths, keep_good=keep_good, again=again, as_of=made))
    except Exception as error:
        if not isinstance(lost := translated(error), StorageError):
            raise
        complain(str(lost))
        raise typer.Exit(1) from None
    if as_json:
        write_json({"good": outcome.good, "imports": [report.as_data() for report in outcome.reports]})
    else:
        for report in outcome.reports:
            for line in lines_of(report):
                write(line)
    raise typer.Exit(0 if outcome.good else 1)


def _moment(text: str, clock: Clock) -> datetime:
    """The time given, which has its offset and has passed; anything else is wrong use."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        complain(f"--as-of: {text} is no time like 2026-11-20T15:00:00+08:00")
        raise typer.Exit(2) from None
    if moment.tzinfo is None:
        complain(f"--as-of: {text} needs its offset, like {text}+08:00")
        raise typer.Exit(2)
    if moment > clock():
        complain(f"--as-of: {text} is still to come")
        raise typer.Exit(2)
    return moment


async def _import(storage: Storage, importer: Importer, paths: list[Path], **wishes: Any) -> Outcome:
    try:
        with Bars() as bars:
            return await asyncio.to_thread(
                importer.run, paths, progress=bars.advance if bars.shown else None, patience=PATIENCE, **wishes
            )
    finally:
        await storage.close()


class Bars:
    """A bar for each path, where somebody sees it: bytes, records a second, and the time that is left."""

    def __init__(self, console: Console | None = None) -> None:
        console = console or Console(stderr=True)
        self.shown = console.is_terminal
        columns = (
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), DownloadColumn(),
            TextColumn("{task.fields[records]:,} records, {task.fields[rate]:,.0f}/s"), TimeRemainingColumn(),
        )  # fmt: skip
        self._progress = Progress(*columns, console=console, transient=True, disable=not self.shown)
        self._tasks: dict[str, Any] = {}
        self._begun: dict[str, float] = {}
        self._last = time.monotonic()

    def __enter__(self) -> Bars:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def advance(self, name: str, read: int, size: int, records: int) -> None:
        """Show how far the path of this name is. A size that turns out wrong makes a bar without an end."""
        now = time.monotonic()
        if name not in self._tasks:
            self._begun[name] = self._last  # it was opened when the one before had ended
            self._tasks[name] = self._progress.add_task(name, total=None, records=0, rate=0.0)
        rate = records / (now - self._begun[name] or 1.0)
        self._last = now
        task = self._tasks[name]
        if size > 0 and read <= size:
            self._progress.update(task, completed=read, total=size, records=records, rate=rate)
            return
        self._progress.update(task, completed=read, records=records, rate=rate)
        for each in self._progress.tasks:
            if each.id == task:
                each.total = None
