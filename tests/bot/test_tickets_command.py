"""`settledesk tickets`: what a shell shows of tickets, deadlines and waits included."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.commands.tickets import app
from bot.exporting import defused, write_tickets
from knowledge.ticket import Deadline, Life, Ticket, Waiting
from storage.database import Storage
from storage.unit import Unit

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)
LIFE = Life((Deadline("resolution", NOW, 60, "reminded"),), Waiting(NOW, NOW + timedelta(days=3)), 50)


@pytest.fixture
def database(tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    shutil.copy(migrated_file, tmp_path / "desk.db")
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    return url


async def opened(url: str) -> None:
    storage = Storage.open(url)
    draft = Ticket(0, 7, 7, "zh", "risk", NOW, "waiting_bank", owner=50, owner_name="小陈", life=LIFE)
    await storage.run(lambda unit: unit.tickets.open(draft))
    await storage.run(lambda unit: unit.audit.note(NOW, 50, "waiting", ticket=1001, detail={"for": "bank"}))
    await storage.close()


def test_tickets_are_listed_and_shown(database: str) -> None:
    asyncio.run(opened(database))
    run = CliRunner().invoke
    (listed,) = json.loads(run(app, ["list", "--json"]).stdout)
    assert (listed["number"], listed["status"]) == (1001, "waiting_bank")
    assert listed["life"]["waiting"]["until"] == "2026-11-23T07:00:00+00:00"
    shown = json.loads(run(app, ["show", "1001", "--json"]).stdout)
    assert shown["life"]["deadlines"] == [
        {"kind": "resolution", "since": "2026-11-20T07:00:00+00:00", "spent": 60, "told": "reminded"}
    ]
    assert [entry["action"] for entry in shown["log"]] == ["waiting"]
    assert "waiting_bank" in run(app, ["list"]).stdout
    assert "小陈" in run(app, ["show", "1001"]).stdout
    assert run(app, ["show", "9"]).exit_code == 1


def test_exported_tickets_come_in_pages_and_by_time(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def filled() -> None:
        storage = Storage.open(database)

        def many(unit: Unit) -> None:
            for number in range(620):
                opened_at = NOW - timedelta(hours=number)
                unit.tickets.open(Ticket(0, 7, 7, "zh", "risk", opened_at, merchant_name='=HYPERLINK("x")', stars=5))

        await storage.run(many)
        await storage.close()

    asyncio.run(filled())
    monkeypatch.setenv("SETTLEDESK_NOW", "2026-11-26T17:00:00+08:00")
    path = tmp_path / "tickets.csv"
    assert json.loads(CliRunner().invoke(app, ["export", "--out", str(path), "--json"]).stdout)["tickets"] == 620
    assert path.read_bytes().startswith(b"\xef\xbb\xbfnumber,")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["number"]) for row in rows] == list(range(1001, 1621))
    assert rows[0]["created_at"] == "2026-11-20T15:00:00+08:00"
    assert rows[0]["merchant_name"] == '\'=HYPERLINK("x")'
    named = ["export", "--out", str(path), "--from", "2026-11-20", "--to", "2026-11-20"]
    assert "16 tickets" in CliRunner().invoke(app, named).stdout
    assert CliRunner().invoke(app, ["export", "--out", str(tmp_path / "no" / "x.csv")]).exit_code == 1


@given(st.text(st.sampled_from("=+-@\t\r\n＝＋－＠ '\",;a1\u00a0\u3000"), max_size=8))
def test_no_cell_is_a_formula_and_none_loses_a_letter(cell: str) -> None:
    shown = defused(cell)
    assert shown in (cell, f"'{cell}")
    assert not shown.strip(" \u00a0\u3000").startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    file = io.StringIO()
    write_tickets(file, [Ticket(1001, 7, 7, "zh", "risk", NOW, merchant_name=cell)], ZoneInfo("Asia/Shanghai"))
    (row,) = csv.DictReader(io.StringIO(file.getvalue(), newline=""))
    assert row["merchant_name"] == shown
