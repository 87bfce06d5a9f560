"""What knowledge admins are told of the base: that it is broken, once for each fault, and that it is good again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from markupsafe import Markup

from knowledge.errors import Problem
from knowledge.library import KnowledgeBase
from knowledge.postings import Text
from storage.database import Storage
from storage.unit import Unit

REFUSED, SERVED = "base_refused", "base_served"
SHOWN = 12
"""So many problems are listed in a message; the rest is counted."""
LONGEST = 230
"""Characters of a problem that is shown: twelve of them fit into a message."""


class Reports:
    """Tells the admins. Of several processes that find the same, one tells it."""

    def __init__(
        self,
        storage: Storage,
        base: Callable[[], KnowledgeBase],
        clock: Callable[[], datetime],
        admins: Sequence[int],
    ) -> None:
        self.storage = storage
        self.base = base
        self.clock = clock
        self.admins = tuple(admins)

    async def refused(self, version: str, problems: Sequence[Problem]) -> None:
        """The folder became ``version``, which cannot serve."""

        def work(unit: Unit) -> None:
            before = unit.audit.turned(self.clock(), REFUSED, SERVED, version)
            if before is None or (before.action, before.detail.get("what")) != (REFUSED, version):
                self._tell(unit, "base_refused", problems=listed(problems), more=len(problems[SHOWN:]))

        await self.storage.run(work)

    async def serves(self, version: str) -> None:
        """``version`` serves now. Admins hear of it when the one before it was refused."""

        def work(unit: Unit) -> None:
            before = unit.audit.turned(self.clock(), SERVED, REFUSED, version)
            if before is not None and before.action == REFUSED:
                self._tell(unit, "base_good_again", version=version)

        await self.storage.run(work)

    def _tell(self, unit: Unit, phrase: str, **values: object) -> None:
        base, now = self.base(), self.clock()
        html = str(base.phrase(base.default_locale, phrase, **values))
        for admin in self.admins:
            unit.outbox.post(Text(admin, html), now)


def listed(problems: Sequence[Problem]) -> list[str]:
    """The first problems as lines: where, what, and what to do."""
    return [shortened(str(problem)) for problem in problems[:SHOWN]]


def shortened(line: str, most: int = LONGEST) -> str:
    """A line of at most so many characters."""
    return line if len(line) <= most else f"{line[: most - 1]}…"


def joined(parts: Sequence[Markup]) -> str:
    """Paragraphs of one message."""
    return str(Markup("\n\n").join(part for part in parts if part))
