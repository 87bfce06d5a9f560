"""Reactions that the bot sets."""

from __future__ import annotations

from typing import Any

from bot.sandbox import access
from bot.sandbox.emoji import REACTIONS
from bot.sandbox.methods.register import plays
from bot.sandbox.refusals import bad
from bot.sandbox.telegram import Telegram

Json = dict[str, Any]


@plays("setMessageReaction")
def set_message_reaction(telegram: Telegram, parameters: Json) -> bool:
    chat = access.writable(telegram, parameters["chat_id"])
    chosen: list[str] = []
    for reaction in parameters.get("reaction", ()):
        emoji = str(reaction.get("emoji", "")).replace("\ufe0f", "")
        if reaction.get("type") != "emoji" or emoji not in REACTIONS or not chat.allows(emoji):
            raise bad("REACTION_INVALID")
        chosen.append(emoji)
    if len(chosen) > 1:
        raise bad("REACTIONS_TOO_MANY")
    post = access.message(telegram, chat, parameters["message_id"], "message to react")
    bot = telegram.world.bot.id
    if post.reactions.get(bot, []) != chosen:
        if chosen:
            post.reactions[bot] = chosen
        else:
            post.reactions.pop(bot, None)
        post.changed = telegram.events.emit("reaction", chat.id, message=post)
    return True
