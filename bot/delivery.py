"""One posting delivered: which calls it takes, and what their refusals mean."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot import drawing, speaking
from bot.holding import Holds, Need, trouble_in
from bot.icons import Icons
from bot.places import Place, Places
from bot.telegram import Call, Done, Outcome, Refused, Telegram, Unanswered
from handlers.groups import Groups, Trouble
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
Message = Text | Album | Copy | Picture
"""New messages; those for a ticket go into its topic."""
InTopic = Message | Topic | Card
"""What needs a ticket's topic, or makes it."""


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


@dataclass(frozen=True, slots=True)
class Held:
    """A support group has to be mended first; what needs it waits. ``aside``: nothing that comes after has to wait."""

    chat: int
    trouble: Trouble
    aside: bool = False


Delivery = Delivered | Later | Impossible | TopicLost | Moved | Held


class Courier:
    """Delivers one posting at a time per lane; keeps no letters, decides on no retries."""

    def __init__(
        self,
        telegram: Telegram,
        places: Places,
        groups: Groups,
        holds: Holds,
        catch_up: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._telegram = telegram
        self.icons = Icons(telegram)
        self._places = places
        self._groups = groups
        self._holds = holds
        self._catch_up = catch_up

    async def addressed(self, posting: Posting) -> Posting:
        """The posting as it is to be delivered now: to the group in which its ticket lives, by the id that it has now.

        A message that it answers is in the group that was meant; elsewhere there is another one of that number.
        """
        if posting.chat > 0 or isinstance(posting, Answer | Suggest):
            return posting
        chat = self._groups.now(posting.chat)
        if isinstance(posting, InTopic) and posting.ticket is not None and self._groups.ours(chat):
            place = await self._places.of(posting.ticket)
            lives = place.chat is not None and self._groups.ours(place.chat)
            chat = (place.chat if lives else self._groups.current) or chat
        if chat == posting.chat:
            return posting
        if isinstance(posting, Message):
            return replace(posting, chat=chat, reply_to=None)
        return replace(posting, chat=chat) if isinstance(posting, Topic | Card) else posting

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
                return await self._changed(posting)
            case Delete():
                return await self._all(speaking.delete_calls(posting))
            case React():
                delivery = self._judged(await self._telegram.call(speaking.react_call(posting)), posting.chat)
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
        return await self._send(speaking.text_calls(posting, place), posting.ticket)

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
        return await self._send((speaking.picture_call(posting, png, place),), posting.ticket)

    async def _copy(self, posting: Album | Copy) -> Delivery:
        place = await self._place(posting.chat, posting.ticket)
        if isinstance(place, TopicLost):
            return place
        if isinstance(posting, Album):
            call, wanted = speaking.album_call(posting, place), len(posting.parts)
        else:
            call, wanted = speaking.copy_call(posting, place), len(posting.messages)
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

    async def _changed(self, posting: Edit) -> Delivery:
        if posting.origin is not None:
            copy = await self._places.copy_of(posting.origin, posting.chat)
            if copy is None:
                return Impossible("what was to be changed was never sent")
            posting = replace(posting, message=copy, origin=None)
        return await self._edit(speaking.edit_call(posting))

    async def _edit(self, call: Call) -> Delivery:
        outcome = await self._telegram.call(call)
        if isinstance(outcome, Refused) and outcome.says("there is no text in the message"):
            outcome = await self._telegram.call(speaking.caption_call(call))
        if isinstance(outcome, Refused) and outcome.says("can't parse entities"):
            outcome = await self._telegram.call(speaking.plain(call))
        return self._judged(outcome, int(call.params["chat_id"]))

    async def _all(self, calls: tuple[Call, ...]) -> Delivery:
        delivery: Delivery = Delivered()
        for call in calls:
            delivery = self._judged(await self._telegram.call(call), int(call.params["chat_id"]))
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
            icon = await self.icons.id_of(posting.icon)
            call = speaking.edit_topic_call(posting, place.topic, icon)
            delivery = self._judged(await self._telegram.call(call), posting.chat)
            if not isinstance(delivery, Delivered):
                return await self._unshown(delivery, posting)
            place.looks = looks
        return await self._open_or_close(posting, place, place.topic)

    async def _create_topic(self, posting: Topic, place: Place) -> Delivery:
        icon = await self.icons.id_of(posting.icon)
        outcome = await self._telegram.call(speaking.create_topic_call(posting, icon))
        if not isinstance(outcome, Done):
            delivery = self._judged(outcome, posting.chat)
            place.homeless = isinstance(delivery, Impossible)
            return delivery
        if place.topic is None:
            place.topic, place.chat = int(outcome.result["message_thread_id"]), posting.chat
        place.looks, place.closed, place.homeless = (posting.name, posting.icon), False, False
        return await self._open_or_close(posting, place, place.topic)

    async def _open_or_close(self, posting: Topic, place: Place, topic: int) -> Delivery:
        if place.closed != posting.closed:
            call = speaking.topic_state_call(posting.chat, topic, closed=posting.closed)
            delivery = self._judged(await self._telegram.call(call), posting.chat)
            if not isinstance(delivery, Delivered):
                return await self._unshown(delivery, posting)
            place.closed = posting.closed
        return Delivered((topic,))

    async def _unshown(self, delivery: Delivery, posting: Topic) -> Delivery:
        """A topic that is there but may not be changed keeps nobody waiting: it will look right later."""
        if isinstance(delivery, Held) and delivery.trouble.kind == "rights":
            return replace(delivery, aside=True)
        return await self._lost(delivery, posting.chat, posting.ticket)

    async def _card(self, posting: Card) -> Delivery:
        place = await self._places.of(posting.ticket)
        if place.card is not None:
            delivery = await self._edit(speaking.card_edit_call(posting, place.card))
            gone = isinstance(delivery, Delivered) and delivery.note and "not modified" not in delivery.note.lower()
            if not gone:
                return delivery
            place.card = None
        topic = await self._place(posting.chat, posting.ticket)
        if isinstance(topic, TopicLost):
            return topic
        delivery = await self._send(speaking.text_calls(posting, topic), posting.ticket)
        if not isinstance(delivery, Delivered):
            return delivery
        place.card = delivery.messages[-1]
        pinned = await self._telegram.call(speaking.pin_call(posting.chat, place.card))
        return Delivered((place.card,), None if isinstance(pinned, Done) else f"not pinned: {pinned}")

    async def _refusal(self, outcome: Outcome, call: Call, ticket: int | None) -> Delivery:
        chat = int(call.params["chat_id"])
        delivery = self._judged(outcome, chat)
        if isinstance(outcome, Refused) and outcome.says("topic_closed") and call.params.get("message_thread_id"):
            topic = int(call.params["message_thread_id"])
            reopened = await self._telegram.call(speaking.topic_state_call(chat, topic, closed=False))
            return Later("the topic was closed", 0.0) if isinstance(reopened, Done) else self._judged(reopened, chat)
        return delivery if ticket is None else await self._lost(delivery, chat, ticket)

    def _judged(self, outcome: Outcome, chat: int) -> Delivery:
        """What an outcome means, a support group's troubles included."""
        delivery = _delivery(outcome)
        if isinstance(delivery, Impossible) and self._groups.ours(chat):
            trouble = trouble_in(delivery.reason)
            return delivery if trouble is None else Held(chat, trouble)
        return delivery

    async def _lost(self, delivery: Delivery, chat: int, ticket: int) -> Delivery:
        """A topic that Telegram does not find is gone, unless the whole group's topics are turned off."""
        if not isinstance(delivery, Impossible) or not any(part in delivery.reason.lower() for part in _NO_TOPIC):
            return delivery
        if self._groups.ours(chat):
            found = await self._telegram.call(Call("getChat", {"chat_id": chat}))
            if isinstance(found, Done) and not found.result.get("is_forum"):
                return Held(chat, Trouble("not_forum"))
        return TopicLost(ticket)

    async def instead(self, posting: Posting) -> Delivery | None:
        """What is known beforehand: that it has to wait, that its topic is lost, or that its message is."""
        if posting.chat > 0 or isinstance(posting, Answer | Suggest):
            return None
        need: Need = "group"
        if isinstance(posting, InTopic) and posting.ticket is not None:
            place = await self._places.of(posting.ticket)
            if place.chat is not None and place.chat != posting.chat:
                return TopicLost(posting.ticket)  # in a group that is ours no more
            need = "topic" if place.topic is not None else "group" if place.homeless else "new topic"
        elif self._groups.now(posting.chat) != posting.chat:
            return Delivered(note="the group has moved since, and its messages have other numbers")
        trouble = self._holds.stops(posting.chat, need)
        return None if trouble is None else Held(posting.chat, trouble)

    async def _place(self, chat: int, ticket: int | None) -> int | TopicLost | None:
        """The topic to send to: none for private chats and for tickets that can have no topic."""
        if ticket is None or chat > 0:
            return None
        place = await self._places.of(ticket)
        if place.homeless:
            return None
        return TopicLost(ticket) if place.topic is None else place.topic


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
