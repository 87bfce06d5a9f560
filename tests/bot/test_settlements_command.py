"""``settledesk settlements`` as an operator types it."""

from __future__ import annotations

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from bot.commands.importing import Bars
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
    assert names >= {"native", "adyen_details", "unionpay_zm"}
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


def test_long_reports_are_cut_short_and_say_so(tmp_path: Path) -> None:
    bad = tmp_path / "payouts.csv"
    rows = "".join(f"P{number},M1,2026-11-19,paid,1 0,10.00\n" for number in range(60))
    bad.write_text(f"payout_id,merchant_no,trade_date,status,gross,net\n{rows}", "utf-8")
    done = settlements("import", str(bad))
    assert done.exit_code == 1
    assert done.stdout.count("gross: not a sum") == 50
    assert "… and 10 more; --json has them all" in done.stdout
    assert len(json.loads(settlements("import", str(bad), "--json").stdout)["imports"][0]["bad"]) == 60
    bad.write_text(bad.read_text("utf-8") + rows * 20, "utf-8")
    assert "… and 1210 more; --json has the first 1000" in settlements("import", str(bad)).stdout


def test_the_time_of_files_that_do_not_say_theirs() -> None:
    bundle = str(SAMPLES / "native" / "bundle")
    for wrong, says in (("yesterday", "no time"), ("2026-11-20T10:00", "offset"), ("2026-12-01T10:00Z", "to come")):
        done = settlements("import", bundle, "--as-of", wrong)
        assert done.exit_code == 2
        assert says in done.stderr
    assert settlements("import", bundle, "--as-of", "2026-11-20T10:00+08:00").exit_code == 0
    stats = json.loads(settlements("stats", "--json").stdout)
    assert (stats["layers"][0]["as_of"], stats["layers"][0]["stale"]) == ("2026-11-20T02:00:00+00:00", True)


def test_a_short_wait_for_another_import(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from bot.commands import importing
    from storage.engines import engine_for
    from storage.settlement.ledger import Ledger

    settlements("stats")
    other = Ledger(engine_for(f"sqlite:///{tmp_path / 'desk.db'}"), lambda: datetime.now(UTC))
    monkeypatch.setenv("SETTLEDESK_NOW", datetime.now(UTC).isoformat())
    other.start("another", "native", "large.zip")
    monkeypatch.setattr(importing, "PATIENCE", 0.3)
    busy = settlements("import", str(SAMPLES / "native" / "bundle"))
    assert busy.exit_code == 1
    assert "large.zip" in busy.stderr
    monkeypatch.setattr(importing, "PATIENCE", 30.0)
    ending = threading.Timer(0.5, other.reject, ([],))
    ending.start()
    assert settlements("import", str(SAMPLES / "native" / "bundle")).exit_code == 0
    ending.join()


def test_history_and_what_the_ledger_tells(tmp_path: Path) -> None:
    settlements("import", str(SAMPLES / "native" / "bundle"), "--as-of", "2026-11-22T08:00+08:00")
    file = tmp_path / "correction.csv"
    header = "payout_id,merchant_no,terminal_id,trade_date,status,gross,net\n"
    file.write_text(f"{header}P1,822331059990001,40213377,2026-11-19,paid,1200.00,1192.80\n", "utf-8")
    settlements("import", str(file))
    settlements("import", str(SAMPLES / "adyen_details" / "breaks_off.csv"))

    done = settlements("history", "P1", "--json")
    first, second = json.loads(done.stdout)["versions"]
    assert (first["values"]["status"], second["values"]["status"]) == ("returned", "paid")
    assert (first["current"], second["current"]) == (False, True)
    assert (second["delivery"], second["format"], second["line"]) == ("correction.csv", "native", 2)
    assert first["said_at"] == "2026-11-22T00:00:00+00:00"
    told = settlements("history", "P1").stdout
    assert "status = paid, was returned" in told
    assert "payout as of 2026-11-22 10:00" in told.split("was returned", maxsplit=1)[0]
    assert "terminal as of" in settlements("history", "4021337a").stdout
    nothing = settlements("history", "nope")
    assert (nothing.exit_code, nothing.stderr) == (1, "nothing was imported of nope\n")

    stats = settlements("stats")
    assert "feed native of lakala: as of 2026-11-22 10:00" in stats.stdout
    assert "rejected  adyen_details: breaks_off.csv" in stats.stdout
    assert "credits and debits differ by 118.15" in stats.stdout
    books = json.loads(settlements("stats", "--json").stdout)
    assert [each["state"] for each in books["imports"]] == ["rejected", "done", "done"]
    assert [each["name"] for each in books["rejected"]] == ["breaks_off.csv"]


def test_the_bar_shows_rate_and_time_left_and_survives_a_size_that_is_wrong() -> None:
    out = io.StringIO()
    with Bars(Console(file=out, force_terminal=True, width=160, height=10)) as bars:
        assert bars.shown
        bars.advance("payouts.csv", 500_000, 1_000_000, 1000)
        bars._progress.refresh()
        assert "1,000 records" in out.getvalue()
        assert "/s" in out.getvalue()
        assert "0.5/1.0 MB" in out.getvalue()
        bars.advance("payouts.csv", 2_000_000, 1_000_000, 4000)
        bars._progress.refresh()
        assert "2.0/? MB" in out.getvalue()
        bars.advance("stream", 10, 0, 1)
    assert not Bars(Console(file=io.StringIO())).shown


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
    assert report["started_over"]
    assert report["records"]["payouts"]["new"] == 60_000


def _is_booked(database: Path) -> bool:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return bool(connection.execute("SELECT 1 FROM settlement_imports WHERE state = 'running'").fetchall())


def _wait_for_rows(folder: Path, process: subprocess.Popen[bytes]) -> None:
    """Until the import is booked and has written more than that, or has ended after all."""
    log = folder / "desk.db-wal"
    before = log.stat().st_size if log.exists() else 0
    while process.poll() is None and not _is_booked(folder / "desk.db"):
        time.sleep(0.02)
    while process.poll() is None and (not log.exists() or log.stat().st_size <= before):
        time.sleep(0.02)
    if process.poll() is not None:
        pytest.skip("the import was faster than the kill")


def test_an_unknown_terminal_is_explained_in_short() -> None:
    settlements("import", str(SAMPLES / "native" / "bundle"))
    explained = settlements("explain", "99999999", "--tail", "8821")
    assert (explained.exit_code, explained.stderr) == (1, "terminal 99999999 is not in the records\n")
    lines = explained.stdout.splitlines()
    assert lines[:3] == ["terminal_not_found", "  answers.terminal_id = 99999999", "  answers.card_suffix = 8821"]
    assert lines[3].startswith(
        "  not known, or not there: terminal.*, merchant.*, change.*, payout.*, bank.*, answers."
    )
    assert lines[4:] == ["  terminal_not_found                  true         terminal.found == False"]
    known = settlements("explain", "40213377", "--date", "2026-11-19").stdout
    assert "= None" not in known
    assert "not known, or not there: merchant.retained, merchant.pending_sum, change.reject_reason" in known
