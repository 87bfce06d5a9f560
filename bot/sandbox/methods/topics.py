"""Forum topics, by the bot."""

from __future__ import annotations

from typing import Any

from bot.sandbox import access, forum
from bot.sandbox.emoji import icon_stickers
from bot.sandbox.methods.register import plays
from bot.sandbox.telegram import Telegram
from bot.sandbox.world import Chat

Json = dict[str, Any]


def _forum(telegram: Telegram, parameters: Json, words: str) -> Chat:
    chat = access.forum(telegram, parameters["chat_id"])
    access.require(chat, "can_manage_topics", words)
    return chat


def _managed(telegram: Telegram, parameters: Json) -> Chat:
    return _forum(telegram, parameters, "not enough rights to manage topics in the chat")


@plays("createForumTopic")
def create(telegram: Telegram, parameters: Json) -> Json:
    chat = _forum(telegram, parameters, "not enough rights to create a topic")
    telegram.limits.take(chat.id, private=False)
    topic = forum.create(
        telegram,
        chat,
        telegram.world.bot,
        parameters["name"],
        color=parameters.get("icon_color"),
        icon=parameters.get("icon_custom_emoji_id", ""),
    )
    answer: Json = {"message_thread_id": topic.id, "name": topic.name, "icon_color": topic.color}
    if topic.icon:
        answer["icon_custom_emoji_id"] = topic.icon
    return answer


@plays("editForumTopic")
def edit(telegram: Telegram, parameters: Json) -> bool:
    chat = _managed(telegram, parameters)
    topic = access.topic(chat, parameters["message_thread_id"])
    name, icon = parameters.get("name"), parameters.get("icon_custom_emoji_id")
    forum.edit(telegram, chat, telegram.world.bot, topic, name=name, icon=icon)
    return True


@plays("closeForumTopic")
def close(telegram: Telegram, parameters: Json) -> bool:
    chat = _managed(telegram, parameters)
    topic = access.topic(chat, parameters["message_thread_id"])
    forum.close(telegram, chat, telegram.world.bot, topic, closed=True)
    return True


@plays("reopenForumTopic")
def reopen(telegram: Telegram, parameters: Json) -> bool:
    chat = _managed(telegram, parameters)
    topic = access.topic(chat, parameters["message_thread_id"])
    forum.close(telegram, chat, telegram.world.bot, topic, closed=False)
    return True


@plays("deleteForumTopic")
def delete(telegram: Telegram, parameters: Json) -> bool:
    chat = access.forum(telegram, parameters["chat_id"])
    access.require(chat, "can_delete_messages", "not enough rights to delete the topic")
    forum.delete(telegram, chat, telegram.world.bot, access.topic(chat, parameters["message_thread_id"]))
    return True


@plays("editGeneralForumTopic")
def edit_general(telegram: Telegram, parameters: Json) -> bool:
    chat = _managed(telegram, parameters)
    forum.change_general(telegram, chat, telegram.world.bot, "rename", parameters["name"])
    return True


@plays("closeGeneralForumTopic")
def close_general(telegram: Telegram, parameters: Json) -> bool:
    forum.change_general(telegram, _managed(telegram, parameters), telegram.world.bot, "close")
    return True


@plays("reopenGeneralForumTopic")
def reopen_general(telegram: Telegram, parameters: Json) -> bool:
    forum.change_general(telegram, _managed(telegram, parameters), telegram.world.bot, "reopen")
    return True


@plays("hideGeneralForumTopic")
def hide_general(telegram: Telegram, parameters: Json) -> bool:
    forum.change_general(telegram, _managed(telegram, parameters), telegram.world.bot, "hide")
    return True


@plays("unhideGeneralForumTopic")
def unhide_general(telegram: Telegram, parameters: Json) -> bool:
    forum.change_general(telegram, _managed(telegram, parameters), telegram.world.bot, "unhide")
    return True


@plays("getForumTopicIconStickers")
def icons(_: Telegram, __: Json) -> list[Json]:
    return icon_stickers()
