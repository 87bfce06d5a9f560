"""The support groups: the one that new topics are made in, and a second one for when Telegram lets no more into it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from knowledge.ticket import Ticket
from storage.groups import KeptGroup

Kind = Literal["removed", "gone", "not_forum", "rights", "full"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps a group from being written to until a person mends it. ``missing``: the bot's rights that are.

    ``removed``: the bot is not in it. ``gone``: no such group. ``not_forum``: its topics are turned off. ``rights``:
    the bot may not do all that it has to. ``full``: every new topic is lost, and there is no other group.
    """

    kind: Kind
    missing: tuple[str, ...] = ()


class Groups:
    """Which groups there are, by the ids that they have now. Without any, nothing is shown to staff."""

    def __init__(self, home: int | None = None, spare: int | None = None) -> None:
        self._named = tuple(dict.fromkeys(chat for chat in (home, spare) if chat is not None))
        self._moved: dict[int, int] = {}
        self._full: set[int] = set()

    def remember(self, kept: Iterable[KeptGroup]) -> None:
        """What was kept of an earlier run."""
        for group in kept:
            if group.moved_to is not None:
                self.move(group.chat, group.moved_to)
            if group.full_at is not None:
                self.fill(group.chat)

    def move(self, old: int, new: int) -> None:
        """The group has another id from now on."""
        self._moved[old] = new
        self._moved.pop(new, None)  # whatever it was called before: that is its id now

    def fill(self, chat: int) -> None:
        """No more topics are made in it; those that it has are used on."""
        self._full.add(chat)

    def now(self, chat: int) -> int:
        """The id that a chat has now."""
        while chat in self._moved:
            chat = self._moved[chat]
        return chat

    def all(self) -> tuple[int, ...]:
        """Every group, the first one first."""
        return tuple(dict.fromkeys(map(self.now, self._named)))

    def ours(self, chat: int) -> bool:
        """Whether this is a support group; an id that it had before is none any more."""
        return chat in self.all()

    @property
    def current(self) -> int | None:
        """The group in which new topics are made; a full one when there is no other."""
        groups = self.all()
        return next((chat for chat in groups if chat not in self._full), groups[0] if groups else None)

    def of(self, ticket: Ticket) -> int | None:
        """The group that a ticket's topic is in, or will be; None without any group."""
        there = ticket.topic_chat
        return there if there is not None and self.ours(there) else self.current
