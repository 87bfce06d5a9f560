"""From postings to calls of the Bot API: pure, so that what will be sent can be compared in a test."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Mapping
from typing import Any

from bot.telegram import Call
from knowledge.postings import (
    Album,
    Answer,
    Card,
    Copy,
    Delete,
    Edit,
    Keys,
    Part,
    Picture,
    React,
    Suggest,
    Text,
    Topic,
    Typing,
)

LONGEST = 4096
"""Characters of a message after parsing, counted as Telegram counts: UTF-16 units."""
MOST_DELETED = 100
_PLAIN_LINKS = {"is_disabled": True}
_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)((?:\s[^<>]*)?)>")


def text_calls(posting: Text | Card, topic: int | None) -> tuple[Call, ...]:
    """One message, or several when the words are too long for one: then the keys are under the last."""
    pieces = [piece for piece in split(posting.html) if visible(piece).strip()] or [posting.html]
    shared: dict[str, Any] = {
        "chat_id": posting.chat,
        "message_thread_id": topic,
        "parse_mode": "HTML",
        "link_preview_options": _PLAIN_LINKS,
    }
    if isinstance(posting, Card) or posting.silent:
        shared["disable_notification"] = True
    calls = [Call("sendMessage", {**shared, "text": piece}) for piece in pieces]
    if isinstance(posting, Text) and posting.reply_to is not None:
        calls[0] = Call("sendMessage", {**calls[0].params, "reply_parameters": _reply(posting.reply_to)})
    markup = inline_keyboard(posting.keys) if posting.keys else _reply_keyboard(posting)
    if markup is not None:
        calls[-1] = Call("sendMessage", {**calls[-1].params, "reply_markup": markup})
    return tuple(calls)


def plain(call: Call) -> Call:
    """The same message without formatting, for words that Telegram cannot parse: better plain than lost."""
    params = _plain(call.params)
    if "media" in params:
        media = params["media"]
        params["media"] = [_plain(part) for part in media] if isinstance(media, list) else _plain(media)
    return Call(call.method, params, call.files)


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    left = {name: value for name, value in params.items() if name != "parse_mode"}
    return left | {name: visible(str(left[name])) for name in ("text", "caption") if left.get(name)}


def copy_call(posting: Copy, topic: int | None) -> Call:
    """A copy of one message, or of several at once, which keeps an album together."""
    shared: dict[str, Any] = {
        "chat_id": posting.chat,
        "message_thread_id": topic,
        "from_chat_id": posting.from_chat,
    }
    if posting.silent:
        shared["disable_notification"] = True
    if len(posting.messages) > 1 or posting.caption == "":
        bare = {"remove_caption": True} if posting.caption == "" else {}
        return Call("copyMessages", {**shared, "message_ids": sorted(posting.messages), **bare})
    single: dict[str, Any] = {"message_id": posting.messages[0], "reply_parameters": _reply_or_none(posting.reply_to)}
    if posting.caption is not None:
        single |= {"caption": posting.caption, "parse_mode": "HTML"}
    return Call("copyMessage", {**shared, **single})


def album_call(posting: Album, topic: int | None) -> Call:
    """Files by their ids, all in one call; a single one is no album."""
    shared = {
        "chat_id": posting.chat,
        "message_thread_id": topic,
        "reply_parameters": _reply_or_none(posting.reply_to),
    }
    if posting.silent:
        shared["disable_notification"] = True
    media = [_media(part) for part in posting.parts]
    if len(media) > 1:
        return Call("sendMediaGroup", {**shared, "media": media})
    (part,) = posting.parts
    return Call(f"send{part.kind.capitalize()}", {**shared, part.kind: part.file, **_shown(part)})


def _media(part: Part) -> dict[str, Any]:
    return {"type": part.kind, "media": part.file, **_shown(part)}


def _shown(part: Part) -> dict[str, Any]:
    words: dict[str, Any] = {"caption": part.caption, "parse_mode": "HTML"} if part.caption else {}
    if part.hidden:
        words["has_spoiler"] = True
    if part.above:
        words["show_caption_above_media"] = True
    return words


def picture_call(posting: Picture, png: bytes, topic: int | None) -> Call:
    """A photo with its caption; it makes no sound, for the words that it belongs to do."""
    params = {
        "chat_id": posting.chat,
        "message_thread_id": topic,
        "caption": posting.html or None,
        "parse_mode": "HTML",
        "disable_notification": True,
        "reply_parameters": _reply_or_none(posting.reply_to),
    }
    return Call("sendPhoto", params, {"photo": ("timeline.png", png)})


def edit_call(posting: Edit) -> Call:
    """New words, or new buttons alone. No keys take the buttons away."""
    shared = {"chat_id": posting.chat, "message_id": posting.message}
    markup = inline_keyboard(posting.keys) if posting.keys else None
    if posting.media is not None:
        return Call("editMessageMedia", {**shared, "media": _media(posting.media), "reply_markup": markup})
    if posting.caption and posting.html is not None:
        caption = {"caption": posting.html or None, "parse_mode": "HTML"}
        return Call("editMessageCaption", {**shared, **caption, "reply_markup": markup})
    if posting.html is None:
        return Call("editMessageReplyMarkup", {**shared, "reply_markup": markup})
    words = {"text": split(posting.html)[0], "parse_mode": "HTML", "link_preview_options": _PLAIN_LINKS}
    return Call("editMessageText", {**shared, **words, "reply_markup": markup})


def caption_call(call: Call) -> Call:
    """The same edit for a message whose words are the caption of a picture or file."""
    params = {name: value for name, value in call.params.items() if name not in ("text", "link_preview_options")}
    return Call("editMessageCaption", params | {"caption": call.params["text"]})


def card_edit_call(posting: Card, message: int) -> Call:
    """The live card's new state."""
    return edit_call(Edit(posting.chat, message, posting.html, posting.keys))


