"""``settledesk report``: how the desk did, as one page to be read, printed or sent on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.authoring import AsJson, Folder, in_locale, loaded, now, refuse
from bot.commands.periods import From, To, period_of
from bot.commands.printing import complain, write, write_json
from bot.commands.storing import with_storage
from bot.reporting.page import page
from bot.settings import read_settings
from knowledge.figures import overview
from knowledge.ticket_rules import Rules
from storage.statistics import Statistics


def report(
    first: From = None,
    last: To = None,
    out: Annotated[Path | None, typer.Option(help="The page to write, such as report.html.")] = None,
    locale: Annotated[str | None, typer.Option(help="Such as zh or en; the base's first unless given.")] = None,
    *,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Write volume, times, missed deadlines and stars as a page with charts; last week's when no days are named."""
    if out is None and not as_json:
        refuse("--out names the page to write, such as --out report.html; --json prints the figures instead")
    base, zone, moment = loaded(folder), read_settings().zone, now()
    monday = moment.date() - timedelta(moment.weekday())
    period = period_of(first, last, (monday - timedelta(7), monday - timedelta(1)), zone)
    spoken = in_locale(base, locale or base.default_locale)
    tickets = with_storage(
        lambda storage: storage.read(lambda unit: Statistics(unit.wire).worked(period.begins, period.ends))
    )
    told = overview(tickets, period, Rules.of(base, zone))
    if out is not None:
        try:
            out.write_text(page(told, base, spoken, zone, moment), encoding="utf-8")
        except OSError as error:
            complain(f"{out} cannot be written: {error.strerror}")
            raise typer.Exit(1) from None
    if as_json:
        write_json(told)
    else:
        total = told.total
        write(f"{out}: {total.opened} opened, {total.resolved} resolved, {total.missed} deadlines missed")
