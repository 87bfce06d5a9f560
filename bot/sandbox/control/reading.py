"""Reading the world."""

from __future__ import annotations

from itertools import islice
from typing import Any

from bot.sandbox import people
from bot.sandbox.control.routes import Asked, route
from bot.sandbox.methods.profile import commands_for, menu_button
from bot.sandbox.refusals import Impossible
from bot.sandbox.telegram import Telegram
from bot.sandbox.views import chat_view, post_view, user_view
from bot.sandbox.world import Post

Json = dict[str, Any]
_FIRST = 500


def delivery(asked: Asked) -> Json:
    """How updates reach the bot, and how many wait."""
    updates, webhook = asked.telegram.updates, asked.api.webhook
    mode = "webhook" if webhook.url else ("polling" if asked.telegram.online() else "none")
    view: Json = {
        "mode": mode,
        "pending": len(updates.queue),
        "last_update": updates.last,
        "confirmed": updates.forgotten,
    }
    if webhook.url:
        view["url"] = webhook.url
    if webhook.last_error is not None:
        view["last_error"] = webhook.last_error[1]
    return view


@route("GET", "state")
async def state(asked: Asked) -> Json:
    telegram = asked.telegram
    world, now = telegram.world, telegram.now()
    groups = [chat for chat in world.chats.values() if chat.user is None]
    private = islice((chat for chat in world.chats.values() if chat.user is not None), _FIRST)
    return {
        "now": telegram.clock.iso(),
        "event": telegram.events.last,
        "bot": telegram.bot_view(),
        "users": [user_view(user) for user in islice(world.users.values(), _FIRST)],
        "chats": [chat_view(chat, now) for chat in (*groups, *private)],
        "delivery": delivery(asked),
        "limits": telegram.limits.shown(),
        "faults": telegram.faults.shown(),
    }


@route("GET", "users/*")
async def one_user(asked: Asked) -> Json:
    return user_view(people.person(asked.telegram, asked.ids[0]))


@route("GET", "chats/*")
async def one_chat(asked: Asked) -> Json:
    return chat_view(people.chat_by_id(asked.telegram, asked.ids[0]), asked.telegram.now())


@route("GET", "chats/*/messages")
async def messages(asked: Asked) -> Json:
    telegram = asked.telegram
    chat = people.chat_by_id(telegram, asked.ids[0])
    after, before = asked.optional("after"), asked.optional("before")
    thread, limit = asked.optional("thread"), max(1, min(asked.number("limit", 100), 1000))
    deleted = asked.query.get("deleted") == "1"

    def wanted(post: Post) -> bool:
        if post.deleted and not deleted:
            return False
        if thread is not None and (post.thread or 0) != thread:
            return False
        return (after is None or post.id > after) and (before is None or post.id < before)

    posts = chat.messages.values()
    source = posts if after is not None else reversed(posts)
    found = list(islice((post for post in source if wanted(post)), limit + 1))
    more, found = len(found) > limit, found[:limit]
    if after is None:
        found.reverse()
    return {"messages": [post_view(post) for post in found], "event": telegram.events.last, "more": more}


@route("GET", "chats/*/messages/*")
async def one_message(asked: Asked) -> Json:
    chat = people.chat_by_id(asked.telegram, asked.ids[0])
    post = chat.messages.get(asked.ids[1])
    if post is None:
        raise Impossible(404, f"there is no message {asked.ids[1]} in chat {chat.id}")
    return post_view(post)


@route("GET", "commands")
async def commands(asked: Asked) -> Json:
    user = people.person(asked.telegram, asked.number("user", 0))
    chat = people.chat_by_id(asked.telegram, asked.number("chat", user.id))
    button = menu_button(asked.telegram, chat.id if chat.user is not None else None)
    return {"commands": commands_for(asked.telegram, user, chat), "menu_button": button}


@route("GET", "delivery")
async def how_delivered(asked: Asked) -> Json:
    return delivery(asked)


@route("GET", "clock")
async def clock(asked: Asked) -> Json:
    return {"now": asked.telegram.clock.iso()}


def event_view(telegram: Telegram, event: Any) -> Json:
    """An event as it is sent, with its objects as they are now."""
    view: Json = {"id": event.id, "type": event.kind, "at": event.at}
    if event.kind == "user":
        user = telegram.world.users.get(event.fields["user"])
        return view | {"user": None if user is None else user_view(user)}
    if event.chat is not None:
        view["chat"] = event.chat
    return view | {name: telegram.written(value) for name, value in event.fields.items()}


@route("GET", "events/log")
async def events_log(asked: Asked) -> Json:
    telegram = asked.telegram
    after, limit = asked.number("after", 0), asked.number("limit", 100)
    chosen = islice(telegram.events.since(after, asked.optional("chat")), max(0, min(limit, 1000)))
    return {
        "events": [event_view(telegram, event) for event in chosen],
        "event": telegram.events.last,
        "gap": telegram.events.forgotten(after),
    }
