"""Chats and their members, as the bot sees and changes them."""

from __future__ import annotations

from typing import Any, Final

from bot.sandbox import access, membership
from bot.sandbox.methods.register import plays
from bot.sandbox.refusals import bad
from bot.sandbox.telegram import Telegram, embedded
from bot.sandbox.views import chat_member, reaction_types
from bot.sandbox.world import Chat, Member, User

Json = dict[str, Any]

_PERMISSIONS: Final = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


@plays("getChat")
def get_chat(telegram: Telegram, parameters: Json) -> Json:
    chat = access.readable(telegram, parameters["chat_id"])
    full: Json = dict(chat.api)
    full |= {
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if chat.user is None:
        full["permissions"] = dict.fromkeys(_PERMISSIONS, True)
        full["join_to_send_messages"] = True
        full["has_visible_history"] = True
        if chat.reactions is not None:
            full["available_reactions"] = reaction_types(list(chat.reactions))
    if chat.pinned:
        post = telegram.find(chat, chat.pinned[-1])
        if post is not None:
            full["pinned_message"] = embedded(post.message)
    return full


def _group(telegram: Telegram, parameters: Json) -> Chat:
    chat = access.readable(telegram, parameters["chat_id"])
    if chat.user is not None:
        raise bad("there are no administrators in the private chat")
    return chat


def _person(telegram: Telegram, number: int) -> User:
    if number == telegram.world.bot.id:
        return telegram.world.bot
    user = telegram.world.users.get(number)
    if user is None:
        raise bad("user not found")
    return user


@plays("getChatMember")
def get_chat_member(telegram: Telegram, parameters: Json) -> Json:
    chat = access.readable(telegram, parameters["chat_id"])
    user = _person(telegram, parameters["user_id"])
    if user is telegram.world.bot:
        return chat_member(chat.bot)
    if chat.user is not None:
        return chat_member(Member(user, "member"))
    return chat_member(chat.members.get(user.id) or Member(user, "left"))


@plays("getChatAdministrators")
def get_chat_administrators(telegram: Telegram, parameters: Json) -> list[Json]:
    chat = _group(telegram, parameters)
    everybody = [*chat.members.values(), chat.bot]
    return [chat_member(member) for member in everybody if member.status in {"creator", "administrator"}]


@plays("getChatMemberCount")
def get_chat_member_count(telegram: Telegram, parameters: Json) -> int:
    chat = access.readable(telegram, parameters["chat_id"])
    if chat.user is not None:
        return 2
    return sum(member.present for member in [*chat.members.values(), chat.bot])


@plays("banChatMember")
def ban_chat_member(telegram: Telegram, parameters: Json) -> bool:
    chat = access.writable(telegram, parameters["chat_id"])
    if chat.user is not None:
        raise bad("can't ban members in private chats")
    access.require(chat, "can_restrict_members", "not enough rights to restrict/unrestrict chat member")
    user = _person(telegram, parameters["user_id"])
    member = chat.members.get(user.id)
    if user is telegram.world.bot:
        raise bad("can't restrict self")
    if member is not None and member.status == "creator":
        raise bad("can't remove chat owner")
    if member is not None and member.status == "administrator":
        raise bad("user is an administrator of the chat")
    membership.change_member(telegram, chat, telegram.world.bot, Member(user, "kicked"))
    return True


@plays("unbanChatMember")
def unban_chat_member(telegram: Telegram, parameters: Json) -> bool:
    chat = access.writable(telegram, parameters["chat_id"])
    if chat.user is not None:
        raise bad("can't unban members in private chats")
    access.require(chat, "can_restrict_members", "not enough rights to restrict/unrestrict chat member")
    user = _person(telegram, parameters["user_id"])
    member = chat.members.get(user.id)
    if member is not None and (member.status == "kicked" or not parameters.get("only_if_banned")):
        membership.change_member(telegram, chat, telegram.world.bot, Member(user, "left"))
    return True


@plays("leaveChat")
def leave_chat(telegram: Telegram, parameters: Json) -> bool:
    chat = access.readable(telegram, parameters["chat_id"])
    if chat.user is not None:
        raise bad("can't leave private chats")
    membership.change_bot(telegram, chat, telegram.world.bot, "left", None)
    return True


@plays("exportChatInviteLink")
def export_chat_invite_link(telegram: Telegram, parameters: Json) -> str:
    chat = access.writable(telegram, parameters["chat_id"])
    access.require(chat, "can_invite_users", "not enough rights to manage chat invite link")
    return f"https://t.me/+sandbox{telegram.world.serial()}"


@plays("createChatInviteLink")
def create_chat_invite_link(telegram: Telegram, parameters: Json) -> Json:
    link: Json = {
        "invite_link": export_chat_invite_link(telegram, parameters),
        "creator": telegram.world.bot.api,
        "creates_join_request": bool(parameters.get("creates_join_request")),
        "is_primary": False,
        "is_revoked": False,
    }
    for name in ("name", "expire_date", "member_limit"):
        if name in parameters:
            link[name] = parameters[name]
    return link


@plays("getUserProfilePhotos")
def get_user_profile_photos(telegram: Telegram, parameters: Json) -> Json:
    _person(telegram, parameters["user_id"])
    return {"total_count": 0, "photos": []}
