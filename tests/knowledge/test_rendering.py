"""Templates, Markdown and formats: what merchants read, and what nobody can make them read."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from knowledge import markup, rendering
from knowledge.errors import KnowledgeError
from knowledge.formats import decimals
from knowledge.library import fit

CUT = datetime(2026, 11, 20, 15, 5, tzinfo=UTC)
FACTS = {
    "payout.cut_at": CUT,
    "payout.net": 1_200_000,
    "payout.dest_suffix": "8821",
    "payout.status": "paid",
    "change.effective_at": CUT + timedelta(hours=11),
    "answers.trade_date": date(2026, 11, 20),
    "zone": "Asia/Shanghai",
    "today": date(2026, 11, 23),
    "reference": "S200",
}


class TestFormats:
    """Each value as each locale writes it."""

    @pytest.mark.parametrize(
        ("locale", "value", "currency", "words"),
        [
            ("zh", 1_200_000, "CNY", "￥12,000.00"),
            ("zh", 1_200_000, None, "￥12,000.00"),
            ("en", 1_200_000, "CNY", "CNY 12,000.00"),
            ("en", 5, "cny", "CNY 0.05"),
            ("en", -1_234_567_89, "USD", "-USD 1,234,567.89"),
            ("zh", 1_200, "JPY", "JPY 1,200"),
            ("en", 1_234_567, "KWD", "KWD 1,234.567"),
        ],
    )
    def test_money(self, shipped, locale, value, currency, words):
        assert shipped.format(locale).money(value, currency) == words

    @given(value=st.integers(-(10**13), 10**13), currency=st.sampled_from(["CNY", "JPY", "KWD", "EUR"]))
    @settings(max_examples=60, deadline=None)
    def test_no_money_is_lost_in_writing_it(self, shipped, value, currency):
        written = shipped.format("en").money(value, currency)
        digits = int(re.sub(r"\D", "", written))
        assert (-digits if written.startswith("-") else digits) == value
        assert len(written.partition(".")[2]) == decimals(currency)

    def test_days_and_moments(self, shipped):
        zh, en = shipped.format("zh"), shipped.format("en")
        day = date(2026, 11, 20)
        assert (zh.day(day), en.day(day)) == ("11月20日（周五）", "Fri 20 Nov")
        assert zh.moment(CUT, zone="Asia/Shanghai") == "11月20日（周五）23:05"
        assert en.moment(CUT, zone="Asia/Shanghai") == "Fri 20 Nov, 23:05"
        assert en.moment(CUT + timedelta(hours=1), zone="Asia/Shanghai") == "Sat 21 Nov, 00:05"
        assert (zh.tail("8821"), en.tail("8821")) == ("尾号8821", "ending 8821")
        assert en.days([day, date(2026, 11, 21), date(2026, 11, 23)]) == "Fri 20 Nov, Sat 21 Nov and Mon 23 Nov"
        assert zh.days([day, date(2026, 11, 21)]) == "11月20日（周五）和11月21日（周六）"

    def test_a_far_day_has_its_year(self, shipped):
        today = date(2026, 1, 5)
        assert shipped.format("zh").day(date(2025, 12, 31), today=today) == "12月31日（周三）"
        assert shipped.format("zh").day(date(2024, 12, 31), today=today) == "2024年12月31日（周二）"
        assert shipped.format("en").day(date(2024, 12, 31), today=today) == "Tue 31 Dec 2024"

    @pytest.mark.parametrize(
        ("minutes", "zh", "en"),
        [
            (0, "0分钟", "0 min"),
            (45, "45分钟", "45 min"),
            (150, "2小时30分钟", "2 h 30 min"),
            (1440, "1天", "1 day"),
            (4380, "3天1小时", "3 days 1 h"),
        ],
    )
    def test_durations(self, shipped, minutes, zh, en):
        assert (shipped.format("zh").duration(minutes), shipped.format("en").duration(minutes)) == (zh, en)

    def test_shares(self, shipped):
        assert shipped.format("en").percent(0.006) == "0.6%"


class TestArticles:
    """Articles with evidence."""

    def test_evidence_is_filled_in(self, shipped):
        shown = shipped.render(shipped.article("zh", "paid_to_old_card"), FACTS)
        assert "￥12,000.00" in shown
        assert "11月20日（周五）23:05" in shown
        assert "尾号8821" in shown

    def test_the_currency_is_the_payouts_own(self, shipped):
        shown = shipped.render(shipped.article("en", "paid_to_old_card"), {**FACTS, "payout.currency": "JPY"})
        assert "JPY 1,200,000" in shown

    def test_steps_come_one_by_one(self, shipped):
        article = shipped.article("en", "paid_to_old_card")
        parts = shipped.parts(article, FACTS)
        first = shipped.render(article, FACTS, step=0)
        assert parts.steps[0] in first
        assert parts.steps[1] not in first
        assert shipped.render(article, FACTS, step=1) == parts.steps[1]
        assert shipped.render(article, FACTS, step=99) == ""
        assert f"2. {parts.steps[1]}" in shipped.render(article, FACTS)

    @pytest.mark.parametrize("locale", ["zh", "en"])
    def test_every_article_reads_without_any_fact(self, shipped, locale):
        for article in shipped.articles(locale):
            shown = shipped.render(article, {})
            assert shown
            assert markup.flaws(shown) == ()
            assert "None" not in shown

    @given(words=st.text(max_size=80))
    @settings(max_examples=60, deadline=None)
    def test_what_merchants_say_is_shown_and_never_obeyed(self, shipped, words):
        shown = shipped.render(shipped.article("en", "paid_to_other_card"), {**FACTS, "payout.dest_suffix": words})
        assert markup.flaws(shown) == ()
        if words.strip() and words.isprintable():
            assert words.strip() in html.unescape(shown)

    @pytest.mark.parametrize("evil", ["**bold**", "{{ 7 * 7 }}", "<b>", "[x](http://example.com)", "{% raw %}", "&lt;"])
    def test_neither_markdown_nor_templates_come_in(self, shipped, evil):
        shown = shipped.render(shipped.article("en", "paid_to_other_card"), {**FACTS, "payout.dest_suffix": evil})
        assert str(Markup.escape(evil)) in shown


class TestPhrases:
    """What the bot says."""

    def test_values_are_escaped_and_phrases_are_not(self, shipped):
        inner = shipped.phrase("en", "identified", names=["A & <B>"])
        assert "A &amp; &lt;B&gt;" in inner
        assert "<b>" in inner
        assert shipped.plain("en", "identified", names=["A & <B>"]) == markup.plain(inner)
        assert "A & <B>" in shipped.plain("en", "identified", names=["A & <B>"])

    def test_a_phrase_in_a_phrase_is_not_escaped_again(self, shipped):
        body = Markup("<b>x</b>")
        assert "<b>x</b>" in shipped.phrase("en", "next_step", number=2, reference="S200", body=body)

    def test_what_is_not_there_is_an_error(self, shipped):
        with pytest.raises(KnowledgeError, match="no_such_phrase"):
            shipped.phrase("en", "no_such_phrase")
        with pytest.raises(KnowledgeError, match="number"):
            shipped.phrase("en", "next_step")
        assert not shipped.has_phrase("en", "no_such_phrase")

    def test_a_locale_that_was_removed_is_served_by_another(self, shipped):
        assert shipped.phrase("xx", "greeting") == shipped.phrase(shipped.default_locale, "greeting")


class TestMarkdown:
    """Markdown becomes the HTML that Telegram knows."""

    @pytest.mark.parametrize(
        ("source", "shown"),
        [
            ("**a** *b* ~~c~~ `d`", "<b>a</b> <i>b</i> <s>c</s> <code>d</code>"),
            ("# Heading", "<b>Heading</b>"),
            ("> quoted", "<blockquote>quoted</blockquote>"),
            ("- a\n- b", "• a\n• b"),
            ("3. a\n4. b", "3. a\n4. b"),
            ("[a](https://example.com/?x=1&y=2)", '<a href="https://example.com/?x=1&amp;y=2">a</a>'),
            ("[call](tel:95016)", '<a href="tel:95016">call</a>'),
            ("a < b & c", "a &lt; b &amp; c"),
            ("<u>under</u>", "<u>under</u>"),
            ("```\nx < y\n```", "<pre>x &lt; y</pre>"),
            ("one\ntwo", "one two"),
            ("一\n二", "一二"),
            ("**{{ x }}**元", "<b>{{ x }}</b>元"),
            ("[a](https://example.com/{{ x }})", '<a href="https://example.com/{{ x }}">a</a>'),
            ("{% if a < b %}\nword\n{% endif %}", "{% if a < b %}word{% endif %}"),
            ("词\n{{ x }}", "词{{ x }}"),
            ("word\n{{ x }}", "word {{ x }}"),
        ],
    )
    def test_converting(self, source, shown):
        page = markup.convert(source)
        assert page.flaws == ()
        assert "\n\n".join(block.html for block in page.blocks) == shown

    def test_a_list_in_a_list(self):
        (block,) = markup.convert("- a\n  - b\n- c").blocks
        assert block.html == "• a\n   • b\n• c"

    @given(st.text(alphabet=st.sampled_from(list("*_`#>-1. \n[]()<b/>&{}%x字。")), max_size=60))
    @settings(max_examples=150, deadline=None)
    def test_any_markdown_is_refused_or_shown(self, source):
        page = markup.convert(re.sub(r"\{[{%#]|[#%}]\}", "", source))
        shown = "\n\n".join(block.html for block in page.blocks)
        assert page.flaws or not markup.flaws(shown) or "<b" in source or "</" in source

    @pytest.mark.parametrize(
        ("text", "flaw"),
        [
            ("<b>x", "<b> is not closed"),
            ("<b><i>x</b></i>", "</b> closes what is not open"),
            ("<div>x</div>", "<div> is not understood"),
            ('<b style="x">x</b>', "<b> has no style"),
            ("a < b", "A plain <"),
            ("a & b", "A plain <"),
            ("<!-- x -->", "A comment"),
            ("x" * 4097, "too long"),
            ("😀" * 2049, "too long"),
            ("<b>x</b>" * 101, "More than 100"),
        ],
    )
    def test_what_telegram_refuses(self, text, flaw):
        assert any(flaw in one.message for one in markup.flaws(text))

    @pytest.mark.parametrize(
        ("template", "crossed"),
        [
            ("<b>{% if x %}a{% endif %}</b>", ""),
            ("{% if x %}<b>a</b>{% elif y %}b{% else %}<i>c</i>{% endif %}", ""),
            ("{% for x in y %}<b>{{ x }}</b>{% endfor %}", ""),
            ("<b>{% if x %}</b>{% endif %}", "</b>"),
            ("{% if x %}<b>{% else %}{% endif %}</b>", "<b>"),
            ("{% if x %}", "if"),
            ("a{% endif %}", "endif"),
            ("<b>", "<b>"),
        ],
    )
    def test_conditions_and_elements_nest(self, template, crossed):
        assert markup.crossing(template) == crossed


def test_names_are_found_without_running_anything(shipped):
    env = rendering.environment(lambda key, **_: key, lambda _: False)
    found = rendering.study(
        env, "{% for one in list %}{{ one.x }}{% endfor %}\n{{ a.b.c | money }} {{ d if e else f }}"
    )
    assert {(used.name, used.line) for used in found.names} == {("list", 1), ("a.b.c", 2), ("d", 2), ("e", 2), ("f", 2)}
    assert [used.name for used in found.filters] == ["money"]
    for refused in ("{% set a = 1 %}", "{% macro a() %}{% endmacro %}", "{{ a() }}", "{% include 'a' %}"):
        assert rendering.study(env, refused).fault


def test_a_message_that_is_too_long_loses_whole_paragraphs():
    kept = fit([Markup("first"), Markup("x" * 4000), Markup("y" * 4000), Markup("last")])
    assert markup.length(kept) <= markup.LIMIT
    assert kept.startswith("first")
    assert kept.endswith("last")


def test_a_message_is_as_long_as_telegram_counts_it():
    assert markup.length("<b>好</b>&amp;\N{GRINNING FACE}") == 4
