"""Where tickets live in the support groups, as far as is known."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from storage.database import Storage
from storage.tickets import Tickets


@dataclass(slots=True)
class Place:
    """Where a ticket lives in a support group, and how its topic looks as far as we know."""

    topic: int | None = None
    chat: int | None = None
    """The group that the topic is in."""
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
            topic, chat, card = await self._storage.read(lambda unit: _stored_place(unit.tickets, ticket))
            place = self._known.setdefault(ticket, Place(topic, chat, card))
            if len(self._known) > self.MOST:
                self._known.popitem(last=False)
        return place

    async def copy_of(self, origin: tuple[int, int], chat: int) -> int | None:
        """The message in ``chat`` that is the newest copy of another one."""
        linked = await self._storage.read(lambda unit: unit.tickets.linked(*origin))
        return next((message for where, message in reversed(linked) if where == chat), None)

    def found(self, ticket: int, chat: int, topic: int) -> None:
        """A topic of ours turned up whose creation was never answered."""
        place = self._known.get(ticket)
        if place is not None and place.topic is None:
            place.topic, place.chat, place.closed = topic, chat, False

    def changed(self, chat: int, topic: int) -> None:
        """Somebody closed, reopened or renamed a topic: how it looks is not known any more."""
        for place in self._known.values():
            if (place.chat, place.topic) == (chat, topic):
                place.looks = place.closed = None


def _stored_place(tickets: Tickets, ticket: int) -> tuple[int | None, int | None, int | None]:
    found = tickets.by_number(ticket)
    return (None, None, None) if found is None else (found.topic, found.topic_chat, found.card)


def forgotten(place: Place, *, homeless: bool = False) -> None:
    """The place's topic is gone, and its card with it."""
    place.topic = place.chat = place.card = place.looks = place.closed = None
    place.homeless = homeless
