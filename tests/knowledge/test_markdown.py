"""Plain words as Markdown show just these words, whatever signs are in them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import markup, rendering
from knowledge.markdown import divide, escape

ENV = rendering.environment(lambda key, **_: key, lambda _: True)
SIGNS = "ab1 .*_~`[](){}%#<>&\\-+=|!:/中。'\""


def shown(markdown: str) -> str:
    page = markup.convert(markdown)
    assert page.flaws == ()
    return "\n".join(markup.plain(rendering.Template(ENV, block.html).render({})) for block in page.blocks)


@settings(max_examples=300)
@given(st.text(alphabet=SIGNS, max_size=14))
def test_any_words_are_shown_as_they_are(words):
    assert shown(escape(words)) == words.strip()


@pytest.mark.parametrize(
    "words",
    ["a **b** c", "{{ payout.net }}", "{% if x %}", "{# note #}", "# title", "1. first", "- item", "<b>x</b>", "a & b",
     "https://example.com/a_b_c", "===", "~~gone~~", "[x](y)", "`code`", "> quote", "&lt;", "12) twelve",
     "{~~", "{**}"],
)  # fmt: skip
def test_what_markdown_or_a_template_would_read_is_plain(words):
    assert shown(escape(words)) == words


@pytest.mark.parametrize(
    ("answer", "happened", "steps", "ending"),
    [
        ("Just words.", "Just words.", (), ""),
        ("One.\nTwo.\n\nThree.", "One.\\\nTwo.\n\nThree.", (), ""),
        ("Do:\n1. a\n2、b\n（3）c\n④ d", "Do:", ("a", "b", "c", "d"), ""),
        ("Do:\r\n1) a\r\n  more of a\r\n\r\nThen.\r\nThe end.", "Do:", ("a\\\n   more of a",), "Then.\\\nThe end."),
        ("1. a\n\n2. b\n\nEnd\n\n3. not a step", "", ("a", "b"), "End\n\n{{ '3' }}. not a step"),
        ("", "", (), ""),
    ],
)
def test_numbered_lines_are_steps(answer, happened, steps, ending):
    assert divide(answer) == (happened, steps, ending)
