"""The parts of an album come as updates of their own: while they wait in the inbox they become one update.

Whatever ends the program meanwhile, the parts are in the inbox and are put together after the next start. A part that
comes later than all that is an update like any other: it follows alone.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from storage.database import Storage
from storage.errors import AlreadyDone, StorageError
from storage.inbox import Arrival

log = logging.getLogger(__name__)

QUIET = 0.6
"""Seconds without a further part after which an album is taken for whole; Telegram sends the parts at once."""
QUIET_AFTER_START = 3.0
"""The same for what an earlier run left: the rest may not have been asked for yet."""
MOST = 10
_SIGN = '"media_group_id":'
"""Within words the quotes would be escaped."""
_ENCODER = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))


def album_of(arrival: Arrival) -> str | None:
    """The album that the arrival's message is a part of."""
    if _SIGN not in arrival.payload:
        return None
    message = json.loads(arrival.payload).get("message")
    if not isinstance(message, Mapping) or "album" in message.get("settledesk", ()):
        return None
    album = message.get("media_group_id")
    return None if album is None else str(album)


def joined(parts: Sequence[Arrival]) -> Arrival:
    """The first arrival with the messages of all: the one that was written first, the others under ``settledesk``.

    What was taken out of any of them is noted as the whole's.
    """
    updates = [json.loads(part.payload) for part in parts]
    messages = sorted((update["message"] for update in updates), key=lambda message: int(message["message_id"]))
    notes: list[dict[str, Any]] = [message.get("settledesk", {}) for message in messages]
    note = {
        "removed": sorted({number for one in notes for number in one.get("removed", ())}),
        "joined": any(one.get("joined") for one in notes),
        "album": messages[1:],
    }
    whole = {**updates[0], "message": {**messages[0], "settledesk": note}}
    return replace(parts[0], payload=_ENCODER.encode(whole))


class Albums:
    """Puts albums together at the head of a lane. ``apart``: chats whose files each stand for themselves."""

    def __init__(
        self,
        storage: Storage,
        apart: Collection[int] = (),
        *,
        quiet: float = QUIET,
        quiet_after_start: float = QUIET_AFTER_START,
    ) -> None:
        self._storage = storage
        self._apart = frozenset(map(str, apart))
        self._quiet = quiet
        self._quiet_after_start = quiet_after_start
        self._waiting: dict[str, asyncio.Event] = {}
        self._left: frozenset[int] = frozenset()

    def left(self, arrivals: Sequence[Arrival]) -> None:
        """These are of an earlier run."""
        self._left = frozenset(arrival.update_id for arrival in arrivals)

    def heard(self, lane: str) -> None:
        """Something came into the lane."""
        waiting = self._waiting.get(lane)
        if waiting is not None:
            waiting.set()

    async def gather(self, name: str, lane: deque[Arrival]) -> None:
        """Wait until the album at the lane's head is whole, if there is one, and make it one arrival."""
        album = None if name in self._apart else album_of(lane[0])
        if album is None:
            return
        parts = await self._parts(name, lane, album)
        if len(parts) == 1:
            return
        whole = joined(parts)
        try:
            await self._storage.run(lambda unit: unit.inbox.join(whole, parts[1:]))
        except AlreadyDone:
            return
        except StorageError as error:
            log.warning("album %s waits for the database: %s", album, error)
            await asyncio.sleep(self._quiet)
            await self.gather(name, lane)
            return
        others = {part.update_id for part in parts[1:]}
        rest = [arrival for arrival in lane if arrival.update_id not in others]
        lane.clear()
        lane.extend((whole, *rest[1:]))

    async def _parts(self, name: str, lane: deque[Arrival], album: str) -> list[Arrival]:
        """Whatever else is said in the chat ends an album; so does silence."""
        while True:
            parts = [arrival for arrival in lane if album_of(arrival) == album]
            if len(parts) >= MOST or len(parts) < len(lane):
                return parts
            self._waiting[name] = event = asyncio.Event()
            patience = self._quiet_after_start if lane[0].update_id in self._left else self._quiet
            try:
                await asyncio.wait_for(event.wait(), patience)
            except TimeoutError:
                return parts
            finally:
                del self._waiting[name]
