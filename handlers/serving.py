"""The knowledge base that serves now, and what keeps it so: asked at every turn, exchanged whole between two."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from knowledge.errors import Problem
from knowledge.library import KnowledgeBase

Check = Callable[[Path], Awaitable[tuple[Problem, ...]]]
"""Checks a folder as ``kb check`` does, away from the serving loop."""


class CheckFailed(Exception):  # noqa: N818 - not the author's error
    """The check itself did not come to an end; the message says why. Nothing is known about the folder."""


class Serving:
    """Holds the base that serves. Whoever takes a turn asks ``current`` once, and keeps what it got to the end."""

    __slots__ = ("base",)

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base

    def current(self) -> KnowledgeBase:
        """The base that serves at this moment."""
        return self.base

    def exchange(self, base: KnowledgeBase) -> None:
        """Serve another base from the next turn on."""
        self.base = base


@dataclass(frozen=True, slots=True)
class Status:
    """How it stands with the folder: the version that serves and since when; ``faults``: why the newest does not."""

    version: str
    since: datetime
    faults: tuple[Problem, ...] = ()


class Keeper(Protocol):
    """Keeps the serving base up to date with its folder."""

    def status(self) -> Status:
        """How it stands."""

    async def check(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the folder as it is now, warnings included. Raises ``CheckFailed``."""

    async def reload(self) -> Status:
        """Take the folder as it is now, if it is good; how it stands afterwards. Raises ``CheckFailed``."""


def errors_in(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Those of them with which a base never serves."""
    return tuple(problem for problem in problems if problem.level == "error")
