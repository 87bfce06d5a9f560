"""``settledesk settlements watch``: a drop folder, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import clock_from
from bot.commands.printing import complain, write
from bot.settings import Settings, read_settings
from knowledge.loader import load
from storage.engines import engine_for
from storage.errors import StorageError
from storage.migrations import upgrade
from storage.settlement.dropfolder import DropFolder, Handled
from storage.settlement.folderlock import FolderTaken, locked
from storage.settlement.importing import Importer
from storage.settlement.opening import shown_name
from storage.settlement.reporting import summary_of
from storage.workers import translated

SHORTEST = 0.1
REASONS_SHOWN = 3
PATIENCE_ONCE = 60.0
"""Seconds that ``--once`` waits for another import to end: there is no next look."""


def watch(
    folder: Annotated[Path, typer.Argument(help="The folder into which files are dropped.", show_default=False)],
    every: Annotated[float, typer.Option(metavar="SECONDS", help="Seconds that a file has to rest.")] = 5.0,
    once: Annotated[bool, typer.Option("--once", help="Take what is complete, then end.")] = False,
    keep_good: Annotated[bool, typer.Option("--keep-good", help="Keep good rows when others are bad.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each delivery.")] = False,
) -> None:
    """Import what is dropped into a folder, and move it to done or rejected with its report beside it.

    With --once the exit code is 1 when anything was rejected or could not be taken.
    """
    if not folder.is_dir():
        complain(f"there is no folder {folder}")
        raise typer.Exit(2)
    if not SHORTEST <= every <= 3600:
        complain(f"--every: {every:g} is not between {SHORTEST:g} and 3600 seconds")
        raise typer.Exit(2)
    settings = read_settings()
    try:
        with locked(folder):
            drop = _drop_folder(settings, folder, every, keep_good, PATIENCE_ONCE if once else 0.0)
            good = _once(drop, as_json) if once else _on_and_on(drop, as_json)
    except FolderTaken as error:
        complain(str(error))
        raise typer.Exit(1) from None
    except (OSError, StorageError) as error:
        complain(f"{folder}: {error}" if isinstance(error, OSError) else str(error))
        raise typer.Exit(1) from None
    raise typer.Exit(0 if good else 1)


def _drop_folder(settings: Settings, folder: Path, every: float, keep_good: bool, patience: float) -> DropFolder:
    clock, zone = clock_from(settings.settledesk_now), settings.zone
    providers = load(settings.knowledge_dir).providers
    engine = engine_for(settings.database_url)
    try:
        upgrade(engine)
    except Exception as error:
        raise translated(error) from None
    importer = Importer(engine, clock, providers, timezone=settings.timezone)
    return DropFolder(
        folder, importer, lambda: clock().astimezone(zone), every=every, keep_good=keep_good, patience=patience
    )


def _once(drop: DropFolder, as_json: bool) -> bool:
    with _stopping() as stop:
        good = _look(drop, stop, as_json)
        if not stop.wait(drop.every):
            good = _look(drop, stop, as_json) and good
    if drop.waiting:
        complain(f"left, not complete or not to be taken yet: {', '.join(drop.waiting)}")
    return good


def _on_and_on(drop: DropFolder, as_json: bool) -> bool:
    lost = ""
    with _stopping() as stop:
        complain(f"watching {drop.folder}, a look every {drop.every:g} s; Ctrl-C ends it")
        while not stop.is_set():
            try:
                _look(drop, stop, as_json)
                if lost:
                    complain(f"{drop.folder} is there again")
                lost = ""
            except OSError as error:  # an unmounted share comes back
                if str(error) != lost:
                    complain(f"{drop.folder} cannot be read: {error.strerror or error}; trying again")
                lost = str(error)
            stop.wait(drop.every)
    complain("stopped")
    return True


def _look(drop: DropFolder, stop: threading.Event, as_json: bool) -> bool:
    """One look; False when anything was rejected or could not be taken. Ends early, after a delivery, on ``stop``."""
    good = True
    for handled in drop.look():
        good = good and handled.verdict == "done"
        write(json.dumps(_data(handled, drop.folder), ensure_ascii=False)) if as_json else _print(handled, drop.folder)
        sys.stdout.flush()
        if stop.is_set():
            break
    return good


def _data(handled: Handled, folder: Path) -> dict[str, object]:
    return {
        "names": list(handled.names), "verdict": handled.verdict, "says": handled.says,
        "moved": [shown_name(str(path.relative_to(folder))) for path in handled.moved],
        "imports": [report.as_data() for report in handled.reports],
    }  # fmt: skip


def _print(handled: Handled, folder: Path) -> None:
    names = ", ".join(handled.names)
    if handled.verdict == "waits":
        write(f"{names}: waits: {handled.says}")
        return
    told = "; ".join(summary_of(report) for report in handled.reports)
    write(f"{names}: {handled.verdict}: {told} -> {handled.moved[0].parent.relative_to(folder)}/")
    if handled.verdict == "rejected":
        bad = [bad for report in handled.reports for bad in report.bad]
        count = sum(report.bad_count for report in handled.reports)
        for each in bad[:REASONS_SHOWN]:
            write(f"  {each}")
        if count > REASONS_SHOWN:
            report = shown_name(str(handled.moved[0].relative_to(folder)))
            write(f"  … and {count - REASONS_SHOWN} more, in {report}.report.txt")


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Set by Ctrl-C and SIGTERM, so that the delivery in hand is finished; a second one ends at once."""
    stop = threading.Event()
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}

    def ask(_number: int, _frame: object) -> None:
        stop.set()
        for each, handler in before.items():
            signal.signal(each, handler)

    for each in before:
        signal.signal(each, ask)
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
