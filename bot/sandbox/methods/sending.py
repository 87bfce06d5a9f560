"""Sending words, places and people; and the steps that every sending method shares."""

from __future__ import annotations

import random
from typing import Any

from bot.sandbox import access
from bot.sandbox.entities import Entities, read_text
from bot.sandbox.markup import read_markup
from bot.sandbox.methods.register import plays
from bot.sandbox.refusals import bad
from bot.sandbox.telegram import Telegram
from bot.sandbox.world import Chat, Post

Json = dict[str, Any]

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def words(parameters: Json, name: str = "text", given: str = "entities") -> tuple[str, Entities]:
    """Text or caption with entities, parsed; its length is not yet checked."""
    return read_text(parameters[name], parameters.get("parse_mode"), parameters.get(given))


def text_content(parameters: Json) -> Json:
    """The content of a text message; Refused when there is too little or too much of it."""
    text, entities = words(parameters)
    if not text:
        raise bad("text must be non-empty")
    if len(text) > 4096:
        raise bad("message is too long")
    content: Json = {"text": text}
    if entities:
        content["entities"] = entities
    if parameters.get("link_preview_options"):
        content["link_preview_options"] = parameters["link_preview_options"]
    return content


def caption_content(parameters: Json) -> Json:
    """The caption of a medium, if there is one; Refused when it is too long."""
    if not parameters.get("caption"):
        return {}
    caption, entities = words(parameters, "caption", "caption_entities")
    if len(caption) > 1024:
        raise bad("message caption is too long")
    content: Json = {"caption": caption} if caption else {}
    if entities:
        content["caption_entities"] = entities
    if parameters.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content


class Place:
    """Where a message goes, checked: the chat, its topic, the message replied to, and what comes along."""

    __slots__ = ("chat", "extra", "keyboard", "remove", "reply", "thread")

    def __init__(self, telegram: Telegram, parameters: Json, count: int = 1) -> None:
        chat = access.writable(telegram, parameters["chat_id"])
        markup = read_markup(parameters.get("reply_markup"), private=chat.user is not None)
        reply = access.replied(telegram, chat, parameters)
        self.thread = access.thread(chat, parameters.get("message_thread_id"), reply)
        telegram.limits.take(chat.id, private=chat.user is not None, count=count)
        self.chat: Chat = chat
        self.reply: Post | None = reply
        self.extra: Json = {}
        self.keyboard = markup.keyboard
        self.remove = markup.remove
        if markup.inline is not None:
            self.extra["reply_markup"] = markup.inline
        if parameters.get("protect_content"):
            self.extra["has_protected_content"] = True
        if parameters.get("message_effect_id"):
            self.extra["effect_id"] = parameters["message_effect_id"]
        if reply is not None:
            self._reply_extra(reply, parameters.get("reply_parameters") or {})

    def _reply_extra(self, reply: Post, wanted: Json) -> None:
        if wanted.get("quote"):
            quoted, _ = read_text(wanted["quote"], wanted.get("quote_parse_mode"), None)
            position = (reply.message.get("text") or reply.message.get("caption") or "").find(quoted)
            if position < 0:
                raise bad("QUOTE_TEXT_INVALID")
            self.extra["quote"] = {"text": quoted, "position": position, "is_manual": True}
        if reply.chat is not self.chat:
            self.extra["external_reply"] = {"origin": origin(reply), "chat": reply.chat.api, "message_id": reply.id}
            self.reply = None

    def put(self, telegram: Telegram, kind: str, content: Json) -> Post:
        """Send it."""
        post = telegram.post(
            self.chat, telegram.world.bot, kind, content, thread=self.thread, reply=self.reply, extra=self.extra
        )
        if self.keyboard is not None:
            telegram.show_keyboard(self.chat, {"message": post.id, **self.keyboard})
        elif self.remove:
            telegram.show_keyboard(self.chat, None)
        return post


def origin(post: Post) -> Json:
    """Where a forwarded or quoted message came from."""
    return {"type": "user", "sender_user": post.sender.api, "date": post.message["date"]}


def send(telegram: Telegram, parameters: Json, kind: str, content: Json) -> Json:
    """Send one message; answers it."""
    return Place(telegram, parameters).put(telegram, kind, content).message


@plays("sendMessage")
def send_message(telegram: Telegram, parameters: Json) -> Json:
    return send(telegram, parameters, "text", text_content(parameters))


@plays("sendLocation")
def send_location(telegram: Telegram, parameters: Json) -> Json:
    return send(telegram, parameters, "location", {"location": location(parameters)})


def location(parameters: Json) -> Json:
    """A point on earth; Refused when it is none."""
    latitude, longitude = parameters["latitude"], parameters["longitude"]
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("wrong latitude or longitude specified")
    return {"latitude": latitude, "longitude": longitude}


@plays("sendVenue")
def send_venue(telegram: Telegram, parameters: Json) -> Json:
    point = location(parameters)
    venue = {"location": point, "title": parameters["title"], "address": parameters["address"]}
    return send(telegram, parameters, "venue", {"venue": venue, "location": point})


@plays("sendContact")
def send_contact(telegram: Telegram, parameters: Json) -> Json:
    names = ("phone_number", "first_name", "last_name", "vcard")
    contact = {name: parameters[name] for name in names if name in parameters}
    return send(telegram, parameters, "contact", {"contact": contact})


@plays("sendDice")
def send_dice(telegram: Telegram, parameters: Json) -> Json:
    emoji = parameters.get("emoji", "🎲")
    most = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}.get(emoji)
    if most is None:
        raise bad("invalid dice emoji")
    value = random.Random(telegram.world.serial()).randint(1, most)  # noqa: S311 - a game, the same in every run
    return send(telegram, parameters, "dice", {"dice": {"emoji": emoji, "value": value}})


@plays("sendChatAction")
def send_chat_action(telegram: Telegram, parameters: Json) -> bool:
    if parameters["action"] not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat = access.writable(telegram, parameters["chat_id"])
    thread = access.thread(chat, parameters.get("message_thread_id"))
    telegram.show_typing(chat, thread, parameters["action"])
    return True
