"""Which files a base is made of, and files beside them that look as if they were meant to be but are read by nobody."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from knowledge.fields import near

SHARED = ("causes.yaml", "acquirers.yaml", "calendar.yaml", "providers.yaml", "forms.yaml", "departments.yaml")
"""The files that know no language."""
SPOKEN = ("phrases.yaml", "off_topic.yaml")
"""The files of one locale, beside its articles."""
LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
SUFFIXES = (".yaml", ".md")
"""What is read; nothing else is content."""
_MISTAKEN = frozenset({".yml", ".markdown", ".txt", ".yaml", ".md", ".mdown"})


def files(folder: Path) -> tuple[Path, ...]:
    """All files of a base in a steady order: what is hidden (an editor's, a backup's) left out, links followed.

    A folder that is mounted from a cluster's configuration is links into a hidden folder: they count, it does not.
    """
    found: list[Path] = []
    seen: set[str] = set()
    for here, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(here)
        # a link that leads back up would be walked for ever
        folders[:] = [] if real in seen else sorted(name for name in folders if not hidden(name))
        if real not in seen:
            found.extend(Path(here) / name for name in names if Path(name).suffix in SUFFIXES and not hidden(name))
        seen.add(real)
    return tuple(sorted(path for path in found if path.is_file()))


def hidden(name: str) -> bool:
    """Whether a file or folder of this name is not the author's: ``.backup``, ``.#phrases.yaml``, ``a.md~``."""
    return name.startswith((".", "#", "~")) or name.endswith("~")


def signature(folder: Path) -> tuple[tuple[str, int, int, int], ...]:
    """Name, inode, time and size of every file: cheap to take, and different after every change to the base."""
    found = []
    for file in files(folder):
        try:
            about = file.stat()
        except OSError:
            continue  # gone since it was listed: the next signature is without it
        found.append((file.relative_to(folder).as_posix(), about.st_ino, about.st_mtime_ns, about.st_size))
    return tuple(found)


def articles(folder: Path, within: str = "articles") -> tuple[Path, ...]:
    """The article files of one locale's folder, or those of another folder in it."""
    return tuple(sorted(file for file in (folder / within).glob("*.md") if not hidden(file.name)))


def strays(folder: Path) -> Iterator[tuple[Path, str]]:
    """Files and folders that nobody reads though their names look so, and what to do about each."""
    for place in sorted(folder.iterdir()):
        if hidden(place.name):
            continue
        if not place.is_dir():
            yield from _stray(place, SHARED)
        elif LOCALE.fullmatch(place.name):
            for file in sorted(place.iterdir()):
                if not hidden(file.name) and not file.is_dir():
                    yield from _stray(file, SPOKEN)
            yield from _unread_articles(place / "articles")
            yield from _unread_articles(place / "canned")
        elif (place / "phrases.yaml").exists() or (place / "articles").is_dir():
            yield place, "Name the folder as a language, such as zh, en or pt-BR."


def _stray(file: Path, known: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    if file.name in known or file.suffix.lower() not in _MISTAKEN:
        return
    meant = near(f"{file.stem}.yaml", known)
    if meant:
        remedy = f"{meant} is read: keep one of the two." if file.with_name(meant).exists() else f"Name it {meant}."
        yield file, remedy


def _unread_articles(folder: Path) -> Iterator[tuple[Path, str]]:
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not hidden(file.name) and file.suffix != ".md" and file.suffix.lower() in _MISTAKEN | {""}:
            name = file.stem.removesuffix(".md")
            yield file, "Articles lie in this folder itself." if file.is_dir() else f"Name it {name}.md."
