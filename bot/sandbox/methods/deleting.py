"""Deleting, with the rule of 48 hours."""

from __future__ import annotations

from typing import Any, Final

from bot.sandbox import access
from bot.sandbox.methods.register import plays
from bot.sandbox.refusals import bad
from bot.sandbox.telegram import Telegram
from bot.sandbox.world import Chat, Post

Json = dict[str, Any]

WINDOW: Final = 48 * 3600
_LASTING: Final = ("forum_topic_created", "migrate_to_chat_id", "migrate_from_chat_id")


def why_not(telegram: Telegram, post: Post) -> str | None:
    """Why the bot may not delete a message, in Telegram's words; None when it may.

    Rules as in the Bot API's documentation of deleteMessage: administrators with the right delete anything in a group
    at any time; otherwise the bot's own messages, and incoming ones in private chats, for 48 hours.
    """
    if any(name in post.message for name in _LASTING):
        return "message can't be deleted"
    if post.chat.user is None and post.chat.bot.may("can_delete_messages"):
        return None
    if not post.out and post.chat.user is None:
        return "message can't be deleted"
    if telegram.now() - post.at > WINDOW:
        return "message can't be deleted for everyone"
    return None


def _deletable(telegram: Telegram, chat: Chat, number: int) -> Post:
    post = access.message(telegram, chat, number, "message to delete")
    refusal = why_not(telegram, post)
    if refusal is not None:
        raise bad(refusal)
    return post


@plays("deleteMessage")
def delete_message(telegram: Telegram, parameters: Json) -> bool:
    chat = access.writable(telegram, parameters["chat_id"])
    telegram.delete([_deletable(telegram, chat, parameters["message_id"])], telegram.world.bot)
    return True


@plays("deleteMessages")
def delete_messages(telegram: Telegram, parameters: Json) -> bool:
    numbers: list[int] = parameters["message_ids"]
    if not 1 <= len(numbers) <= 100:
        raise bad("too many message identifiers specified" if numbers else "message identifiers are not specified")
    chat = access.writable(telegram, parameters["chat_id"])
    found = [post for post in (telegram.find(chat, number) for number in numbers) if post is not None]
    for post in found:
        refusal = why_not(telegram, post)
        if refusal is not None:
            raise bad(refusal)
    telegram.delete(found, telegram.world.bot)
    return True
