"""What looks like markup in an article and is none, and what an author is told once instead of many times."""

from __future__ import annotations

import shutil

import pytest

from knowledge.showing import misused
from knowledge.slips import slips
from tests.knowledge.test_faults import Planted, complaints, front, plant, whole  # noqa: F401 (a fixture)


@pytest.fixture
def base(whole, tmp_path):  # noqa: F811
    folder = tmp_path / "base"
    shutil.copytree(whole, folder)
    return folder


@pytest.mark.parametrize(
    "words",
    [
        "1,200.50 or 1.5 % of it",
        "Call 95016. It is free.",
        "1. One\n2. Two\n\n   and more of two.\n3. Three\n\nThe end.",
        "{{ '{' }}payout.net{{ '}' }}",
        "{% if a.b %}{{ a.b | money }}{% endif %} {name}",
        "```\n{payout.net}\n```",
        "- one\n- two",
        "看[这里](https://example.com)，2026.11.20",
        "（2026年起）每天",
    ],
)
def test_what_is_meant_as_it_stands_is_left_alone(words):
    assert list(slips(words)) == []


def test_a_list_that_begins_anew_is_named():
    found = list(slips("1. One\n\nMind this.\n\n2. Two\n3. Three"))
    assert [(one.line, one.level) for one in found] == [(5, "warning")]


@pytest.mark.parametrize(
    ("words", "columns"),
    [
        ("{{ payout.net | money }} {{ payout.paid_at | day }} {{ payout.dest_suffix }} {{ payout.batch_id }}", []),
        ("{{ (payout.gross - (payout.fee or 0)) | money }} {{ payout.n_live }}", []),
        ("{{ payout.gross - (payout.fee or 0) }}", [4]),
        ("{{ payout.net if payout.net else payout.gross | money }}", [4]),
        ("{{ ticket.trade_dates }} {{ ticket.amounts | amounts }}", [4]),
        ("{{ payout.status }}", [4]),
        ("{% if payout.status != 'none' %}{% endif %}{% if change.status != 'none' %}{% endif %}", [24]),
        ("{{ payout.net | default(0) | day }}", [4]),
        ("{{ broken", []),
    ],
)
def test_values_are_written_as_their_kind_is(words, columns):
    assert [one.column for one in misused(words)] == columns


def test_an_article_that_cannot_be_read_is_named_once_and_not_by_all_that_lead_to_it(base):
    plant(base, [front("zh/articles/guide_documents.md", "title: ", "title：", "", "")])
    linked = base / "zh/articles/net_of_fees.md"
    linked.write_text(linked.read_text("utf-8").replace("\nowner:", "\nsee: [guide_documents]\nowner:", 1), "utf-8")
    assert len([one for one in complaints(base) if "no article" in one or "colon" in one]) == 1


def test_a_copy_is_one_fault(base):
    shutil.copy(base / "zh/articles/guide_documents.md", base / "zh/articles/guide_documents - 副本.md")
    assert complaints(base) == [
        "zh/articles/guide_documents - 副本.md:1:1: guide_documents - 副本 cannot be an article's name. "
        "Delete it if it is a copy; else use up to 40 small letters, digits and _, a letter first."
    ]


def test_a_file_with_two_endings_is_given_its_name(base):
    file = base / "zh/articles/guide_documents.md"
    file.rename(file.with_name("guide_documents.md.txt"))
    assert any("Name it guide_documents.md." in one for one in complaints(base))


@pytest.mark.parametrize("words", ["", "# nothing\n", "只是一句话\n"])
def test_phrases_that_are_gone_are_not_listed_one_by_one(base, words):
    (base / "zh/phrases.yaml").write_text(words, "utf-8")
    assert [one.split(": ", 1)[1] for one in complaints(base)] == [
        "Names with values are expected here. Write it as `name: value` lines."
    ]


def test_a_phrase_that_cannot_be_read_is_not_missing_as_well(base):
    plant(base, [Planted("zh/phrases.yaml", "glad: ", 'glad: "{{ x" # ', "", "")])
    assert len(complaints(base)) == 1


def test_a_language_that_was_moved_away_is_an_error(base):
    """Else one folder gone for a moment would have everybody answered in the other language."""
    shutil.rmtree(base / "zh")
    assert any(one.startswith("acquirers.yaml:") and "There is no folder zh" in one for one in complaints(base))


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("zh/articles/net_of_fees.md", "questions:\n", "questions:\n  - 怎么开通 #秒到\n",
         "What stands behind this # is left out."),
        ("zh/phrases.yaml", "{{ change_date | day }}", "{{ change_date }}",
         "noted shows change_date without `day`, as en does. Write {{ change_date | day }}."),
        ("zh/phrases.yaml", "<b>{{ terminal_id }}</b>", "<b>？</b>", "noted does not show terminal_id, as en does."),
    ],
)  # fmt: skip
def test_what_serves_and_is_hardly_meant_is_a_warning(base, file, old, new, words):
    plant(base, [Planted(file, old, new, "", "")])
    found = complaints(base)
    assert len(found) == 1
    assert words in found[0]


def test_off_topic_messages_of_one_language_alone_are_a_warning(base):
    (base / "zh/off_topic.yaml").unlink()
    assert any(one.startswith("zh/off_topic.yaml:1:1: en has this file and zh has not.") for one in complaints(base))


def test_a_canned_reply_shows_nothing_that_may_be_unknown(base):
    """``ticket.number`` and the sender's name are always known; the rest of a ticket need not be."""
    head = "---\nid: hold_on\nkind: canned\ntitle: T\nowner: O\nreview_by: 2027-05-31\nquestions: [wait]\n---\n"
    for locale in ("zh", "en"):
        (base / locale / "canned").mkdir()
        text = f"{head}{{{{ agent }}}} #{{{{ ticket.number }}}}\n\nCard {{{{ ticket.new_tail }}}}\n"
        (base / locale / "canned/hold_on.md").write_text(text, "utf-8")
    found = complaints(base)
    assert [one.split(".", 1)[0] for one in found] == ["en/canned/hold_on", "zh/canned/hold_on"]
    assert all(":11:1: It shows an unknown value when ticket.new_tail is unknown." in one for one in found)
