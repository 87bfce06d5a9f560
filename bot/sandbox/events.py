"""What happened, in order: numbered, kept in a ring, and told to those who wait."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any


class Event:
    """One thing that happened. ``fields`` holds live objects; they are written out when somebody reads."""

    __slots__ = ("at", "chat", "fields", "id", "kind")

    def __init__(self, number: int, kind: str, chat: int | None, at: float, fields: dict[str, Any]) -> None:
        self.id = number
        self.kind = kind
        self.chat = chat
        self.at = at
        self.fields = fields


class Events:
    """A ring of events. Waiting costs nothing to chats that nobody waits for."""

    def __init__(self, now: Callable[[], float], keep: int) -> None:
        self.last = 0
        self._now = now
        self._ring: deque[Event] = deque(maxlen=keep)
        self._waiting: dict[int | None, list[asyncio.Future[None]]] = {}

    def emit(self, kind: str, chat: int | None, **fields: Any) -> int:
        """Record an event and wake those who wait; answers its number."""
        self.last += 1
        self._ring.append(Event(self.last, kind, chat, self._now(), fields))
        if self._waiting:
            self._wake(chat)
            if chat is not None:
                self._wake(None)
        return self.last

    def since(self, after: int, chat: int | None = None) -> Iterator[Event]:
        """Events after a number, oldest first, of one chat or of all."""
        if after >= self.last or not self._ring:
            return
        skip = max(0, after - self._ring[0].id + 1)
        for index in range(skip, len(self._ring)):
            event = self._ring[index]
            if chat is None or event.chat is None or event.chat == chat:
                yield event

    def forgotten(self, after: int) -> bool:
        """Whether events after this number are no longer all there."""
        return after < self.last and bool(self._ring) and after + 1 < self._ring[0].id

    async def wait(self, chat: int | None, seconds: float) -> bool:
        """Sleep until something happens in the chat (None: anywhere); False when the time is up."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(chat, [])
        waiting.append(future)
        try:
            async with asyncio.timeout(seconds):
                await future
        except TimeoutError:
            return False
        finally:
            if not future.done():
                future.cancel()
            self._forget(chat, future)
        return True

    def wake_all(self) -> None:
        """Let everybody look again (the clock jumped, the server stops)."""
        for chat in list(self._waiting):
            self._wake(chat)

    def _wake(self, chat: int | None) -> None:
        for future in self._waiting.pop(chat, ()):
            if not future.done():
                future.set_result(None)

    def _forget(self, chat: int | None, future: asyncio.Future[None]) -> None:
        waiting = self._waiting.get(chat)
        if waiting and future in waiting:
            waiting.remove(future)
            if not waiting:
                del self._waiting[chat]
