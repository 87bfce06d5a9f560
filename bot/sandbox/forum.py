"""Topics of a forum: the same acts for the bot and for people, with the service messages that Telegram writes."""

from __future__ import annotations

from typing import Any, Final

from bot.sandbox.emoji import ICONS
from bot.sandbox.refusals import bad
from bot.sandbox.telegram import Telegram
from bot.sandbox.views import topic_view
from bot.sandbox.world import Chat, Topic, User

Json = dict[str, Any]

COLORS: Final = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)


def checked_name(name: str) -> str:
    """A topic's name, 1 to 128 characters; Refused (400) otherwise."""
    name = name.strip()
    if not name:
        raise bad("title must be non-empty")
    if len(name) > 128:
        raise bad("TOPIC_TITLE_TOO_LONG")
    return name


def checked_icon(icon: str) -> str:
    """A custom emoji that may be an icon, or none; Refused (400) otherwise."""
    if icon and icon not in ICONS:
        raise bad("DOCUMENT_INVALID")
    return icon


def create(telegram: Telegram, chat: Chat, actor: User, name: str, *, color: int | None, icon: str) -> Topic:
    """Open a topic."""
    color = COLORS[0] if color is None else color
    if color not in COLORS:
        raise bad("TOPIC_ICON_COLOR_INVALID")
    fields: Json = {"name": checked_name(name), "icon_color": color}
    if checked_icon(icon):
        fields["icon_custom_emoji_id"] = icon
    post = telegram.post(chat, actor, "service", {"forum_topic_created": fields})
    post.thread = post.id
    post.message["message_thread_id"] = post.id
    post.message["is_topic_message"] = True
    topic = Topic(post, fields["name"], color, icon)
    chat.topics[topic.id] = topic
    telegram.events.emit("topic", chat.id, topic=topic_view(topic))
    if chat.bot.present:
        telegram.updates.push("message", post.message, ("chat", chat.id))
    return topic


def edit(telegram: Telegram, chat: Chat, actor: User, topic: Topic, *, name: str | None, icon: str | None) -> None:
    """Rename a topic or change its icon; Refused (400) when nothing would change."""
    fields: Json = {}
    if name is not None and checked_name(name) != topic.name:
        fields["name"] = topic.name = checked_name(name)
    if icon is not None and checked_icon(icon) != topic.icon:
        fields["icon_custom_emoji_id"] = topic.icon = icon
    if not fields:
        raise bad("TOPIC_NOT_MODIFIED")
    _changed(telegram, chat, actor, topic, {"forum_topic_edited": fields})


def close(telegram: Telegram, chat: Chat, actor: User, topic: Topic, *, closed: bool) -> None:
    """Close or reopen a topic; Refused (400) when it is so already."""
    if topic.closed == closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    _changed(telegram, chat, actor, topic, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})


def _changed(telegram: Telegram, chat: Chat, actor: User, topic: Topic, fields: Json) -> None:
    telegram.events.emit("topic", chat.id, topic=topic_view(topic))
    telegram.service(chat, actor, fields, thread=topic.id)


def delete(telegram: Telegram, chat: Chat, actor: User, topic: Topic) -> None:
    """Delete a topic with its messages; nobody is told of it."""
    del chat.topics[topic.id]
    telegram.delete([post for post in chat.messages.values() if post.thread == topic.id], actor)
    telegram.events.emit("topic", chat.id, topic={"id": topic.id, "deleted": True})


def change_general(telegram: Telegram, chat: Chat, actor: User, change: str, name: str = "") -> None:
    """Rename, close, reopen, hide or unhide General; Refused (400) when it is so already."""
    general = chat.general
    fields: Json
    match change:
        case "rename":
            if checked_name(name) == general.name:
                raise bad("TOPIC_NOT_MODIFIED")
            general.name = checked_name(name)
            fields = {"forum_topic_edited": {"name": general.name}}
        case "close" | "reopen":
            if general.closed == (change == "close"):
                raise bad("TOPIC_NOT_MODIFIED")
            general.closed = change == "close"
            fields = {"forum_topic_closed" if general.closed else "forum_topic_reopened": {}}
        case _:
            if general.hidden == (change == "hide"):
                raise bad("TOPIC_NOT_MODIFIED")
            general.hidden = change == "hide"
            general.closed = general.hidden or general.closed
            fields = {"general_forum_topic_hidden" if general.hidden else "general_forum_topic_unhidden": {}}
    telegram.service(chat, actor, fields)
    telegram.tell_chat(chat)
