"""What the bot may do where: the checks that come before every act, with Telegram's words for "no"."""

from __future__ import annotations

from typing import Any

from bot.sandbox.refusals import bad, forbidden
from bot.sandbox.telegram import Telegram
from bot.sandbox.world import Chat, Post, Topic

Json = dict[str, Any]


def readable(telegram: Telegram, name: int | str) -> Chat:
    """A chat that the bot knows; Refused when it does not, or was thrown out."""
    chat = telegram.world.chats.get(name) if isinstance(name, int) else None
    if chat is None:
        raise bad("chat not found")
    if chat.user is not None:
        if not chat.user.started:
            raise bad("chat not found")
        return chat
    if chat.migrated_to is not None:
        raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    if not chat.bot.present:
        kind = "supergroup" if chat.type == "supergroup" else "group"
        how = "was kicked from" if chat.bot.status == "kicked" else "is not a member of"
        raise forbidden(f"bot {how} the {kind} chat")
    return chat


def writable(telegram: Telegram, name: int | str) -> Chat:
    """A chat that the bot may write to."""
    chat = readable(telegram, name)
    if chat.user is not None:
        if chat.user.deactivated:
            raise forbidden("user is deactivated")
        if chat.user.blocked:
            raise forbidden("bot was blocked by the user")
    return chat


def forum(telegram: Telegram, name: int | str) -> Chat:
    """A forum that the bot may write to."""
    chat = writable(telegram, name)
    if not chat.forum:
        raise bad("the chat is not a forum")
    return chat


def require(chat: Chat, right: str, words: str) -> None:
    """Refused (400) when the bot lacks a right in a group."""
    if chat.user is None and not chat.bot.may(right):
        raise bad(words)


def thread(chat: Chat, number: int | None, reply: Post | None = None) -> int | None:
    """The topic that a message goes to: the one named, or that of the message replied to."""
    if number is None and reply is not None and reply.chat is chat:
        number = reply.thread
    if number is None or number == 0:
        if chat.forum and chat.general.closed and not chat.bot.may("can_manage_topics"):
            raise bad("TOPIC_CLOSED")
        return None
    if not chat.forum or chat.full or number not in chat.topics:
        raise bad("message thread not found")
    if chat.topics[number].closed and not chat.bot.may("can_manage_topics"):
        raise bad("TOPIC_CLOSED")
    return number


def topic(chat: Chat, number: int) -> Topic:
    """A topic by its id."""
    if number not in chat.topics:
        raise bad("TOPIC_ID_INVALID")
    return chat.topics[number]


def message(telegram: Telegram, chat: Chat, number: int, role: str) -> Post:
    """A message of the chat; ``role`` says in the refusal what it was wanted for."""
    post = telegram.find(chat, number)
    if post is None:
        raise bad(f"{role} not found")
    return post


def replied(telegram: Telegram, chat: Chat, parameters: Json) -> Post | None:
    """The message that is replied to, by ``reply_parameters`` or the older ``reply_to_message_id``."""
    wanted = parameters.get("reply_parameters")
    if wanted is None:
        number = parameters.get("reply_to_message_id")
        if not number:
            return None
        wanted = {"message_id": number, "allow_sending_without_reply": parameters.get("allow_sending_without_reply")}
    number = wanted.get("message_id")
    if not isinstance(number, int):
        raise bad("can't parse reply parameters: Can't find field \"message_id\"")
    where = chat
    if wanted.get("chat_id") not in {None, chat.id}:
        where = readable(telegram, wanted["chat_id"])
    post = telegram.find(where, number)
    if post is None and not wanted.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return post
