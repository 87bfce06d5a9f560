"""Postings become calls that aiogram's own classes accept, and long words become several messages."""

from __future__ import annotations

import re

import pytest
from aiogram import methods
from aiogram.methods import (
    AnswerCallbackQuery,
    CopyMessage,
    CopyMessages,
    CreateForumTopic,
    DeleteMessage,
    EditForumTopic,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
    PinChatMessage,
    SendChatAction,
    SendDocument,
    SendMediaGroup,
    SendMessage,
)
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputMediaVideo,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import speaking
from bot.telegram import Call
from knowledge.postings import Album, Answer, Card, Copy, Delete, Edit, Key, Part, Text, Topic, Typing

GROUP = -1001000000001
KEYS = ((Key("Yes", "yes:1"), Key("Site", url="https://example.org")), (Key("No", "no:1"),))
MARKUP = InlineKeyboardMarkup(
    inline_keyboard=[
        [
            InlineKeyboardButton(text="Yes", callback_data="yes:1"),
            InlineKeyboardButton(text="Site", url="https://example.org"),
        ],
        [InlineKeyboardButton(text="No", callback_data="no:1")],
    ]
)
SHARED = {"parse_mode": "HTML", "link_preview_options": LinkPreviewOptions(is_disabled=True)}


def reply(message: int) -> ReplyParameters:
    return ReplyParameters(message_id=message, allow_sending_without_reply=True)


def as_method(call: Call) -> methods.TelegramMethod:
    """The same call as aiogram's class, which must know every parameter."""
    known = getattr(methods, call.method[0].upper() + call.method[1:])
    made = known(**{name: value for name, value in call.params.items() if value is not None})
    assert not made.model_extra
    return made


CASES = [
    (
        speaking.text_calls(Text(7, "<b>Hi</b>", KEYS, reply_to=3, silent=True), None)[0],
        SendMessage(
            chat_id=7,
            text="<b>Hi</b>",
            reply_markup=MARKUP,
            reply_parameters=reply(3),
            disable_notification=True,
            **SHARED,
        ),
    ),
    (
        speaking.text_calls(Text(7, "Hi", ask_contact="Share", decline="No"), None)[0],
        SendMessage(
            chat_id=7,
            text="Hi",
            reply_markup=ReplyKeyboardMarkup(
                keyboard=[[KeyboardButton(text="Share", request_contact=True)], [KeyboardButton(text="No")]],
                resize_keyboard=True,
                one_time_keyboard=True,
            ),
            **SHARED,
        ),
    ),
    (
        speaking.text_calls(Text(7, "Hi", drop_keyboard=True), None)[0],
        SendMessage(chat_id=7, text="Hi", reply_markup=ReplyKeyboardRemove(remove_keyboard=True), **SHARED),
    ),
    (
        speaking.text_calls(Text(GROUP, "Hi", ticket=1001), 62)[0],
        SendMessage(chat_id=GROUP, text="Hi", message_thread_id=62, **SHARED),
    ),
    (
        speaking.text_calls(Card(-5, 1001, "card", KEYS), 62)[0],
        SendMessage(
            chat_id=-5, text="card", message_thread_id=62, reply_markup=MARKUP, disable_notification=True, **SHARED
        ),
    ),
    (
        speaking.copy_call(Copy(GROUP, 7, (3,), reply_to=9, ticket=1001), 62),
        CopyMessage(chat_id=GROUP, from_chat_id=7, message_id=3, message_thread_id=62, reply_parameters=reply(9)),
    ),
    (
        speaking.copy_call(Copy(7, GROUP, (5, 3)), None),
        CopyMessages(chat_id=7, from_chat_id=GROUP, message_ids=[3, 5]),
    ),
    (
        speaking.copy_call(Copy(7, GROUP, (5,), caption=""), None),
        CopyMessages(chat_id=7, from_chat_id=GROUP, message_ids=[5], remove_caption=True),
    ),
    (
        speaking.copy_call(Copy(7, GROUP, (5,), caption="<b>words</b>"), None),
        CopyMessage(chat_id=7, from_chat_id=GROUP, message_id=5, caption="<b>words</b>", parse_mode="HTML"),
    ),
    (
        speaking.album_call(
            Album(GROUP, 7, (Part(3, "photo", "a", "1 &lt; 2", True), Part(4, "video", "b")), reply_to=9), 62
        ),
        SendMediaGroup(
            chat_id=GROUP,
            message_thread_id=62,
            reply_parameters=reply(9),
            media=[
                InputMediaPhoto(media="a", caption="1 &lt; 2", parse_mode="HTML", has_spoiler=True),
                InputMediaVideo(media="b"),
            ],
        ),
    ),
    (
        speaking.album_call(Album(7, GROUP, (Part(3, "document", "a", "words"),)), None),
        SendDocument(chat_id=7, document="a", caption="words", parse_mode="HTML"),
    ),
    (
        speaking.edit_call(Edit(7, 3, "new", caption=True)),
        EditMessageCaption(chat_id=7, message_id=3, caption="new", parse_mode="HTML"),
    ),
    (
        speaking.edit_call(Edit(7, 3, "", caption=True)),
        EditMessageCaption(chat_id=7, message_id=3, parse_mode="HTML"),
    ),
    (
        speaking.edit_call(Edit(7, 3, "new", KEYS)),
        EditMessageText(chat_id=7, message_id=3, text="new", reply_markup=MARKUP, **SHARED),
    ),
    (speaking.edit_call(Edit(7, 3)), EditMessageReplyMarkup(chat_id=7, message_id=3)),
    (
        speaking.caption_call(speaking.edit_call(Edit(7, 3, "new"))),
        EditMessageCaption(chat_id=7, message_id=3, caption="new", parse_mode="HTML"),
    ),
    (
        speaking.card_edit_call(Card(GROUP, 1001, "card", KEYS), 63),
        EditMessageText(chat_id=GROUP, message_id=63, text="card", reply_markup=MARKUP, **SHARED),
    ),
    (speaking.pin_call(GROUP, 63), PinChatMessage(chat_id=GROUP, message_id=63, disable_notification=True)),
    (speaking.delete_calls(Delete(7, (3,)))[0], DeleteMessage(chat_id=7, message_id=3)),
    (
        speaking.answer_call(Answer(7, "cb", "late", alert=True)),
        AnswerCallbackQuery(callback_query_id="cb", text="late", show_alert=True),
    ),
    (speaking.answer_call(Answer(7, "cb")), AnswerCallbackQuery(callback_query_id="cb")),
    (
        speaking.create_topic_call(Topic(GROUP, 1001, "n" * 200), "54"),
        CreateForumTopic(chat_id=GROUP, name="n" * 128, icon_custom_emoji_id="54"),
    ),
    (
        speaking.edit_topic_call(Topic(GROUP, 1001, "name"), 62, None),
        EditForumTopic(chat_id=GROUP, message_thread_id=62, name="name"),
    ),
    (speaking.typing_call(Typing(7)), SendChatAction(chat_id=7, action="typing")),
]


