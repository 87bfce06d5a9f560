"""The drop folder: what is complete is taken, what is not waits, and nothing that is dropped is ever lost."""

from __future__ import annotations

import errno
import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from storage.settlement import dropfolder as module
from storage.settlement.dropfolder import DropFolder, Handled
from storage.settlement.importing import Importer
from storage.settlement.ledger import Ledger
from tests.storage.settlement.test_settlement_importing import NOTHING, stored_rows

Bundle = Callable[..., Path]
DAY = "2026-11-22"
EVERY = 5.0

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Watched:
    """A folder that is watched by a clock that goes on when it is told to."""

    def __init__(self, folder: Path, importer: Importer, now: datetime, **options: Any) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.seconds = folder, 0.0
        self.drop = DropFolder(folder, importer, lambda: now, every=EVERY, steady=lambda: self.seconds, **options)

    def look(self, after: float = 0.0) -> list[Handled]:
        self.seconds += after
        return list(self.drop.look())

    def take(self) -> list[Handled]:
        """Two looks, far enough apart."""
        first = self.look()
        return [*first, *self.look(EVERY)]

    def put(self, source: Path, name: str = "") -> Path:
        target = self.folder / (name or source.name)
        if source.is_dir():
            return Path(shutil.copytree(source, target))
        return Path(shutil.copy(source, target))

    def inside(self, folder: str) -> list[str]:
        place = self.folder / folder / DAY
        return sorted(each.name for each in place.iterdir()) if place.is_dir() else []


@pytest.fixture
def watched(tmp_path: Path, importer: Importer, now: datetime) -> Watched:
    return Watched(tmp_path / "in", importer, now)


def verdicts(handled: list[Handled]) -> list[str]:
    return [each.verdict for each in handled]


def test_a_bundle_is_taken_once_it_rests(watched: Watched, engine: Engine, bundle: Bundle) -> None:
    watched.put(bundle())
    assert watched.look() == []
    assert watched.look(EVERY - 0.1) == []
    (taken,) = watched.look(0.1)
    assert (taken.verdict, taken.names) == ("done", ("bundle",))
    assert watched.inside("done") == ["bundle", "bundle.report.json", "bundle.report.txt"]
    assert len(stored_rows(engine)["payouts"]) == 1
    told = json.loads((watched.folder / "done" / DAY / "bundle.report.json").read_text("utf-8"))
    assert (told["verdict"], told["imports"][0]["records"]["payouts"]["new"]) == ("done", 1)
    assert "payouts: 1 new" in (watched.folder / "done" / DAY / "bundle.report.txt").read_text("utf-8")
    assert watched.take() == []


def test_a_file_that_grows_waits(watched: Watched, bundle: Bundle) -> None:
    source = bundle()
    watched.put(source / "merchants.csv")
    for _ in range(3):
        with (watched.folder / "merchants.csv").open("ab") as file:
            file.write(b"\n")
        assert watched.look(EVERY) == []
    assert verdicts(watched.look(EVERY)) == ["done"]


def test_a_folder_waits_for_the_slowest_of_its_files(watched: Watched, bundle: Bundle) -> None:
    folder = watched.put(bundle())
    watched.look()
    (folder / "late.csv.part").write_text("x", "utf-8")
    assert watched.look(EVERY) == []
    assert watched.look(EVERY) == []
    (folder / "late.csv.part").unlink()
    (folder / ".DS_Store").write_text("x", "utf-8")
    assert watched.look(EVERY) == []
    assert verdicts(watched.look(EVERY)) == ["done"]


@pytest.mark.parametrize("name", [".hidden.csv", "x.csv.part", "x.csv.TMP", "x.filepart", "x.csv.crdownload"])
def test_names_that_say_unfinished_wait(watched: Watched, bundle: Bundle, name: str) -> None:
    file = watched.put(bundle() / "merchants.csv", name)
    assert watched.take() == []
    assert (name in watched.drop.waiting) is not name.startswith(".")
    file.rename(watched.folder / "x.csv")
    assert verdicts(watched.take()) == ["done"]


