"""What a person asks of the bot and waits for: buttons, the reply keyboard, inline queries."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.sandbox.markup import buttons
from bot.sandbox.methods.inline import chosen_content
from bot.sandbox.people import place, say
from bot.sandbox.people_sending import send
from bot.sandbox.refusals import Impossible
from bot.sandbox.telegram import Telegram
from bot.sandbox.world import Callback, Chat, InlineQuery, Post, User

Json = dict[str, Any]


def _button(post: Post, body: Json) -> Json:
    """The button that is meant. ``data`` may also be one of an earlier version: a screen that is not up to date."""
    now = buttons(post.message)
    if "data" in body:
        before = [one for old in post.edits for one in buttons(old)]
        found = [button for _, _, button in now + before if button.get("callback_data") == body["data"]]
    elif "label" in body:
        found = [button for _, _, button in now if button["text"] == body["label"]]
    else:
        where = (body.get("row"), body.get("column", 0))
        found = [button for row, column, button in now if (row, column) == where]
    if not found:
        raise Impossible(409, f"message {post.id} has no such button")
    return found[0]


async def press(telegram: Telegram, user: User, body: Json) -> Json:
    """Press an inline button; answers what the bot let them see."""
    chat = place(telegram, user, body)
    number = body.get("message")
    post = chat.messages.get(number) if isinstance(number, int) else None
    if post is None or (post.deleted and "data" not in body):
        raise Impossible(404, f"there is no message {number} in chat {chat.id}")
    button = _button(post, body)
    if "url" in button:
        return {"callback": None, "answered": True, "text": "", "alert": False, "url": button["url"]}
    if "callback_data" not in button:
        raise Impossible(409, "that button asks nothing of the bot")
    callback = Callback(str(4_000_000_000_000 + telegram.world.serial()), user, post, button["callback_data"],
                        telegram.now())  # fmt: skip
    telegram.world.remember_callback(callback)
    callback.settled = asyncio.get_running_loop().create_future()
    telegram.events.emit("callback", chat.id, callback=callback.id, user=user.id, message=post.id, data=callback.data)
    shown = {"chat": chat.api, "message_id": post.id, "date": 0} if post.deleted else post.message
    update = {"id": callback.id, "from": user.api, "message": shown, "chat_instance": str(abs(chat.id) * 7919),
              "data": callback.data}  # fmt: skip
    telegram.updates.push("callback_query", update, ("user", user.id))
    await _settled(callback.settled, float(body.get("wait", 10)))
    answer = callback.answer or {"text": "", "alert": False, "url": ""}
    return {"callback": callback.id, "answered": callback.answer is not None, **answer}


async def _settled(future: asyncio.Future[None], seconds: float) -> None:
    if seconds <= 0:
        return
    await asyncio.wait((future,), timeout=min(seconds, 120))


def tap(telegram: Telegram, user: User, body: Json) -> Post:
    """Tap a key of the reply keyboard: its text is sent, or one's own contact when the key asks for it."""
    chat = place(telegram, user, body)
    keyboard = chat.keyboard
    keys = [key for row in keyboard["rows"] for key in row] if keyboard else []
    key = next((key for key in keys if key["text"] == body.get("label")), None)
    if key is None or keyboard is None:
        raise Impossible(409, f"there is no key {body.get('label')!r}")
    sending: Json = {"chat": chat.id, "thread": body.get("thread")}
    if key.get("request_contact"):
        sending["contact"] = "own"
        if telegram.find(chat, keyboard["message"]) is not None:
            sending["reply_to"] = keyboard["message"]
    elif key.get("request_location"):
        sending["location"] = {"latitude": 31.2304, "longitude": 121.4737}
    else:
        sending["text"] = key["text"]
    post = send(telegram, user, sending)
    assert isinstance(post, Post)
    if keyboard["one_time"]:
        telegram.show_keyboard(chat, None)
    return post


async def inline(telegram: Telegram, user: User, body: Json) -> Json:
    """Type ``@bot words`` somewhere; answers the results that the bot offers."""
    chat = place(telegram, user, body)
    query = InlineQuery(str(5_000_000_000_000 + telegram.world.serial()), user, str(body.get("query", "")),
                        telegram.now())  # fmt: skip
    telegram.world.remember_inline(query)
    query.settled = asyncio.get_running_loop().create_future()
    kind = "sender" if chat.user is not None else chat.type
    update = {"id": query.id, "from": user.api, "query": query.text, "offset": str(body.get("offset", "")),
              "chat_type": kind}  # fmt: skip
    telegram.updates.push("inline_query", update, ("user", user.id))
    await _settled(query.settled, float(body.get("wait", 10)))
    answer = query.answer or {"results": [], "button": None, "next_offset": ""}
    return {"inline_query": query.id, "answered": query.answer is not None, **answer}


def choose(telegram: Telegram, user: User, body: Json) -> Post:
    """Send one of the results of an inline query."""
    query = telegram.world.inline.get(str(body.get("inline_query")))
    results = query.answer["results"] if query is not None and query.answer is not None else []
    result = next((one for one in results if one["id"] == body.get("result")), None)
    if result is None:
        raise Impossible(404, f"there is no result {body.get('result')!r}")
    chat: Chat = place(telegram, user, body)
    kind, content = chosen_content(telegram, result)
    extra: Json = {"via_bot": telegram.world.bot.api}
    if result.get("reply_markup"):
        extra["reply_markup"] = result["reply_markup"]
    return say(telegram, user, chat, kind, content, body=body, extra=extra)
