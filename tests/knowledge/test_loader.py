"""A base loads whole or says everything that is wrong with it, each with its place and a remedy."""

from __future__ import annotations

import re
import shutil

import pytest

from knowledge.errors import KnowledgeErrors
from knowledge.loader import load, version

ARTICLE = "en/articles/paid_to_old_card.md"


def test_the_shipped_base_is_whole(shipped):
    assert shipped.locales == ("zh", "en")
    assert {article.id for article in shipped.articles("zh")} == {article.id for article in shipped.articles("en")}
    for cause in shipped.causes.causes:
        assert shipped.article("zh", cause.id).steps
    assert shipped.forms["payout_missing"].slots[0].name == "terminal_id"
    assert shipped.departments["support"].days


@pytest.mark.parametrize(
    ("code", "locale"),
    [("zh-hans", "zh"), ("ZH_tw", "zh"), ("en-GB", "en"), ("en", "en"), ("fr", "zh"), ("", "zh"), (None, "zh")],
)
def test_a_telegram_language_finds_its_locale(shipped, code, locale):
    assert shipped.locale(code) == locale


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (
            "Net {{ payout.nett | money }}",
            "8: {{ payout.nett }} is unknown here. Did you mean payout.net?",
        ),
        ("It took {{ payout.net | mony }}", "25: There is no filter mony. Did you mean money?"),
        ("{{ payout.net | safe }}", "17: There is no filter safe."),
        ("{{ payout.net.__class__ }}", "4: {{ payout.net.__class__ }} is unknown here."),
        ("{% if payout.net %}never ends", "1: {% if %} is never closed. Add {% endif %} where it ends."),
        ("{% include 'x' %}", "1: Include is not allowed"),
        ("{% for x in payout %}{{ y }}{% endfor %}", "25: {{ y }} is unknown here."),
        ("<table>x</table>", "1: <table> is not understood by Telegram."),
        ("<!-- a note -->", "1: <!> is not understood by Telegram."),
        ("{% if payout.net is divisibleby 3 %}x{% endif %}", "1: The test `is divisibleby` is unknown."),
        ('{{ payout["net"].x }}', "1: `[ ]` is not allowed in the words of the base."),
        ("{% for a, b in payout.net %}{{ a }}{% else %}{{ c }}{% endfor %}", "49: {{ c }} is unknown here."),
        ("not ** bold**", "1: These asterisks do not make anything bold."),
        ("[a link](nowhere)", "1: The link nowhere leads nowhere."),
        ("![a picture](https://example.com/x.png)", "1: image cannot be shown in a message."),
    ],
)
def test_a_mistake_in_an_article_is_named_at_its_place(author, words, complaint):
    line = author.says(words)
    assert any(said.startswith(f"{ARTICLE}:{line}:{complaint}") for said in author.complaints()), author.complaints()


def test_a_mistake_below_the_first_line_is_named_in_its_own(author):
    line = author.says("{{ 'a', payout.net\n | mony }}")
    assert f"{ARTICLE}:{line + 1}:4: There is no filter mony. Did you mean money?" in author.complaints()


def test_a_link_has_an_address_and_nothing_more(author):
    author.says('<a href="https://example.com" title="x">x</a>')
    assert any(one.endswith("<a> has no title in Telegram. Take title away.") for one in author.complaints())


def test_conditions_and_bold_text_nest(author):
    author.says("**bold {% if payout.net %}text** {% endif %}")
    assert "is opened in one place and closed in another" in author.complaints()[0]