def test_an_empty_folder_waits(watched: Watched, bundle: Bundle) -> None:
    (watched.folder / "bundle").mkdir()
    assert watched.take() == []
    shutil.copytree(bundle(), watched.folder / "bundle", dirs_exist_ok=True)
    assert verdicts(watched.take()) == ["done"]


def test_half_a_zip_waits_and_is_refused_when_it_never_ends(watched: Watched, bundle: Bundle, tmp_path: Path) -> None:
    whole = tmp_path / "day.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        for file in sorted(bundle().iterdir()):
            archive.write(file, file.name)
    (watched.folder / "day.zip").write_bytes(whole.read_bytes()[:-100])
    (told,) = watched.take()
    assert (told.verdict, told.says) == ("waits", "the zip has no end yet")
    assert watched.look(EVERY) == []  # said once
    (watched.folder / "day.zip").write_bytes(whole.read_bytes())
    assert verdicts(watched.take()) == ["done"]
    (watched.folder / "half.zip").write_bytes(whole.read_bytes()[:-100])
    assert verdicts(watched.take()) == ["waits"]
    assert verdicts(watched.look(module.PATIENCE)) == ["rejected"]


def test_loose_files_that_refer_to_each_other_are_one_delivery(
    watched: Watched, engine: Engine, bundle: Bundle
) -> None:
    for file in bundle().iterdir():
        watched.put(file)
    (taken,) = watched.take()
    assert taken.verdict == "done"
    assert len(taken.names) == 5
    assert len(watched.inside("done")) == 15
    assert len(stored_rows(engine)["payouts"]) == 1


def test_payouts_wait_for_the_merchants_that_are_still_coming(watched: Watched, bundle: Bundle) -> None:
    source = bundle()
    watched.put(source / "payouts.csv")
    watched.put(source / "terminals.csv")
    watched.look()
    merchants = watched.put(source / "merchants.csv")
    assert watched.look(EVERY) == []
    assert verdicts(watched.look(EVERY)) == ["done"]
    assert not merchants.exists()


def test_several_days_that_piled_up_are_taken_one_after_the_other(
    watched: Watched, engine: Engine, bundle: Bundle, payout: Any
) -> None:
    import os

    first, second = bundle("first"), bundle("second", payouts=[payout(status="returned")])
    for age, file in enumerate([*sorted(first.iterdir()), second / "payouts.csv"]):
        placed = watched.put(file, f"{age}-{file.name}")
        os.utime(placed, (1_800_000_000 + age, 1_800_000_000 + age))
    assert verdicts(watched.take()) == ["done", "done"]
    assert [row[6] for row in stored_rows(engine)["payouts"]] == ["paid", "returned"]


def test_the_same_content_by_another_name_changes_nothing_and_names_never_collide(
    watched: Watched, engine: Engine, bundle: Bundle
) -> None:
    source = bundle()
    for name in ("one", "two", "one"):
        watched.put(source, name)
        (taken,) = watched.take()
        before = stored_rows(engine)
    assert taken.reports[0].state == "already"
    assert stored_rows(engine) == before
    assert [name for name in watched.inside("done") if "report" not in name] == ["one", "one-2", "two"]
    watched.put(source / "merchants.csv")
    watched.take()
    watched.put(source / "merchants.csv")
    watched.take()
    assert {"merchants.csv", "merchants-2.csv", "merchants-2.csv.report.json"} <= set(watched.inside("done"))


