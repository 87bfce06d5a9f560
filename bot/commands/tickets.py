"""``settledesk tickets``: the tickets from a shell."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from bot.commands.authoring import AsJson, now
from bot.commands.periods import From, To, period_of
from bot.commands.printing import complain, write, write_json
from bot.commands.storing import with_storage
from bot.exporting import write_tickets
from bot.settings import read_settings
from knowledge.ticket import Ticket
from storage.database import Storage
from storage.unit import Unit

T = TypeVar("T")
app = typer.Typer(help="List tickets and look at one.", no_args_is_help=True)


@app.command("list")
def list_tickets(
    every: Annotated[bool, typer.Option("--all", help="Resolved and closed ones too.")] = False,
    department: Annotated[str | None, typer.Option(help="Only this department's.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10000, help="At most so many.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
) -> None:
    """List tickets, oldest first."""
    statuses = ("open", "claimed", "waiting_merchant", "waiting_bank", "resolved", "closed") if every else None
    found = _read(lambda unit: unit.tickets.queue(statuses=statuses, department=department, limit=limit))
    if as_json:
        _write(json.dumps([_plain(ticket) for ticket in found], ensure_ascii=False, indent=2))
        return
    for ticket in found:
        terminal, owner = ticket.terminal_id or "-", ticket.owner_name or "-"
        references = " ".join(ticket.references) or "-"
        _write(f"#{ticket.number}  {ticket.status:16} {ticket.department:13} {terminal:10} {references:12} {owner}")
    if not found:
        _write("no tickets")


@app.command("show")
def show(
    number: Annotated[int, typer.Argument(help="The ticket's number, such as 1042.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show one ticket with its case and its audit log. Exit code 1 when there is none of this number."""
    ticket, log = _read(lambda unit: (unit.tickets.by_number(number), unit.audit.newest(ticket=number)))
    if ticket is None:
        sys.stderr.write(f"there is no ticket {number}\n")
        raise typer.Exit(1)
    whole = {**_plain(ticket), "log": [_plain(entry) for entry in reversed(log)]}
    if as_json:
        _write(json.dumps(whole, ensure_ascii=False, indent=2))
        return
    for name, value in whole.items():
        if name not in ("case", "log"):
            _write(f"{name:15} {value}")
    for line in whole["case"].get("transcript", []):
        _write(f"  {line['at']} {line['who']}: {line['text']}")
    for entry in whole["log"]:
        _write(f"  {entry['at']} {entry['action']} by {entry['actor']} {entry['detail'] or ''}")


@app.command("export")
def export(
    out: Annotated[Path, typer.Option(help="The file to write, such as tickets.csv.")],
    first: From = None,
    last: To = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Write tickets opened in a time, all unless told, as CSV for spreadsheets; formulas are defused."""
    zone, today = read_settings().zone, now().date()
    period = period_of(first, last, (date(2000, 1, 1), today), zone)

    async def pages(storage: Storage) -> int:
        count = after = 0
        with out.open("w", encoding="utf-8-sig", newline="") as file:  # by the mark spreadsheets know the encoding
            while True:
                page = await storage.read(
                    lambda unit, after=after: unit.tickets.opened(period.begins, period.ends, after=after)  # type: ignore[misc]
                )
                count += write_tickets(file, page, zone, head=after == 0)
                if not page:
                    return count
                after = page[-1].number

    try:
        count = with_storage(pages)
    except OSError as error:
        complain(f"{out} cannot be written: {error.strerror}")
        raise typer.Exit(1) from None
    if as_json:
        write_json({"file": str(out), "tickets": count})
    else:
        write(f"{out}: {count} tickets")


def _read(work: Callable[[Unit], T]) -> T:
    async def read() -> T:
        storage = Storage.open(read_settings().database_url)
        try:
            return await storage.read(work)
        finally:
            await storage.close()

    return asyncio.run(read())


def _plain(value: Any) -> dict[str, Any]:
    plain = {name: _said(item) for name, item in asdict(value).items()}
    if isinstance(value, Ticket):
        plain["case"] = json.loads(value.case)
    return plain


def _said(value: Any) -> Any:
    """As JSON can say it; moments deep within are moments too."""
    if isinstance(value, dict):
        return {name: _said(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_said(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
