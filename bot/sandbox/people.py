"""What a person does in Telegram, and what the bot then hears of it."""

from __future__ import annotations

from typing import Any

from bot.sandbox import forum, membership
from bot.sandbox.emoji import REACTIONS
from bot.sandbox.entities import with_found
from bot.sandbox.methods.copying import forwarded_from
from bot.sandbox.refusals import Impossible
from bot.sandbox.telegram import Telegram, content_of
from bot.sandbox.views import reaction_types, topic_view
from bot.sandbox.world import Chat, Post, User

Json = dict[str, Any]


def person(telegram: Telegram, number: int) -> User:
    """Somebody by id; Impossible (404) when there is nobody."""
    user = telegram.world.users.get(number)
    if user is None:
        raise Impossible(404, f"there is no user {number}")
    return user


def chat_by_id(telegram: Telegram, number: Any) -> Chat:
    """A chat by id; private chats of people who exist are made when needed."""
    if isinstance(number, int):
        chat = telegram.world.chats.get(number)
        if chat is not None:
            return chat
        if number in telegram.world.users:
            return telegram.world.private_chat(telegram.world.users[number])
    raise Impossible(404, f"there is no chat {number}")


def place(telegram: Telegram, user: User, body: Json) -> Chat:
    """The chat that somebody acts in: their own with the bot unless ``chat`` says another that they are in."""
    chat = chat_by_id(telegram, body.get("chat", user.id))
    if chat.user is not None:
        if chat.user is not user:
            raise Impossible(409, "that is somebody else's private chat")
        return chat
    member = chat.members.get(user.id)
    if member is None or not member.present:
        raise Impossible(409, f"user {user.id} is not in chat {chat.id}")
    if chat.migrated_to is not None:
        raise Impossible(409, f"the group became {chat.migrated_to}")
    return chat


def may_write(user: User, chat: Chat, thread: int | None) -> None:
    """Impossible (409) when Telegram would not let them write there."""
    if user.deactivated:
        raise Impossible(409, "the account is deleted")
    if chat.user is not None:
        if user.blocked:
            raise Impossible(409, "the bot is blocked; unblock it first")
        if thread is not None:
            raise Impossible(409, "a private chat has no topics")
        return
    member = chat.members[user.id]
    if thread is None:
        if chat.forum and chat.general.closed and not member.may("can_manage_topics"):
            raise Impossible(409, "General is closed")
        return
    if not chat.forum or thread not in chat.topics:
        raise Impossible(409, f"there is no topic {thread}")
    if chat.topics[thread].closed and not member.may("can_manage_topics"):
        raise Impossible(409, "the topic is closed")


def message_at(telegram: Telegram, chat: Chat, number: Any) -> Post:
    """A message that is still there; Impossible (404) when it is not."""
    post = telegram.find(chat, number) if isinstance(number, int) else None
    if post is None:
        raise Impossible(404, f"there is no message {number} in chat {chat.id}")
    return post


def thread_of(body: Json) -> int | None:
    """``thread`` of a body; 0 is General."""
    return body.get("thread") or None


def start(telegram: Telegram, user: User, body: Json) -> Post:
    """Press START: unblock, and send ``/start`` with its payload."""
    membership.block(telegram, user, blocked=False)
    payload = str(body.get("payload") or "")
    text = f"/start {payload}" if payload else "/start"
    return say(telegram, user, telegram.world.private_chat(user), "text",
               {"text": text, "entities": with_found(text, [])})  # fmt: skip


def say(
    telegram: Telegram, user: User, chat: Chat, kind: str, content: Json, *, body: Json | None = None,
    extra: Json | None = None,
) -> Post:  # fmt: skip
    """Put somebody's message into a chat and tell the bot."""
    body = body or {}
    thread = thread_of(body)
    reply = None
    if body.get("reply_to"):
        reply = message_at(telegram, chat, body["reply_to"])
        thread = reply.thread if thread is None else thread
    may_write(user, chat, thread)
    extra = dict(extra or {})
    if reply is not None and body.get("quote"):
        text = reply.message.get("text") or reply.message.get("caption") or ""
        extra["quote"] = {"text": body["quote"], "position": max(0, text.find(body["quote"])), "is_manual": True}
    if chat.user is not None and not user.started:
        user.started = True
        telegram.events.emit("user", user.id, user=user.id)
    post = telegram.post(chat, user, kind, content, thread=thread, reply=reply, extra=extra)
    telegram.report(post)
    return post


def forward(telegram: Telegram, user: User, body: Json) -> Post:
    """Forward a message from a chat that they are in."""
    source = place(telegram, user, {"chat": body.get("from_chat", user.id)})
    post = message_at(telegram, source, body.get("message"))
    if post.kind == "service":
        raise Impossible(409, "a service message cannot be forwarded")
    return say(telegram, user, place(telegram, user, body), post.kind, content_of(post.message), body=body,
               extra={"forward_origin": forwarded_from(post)})  # fmt: skip