def test_a_condition_may_not_reach_over_a_step(author):
    author.replaces(ARTICLE, "\n2. ", "\n{% if payout.net %}\n2. ")
    author.replaces(ARTICLE, "\n3. ", "\n{% endif %}\n3. ")
    assert "is opened in one place and closed in another" in author.complaints()[0]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("owner:", "ovner:", "ovner is unknown here. Did you mean owner?"),
        ("kind: cause", "kind: couse", "kind cannot be couse. Did you mean cause?"),
        ("id: paid_to_old_card", "id: paid_to_new", "The id paid_to_new is not the file's name."),
        ("title: ", "title: 12 #", "title must be text, not 12. Put it between double quotes."),
        ("review_by: ", "review_by: soon # ", "review_by must be a date as 2026-11-20, not soon."),
        ("title: ", 'title: "{{ payout.net }}" # ', "title is plain text and cannot hold values."),
        ("see: [", "see: [nowhere_at_all, ", "There is no article nowhere_at_all."),
        ("owner:", "title: again\nowner:", "title stands here twice"),
        ("owner:", "owner: a: b #", "This is not YAML"),
    ],
)
def test_a_mistake_in_the_front_matter_is_named_in_its_line(author, old, new, complaint):
    line = author.replaces(ARTICLE, old, new)
    line += new.count("\n") if "twice" not in complaint else 0
    said = author.complaints()
    assert any(one.startswith(f"{ARTICLE}:") and complaint in one for one in said), said
    assert any(int(one.split(":")[1]) in (line, line + 1) for one in said if complaint in one), said


def test_everything_wrong_is_said_at_once(author):
    author.says("{{ payout.nett }}")
    author.says("{{ change.neu_suffix }}", locale="zh", article="paid_to_new_card")
    author.replaces("forms.yaml", "reopen_days: 7", "reopen_day: 7")
    author.replaces("departments.yaml", '"18:00"', '"25:00"')
    (author.folder / "en/articles/net_of_fees.md").unlink()
    files = {said.split(":")[0] for said in author.complaints()}
    assert files >= {
        ARTICLE,
        "zh/articles/paid_to_new_card.md",
        "forms.yaml",
        "departments.yaml",
        "en/articles/net_of_fees.md",
    }


def test_a_file_that_is_no_text_or_not_there_is_said(author):
    (author.folder / "causes.yaml").write_bytes(b"version: 1\n# \xff\xfe\n")
    (author.folder / "calendar.yaml").unlink()
    said = author.complaints()
    assert "causes.yaml:2:3: This is not UTF-8 text. Save it as UTF-8." in said
    assert any(one.startswith("calendar.yaml:1:1: This file is missing.") for one in said)


def test_a_mistake_in_a_folded_rule_is_named_at_its_column(author):
    text = (author.folder / "causes.yaml").read_text(encoding="utf-8")
    line = next(number for number, words in enumerate(text.split("\n"), 1) if "and change.claimed == True" in words)
    author.replaces("causes.yaml", "and change.claimed == True", "and change.clamed == True")
    assert f"causes.yaml:{line}:9: There is no fact change.clamed. Did you mean change.claimed?" in author.complaints()


def test_locales_say_the_same_with_the_same_values(author):
    author.replaces("en/phrases.yaml", "language_changed:", "language_chnged:")
    author.replaces("zh/phrases.yaml", "{{ reference }}", "S200")
    said = "\n".join(author.complaints())
    assert "en/phrases.yaml:1:1: language_changed is missing here. Is it language_chnged?" in said
    assert "does not use reference, which en uses" in said


def test_html_of_phrases_is_looked_at(author):
    author.replaces("en/phrases.yaml", "language_changed: ", "language_changed: <b>bold <i>")
    assert any("is opened in one place and closed in another" in said for said in author.complaints())


def test_a_locale_is_a_folder_and_has_to_be_complete(author):
    (author.folder / "fr").mkdir()
    said = author.complaints()
    assert any(one.startswith("fr/phrases.yaml:1:1: This file is missing.") for one in said)
    assert any(one.startswith("fr/articles/paid_to_old_card.md:1:1: There is") for one in said)


def test_aliases_cannot_fill_the_memory(author):
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdef", "bcdefg", strict=True)
    )
    author.writes("forms.yaml", bomb)
    assert any("too many values" in said for said in author.complaints())


def test_the_version_follows_the_content(author):
    before = version(author.folder)
    assert load(author.folder).version == before
    author.replaces("en/phrases.yaml", "language_name: English", "language_name: English!")
    assert version(author.folder) != before


def test_a_broken_base_never_loads(author):
    author.says("{{ nothing }}")
    with pytest.raises(KnowledgeErrors, match="nothing"):
        load(author.folder)


