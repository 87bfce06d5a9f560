"""``settledesk kb try``: the desk in a terminal, fed by a pipe."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.kb import app
from tests.few import few

SCRIPT = """\
records:
  merchant: {merchant_no: M1, name: 小城面馆, cycle: T1, phone: "+8613800000001"}
  changes:
    - {old_tail: "1234", new_tail: "8821", status: effective,
       submitted_at: 2026-11-13T10:00:00+08:00, effective_at: 2026-11-14T10:00:00+08:00}
  payouts:
    - {trade_date: 2026-11-03, status: paid, dest_tail: "1234", net: "1192.80", gross: "1200", fee: "7.20",
       cut_at: 2026-11-03T23:00:00+08:00, paid_at: 2026-11-04T12:00:00+08:00}
talk:
  - merchant: 3号一千二没到
"""
ALL = "13号换的卡，尾号8821，终端40213377，3号一千二没到"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    base = few("paid_to_old_card", "risk_hold", "no_record", "terminal_not_found", "guide_d0_t1")
    monkeypatch.setattr("bot.commands.kb_try.loaded", lambda _: base)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.yaml").write_text(SCRIPT, encoding="utf-8")

    def run(*lines: str, arguments: tuple[str, ...] = ("--settlements", "one.yaml")) -> tuple[int, str, str]:
        typed = "".join(f"{line}\n" for line in lines)
        result = CliRunner().invoke(app, ["try", *arguments], input=typed, catch_exceptions=False)
        return result.exit_code, result.stdout, result.stderr

    return run


def test_a_conversation_with_buttons_and_facts(shell):
    code, said, error = shell(ALL, "/facts", "#99", "#1", "/quit", "never read")
    assert code == 0
    assert "for example: 3号一千二没到" in error
    assert f"> {ALL}\ndesk: " in said
    assert "S200" in said
    assert "found paid_to_old_card" in said
    assert "  payout.net = 119280" in said
    assert "answer new_tail = 8821" in said
    assert "(there is no button 99;" in said
    assert said.count("desk: ") >= 2
    assert said.endswith("> /quit\n")


def test_who_you_are(shell):
    arguments = ("--settlements", "one.yaml", "--unknown", "--locale", "en")
    code, said, _ = shell("40213377 has no money since the 3rd", "/share", arguments=arguments)
    assert code == 0
    assert "[/share " in said
    assert "小城面馆" in said


def test_the_demo_is_there_without_asking(shell):
    code, said, error = shell("/help", arguments=("--as", "risk_hold"))
    assert (code, "for example: " in error) == (0, True)
    assert "[#1 " in said


def test_the_configured_records(shell, migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copy(migrated_file, tmp_path / "desk.db")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'desk.db'}")
    code, said, _ = shell(ALL, arguments=("--settlements", "configured", "--as", "M1"))
    assert code == 0
    assert "#1001" in said  # a table that was never filled is a source that does not answer


@pytest.mark.parametrize(
    "arguments",
    [("--settlements", "nowhere"), ("--as", "nobody"), ("--locale", "xx"), ("--settlements", "broken.yaml")],
    ids=" ".join,
)
def test_what_cannot_be_played_is_wrong_use(shell, tmp_path: Path, arguments: tuple[str, ...]):
    (tmp_path / "broken.yaml").write_text("talk: 1\n", encoding="utf-8")
    code, _, error = shell("/help", arguments=arguments)
    assert code == 2
    assert error
