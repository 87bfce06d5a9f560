"""What polling and the webhook have in common: updates are redacted, kept, and only then acknowledged and worked on."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.redacting import ADJACENT_SECONDS, ALLOWABLE, Memory, Redacted, message_of, redact_update, scrub
from knowledge.redaction import redact
from storage.database import Storage
from storage.inbox import Arrival
from storage.unit import Unit

log = logging.getLogger(__name__)

ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "message_reaction",
    "my_chat_member",
    "chat_member",
)
"""The kinds of updates that the desk works with: those not listed are not sent."""
LARGEST = 512 * 1024
"""Characters of an update as JSON. Telegram's own stay far below."""
EXCERPT = 20_000
"""Characters that are kept of what is no update at all."""
_BY_HAND = ("forum_topic_closed", "forum_topic_reopened", "forum_topic_edited")
_ENCODER = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class TopicSeen:
    """A topic that we created and whose service message told us so, perhaps after its answer was lost."""

    chat: int
    name: str
    topic: int


@dataclass(frozen=True, slots=True)
class _Rejected:
    payload: str
    error: str
    update_id: int | None
    lane: str


@dataclass(slots=True)
class _Batch:
    arrivals: list[Arrival]
    rejected: list[_Rejected]
    topics: list[TopicSeen]
    scrubbed: list[tuple[int, str]]
    """Updates whose words held a part of a card number, and their lanes."""


def lane_of(update: Mapping[str, Any]) -> str:
    """What an update keeps its order with: the chat, in a forum the topic, without a chat the person."""
    for kind, event in update.items():
        if not isinstance(event, dict):
            continue
        message = event.get("message") if kind == "callback_query" else event
        message = message if isinstance(message, dict) else {}
        chat = message.get("chat")
        if isinstance(chat, dict) and "id" in chat:
            topic = message.get("message_thread_id") if message.get("is_topic_message") else None
            return f"{chat['id']}" if topic is None else f"{chat['id']}:{topic}"
        person = event.get("from")
        return f"user:{person.get('id')}" if isinstance(person, dict) else "other"
    return "other"


