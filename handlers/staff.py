"""The support group: topics, cards and commands of staff."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiogram import F, Router
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update

from handlers.approvals import Approvals
from handlers.banning import Banning
from handlers.byhand import ByHand, Change
from handlers.canned import CannedReplies
from handlers.counter import Counter, Press
from handlers.groups import Groups
from handlers.incidents import IncidentDesk
from handlers.letters import Letters
from handlers.lookups import Lookups
from handlers.mending import Mending
from handlers.reading import is_spoken, is_worded, presser_of, said_of
from handlers.statboard import StatBoard
from knowledge.staff_words import numbered


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

    def under(kind: str) -> Callable[[CallbackQuery], Awaitable[bool]]:
        """A button of this kind pressed in a support group."""

        async def pressed(query: CallbackQuery) -> bool:
            there = query.message is not None and groups.ours(query.message.chat.id)
            return there and (query.data or "").startswith(f"{kind}:")

        return pressed

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
    staff.callback_query.register(on_press, under("ticket"))
    staff.callback_query.register(on_canned_press, under("canned"))
    staff.callback_query.register(on_lookup_press, under("lookup"))
    staff.callback_query.register(on_incident_press, under("incident"))
    staff.callback_query.register(on_ban_press, under("ban"))
    staff.callback_query.register(on_letter_press, under("letter"))
    staff.callback_query.register(on_eyes_press, under("eyes"))
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


async def on_command(
    message: Message,
    event_update: Update,
    counter: Counter,
    canned: CannedReplies,
    lookups: Lookups,
    incidents: IncidentDesk,
    banning: Banning,
    approvals: Approvals,
    statboard: StatBoard,
) -> None:
    """``/claim`` and the like."""
    name, _, argument = (message.text or "")[1:].partition(" ")
    name = name.partition("@")[0].lower()
    if name == "canned":
        await canned.command(event_update.update_id, said_of(message), argument)
    elif name == "lookup":
        await lookups.command(event_update.update_id, said_of(message), argument)
    elif name == "incident":
        await incidents.command(event_update.update_id, said_of(message), argument)
    elif name == "stats":
        await statboard.command(event_update.update_id, said_of(message), argument)
    elif name in ("ban", "unban", "bans"):
        await banning.command(event_update.update_id, said_of(message), name, argument)
    elif name in ("bind", "link", "show"):
        await approvals.command(event_update.update_id, said_of(message), name, argument)
    else:
        await counter.command(event_update.update_id, said_of(message), name, argument)


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


async def on_press(query: CallbackQuery, event_update: Update, counter: Counter) -> None:
    """A button of a ticket's card."""
    parts = (query.data or "").split(":")
    action, number, stamp, argument = (*parts[1:5], "", "", "", "")[:4]
    message = query.message
    press = Press(
        callback=query.id,
        chat=message.chat.id if message else 0,
        message=message.message_id if message else 0,
        staff=query.from_user.id,
        name=query.from_user.first_name,
        action=action,
        number=numbered(number) or 0,
        stamp=stamp,
        argument=argument,
        username=query.from_user.username,
        language=query.from_user.language_code,
    )
    await counter.press(event_update.update_id, press)


async def on_canned_press(query: CallbackQuery, event_update: Update, canned: CannedReplies) -> None:
    """A button under a list of replies or under a preview."""
    action, _, argument = (query.data or "").removeprefix("canned:").partition(":")
    await canned.press(event_update.update_id, query.id, presser_of(query), action, argument)


async def on_lookup_press(query: CallbackQuery, event_update: Update, lookups: Lookups) -> None:
    """A button under a timeline, under a diagnosis or under a preview of the newest answer."""
    action, _, argument = (query.data or "").removeprefix("lookup:").partition(":")
    await lookups.press(event_update.update_id, query.id, presser_of(query), action, argument)


async def on_incident_press(query: CallbackQuery, event_update: Update, incidents: IncidentDesk) -> None:
    """The button that ends an incident."""
    action, _, number = (query.data or "").removeprefix("incident:").partition(":")
    await incidents.press(event_update.update_id, query.id, presser_of(query), action, number)


async def on_ban_press(query: CallbackQuery, event_update: Update, banning: Banning) -> None:
    """How long and why, or not at all."""
    data = (query.data or "").removeprefix("ban:")
    await banning.press(event_update.update_id, query.id, presser_of(query), data)


async def on_letter_press(query: CallbackQuery, event_update: Update, letters: Letters) -> None:
    """A button under what was not brought to the other side."""
    action, _, number = (query.data or "").removeprefix("letter:").partition(":")
    letter = numbered(number) or 0
    await letters.press(event_update.update_id, query.id, presser_of(query), action, letter)


async def on_eyes_press(query: CallbackQuery, event_update: Update, approvals: Approvals) -> None:
    """The second person approves or refuses; or the first takes it back."""
    action, _, number = (query.data or "").removeprefix("eyes:").partition(":")
    await approvals.press(event_update.update_id, query.id, presser_of(query), action, number)
