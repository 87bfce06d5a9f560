"""The bot's side: what it called, faults in its way, updates out of the ordinary."""

from __future__ import annotations

from itertools import islice
from typing import Any

from bot.sandbox.control.routes import Asked, route
from bot.sandbox.refusals import Impossible
from bot.sandbox.table import UPDATES
from bot.sandbox.telegram import Counters, Telegram
from bot.sandbox.world import Post

Json = dict[str, Any]


@route("GET", "faults")
async def list_faults(asked: Asked) -> list[Json]:
    return asked.telegram.faults.shown()


@route("POST", "faults")
async def order_fault(asked: Asked) -> Json:
    return asked.telegram.faults.order(asked.object()).shown()


@route("DELETE", "faults")
async def remove_faults(asked: Asked) -> Json:
    asked.telegram.faults.remove()
    return {}


@route("DELETE", "faults/*")
async def remove_fault(asked: Asked) -> Json:
    if not asked.telegram.faults.remove(asked.ids[0]):
        raise Impossible(404, f"there is no fault {asked.ids[0]}")
    return {}


@route("GET", "calls")
async def calls(asked: Asked) -> Json:
    found = asked.api.calls.since(asked.number("after", 0), asked.query.get("method"), asked.optional("chat"))
    shown = [call.shown() for call in islice(found, asked.number("limit", 1000))]
    return {"calls": shown, "cursor": shown[-1]["n"] if shown else asked.api.calls.last}


@route("GET", "counters")
async def counters(asked: Asked) -> Json:
    telegram = asked.telegram
    counted, updates = telegram.counters, telegram.updates
    return {
        "calls": counted.calls,
        "errors": {str(code): count for code, count in counted.errors.items()},
        "updates": {"made": updates.made, "delivered": updates.delivered, "confirmed": updates.forgotten},
        "messages": {
            "in": counted.incoming,
            "out": counted.outgoing,
            "edited": counted.edited,
            "deleted": counted.deleted,
        },
        "faults": telegram.faults.hits,
    }


@route("DELETE", "counters")
async def reset_counters(asked: Asked) -> Json:
    telegram = asked.telegram
    telegram.counters = Counters()
    telegram.updates.made = telegram.updates.delivered = telegram.updates.forgotten = 0
    telegram.faults.hits = 0
    return {}


@route("POST", "updates/redeliver")
async def redeliver(asked: Asked) -> Json:
    return {"updates": asked.telegram.updates.redeliver(int(asked.object().get("count", 1)))}


@route("POST", "updates")
async def raw_updates(asked: Asked) -> Json:
    body = asked.object()
    given = body["updates"] if "updates" in body else [body["update"]]
    return {"updates": [_push(asked.telegram, update) for update in given]}


def _push(telegram: Telegram, update: Json) -> int | None:
    (kind, value), *rest = update.items()
    if rest or kind not in UPDATES:
        raise Impossible(400, "an update has one field, named as the Bot API names it")
    if kind == "message":
        _remember(telegram, value)
    chat = (value.get("chat") or value.get("message", {}).get("chat") or value.get("from") or {}).get("id", 0)
    if kind in {"callback_query", "inline_query"}:
        return telegram.updates.push(kind, value, ("user", value["from"]["id"]))
    return telegram.updates.push(kind, value, ("chat", chat))


def _remember(telegram: Telegram, message: Json) -> None:
    """A raw message of somebody known is there like any other: it can be replied to, copied and deleted."""
    chat = telegram.world.chats.get(message.get("chat", {}).get("id"))
    user = telegram.world.users.get(message.get("from", {}).get("id"))
    if chat is None or user is None or message["message_id"] in chat.messages:
        return
    kinds = ("text", "photo", "document", "video", "voice", "video_note", "audio", "animation", "sticker", "location",
             "contact")  # fmt: skip
    kind = next((name for name in kinds if name in message), "service")
    post = Post(chat, user, kind, message, thread=message.get("message_thread_id"), at=telegram.now())
    telegram.world.keep_post(post)
    telegram.counters.incoming += 1
    post.event = post.changed = telegram.events.emit("message", chat.id, thread=post.thread, message=post)