class Intake:
    """Takes updates into the inbox. ``hand_on`` gets the new ones after their commit, in order."""

    def __init__(
        self,
        storage: Storage,
        clock: Callable[[], datetime],
        hand_on: Callable[[Sequence[Arrival]], None],
        *,
        bot_id: int,
        topic_found: Callable[[int, int, int], None] | None = None,
        topic_changed: Callable[[int, int], None] | None = None,
    ) -> None:
        """``topic_found`` hears of a ticket's topic (ticket, group, topic), ``topic_changed`` of one that a person
        closed, reopened or renamed (group, topic).
        """
        self._storage = storage
        self._clock = clock
        self._hand_on = hand_on
        self._bot_id = bot_id
        self._topic_found = topic_found
        self._topic_changed = topic_changed
        self._memory = Memory()

    async def remember(self) -> None:
        """At the start: the last two minutes of each chat, so that a restart parts no number from its other half."""
        since = self._clock() - timedelta(seconds=ADJACENT_SECONDS)
        for arrival in await self._storage.read(lambda unit: unit.inbox.since(since)):
            if arrival.payload:
                self._memory.note(json.loads(arrival.payload))

    async def take(self, updates: Sequence[Any]) -> None:
        """Keep updates; when this returns they are durable. Raises StorageError when they could not be kept.

        An entry that is no update, or too large for one, is kept as given up: it neither gets lost nor comes again.
        """
        batch = _Batch([], [], [], [])
        now = self._clock()
        for update in updates:
            await self._add(batch, update, now)
        new, topics = await self._storage.run(lambda unit: _keep(unit, batch, now))
        for ticket, chat, topic in topics:
            log.info("ticket %s: its topic %s was created although no answer came", ticket, topic)
            if self._topic_found is not None:
                self._topic_found(ticket, chat, topic)
        if new:
            self._hand_on(new)

    async def reject(self, error: str) -> None:
        """Keep a note of something that arrived and was not even JSON."""
        now = self._clock()
        await self._storage.run(lambda unit: unit.inbox.reject("", error, now))

    async def _add(self, batch: _Batch, update: Any, now: datetime) -> None:
        update_id = update.get("update_id") if isinstance(update, dict) else None
        if not isinstance(update_id, int) or isinstance(update_id, bool):
            batch.rejected.append(
                _Rejected(_whatever(update), f"not an update: {type(update).__name__}", None, "other")
            )
            return
        try:
            redacted = await self._redact(update)
            lane, payload = lane_of(update), _ENCODER.encode(redacted.update)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            batch.rejected.append(
                _Rejected(_whatever(update), f"malformed: {type(error).__name__}", update_id, "other")
            )
            return
        if len(payload) > LARGEST:
            batch.rejected.append(_Rejected(payload, f"too large: {len(payload)} characters", update_id, lane))
            return
        if redacted.joined is not None:
            batch.scrubbed.append((redacted.joined.update_id, lane))
        if (seen := self._topic_of(update)) is not None:
            batch.topics.append(seen)
        batch.arrivals.append(Arrival(update_id, lane, payload, now))

    async def _redact(self, update: Mapping[str, Any]) -> Redacted:
        own = message_of(update)
        edited = own is None or own[0].startswith("edited")
        before = None if own is None or edited else self._memory.before(own[1]["chat"]["id"], own[1].get("date", 0))
        redacted = redact_update(update, before=before)
        if redacted.found and own is not None:
            chat: int = own[1]["chat"]["id"]
            asked = (await self._storage.read(lambda unit: unit.cases.asked([chat]))).get(chat)
            if asked in ALLOWABLE:
                redacted = redact_update(update, allow=frozenset({asked}), before=before)
        self._memory.note(redacted.update)
        return redacted

    def _topic_of(self, update: Mapping[str, Any]) -> TopicSeen | None:
        message = update.get("message")
        if not isinstance(message, dict):
            return None
        ours = message.get("from", {}).get("id") == self._bot_id
        topic = message.get("message_thread_id")
        if self._topic_changed is not None and topic and not ours and any(kind in message for kind in _BY_HAND):
            self._topic_changed(int(message["chat"]["id"]), int(topic))
        if "forum_topic_created" not in message or not ours:
            return None
        name = str(message["forum_topic_created"].get("name", ""))
        return TopicSeen(int(message["chat"]["id"]), name, int(message["message_thread_id"]))


def _scrub(unit: Unit, update_id: int, lane: str, now: datetime) -> None:
    """Take the words out of an update that is kept; those of an album's part are with the lane's last albums."""
    kept = {update_id: unit.inbox.payload(update_id) or ""}
    if not kept[update_id]:
        since = now - timedelta(seconds=2 * ADJACENT_SECONDS)
        kept = {each.update_id: each.payload for each in unit.inbox.since(since, lane) if '"album":' in each.payload}
    for number, payload in kept.items():
        if payload:
            unit.inbox.rewrite(number, _ENCODER.encode(scrub(json.loads(payload))))


def _whatever(found: Any) -> str:
    """What is not understood, for whoever looks into it: without card numbers, or not at all."""
    try:
        return redact(json.dumps(found, ensure_ascii=False)[:EXCERPT]).text
    except (TypeError, ValueError, RecursionError):
        return ""


def _keep(unit: Unit, batch: _Batch, now: datetime) -> tuple[tuple[Arrival, ...], list[tuple[int, int, int]]]:
    """One commit for a whole batch: what is new, and the topics that tickets were waiting for."""
    new = unit.inbox.take(batch.arrivals)
    for bad in batch.rejected:
        unit.inbox.reject(bad.payload, bad.error, now, update_id=bad.update_id, lane=bad.lane)
    for update_id, lane in batch.scrubbed:
        _scrub(unit, update_id, lane, now)
    adopted: list[tuple[int, int, int]] = []
    for seen in batch.topics:
        number = unit.outbox.ticket_of_topic_name(seen.chat, seen.name)
        ticket = None if number is None else unit.tickets.by_number(number)
        if ticket is not None and ticket.topic is None:
            unit.tickets.place_topic(ticket.number, seen.topic, seen.chat)
            adopted.append((ticket.number, seen.chat, seen.topic))
    return new, adopted
