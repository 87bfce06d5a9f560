"""Words and keyboards: what Telegram makes of them, and what it says when it will not have them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.entities import parse_html, read_text, utf16_length
from bot.sandbox.refusals import Refused


def entity(kind: str, offset: int, length: int, **more: str) -> dict[str, object]:
    return {"offset": offset, "length": length, "type": kind, **more}


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("plain", "plain", []),
        ("a &lt;b&gt; &amp; &quot;c&quot; &#39;&#x4F60; &nbsp;", 'a <b> & "c" \'你 &nbsp;', []),
        ("<b>x</b>", "x", [entity("bold", 0, 1)]),
        ("<STRONG>x</strong> <em>y</em>", "x y", [entity("bold", 0, 1), entity("italic", 2, 1)]),
        ("<b>a <i>b</i></b>", "a b", [entity("bold", 0, 3), entity("italic", 2, 1)]),
        ("😀<b>你</b>", "😀你", [entity("bold", 2, 1)]),
        ("  <b>x</b>\n\n", "x", [entity("bold", 0, 1)]),
        ("<b>  x  </b>", "x", [entity("bold", 0, 1)]),
        ("<b></b>x", "x", []),
        ("<u>a</u><ins>b</ins>", "ab", [entity("underline", 0, 1), entity("underline", 1, 1)]),
        ("<s>a</s><del>b</del>", "ab", [entity("strikethrough", 0, 1), entity("strikethrough", 1, 1)]),
        ("<tg-spoiler>a</tg-spoiler>", "a", [entity("spoiler", 0, 1)]),
        ('<span class="tg-spoiler">a</span>', "a", [entity("spoiler", 0, 1)]),
        ('<a href="https://e.com/?a=1&amp;b=2">x</a>', "x", [entity("text_link", 0, 1, url="https://e.com/?a=1&b=2")]),
        ("<a href='nothing'>x</a>", "x", []),
        ("<code>x</code>", "x", [entity("code", 0, 1)]),
        ('<pre><code class="language-py">x</code></pre>', "x", [entity("pre", 0, 1, language="py")]),
        ("<blockquote>x</blockquote>", "x", [entity("blockquote", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [entity("expandable_blockquote", 0, 1)]),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", [entity("custom_emoji", 0, 2, custom_emoji_id="5")]),
        ("<b>x</>", "x", [entity("bold", 0, 1)]),
    ],
)
def test_html_becomes_text_and_entities(html, text, entities):
    assert parse_html(html) == (text, entities)


@pytest.mark.parametrize(
    ("html", "wrong"),
    [
        ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("你好<table>", 'Unsupported start tag "table" at byte offset 6'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=https://e.com>y</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_html_that_is_wrong_is_explained(html, wrong):
    with pytest.raises(Refused) as refused:
        parse_html(html)
    assert refused.value.description == f"Bad Request: can't parse entities: {wrong}"


PIECES = [*"ab 你😀<>/&;=\"'\n", "<b>", "</b>", "<a href='e.com'>", "</a>", "&lt;", "<pre>", "</pre>"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_no_html_breaks_the_parser_and_entities_lie_within(html):
    try:
        text, entities = parse_html(html)
    except Refused as refused:
        text, entities = refused.description, []
    assert text == text.strip()
    for one in entities:
        assert one["length"] > 0
        assert 0 <= one["offset"] <= one["offset"] + one["length"] <= utf16_length(text)


def test_telegram_finds_commands_mentions_and_links_by_itself():
    _, entities = read_text("/start 你 @ann #tag https://e.com/a a@b.cn e.com 1/2", None, None)
    assert [(one["type"], one["offset"], one["length"]) for one in entities] == [
        ("bot_command", 0, 6),
        ("mention", 9, 4),
        ("hashtag", 14, 4),
        ("url", 19, 15),
        ("email", 35, 6),
        ("url", 42, 5),
    ]


@pytest.mark.parametrize(
    ("parameters", "wrong"),
    [
        ({"text": "  \n "}, "text must be non-empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        (
            {"text": "<i>x", "parse_mode": "html"},
            "can't parse entities: Can't find end tag corresponding to start tag \"i\"",
        ),
        ({"text": "x", "parse_mode": "Rich"}, "unsupported parse_mode"),
        ({"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]}, "ENTITY_BOUNDS_INVALID"),
    ],
)
async def test_texts_that_are_refused(desk, parameters, wrong):
    assert await desk.refused("sendMessage", chat_id=1001, **parameters) == f"Bad Request: {wrong}"


async def test_length_counts_after_parsing(desk):
    text = "你" * 4096
    sent = await desk.call("sendMessage", chat_id=1001, text=f"<b>{text}</b>", parse_mode="HTML")
    assert sent["text"] == text
    assert sent["entities"] == [entity("bold", 0, 4096)]


def inline(*buttons: dict[str, object]) -> dict[str, object]:
    return {"inline_keyboard": [list(buttons)]}


@pytest.mark.parametrize(
    ("markup", "wrong"),
    [
        (
            inline({"text": "x"}),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (inline({"text": "x", "callback_data": ""}), "BUTTON_DATA_INVALID"),
        (inline({"text": "x", "callback_data": "你" * 22}), "BUTTON_DATA_INVALID"),
        (
            inline({"text": "x", "callback_data": "a", "colour": "red"}),
            "field colour is unknown to InlineKeyboardButton",
        ),
        (inline({"text": " ", "callback_data": "a"}), "inline keyboard button text must be non-empty"),
        (inline({"text": "x", "url": "javascript:x"}), "BUTTON_URL_INVALID"),
        ({"keyboard": []}, "reply keyboard must have at least one button"),
        ({"keyboards": []}, "object expected as reply markup"),
    ],
)
async def test_keyboards_that_are_refused(desk, markup, wrong):
    assert await desk.refused("sendMessage", chat_id=1001, text="x", reply_markup=markup) == f"Bad Request: {wrong}"


async def test_callback_data_of_64_bytes_is_fine(desk):
    sent = await desk.call(
        "sendMessage", chat_id=1001, text="x", reply_markup=inline({"text": "k", "callback_data": "x" * 64})
    )
    assert sent["reply_markup"] == inline({"text": "k", "callback_data": "x" * 64})


async def test_a_phone_number_is_asked_for_in_private_only(desk):
    keyboard = {"keyboard": [[{"text": "share", "request_contact": True}]]}
    assert await desk.refused("sendMessage", chat_id=-500, text="x", reply_markup=keyboard) == (
        "Bad Request: phone number can be requested in private chats only"
    )


async def test_the_chat_keeps_its_reply_keyboard_until_it_is_removed(desk, visitor):
    keyboard = {"keyboard": [[{"text": "share", "request_contact": True}, "no"]], "resize_keyboard": True}
    sent = await desk.call("sendMessage", chat_id=1001, text="x", reply_markup=keyboard)
    assert "reply_markup" not in sent
    await desk.call("sendMessage", chat_id=1001, text="y")
    shown = (await visitor.chat(1001))["keyboard"]
    assert shown["message"] == sent["message_id"]
    assert shown["rows"] == [[{"text": "share", "request_contact": True}, {"text": "no"}]]
    assert (shown["resize"], shown["one_time"]) == (True, False)
    await desk.call("sendMessage", chat_id=1001, text="z", reply_markup={"remove_keyboard": True})
    assert (await visitor.chat(1001))["keyboard"] is None