def test_an_article_without_front_matter_says_how_it_begins(author):
    author.writes(ARTICLE, "# Only words\n")
    assert any(
        one.startswith(f"{ARTICLE}:1:1: The front matter is missing. Begin the file with a line `---`")
        for one in author.complaints()
    )


@pytest.mark.parametrize(
    ("pattern", "new", "complaint"),
    [
        (r"^1\. .*", "No list.\n", "There are no steps for the merchant. Add a list `1. …`"),
        (r"(?<=\n---\n).*?(?=^1\. )", "\n", "The article does not say what happened. Begin with a paragraph"),
        (r"(?<=\n---\n).*", "", "The article does not say what happened."),
    ],
)
def test_an_article_has_its_parts(author, pattern, new, complaint):
    text = (author.folder / ARTICLE).read_text(encoding="utf-8")
    author.writes(ARTICLE, re.sub(pattern, new, text, count=1, flags=re.DOTALL | re.MULTILINE))
    assert any(f": {complaint}" in one and one.startswith(ARTICLE) for one in author.complaints())


def test_an_article_that_is_no_text_is_said(author):
    (author.folder / ARTICLE).write_bytes(b"\xff\xfe")
    assert f"{ARTICLE}:1:1: This is not UTF-8 text. Save it as UTF-8." in author.complaints()


def test_a_base_is_a_folder_with_locales(author):
    for locale in ("zh", "en"):
        shutil.rmtree(author.folder / locale)
    assert "There is no locale. Add a folder such as zh" in author.complaints()[0]
    shutil.rmtree(author.folder)
    assert "There is no such folder. Set KNOWLEDGE_DIR" in author.complaints()[0]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("format_tail: ", 'format_tail: "{{ tale }}" # ', "{{ tale }} is unknown in format_tail. Known are: tail."),
        ("format_tail: ", "format_tale: ", "format_tail is missing. Add it; the file of another locale shows"),
        ("format_tail: ", 'format_tail: "{{ tail" # ', "format_tail cannot be read: unexpected end of template"),
        ("format_tail: ", 'format_tail: "{{ tail | mony }}" # ', "There is no filter mony. Did you mean money?"),
        ("greeting_short: ", "greeting_shrt: ", "greeting_short is missing here. Is it greeting_shrt?"),
    ],
)
def test_a_mistake_in_the_phrases_is_named(author, old, new, complaint):
    author.replaces("en/phrases.yaml", old, new)
    assert any(one.startswith("en/phrases.yaml:") and complaint in one for one in author.complaints())


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("causes.yaml", "department: merchant_ops", "department: merchant_opps",
         ":15: departments.yaml has no merchant_opps. Did you mean merchant_ops?"),
        ("departments.yaml", "  tech:", "  techh:", "department_techh is missing here. Say what the department techh"),
        ("departments.yaml", "days: [1", "days: [9, 1", "9 cannot stand in days. Use 1 to 7."),
        ("causes.yaml", "\n  rule: ", "\n  rule: 5 # ", "A rule is needed. Write a condition over the facts"),
        ("causes.yaml", "\n  rule: ", "\n  rule: yes # ", "can never be primary: whenever its rule is true"),
        ("calendar.yaml", "years: {}", 'years: {2027: {complete: true, notice: "https://example.com", holidays: 5}}',
         "Holidays must be a list of days. Write it like [2027-01-01]"),
        ("calendar.yaml", "years: {}", 'years: {2027: {notice: "https://example.com", holidays: [[2027-01-01]]}}',
         "A day, or [first day, last day], is needed."),
    ],
)  # fmt: skip
def test_a_mistake_in_the_rules_is_named(author, file, old, new, complaint):
    author.replaces(file, old, new)
    assert any(complaint in one for one in author.complaints()), author.complaints()


def test_what_telegram_shows_is_taken(author):
    article = "guide_prevention"
    for words in (
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "***",
        "```\nx < y\n```",
        "<blockquote expandable>x</blockquote>",
    ):
        author.says(words, article=article)
    assert author.complaints() == []
    shown = load(author.folder).article("en", article).happened.render({})
    assert "<pre>x &lt; y</pre>" in shown
    assert "———" in shown
