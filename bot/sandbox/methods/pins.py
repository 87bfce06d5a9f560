"""Pinned messages."""

from __future__ import annotations

from typing import Any, Final

from bot.sandbox import access
from bot.sandbox.methods.register import plays
from bot.sandbox.refusals import bad
from bot.sandbox.telegram import Telegram
from bot.sandbox.world import Chat

Json = dict[str, Any]

_NO: Final = "not enough rights to manage pinned messages in the chat"


def _chat(telegram: Telegram, parameters: Json) -> Chat:
    chat = access.writable(telegram, parameters["chat_id"])
    access.require(chat, "can_pin_messages", _NO)
    return chat


@plays("pinChatMessage")
def pin_chat_message(telegram: Telegram, parameters: Json) -> bool:
    chat = _chat(telegram, parameters)
    post = access.message(telegram, chat, parameters["message_id"], "message to pin")
    if post.kind == "service":
        raise bad("message can't be pinned")
    telegram.pin(post, telegram.world.bot)
    return True


@plays("unpinChatMessage")
def unpin_chat_message(telegram: Telegram, parameters: Json) -> bool:
    chat = _chat(telegram, parameters)
    number = parameters.get("message_id") or (chat.pinned[-1] if chat.pinned else None)
    post = None if number is None else telegram.find(chat, number)
    if post is None:
        raise bad("message to unpin not found")
    telegram.unpin([post])
    return True


def _unpin_where(telegram: Telegram, chat: Chat, thread: int | None, *, everywhere: bool) -> bool:
    pinned = [post for post in (telegram.find(chat, number) for number in list(chat.pinned)) if post is not None]
    telegram.unpin([post for post in pinned if everywhere or post.thread == thread])
    return True


@plays("unpinAllChatMessages")
def unpin_all(telegram: Telegram, parameters: Json) -> bool:
    return _unpin_where(telegram, _chat(telegram, parameters), None, everywhere=True)


@plays("unpinAllForumTopicMessages")
def unpin_topic(telegram: Telegram, parameters: Json) -> bool:
    chat = access.forum(telegram, parameters["chat_id"])
    access.require(chat, "can_pin_messages", _NO)
    topic = access.topic(chat, parameters["message_thread_id"])
    return _unpin_where(telegram, chat, topic.id, everywhere=False)


@plays("unpinAllGeneralForumTopicMessages")
def unpin_general(telegram: Telegram, parameters: Json) -> bool:
    chat = access.forum(telegram, parameters["chat_id"])
    access.require(chat, "can_pin_messages", _NO)
    return _unpin_where(telegram, chat, None, everywhere=False)
