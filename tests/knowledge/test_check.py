"""What ``kb check`` finds beyond what would not load."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.kb import app
from knowledge.check import check
from knowledge.usage import usage

TODAY = date(2026, 11, 23)
REPOSITORY = Path(__file__).parents[2]
SHIPPED = REPOSITORY / "knowledge" / "base"
ARTICLE = "en/articles/paid_to_old_card.md"


def said(author, **more):
    return [
        str(problem).removeprefix(f"{author.folder.as_posix()}/")
        for problem in check(author.folder, today=TODAY, **more)
    ]


def test_the_shipped_base_has_no_errors():
    assert [str(one) for one in check(SHIPPED, today=TODAY, repository=REPOSITORY) if one.level == "error"] == []


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("Cut at {{ payout.cut_at | moment }}.", "8: It shows an unknown value when payout.cut_at is unknown."),
        (
            "It was ({% if payout.net is not none %}{{ payout.net | money }}{% endif %}).",
            "1: It reads oddly when payout.net is unknown",
        ),
        ("{{ 'x' | abs }}", "1: It cannot be written when everything is known"),
    ],
)
def test_an_article_is_tried_with_every_fact_missing(author, words, complaint):
    line = author.says(words)
    shown = line if "unknown value" in complaint else line - 2
    assert any(one.startswith(f"{ARTICLE}:{shown}:{complaint}") for one in said(author)), said(author)


def test_an_unguarded_fact_is_named_once(author):
    author.says("Cut at {{ payout.cut_at | moment }}.")
    assert len([one for one in said(author) if "unknown value" in one]) == 1


def test_an_unguarded_fact_is_named_where_no_condition_is_around_it(author):
    line = author.says(
        "{% if payout.cut_at %}At {{ payout.cut_at | moment }}.{% endif %}\n\nCut {{ payout.cut_at | day }}."
    )
    assert [one.split(" It")[0] for one in said(author) if "unknown value" in one] == [f"{ARTICLE}:{line + 2}:5:"]


def test_an_article_has_to_fit_into_a_message(author):
    author.says("Many words. " * 400)
    assert any("characters" in one and ARTICLE in one for one in said(author))


def test_long_facts_have_to_fit_too(author):
    author.says("{% if payout.payout_id %}" + "{{ payout.payout_id }} " * 60 + "{% endif %}")
    assert any("With long facts it takes" in one for one in said(author))


@pytest.mark.parametrize(
    ("pattern", "new", "complaint"),
    [
        (r"(?<=\n---\n).*?(?=^1\. )", "\n{% if payout.cut_at %}At {{ payout.cut_at | moment }}.{% endif %}\n\n",
         "It does not say what happened when payout.cut_at is unknown. Begin with a sentence without facts."),
        (r"^1\. .*", "1. {% if payout.cut_at %}At {{ payout.cut_at | moment }}.{% endif %}\n",
         "No step is left when payout.cut_at is unknown. Keep one step that needs no facts."),
    ],
)  # fmt: skip
def test_something_is_said_whatever_is_unknown(author, pattern, new, complaint):
    text = (author.folder / ARTICLE).read_text(encoding="utf-8")
    author.writes(ARTICLE, re.sub(pattern, new, text, count=1, flags=re.DOTALL | re.MULTILINE))
    assert any(one.endswith(complaint) and one.startswith(ARTICLE) for one in said(author)), said(author)


def test_a_phrase_that_stands_twice_is_named_and_nothing_stumbles_over_it(author):
    author.replaces("en/phrases.yaml", "\ngreeting:", "\ngreeting: twice\ngreeting:")
    assert any("greeting stands here twice" in one for one in said(author))


@pytest.mark.parametrize("own", [False, True])
def test_an_article_that_no_conversation_comes_to_is_named(author, tmp_path, own):
    """Among the program's conversations and, for a base elsewhere, among those in its own folder."""
    folder = author.folder / "tests/en" if own else tmp_path / "tests/conversations/en"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "one.yaml").write_text("about: it comes to net_of_fees\ntalk:\n  - merchant: hi\n", encoding="utf-8")
    complaints = said(author, repository=None if own else tmp_path)
    assert any(
        one.startswith(f"{ARTICLE}:") and "No en conversation test comes to paid_to_old_card" in one
        for one in complaints
    )
    assert not any("comes to net_of_fees" in one for one in complaints if one.startswith("en/"))


