"""``kb show``: what a merchant would see of an article, by the dialogue and the wording that serve."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from bot.commands.kb import app
from bot.commands.kb_show import seen


def shown(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["show", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize(
    ("arguments", "words", "last"),
    [
        (("paid_to_old_card", "--facts", "payout.net=1200.50"), "CNY 1,200.50", "[ ➡️ Next step ]  [ 👤 A person ]"),
        (("not_due_yet", "--facts", "all", "--step", "1"), "Step 2  S300", "[ 🔔 Tell me when it arrives ]"),
        (("terminal_not_found",), "This terminal was not found", "[ 👤 A person ]"),
        (("guide_documents",), "1. To trace a missing payout", "[ 👤 A person ]"),
        (("not_due_yet", "--facts", "all", "--step", "99"), "That is all you can do yourself.", None),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)  # fmt: skip
def test_the_chat_is_shown_with_its_buttons(arguments, words, last):
    lines = shown(*arguments, "--locale", "en").rstrip().split("\n")
    assert words in "\n".join(lines)
    assert last is None or lines[-1] == last


def test_a_canned_reply_is_shown_with_the_facts_of_a_ticket():
    words = shown("ask_bank_statement", "--facts", "ticket.amounts=1200.50,300", "ticket.new_tail=8821")
    assert "尾号 8821" in words
    assert "￥1,200.50和￥300.00" in words
    assert "（暂无）" not in shown("ask_bank_statement")
    assert "#3" in shown("asked_the_bank", "--facts", "all")


def test_a_person_is_not_offered_where_a_ticket_is_opened_at_once():
    assert "A person" not in shown("overdue_unexplained", "--locale", "en")


def test_messages_are_given_to_programs_with_the_data_of_their_buttons():
    said = json.loads(shown("paid_to_old_card", "--facts", "all", "--json"))
    (message,) = said["messages"]
    assert message["html"].startswith("<b>")
    assert message["buttons"][0][0] == {"text": "✅ 解决了", "data": "follow:0:solved", "url": ""}


def test_the_whole_article_shows_every_step_and_what_staff_do():
    whole = shown("paid_to_old_card", "--locale", "en", "--whole")
    assert "\n3. " in whole
    assert "staff: Show the merchant the cut time" in whole
    assert json.loads(shown("guide_documents", "--whole", "--json"))["kind"] == "guide"


def test_links_are_seen_with_their_addresses():
    assert seen('<b>See</b> <a href="https://example.com">here</a> &lt;') == "See here (https://example.com) <"
