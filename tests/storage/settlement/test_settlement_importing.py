"""Importing native bundles: whole or not at all, once, and with a reason for every bad row."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storage.settlement import importing, writing
from storage.settlement.importing import Importer
from storage.settlement.ledger import ImportBusy, ImportTakenOver, Ledger

Bundle = Callable[..., Path]
TABLES = ("merchants", "terminals", "card_changes", "payouts", "incidents")
NOTHING: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}


def stored_rows(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in the tables, without the ids (first) and the times of saying (last)."""
    with engine.connect().execution_options(reading=True) as connection:
        return {
            table: sorted(
                (tuple(row)[1:-1] for row in connection.execute(text(f"SELECT * FROM settlement_{table}"))), key=repr
            )
            for table in TABLES
        }


def test_a_bundle_is_read_whole(engine: Engine, importer: Importer, bundle: Bundle) -> None:
    outcome = importer.run([bundle()])
    (report,) = outcome.reports
    assert outcome.good, report.bad
    assert report.format == "native"
    assert report.rows == {
        "card_changes.csv": 1, "incidents.csv": 1, "merchants.csv": 2, "payouts.csv": 1, "terminals.csv": 3,
    }  # fmt: skip
    assert report.totals == {"CNY": {"payouts": 1, "gross": 1200.0, "fee": 7.2, "net": 1192.8}}
    rows = stored_rows(engine)
    assert rows["merchants"][0][2] == "+8613800138001"
    assert rows["payouts"][0][16:22] == (120000, 720, None, None, None, 119280)
    json.dumps(report.as_data())


