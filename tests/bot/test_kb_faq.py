"""``kb import-faq``: questions and answers become articles; bad rows are named, nothing is overwritten."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from bot.commands.kb import app
from knowledge.check import check
from knowledge.loader import load
from tests.knowledge.small import small_base


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_base(tmp_path / "base")


def take(folder: Path, content: str | bytes, *arguments: str, name: str = "faq.csv") -> tuple[int, str]:
    file = folder.parent / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    result = CliRunner().invoke(app, ["import-faq", str(file), "--dir", str(folder), *arguments])
    return result.exit_code, result.output.replace(f"{folder.parent.as_posix()}/", "")


def test_rows_of_one_answer_become_one_article(folder):
    rows = 'question,answer\nHow do refunds work?,"First *look*:\n1. Open {{ it }}\n2. Press <refund>"\n'
    rows += 'what of refunds,"First *look*:\n1. Open {{ it }}\n2. Press <refund>"\nIs there a fee,No.\n'
    code, said = take(folder, rows, "--locale", "en", "--owner", "Me")
    assert code == 0, said
    assert "3 rows, 0 bad, 2 articles written" in said
    base = load(folder)
    article = base.article("en", "how_do_refunds_work")
    assert article.questions == ("How do refunds work?", "what of refunds")
    assert article.draft
    shown = base.render(article, {})
    assert shown == "First *look*:\n\n1. Open {{ it }}\n2. Press &lt;refund&gt;"
    problems = check(folder, today=date(2026, 11, 23))
    assert {one.level for one in problems} == {"warning"}


def test_ten_questions_in_every_locale_are_no_draft(folder):
    rows = "id,locale,question,answer\n"
    for locale in ("zh", "en"):
        rows += "".join(f"guide_ten,{locale},number {n * n} of many,{'Yes.' if not n else ''}\n" for n in range(10))
    assert take(folder, rows)[0] == 0
    assert not load(folder).article("zh", "guide_ten").draft
    code, said = take(folder, rows)
    assert code == 1
    assert "faq.csv:2: id: guide_ten is there already; --force writes it anew" in said
    assert take(folder, rows.replace("Yes.", "No."), "--force")[0] == 0
    assert load(folder).article("zh", "guide_ten").happened.source == "No."


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (",No.,,", "question: it is empty"),
        ("?!,No.,,", "question: it says nothing"),
        ("why,,,", "answer: it is empty"),
        ("why,,,guide_x", "answer: it is empty"),
        ("why,No.,fr,", "locale: there is no locale fr."),
        ("why,No.,,Guide X", "id: Guide X is no id"),
        ("why,No.,,net_of_fees", "id: net_of_fees is a cause"),
        ("why,No.,,guide_documents", "id: guide_documents is there already"),
        ("what rate am i on?,No.,,", "question: the article net_of_fees gives it already"),
        ("which papers should i prepare?,No.,,", "question: the article guide_documents gives it already; to write"),
        ("Good one,No.,,", "question: it stands in line 2 too"),
        ("why,No.,,,well", "answer: there are more fields than columns: put words with commas between quotes"),
        (f"why,{'long ' * 800},,", "answer: 3999 characters are more than 3700: divide it"),
        (f"{'why ' * 50},No.,,", "question: 199 characters are more than 150"),
        ("why,Another.,,guide_good", "answer: guide_good has another answer in line 2"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(folder, row, complaint):
    code, said = take(folder, f"question,answer,locale,id\ngood one,Yes.,,guide_good\n{row}\n", "--locale", "en")
    assert code == 1
    assert f"faq.csv:3: {complaint}" in said
    assert not (folder / "en/articles/guide_good.md").exists()


def test_good_rows_are_kept_where_that_is_wished(folder):
    code, said = take(folder, "question,answer\ngood one,Yes.\nbad one,\n", "--keep-good", "--json")
    assert code == 1
    found = json.loads(said)
    assert found["bad"] == [{"line": 3, "column": "answer", "reason": "it is empty"}]
    assert len(found["written"]) == 1
    assert (folder / "zh/articles/good_one.md").exists()


def test_a_workbook_keeps_the_lines_of_its_cells(folder, tmp_path):
    book = openpyxl.Workbook()
    for row in (["问题", "答案"], ["怎么退款", "先看：\n1. 打开\n2. 点退款"], [None, "x"]):
        book.active.append(row)
    book.save(tmp_path / "made.xlsx")
    code, said = take(folder, (tmp_path / "made.xlsx").read_bytes(), "--keep-good", name="faq.xlsx")
    assert code == 1
    assert "faq.xlsx:3: question: it is empty" in said
    assert [str(step.render({})) for step in load(folder).article("zh", "zen_me_tui_kuan").steps] == ["打开", "点退款"]


@pytest.mark.parametrize(
    "content",
    [
        "问题;答案\n怎么退款;点退款\n".encode("gb18030"),
        "问题\t答案\n怎么退款\t点退款\n".encode("utf-8-sig"),
        "问题\t答案\n怎么退款\t点退款\n".encode("utf-16"),
    ],
)
def test_spreadsheets_in_chinese_are_read(folder, content):
    assert take(folder, content)[0] == 0
    assert load(folder).article("zh", "zen_me_tui_kuan").happened.source == "点退款"


@pytest.mark.parametrize(
    ("content", "arguments", "words"),
    [
        ("", (), "is empty"),
        ("a,b\n", (), "needs one column question; its first row names a, b"),
        ("question,Q,answer\n", (), "needs one column question"),
        ("question,answer\n", ("--kind", "cause"), "kind cannot be cause"),
        (b"PK damaged", (), "cannot be read"),
        (b"question,answer\n\xff\xff\xff", (), "this is no text in UTF-8, UTF-16 or GB 18030"),
        ('question,answer\n"open,x', (), "cannot be read"),
    ],
)
def test_wrong_use(folder, content, arguments, words):
    code, said = take(folder, content, *arguments)
    assert code == 2
    assert words in said
