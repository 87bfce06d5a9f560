"""Coming, going and rights: of people and of the bot; and a group that becomes a supergroup."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.sandbox.refusals import Impossible
from bot.sandbox.telegram import Telegram
from bot.sandbox.views import chat_member
from bot.sandbox.world import Chat, Member, Status, User

Json = dict[str, Any]


def _change(telegram: Telegram, chat: Chat, actor: User, before: Json, after: Json) -> Json:
    return {
        "chat": chat.api,
        "from": actor.api,
        "date": int(telegram.now()),
        "old_chat_member": before,
        "new_chat_member": after,
    }


def change_bot(
    telegram: Telegram, chat: Chat, actor: User, status: Status | None, rights: Iterable[str] | None
) -> None:
    """Give the bot another place or other rights in a group; it gets ``my_chat_member``."""
    before = chat_member(chat.bot)
    chat.bot = Member(telegram.world.bot, status or chat.bot.status, rights)
    change = _change(telegram, chat, actor, before, chat_member(chat.bot))
    telegram.updates.push("my_chat_member", change, ("chat", chat.id))
    telegram.tell_chat(chat)


def change_member(telegram: Telegram, chat: Chat, actor: User, member: Member) -> None:
    """Let somebody in or out, promote or ban; with service message and ``chat_member``."""
    user, new = member.user, member
    old = chat.members.get(user.id) or Member(user, "left")
    chat.members[user.id] = new
    if new.present and not old.present:
        telegram.service(chat, actor, {"new_chat_members": [user.api]})
    elif old.present and not new.present:
        telegram.service(chat, actor, {"left_chat_member": user.api})
    if chat.bot.status == "administrator":
        change = _change(telegram, chat, actor, chat_member(old), chat_member(new))
        telegram.updates.push("chat_member", change, ("chat", chat.id))
    telegram.tell_chat(chat)


def block(telegram: Telegram, user: User, *, blocked: bool) -> None:
    """Block or unblock the bot; it gets ``my_chat_member``."""
    if user.blocked == blocked:
        return
    user.blocked = blocked
    chat = telegram.world.private_chat(user)
    left: Json = {"status": "kicked", "user": telegram.world.bot.api, "until_date": 0}
    here: Json = {"status": "member", "user": telegram.world.bot.api}
    change = _change(telegram, chat, user, here if blocked else left, left if blocked else here)
    telegram.updates.push("my_chat_member", change, ("chat", chat.id))
    telegram.events.emit("user", user.id, user=user.id)


def migrate(telegram: Telegram, chat: Chat, actor: User, number: int) -> Chat:
    """Make a supergroup of a group: a new chat with the same people and an empty history."""
    if chat.migrated_to is not None:
        raise Impossible(409, "the group was migrated already")
    if number in telegram.world.chats or number >= 0:
        raise Impossible(409, f"{number} cannot be the new id")
    new = Chat(number, "supergroup", Member(telegram.world.bot, chat.bot.status, chat.bot.rights), title=chat.title)
    new.forum, new.reactions = chat.forum, chat.reactions
    new.refresh()
    new.members = {key: Member(one.user, one.status, one.rights) for key, one in chat.members.items()}
    telegram.world.chats[number] = new
    telegram.service(chat, actor, {"migrate_to_chat_id": number})
    chat.migrated_to = number
    telegram.service(new, actor, {"migrate_from_chat_id": chat.id})
    telegram.tell_chat(chat)
    telegram.tell_chat(new)
    return new
