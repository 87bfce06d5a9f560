"""Which files a knowledge base is made of: hidden ones (backups, what editors leave behind) never belong to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

SUFFIXES = (".yaml", ".md")


def base_files(folder: Path) -> list[Path]:
    """Every file of the base, in the order of their paths. A folder that vanishes meanwhile has no files."""
    return sorted(_below(folder))


def hidden(name: str) -> bool:
    """Whether a file or folder of this name is nobody's content: ``.backup``, ``.#phrases.yaml``, ``a.md~``."""
    return name.startswith((".", "#", "~")) or name.endswith("~")


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not hidden(name)]
        for name in names:
            file = Path(place, name)
            if file.suffix in SUFFIXES and not hidden(name) and file.is_file():
                yield file


def signature(folder: Path) -> tuple[tuple[str, int, int, int], ...]:
    """Name, inode, time and size of every file: cheap to take, and different after every change to the base."""
    found = []
    for file in base_files(folder):
        try:
            about = file.stat()
        except OSError:
            continue  # gone since it was listed: the next signature is without it
        found.append((file.relative_to(folder).as_posix(), about.st_ino, about.st_mtime_ns, about.st_size))
    return tuple(found)
