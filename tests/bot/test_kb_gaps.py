"""``settledesk kb gaps`` from a shell."""

from __future__ import annotations

import asyncio
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.kb import app
from storage.database import Storage
from storage.questions import NewQuestion
from tests.few import few

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


@pytest.fixture
def shell(migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run a command of ``kb`` over an empty database: exit code, standard output, standard error."""
    shutil.copy(migrated_file, tmp_path / "desk.db")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'desk.db'}")
    base = few("guide_d0_t1", "guide_documents", "no_record")
    monkeypatch.setattr("bot.commands.kb_gaps.loaded", lambda _: base)
    monkeypatch.setenv("SETTLEDESK_NOW", NOW.isoformat())
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
        return result.exit_code, result.stdout, result.stderr

    return run


def ask(folder: Path, *new: NewQuestion, days: int = 0) -> None:
    async def run() -> None:
        storage = Storage.open(f"sqlite:///{folder / 'desk.db'}")
        for one in new:
            await storage.run(lambda unit, one=one: unit.questions.add(one, NOW - timedelta(days=days)))  # type: ignore[misc]
        await storage.run(lambda unit: unit.questions.replied(1001, "去水产站"))
        await storage.close()

    asyncio.run(run())


def test_gaps_and_their_drafts(shell, tmp_path: Path):
    assert shell("gaps")[:2] == (0, "no gaps\n")
    question = NewQuestion("question", 7, "zh", "鳜鱼蟛蜞怎么养", "none", None, ticket=1001)
    ask(tmp_path, question, question, NewQuestion("evidence", 7, "zh", "payout.due_date", "none", "no_record"))
    ask(tmp_path, NewQuestion("question", 7, "zh", "鼙鼓阗喧", "none", None), days=40)
    code, said, _ = shell("gaps", "--drafts", "drafts")
    assert code == 1
    assert "    2  zh  鳜鱼蟛蜞怎么养" in said
    assert "no_record for want of payout.due_date" in said
    assert "鼙鼓" not in said
    files = sorted(path.name for path in (tmp_path / "drafts" / "zh" / "articles").iterdir())
    assert len(files) == 2
    assert any("去水产站" in path.read_text(encoding="utf-8") for path in (tmp_path / "drafts").rglob("*.md"))
    assert shell("gaps", "--drafts", "drafts")[2].count("is there already") == 2
    found = json.loads(shell("gaps", "--json", "--since", "2026-10-01")[1])
    assert found["groups"] == {"questions": 2, "closed": 0, "evidence": 1}


def test_a_wrong_since_is_wrong_use(shell):
    assert shell("gaps", "--since", "lately")[0] == 2
