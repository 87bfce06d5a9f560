"""Changes of answers are told by how they change, without anybody's words unless they are asked for."""

from __future__ import annotations

from dataclasses import replace

from knowledge.differing import Pair, Reply, answer_to, differences
from tests.few import few


def test_changes_are_grouped_by_how_the_answer_changes():
    old, new = Reply(("a",), "one\ntwo"), Reply(("a",), "one\nthree")
    pairs = [
        Pair("case", "#1", old, old),
        Pair("case", "#2", old, new, "said"),
        Pair("case", "#3", old, new),
        Pair("case", "#4", old, Reply(("b",), "one")),
        Pair("question", "question 1", Reply(("none",)), Reply(("answer", "g"))),
        Pair("question", "question 2", Reply(("none",)), Reply(("none",))),
    ]
    found = differences(pairs)
    assert (found.cases, found.questions, found.same) == (4, 2, 2)
    assert [(c.kind, c.before, c.after, c.count, c.labels) for c in found.changes] == [
        ("cause", ("a",), ("b",), 1, ("#4",)),
        ("words", ("a",), ("a",), 2, ("#2", "#3")),
        ("question", ("none",), ("answer", "g"), 1, ("question 1",)),
    ]
    sample = found.changes[1].samples[0]
    assert (sample.label, sample.said, sample.lines) == ("#2", "said", ("-two", "+three"))


def test_what_a_base_shows_for_a_question():
    base = few("guide_d0_t1", "guide_documents", "no_record")
    example = base.article("zh", "guide_d0_t1").questions[0]
    assert answer_to(base, "zh", example) == Reply(("answer", "guide_d0_t1"))
    assert answer_to(base, "zh", "鳜鱼") == Reply(("none",))
    assert answer_to(replace(base, shelves={"en": base.shelves["en"]}), "zh", "x") == Reply(("no locale",))