def pin_call(chat: int, message: int) -> Call:
    """Pin a ticket's card without a sound."""
    return Call("pinChatMessage", {"chat_id": chat, "message_id": message, "disable_notification": True})


def delete_calls(posting: Delete) -> tuple[Call, ...]:
    """Deletions of at most a hundred each."""
    if len(posting.messages) == 1:
        return (Call("deleteMessage", {"chat_id": posting.chat, "message_id": posting.messages[0]}),)
    ids = posting.messages
    pieces = (ids[start : start + MOST_DELETED] for start in range(0, len(ids), MOST_DELETED))
    return tuple(Call("deleteMessages", {"chat_id": posting.chat, "message_ids": list(piece)}) for piece in pieces)


def answer_call(posting: Answer) -> Call:
    """The answer to a pressed button."""
    return Call(
        "answerCallbackQuery",
        {
            "callback_query_id": posting.callback,
            "text": posting.text[:200] or None,
            "show_alert": True if posting.alert else None,
        },
    )


def react_call(posting: React) -> Call:
    """A reaction in place of the bot's last one."""
    emoji = [{"type": "emoji", "emoji": posting.emoji}] if posting.emoji else []
    return Call("setMessageReaction", {"chat_id": posting.chat, "message_id": posting.message, "reaction": emoji})


def suggest_call(posting: Suggest) -> Call:
    """What a person may choose from; for nobody else, and not for later: tickets and words change."""
    results = [
        {
            "type": "article",
            "id": id,
            "title": title,
            "description": line,
            "input_message_content": {"message_text": message},
        }
        for id, title, line, message in posting.results
    ]
    settings = {"is_personal": True, "cache_time": 0}
    return Call("answerInlineQuery", {"inline_query_id": posting.query, "results": results, **settings})


def create_topic_call(posting: Topic, icon: str | None) -> Call:
    """A new topic; ``icon`` is a custom emoji's id, if it has one."""
    named = {"name": posting.name[:128], "icon_custom_emoji_id": icon or None}
    return Call("createForumTopic", {"chat_id": posting.chat, **named})


def edit_topic_call(posting: Topic, topic: int, icon: str | None) -> Call:
    """A topic's name and icon; an empty ``icon`` takes it away, None leaves it."""
    named = {"name": posting.name[:128], "icon_custom_emoji_id": icon}
    return Call("editForumTopic", {"chat_id": posting.chat, "message_thread_id": topic, **named})


def topic_state_call(chat: int, topic: int, *, closed: bool) -> Call:
    """Close or reopen a topic."""
    method = "closeForumTopic" if closed else "reopenForumTopic"
    return Call(method, {"chat_id": chat, "message_thread_id": topic})


def typing_call(posting: Typing) -> Call:
    """What Telegram shows for five seconds or until a message comes."""
    return Call("sendChatAction", {"chat_id": posting.chat, "action": "typing"})


def inline_keyboard(keys: Keys) -> dict[str, Any]:
    """Buttons under a message."""
    return {
        "inline_keyboard": [
            [
                {"text": key.text, "url": key.url} if key.url else {"text": key.text, "callback_data": key.data}
                for key in row
            ]
            for row in keys
        ]
    }


def visible(html: str) -> str:
    """The words of Telegram HTML as a reader sees them."""
    return entities.unescape(_TAG.sub("", html))


def split(html: str, limit: int = LONGEST) -> list[str]:
    """Telegram HTML in pieces that each fit into a message, cut between lines or words; open tags go on in the next."""
    if len(html) <= limit // 2 or _length(visible(html)) <= limit:
        return [html]
    pieces: list[str] = []
    open_tags: list[tuple[str, str]] = []
    piece, length = "", 0
    for atom in _atoms(html):
        tag = _TAG.fullmatch(atom)
        size = 0 if tag else _length(entities.unescape(atom))
        if length and length + size > limit:
            pieces.append(piece + "".join(f"</{name}>" for name, _ in reversed(open_tags)))
            piece, length = "".join(whole for _, whole in open_tags), 0
        if tag and tag[1]:
            open_tags = open_tags[:-1]
        elif tag:
            open_tags.append((tag[2], atom))
        piece += atom
        length += size
    return [*pieces, piece]


def _atoms(html: str) -> list[str]:
    """Tags, entities, and words with the space after them, of at most 64 characters."""
    return re.findall(r"<[^<>]*>|&#?\w{1,32};|[^<&\s]{1,64}\s{0,8}|\s{1,64}|[<&]", html)


def _length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _reply(message: int) -> dict[str, Any]:
    return {"message_id": message, "allow_sending_without_reply": True}


def _reply_or_none(message: int | None) -> dict[str, Any] | None:
    return None if message is None else _reply(message)


def _reply_keyboard(posting: Text | Card) -> dict[str, Any] | None:
    if isinstance(posting, Card):
        return None
    if posting.ask_contact is not None:
        rows: list[list[dict[str, Any]]] = [[{"text": posting.ask_contact, "request_contact": True}]]
        if posting.decline is not None:
            rows.append([{"text": posting.decline}])
        return {"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True}
    return {"remove_keyboard": True} if posting.drop_keyboard else None
