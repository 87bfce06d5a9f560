"""Edits of the bot's own messages."""

from __future__ import annotations

from typing import Any

from bot.sandbox import access
from bot.sandbox.markup import read_markup
from bot.sandbox.methods.media import EXCHANGEABLE, checked_media, file_content, take_file, unchangeable
from bot.sandbox.methods.register import plays
from bot.sandbox.methods.sending import caption_content, text_content
from bot.sandbox.refusals import NOT_MODIFIED, bad
from bot.sandbox.table import Upload
from bot.sandbox.telegram import Telegram, content_of
from bot.sandbox.world import Post

Json = dict[str, Any]


def _own(telegram: Telegram, parameters: Json) -> Post:
    if "inline_message_id" in parameters:
        raise bad("inline_message_id is not emulated here")
    if "chat_id" not in parameters:
        raise bad("chat_id is empty")
    if "message_id" not in parameters:
        raise bad("message identifier is not specified")
    chat = access.writable(telegram, parameters["chat_id"])
    post = access.message(telegram, chat, parameters["message_id"], "message to edit")
    if not post.out or post.kind == "service":
        raise bad("message can't be edited")
    return post


def _apply(telegram: Telegram, post: Post, content: Json, parameters: Json) -> Json:
    markup = read_markup(parameters.get("reply_markup"), private=post.chat.user is not None)
    if markup.keyboard is not None or markup.remove:
        raise bad("inline keyboard expected")
    if content == content_of(post.message) and markup.inline == post.message.get("reply_markup"):
        raise bad(NOT_MODIFIED)
    telegram.limits.take(post.chat.id, private=post.chat.user is not None)
    telegram.change(post, content, markup.inline)
    return post.message


@plays("editMessageText")
def edit_text(telegram: Telegram, parameters: Json) -> Json:
    if "text" not in parameters:
        raise bad("message text is empty")
    content = text_content(parameters)
    post = _own(telegram, parameters)
    if "text" not in post.message:
        raise bad("there is no text in the message to edit")
    return _apply(telegram, post, content, parameters)


@plays("editMessageCaption")
def edit_caption(telegram: Telegram, parameters: Json) -> Json:
    caption = caption_content(parameters)
    post = _own(telegram, parameters)
    if post.kind not in {"photo", "document", "video", "voice", "audio", "animation"}:
        raise bad("there is no caption in the message to edit")
    content = {
        name: value
        for name, value in content_of(post.message).items()
        if name not in {"caption", "caption_entities", "show_caption_above_media"}
    }
    return _apply(telegram, post, content | caption, parameters)


@plays("editMessageReplyMarkup")
def edit_markup(telegram: Telegram, parameters: Json) -> Json:
    post = _own(telegram, parameters)
    return _apply(telegram, post, content_of(post.message), parameters)


@plays("editMessageMedia")
def edit_media(telegram: Telegram, parameters: Json) -> Json:
    item: Json = parameters["media"]
    kind = checked_media(item, EXCHANGEABLE)
    caption = caption_content(item)
    post = _own(telegram, parameters)
    if (reason := unchangeable(post, kind)) is not None:
        raise bad(reason)
    attached: dict[str, Upload] = parameters.get("_attached", {})
    file = take_file(telegram, kind, item["media"], item, attached)
    answer = _apply(telegram, post, file_content(file, item) | caption, parameters)
    post.kind = kind
    return answer
