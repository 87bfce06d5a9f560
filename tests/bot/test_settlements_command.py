"""``settledesk settlements`` as an operator types it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.commands.settlements import app

SAMPLES = Path(__file__).resolve().parents[1] / "settlements"


@pytest.fixture(autouse=True)
def _own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'desk.db'}")
    monkeypatch.setenv("SETTLEDESK_NOW", "2026-11-22T10:00:00+08:00")


def settlements(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def test_formats() -> None:
    names = {form["name"] for form in json.loads(settlements("formats", "--json").stdout)}
    assert names == {"native", "adyen_details", "unionpay_zm"}
    assert "UnionPay" in settlements("formats").stdout


def test_import_then_look() -> None:
    done = settlements("import", str(SAMPLES / "native" / "bundle"), str(SAMPLES / "unionpay_zm" / "day.zip"), "--json")
    assert done.exit_code == 0, done.stdout
    said = json.loads(done.stdout)
    assert [one["format"] for one in said["imports"]] == ["native", "unionpay_zm"]
    assert said["imports"][1]["totals"] == {"CNY": {"payouts": 3, "gross": 249.5, "fee": 1.43, "net": 238.07}}
    assert said["imports"][1]["batches"][0]["closes"]
    again = settlements("import", str(SAMPLES / "native" / "bundle"))
    assert again.exit_code == 0
    assert "already" in again.stdout

    shown = settlements("show", "40213377", "--date", "2026-11-19", "--json")
    assert shown.exit_code == 0
    payouts = json.loads(shown.stdout)["records"]["payouts"]
    assert [(one["payout_id"], one["net"]) for one in payouts] == [("P1", 119280), ("P2", 119280)]
    assert "replaces=P1" in settlements("show", "40213377").stdout
    assert settlements("show", "99999999").exit_code == 1

    stats = settlements("stats", "--json")
    assert stats.exit_code == 0
    (layer,) = json.loads(stats.stdout)["layers"]
    assert (layer["source"], layer["answers"]) == ("table", True)
    assert layer["unmapped"] == {"reason": {"原因不明的退回": 1}}
    assert "原因不明的退回" in settlements("stats").stdout


def test_bad_input_is_said_and_nothing_imported() -> None:
    done = settlements("import", str(SAMPLES / "adyen_details" / "breaks_off.csv"))
    assert done.exit_code == 1
    assert "credits and debits differ by 118.15" in done.stdout
    assert "nothing was imported" in done.stdout
    assert settlements("stats").exit_code == 1


def test_wrong_use() -> None:
    assert settlements("import", "there-is-no-such-file.csv").exit_code == 2
    assert settlements("show").exit_code == 2


def test_an_import_killed_at_any_moment_starts_over_to_the_same_result(tmp_path: Path) -> None:
    """kill -9 in the middle of a large import, several times; then once to the end."""
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    (bundle / "merchants.csv").write_text("merchant_no,name\nM1,Shop\n", "utf-8")
    (bundle / "terminals.csv").write_text("terminal_id,merchant_no\n40213377,M1\n", "utf-8")
    lines = [f"P{number},M1,40213377,2026-11-19,paid,10.00,10.00" for number in range(60_000)]
    header = "payout_id,merchant_no,terminal_id,trade_date,status,gross,net"
    (bundle / "payouts.csv").write_text("\n".join([header, *lines, ""]), "utf-8")
    command = [sys.executable, "-c", "from bot.commands.settlements import app; app()", "import", str(bundle), "--json"]
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    settlements("stats")  # makes the tables
    for _ in range(3):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
        _wait_for_rows(tmp_path, process)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert settlements("show", "40213377").exit_code == 1  # as it was: nothing
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)["imports"][0]
    assert report["resumed"]
    assert report["records"]["payouts"] == {"read": 60_000, "new": 60_000, "changed": 0, "same": 0}


def _wait_for_rows(folder: Path, process: subprocess.Popen[bytes]) -> None:
    """Until the import has written more than it had, or has ended after all."""
    log = folder / "desk.db-wal"
    before = log.stat().st_size if log.exists() else 0
    while process.poll() is None and (not log.exists() or log.stat().st_size <= before):
        time.sleep(0.02)
    if process.poll() is not None:
        pytest.skip("the import was faster than the kill")
