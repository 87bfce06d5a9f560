"""``--from`` and ``--to``: whole days in the desk's zone, both included."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.commands.authoring import refuse
from knowledge.figures import Period
from knowledge.periods import days

From = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day, such as 2026-11-01.")
]
To = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day, included.")]


def period_of(first: datetime | None, last: datetime | None, usual: tuple[date, date], zone: ZoneInfo) -> Period:
    """The period that is named; what is not named is as ``usual`` has it. One that ends before it begins is refused."""
    begin, end = first.date() if first else usual[0], last.date() if last else usual[1]
    if end < begin:
        refuse(f"--from {begin} is later than --to {end}")
    return days(begin, end, zone)