def test_what_is_bad_is_rejected_with_all_its_reasons(
    watched: Watched, engine: Engine, bundle: Bundle, payout: Any
) -> None:
    rows = [payout(payout_id=f"P{number}", gross="1,000.00") for number in range(120)]
    watched.put(bundle(payouts=rows))
    (taken,) = watched.take()
    assert taken.verdict == "rejected"
    assert stored_rows(engine) == NOTHING
    place = watched.folder / "rejected" / DAY
    told = json.loads((place / "bundle.report.json").read_text("utf-8"))["imports"][0]
    assert (told["bad_count"], len(told["bad"]), told["bad"][119]["line"]) == (120, 120, 121)
    lines = (place / "bundle.report.txt").read_text("utf-8")
    assert "payouts.csv:2: gross" in lines
    assert "… and 70 more; bundle.report.json has them all" in lines


def test_good_rows_are_kept_on_demand(
    tmp_path: Path, importer: Importer, now: datetime, engine: Engine, bundle: Bundle, payout: Any
) -> None:
    watched = Watched(tmp_path / "in", importer, now, keep_good=True)
    watched.put(bundle(payouts=[payout(), payout(payout_id="P2", gross="1,000.00")]))
    (taken,) = watched.take()
    assert taken.verdict == "done"
    assert len(stored_rows(engine)["payouts"]) == 1
    assert "payouts.csv:3: gross" in (watched.folder / "done" / DAY / "bundle.report.txt").read_text("utf-8")


def test_links_are_not_followed(watched: Watched, engine: Engine, bundle: Bundle, tmp_path: Path) -> None:
    secret = bundle()
    (watched.folder / "link").symlink_to(secret)
    (watched.folder / "merchants.csv").symlink_to(secret / "merchants.csv")
    assert verdicts(watched.take()) == ["waits", "waits"]
    holder = watched.folder / "holder"
    holder.mkdir()
    (holder / "merchants.csv").symlink_to(secret / "merchants.csv")
    (taken,) = watched.take()
    assert taken.verdict == "rejected"
    assert "links are not followed" in taken.reports[0].bad[0].reason
    assert stored_rows(engine) == NOTHING
    assert (secret / "merchants.csv").exists()


def test_a_folder_in_a_folder_is_not_passed_over(watched: Watched, bundle: Bundle) -> None:
    watched.put(bundle())
    (watched.folder / "bundle" / "more").mkdir()
    (taken,) = watched.take()
    assert taken.verdict == "rejected"
    assert "a folder in a folder" in taken.reports[0].bad[0].reason


def test_while_another_import_runs_it_waits_and_is_not_rejected(
    watched: Watched, importer: Importer, engine: Engine, bundle: Bundle
) -> None:
    other = Ledger(engine, importer.clock)
    other.start("another", "native", "large.zip")
    watched.put(bundle())
    (told,) = watched.take()
    assert told.verdict == "waits"
    assert "large.zip" in told.says
    other.reject(None)
    assert verdicts(watched.look(EVERY)) == ["done"]


