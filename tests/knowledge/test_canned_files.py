"""Canned replies are checked like everything else that merchants read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from knowledge.check import check
from tests.knowledge.small import small_base

HEAD = "---\nid: {id}\nkind: canned\ntitle: Sorry\nowner: Desk\nreview_by: {day}\nquestions: [sorry]\n---\n{words}\n"


def told(folder: Path, today: date = date(2026, 11, 23)) -> set[tuple[str, int, str]]:
    return {
        (Path(problem.file).relative_to(folder).as_posix(), problem.line, problem.message)
        for problem in check(folder, today=today)
        if "/canned/" in problem.file
    }


def test_faults_of_replies_are_named_where_they_stand(tmp_path: Path) -> None:
    small_base(tmp_path / "base")
    folders = [tmp_path / "base" / locale / "canned" for locale in ("en", "zh")]
    for folder in folders:
        folder.mkdir(exist_ok=True)
    words = "Ticket {{ ticket.numbr }} of {{ agent }}."
    (folders[0] / "sorry.md").write_text(HEAD.format(id="sorry", day="2027-01-01", words=words), "utf-8")
    (folders[1] / "sorry.md").write_text(HEAD.format(id="sory", day="2026-01-01", words="抱歉"), "utf-8")
    (folders[0] / "late.md").write_text(HEAD.format(id="late", day="2027-01-01", words="Late."), "utf-8")
    (folders[1] / "more.txt").write_text("x", "utf-8")
    assert told(tmp_path / "base") == {
        ("en/canned/sorry.md", 9, "{{ ticket.numbr }} is unknown here"),
        ("zh/canned/sorry.md", 2, "The id sory is not the file's name"),
        ("zh/canned/sorry.md", 6, "It was to be reviewed by 2026-01-01"),
        ("zh/canned/late.md", 1, "There is en/canned/late.md, but this reply is missing"),
        ("zh/canned/more.txt", 1, "Nobody reads this file"),
    }