def own_message(telegram: Telegram, user: User, body: Json) -> Post:
    """A message of theirs; Impossible when it is not."""
    post = message_at(telegram, place(telegram, user, body), body.get("message"))
    if post.sender is not user:
        raise Impossible(409, "that is somebody else's message")
    return post


def edit(telegram: Telegram, user: User, body: Json) -> Post:
    """Edit the words of one's own message; the bot gets ``edited_message``."""
    post = own_message(telegram, user, body)
    name = "text" if "text" in post.message else "caption"
    if name not in body or post.kind == "service":
        raise Impossible(400, f"give the new {name}")
    words = str(body[name]).strip()
    content = content_of(post.message)
    for old in (name, "entities", "caption_entities"):
        content.pop(old, None)
    if words:
        content[name] = words
        found = with_found(words, body.get("entities") or [])
        if found:
            content["entities" if name == "text" else "caption_entities"] = found
    elif name == "text":
        raise Impossible(400, "a text cannot become empty")
    telegram.change(post, content, post.message.get("reply_markup"))
    telegram.report(post, "edited_message")
    return post


def delete(telegram: Telegram, user: User, body: Json) -> list[int]:
    """Delete messages for everybody; the bot hears nothing of it."""
    chat = place(telegram, user, body)
    posts = [message_at(telegram, chat, number) for number in body.get("messages", ())]
    if chat.user is None and not chat.members[user.id].may("can_delete_messages"):
        for post in posts:
            if post.sender is not user:
                raise Impossible(409, "they may not delete the messages of others")
    return telegram.delete(posts, user)


def react(telegram: Telegram, user: User, body: Json) -> Post:
    """Set one's reactions on a message."""
    chat = place(telegram, user, body)
    post = message_at(telegram, chat, body.get("message"))
    chosen = [str(emoji).replace("\ufe0f", "") for emoji in body.get("emoji", ())]
    for emoji in chosen:
        if emoji not in REACTIONS:
            raise Impossible(400, f"{emoji} is no reaction")
        if not chat.allows(emoji):
            raise Impossible(409, f"the group does not allow {emoji}")
    before = post.reactions.get(user.id, [])
    if before == chosen:
        return post
    if chosen:
        post.reactions[user.id] = chosen
    else:
        post.reactions.pop(user.id, None)
    post.changed = telegram.events.emit("reaction", chat.id, message=post)
    if (chat.user is not None and not user.blocked) or chat.bot.status == "administrator":
        update = {
            "chat": chat.api,
            "message_id": post.id,
            "user": user.api,
            "date": int(telegram.now()),
            "old_reaction": reaction_types(before),
            "new_reaction": reaction_types(chosen),
        }
        telegram.updates.push("message_reaction", update, ("chat", chat.id))
    return post


def pin(telegram: Telegram, user: User, body: Json) -> Post:
    """Pin or unpin a message."""
    chat = place(telegram, user, body)
    post = message_at(telegram, chat, body.get("message"))
    if chat.user is None and not chat.members[user.id].may("can_pin_messages"):
        raise Impossible(409, "they may not pin here")
    if body.get("pinned", True):
        telegram.pin(post, user)
    else:
        telegram.unpin([post])
    return post


def topic(telegram: Telegram, user: User, body: Json) -> Json:
    """Create, close, reopen, rename or delete a topic by hand."""
    chat = place(telegram, user, body)
    if not chat.forum:
        raise Impossible(409, "the chat is not a forum")
    action = body.get("action")
    if action == "create":
        return topic_view(forum.create(telegram, chat, user, str(body.get("name", "")), color=body.get("color"),
                                       icon=str(body.get("icon") or "")))  # fmt: skip
    if not chat.members[user.id].may("can_manage_topics"):
        raise Impossible(409, "they may not manage topics")
    number = body.get("thread")
    if number == 0:
        if action not in {"rename", "close", "reopen", "hide", "unhide"}:
            raise Impossible(400, "General can be renamed, closed, reopened, hidden and unhidden")
        forum.change_general(telegram, chat, user, action, str(body.get("name", "")))
        general = chat.general
        return {"id": 0, "name": general.name, "closed": general.closed, "hidden": general.hidden}
    if number not in chat.topics:
        raise Impossible(404, f"there is no topic {number}")
    return _change_topic(telegram, chat, user, chat.topics[number].id, body)


def _change_topic(telegram: Telegram, chat: Chat, user: User, number: int, body: Json) -> Json:
    found = chat.topics[number]
    match body.get("action"):
        case "close":
            forum.close(telegram, chat, user, found, closed=True)
        case "reopen":
            forum.close(telegram, chat, user, found, closed=False)
        case "rename":
            forum.edit(telegram, chat, user, found, name=body.get("name"), icon=body.get("icon"))
        case "delete":
            forum.delete(telegram, chat, user, found)
            return {"id": number, "deleted": True}
        case other:
            raise Impossible(400, f"a topic cannot be {other}")
    return topic_view(found)
