"""Reactions to messages that were relayed: the other side sees them too."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import MessageReactionUpdated, ReactionTypeEmoji, Update

from handlers.counter import Counter
from handlers.groups import Groups


def router(groups: Groups) -> Router:
    """The router of reactions in private chats and in the support groups."""
    reacting = Router(name="reacting")

    async def here(reaction: MessageReactionUpdated) -> bool:
        """Reactions elsewhere are none of the desk's business."""
        return reaction.chat.type == "private" or groups.ours(reaction.chat.id)

    reacting.message_reaction.register(on_reaction, here)
    return reacting


async def on_reaction(reaction: MessageReactionUpdated, event_update: Update, counter: Counter) -> None:
    """A reaction was set, changed or taken back."""
    chosen = [each.emoji for each in reaction.new_reaction if isinstance(each, ReactionTypeEmoji)]
    if chosen or not reaction.new_reaction:
        emoji = chosen[0] if chosen else ""
        await counter.react(event_update.update_id, reaction.chat.id, reaction.message_id, emoji)
