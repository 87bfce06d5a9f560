"""``settledesk settlements``: import statements, look into the table, and see how a case is decided."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from bot.clock import clock_from
from bot.settings import Settings, read_settings
from bot.sources import source_of
from knowledge.case import Answers
from knowledge.diagnosis import Finding, diagnose
from knowledge.formats import decimals
from knowledge.loader import load
from knowledge.records import Found, LookupResult, Query, Unavailable
from storage.database import Storage
from storage.settlement.formats import FORMATS
from storage.settlement.importing import Importer, ImportReport, Outcome
from storage.settlement.ledger import ImportBusy, ImportTakenOver
from storage.settlement.source import Freshness, SettlementSource

T = TypeVar("T")
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on standard output.")]
Day = Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Trade date, YYYY-MM-DD.")]
SHOWN = 50
app = typer.Typer(help="Settlement records: import, show, explain.", no_args_is_help=True)


@app.command("import")
def import_files(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders, zips or gzips.", show_default=False)],
    keep_good: Annotated[bool, typer.Option("--keep-good", help="Keep good rows when others are bad.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Read files anew that were imported before.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import settlement files; formats are recognised by content. Exit code 1 when anything in them was bad."""
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        sys.stderr.write(f"there is no {', '.join(missing)}\n")
        raise typer.Exit(2)
    settings = read_settings()
    try:
        outcome = asyncio.run(_import(settings, paths, keep_good, again))
    except (ImportBusy, ImportTakenOver) as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(1) from None
    if as_json:
        _write_json({"good": outcome.good, "imports": [report.as_data() for report in outcome.reports]})
    else:
        for report in outcome.reports:
            _print_report(report)
    raise typer.Exit(0 if outcome.good else 1)


@app.command("show")
def show(
    terminal: Annotated[str, typer.Argument(help="The terminal's ID.")], day: Day = None, as_json: AsJson = False
) -> None:
    """Show what the source knows of a terminal. Exit code 1 when it knows no such terminal."""
    result = _with_source(read_settings(), lambda source: _look_up(source, terminal, day))
    if as_json:
        _write_json({"result": type(result).__name__.lower(), **_plain(result)})
    elif isinstance(result, Found):
        _print_records(result)
    else:
        sys.stderr.write(_why_not(result, terminal))
    raise typer.Exit(0 if isinstance(result, Found) else 1)


@app.command("explain")
def explain(
    terminal: Annotated[str, typer.Argument(help="The terminal's ID.")],
    day: Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="Trade date, YYYY-MM-DD.")],
    amount: Annotated[str | None, typer.Option(help="The missing amount in major units, such as 1234.50.")] = None,
    changed: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the card change as the merchant says.")
    ] = None,
    tail: Annotated[str | None, typer.Option(help="The new card's last digits as the merchant says.")] = None,
    as_json: AsJson = False,
) -> None:
    """Explain how a case is decided: facts, and every rule with its verdict and why. Exit code 1 without records."""
    settings = read_settings()
    result = _with_source(settings, lambda source: _look_up(source, terminal, day))
    base = load(settings.knowledge_dir)
    currency = (result.records.merchant.currency if isinstance(result, Found) else None) or "CNY"
    answers = Answers(
        terminal_id=terminal.upper(), change_date=changed.date() if changed else None, trade_dates=(day.date(),),
        amounts=() if amount is None else (_minor(amount, currency),), new_tail=tail,
    )  # fmt: skip
    now = clock_from(settings.settledesk_now)().astimezone(settings.zone)
    findings = diagnose(result, answers, base.causes, base.acquirers, base.calendar, now)
    if as_json:
        _write_json({"result": type(result).__name__.lower(), "findings": [_plain(finding) for finding in findings]})
    else:
        for finding in findings:
            _print_finding(finding)
        if not isinstance(result, Found):
            sys.stderr.write(_why_not(result, terminal))
    raise typer.Exit(0 if isinstance(result, Found) else 1)


@app.command("formats")
def formats(as_json: AsJson = False) -> None:
    """List the formats that can be imported."""
    if as_json:
        _write_json([{"name": form.name, "title": form.title} for form in FORMATS])
        return
    for form in FORMATS:
        _write(f"{form.name:15} {form.title}")


@app.command("stats")
def stats(as_json: AsJson = False) -> None:
    """How fresh the records are, how many, and which values nobody has mapped yet. Exit code 1 when they are stale."""
    layers = _with_source(read_settings(), lambda source: source.freshness())
    if as_json:
        _write_json({"layers": [{"answers": isinstance(layer, Freshness), **_plain(layer)} for layer in layers]})
    else:
        for layer in layers:
            _print_freshness(layer)
    raise typer.Exit(1 if any(isinstance(layer, Unavailable) or layer.stale for layer in layers) else 0)


