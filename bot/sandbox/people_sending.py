"""What a person sends: words, contacts, places, files and albums."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from bot.sandbox import people
from bot.sandbox.entities import with_found
from bot.sandbox.files import KINDS, File
from bot.sandbox.methods.media import EXCHANGEABLE, file_content, unchangeable
from bot.sandbox.people import place, say
from bot.sandbox.refusals import Impossible
from bot.sandbox.table import Upload
from bot.sandbox.telegram import Telegram
from bot.sandbox.world import Chat, Post, User

Json = dict[str, Any]

_SENT: Final = ("text", "contact", "location", "album", *sorted(KINDS))
_DETAILS: Final = ("width", "height", "duration", "length", "emoji", "title", "performer")
_ENDINGS: Final = {"photo": "image/jpeg", "document": "application/octet-stream", "voice": "audio/ogg",
                   "audio": "audio/mpeg", "sticker": "image/webp"}  # fmt: skip


def send(telegram: Telegram, user: User, body: Json) -> Post | list[Post]:
    """Send what the body holds; an album answers several messages."""
    chat = place(telegram, user, body)
    kinds = [name for name in _SENT if body.get(name) is not None]
    if len(kinds) != 1:
        raise Impossible(400, "give one of " + ", ".join(_SENT))
    kind = kinds[0]
    if kind == "album":
        return _album(telegram, user, chat, body)
    content = _content(telegram, user, kind, body)
    return say(telegram, user, chat, kind, content, body=body)


def edit(telegram: Telegram, user: User, body: Json) -> Post:
    """Edit one's own message: its words, or with a file in the body what it has in the place of its own, or besides."""
    kind = next((name for name in EXCHANGEABLE if name in body), None)
    if kind is None:
        return people.edit(telegram, user, body)
    post = people.own_message(telegram, user, body)
    if (reason := unchangeable(post, kind)) is not None:
        raise Impossible(409, reason)
    telegram.change(post, _content(telegram, user, kind, body), post.message.get("reply_markup"))
    post.kind = kind
    telegram.report(post, "edited_message")
    return post


def _content(telegram: Telegram, user: User, kind: str, body: Json) -> Json:
    match kind:
        case "text":
            return _words(str(body["text"]), 4096, "text", body.get("entities"))
        case "contact":
            return {"contact": contact(user, body["contact"])}
        case "location":
            point = body["location"]
            return {"location": {"latitude": float(point["latitude"]), "longitude": float(point["longitude"])}}
    file = given_file(telegram, kind, body[kind])
    content = file_content(file, body)
    if body.get("caption"):
        content |= _words(str(body["caption"]), 1024, "caption", body.get("entities"))
    return content


def _words(text: str, longest: int, name: str, entities: list[Json] | None) -> Json:
    text = text.strip()
    if not text:
        raise Impossible(400, f"an empty {name} cannot be sent")
    if len(text) > longest:
        raise Impossible(400, f"a {name} has at most {longest} characters; Telegram's apps split longer ones")
    content: Json = {name: text}
    found = with_found(text, entities or [])
    if found:
        content["entities" if name == "text" else "caption_entities"] = found
    return content


def contact(user: User, given: Any) -> Json:
    """The contact that a person shares: one's own, or another's."""
    if given == "own":
        if not user.phone:
            raise Impossible(409, f"user {user.id} has no phone number")
        own: Json = {"phone_number": user.phone.lstrip("+"), "first_name": user.first_name}
        if user.last_name:
            own["last_name"] = user.last_name
        return own | {"user_id": user.id}
    if not isinstance(given, dict) or not given.get("phone") or not given.get("first_name"):
        raise Impossible(400, 'a contact is "own" or has phone and first_name')
    other: Json = {"phone_number": str(given["phone"]), "first_name": str(given["first_name"])}
    if given.get("last_name"):
        other["last_name"] = str(given["last_name"])
    if given.get("user"):
        other["user_id"] = int(given["user"])
    return other


def given_file(telegram: Telegram, kind: str, given: Any) -> File:
    """The file that a body describes: data, a known file, a size, or nothing at all."""
    if not isinstance(given, dict):
        raise Impossible(400, f"{kind} is an object: data, file, size or nothing in it")
    details = {name: given[name] for name in _DETAILS if name in given}
    name = str(given.get("name") or "")
    if given.get("file"):
        found = telegram.files.find(str(given["file"]))
        if found is None or found.kind != kind:
            raise Impossible(404, f"there is no {kind} {given['file']}")
        return found
    mime = str(given.get("mime") or _ENDINGS.get(kind, "video/mp4"))
    if given.get("size"):
        return telegram.files.add(kind, Upload(name or kind, mime, b""), details, size=int(given["size"]))
    if "data" not in given:
        return telegram.files.made_up(kind, name, details)
    try:
        data = base64.b64decode(given["data"], validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise Impossible(400, "data is not base64") from None
    return telegram.files.add(kind, Upload(name or kind, mime, data), details)


def _album(telegram: Telegram, user: User, chat: Chat, body: Json) -> list[Post]:
    items: list[Json] = body["album"]
    if not isinstance(items, list) or not 2 <= len(items) <= 10:
        raise Impossible(400, "an album has 2 to 10 items")
    contents = []
    for item in items:
        kind = next((name for name in ("photo", "video", "document", "audio") if name in item), None)
        if kind is None:
            raise Impossible(400, "an album holds photos, videos, documents or audio files")
        contents.append((kind, _content(telegram, user, kind, item)))
    album = {"media_group_id": str(telegram.world.serial() + 13_000_000_000_000_000)}
    return [say(telegram, user, chat, kind, content, body=body, extra=album) for kind, content in contents]
