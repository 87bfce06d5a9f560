"""The same question in other words is one gap; drafts of gaps never serve unread."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from knowledge import markup, rendering
from knowledge.articles import Vocabulary, read_article
from knowledge.drafting import article_text
from knowledge.drafts import of_evidence, of_question
from knowledge.gaps import found
from knowledge.library import KnowledgeBase
from knowledge.questions import Asked
from tests.few import few

AT = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return few("guide_d0_t1", "guide_documents", "guide_read_statement", "no_record")


def asked(*texts: str, locale: str = "zh", **more: object) -> list[Asked]:
    one = Asked(1, AT, "question", locale, "", "none", **more)  # type: ignore[arg-type]
    return [replace(one, number=n, text=text, at=AT + timedelta(minutes=n)) for n, text in enumerate(texts, 1)]


def test_the_same_question_in_other_words_is_one_gap(base: KnowledgeBase):
    said = [
        "鳜鱼 40213377 蟛蜞怎么养",
        "鳜鱼 40213388 蟛蜞怎么养？",
        "請問鳜鱼40213399蟛蜞怎麼養",
        "蟛蜞",
        "鳜鱼40213377蟛蜞怎么养",
    ]
    found_now = found(asked(*said, outcome="person", ticket=1001, replies="去水产站 13800001111\n去水产站\n"), base)
    first, second = found_now.questions
    assert (first.count, second.count) == (4, 1)
    assert all("4021" not in text for text in first.texts)
    assert (first.outcomes, first.tickets) == ({"person": 4}, (1001,))
    assert first.replies == ("去水产站 …", "去水产站")
    assert (first.first, first.last) == (AT + timedelta(minutes=1), AT + timedelta(minutes=5))


def test_words_in_another_order_are_the_same_question(base: KnowledgeBase):
    said = asked("zzyzx quuxing of the frobnicator", "frobnicator zzyzx of the quuxing", locale="en")
    assert [gap.count for gap in found(said, base).questions] == [2]


def test_what_the_base_answers_now_is_closed(base: KnowledgeBase):
    question = base.article("zh", "guide_d0_t1").questions[0]
    closed = found(asked(question), base)
    assert not closed.questions
    assert [gap.answered_by for gap in closed.closed] == ["guide_d0_t1"]
    refused = found(
        [replace(one, zone="answer", best="guide_d0_t1", outcome="person") for one in asked(question)], base
    )
    assert [gap.answered_by for gap in refused.questions] == [None]


def test_a_locale_that_is_gone_is_no_end(base: KnowledgeBase):
    assert [gap.nearest for gap in found(asked("hola", locale="es"), base).questions] == [None]


def test_diagnoses_are_grouped_by_what_was_missing(base: KnowledgeBase):
    rows = [
        Asked(n, AT, "evidence", "zh", text, "none", "no_record", ticket=n)
        for n, text in enumerate(["payout.due", "", "payout.due", "payout.dest payout.due"])
    ]
    told = [(gap.cause, gap.missing, gap.count, gap.tickets) for gap in found(rows, base).evidence]
    assert told == [
        ("no_record", ("payout.due",), 2, (0, 2)),
        ("no_record", (), 1, (1,)),
        ("no_record", ("payout.dest", "payout.due"), 1, (3,)),
    ]


def test_a_draft_is_an_article_that_no_question_finds(base: KnowledgeBase):
    replies = ("1. 请到<网点>{{ x }}", "**第二** [天](x) {% if %}", "- & #x", "> _y_")
    (gap,) = found(asked("鳜鱼: 'a' #1\n- 怎么养"), base).questions
    (evidence,) = found([Asked(1, AT, "evidence", "en", "payout.due", "none", "no_record")], base).evidence
    today = date(2026, 11, 26)
    env = rendering.environment(lambda *_, **__: "", lambda _: True)
    for draft in (
        of_question(replace(gap, replies=replies, tickets=(1001,)), today, ()),
        of_evidence(replace(evidence, replies=replies), base, "en", today, ()),
        of_question(gap, today, ()),
    ):
        text = article_text(draft)
        article, _, faults = read_article(
            text, file=f"{draft.id}.md", locale="zh", stem=draft.id, env=env, vocabulary=Vocabulary({}, ())
        )
        assert not faults, text
        assert article is not None
        assert article.draft
        shown = markup.plain(article.happened.render({}))
        assert all(reply in shown for reply in (replies if draft.happened != draft.title else ())) or "鳜鱼" in shown
    assert of_question(gap, today, ()) == of_question(gap, today, ())
    assert of_question(gap, today, {of_question(gap, today, ()).id}).id != of_question(gap, today, ()).id
