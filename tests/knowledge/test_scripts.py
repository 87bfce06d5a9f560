"""Tests of a base say where they fail and what came instead; what they cannot mean is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.library import KnowledgeBase
from knowledge.proving import Results, run
from knowledge.scripts import read_scripts
from tests.few import few

GOOD = """\
about: a question beside the form
talk:
  - merchant: 40213377没到账
    desk: [noted, ask_change_date]
    slots: {terminal_id: "40213377"}
  - merchant: D0和T1有什么区别
    desk: [show guide_d0_t1, ask_change_date]
"""


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return few("guide_d0_t1", "guide_documents", "no_record")


@pytest.fixture
def proved(base: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    def prove(text: str, name: str = "zh/one.yaml") -> Results:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return run(read_scripts([tmp_path], base), base)

    return prove


def test_what_was_told_is_counted(proved):
    results = proved(GOOD)
    assert results.good
    (coverage,) = results.coverage
    assert (coverage.locale, coverage.articles.told, coverage.articles.never) == (
        "zh",
        1,
        ("guide_documents", "no_record"),
    )
    assert coverage.steps.told == len(
        few("guide_d0_t1", "guide_documents", "no_record").article("zh", "guide_d0_t1").steps
    )
    assert "no_record step 1" in coverage.steps.never
    assert coverage.causes.told == 0


def test_a_failure_says_where_and_what_came_instead(proved):
    results = proved(GOOD.replace("[show guide_d0_t1, ", "[").replace('"40213377"}', '"1"}'))
    assert [(one.file, one.line, one.expected, one.got) for one in results.failures] == [
        ("zh/one.yaml", 3, "terminal_id 1", "terminal_id 40213377"),
        ("zh/one.yaml", 6, "ask_change_date", "show guide_d0_t1, ask_change_date"),
    ]
    assert not results.good


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("about:", "abuot:", 1, "Did you mean about"),
        ("desk: [noted", "dest: [noted", 4, "Did you mean desk"),
        ("terminal_id", "terminalid", 5, "Did you mean terminal_id"),
        ("merchant: D0", "edits: a\n    merchant: D0", 6, "both merchant and edits"),
        ("merchant: D0", "desk: D0", 7, "stands here twice"),
        ("talk:", "records: {payouts: [{colour: red}]}\ntalk:", 2, "colour is unknown here"),
        ("talk:", "records:\n  changes:\n    - {submitted_at: 2026-11-13T10:00:00}\ntalk:", 3, "offset"),
        ("talk:", "now: yesterday\ntalk:", 2, "cannot begin"),
        ("talk:", "locale: es\ntalk:", 2, "no locale es"),
        ("talk:", "walk:", 2, "walk is unknown here"),
        ("[noted, ask_change_date]", "{noted: 1}", 4, "a list of names"),
        ("talk:", "talk: [", 3, "not YAML"),
        (GOOD, "- 1\n", 1, "expected here"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(proved, old: str, new: str, line: int, says: str):
    results = proved(GOOD.replace(old, new, 1))
    assert not results.good
    assert any(one.line == line and says in str(one) for one in results.problems), [str(p) for p in results.problems]


def test_questions_come_to_what_they_are_meant_to(proved):
    example = "D0和T1有什么区别"
    good = [(example, "guide_d0_t1"), (f"{example}?", "answer guide_d0_t1"), (f"{example}!", "offer guide_d0_t1")]
    lines = "".join(f"  {text}: {wanted}\n" for text, wanted in [*good, ("鳜鱼", "none")])
    assert proved(f"asked:\n{lines}").good
    results = proved(f"asked:\n  {example}: none\n  鳜鱼: guide_d0_t1\n", "zh/two.yaml")
    assert [(one.line, one.expected) for one in results.failures] == [(2, "none"), (3, "guide_d0_t1")]
    assert results.failures[0].got.startswith("answer (guide_d0_t1 0.99")
    (problem,) = proved("asked:\n  x: guide_d0_t2\n", "zh/three.yaml").problems
    assert (problem.line, problem.remedy) == (2, "Did you mean guide_d0_t1?")


def test_the_language_is_said_or_the_folders(proved):
    assert proved("locale: en\nasked: {鳜鱼: none}\n", "zh/one.yaml").asked == 1
    results = proved("talk:\n  - merchant: /help\n    desk: [help]\n", "en/two.yaml")
    assert [coverage.locale for coverage in results.coverage] == ["en"]
