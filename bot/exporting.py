"""Tickets as a table for spreadsheets. What a merchant wrote must not become a formula there."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime
from typing import TextIO
from zoneinfo import ZoneInfo

from knowledge.ticket import Ticket

COLUMNS = (
    *("number", "status", "priority", "department", "references", "merchant_no", "merchant_name", "terminal_id"),
    *("verified", "locale", "owner", "owner_name", "created_at", "claimed_at", "first_reply_at", "resolved_at"),
    *("reason", "article", "stars", "stars_reason"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheets take for the beginning of a formula, or skip on the way to one (OWASP, CSV injection)."""


def write_tickets(file: TextIO, tickets: Iterable[Ticket], zone: ZoneInfo, *, head: bool = True) -> int:
    """Write rows of ``COLUMNS``, times in ``zone`` with their offset; returns how many. ``head``: with a header row."""
    rows = csv.writer(file, lineterminator="\r\n")
    if head:
        rows.writerow(COLUMNS)
    count = 0
    for ticket in tickets:
        rows.writerow(defused(_text(getattr(ticket, column), zone)) for column in COLUMNS)
        count += 1
    return count


def defused(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would calculate."""
    return f"'{cell}" if cell.lstrip(" \u00a0\u3000\ufeff").startswith(FORMULA) else cell


def _text(value: object, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    return " ".join(value) if isinstance(value, tuple) else str(value)