def test_questions_are_enough_and_stand_once(author):
    text = (author.folder / ARTICLE).read_text(encoding="utf-8")
    head, rest = text.split("questions:\n")[0], text.split("questions:\n")[1]
    questions = [line for line in rest.split("\n") if line.startswith("  - ")]
    author.writes(
        ARTICLE,
        head + "questions:\n" + questions[0] + "\n" + rest[rest.index(questions[-1]) + len(questions[-1]) + 1 :],
    )
    author.replaces("en/articles/net_of_fees.md", "questions:\n", f"questions:\n{questions[0].upper()}\n")
    found = "\n".join(said(author))
    assert "1 example questions are too few" in found
    assert "This question stands in net_of_fees too." in found


def test_what_is_due_for_review_is_a_warning(author):
    late = max(TODAY + timedelta(days=3000), date(2035, 1, 1))
    problems = check(author.folder, today=late)
    assert {problem.level for problem in problems} == {"warning"}
    assert all("It was to be reviewed by" in problem.message for problem in problems)


def test_phrases_that_nobody_says_and_phrases_that_are_missing(author):
    for locale in ("zh", "en"):
        author.replaces(f"{locale}/phrases.yaml", "language_name:", "nobody_says_this: x\nlanguage_name:")
        author.replaces(f"{locale}/phrases.yaml", "you_are_welcome:", "you_are_wellcome:")
    found = "\n".join(said(author, repository=REPOSITORY))
    assert "Nothing says nobody_says_this." in found
    assert "you_are_welcome is missing" in found


def test_usage_reads_literals_patterns_and_joined_names():
    found = usage(
        [("x.py", 'say("one_two" if a else "three_four"); f"ask_{slot}"; f"{kind}_{name}"; ("left", "right")')]
    )
    assert {key for key, *_ in found.asked} == {"one_two", "three_four"}
    assert found.uses("ask_anything")
    assert found.uses("left_right")
    assert not found.uses("right_wrong")


class TestCommands:
    """The exit codes: 0 good, 1 the thing asked about is not good, 2 wrong use."""

    def run(self, *arguments):
        return CliRunner().invoke(app, list(arguments))

    def test_check(self, author):
        line = author.says("{{ payout.nett }}")
        broken = self.run("check", "--dir", str(author.folder), "--json")
        assert broken.exit_code == 1
        (problem,) = [one for one in json.loads(broken.stdout)["problems"] if one["level"] == "error"]
        assert (problem["line"], problem["column"]) == (line, 4)
        annotated = self.run("check", "--dir", str(author.folder), "--github")
        assert f"line={line},col=4::{{{{ payout.nett }}}} is unknown here" in annotated.stdout

    @pytest.mark.parametrize(
        "wrong",
        [("--facts", "payout.nett=3"), ("--facts", "payout.net"), ("--facts", "payout.net=many"), ("--locale", "xx"),
         ("--facts", "payout.cut_at=2026-11-20T10:00:00"), ("--facts", "payout.status=payed")],
    )  # fmt: skip
    def test_wrong_use(self, wrong):
        assert self.run("show", "paid_to_old_card", *wrong).exit_code == 2

    def test_an_article_that_is_not_there(self):
        assert self.run("show", "nothing").exit_code == 1

    def test_match(self):
        found = self.run("match", "少的那点是手续费吧", "--json")
        assert found.exit_code == 0
        assert json.loads(found.stdout)["ranked"][0]["id"] == "net_of_fees"

    def test_read(self, tmp_path, monkeypatch):
        monkeypatch.setenv("SETTLEDESK_NOW", "2026-11-20T15:00:00+08:00")
        rows = tmp_path / "rows.jsonl"
        rows.write_text('{"id": "a", "text": "2026-11-13", "asked": "change_date"}\n', encoding="utf-8")
        assert self.run("read", "--in", str(rows), "--out", str(tmp_path / "out.jsonl")).exit_code == 0
        assert json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))["value"] == "2026-11-13"
        rows.write_text("no json\n", encoding="utf-8")
        assert self.run("read", "--in", str(rows)).exit_code == 2
