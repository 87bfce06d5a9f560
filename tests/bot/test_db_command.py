"""``settledesk db``: status, migrations and backups from a shell."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.db import app
from storage.database import Storage
from storage.migrations import newest
from tests.storage.test_units import NOW


@pytest.fixture
def shell(empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run the command on an empty database: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", empty_url)

    def run(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
        return result.exit_code, result.stdout, result.stderr

    return run


def test_up_and_down(shell):
    code, _, error = shell("status")
    assert (code, "settledesk db upgrade" in error) == (1, True)
    assert shell("upgrade")[:2] == (0, f"revision - -> {newest()}\n")
    assert shell("upgrade")[:2] == (0, f"already at revision {newest()}\n")
    code, report, _ = shell("status", "--json")
    assert code == 0
    assert json.loads(report)["inbox"] == {"new": 0, "done": 0, "failed": 0}
    assert "outbox" in shell("status")[1]
    assert shell("downgrade", "0001")[0] == 2
    assert shell("downgrade", "0001", "--yes")[:2] == (0, f"revision {newest()} -> 0001\n")
    assert shell("status")[0] == 1
    assert shell("downgrade", "base", "--yes")[0] == 0


def test_a_password_is_not_shown(shell, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://desk:secret@127.0.0.1:1/desk")
    for arguments in (("status",), ("backup", "x"), ("upgrade",)):
        code, out, error = shell(*arguments)
        assert code == 1
        assert "secret" not in out + error


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_backup_while_the_program_writes(database_url, tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", database_url)
    storage = Storage.open(database_url)
    for chat in range(1, 50):
        await storage.run(lambda unit, chat=chat: unit.cases.keep(chat, "{}", 0, at=NOW))  # type: ignore[misc]
    copy = tmp_path / "copy.db"
    result = CliRunner().invoke(app, ["backup", str(copy), "--json"])
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["bytes"] == copy.stat().st_size
    assert copy.stat().st_mode & 0o077 == 0
    await storage.run(lambda unit: unit.cases.keep(50, "{}", 0, at=NOW))
    await storage.close()
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM cases").fetchone() == (49,)
    assert CliRunner().invoke(app, ["backup", str(copy)]).exit_code == 2
    assert sorted(path.suffix for path in tmp_path.glob("copy*")) == [".db"]


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_postgresql_is_backed_up_by_its_own_tool(database_url, tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", database_url)
    result = CliRunner().invoke(app, ["backup", str(tmp_path / "x")])
    assert (result.exit_code, "pg_dump" in result.stderr) == (1, True)