def test_a_database_that_fails_rejects_nothing(
    watched: Watched, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    watched.put(bundle())
    with monkeypatch.context() as broken:
        broken.setattr(Ledger, "finish", full)
        (told,) = watched.take()
    assert told.verdict == "waits"
    assert "database or disk is full" in told.says
    assert verdicts(watched.look(EVERY)) == ["done"]


def test_what_changes_while_it_is_read_is_looked_at_again(
    watched: Watched, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.put(bundle() / "merchants.csv")
    real = watched.drop.importer.run

    def run(*paths: Any, **options: Any) -> Any:
        outcome = real(*paths, **options)
        with (watched.folder / "merchants.csv").open("ab") as file:
            file.write(b"\n")
        return outcome

    with monkeypatch.context() as slow:
        slow.setattr(watched.drop.importer, "run", run)
        (told,) = watched.take()
    assert (told.verdict, told.says) == ("waits", "it changed while it was read")
    assert verdicts(watched.take()) == ["done"]


def test_a_file_that_vanishes_is_no_trouble(watched: Watched, bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    source = bundle()
    watched.put(source / "merchants.csv")
    other = watched.put(source, "zz")
    real = watched.drop.importer.run

    def run(*paths: Any, **options: Any) -> Any:
        shutil.rmtree(other, ignore_errors=True)
        return real(*paths, **options)

    monkeypatch.setattr(watched.drop.importer, "run", run)
    handled = watched.take()
    assert {each.names: each.verdict for each in handled} == {("merchants.csv",): "done", ("zz",): "waits"}
    assert watched.take() == []


def test_what_may_not_be_read_waits(watched: Watched, bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.put(bundle() / "merchants.csv")
    real = Path.open

    def refusing(self: Path, *arguments: Any, **options: Any) -> Any:
        if self.name == "merchants.csv":
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(self, *arguments, **options)

    with monkeypatch.context() as closed:
        closed.setattr(Path, "open", refusing)
        (told,) = watched.take()
    assert (told.verdict, told.says) == ("waits", "cannot be read: Permission denied")
    assert verdicts(watched.look(EVERY)) == ["done"]


def test_what_cannot_be_moved_stays_and_is_judged_once(
    watched: Watched, engine: Engine, bundle: Bundle, payout: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    folder = watched.put(bundle(payouts=[payout(gross="1,0")]))
    with monkeypatch.context() as small:
        small.setattr(Path, "rename", full)
        (told,) = watched.take()
        assert watched.look(EVERY) == []
    assert told.verdict == "waits"
    assert "cannot be moved to rejected: No space left on device" in told.says
    assert folder.is_dir()
    with engine.connect().execution_options(reading=True) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM settlement_imports").scalar() == 1
    assert verdicts(watched.look(EVERY)) == ["rejected"]


def test_a_report_that_cannot_be_written_keeps_nothing_back(
    watched: Watched, bundle: Bundle, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    watched.put(bundle())
    monkeypatch.setattr(Path, "write_text", full)
    assert verdicts(watched.take()) == ["done"]
    assert watched.inside("done") == ["bundle"]
    assert "No space left on device" in caplog.text


def test_killed_between_import_and_move_it_is_moved_without_being_counted_twice(
    watched: Watched, engine: Engine, bundle: Bundle, tmp_path: Path, importer: Importer, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    watched.put(bundle())
    watched.look()
    with monkeypatch.context() as killed:
        killed.setattr(Path, "rename", die)
        with pytest.raises(Killed):
            watched.look(EVERY)
    before = stored_rows(engine)
    again = Watched(watched.folder, importer, now)
    (taken,) = again.take()
    assert (taken.verdict, taken.reports[0].state) == ("done", "already")
    assert stored_rows(engine) == before
    assert again.inside("done") == ["bundle", "bundle.report.json", "bundle.report.txt"]


def test_a_reader_that_breaks_rejects_the_file_and_goes_on(
    watched: Watched, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.put(bundle())
    monkeypatch.setattr(watched.drop.importer, "run", lambda *_, **__: {}["6222020000000000001"])
    (taken,) = watched.take()
    assert taken.verdict == "rejected"
    assert taken.reports[0].bad[0].reason == "reading it failed: KeyError"


def test_a_folder_that_is_gone_is_said(watched: Watched) -> None:
    watched.folder.rmdir()
    with pytest.raises(FileNotFoundError):
        watched.look()


def test_names_that_are_no_text_or_would_move_the_cursor(watched: Watched, engine: Engine, bundle: Bundle) -> None:
    source = bundle()
    watched.put(source, "b\udcff\x1b[2Jundle")
    watched.put(source / "merchants.csv", "m\udcff\n.csv")
    (watched.folder / "\udcff.part").write_text("x", "utf-8")
    handled = watched.take()
    assert {each.names: each.verdict for each in handled} == {
        ("b\ufffd\ufffd[2Jundle",): "done",
        ("m\ufffd\ufffd.csv",): "done",
    }
    assert watched.drop.waiting == ("\ufffd.part",)
    assert len(stored_rows(engine)["payouts"]) == 1
    assert len(watched.inside("done")) == 6
