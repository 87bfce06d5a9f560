"""What is handed in, in whatever packing and encoding: read the same, or refused with the reason."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from storage.settlement.importing import Importer
from storage.settlement.opening import CHINESE, UTF8, Part, Unopenable, digest_of, open_parts

Bundle = Callable[..., Path]


def part_of(content: bytes) -> Part:
    return Part("any", len(content), content[:8192], lambda: io.BytesIO(content))


def workbook(*sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"S{number}")
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text_of(part: Part) -> str:
    return part.text(UTF8)


def test_a_workbook_is_the_csv_that_it_would_be_saved_as(tmp_path: Path) -> None:
    rows = [
        ["payout_id", "net", "day", "at", "flag", "words"],
        ["P1", 1192.8, date(2026, 11, 3), datetime(2026, 11, 3, 23, 5), True, "两,行\n字"],  # noqa: DTZ001
        [40213377, 0.1 + 0.2, None, None, False, None],
        [123456789012345678, 12, None, None, None, None],
    ]
    file = tmp_path / "day.xlsx"
    file.write_bytes(workbook(rows))
    (part,) = open_parts(file)
    assert part.name == "day.xlsx"
    assert text_of(part).splitlines() == [
        "payout_id,net,day,at,flag,words",
        'P1,1192.8,2026-11-03,2026-11-03 23:05:00,1,"两,行 字"',
        "40213377,0.3,,,0,",
        "1.23456789012346E+17,12,,,,",  # it has lost digits, and no reader of identifiers takes it
    ]


def test_sheets_are_parts_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.writestr("a/day.xlsx", workbook([["x"], [], ["y"]], [], [["z"]]))
    parts = open_parts(tmp_path / "both.zip")
    assert [(part.name, text_of(part).splitlines()) for part in parts] == [
        ("a/day.xlsx/S0", ["x", '""', "y"]), ("a/day.xlsx/S2", ["z"]),
    ]  # fmt: skip


def test_a_workbook_and_its_csv_are_the_same_content(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook([["a", "b"], [1, 2]]))
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    assert digest_of(open_parts(tmp_path / "a.xlsx")[0]) == digest_of(open_parts(tmp_path / "a.csv")[0])


def test_workbooks_and_zips_that_mean_harm(tmp_path: Path) -> None:
    good = workbook([["a"]])
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("x.csv", "a\n")
    bomb = io.BytesIO(good)
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big.bin", b"0" * 30_000_000)
    nested = io.BytesIO()
    with zipfile.ZipFile(nested, "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
    cases = {
        "bomb.xlsx": (bomb.getvalue(), "zip bomb"),
        "nested.zip": (nested.getvalue(), "a zip within a zip"),
        "cut.xlsx": (good[: len(good) // 2], "zip"),
        "hollow.xlsx": (_replaced(good, "xl/workbook.xml", b"<x"), "damaged"),
    }
    for name, (content, why) in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Unopenable, match=why):
            open_parts(tmp_path / name)


def _replaced(content: bytes, name: str, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as archive:
        for member in old.infolist():
            archive.writestr(member.filename, new if member.filename == name else old.read(member))
    return out.getvalue()


WORKBOOK = workbook([["payout_id", "net"], ["P1", 1.5]])


@settings(max_examples=60, deadline=None)
@given(at=st.floats(0, 1), new=st.binary(max_size=20), gone=st.integers(0, 20))
def test_no_bytes_of_a_workbook_crash_the_opening(
    at: float, new: bytes, gone: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = int(at * len(WORKBOOK))
    file = tmp_path_factory.getbasetemp() / f"damaged-{os.getpid()}.xlsx"
    file.write_bytes(WORKBOOK[:place] + new + WORKBOOK[place + gone :])
    with suppress(Unopenable):
        for part in open_parts(file):
            text_of(part)


WORDS = "终端,商户\n40213377,晨光便利店\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_chinese_files_are_read_in_the_encoding_that_they_are_in(encoding: str) -> None:
    part = part_of(("id,name\n" + WORDS).encode(encoding))
    assert "".join(part.lines(CHINESE)) == part.text(CHINESE) == "id,name\n" + WORDS


def test_one_encoding_for_one_file() -> None:
    """The first text that is not ASCII decides; what does not fit it is refused, not read in another one."""
    part = part_of("店\n".encode() + "晨光\n".encode("gbk"))
    with pytest.raises(Unopenable, match="not UTF-8") as caught:
        list(part.lines(CHINESE))
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("content", "line", "why"),
    [(b"a\nb\0c", 2, "NUL"), (b"\xff\xfea\0", 1, "UTF-16"), (b"a\n\n\xff\xfe", 3, "not UTF-8")],
)
def test_documents_that_are_no_text(content: bytes, line: int, why: str) -> None:
    with pytest.raises(Unopenable, match=why) as caught:
        part_of(content).text(UTF8)
    assert caught.value.line == line


def test_a_document_too_large_is_refused() -> None:
    with pytest.raises(Unopenable, match="in pieces"):
        part_of(b"x" * 3_000_000).text(UTF8, most=2 << 20)


def test_a_file_that_grows_while_it_is_read_is_refused(
    engine: Engine, importer: Importer, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = bundle()
    from storage.settlement import writing

    flush = writing.Writer.flush

    def growing(self: writing.Writer) -> None:
        with (folder / "payouts.csv").open("a") as file:
            file.write("P9,822331059990001\n")
        flush(self)

    monkeypatch.setattr(writing.Writer, "flush", growing)
    (report,) = importer.run([folder]).reports
    assert report.state == "rejected"
    assert any("changed while they were read" in bad.reason for bad in report.bad)
    monkeypatch.undo()
    with engine.connect().execution_options(reading=True) as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM settlement_payouts").scalar() == 0


def test_a_bot_that_imports_nothing_holds_no_reader() -> None:
    """Memory at rest: XML, workbooks, MT940 and the formats are loaded by whoever imports statements."""
    words = (
        "import sys, bot.assembly; "
        "heavy = {'lxml', 'python_calamine', 'mt940', 'jmespath', 'tenacity', 'purgatory', 'openpyxl'}; "
        "print(sorted(heavy & sys.modules.keys()), [m for m in sys.modules if 'settlement.formats' in m])"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", words], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] []"
