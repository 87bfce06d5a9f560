"""The people, chats, topics and messages of the sandbox, as plain objects in memory."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterable
from typing import Any, Final, Literal

Json = dict[str, Any]
Status = Literal["creator", "administrator", "member", "left", "kicked"]
Kind = Literal["private", "group", "supergroup"]

RIGHTS: Final = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
    "can_pin_messages",
    "can_manage_topics",
    "can_manage_tags",
)
"""What an administrator of a group may be allowed to do."""


class User:
    """A person or the bot. ``api`` is the Bot API User, replaced (not changed) when something changes."""

    __slots__ = ("api", "blocked", "deactivated", "first_name", "id", "is_bot", "language_code", "last_name", "phone",
                 "started", "username")  # fmt: skip

    def __init__(self, number: int, first_name: str, *, is_bot: bool = False, **details: Any) -> None:
        self.id = number
        self.is_bot = is_bot
        self.first_name = first_name
        self.last_name: str | None = details.get("last_name")
        self.username: str | None = details.get("username")
        self.language_code: str | None = details.get("language_code")
        self.phone: str | None = details.get("phone")
        self.started = bool(details.get("started"))
        self.blocked = False
        self.deactivated = False
        self.refresh()

    def refresh(self) -> None:
        """Write the Bot API view anew."""
        api: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            value = getattr(self, name)
            if value:
                api[name] = value
        self.api = api


class Member:
    """Somebody's place in a group; ``rights`` counts for administrators."""

    __slots__ = ("rights", "status", "user")

    def __init__(self, user: User, status: Status, rights: Iterable[str] | None = None) -> None:
        self.user = user
        self.status: Status = status
        self.rights = frozenset(RIGHTS if rights is None else rights)

    @property
    def present(self) -> bool:
        """Whether they are in the group now."""
        return self.status not in {"left", "kicked"}

    def may(self, right: str) -> bool:
        """Whether an administrator's right is theirs."""
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)


class Post:
    """A message: ``message`` is the Bot API object as it is now, ``edits`` are earlier versions, oldest first."""

    __slots__ = ("at", "changed", "chat", "deleted", "edited", "edits", "event", "id", "kind", "message", "out",
                 "pinned", "reactions", "sender", "thread")  # fmt: skip

    def __init__(self, chat: Chat, sender: User, kind: str, message: Json, *, thread: int | None, at: float) -> None:
        self.id: int = message["message_id"]
        self.chat = chat
        self.sender = sender
        self.kind = kind
        self.thread = thread
        self.at = at
        self.message = message
        self.out = sender.is_bot
        self.deleted = False
        self.pinned = False
        self.edits: list[Json] = []
        self.reactions: dict[int, list[str]] = {}
        self.event = 0
        self.edited = 0
        self.changed = 0


class Topic:
    """A forum topic; its id is that of the service message ``root`` which opened it."""

    __slots__ = ("closed", "color", "created", "icon", "id", "name", "root")

    def __init__(self, root: Post, name: str, color: int, icon: str) -> None:
        self.id = root.id
        self.root = root
        self.name = name
        self.color = color
        self.icon = icon
        self.closed = False
        self.created = root.at


class General:
    """The topic that every forum has; its messages carry no thread id."""

    __slots__ = ("closed", "hidden", "name")

    def __init__(self) -> None:
        self.name = "General"
        self.closed = False
        self.hidden = False


