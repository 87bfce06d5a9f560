"""One posting delivered: which calls it takes, and what their refusals mean."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot import drawing, speaking
from bot.telegram import Call, Done, Outcome, Refused, Telegram, Unanswered
from knowledge.postings import (
    Album,
    Answer,
    Card,
    Copy,
    Delete,
    Edit,
    Picture,
    Posting,
    React,
    Suggest,
    Text,
    Topic,
)
from storage.database import Storage
from storage.tickets import Tickets

log = logging.getLogger(__name__)

_SETTLED = (
    "message is not modified",
    "message to delete not found",
    "message to edit not found",
    "message_id_invalid",
    "query is too old",
    "query id is invalid",
    "topic_not_modified",
    "message identifier is not specified",
)
"""Refusals that say: it is so already, or there is nothing left to do it to."""
_NO_TOPIC = ("thread not found", "topic_deleted", "topic_id_invalid", "topic not found")
_NOT_THE_LETTER = (401, 404, 409)
"""Codes that say something about the token or the server, nothing about what was sent."""
HOPEFUL_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Delivered:
    """Telegram has it. ``messages``: what it became (for a topic: the topic); ``note``: anything odd."""

    messages: tuple[int, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Not now. ``seconds`` is what Telegram asked for, None to back off; ``unsure``: it may have been done."""

    reason: str
    seconds: float | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Impossible:
    """Never: what Telegram says."""

    reason: str


@dataclass(frozen=True, slots=True)
class TopicLost:
    """The ticket has no topic (any more): one must be made before this can be delivered."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Moved:
    """The group became a supergroup with this id."""

    chat: int


Delivery = Delivered | Later | Impossible | TopicLost | Moved


@dataclass(slots=True)
class Place:
    """Where a ticket lives in the support group, and how its topic looks as far as we know."""

    topic: int | None = None
    card: int | None = None
    looks: tuple[str, str] | None = None
    closed: bool | None = None
    shown: dict[str, int] = field(default_factory=dict)
    """By kind of posting, the newest letter that the topic or the card shows."""
    homeless: bool = False
    """No topic can be made for it: its messages go to the group itself rather than nowhere."""


class Places:
    """The tickets' places, read once from storage and then known."""

    MOST = 5000

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._known: OrderedDict[int, Place] = OrderedDict()

    async def of(self, ticket: int) -> Place:
        """The ticket's place."""
        place = self._known.get(ticket)
        if place is None:
            topic, card = await self._storage.read(lambda unit: _stored_place(unit.tickets, ticket))
            place = self._known.setdefault(ticket, Place(topic, card))
            if len(self._known) > self.MOST:
                self._known.popitem(last=False)
        return place

    def found(self, ticket: int, topic: int) -> None:
        """A topic of ours turned up whose creation was never answered."""
        place = self._known.get(ticket)
        if place is not None and place.topic is None:
            place.topic, place.closed = topic, False


def _stored_place(tickets: Tickets, ticket: int) -> tuple[int | None, int | None]:
    found = tickets.by_number(ticket)
    return (None, None) if found is None else (found.topic, found.card)


