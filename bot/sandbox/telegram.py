"""What Telegram itself does with messages: numbers, stores, shows and reports them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, Final

from bot.sandbox.clock import Clock
from bot.sandbox.events import Events
from bot.sandbox.faults import Faults
from bot.sandbox.files import Files
from bot.sandbox.limits import Limits
from bot.sandbox.updates import Updates
from bot.sandbox.views import chat_view, post_view
from bot.sandbox.world import Chat, Post, User, World

Json = dict[str, Any]

_CONTENT: Final = frozenset(
    {"text", "entities", "caption", "caption_entities", "photo", "document", "video", "voice", "video_note", "audio",
     "animation", "sticker", "location", "venue", "contact", "dice", "link_preview_options", "has_media_spoiler",
     "show_caption_above_media"}
)  # fmt: skip
"""The fields of a message that are its content: what is copied, and replaced by an edit."""


_VERSIONS: Final = 200
"""Earlier versions of one message that are kept."""


class Counters:
    """What was done since the start or the last reset."""

    __slots__ = ("calls", "deleted", "edited", "errors", "incoming", "outgoing")

    def __init__(self) -> None:
        self.calls: dict[str, int] = {}
        self.errors: dict[int, int] = {}
        self.incoming = self.outgoing = self.edited = self.deleted = 0


def content_of(message: Json) -> Json:
    """The content of a message, without who, where, when and buttons."""
    return {name: value for name, value in message.items() if name in _CONTENT}


class Telegram:
    """The world and what runs on it. People and the bot both act through here."""

    def __init__(self, world: World, clock: Clock, *, keep_events: int) -> None:
        self.world = world
        self.clock = clock
        self.events = Events(clock.now, keep_events)
        self.updates = Updates()
        self.files = Files()
        self.limits = Limits(clock.now)
        self.faults = Faults()
        self.counters = Counters()

    def now(self) -> float:
        """Unix seconds of the sandbox's clock."""
        return self.clock.now()

    # Messages ---------------------------------------------------------------------------------------------------

    def post(
        self,
        chat: Chat,
        sender: User,
        kind: str,
        content: Json,
        *,
        thread: int | None = None,
        reply: Post | None = None,
        extra: Json | None = None,
    ) -> Post:
        """Put a message into a chat; tell the events, not yet the bot."""
        at = self.now()
        message: Json = {
            "message_id": self.world.next_message(chat),
            "from": sender.api,
            "chat": chat.api,
            "date": int(at),
        }
        if thread is not None:
            message["message_thread_id"] = thread
            message["is_topic_message"] = True
        if reply is not None:
            message["reply_to_message"] = embedded(reply.message)
        elif thread is not None and thread in chat.topics:
            message["reply_to_message"] = chat.topics[thread].root.message
        message.update(content)
        if extra:
            message.update(extra)
        post = Post(chat, sender, kind, message, thread=thread, at=at)
        self.world.keep_post(post)
        if sender.is_bot:
            self.counters.outgoing += 1
        else:
            self.counters.incoming += 1
        if chat.typing:
            chat.typing.pop(thread, None)
        post.event = post.changed = self.events.emit("message", chat.id, thread=thread, message=post)
        return post

    def report(self, post: Post, kind: str = "message") -> None:
        """Tell the bot of a message or an edit, if it may see it."""
        if self.bot_sees(post):
            self.updates.push(kind, post.message, ("chat", post.chat.id))

    def service(self, chat: Chat, actor: User, fields: Json, *, thread: int | None = None) -> Post:
        """A service message; the bot hears of its own ones, too."""
        post = self.post(chat, actor, "service", fields, thread=thread)
        if chat.user is not None or chat.bot.present:
            self.updates.push("message", post.message, ("chat", chat.id))
        return post

    def bot_sees(self, post: Post) -> bool:
        """Whether Telegram shows a message of somebody's to the bot (privacy mode in groups)."""
        chat = post.chat
        if chat.user is not None:
            return not chat.user.blocked
        if not chat.bot.present:
            return False
        if not self.world.privacy or chat.bot.status == "administrator" or post.kind == "service":
            return True
        message = post.message
        if message.get("via_bot", {}).get("id") == self.world.bot.id:
            return True
        text = message.get("text") or message.get("caption") or ""
        replied = message.get("reply_to_message", {}).get("from", {}).get("id")
        return text.startswith("/") or replied == self.world.bot.id or f"@{self.world.bot.username}" in text

    def change(self, post: Post, content: Json, markup: Json | None) -> None:
        """Replace a message's content and buttons; what was is kept as an edit."""
        message = post.message
        before: Json = {"at": int(self.now()), "reply_markup": message.get("reply_markup")}
        for name in ("text", "caption"):
            if name in message:
                before[name] = message[name]
        post.edits.append(before)
        del post.edits[:-_VERSIONS]
        fresh = {name: value for name, value in message.items() if name not in _CONTENT and name != "reply_markup"}
        fresh["edit_date"] = int(self.now())
        fresh.update(content)
        if markup is not None:
            fresh["reply_markup"] = markup
        post.message = fresh
        self.counters.edited += 1
        post.edited = post.changed = self.events.emit("edited", post.chat.id, thread=post.thread, message=post)

    def delete(self, posts: Iterable[Post], by: User) -> list[int]:
        """Take messages away; the bot is not told (Telegram has no such update)."""
        gone: dict[Chat, list[Post]] = {}
        for post in posts:
            if not post.deleted:
                post.deleted = True
                gone.setdefault(post.chat, []).append(post)
        for chat, dead in gone.items():
            numbers = [post.id for post in dead]
            self.counters.deleted += len(numbers)
            event = self.events.emit("deleted", chat.id, messages=numbers, by=by.id)
            for post in dead:
                post.changed = event
            if any(post.pinned for post in dead):
                for post in dead:
                    post.pinned = False
                chat.pinned = [number for number in chat.pinned if number not in numbers]
                self.events.emit("pinned", chat.id, pinned=list(chat.pinned))
        return [post.id for dead in gone.values() for post in dead]

    def find(self, chat: Chat, number: int) -> Post | None:
        """A message that is still there."""
        post = chat.messages.get(number)
        return None if post is None or post.deleted else post

    # What a chat shows ------------------------------------------------------------------------------------------

    def show_keyboard(self, chat: Chat, keyboard: Json | None) -> None:
        """Change the reply keyboard of a chat."""
        if keyboard is None and chat.keyboard is None:
            return
        chat.keyboard = keyboard
        self.events.emit("keyboard", chat.id, keyboard=keyboard)

    def show_typing(self, chat: Chat, thread: int | None, action: str) -> None:
        """Show for five seconds that the bot prepares something."""
        until = self.now() + 5
        chat.typing[thread] = (action, until)
        self.events.emit("typing", chat.id, thread=thread, action=action, until=until)

    def pin(self, post: Post, by: User) -> None:
        """Pin a message, with the service message that Telegram writes."""
        if post.pinned:
            return
        post.pinned = True
        chat = post.chat
        chat.pinned.append(post.id)
        post.changed = self.events.emit("pinned", chat.id, pinned=list(chat.pinned))
        self.service(chat, by, {"pinned_message": embedded(post.message)}, thread=post.thread)

    def unpin(self, posts: Iterable[Post]) -> None:
        """Unpin messages."""
        chat: Chat | None = None
        for post in posts:
            if post.pinned:
                post.pinned = False
                chat = post.chat
                chat.pinned.remove(post.id)
        if chat is not None:
            self.events.emit("pinned", chat.id, pinned=list(chat.pinned))

    def tell_chat(self, chat: Chat) -> None:
        """Say that something about a chat changed."""
        self.events.emit("chat", chat.id, value=chat)

    def online(self) -> bool:
        """Whether a bot listens: a webhook is set, or somebody polled in the last minute."""
        return self.updates.on_new is not None or time.monotonic() - self.updates.polled_at < 60

    def bot_view(self) -> Json:
        """The bot as the control API shows it."""
        profile = self.world.profile
        return {
            "id": self.world.bot.id,
            "username": self.world.bot.username,
            "name": profile.names.get("") or self.world.bot.first_name,
            "description": profile.descriptions.get("", ""),
            "short_description": profile.short_descriptions.get("", ""),
            "online": self.online(),
        }

    def written(self, value: Any) -> Any:
        """Turn the live objects of an event into what is sent."""
        if isinstance(value, Post):
            return post_view(value)
        if isinstance(value, Chat):
            return chat_view(value, self.now())
        return value


def embedded(message: Json) -> Json:
    """A message as another one carries it: without the one that it replies to."""
    if "reply_to_message" not in message:
        return message
    return {name: value for name, value in message.items() if name != "reply_to_message"}
