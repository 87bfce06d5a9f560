"""``settledesk settlements``: import statements, look into the table, and see how a case is decided."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, TypeVar

import typer

from bot.clock import clock_from
from bot.commands.bookkeeping import bookkeeping, history, print_bookkeeping
from bot.commands.importing import import_files
from bot.commands.printing import plain as _plain
from bot.commands.printing import said as _said
from bot.commands.printing import write as _write
from bot.commands.printing import write_json as _write_json
from bot.commands.watching import watch
from bot.settings import Settings, read_settings
from knowledge.case import Answers
from knowledge.diagnosis import Finding, diagnose
from knowledge.formats import decimals
from knowledge.loader import load
from knowledge.records import Found, LookupResult, Query, Unavailable
from storage.database import Storage
from storage.settlement.formats import known_formats
from storage.settlement.table import TableSource

T = TypeVar("T")
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on standard output.")]
Day = Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Trade date, YYYY-MM-DD.")]
app = typer.Typer(help="Settlement records: import, show, explain.", no_args_is_help=True)
app.command("import")(import_files)
app.command("watch")(watch)
app.command("history")(history)


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
        _write_json([{"name": form.name, "title": form.title} for form in known_formats()])
        return
    for form in known_formats():
        _write(f"{form.name:15} {form.title}")


@app.command("stats")
def stats(as_json: AsJson = False) -> None:
    """How fresh the records are, how many, and which values nobody has mapped yet. Exit code 1 when they are stale."""
    settings = read_settings()
    found = _with_source(settings, lambda source: source.freshness())
    books = bookkeeping(settings)
    if as_json:
        _write_json({**_plain(found), **_plain(books)})
    elif isinstance(found, Unavailable):
        sys.stderr.write(f"{found.reason}\n")
    else:
        _write(f"as of {found.as_of.isoformat() if found.as_of else 'never'}{' (stale)' if found.stale else ''}")
        for kind, count in found.counts.items():
            _write(f"{kind:15} {count}")
        for what, values in found.unmapped.items():
            for raw, times in sorted(values.items(), key=lambda item: -item[1]):
                _write(f"unmapped {what}: {raw!r} {times} times")
    if books is not None and not as_json:
        print_bookkeeping(books, settings.zone)
    raise typer.Exit(1 if isinstance(found, Unavailable) or found.stale else 0)


def _with_source(settings: Settings, work: Callable[[TableSource], Awaitable[T]]) -> T:
    async def run() -> T:
        storage = Storage.open(settings.database_url)
        try:
            return await work(TableSource(storage, clock_from(settings.settledesk_now), timezone=settings.timezone))
        finally:
            await storage.close()

    return asyncio.run(run())


async def _look_up(source: TableSource, terminal: str, day: datetime | None) -> LookupResult:
    """Staff at a shell see every merchant: the query names whichever merchant the terminal is of."""
    owner = await source.owner(terminal)
    merchants = frozenset({owner} if isinstance(owner, str) else ())
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


def _print_records(found: Found) -> None:
    _write(f"source {found.source}, as of {found.as_of.isoformat()}{' (stale)' if found.stale else ''}")
    records = found.records
    for record in (records.merchant, records.terminal, *records.changes, *records.payouts, *records.incidents):
        known = {name: value for name, value in _plain(record).items() if value is not None}
        _write(f"{type(record).__name__.lower():11} " + " ".join(f"{name}={value}" for name, value in known.items()))


def _print_finding(finding: Finding) -> None:
    _write(f"{finding.trade_date}: {finding.primary}" + "".join(f", then {cause}" for cause in finding.secondary))
    for name, value in finding.facts.items():
        _write(f"  {name} = {_said(value)}")
    for cause, verdict, why in finding.trace:
        _write(f"  {cause:35} {verdict:12} {why}")


def _why_not(result: LookupResult, terminal: str) -> str:
    return f"{result.reason}\n" if isinstance(result, Unavailable) else f"there is no terminal {terminal}\n"
