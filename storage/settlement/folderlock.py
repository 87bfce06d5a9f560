"""One watcher for each folder: a lock that the system lets go of when its holder dies, however it dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
from collections.abc import Iterator
from pathlib import Path

__all__ = ["FolderTaken", "locked"]

NAME = ".settledesk-watch.lock"


class FolderTaken(Exception):  # noqa: N818 - an ordinary outcome
    """Somebody else watches this folder; the message says who, as far as is known."""


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder as long as the context lasts. Raises ``FolderTaken``; ``OSError`` if it is read-only."""
    with (folder / NAME).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise FolderTaken(f"{folder} is watched already by {file.read(200).strip() or 'another process'}") from None
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
        file.flush()
        yield  # the file stays: taking it away would let two watchers lock two different files