class Courier:
    """Delivers one posting at a time per lane; keeps no letters, decides on no retries."""

    def __init__(
        self, telegram: Telegram, places: Places, catch_up: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        self._telegram = telegram
        self._places = places
        self._catch_up = catch_up
        self._icons: dict[str, str] | None = None
        self._moved: dict[int, int] = {}

    def moved(self, old: int, new: int) -> None:
        """From now on the old group is the new one."""
        self._moved[old] = new

    async def deliver(self, posting: Posting, *, unsure: bool = False) -> Delivery:
        """Deliver it. ``unsure``: an earlier attempt may have succeeded without our hearing of it."""
        match posting:
            case Text():
                return await self._text(posting)
            case Album() | Copy():
                return await self._copy(posting)
            case Picture():
                return await self._picture(posting)
            case Edit():
                return await self._edit(speaking.edit_call(posting, self._chat(posting.chat)))
            case Delete():
                return await self._all(speaking.delete_calls(posting, self._chat(posting.chat)))
            case React():
                delivery = _delivery(await self._telegram.call(speaking.react_call(posting, self._chat(posting.chat))))
                # an emoji that bots may not set, a message that is gone: nothing is lost by it
                return Delivered(note=delivery.reason) if isinstance(delivery, Impossible) else delivery
            case Suggest():
                return _delivery(await self._telegram.call(speaking.suggest_call(posting)))
            case Answer():
                return _delivery(await self._telegram.call(speaking.answer_call(posting)))
            case Topic():
                return await self._topic(posting, unsure)
            case Card():
                return await self._card(posting)
        return Impossible("not to be delivered")

    async def _text(self, posting: Text) -> Delivery:
        place = await self._place(posting.chat, posting.ticket)
        if isinstance(place, TopicLost):
            return place
        return await self._send(speaking.text_calls(posting, place, self._chat(posting.chat)), posting.ticket)

    async def _send(self, calls: tuple[Call, ...], ticket: int | None) -> Delivery:
        messages: list[int] = []
        note: str | None = None
        for call in calls:
            outcome, odd = await self._parsed(call)
            note = odd or note
            if not isinstance(outcome, Done):
                return await self._refusal(outcome, call, ticket)
            messages.append(int(outcome.result["message_id"]))
        return Delivered(tuple(messages), note)

    async def _picture(self, posting: Picture) -> Delivery:
        place = await self._place(posting.chat, posting.ticket)
        if isinstance(place, TopicLost):
            return place
        png = await asyncio.to_thread(drawing.png, posting.drawing)
        call = speaking.picture_call(posting, png, place, self._chat(posting.chat))
        return await self._send((call,), posting.ticket)

    async def _copy(self, posting: Album | Copy) -> Delivery:
        place = await self._place(posting.chat, posting.ticket)
        if isinstance(place, TopicLost):
            return place
        chat = self._chat(posting.chat)
        if isinstance(posting, Album):
            call, wanted = speaking.album_call(posting, place, chat), len(posting.parts)
        else:
            call, wanted = speaking.copy_call(posting, place, chat), len(posting.messages)
        outcome, note = await self._parsed(call)
        if not isinstance(outcome, Done):
            return await self._refusal(outcome, call, posting.ticket)
        made = outcome.result if isinstance(outcome.result, list) else [outcome.result]
        ids = tuple(int(each["message_id"]) for each in made)
        if len(ids) == wanted:
            return Delivered(ids, note)
        if not ids:
            return Impossible("none of the messages could be copied")
        return Delivered((), f"{len(ids)} of {wanted} messages were copied: {ids}")

    async def _parsed(self, call: Call) -> tuple[Outcome, str | None]:
        """Make the call; words that Telegram cannot parse go out plain, and a note says so."""
        outcome = await self._telegram.call(call)
        if not (isinstance(outcome, Refused) and outcome.says("can't parse entities", "unsupported start tag")):
            return outcome, None
        log.error("%s could not be parsed and goes out plain: %s", call.method, outcome.description)
        return await self._telegram.call(speaking.plain(call)), outcome.description

    async def _edit(self, call: Call) -> Delivery:
        outcome = await self._telegram.call(call)
        if isinstance(outcome, Refused) and outcome.says("there is no text in the message"):
            outcome = await self._telegram.call(speaking.caption_call(call))
        if isinstance(outcome, Refused) and outcome.says("can't parse entities"):
            outcome = await self._telegram.call(speaking.plain(call))
        return _delivery(outcome)

    async def _all(self, calls: tuple[Call, ...]) -> Delivery:
        delivery: Delivery = Delivered()
        for call in calls:
            delivery = _delivery(await self._telegram.call(call))
            if not isinstance(delivery, Delivered):
                break
        return delivery

    async def _topic(self, posting: Topic, unsure: bool) -> Delivery:
        place = await self._places.of(posting.ticket)
        if place.topic is None and unsure and self._catch_up is not None:
            await self._catch_up()  # if the topic was made, its service message says so now
        if place.topic is None:
            return await self._create_topic(posting, place)
        looks = (posting.name, posting.icon)
        if place.looks != looks:
            icon = await self._icon(posting.icon)
            call = speaking.edit_topic_call(posting, place.topic, icon, self._chat(posting.chat))
            delivery = _delivery(await self._telegram.call(call))
            if not isinstance(delivery, Delivered):
                return self._lost(delivery, posting.ticket)
            place.looks = looks
        return await self._open_or_close(posting, place, place.topic)

    async def _create_topic(self, posting: Topic, place: Place) -> Delivery:
        icon = await self._icon(posting.icon)
        outcome = await self._telegram.call(speaking.create_topic_call(posting, icon, self._chat(posting.chat)))
        if not isinstance(outcome, Done):
            delivery = _delivery(outcome)
            place.homeless = isinstance(delivery, Impossible)
            return delivery
        if place.topic is None:
            place.topic = int(outcome.result["message_thread_id"])
        place.looks, place.closed, place.homeless = (posting.name, posting.icon), False, False
        return await self._open_or_close(posting, place, place.topic)

    async def _open_or_close(self, posting: Topic, place: Place, topic: int) -> Delivery:
        if place.closed != posting.closed:
            call = speaking.topic_state_call(self._chat(posting.chat), topic, closed=posting.closed)
            delivery = _delivery(await self._telegram.call(call))
            if not isinstance(delivery, Delivered):
                return self._lost(delivery, posting.ticket)
            place.closed = posting.closed
        return Delivered((topic,))

    async def _card(self, posting: Card) -> Delivery:
        place = await self._places.of(posting.ticket)
        chat = self._chat(posting.chat)
        if place.card is not None:
            delivery = await self._edit(speaking.card_edit_call(posting, place.card, chat))
            gone = isinstance(delivery, Delivered) and delivery.note and "not modified" not in delivery.note.lower()
            if not gone:
                return delivery
            place.card = None
        topic = await self._place(posting.chat, posting.ticket)
        if isinstance(topic, TopicLost):
            return topic
        delivery = await self._send(speaking.text_calls(posting, topic, chat), posting.ticket)
        if not isinstance(delivery, Delivered):
            return delivery
        place.card = delivery.messages[-1]
        pinned = await self._telegram.call(speaking.pin_call(chat, place.card))
        return Delivered((place.card,), None if isinstance(pinned, Done) else f"not pinned: {pinned}")

    async def _refusal(self, outcome: Outcome, call: Call, ticket: int | None) -> Delivery:
        delivery = _delivery(outcome)
        if isinstance(outcome, Refused) and outcome.says("topic_closed") and call.params.get("message_thread_id"):
            chat, topic = int(call.params["chat_id"]), int(call.params["message_thread_id"])
            reopened = await self._telegram.call(speaking.topic_state_call(chat, topic, closed=False))
            return Later("the topic was closed", 0.0) if isinstance(reopened, Done) else delivery
        return delivery if ticket is None else self._lost(delivery, ticket)

    def _lost(self, delivery: Delivery, ticket: int) -> Delivery:
        if isinstance(delivery, Impossible) and any(part in delivery.reason.lower() for part in _NO_TOPIC):
            return TopicLost(ticket)
        return delivery

    async def _place(self, chat: int, ticket: int | None) -> int | TopicLost | None:
        """The topic to send to: none for private chats and for tickets that can have no topic."""
        if ticket is None or chat > 0:
            return None
        place = await self._places.of(ticket)
        if place.homeless:
            return None
        return TopicLost(ticket) if place.topic is None else place.topic

    async def _icon(self, icon: str) -> str | None:
        """A topic's icon is one of a few custom emoji that Telegram lists; the rest would be refused."""
        if not icon or icon.isdigit():
            return icon or None
        if self._icons is None:
            listed = await self._telegram.call(Call("getForumTopicIconStickers"))
            if not isinstance(listed, Done):
                return None
            self._icons = {
                each["emoji"]: each["custom_emoji_id"] for each in listed.result if "custom_emoji_id" in each
            }
        return self._icons.get(icon)

    def _chat(self, chat: int) -> int:
        return self._moved.get(chat, chat)


def forgotten(place: Place, *, homeless: bool = False) -> None:
    """The place's topic is gone, and its card with it."""
    place.topic = place.card = place.looks = place.closed = None
    place.homeless = homeless


def _delivery(outcome: Outcome) -> Delivery:
    """What an outcome means for a posting that needs no more of its result."""
    if isinstance(outcome, Done):
        return Delivered()
    if isinstance(outcome, Unanswered):
        return Later(outcome.reason, unsure=outcome.reached)
    if outcome.retry_after is not None:
        return Later(outcome.description, float(outcome.retry_after))
    if outcome.migrate_to is not None:
        return Moved(outcome.migrate_to)
    if outcome.code in _NOT_THE_LETTER:
        log.error("Telegram does not take our calls: %s %s", outcome.code, outcome.description)
        return Later(outcome.description, HOPEFUL_SECONDS)
    if outcome.says(*_SETTLED):
        return Delivered(note=outcome.description)
    return Impossible(outcome.description)
