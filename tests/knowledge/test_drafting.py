"""What is drafted is an article file that the loader takes, and a draft is found by no question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.kb import app
from knowledge.check import check
from knowledge.drafting import Draft, article_text, conversation_text, id_of
from knowledge.loader import load, read
from tests.knowledge.small import small_base

TODAY = date(2026, 11, 23)
DRAFT = Draft(
    "guide_new", "guide", 'A "title": with signs', ("how: is it?", "- list", "#no"), "A & B", date(2027, 1, 1),
    "Happened.", ("One.", "Two."), "The end.", notes=("for the author",),
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_base(tmp_path_factory.mktemp("drafts") / "base")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_base(tmp_path / "base")


def new(folder: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["new", "--dir", str(folder), *arguments])
    return result.exit_code, result.output


def test_a_draft_is_read_as_it_was_written(folder):
    (folder / "en/articles/guide_new.md").write_text(article_text(DRAFT), encoding="utf-8")
    base = load(folder)
    article = base.article("en", "guide_new")
    assert (article.title, article.questions, article.owner) == (DRAFT.title, DRAFT.questions, DRAFT.owner)
    assert article.draft
    assert base.render(article, {}) == "Happened.\n\n1. One.\n2. Two.\n\nThe end."


def test_a_draft_is_no_answer_until_it_is_finished(folder):
    for unfinished in (True, False):
        text = article_text(replace(DRAFT, title="zebra crossing", questions=("zebra",) * 10, unfinished=unfinished))
        (folder / "en/articles/guide_new.md").write_text(text, encoding="utf-8")
        shelf = read(folder).shelves["en"]
        assert any(one.id == "guide_new" for one in shelf.ranker.rank("zebra crossing")) is not unfinished
        lost = any("guide_new.md, but this article is missing" in one.message for one in check(folder, today=TODAY))
        assert lost is not unfinished


@pytest.mark.parametrize(
    ("words", "id"),
    [
        ("How do I change the card?", "how_do_i_change_the_card"),
        ("怎么换卡", "zen_me_huan_ka"),
        ("换POS机要多久", "huan_pos_ji_yao_duo_jiu"),
        ("???", "guide"),
        ("2 cards", "cards"),
        ("Café déjà", "cafe_deja"),
        ("taken", "taken_2"),
        ("a word " * 20, "a_word_a_word_a_word_a_word_a_word_a"),
    ],
)
def test_a_question_names_its_article(words, id):
    assert id_of(words, {"taken"}) == id


@pytest.mark.parametrize(("kind", "said"), [("cause", "advise x"), ("guide", "show x")])
def test_a_conversation_ends_with_the_article(kind, said):
    assert said in conversation_text("x", kind, "why?", "en")


class TestNew:
    """``kb new``: files that the check accepts with warnings, and nothing overwritten."""

    def test_every_locale_gets_an_article_and_a_conversation(self, folder):
        code, said = new(folder, "guide_refunds", "--kind", "guide", "--title", "All of *refunds*: 50% {{ off }}")
        assert code == 0, said
        for locale in ("zh", "en"):
            assert (folder / f"tests/{locale}/guides/guide_refunds.yaml").exists()
        assert {(one.level, one.message) for one in check(folder, today=TODAY)} >= {
            ("warning", "This is a draft: no question finds it")
        }
        assert "All of *refunds*" in load(folder).render(load(folder).article("zh", "guide_refunds"), {})
        assert new(folder, "guide_refunds", "--kind", "guide")[0] == 2

    def test_a_cause_gets_the_facts_that_it_may_show(self, folder):
        (folder / "en/articles/net_of_fees.md").unlink()
        (folder / "zh/articles/net_of_fees.md").unlink()
        assert new(folder, "net_of_fees", "--kind", "cause", "--owner", "Me")[0] == 0
        text = (folder / "en/articles/net_of_fees.md").read_text(encoding="utf-8")
        assert "payout.gross" in text
        assert "owner: Me" in text
        assert {one.level for one in check(folder, today=TODAY)} == {"warning"}

    def test_what_another_locale_says_is_the_draft_to_translate(self, folder):
        (folder / "en/articles/guide_documents.md").unlink()
        code, said = new(folder, "guide_documents", "--kind", "guide", "--locale", "en")
        assert code == 0
        assert "zh/articles" not in said
        english = (folder / "en/articles/guide_documents.md").read_text(encoding="utf-8")
        chinese = (folder / "zh/articles/guide_documents.md").read_text(encoding="utf-8")
        assert english == chinese.replace("kind: guide\n", "kind: guide\ndraft: true\n")

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("guide_x", "--kind", "gide"), "Did you mean guide?"),
            (("Guide-X", "--kind", "guide"), "is no id"),
            (("net_of_fee", "--kind", "cause"), "Did you mean net_of_fees?"),
            (("net_of_fees", "--kind", "guide"), "use --kind cause"),
            (("guide_x", "--kind", "guide", "--locale", "fr"), "there is no locale fr"),
        ],
    )
    def test_wrong_use(self, whole, arguments, words):
        code, said = new(whole, *arguments)
        assert code == 2
        assert words in said
