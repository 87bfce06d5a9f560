"""``kb eval``: figures that add up, a line for each question, and bad files told by line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app_for
from bot.commands.kb_eval import Asked, Judged, Pipeline, summary
from knowledge.matching import Match

BASE = Path(__file__).parents[2] / "knowledge" / "base"
ENTRIES = {
    "fees": ["why less money", "what fee was taken", "fee rate please", "how much is the fee"],
    "old_card": ["money went to my old card", "paid to the old one", "old card got it", "still the old card"],
}


def run(*arguments: str | Path):
    return CliRunner().invoke(app_for("kb"), ["kb", "eval", "--dir", str(BASE), *map(str, arguments)])


def write(file: Path, *rows: str) -> Path:
    file.write_text("\ufeff" + "\r\n".join(rows) + "\r\n", encoding="utf-8", newline="")
    return file


@pytest.fixture
def entries(tmp_path: Path) -> Path:
    rows = [f"{id},{text}" for id, texts in ENTRIES.items() for text in texts]
    return write(tmp_path / "entries.csv", "id,question", *rows)


def test_each_question_is_judged_and_written(tmp_path: Path, entries: Path) -> None:
    asked = ['"WHAT FEE, was taken?",fees|other', "the OLD card,old_card", "zebra crossing,"]
    questions = write(tmp_path / "questions.csv", "text,expect", *asked)
    off = write(tmp_path / "off.csv", "text", "tell me a joke", "book a flight", "what is the weather", "who won")
    out = tmp_path / "rows.jsonl"
    ended = run("--entries", entries, "--questions", questions, "--off-topic", off, "--out", out, "--json")
    assert ended.exit_code == 0
    told = json.loads(ended.stdout)
    assert (told["questions"], told["out_of_scope"], told["examples"]) == (3, 1, 8)
    assert told["top_1"] == told["top_3"] == 100
    assert told["out_of_scope_refused"] == 100
    assert told["p99_times_ratio"] > 0
    assert "warning: other is expected" in ended.stderr
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["text"] for row in rows] == ["WHAT FEE, was taken?", "the OLD card", "zebra crossing"]
    assert rows[0]["expect"] == ["fees", "other"]
    assert rows[0]["zone"] == "answer"
    assert rows[0]["ranked"][0]["id"] == "fees"
    assert 0 <= rows[0]["ranked"][0]["confidence"] <= 1
    assert rows[2]["zone"] == "none"


def test_shares_are_of_what_they_say() -> None:
    sure, unsure, hopeless = (Match("a", 0.99),), (Match("a", 0.5), Match("b", 0.3)), (Match("a", 0.01),)
    cases = [(sure, "a"), (sure, "b"), (unsure, "b"), (hopeless, "a"), (hopeless, ""), (sure, "")]
    judged = [Judged(Asked("x", (id,) if id else ()), ranked, 0.001, 0.001) for ranked, id in cases]
    told = summary(judged, Pipeline(lambda _: (), ("x",), 1.0, 1.0, None))
    assert told["top_1"] == 50
    assert told["top_3"] == 75
    assert told["answered"] == 50
    assert told["precision_of_answers"] == 33.33
    assert told["offered"] == 16.67
    assert told["resolved"] == 50
    assert told["out_of_scope_refused"] == told["out_of_scope_answered"] == 50
    assert told["p99_times_ratio"] == 1
    assert summary(judged[:1], Pipeline(lambda _: (), ("x",), 1.0, 1.0, None))["out_of_scope_refused"] is None


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["text,expected", "x,a"], "bad.csv:1: the first row must name a column expect; it names text, expected"),
        (["text,expect", "x,fees", "", "x"], "bad.csv:4: 1 cells, but 2 columns"),
        (["text,expect", "why, less,fees"], "bad.csv:2: 3 cells, but 2 columns"),
        (["text,expect", '"two', 'lines",fees', ",fees"], "bad.csv:4: text is empty"),
        (["text,expect", '"open,fees'], "bad.csv:2: unexpected end of data"),
        (["text,expect"], "bad.csv: there is no question"),
    ],
)
def test_a_bad_table_is_told_by_line(tmp_path: Path, entries: Path, rows: list[str], said: str) -> None:
    ended = run("--entries", entries, "--questions", write(tmp_path / "bad.csv", *rows))
    assert ended.exit_code == 2
    assert said in ended.stderr


def test_what_cannot_be_used_is_refused(tmp_path: Path, entries: Path) -> None:
    questions = write(tmp_path / "questions.csv", "text,expect", "x,fees")
    assert "No such file" in run("--questions", tmp_path / "none.csv").stderr
    assert "there is no locale fr" in run("--questions", questions, "--locale", "fr").stderr
    assert "goes with --entries" in run("--questions", questions, "--off-topic", questions).stderr
    (tmp_path / "latin.csv").write_bytes(b"text,expect\ncaf\xe9,fees\n")
    assert "latin.csv:1: here or further down it is not UTF-8" in run("--questions", tmp_path / "latin.csv").stderr
