"""`settledesk tickets`: what a shell shows of tickets, deadlines and waits included."""

from __future__ import annotations

import asyncio
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.tickets import app
from knowledge.ticket import Deadline, Life, Ticket, Waiting
from storage.database import Storage

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