class Chat:
    """A private chat with the bot, a basic group or a supergroup. ``api`` is the Bot API Chat.

    ``full``: a forum of so many messages that Telegram finds none of its topics any more. ``reactions``: the emoji that
    a group lets everybody react with; None allows all.
    """

    __slots__ = ("api", "bot", "counter", "forum", "full", "general", "id", "keyboard", "members", "messages",
                 "migrated_to", "pinned", "reactions", "title", "topics", "type", "typing", "user")  # fmt: skip

    def __init__(self, number: int, kind: Kind, bot: Member, *, title: str = "", user: User | None = None) -> None:
        self.id = number
        self.type: Kind = kind
        self.title = title
        self.user = user
        self.bot = bot
        self.forum = False
        self.full = False
        self.counter = 0
        self.members: dict[int, Member] = {}
        self.messages: OrderedDict[int, Post] = OrderedDict()
        self.topics: dict[int, Topic] = {}
        self.general = General()
        self.pinned: list[int] = []
        self.keyboard: Json | None = None
        self.typing: dict[int | None, tuple[str, float]] = {}
        self.migrated_to: int | None = None
        self.reactions: tuple[str, ...] | None = None
        self.refresh()

    def refresh(self) -> None:
        """Write the Bot API view anew."""
        if self.user is not None:
            person = self.user.api
            names = ("first_name", "last_name", "username")
            self.api: Json = {"id": self.id, "type": "private", **{n: person[n] for n in names if n in person}}
            return
        self.api = {"id": self.id, "title": self.title, "type": self.type}
        if self.forum:
            self.api["is_forum"] = True

    def allows(self, emoji: str) -> bool:
        """Whether people and bots may react with it here."""
        return self.reactions is None or emoji in self.reactions


class Callback:
    """A pressed inline button that waits for the bot's answer."""

    __slots__ = ("answer", "at", "data", "id", "post", "settled", "user")

    def __init__(self, number: str, user: User, post: Post, data: str, at: float) -> None:
        self.id = number
        self.user = user
        self.post = post
        self.data = data
        self.at = at
        self.answer: Json | None = None
        self.settled: asyncio.Future[None] | None = None


class InlineQuery:
    """An inline query that waits for the bot's results."""

    __slots__ = ("answer", "at", "id", "settled", "text", "user")

    def __init__(self, number: str, user: User, text: str, at: float) -> None:
        self.id = number
        self.user = user
        self.text = text
        self.at = at
        self.answer: Json | None = None
        self.settled: asyncio.Future[None] | None = None


class Profile:
    """What the bot said of itself: names, descriptions and commands by scope and language."""

    __slots__ = ("commands", "descriptions", "menus", "names", "short_descriptions")

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}
        self.commands: dict[tuple[Any, ...], list[Json]] = {}
        self.menus: dict[int | None, Json] = {}


class World:
    """Everybody and everything. Messages beyond ``keep`` are forgotten, oldest first."""

    def __init__(self, token: str, bot: User, *, privacy: bool, keep: int) -> None:
        self.token = token
        self.bot = bot
        self.privacy = privacy
        self.profile = Profile()
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.callbacks: OrderedDict[str, Callback] = OrderedDict()
        self.inline: OrderedDict[str, InlineQuery] = OrderedDict()
        self.page: Json = {}
        self._counter = 0
        self._serial = 0
        self._keep = keep
        self._posts: deque[Post] = deque()

    def serial(self) -> int:
        """A number that was not given before: query, file and album ids."""
        self._serial += 1
        return self._serial

    def next_message(self, chat: Chat) -> int:
        """The next message id: supergroups count for themselves, private chats and basic groups together."""
        if chat.type == "supergroup":
            chat.counter += 1
            return chat.counter
        self._counter += 1
        return self._counter

    def keep_post(self, post: Post) -> None:
        """Store a message and forget the oldest ones beyond the bound."""
        post.chat.messages[post.id] = post
        self._posts.append(post)
        while len(self._posts) > self._keep:
            old = self._posts.popleft()
            old.chat.messages.pop(old.id, None)

    def private_chat(self, user: User) -> Chat:
        """The chat of a person with the bot; made when it is first needed."""
        chat = self.chats.get(user.id)
        if chat is None:
            chat = Chat(user.id, "private", Member(self.bot, "member"), user=user)
            self.chats[user.id] = chat
        return chat

    def remember_callback(self, callback: Callback) -> None:
        """Keep the last few thousand pressed buttons."""
        self.callbacks[callback.id] = callback
        if len(self.callbacks) > 5_000:
            self.callbacks.popitem(last=False)

    def remember_inline(self, query: InlineQuery) -> None:
        """Keep the last few hundred inline queries."""
        self.inline[query.id] = query
        if len(self.inline) > 500:
            self.inline.popitem(last=False)
