"""The matcher learns in a process of its own, and what it learnt is kept for the next start.

``python -m bot.learning`` reads questions as JSON and writes what they teach as bytes. It is not for people.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import os
import sys
from functools import cache
from pathlib import Path

from bot.beside import BesideFailed, beside, give_way
from knowledge import matching, wordvectors
from knowledge.library import KnowledgeBase, Shelf

log = logging.getLogger(__name__)

FOLDER = Path("var", "learnt")
KEPT = 8
"""How many files stay: two locales of the newest bases. Losing one costs the seconds of learning again."""
_METHOD = (
    "directions",
    "features",
    "learning",
    "matching",
    "packing",
    "regression",
    "side_by_side",
    "sounds",
    "text",
    "wordvectors",
)


class Learner:
    """Has the rankers of a base learnt: out of ``folder`` if they were learnt before, else beside the program."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    async def __call__(self, base: KnowledgeBase) -> None:
        """Learn what the base has not learnt yet."""
        for shelf in base.shelves.values():
            if not shelf.has_learnt:
                await self._learn(shelf)

    async def _learn(self, shelf: Shelf) -> None:
        asked = _asked(shelf)
        file = self._folder / hashlib.sha256(_method() + asked).hexdigest()[:32]
        if await asyncio.to_thread(_recalled, shelf, file):
            return
        try:
            learnt = await beside("bot.learning", given=asked)
            await asyncio.to_thread(shelf.recall, learnt)
        except (BesideFailed, OSError, ValueError) as error:
            log.warning("the matcher learns in this process, since it could not beside it: %s", error)
            await asyncio.to_thread(lambda: shelf.ranker)
        else:
            await asyncio.to_thread(_keep, file, learnt)


def _asked(shelf: Shelf) -> bytes:
    given = {"entries": shelf.entries, "off_topic": shelf.off_topic}
    return json.dumps(given, ensure_ascii=False).encode("utf-8", "replace")


@cache
def _method() -> bytes:
    """Changes with the code that learns and with the word vectors: what another version learnt is not taken over."""
    files = [Path(matching.__file__).with_name(f"{name}.py") for name in _METHOD]
    return hashlib.sha256(b"".join(file.read_bytes() for file in (*files, *wordvectors.FILES))).digest()


def _recalled(shelf: Shelf, file: Path) -> bool:
    """Take over what is in the file; False when there is none, or it is spoilt."""
    try:
        shelf.recall(file.read_bytes())
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        log.info("what was learnt before cannot be used: %s: %s", file, error)
        return False
    return True


def _keep(file: Path, learnt: bytes) -> None:
    """Write the file whole or not at all, and let the oldest go. A folder that cannot be written to is no harm."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}")
        part.write_bytes(learnt)
        part.replace(file)
        kept = sorted(file.parent.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)
    except OSError as error:
        log.info("what was learnt is not kept: %s", error)
        return
    for old in kept[KEPT:]:
        with contextlib.suppress(OSError):  # another process was faster
            old.unlink()


def main() -> int:
    """Learn from standard input, write to standard output."""
    give_way()
    given = json.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(matching.Ranker(given["entries"], given["off_topic"]).learnt)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
