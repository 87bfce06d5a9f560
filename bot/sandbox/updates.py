"""Updates for the bot: one queue, forgotten as Telegram forgets them, read by polling or given to a webhook."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from json import JSONEncoder
from typing import Any, Final

from bot.sandbox.refusals import bad, conflict
from bot.sandbox.table import UPDATES

SECOND_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_SET = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_ON_REQUEST: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
DEFAULT_KINDS: Final = frozenset(UPDATES) - _ON_REQUEST
_BATCHING = 0.002
"""Seconds that a waiting poll lets updates gather, as telegram-bot-api does."""

encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Update:
    """One update, already written as JSON. ``key`` names the lane in which a webhook keeps order."""

    __slots__ = ("body", "id", "key")

    def __init__(self, number: int, body: bytes, key: tuple[str, int]) -> None:
        self.id = number
        self.body = body
        self.key = key


class Updates:
    """The queue. ``on_new`` is the webhook's door; while it is None updates wait for getUpdates."""

    def __init__(self, *, keep: int = 100_000) -> None:
        self.queue: OrderedDict[int, Update] = OrderedDict()
        self.again: deque[Update] = deque()
        self.confirmed: deque[Update] = deque(maxlen=1_000)
        self.allowed: frozenset[str] = DEFAULT_KINDS
        self.allowed_named: list[str] = []
        self.on_new: Callable[[Update], None] | None = None
        self.drained = asyncio.Event()
        self.drained.set()
        self.last = 100_000_000
        self.made = self.delivered = self.forgotten = 0
        self.polled_at = float("-inf")
        self._keep = keep
        self._repeated: set[int] = set()
        self._shown: set[int] = set()
        self._poll: asyncio.Future[bool] | None = None
        self._handle: asyncio.TimerHandle | None = None

    def push(self, kind: str, value: Any, key: tuple[str, int]) -> int | None:
        """Queue an update if the bot asked for its kind; answers its id."""
        if kind not in self.allowed:
            return None
        self.last += 1
        body = f'{{"update_id":{self.last},"{kind}":{encode(value)}}}'.encode()
        update = Update(self.last, body, key)
        self.made += 1
        self.queue[update.id] = update
        self.drained.clear()
        if len(self.queue) > self._keep:
            self.queue.popitem(last=False)
        if self.on_new is not None:
            self.on_new(update)
        elif self._poll is not None and self._handle is None:
            self._handle = asyncio.get_running_loop().call_later(_BATCHING, self._end_poll, True)
        return update.id

    def allow(self, kinds: list[str] | None) -> None:
        """Take ``allowed_updates``: None keeps what was, an empty list is the default, unknown names are refused."""
        if kinds is None:
            return
        for kind in kinds:
            if kind not in UPDATES:
                raise bad(f"allowed_updates names {kind}, which is no kind of update")
        self.allowed = frozenset(kinds) if kinds else DEFAULT_KINDS
        self.allowed_named = list(kinds)

    def confirm(self, update: Update) -> None:
        """The bot has it: it is never shown again."""
        if self.queue.pop(update.id, None) is not None:
            self.forgotten += 1
            self.confirmed.append(update)
        self._repeated.discard(update.id)
        self._tell_if_drained()

    def _tell_if_drained(self) -> None:
        if not self.queue and not self._repeated:
            self.drained.set()

    def redeliver(self, count: int) -> list[int]:
        """Show the last confirmed updates once more, before newer ones, with their old ids."""
        chosen = list(self.confirmed)[-count:] if count > 0 else []
        if chosen:
            self._repeated.update(update.id for update in chosen)
            self.drained.clear()
        if self.on_new is not None:
            for update in chosen:
                self.on_new(update)
        else:
            self.again.extend(chosen)
            self._end_poll(True)
        return [update.id for update in chosen]

    def drop(self) -> None:
        """Forget everything that waits."""
        while self.queue:
            self.forgotten += 1
            self.queue.popitem(last=False)
        self.again.clear()
        self._repeated.clear()
        self._shown.clear()
        self.drained.set()

    def end_poll_for_webhook(self) -> None:
        """setWebhook ends a waiting poll with its own conflict."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(conflict("terminated by setWebhook request"))

    async def get(self, offset: int, limit: int, seconds: float, kinds: list[str] | None) -> bytes:
        """getUpdates: the JSON array of what is there, or of what comes within ``seconds``."""
        if self.on_new is not None:
            raise conflict(WEBHOOK_SET)
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(conflict(SECOND_POLLER))
        self.allow(kinds)
        self.polled_at = time.monotonic()
        self._forget_before(offset)
        if self._shown:
            self._repeated -= self._shown
            self._shown.clear()
            self._tell_if_drained()
        if not self.queue and not self.again and seconds > 0:
            await self._sleep(seconds)
            self.polled_at = time.monotonic()
        return self._batch(offset, min(max(limit, 1), 100))

    async def _sleep(self, seconds: float) -> None:
        poll: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._poll = poll
        timer = asyncio.get_running_loop().call_later(min(seconds, 50), self._time_up, poll)
        try:
            await poll
        finally:
            timer.cancel()
            if self._poll is poll:
                self._poll = None

    def _time_up(self, poll: asyncio.Future[bool]) -> None:
        if not poll.done():
            poll.set_result(False)

    def _end_poll(self, found: bool) -> None:
        self._handle = None
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(found)

    def _forget_before(self, offset: int) -> None:
        if offset < 0:
            while len(self.queue) > -offset:
                self.confirm(next(iter(self.queue.values())))
            return
        while self.queue:
            update = next(iter(self.queue.values()))
            if update.id >= offset:
                return
            self.confirm(update)

    def _batch(self, offset: int, limit: int) -> bytes:
        bodies: list[bytes] = []
        while self.again and len(bodies) < limit:
            update = self.again.popleft()
            self._shown.add(update.id)
            bodies.append(update.body)
        for update in self.queue.values():
            if len(bodies) >= limit:
                break
            if update.id >= offset:
                bodies.append(update.body)
        self.delivered += len(bodies)
        return b"[" + b",".join(bodies) + b"]"