def test_twice_is_once(engine: Engine, importer: Importer, bundle: Bundle, tmp_path: Path) -> None:
    folder = bundle()
    importer.run([folder])
    before = stored_rows(engine)
    again = importer.run([folder])
    assert again.good
    assert again.reports[0].state == "already"
    with zipfile.ZipFile(tmp_path / "other-name.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir(), reverse=True):
            archive.write(file, f"inner/renamed-{file.name}")
    assert importer.run([tmp_path / "other-name.zip"]).reports[0].state == "already"
    forced = importer.run([folder], again=True).reports[0]
    assert forced.state == "imported"
    assert all(count["new"] == count["changed"] == 0 for count in forced.records.values())
    assert stored_rows(engine) == before


def test_a_correction_is_a_new_version(engine: Engine, importer: Importer, bundle: Bundle, payout: Any) -> None:
    importer.run([bundle()])
    report = importer.run([bundle("later", payouts=[payout(status="returned")])]).reports[0]
    assert report.records["payouts"] == {
        "read": 1, "new": 0, "changed": 1, "same": 0, "late": 0, "unmatched": 0,
    }  # fmt: skip
    assert report.records["merchants"]["same"] == 2
    assert [row[6] for row in stored_rows(engine)["payouts"]] == ["paid", "returned"]


def test_other_column_orders_marks_and_packings(engine: Engine, importer: Importer, bundle: Bundle) -> None:
    folder = bundle()
    plain = (folder / "payouts.csv").read_text("utf-8").splitlines()
    backwards = "\r\n".join(",".join(reversed(line.split(","))) for line in plain)
    (folder / "payouts.csv").unlink()
    with gzip.open(folder / "payouts.csv.gz", "wb") as packed:
        packed.write(b"\xef\xbb\xbf" + backwards.encode())
    outcome = importer.run([folder])
    assert outcome.good, outcome.reports[0].bad
    assert stored_rows(engine)["payouts"][0][0] == "P1"


def test_unknown_columns_are_said(importer: Importer, bundle: Bundle, payout: Any) -> None:
    report = importer.run([bundle(payouts=[payout(colour="red")])]).reports[0]
    assert report.state == "imported"
    assert report.unknown_columns == {"payouts.csv": ["colour"]}


BAD_CELLS = [
    ({"gross": "1,200.00"}, "gross", "thousands"),
    ({"gross": "12.345"}, "gross", "decimals"),
    ({"gross": "-5.00"}, "gross", "negative"),
    ({"gross": "1.2E+07"}, "gross", "powers of ten"),
    ({"gross": ""}, "gross", "required"),
    ({"net": "１２"}, "net", "not a sum"),
    ({"currency": "RMB"}, "currency", "ISO 4217"),
    ({"terminal_id": "4.02E+07"}, "terminal_id", "powers of ten"),
    ({"terminal_id": "213377"}, "terminal_id", "leading zeros"),
    ({"dest_tail": "6222020000000000000"}, "dest_tail", "card number"),
    ({"dest_tail": "1"}, "dest_tail", "2 to 4 digits"),
    ({"status": "PAID"}, "status", "not one of"),
    ({"reason": "because"}, "reason", "not one of"),
    ({"sent_at": "2026-11-20T14:00:00"}, "sent_at", "no offset"),
    ({"sent_at": "yesterday"}, "sent_at", "not a time"),
    ({"trade_date": "19/11/2026"}, "trade_date", "not a date"),
    ({"trade_date": "1926-11-19"}, "trade_date", "2000"),
    ({"merchant_no": "822331059999999"}, "merchant_no", "no merchant"),
    ({"raw_reason": "=HYPERLINK(1)"}, "raw_reason", "formula"),
    ({"payout_id": "P 1"}, "payout_id", "no spaces"),
]


@pytest.mark.parametrize(("change", "column", "why"), BAD_CELLS, ids=[next(iter(c)) + "-" + w for c, _, w in BAD_CELLS])
def test_a_bad_cell_says_where_and_why(
    engine: Engine, importer: Importer, bundle: Bundle, payout: Any, change: dict[str, str], column: str, why: str
) -> None:
    outcome = importer.run([bundle(payouts=[payout(payout_id="P0"), payout(**change)])])
    (report,) = outcome.reports
    assert not outcome.good
    assert report.state == "rejected"
    assert [(bad.file, bad.line, bad.column) for bad in report.bad] == [("payouts.csv", 3, column)]
    assert why in report.bad[0].reason
    assert "6222020000000000000" not in str(report.as_data())
    assert stored_rows(engine) == NOTHING


def test_good_rows_are_kept_on_demand(engine: Engine, importer: Importer, bundle: Bundle, payout: Any) -> None:
    folder = bundle(payouts=[payout(payout_id="P0"), payout(gross="?"), payout(payout_id="P2", merchant_no="nobody")])
    outcome = importer.run([folder], keep_good=True)
    assert not outcome.good
    assert outcome.reports[0].state == "imported"
    assert outcome.reports[0].bad_count == 2
    assert [row[0] for row in stored_rows(engine)["payouts"]] == ["P0"]


def test_the_same_record_twice_in_a_file(importer: Importer, bundle: Bundle, payout: Any) -> None:
    report = importer.run([bundle(payouts=[payout(), payout(payout_id="P2"), payout(net="1.00")])]).reports[0]
    assert [(bad.line, bad.reason) for bad in report.bad] == [(4, "the same payout_id as on line 2: P1")]


def test_the_same_record_twice_far_apart(
    importer: Importer, bundle: Bundle, payout: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BATCH", 2)
    rows = [payout(payout_id=f"P{number}") for number in (1, 2, 3, 4, 5, 1)]
    report = importer.run([bundle(payouts=rows)]).reports[0]
    assert [(bad.line, bad.reason) for bad in report.bad] == [(7, "the same payout_id as on line 2: P1")]


def test_payouts_in_a_circle(engine: Engine, importer: Importer, bundle: Bundle, payout: Any) -> None:
    rows = [payout(payout_id=new, replaces=old) for new, old in (("A", "B"), ("B", "A"), ("C", "A0"))]
    report = importer.run([bundle(payouts=rows)]).reports[0]
    assert [(bad.file, bad.line, bad.column) for bad in report.bad] == [
        ("payouts.csv", 2, "replaces"), ("payouts.csv", 3, "replaces"),
    ]  # fmt: skip
    assert stored_rows(engine)["payouts"] == []


def test_missing_columns_and_ragged_rows(importer: Importer, bundle: Bundle) -> None:
    report = importer.run(
        [bundle(terminals="terminal_id,location\n40213377,a\n", payouts="payout_id,merchant_no,trade_date\nP1,8\n")]
    ).reports[0]
    found = {(bad.file, bad.line, bad.column) for bad in report.bad}
    assert ("terminals.csv", 1, "merchant_no") in found
    assert ("payouts.csv", 1, "net") in found


@pytest.mark.parametrize(
    ("content", "line", "why"),
    [
        (b"terminal_id,merchant_no\n40213377,822331059990001\n402133\x0078,8\n", 3, "NUL"),
        ("terminal_id,merchant_no,location\n40213377,822331059990001,店\n".encode("gb18030"), 2, "UTF-8"),
        (b"terminal_id,merchant_no\n40213377,822331059990001\n402133", 3, "1 cells where the header has 2"),
        (b'terminal_id,merchant_no\n40213377,"822331059990001\n', 2, "quoted"),
        (b"terminal_id,merchant_no\n40213377," + b"8" * 1_100_000 + b"\n", 2, "megabyte"),
    ],
)
def test_damaged_files(engine: Engine, importer: Importer, bundle: Bundle, content: bytes, line: int, why: str) -> None:
    folder = bundle()
    (folder / "terminals.csv").write_bytes(content)
    report = importer.run([folder]).reports[0]
    assert report.state == "rejected"
    assert [(bad.file, bad.line) for bad in report.bad][:1] == [("terminals.csv", line)]
    assert why in report.bad[0].reason
    assert stored_rows(engine) == NOTHING


def test_zips_that_mean_harm(importer: Importer, tmp_path: Path) -> None:
    bomb, outside, broken = (tmp_path / name for name in ("bomb.zip", "outside.zip", "broken.zip"))
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("payouts.csv", b"0" * 50_000_000)
    with zipfile.ZipFile(outside, "w") as archive:
        archive.writestr("../../payouts.csv", b"payout_id\n")
    broken.write_bytes(bomb.read_bytes()[:400])
    packed = tmp_path / "bomb.csv.gz"
    packed.write_bytes(gzip.compress(b"payout_id,merchant_no,trade_date,status,gross,net\n" + b"0" * 50_000_000))
    for path, why in ((bomb, "zip bomb"), (outside, "points outside"), (broken, "zip"), (packed, "zip bomb")):
        (report,) = importer.run([path]).reports
        assert report.state == "unreadable", path
        assert why in report.bad[0].reason


def test_strangers_are_not_passed_over(importer: Importer, bundle: Bundle, tmp_path: Path) -> None:
    folder = bundle()
    (folder / "notes.txt").write_text("hello")
    (folder / ".DS_Store").write_text("x")
    (report,) = importer.run([folder]).reports
    assert [bad.file for bad in report.bad] == ["notes.txt"]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert not importer.run([empty]).good


def test_killed_between_batches_it_leaves_no_trace_and_goes_on(
    engine: Engine, importer: Importer, bundle: Bundle, payout: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer.run([bundle()])
    monkeypatch.setattr(writing, "BATCH", 3)
    more = bundle("more", payouts=[payout(payout_id=f"N{number}") for number in range(20)])
    flush, flushed = writing.Writer.flush, []

    def failing(self: writing.Writer) -> None:
        flushed.append(1)
        if len(flushed) == 7:
            raise KeyboardInterrupt
        flush(self)

    monkeypatch.setattr(writing.Writer, "flush", failing)
    with pytest.raises(KeyboardInterrupt):
        importer.run([more])
    monkeypatch.setattr(writing.Writer, "flush", flush)
    with engine.connect().execution_options(reading=True) as connection:
        states = connection.execute(text("SELECT state FROM settlement_imports ORDER BY import_no")).scalars().all()
    assert states == ["done", "running"]
    assert len(stored_rows(engine)["payouts"]) > 1  # there, and invisible: see the lookup's tests
    outcome = importer.run([more])
    assert outcome.good
    assert outcome.reports[0].started_over
    assert outcome.reports[0].records["payouts"]["new"] == 20
    assert len(stored_rows(engine)["payouts"]) == 21


def test_shut_out_between_batches_it_stops(
    engine: Engine, importer: Importer, bundle: Bundle, payout: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BATCH", 3)
    folder = bundle(payouts=[payout(payout_id=f"N{number}") for number in range(20)])
    beat, beaten = Ledger.beat, []

    def shut_out(self: Ledger, connection: Any) -> None:
        beaten.append(1)
        if len(beaten) == 6:
            connection.execute(text("UPDATE settlement_imports SET owner = 'elsewhere:1:x'"))
        beat(self, connection)

    monkeypatch.setattr(Ledger, "beat", shut_out)
    with pytest.raises(ImportTakenOver):
        importer.run([folder])
    assert len(beaten) == 6


def test_another_import_sweeps_a_dead_one(
    engine: Engine, importer: Importer, bundle: Bundle, payout: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = Ledger(engine, importer.clock)
    dead.owner = "elsewhere:1:x"
    dead.start("d" * 64, "native", "dead.csv")
    with pytest.raises(ImportBusy):
        importer.run([bundle()])
    with engine.begin() as connection:
        connection.execute(text("UPDATE settlement_imports SET beat_at = 0"))
    assert importer.run([bundle("again")]).good
    with engine.connect() as connection, connection.begin(), pytest.raises(ImportTakenOver):
        dead.beat(connection)


def test_reasons_are_mapped_and_the_rest_counted(
    engine: Engine, importer: Importer, bundle: Bundle, payout: Any
) -> None:
    rows = [
        payout(payout_id="A", status="failed", raw_reason="收款户名不符"),
        payout(payout_id="B", status="failed", raw_reason="神秘原因"),
        payout(payout_id="C", status="failed", raw_reason="卡号无效", reason="account_closed"),
    ]
    report = importer.run([bundle(payouts=rows)]).reports[0]
    assert [row[8] for row in stored_rows(engine)["payouts"]] == ["name_mismatch", None, "account_closed"]
    assert report.unmapped == {"reason": {"神秘原因": 1}}


def test_card_numbers_in_words_are_struck_out(engine: Engine, importer: Importer, bundle: Bundle, payout: Any) -> None:
    importer.run([bundle(payouts=[payout(status="failed", raw_reason="卡号6222 0200 0000 0000 000无效")])])
    assert "0200" not in str(stored_rows(engine)["payouts"])


def test_sums_are_in_the_merchants_currency(engine: Engine, importer: Importer, bundle: Bundle, payout: Any) -> None:
    merchants = [{"merchant_no": "822331059990001", "currency": "JPY"}, {"merchant_no": "822331059990002"}]
    rows = [payout(currency="", gross="1200", fee="", net="1200"), payout(payout_id="K", currency="KWD", gross="1.234")]
    assert importer.run([bundle(merchants=merchants, payouts=rows)]).good
    found = [(row[0], row[16], row[22]) for row in stored_rows(engine)["payouts"]]
    assert found == [("K", 1234, "KWD"), ("P1", 1200, "JPY")]


@pytest.mark.parametrize("packing", ["plain", "gzip", "zip"])
def test_progress_ends_where_the_file_does(
    importer: Importer, bundle: Bundle, tmp_path: Path, packing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MEGABYTE", 1)
    content = (bundle() / "merchants.csv").read_bytes()
    path = tmp_path / "merchants"
    if packing == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("merchants.csv", content)
    else:
        path.write_bytes(gzip.compress(content) if packing == "gzip" else content)
    told: list[tuple[str, int, int, int]] = []
    assert importer.run([path], progress=lambda *values: told.append(values)).good
    assert told[-1] == ("merchants", len(content), len(content), 2)
