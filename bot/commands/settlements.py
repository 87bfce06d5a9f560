"""``settledesk settlements``: import statements, look into the table, and see how a case is decided."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Annotated, Literal, TypeVar

import typer

from bot.clock import clock_from
from bot.commands.bookkeeping import bookkeeping, history, print_bookkeeping
from bot.commands.importing import import_files
from bot.commands.printing import plain, said, write, write_json
from bot.commands.watching import watch
from bot.settings import Settings, read_settings
from bot.sources import source_of
from knowledge.case import Answers
from knowledge.diagnosis import Finding, diagnose
from knowledge.formats import decimals
from knowledge.loader import load
from knowledge.records import Found, LookupResult, Query, Unavailable
from storage.database import Storage
from storage.settlement.announcing import AnnouncingSource
from storage.settlement.formats import known_formats
from storage.settlement.source import Freshness, SettlementSource

T = TypeVar("T")
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on standard output.")]
Cycle = Literal["T1", "D0"]
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
    result = _with_source(read_settings(), lambda source: _look_up(source, terminal, *([day] if day else [])))
    if as_json:
        write_json({"result": type(result).__name__.lower(), **plain(result)})
    elif isinstance(result, Found):
        _print_records(result)
    else:
        sys.stderr.write(_why_not(result, terminal))
    raise typer.Exit(0 if isinstance(result, Found) else 1)


@app.command("explain")
def explain(
    terminal: Annotated[str, typer.Argument(help="The terminal's ID.")],
    days: Annotated[
        list[datetime] | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Trade date, YYYY-MM-DD; repeatable.")
    ] = None,
    amounts: Annotated[
        list[str] | None,
        typer.Option("--amount", help="A missing amount in major units, such as 1234.50; repeatable."),
    ] = None,
    changed: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the card change as the merchant says.")
    ] = None,
    tail: Annotated[str | None, typer.Option(help="The new card's last digits as the merchant says.")] = None,
    cycle: Annotated[Cycle | None, typer.Option(help="The settlement cycle that the merchant believes in.")] = None,
    as_json: AsJson = False,
) -> None:
    """Explain how a case is decided: facts, and every rule with its verdict and why. Exit code 1 without records.

    Dates and amounts are taken in the order given: as many amounts as dates are one for each.
    """
    settings = read_settings()
    result = _with_source(settings, lambda source: _look_up(source, terminal, *(days or ())))
    base = load(settings.knowledge_dir)
    currency = (result.records.merchant.currency if isinstance(result, Found) else None) or "CNY"
    answers = Answers(
        terminal_id=terminal.upper(), change_date=changed.date() if changed else None,
        trade_dates=tuple(day.date() for day in days or ()),
        amounts=tuple(_minor(amount, currency) for amount in amounts or ()), new_tail=tail, claims_cycle=cycle,
    )  # fmt: skip
    now = clock_from(settings.settledesk_now)().astimezone(settings.zone)
    findings = diagnose(result, answers, base.causes, base.acquirers, base.calendar, now, traced=True)
    if as_json:
        write_json({"result": type(result).__name__.lower(), "findings": [plain(finding) for finding in findings]})
    else:
        if not isinstance(result, Found):
            sys.stderr.write(_why_not(result, terminal))
        for finding in findings:
            _print_finding(finding)
    raise typer.Exit(0 if isinstance(result, Found) else 1)


@app.command("formats")
def formats(as_json: AsJson = False) -> None:
    """List the formats that can be imported."""
    if as_json:
        write_json([{"name": form.name, "title": form.title} for form in known_formats()])
        return
    width = max(len(form.name) for form in known_formats())
    for form in known_formats():
        write(f"{form.name:{width}}  {form.title}")


@app.command("stats")
def stats(as_json: AsJson = False) -> None:
    """How fresh the records are, how many, and which values nobody has mapped yet. Exit code 1 when they are stale."""
    settings = read_settings()
    layers = _with_source(settings, lambda source: source.freshness())
    books = bookkeeping(settings)
    if as_json:
        said_of = [{"answers": isinstance(layer, Freshness), **plain(layer)} for layer in layers]
        write_json({"layers": said_of, **(plain(books) if books else {})})
    else:
        for layer in layers:
            _print_freshness(layer)
        if books is not None:
            print_bookkeeping(books, settings.zone)
    raise typer.Exit(1 if any(isinstance(layer, Unavailable) or layer.stale for layer in layers) else 0)


def _with_source(settings: Settings, work: Callable[[SettlementSource], Awaitable[T]]) -> T:
    async def run() -> T:
        storage = Storage.open(settings.database_url)
        source: SettlementSource | None = None
        try:
            clock = clock_from(settings.settledesk_now)
            configured = source_of(settings, storage, clock, lambda: load(settings.knowledge_dir).providers)
            source = AnnouncingSource(configured, storage, lambda: load(settings.knowledge_dir), clock)
            return await work(source)
        finally:
            if source is not None:
                await source.close()
            await storage.close()

    return asyncio.run(run())


async def _look_up(source: SettlementSource, terminal: str, *days: datetime) -> LookupResult:
    """Staff at a shell see every merchant: the query names whichever merchant the terminal is of."""
    owner = await source.owner(terminal)
    if isinstance(owner, Unavailable):
        return owner
    merchants = frozenset({owner} if owner is not None else ())
    return await source.look_up(Query(terminal.upper(), tuple(day.date() for day in days), merchants))


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
    write(f"source {found.source}, as of {found.as_of.isoformat()}{' (stale)' if found.stale else ''}")
    records = found.records
    for record in (records.merchant, records.terminal, *records.changes, *records.payouts, *records.incidents):
        known = {name: value for name, value in plain(record).items() if value is not None}
        write(f"{type(record).__name__.lower():11} " + " ".join(f"{name}={value}" for name, value in known.items()))


def _print_freshness(layer: Freshness | Unavailable) -> None:
    if isinstance(layer, Unavailable):
        write(f"{layer.source}: no answer: {layer.reason}")
        return
    as_of = layer.as_of.isoformat() if layer.as_of else "never"
    write(f"{layer.source}: as of {as_of}{' (stale)' if layer.stale else ''}")
    for kind, count in layer.counts.items():
        write(f"  {kind:13} {count}")
    for what, values in layer.unmapped.items():
        for raw, times in sorted(values.items(), key=lambda item: -item[1]):
            write(f"  unmapped {what}: {raw!r} {times} times")


def _print_finding(finding: Finding) -> None:
    of = f"{finding.trade_date}: " if finding.trade_date else ""
    write(f"{of}{finding.primary}" + "".join(f", then {cause}" for cause in finding.secondary))
    for hint in finding.hints:
        write(f"  ? {hint.kind}: " + ", ".join(f"{name}={said(value)}" for name, value in hint.values.items()))
    for name, value in finding.facts.items():
        if value is not None:
            write(f"  {name} = {said(value)}")
    write(f"  not known, or not there: {', '.join(_not_known(finding.facts)) or 'nothing'}")
    for cause, verdict, why in finding.trace:
        write(f"  {cause:35} {verdict:12} {why}")


def _not_known(facts: Mapping[str, object]) -> list[str]:
    """The facts without a value; a kind of which none has one is named once: ``payout.*``."""
    found: list[str] = []
    for kind, named in groupby(facts.items(), key=lambda fact: fact[0].partition(".")[0]):
        every = list(named)
        missing = [name for name, value in every if value is None]
        found += [f"{kind}.*"] if len(missing) == len(every) else missing
    return found


def _why_not(result: LookupResult, terminal: str) -> str:
    if isinstance(result, Unavailable):
        return f"{result.source}: {result.reason}\n" if result.source else f"{result.reason}\n"
    return f"terminal {terminal} is not in the records\n"
