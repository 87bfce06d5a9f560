"""``settledesk settlements watch`` as an operator runs it: once, for days, twice by mistake, and killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.commands.settlements import app
from storage.settlement.folderlock import locked

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = ROOT / "tests/settlements/native/bundle"
BAD = ROOT / "tests/settlements/adyen_details/breaks_off.csv"
COMMAND = [sys.executable, "-c", "from bot.commands.settlements import app; app()", "watch", "in", "--every", "0.1"]
SECONDS = 30.0


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to watch, beside a database of its own."""
    shutil.copy(migrated_file, tmp_path / "desk.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'desk.db'}")
    monkeypatch.setenv("SETTLEDESK_NOW", "2026-11-22T10:00:00+08:00")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def watch(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["watch", *arguments], catch_exceptions=False)


@pytest.fixture
def watcher(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    yield process
    process.kill()
    process.communicate()


def until(what: Path) -> None:
    end = time.monotonic() + SECONDS
    while not what.exists():
        assert time.monotonic() < end, f"{what} never came"
        time.sleep(0.02)


def count(sql: str) -> int:
    with closing(sqlite3.connect("desk.db")) as connection:
        return int(connection.execute(sql).fetchone()[0])


def test_once(folder: Path) -> None:
    shutil.copytree(BUNDLE, folder / "bundle")
    shutil.copy(BAD, folder / "adyen.csv")
    (folder / "more.csv.part").write_text("x", "utf-8")
    ended = watch("in", "--once", "--every", "0.1")
    assert ended.exit_code == 1
    assert "bundle: done: native, merchants 2 new, 0 changed" in ended.stdout
    assert "adyen.csv: rejected: adyen_details, 1 bad -> rejected/2026-11-22/" in ended.stdout
    assert "credits and debits differ by 118.15" in ended.stdout
    assert "left, not complete or not to be taken yet: more.csv.part" in ended.stderr
    assert (folder / "rejected/2026-11-22/adyen.csv.report.txt").exists()
    shutil.copytree(BUNDLE, folder / "again")
    ended = watch("in", "--once", "--every", "0.1", "--json")
    assert ended.exit_code == 0
    (told,) = [json.loads(line) for line in ended.stdout.splitlines()]
    assert (told["names"], told["verdict"], told["imports"][0]["state"]) == (["again"], "done", "already")
    assert told["moved"] == ["done/2026-11-22/again"]


def test_many_reasons_are_short_on_the_console(folder: Path) -> None:
    shutil.copytree(BUNDLE, folder / "bundle")
    file = folder / "bundle" / "payouts.csv"
    file.write_text(file.read_text("utf-8") + "x\n" * 9, "utf-8")
    ended = watch("in", "--once", "--every", "0.1")
    assert ended.exit_code == 1
    assert "… and 6 more, in rejected/2026-11-22/bundle.report.txt" in ended.stdout
    assert ended.stdout.count("payouts.csv:") == 3


@pytest.mark.parametrize(
    "arguments", [("nowhere",), ("in", "--every", "0"), ("in", "--every", "99999"), ("in", "--every", "soon"), ()]
)
def test_wrong_use(arguments: tuple[str, ...]) -> None:
    assert watch(*arguments).exit_code == 2


def test_a_second_watcher_says_so(folder: Path) -> None:
    with locked(folder):
        ended = watch("in", "--once")
    assert ended.exit_code == 1
    assert f"watched already by process {os.getpid()}" in ended.stderr
    assert watch("in", "--once", "--every", "0.1").exit_code == 0


def test_without_a_database_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    ended = watch("in", "--once", "--every", "0.1")
    assert ended.exit_code == 1
    assert "127.0.0.1" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_is_told_to_stop(folder: Path, watcher: subprocess.Popen[str], number: signal.Signals) -> None:
    shutil.copytree(BUNDLE, folder / "bundle")
    until(folder / "done/2026-11-22/bundle")
    watcher.send_signal(number)
    said, _ = watcher.communicate(timeout=SECONDS)
    assert watcher.returncode == 0, said
    assert said.splitlines()[-1] == "stopped"


def test_killed_again_and_again_it_goes_on_to_the_same_result(folder: Path) -> None:
    """kill -9 at any moment of a delivery of 30,000 payouts; in the end it is done, once."""
    bundle = folder.parent / "bundle"
    bundle.mkdir()
    (bundle / "merchants.csv").write_text("merchant_no,name\nM1,Shop\n", "utf-8")
    lines = [f"P{number},M1,2026-11-19,paid,10.00,10.00" for number in range(30_000)]
    (bundle / "payouts.csv").write_text("\n".join(["payout_id,merchant_no,trade_date,status,gross,net", *lines, ""]))
    bundle.rename(folder / "bundle")
    log = folder.parent / "desk.db-wal"
    for _ in range(3):
        process = subprocess.Popen(COMMAND, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        before = log.stat().st_size if log.exists() else 0
        while process.poll() is None and not _grown(log, before) and not (folder / "done").exists():
            time.sleep(0.02)
        process.kill()
        process.wait()
    ended = watch("in", "--once", "--every", "0.1")
    assert ended.exit_code == 0, ended.output
    assert [each.name for each in (folder / "done/2026-11-22").iterdir() if each.is_dir()] == ["bundle"]
    assert count("SELECT count(*) FROM settlement_payouts") == 30_000
    assert count("SELECT count(*) FROM settlement_imports WHERE state = 'done'") == 1


def _grown(log: Path, before: int) -> bool:
    return log.exists() and log.stat().st_size > before + 100_000
