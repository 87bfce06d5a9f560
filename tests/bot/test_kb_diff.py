"""``settledesk kb diff``: a case asked again with the base as it was and as it is."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.kb import app
from handlers.keeping import case_json, keep_case
from knowledge.case import Answers, Case, CauseTold, Line
from knowledge.records import Found, LookupResult, Query, Unavailable
from knowledge.rehearsal import records_of
from knowledge.ticket import Ticket
from storage.database import Storage

ROOT = Path(__file__).parents[2]
NOW = datetime.fromisoformat("2026-11-20T15:00:00+08:00")
RECORDS = records_of(
    {
        "merchant": {"merchant_no": "M1", "name": "小城面馆", "cycle": "T1"},
        "changes": [
            {
                "old_tail": "1234", "new_tail": "8821", "status": "effective",
                "submitted_at": "2026-11-13T10:00:00+08:00", "effective_at": "2026-11-14T10:00:00+08:00",
            }
        ],
        "payouts": [
            {
                "trade_date": "2026-11-03", "status": "paid", "dest_tail": "1234", "net": "1192.80",
                "cut_at": "2026-11-03T23:00:00+08:00", "paid_at": "2026-11-04T12:00:00+08:00",
            }
        ],
    }
)  # fmt: skip
CASE = Case(
    7, 7, "zh", state="answered", merchant=("M1", "小城面馆"), told_at=NOW,
    answers=Answers("40213377", date(2026, 11, 13), (date(2026, 11, 3),), (120000,), "8821"),
    told=(CauseTold("S200", "paid_to_old_card"),), transcript=(Line("merchant", NOW, "3号一千二没到"),),
)  # fmt: skip


class Source:
    """The acquirer's records, which are out of reach for one terminal."""

    name = "played"

    async def look_up(self, query: Query) -> LookupResult:
        if query.terminal_id != "40213377":
            return Unavailable("played outage", self.name)
        assert query.merchants == {"M1"}
        return Found(RECORDS, self.name, NOW)

    async def close(self) -> None:
        return None


def git(folder: Path, *arguments: str) -> None:
    named = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *named, *arguments], cwd=folder, check=True, capture_output=True)


async def keep(url: str) -> None:
    storage = Storage.open(url)
    ticket = Ticket(0, 7, 7, "zh", "settlement", NOW, case=case_json(CASE))
    await storage.run(lambda unit: unit.tickets.open(ticket))
    await storage.run(lambda unit: keep_case(unit, CASE, NOW))  # the same case: asked once
    other = replace(CASE, chat=8, answers=replace(CASE.answers, terminal_id="40213388"))
    await storage.run(lambda unit: keep_case(unit, other, NOW))
    await storage.run(lambda unit: keep_case(unit, Case(9, 9), NOW))
    await storage.close()


@pytest.fixture
def shell(migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copy(migrated_file, tmp_path / "desk.db")
    shutil.copytree(ROOT / "knowledge" / "base", tmp_path / "shop" / "base")
    git(tmp_path / "shop", "init", "-q")
    git(tmp_path / "shop", "add", ".")
    git(tmp_path / "shop", "commit", "-qm", "as it was")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'desk.db'}")
    monkeypatch.setenv("KNOWLEDGE_DIR", str(tmp_path / "shop" / "base"))
    monkeypatch.setattr("bot.commands.kb_diff.source_of", lambda *_: Source())
    monkeypatch.chdir(tmp_path)
    asyncio.run(keep(f"sqlite:///{tmp_path / 'desk.db'}"))

    def run(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, ["diff", *arguments], catch_exceptions=False)
        return result.exit_code, result.stdout, result.stderr

    return run


def test_words_that_change_for_real_cases(shell, tmp_path: Path):
    article = tmp_path / "shop" / "base" / "zh" / "articles" / "paid_to_old_card.md"
    title = next(line for line in article.read_text(encoding="utf-8").splitlines() if line.startswith("title:"))
    article.write_text(article.read_text(encoding="utf-8").replace(title, "title: 换了一种说法"), encoding="utf-8")
    code, said, error = shell("HEAD")
    assert code == 0, error
    assert "same cause, other words:\n    1  paid_to_old_card  (#1001)\n" in said
    assert "1 cases and 0 questions asked again, 0 answered as before" in said
    assert "1 cases were left out" in error
    assert "1,192.80" not in said
    assert "一千二" not in said
    shown = json.loads(shell("HEAD", "--json", "--text")[1])
    (sample,) = shown["changes"][0]["samples"]
    assert sample["said"] == "3号一千二没到"
    assert any(line.startswith("+") and "换了一种说法" in line for line in sample["lines"])
    assert shown["not_asked"] == 1


def test_what_is_no_base_is_wrong_use(shell, tmp_path: Path):
    assert shell(str(tmp_path / "shop" / "base"))[1].endswith("1 answered as before\n")
    assert shell("no-such-revision")[0] == 2
    assert shell("--", "--upload-pack=x")[0] == 2
    (tmp_path / "empty").mkdir()
    assert shell("empty")[0] == 1
    code, _, error = shell("HEAD", "--dir", "nowhere")
    assert code == 2
    assert "there is no folder" in error
