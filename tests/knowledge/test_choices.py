"""What merchants chose is counted by merchants, and becomes an example only by an author's hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from knowledge import matching
from knowledge.choices import found
from knowledge.library import KnowledgeBase, Shelf
from knowledge.questions import Decided
from knowledge.teaching import Refused, refusal, with_question
from tests.few import FOLDER, few

AT = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
STRANGE = "鳜鱼 40213377 蟛蜞怎么养"
HEAD = "---\nid: a\nkind: guide  # 种类\ntitle: 甲\nquestions:\n"
TAIL = "owner: 某人\nreview_by: 2027-05-31\n---\n正文\n\n---\n- 不是问题\n"


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return few("guide_d0_t1", "guide_documents", "guide_read_statement", "no_record")


def decided(*pressed: tuple[str, str | None], text: str = STRANGE) -> list[Decided]:
    """(merchant, chosen) in the order of time."""
    return [
        Decided(number, AT + timedelta(minutes=number), "zh", text, chosen, merchant)
        for number, (merchant, chosen) in enumerate(pressed, 1)
    ]


def test_each_merchant_counts_once_by_what_was_pressed_last(base: KnowledgeBase):
    pressed = (
        ("a", "guide_d0_t1"), ("a", "guide_d0_t1"), ("b", "guide_documents"), ("b", "guide_d0_t1"),
        ("c", None), ("d", "guide_documents"), ("e", "guide_d0_t1"), ("e", None), ("f", "gone_since"),
    )  # fmt: skip
    (choice,) = found(decided(*pressed), base)
    assert (choice.article, choice.merchants, choice.others, choice.none) == (
        "guide_d0_t1", 2, {"guide_documents": 1}, 2,
    )  # fmt: skip
    assert (choice.asked, choice.first, choice.last) == (9, AT + timedelta(minutes=1), AT + timedelta(minutes=9))
    assert [(one.number, one.text) for one in choice.wordings] == [(9, "鳜鱼 … 蟛蜞怎么养")]
    assert not found(decided(*pressed), base, "en")


def test_left_out_is_what_nobody_chose_and_what_is_taught(base: KnowledgeBase):
    assert not found(decided(("a", None), ("b", None)), base)
    known = base.article("zh", "guide_d0_t1").questions[0]
    assert not found(decided(("a", "guide_d0_t1"), text=known), base)
    (other,) = found(decided(("a", "guide_documents"), text=known), base)
    assert other.answered_by == "guide_d0_t1"


def test_an_accepted_question_is_answered_from_then_on(base: KnowledgeBase):
    text = "对账的那个单子在哪"
    shelf = base.shelves["zh"]
    assert matching.zone(base.match("zh", text)) == "offer"
    article = shelf.articles["guide_read_statement"]
    assert refusal(text, article, shelf) is None
    file = (FOLDER / "zh" / "articles" / "guide_read_statement.md").read_text(encoding="utf-8")
    changed = with_question(file, text)
    assert isinstance(changed, str)
    assert [line for line in changed.split("\n") if line not in file.split("\n")] == [f"  - {text}"]
    taught = replace(article, questions=(*article.questions, text))
    after = replace(
        base,
        shelves={"zh": Shelf("zh", shelf.phrases, {**shelf.articles, article.id: taught}, off_topic=shelf.off_topic)},
    )
    (best, *_) = after.match("zh", text)
    assert (best.id, matching.zone((best,))) == ("guide_read_statement", "answer")
    assert not found(decided(("a", "guide_read_statement"), text=text), after)


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        ("  - 一\n  - 二  # 常问\n", "  - 一\n  - 二  # 常问\n  - 三\n"),
        ("- 一\n", "- 一\n- 三\n"),
        ("    -   一\n        接着\n\n", "    -   一\n        接着\n    -   三\n\n"),
        ('  - "一"\n  # 还缺\n', '  - "一"\n  - 三\n  # 还缺\n'),
        ("  - |-\n    一\n", "  - |-\n    一\n  - 三\n"),
        ("  [一, 二]  # 短\n", "  [一, 二, 三]  # 短\n"),
        ("  [一,\n   二,\n  ]\n", "  [一,\n   二, 三,\n  ]\n"),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_nothing_else_of_the_file_changes(questions: str, expected: str, ending: str):
    before, after = (f"{HEAD}{part}{TAIL}".replace("\n", ending) for part in (questions, expected))
    assert with_question(before, "三") == after


def test_words_that_yaml_would_read_otherwise_stand_in_quotes():
    for words in ("yes", "1042", "a: b", "# 一", "[一", "- 一", "'一", "一, 二", "null", "{% x", "💳卡"):
        for questions in ("  - 一\n", "  [一]\n"):
            changed = with_question(f"{HEAD}{questions}{TAIL}", words)
            assert isinstance(changed, str), words


@pytest.mark.parametrize("questions", ["  []\n", "  -\n    一\n", "  一\n", "  - 一\n  - 'x\n", "\n"])
def test_a_list_that_cannot_be_followed_is_left_alone(questions: str):
    assert isinstance(with_question(f"{HEAD}{questions}{TAIL}", "三"), Refused)


def test_refusals_say_what_to_do(base: KnowledgeBase):
    shelf = replace(base.shelves["zh"], off_topic=("明天会下雨吗",))
    article, other = shelf.articles["guide_documents"], shelf.articles["guide_d0_t1"]
    for question, said in (
        (other.questions[0], "guide_d0_t1 has this question"),
        (f"{article.questions[0]}？？", "guide_documents has it already"),
        (STRANGE, "long number"),
        (shelf.off_topic[0], "off_topic.yaml"),
        ("？？", "Nobody can be understood"),
        ("问" * 200, "200 characters"),
    ):
        refused = refusal(question, article, shelf)
        assert refused is not None, question
        assert said in str(refused)
        assert refused.remedy
