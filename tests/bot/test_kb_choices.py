"""``settledesk kb choices`` and ``kb accept`` from a shell."""

from __future__ import annotations

import asyncio
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.kb import app
from storage.database import Storage
from storage.questions import NewQuestion
from tests.few import FOLDER, few

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
ARTICLE = Path("base/zh/articles/guide_d0_t1.md")


@pytest.fixture
def shell(migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run a command of ``kb`` over a question for which titles were offered: exit code, output, complaints."""
    shutil.copy(migrated_file, tmp_path / "desk.db")
    shutil.copytree(FOLDER, tmp_path / "base")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'desk.db'}")
    monkeypatch.setenv("KNOWLEDGE_DIR", "base")
    monkeypatch.setenv("SETTLEDESK_NOW", NOW.isoformat())
    monkeypatch.chdir(tmp_path)
    base = few("guide_d0_t1", "guide_documents", "no_record")
    monkeypatch.setattr("bot.commands.kb_choices.loaded", lambda _: base)
    asyncio.run(asked(tmp_path))

    def run(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
        return result.exit_code, result.stdout, result.stderr

    return run


async def asked(folder: Path) -> None:
    storage = Storage.open(f"sqlite:///{folder / 'desk.db'}")
    offered = ("guide_d0_t1", "no_record")
    for chat, chosen in ((7, "guide_d0_t1"), (8, "guide_d0_t1"), (9, None)):
        question = NewQuestion("question", chat, "zh", "鳜鱼蟛蜞 40213377 到账", "offer", "no_record", offered=offered)
        number = await storage.run(lambda unit, new=question: unit.questions.add(new, NOW))  # type: ignore[misc]
        outcome = "chose" if chosen else "none_of_these"
        await storage.run(lambda unit, n=number, o=outcome, c=chosen: unit.questions.settle(n, o, chosen=c))  # type: ignore[misc]
    await storage.close()


def test_what_was_chosen_is_shown_without_anybodys_numbers(shell):
    code, said, _ = shell("choices")
    assert (code, said) == (0, "zh  guide_d0_t1: 2 merchants; 1 chose none\n    #3  鳜鱼蟛蜞 … 到账\n")
    (choice,) = json.loads(shell("choices", "--json")[1])["choices"]
    assert (choice["merchants"], choice["none"], choice["wordings"][0]["number"]) == (2, 1, 3)
    assert shell("choices", "--locale", "en")[1] == "no choices that the base does not know\n"
    assert shell("choices", "--locale", "xx")[0] == 2


def test_wrong_use_changes_nothing(shell):
    before = ARTICLE.read_bytes()
    for arguments, said in (
        (("99", "guide_d0_t1"), "no question 99"),
        (("3", "guide_d0_t1", "--locale", "en"), "was asked in zh"),
        (("蟛蜞到账", "guide_d0t1"), "Did you mean guide_d0_t1?"),
        (("蟛蜞到账", "guide_d0_t1", "--locale", "zz"), "no locale zz"),
        (("T+1是什么意思？", "guide_documents"), "guide_d0_t1 has"),
    ):
        code, _, complaint = shell("accept", *arguments)
        assert (code, said in complaint) == (2, True), complaint
    assert ARTICLE.read_bytes() == before


def test_an_accepted_question_stands_in_the_article(shell, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.commands.kb_choices.check", lambda *_, **__: ())
    before = ARTICLE.read_text(encoding="utf-8")
    code, said, complaint = shell("accept", "#3", "guide_d0_t1")
    assert (code, said) == (0, f"{ARTICLE}: 鳜鱼蟛蜞 … 到账\n")
    assert complaint.startswith("0 errors")
    assert ARTICLE.read_text(encoding="utf-8") == before.replace(
        "  - D0秒到怎么收费\n", "  - D0秒到怎么收费\n  - 鳜鱼蟛蜞 … 到账\n"
    )
    assert shell("accept", "3", "guide_d0_t1")[0] == 2