@pytest.mark.parametrize(("call", "expected"), CASES, ids=lambda each: getattr(each, "method", ""))
def test_a_call_is_what_aiogram_would_make_of_it(call: Call, expected):
    made = as_method(call)
    assert type(made) is type(expected)
    assert made.model_dump(exclude_none=True) == expected.model_dump(exclude_none=True)


def test_topics_close_and_reopen():
    assert speaking.topic_state_call(GROUP, 62, closed=True).method == "closeForumTopic"
    assert as_method(speaking.topic_state_call(GROUP, 62, closed=False)).message_thread_id == 62


def test_many_deletions_go_in_hundreds():
    calls = speaking.delete_calls(Delete(7, tuple(range(1, 251))))
    assert [len(as_method(call).message_ids) for call in calls] == [100, 100, 50]


def test_plain_words_for_what_cannot_be_parsed():
    call = speaking.plain(speaking.text_calls(Text(7, "<b>1 &lt; 2</b>", KEYS), None)[0])
    assert (call.params["text"], call.params.get("parse_mode")) == ("1 < 2", None)
    assert as_method(call).reply_markup == MARKUP


def test_plain_captions_for_an_album_that_cannot_be_parsed():
    album = Album(7, GROUP, (Part(3, "photo", "a", "<b>1 &lt; 2</b>"), Part(4, "photo", "b")))
    media = speaking.plain(speaking.album_call(album, None)).params["media"]
    assert media == [{"type": "photo", "media": "a", "caption": "1 < 2"}, {"type": "photo", "media": "b"}]


def test_keys_are_under_the_last_piece_and_the_reply_at_the_first():
    calls = speaking.text_calls(Text(7, "words " * 1500, KEYS, reply_to=3), None)
    assert len(calls) == 3
    assert ["reply_markup" in call.params for call in calls] == [False, False, True]
    assert ["reply_parameters" in call.params for call in calls] == [True, False, False]


HTML = st.recursive(
    st.sampled_from(["words ", "字", "😀", "&amp;", "&lt;b&gt;", "\n", " ", "x" * 70]),
    lambda inner: st.tuples(st.sampled_from(["b", "i", "code", 'a href="https://example.org"']), st.lists(inner)).map(
        lambda tagged: f"<{tagged[0]}>{''.join(tagged[1])}</{tagged[0].split()[0]}>"
    ),
    max_leaves=60,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(HTML).map("".join), st.integers(70, 200))
def test_pieces_fit_and_say_the_same(html: str, limit: int):
    pieces = speaking.split(html, limit)
    assert "".join(map(speaking.visible, pieces)) == speaking.visible(html)
    for piece in pieces:
        assert len(speaking.visible(piece).encode("utf-16-le")) // 2 <= limit
        open_tags: list[str] = []
        for closing, name in re.findall(r"<(/?)([a-z]+)", piece):
            if closing:
                assert open_tags.pop() == name
            else:
                open_tags.append(name)
        assert open_tags == []


def test_what_fits_stays_one_message():
    html = "<b>" + "&amp;" * 4096 + "</b>"
    assert speaking.split(html) == [html]
    assert len(speaking.split(html + "!")) == 2
