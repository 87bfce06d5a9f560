"""How the control API and the Bot API show people, chats and messages."""

from __future__ import annotations

from typing import Any

from bot.sandbox.emoji import ICONS
from bot.sandbox.world import RIGHTS, Chat, Member, Post, Topic, User

Json = dict[str, Any]


def user_view(user: User) -> Json:
    """A person as the control API shows them."""
    view = dict(user.api)
    if user.phone:
        view["phone"] = user.phone
    return view | {"started": user.started, "blocked": user.blocked, "deactivated": user.deactivated}


def post_view(post: Post) -> Json:
    """A message as the control API shows it."""
    return {
        "id": post.id,
        "chat": post.chat.id,
        "thread": post.thread,
        "from": post.sender.id,
        "out": post.out,
        "kind": post.kind,
        "at": int(post.at),
        "message": post.message,
        "deleted": post.deleted,
        "edits": post.edits,
        "reactions": [{"user": user, "emoji": emoji} for user, chosen in post.reactions.items() for emoji in chosen],
        "pinned": post.pinned,
        "event": post.event,
        "changed": post.changed,
    }


def topic_view(topic: Topic) -> Json:
    """A topic as the control API shows it."""
    return {
        "id": topic.id,
        "name": topic.name,
        "icon_color": topic.color,
        "icon": topic.icon,
        "icon_emoji": ICONS.get(topic.icon, ""),
        "closed": topic.closed,
        "created": int(topic.created),
    }


def typing_view(chat: Chat, now: float) -> list[Json]:
    """Who is preparing something now."""
    return [
        {"thread": thread, "action": action, "until": until}
        for thread, (action, until) in chat.typing.items()
        if until > now
    ]


def chat_view(chat: Chat, now: float) -> Json:
    """A chat as the control API shows it."""
    view: Json = {"id": chat.id, "type": chat.type, "forum": chat.forum}
    if chat.user is not None:
        view["user"] = chat.user.id
    else:
        view["title"] = chat.title
    last = next((post for post in reversed(chat.messages.values()) if not post.deleted), None)
    view |= {
        "members": [
            {"user": member.user.id, "status": member.status, "rights": rights_of(member)}
            for member in chat.members.values()
        ],
        "bot": {"status": chat.bot.status, "rights": rights_of(chat.bot)},
        "topics": [topic_view(topic) for topic in chat.topics.values()],
        "general": {"closed": chat.general.closed, "hidden": chat.general.hidden, "name": chat.general.name},
        "pinned": list(chat.pinned),
        "keyboard": chat.keyboard,
        "typing": typing_view(chat, now),
        "last_message": None if last is None else post_view(last),
    }
    if chat.migrated_to is not None:
        view["migrated_to"] = chat.migrated_to
    return view


def rights_of(member: Member) -> list[str]:
    """The rights that count: all of a creator's, none of an ordinary member's."""
    return [right for right in RIGHTS if member.may(right)]


def chat_member(member: Member) -> Json:
    """The Bot API ChatMember."""
    view: Json = {"status": member.status, "user": member.user.api}
    match member.status:
        case "creator":
            view["is_anonymous"] = False
        case "administrator":
            view |= {"can_be_edited": False, "is_anonymous": False}
            view |= {right: right in member.rights for right in RIGHTS}
        case "kicked":
            view["until_date"] = 0
    return view


def reaction_types(chosen: list[str]) -> list[Json]:
    """Emoji as ReactionType objects."""
    return [{"type": "emoji", "emoji": emoji} for emoji in chosen]