async def _import(settings: Settings, paths: list[Path], keep_good: bool, again: bool) -> Outcome:
    providers = load(settings.knowledge_dir).providers
    storage = Storage.open(settings.database_url)
    importer = Importer(storage.engine, clock_from(settings.settledesk_now), providers, timezone=settings.timezone)
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
        TextColumn("{task.fields[records]} records"), TimeRemainingColumn(),
    )  # fmt: skip
    try:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
            tasks: dict[str, Any] = {}

            def advance(name: str, read: int, size: int, records: int) -> None:
                if name not in tasks:
                    tasks[name] = bars.add_task(name, total=size, records=0)
                bars.update(tasks[name], completed=read, records=records)

            return await asyncio.to_thread(
                importer.run, paths, keep_good=keep_good, again=again, progress=None if bars.disable else advance
            )
    finally:
        await storage.close()


def _with_source(settings: Settings, work: Callable[[SettlementSource], Awaitable[T]]) -> T:
    async def run() -> T:
        storage = Storage.open(settings.database_url)
        source: SettlementSource | None = None
        try:
            source = source_of(
                settings, storage, clock_from(settings.settledesk_now), lambda: load(settings.knowledge_dir).providers
            )
            return await work(source)
        finally:
            if source is not None:
                await source.close()
            await storage.close()

    return asyncio.run(run())


async def _look_up(source: SettlementSource, terminal: str, day: datetime | None) -> LookupResult:
    """Staff at a shell see every merchant: the query names whichever merchant the terminal is of."""
    owner = await source.owner(terminal)
    if isinstance(owner, Unavailable):
        return owner
    merchants = frozenset({owner} if owner is not None else ())
    return await source.look_up(Query(terminal.upper(), (day.date(),) if day else (), merchants))


def _minor(amount: str, currency: str) -> int:
    try:
        value = Decimal(amount).scaleb(decimals(currency))
        if value != value.to_integral_value():
            raise InvalidOperation
    except InvalidOperation:
        sys.stderr.write(f"{amount} is no amount like 1234.50\n")
        raise typer.Exit(2) from None
    return int(value)


def _print_report(report: ImportReport) -> None:
    resumed = ", continued after an interruption" if report.resumed else ""
    _write(f"{report.path}: {report.format or 'unknown format'}: {report.state}{resumed}")
    for name, rows in report.rows.items():
        _write(f"  {name}: {rows} rows")
    for kind, count in report.records.items():
        _write(f"  {kind}: {count['new']} new, {count['changed']} changed, {count['same']} as before")
    for currency, sums in report.totals.items():
        figures = ", ".join(f"{name} {sums[name]:,.2f}" for name in ("gross", "fee", "net"))
        _write(f"  {currency}: {sums['payouts']} payouts, {figures}")
    for batch in report.batches[:SHOWN]:
        _write("  " + ", ".join(f"{name} {value}" for name, value in batch.items() if value not in (None, 0, 0.0)))
    for name, columns in report.unknown_columns.items():
        _write(f"  {name}: columns not known here: {', '.join(columns)}")
    for what, values in report.unmapped.items():
        _write(f"  not mapped: {what}: {', '.join(f'{raw} ({times})' for raw, times in values.items())}")
    for note in report.notes:
        _write(f"  {note}")
    for bad in report.bad[:SHOWN]:
        _write(f"  {bad}")
    if report.bad_count:
        kept = "good rows were kept" if report.state == "imported" else "nothing was imported"
        _write(f"  {report.bad_count} bad; {kept}")


def _print_records(found: Found) -> None:
    _write(f"source {found.source}, as of {found.as_of.isoformat()}{' (stale)' if found.stale else ''}")
    records = found.records
    for record in (records.merchant, records.terminal, *records.changes, *records.payouts, *records.incidents):
        known = {name: value for name, value in _plain(record).items() if value is not None}
        _write(f"{type(record).__name__.lower():11} " + " ".join(f"{name}={value}" for name, value in known.items()))


def _print_freshness(layer: Freshness | Unavailable) -> None:
    if isinstance(layer, Unavailable):
        _write(f"{layer.source}: no answer: {layer.reason}")
        return
    as_of = layer.as_of.isoformat() if layer.as_of else "never"
    _write(f"{layer.source}: as of {as_of}{' (stale)' if layer.stale else ''}")
    for kind, count in layer.counts.items():
        _write(f"  {kind:13} {count}")
    for what, values in layer.unmapped.items():
        for raw, times in sorted(values.items(), key=lambda item: -item[1]):
            _write(f"  unmapped {what}: {raw!r} {times} times")


def _print_finding(finding: Finding) -> None:
    _write(f"{finding.trade_date}: {finding.primary}" + "".join(f", then {cause}" for cause in finding.secondary))
    for name, value in finding.facts.items():
        _write(f"  {name} = {_said(value)}")
    for cause, verdict, why in finding.trace:
        _write(f"  {cause:35} {verdict:12} {why}")


def _why_not(result: LookupResult, terminal: str) -> str:
    if isinstance(result, Unavailable):
        return f"{result.source}: {result.reason}\n" if result.source else f"{result.reason}\n"
    return f"there is no terminal {terminal}\n"


def _plain(value: Any) -> dict[str, Any]:
    said = _said(value)
    return said if isinstance(said, dict) else {"value": said}


def _said(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _said(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _said(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_said(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _write_json(value: Any) -> None:
    _write(json.dumps(_said(value), ensure_ascii=False, indent=2))


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
