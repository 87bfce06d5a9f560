"""Adyen's settlement details from a spreadsheet: what is saved as a workbook says the same as the report."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from knowledge.providers import Providers
from storage.settlement.opening import open_parts
from tests.storage.settlement.test_settlement_formats import SAMPLES, reading

FOLDER = SAMPLES / "adyen_details"
ORDERS = ("three_batches.csv", "another_order.csv")


def cell(heading: str, value: str) -> Any:
    """A value as a spreadsheet keeps it: sums and batch numbers as numbers, times as times, the rest as text."""
    if not value:
        return None
    if heading.endswith(("(NC)", "(GC)", "Rate")) or heading == "Batch Number":
        return float(value)
    return datetime.fromisoformat(value) if heading.endswith("Date") else value


def workbook(sample: Path, change: Callable[[list[list[str]]], list[list[str]]] = lambda rows: rows) -> bytes:
    with sample.open(encoding="utf-8", newline="") as stream:
        header, *rows = change(list(csv.reader(stream)))
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(header)
    for row in rows:
        sheet.append([cell(heading, value) for heading, value in zip(header, row, strict=True)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def told(read: dict[str, Any]) -> list[dict[str, Any]]:
    """What was read, but for the name of the file it was read from."""
    return [{name: value for name, value in entry.items() if name != "from"} for entry in read["entries"]]


@pytest.mark.parametrize("order", ORDERS)
def test_a_workbook_says_what_the_report_says(order: str, tmp_path: Path, providers: Providers) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(workbook(FOLDER / order))
    read = reading(open_parts(path), providers)
    expected = json.loads((FOLDER / f"{order}.expected").read_text("utf-8"))
    assert read["formats"] == ["adyen_details"]
    assert told(read) == told(expected)
    assert (read["batches"], read["bad"], read["as_of"]) == (expected["batches"], expected["bad"], expected["as_of"])
    assert list(read["rows"].values()) == list(expected["rows"].values())


def test_a_workbook_in_a_zip_is_read_too(tmp_path: Path, providers: Providers) -> None:
    path = tmp_path / "reports.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("march/report.xlsx", workbook(FOLDER / ORDERS[0]))
    expected = json.loads((FOLDER / f"{ORDERS[0]}.expected").read_text("utf-8"))
    assert told(reading(open_parts(path), providers)) == told(expected)


def test_a_workbook_without_its_last_rows_is_refused(tmp_path: Path, providers: Providers) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(workbook(FOLDER / ORDERS[0], lambda rows: rows[:-1]))
    read = reading(open_parts(path), providers)
    assert [bad for bad in read["bad"] if "differ by" in bad]
    assert [batch["batch"] for batch in read["batches"] if not batch["closes"]] == ["73"]


def test_a_batch_that_is_carried_over_has_no_payout(providers: Providers) -> None:
    """Its sums are known, money moved on instead of being sent, and the batch after it begins with that money."""
    read = reading(open_parts(FOLDER / ORDERS[0]), providers)
    carried = next(entry for entry in read["entries"] if entry.get("batch_id") == "72")
    assert (carried["net"], carried["held"]) == (0, 495)
    assert not {"status", "sent_at"} & carried.keys()
    batches = {batch["batch"]: batch for batch in read["batches"]}
    assert batches["72"]["carried_out"] == batches["73"]["carried_in"] == 4.95
