"""The support group: topics, cards and commands of staff."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from aiogram import F, Router
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update

from handlers.byhand import ByHand, Change
from handlers.counter import Counter, Said
from handlers.groups import Groups
from handlers.mending import Mending
from handlers.reading import is_spoken, is_worded, presser_of, said_of


class CommandDesk(Protocol):
    """Answers commands of staff."""

    async def command(self, update: int, said: Said, name: str, words: str, /) -> None:
        """``/name words``, written as ``said``."""


class PressDesk(Protocol):
    """Answers buttons of staff."""

    async def press(self, update: int, callback: str, said: Said, action: str, argument: str, /) -> None:
        """A button under the message ``said``."""


Commands = Mapping[str, CommandDesk]
"""By the command's name. The counter answers all others, those that there are not as well."""
Buttons = Mapping[str, PressDesk]
"""By the kind that a button's data begin with."""


def router(groups: Groups) -> Router:
    """The router of the support groups; other groups are none of the desk's business."""
    staff = Router(name="staff")

    async def in_group(message: Message) -> bool:
        """Written by a person in the support group, an anonymous administrator (who writes as the group) included.

        Coroutines, since aiogram gives other filters to a thread.
        """
        if not groups.ours(message.chat.id) or message.from_user is None:
            return False
        as_group = message.sender_chat is not None and message.sender_chat.id == message.chat.id
        return as_group or not message.from_user.is_bot

    async def pressed(query: CallbackQuery, buttons: Buttons) -> bool | dict[str, PressDesk]:
        """A button in a support group, with the desk whose kind it is."""
        there = query.message is not None and groups.ours(query.message.chat.id)
        desk = buttons.get((query.data or "").partition(":")[0]) if there else None
        return desk is not None and {"desk": desk}

    async def own_place(change: ChatMemberUpdated) -> bool:
        """The bot's own rights in a support group, or whether it is in it at all."""
        return groups.ours(change.chat.id)

    staff.message.filter(in_group)
    staff.edited_message.filter(in_group)
    staff.message.register(on_command, is_command)
    staff.message.register(on_message, is_spoken)
    staff.message.register(on_topic, F.content_type.in_(CHANGES))
    staff.message.register(on_migration, F.migrate_to_chat_id)
    staff.my_chat_member.register(on_own_place, own_place)
    staff.edited_message.register(on_edit, is_worded)
    staff.callback_query.register(on_press, pressed)
    return staff


CHANGES: dict[str, Change] = {
    "forum_topic_closed": "closed",
    "forum_topic_reopened": "reopened",
    "forum_topic_edited": "renamed",
}
"""Service messages that say what a person did to a topic. There is none for a deleted one."""


async def is_command(message: Message) -> bool:
    """``/claim``, but not ``// a note``."""
    text = message.text or ""
    return text.startswith("/") and not text.startswith("//")


async def on_command(message: Message, event_update: Update, counter: Counter, commands: Commands) -> None:
    """``/claim`` and the like."""
    name, _, words = (message.text or "")[1:].partition(" ")
    name = name.partition("@")[0].lower()
    await commands.get(name, counter).command(event_update.update_id, said_of(message), name, words)


async def on_message(message: Message, event_update: Update, counter: Counter) -> None:
    """Words and media in a topic."""
    await counter.hear(event_update.update_id, said_of(message))


async def on_edit(message: Message, event_update: Update, counter: Counter) -> None:
    """An agent changed what was sent."""
    await counter.hear(event_update.update_id, said_of(message, edited=True))


async def on_topic(message: Message, event_update: Update, by_hand: ByHand) -> None:
    """Somebody closed, reopened or renamed a topic with Telegram's own means."""
    await by_hand.changed(event_update.update_id, said_of(message), CHANGES[message.content_type])


async def on_migration(message: Message, event_update: Update, mending: Mending) -> None:
    """The group became a supergroup, which has another id."""
    if message.migrate_to_chat_id is not None:
        await mending.moved(message.chat.id, message.migrate_to_chat_id, event_update.update_id)


async def on_own_place(change: ChatMemberUpdated, look: Callable[[int], None]) -> None:
    """The bot was let in or thrown out, or its rights were changed: whatever waits for that may go on."""
    look(change.chat.id)


async def on_press(query: CallbackQuery, event_update: Update, desk: PressDesk) -> None:
    """A button of staff: its data are kind, action, and what the action needs."""
    _, action, argument = (*(query.data or "").split(":", 2), "", "")[:3]
    await desk.press(event_update.update_id, query.id, presser_of(query), action, argument)
