"""The letters of one chat or topic: in order, one at a time, and how the first of them fares."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from heapq import heappop, heappush

from knowledge.postings import Posting
from storage.outbox import Letter

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0


class Lane:
    """Letters that wait, and how often the first one failed, by others' fault (``pauses``) or ours (``mishaps``).

    ``unsure``: those that may have been sent already. ``held``: the one that waits for its group to be mended.
    """

    __slots__ = ("held", "letters", "mishaps", "pauses", "roused", "unsure", "wake")

    def __init__(self) -> None:
        self.letters: list[tuple[bool, int, Letter]] = []
        self.mishaps = 0
        self.pauses = 0
        self.unsure: set[int] = set()
        self.held: int | None = None
        self.roused = False
        self.wake = asyncio.Event()

    @property
    def first(self) -> Letter:
        """The letter whose turn it is."""
        return self.letters[0][2]

    def add(self, letter: Letter) -> None:
        """Put a letter in its place."""
        heappush(self.letters, (*letter.order, letter))
        self.wake.set()

    def drop(self, letter: Letter) -> None:
        """Done with it; the next one begins without a past."""
        if self.letters and self.first is letter:
            heappop(self.letters)
        else:  # something came to the front meanwhile
            self.letters = [entry for entry in self.letters if entry[2].id != letter.id]
        self.unsure.discard(letter.id)
        self.pauses = self.mishaps = 0

    def readdress(self, letter: Letter, posting: Posting) -> Letter:
        """A letter as it goes out: what is remembered of it afterwards names where it went."""
        changed = replace(letter, posting=posting)
        self.letters = [(*changed.order, changed) if each is letter else (front, id, each)
                        for front, id, each in self.letters]  # fmt: skip
        return changed

    def pause(self) -> float:
        """The seconds to wait after one more failure."""
        self.pauses += 1
        pause: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(self.pauses - 1, 8))
        return pause * random.uniform(0.7, 1.3)  # noqa: S311

    def rouse(self) -> None:
        """Try again now, whatever was waited for."""
        self.roused = True
        self.wake.set()

    async def rest(self, seconds: float) -> None:
        """Wait, but hear of what comes to the front, and of being roused."""
        self.wake.clear()
        first = self.first.id if self.letters else None
        time = asyncio.get_running_loop().time
        deadline = time() + seconds
        while not self.roused and (left := deadline - time()) > 0:
            try:
                await asyncio.wait_for(self.wake.wait(), left)
            except TimeoutError:
                return
            self.wake.clear()
            if self.letters and self.first.id != first:
                return
