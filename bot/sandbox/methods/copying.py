"""Copies and forwards: one or many, albums as albums."""

from __future__ import annotations

from typing import Any

from bot.sandbox import access
from bot.sandbox.methods.register import plays
from bot.sandbox.methods.sending import Place, caption_content, origin
from bot.sandbox.refusals import bad
from bot.sandbox.telegram import Telegram, content_of
from bot.sandbox.world import Post

Json = dict[str, Any]


def _source(telegram: Telegram, parameters: Json, role: str) -> Post:
    chat = access.readable(telegram, parameters["from_chat_id"])
    return access.message(telegram, chat, parameters["message_id"], role)


def _portable(post: Post) -> bool:
    return post.kind not in {"service", "dice_pending"} and not post.message.get("has_protected_content")


@plays("copyMessage")
def copy_message(telegram: Telegram, parameters: Json) -> Json:
    post = _source(telegram, parameters, "message to copy")
    if not _portable(post):
        raise bad("message can't be copied")
    content = content_of(post.message)
    if parameters.get("caption") is not None and "text" not in content:
        content.pop("caption", None)
        content.pop("caption_entities", None)
        content |= caption_content(parameters)
    return {"message_id": Place(telegram, parameters).put(telegram, post.kind, content).id}


@plays("forwardMessage")
def forward_message(telegram: Telegram, parameters: Json) -> Json:
    post = _source(telegram, parameters, "message to forward")
    if not _portable(post):
        raise bad("message can't be forwarded")
    place = Place(telegram, parameters)
    place.extra["forward_origin"] = forwarded_from(post)
    return place.put(telegram, post.kind, content_of(post.message)).message


def forwarded_from(post: Post) -> Json:
    """The first origin of a message, kept over several forwards."""
    kept: Json | None = post.message.get("forward_origin")
    return kept or origin(post)


def _sources(telegram: Telegram, parameters: Json, role: str) -> list[Post]:
    numbers: list[int] = parameters["message_ids"]
    if not 1 <= len(numbers) <= 100:
        raise bad("too many message identifiers specified" if numbers else "message identifiers are not specified")
    if sorted(set(numbers)) != numbers:
        raise bad("message identifiers must be in a strictly increasing order")
    chat = access.readable(telegram, parameters["from_chat_id"])
    found = [telegram.find(chat, number) for number in numbers]
    posts = [post for post in found if post is not None and _portable(post)]
    if not posts:
        raise bad(f"there are no messages to {role}")
    return posts


def _put_all(telegram: Telegram, parameters: Json, posts: list[Post], *, forward: bool) -> list[Json]:
    place = Place(telegram, parameters, count=len(posts))
    albums: dict[str, str] = {}
    sent = []
    for post in posts:
        content = content_of(post.message)
        if parameters.get("remove_caption"):
            content.pop("caption", None)
            content.pop("caption_entities", None)
        album = post.message.get("media_group_id")
        if album:
            known = album in albums or sum(one.message.get("media_group_id") == album for one in posts) > 1
            if known:
                albums.setdefault(album, str(telegram.world.serial() + 13_000_000_000_000_000))
        place.extra.pop("media_group_id", None)
        if album in albums:
            place.extra["media_group_id"] = albums[album]
        if forward:
            place.extra["forward_origin"] = forwarded_from(post)
        sent.append({"message_id": place.put(telegram, post.kind, content).id})
    return sent


@plays("copyMessages")
def copy_messages(telegram: Telegram, parameters: Json) -> list[Json]:
    return _put_all(telegram, parameters, _sources(telegram, parameters, "copy"), forward=False)


@plays("forwardMessages")
def forward_messages(telegram: Telegram, parameters: Json) -> list[Json]:
    return _put_all(telegram, parameters, _sources(telegram, parameters, "forward"), forward=True)
