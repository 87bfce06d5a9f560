"""``settledesk kb test`` from a shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.kb import app
from tests.few import few


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.commands.kb_tests.loaded", lambda _: few("guide_d0_t1", "guide_documents", "no_record"))
    monkeypatch.setenv("KNOWLEDGE_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, ["test", *arguments], catch_exceptions=False)
        return result.exit_code, result.stdout, result.stderr

    return run


def test_the_tests_of_a_base(shell, tmp_path: Path):
    assert shell()[0] == 2
    (tmp_path / "tests" / "zh").mkdir(parents=True)
    assert shell()[0] == 2
    (tmp_path / "tests" / "zh" / "one.yaml").write_text("asked:\n  D0和T1有什么区别: guide_d0_t1\n", encoding="utf-8")
    talk = tmp_path / "tests" / "zh" / "two.yaml"
    talk.write_text("talk:\n  - merchant: /help\n    desk: [help]\n", encoding="utf-8")
    code, said, summary = shell("--uncovered")
    assert (code, summary) == (0, "1 conversations, 1 questions: 0 failures, 0 faults in files\n")
    assert "never told: guide_d0_t1" in said
    talk.write_text("talk:\n  - merchant: /help\n    desk: [greeting]\n", encoding="utf-8")
    code, said, _ = shell()
    assert code == 1
    assert said.startswith("tests/zh/two.yaml:2: /help\n  expected: greeting\n  got:      help\n")
    code, said, _ = shell("tests/zh/one.yaml", "--json")
    assert (code, json.loads(said)["good"]) == (0, True)
    assert shell("nowhere.yaml")[0] == 2
