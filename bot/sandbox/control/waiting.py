"""Waiting for what the bot does, so that nobody needs to sleep and hope."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

from bot.sandbox import people
from bot.sandbox.control.routes import Asked, route
from bot.sandbox.refusals import Impossible
from bot.sandbox.views import post_view
from bot.sandbox.world import Chat, Post

Json = dict[str, Any]


class Wanted:
    """Which messages of a chat count."""

    def __init__(self, asked: Asked, chat: Chat) -> None:
        query = asked.query
        self.chat = chat
        self.after = asked.number("after", asked.telegram.events.last)
        self.count = asked.number("count", 1)
        self.text = query.get("text", "")
        self.thread = asked.optional("thread")
        self.edits = query.get("edits") == "1"
        self.kind = query.get("kind", "")
        self.anybody = query.get("from") == "any"
        self.quiet = asked.seconds("quiet", 0) / 1000

    def found(self) -> list[Post]:
        """All that count so far, oldest first."""
        found: list[Post] = []
        for post in reversed(self.chat.messages.values()):
            if not self.edits and post.event <= self.after:
                break
            if self._moment(post) > self.after and self._counts(post):
                found.append(post)
        found.reverse()
        return found

    def cursor(self, asked: Asked, found: list[Post]) -> int:
        """Where to go on: after what counted, so that what came behind it can still be waited for."""
        if not found or self.quiet:
            return asked.telegram.events.last
        return max(self._moment(post) for post in found)

    def _moment(self, post: Post) -> int:
        """The event that counts: the message's own, or its last edit."""
        return max(post.event, post.edited) if self.edits else post.event

    def _counts(self, post: Post) -> bool:
        if post.deleted or not (post.out or self.anybody):
            return False
        if post.kind != self.kind and (self.kind or post.kind == "service"):
            return False
        if self.thread is not None and (post.thread or 0) != self.thread:
            return False
        return not self.text or self.text in (post.message.get("text") or post.message.get("caption") or "")


@route("GET", "wait")
async def wait(asked: Asked) -> Json:
    seconds = max(0.0, min(asked.seconds("timeout", 10), 120))
    if asked.query.get("drained") == "1":
        return await _drained(asked, seconds)
    if "chat" not in asked.query:
        raise Impossible(400, "give the chat to wait for, or drained=1")
    wanted = Wanted(asked, people.chat_by_id(asked.telegram, asked.number("chat", 0)))
    end = time.monotonic() + seconds
    found = wanted.found()
    while len(found) < wanted.count:
        left = end - time.monotonic()
        if left <= 0 or not await asked.telegram.events.wait(wanted.chat.id, left):
            found = wanted.found()
            break
        found = wanted.found()
    matched = len(found) >= wanted.count
    if matched and wanted.quiet > 0:
        matched = await _quiet(asked, wanted, end)
        found = wanted.found()
    return {"matched": matched, "messages": [post_view(post) for post in found], "cursor": wanted.cursor(asked, found)}


async def _quiet(asked: Asked, wanted: Wanted, end: float) -> bool:
    """Whether the bot falls silent in the chat before the time is up."""
    events = asked.telegram.events
    seen, since = events.last, time.monotonic()
    while True:
        left = since + wanted.quiet - time.monotonic()
        if left <= 0:
            return True
        if time.monotonic() >= end:
            return False
        if await events.wait(wanted.chat.id, min(left, max(0.0, end - time.monotonic()))):
            if any(event.kind in {"message", "edited", "deleted"} for event in events.since(seen, wanted.chat.id)):
                since = time.monotonic()
            seen = events.last


async def _drained(asked: Asked, seconds: float) -> Json:
    updates = asked.telegram.updates
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await updates.drained.wait()
    return {"matched": updates.drained.is_set(), "pending": len(updates.queue)}
