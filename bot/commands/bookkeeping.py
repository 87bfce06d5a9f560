"""``settledesk settlements history`` and the ledger's part of ``settlements stats``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Annotated, TypeVar

import typer

from bot.clock import clock_from
from bot.commands.printing import complain, said, write, write_json
from bot.settings import Settings, read_settings
from storage.database import Storage
from storage.errors import StorageError
from storage.settlement.books import Books, Import, Version, books, versions
from storage.settlement.table import FRESH_FOR
from storage.statements import Wire

T = TypeVar("T")
REASONS_SHOWN = 3


def history(
    record: Annotated[str, typer.Argument(metavar="ID", help="Number of a payout, card change, terminal, merchant.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON value on standard output.")] = False,
) -> None:
    """Show every version of a record: what was said when, and which import brought it. Exit code 1 without any."""
    settings = read_settings()
    found: tuple[Version, ...] = ()
    for name in dict.fromkeys((record.strip(), record.strip().upper())):  # terminals are kept in capitals
        found = found or _read(settings, lambda wire, name=name: versions(wire, name))  # type: ignore[misc]
    if as_json:
        write_json({"id": record, "versions": [said(version) for version in found]})
    elif found:
        _print_versions(found, settings.zone)
    else:
        complain(f"nothing was imported of {record}")
    raise typer.Exit(0 if found else 1)


def bookkeeping(settings: Settings) -> Books | None:
    """What the ledger of imports tells; None when the database does not answer."""
    now = clock_from(settings.settledesk_now)()
    try:
        return _read(settings, lambda wire: books(wire, now, FRESH_FOR))
    except StorageError:
        return None


def print_bookkeeping(found: Books, zone: tzinfo) -> None:
    """Feeds, last imports, and what was refused."""
    for feed in found.feeds:
        stale = " (stale)" if feed.stale else ""
        write(f"feed {feed.format} of {feed.acquirer or 'an unknown acquirer'}: as of {_at(feed.as_of, zone)}{stale}")
    if found.imports:
        write("last imports:")
    for each in found.imports:
        write(f"  {_one(each, zone)}")
    if found.rejected:
        write("refused, and not imported since:")
    for each in found.rejected:
        write(f"  {_one(each, zone)}")
        for reason in each.reasons[:REASONS_SHOWN]:
            write(f"    {reason}")
        if len(each.reasons) > REASONS_SHOWN:
            write(f"    … and more; --json has the first {len(each.reasons)}")


def _one(each: Import, zone: tzinfo) -> str:
    brought = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in each.records.items() if count)
    return f"{each.import_no:>5}  {_at(each.at, zone)}  {each.state:8}  {each.format}: {each.name}" + (
        f" ({brought})" if brought else ""
    )


def _print_versions(found: tuple[Version, ...], zone: tzinfo) -> None:
    kind, before = "", dict[str, object]()
    for version in found:
        if version.kind != kind:
            kind, before = version.kind, {}
        current = ", counts now" if version.current else ""
        write(f"{kind.removesuffix('s').replace('_', ' ')} as of {_at(version.said_at, zone)}{current}")
        where = f"file {version.file}, place {version.line}"
        write(f"  import {version.import_no}, {version.format}: {version.delivery}, {where}, {_when(version, zone)}")
        values = {name: _shown(value, zone) for name, value in version.values.items()}
        for name, value in values.items():
            if value != before.get(name):
                was = f", was {_told(before[name])}" if before else ""
                write(f"  {name} = {_told(value)}{was}")
        before = values


def _shown(value: object, zone: tzinfo) -> object:
    return _at(value, zone) if isinstance(value, datetime) else value


def _told(value: object) -> object:
    return "not said" if value is None else value


def _when(version: Version, zone: tzinfo) -> str:
    return f"imported {_at(version.imported_at, zone)}" if version.imported_at else "imported"


def _at(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).isoformat(sep=" ", timespec="seconds")


def _read(settings: Settings, work: Callable[[Wire], T]) -> T:
    async def run() -> T:
        storage = Storage.open(settings.database_url)
        try:
            return await storage.read(lambda unit: work(unit.wire))
        finally:
            await storage.close()

    return asyncio.run(run())
