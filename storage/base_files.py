"""Files of the knowledge base changed from outside: proposed, put in place whole, undone; nothing out of the folder.

A change lives in ``.backup/<token>`` of the base: the names that it may be for, the new content and the content before.
Hidden folders are no part of a base. Every step may be repeated: what counts is what the file holds, not what was done.
"""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from knowledge.files import SUFFIXES, files

MOST_BYTES = 512 * 1024
MOST_KEPT = 100
"""Changes that are kept to be undone; the oldest go."""
BACKUP = ".backup"
_TOKEN = re.compile(r"[0-9a-z]{1,24}")
_ADDED = re.compile(r"(?<=\.md)\.txt$|(?<=\.yaml)\.txt$", re.IGNORECASE)
_COPY_OF = re.compile(r" ?\(\d+\)(?=\.[a-z]+$)")
"""What browsers and telephones add to the name of a file that is there already."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change to one file. ``name`` is its path below the folder; None while several of ``names`` could be meant."""

    token: str
    names: tuple[str, ...]
    name: str | None
    sender: int


Outcome = Literal["done", "outdated"]
"""outdated: the file holds something else by now, and was left alone."""


class BaseFiles:
    """The files of one base. Blocking; raises ``OSError`` where the folder cannot be read or written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> tuple[str, ...]:
        """Every file that may be changed; links are none of them, wherever they lead."""
        found = (file.relative_to(self.folder) for file in files(self.folder))
        whole = self.folder.resolve()
        return tuple(name.as_posix() for name in found if (self.folder / name).resolve() == whole / name)

    def meant(self, sent: str, hint: str = "") -> tuple[str, ...]:
        """The files that a sent file may be for, by its name; ``hint`` (a path, a folder, a locale) decides between."""
        name = _COPY_OF.sub("", _named(sent).replace("\\", "/").rpartition("/")[2])
        same = tuple(each for each in self.names() if each.rpartition("/")[2] == name)
        hint = hint.strip().strip("/")
        fitting = tuple(each for each in same if hint and (each == hint or each.startswith(f"{hint}/")))
        return fitting or same

    def propose(self, token: str, names: Iterable[str], content: bytes, sender: int) -> Change:
        """Keep a change until it is confirmed."""
        change = Change(token, tuple(names), None, sender)
        place = self._place(token)
        place.mkdir(parents=True, exist_ok=True)
        write_whole(place / "new", content)
        self._forget()
        return self.choose(token, 0, change) if len(change.names) == 1 else self._keep(change)

    def choose(self, token: str, index: int, change: Change | None = None) -> Change:
        """Which of the names is meant. What the file holds now is the content before. Raises ``LookupError``."""
        change = change or self.change(token)
        name = change.names[index]
        if change.name is None:
            write_whole(self._place(token) / "old", self._file(name).read_bytes())
            change = self._keep(Change(token, change.names, name, change.sender))
        return change

    def change(self, token: str) -> Change:
        """A change that is kept. Raises ``LookupError`` when there is none."""
        try:
            told = json.loads((self._place(token) / "change.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise LookupError(token) from None
        return Change(token, tuple(told["names"]), told["name"], told["sender"])

    def difference(self, change: Change) -> list[str]:
        """The lines that go and come, as ``diff -u`` writes them; none when both are the same."""
        old, new = (
            (self._place(change.token) / each).read_bytes().decode("utf-8", "replace") for each in ("old", "new")
        )
        lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=1, lineterm="")
        return list(lines)[2:]

    def draft(self, change: Change, folder: Path) -> Path:
        """The whole base as it would be, copied to ``folder``; returns that folder without links in its path."""
        folder = folder.resolve()
        for name in self.names():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.folder / name, target)
        if change.name is not None:
            shutil.copyfile(self._place(change.token) / "new", folder / change.name)
        return folder

    def put(self, change: Change) -> Outcome:
        """Put the new content in place."""
        return self._exchange(change, "old", "new")

    def undo(self, change: Change) -> Outcome:
        """Put back the content before."""
        return self._exchange(change, "new", "old")

    def drop(self, change: Change) -> None:
        """Forget a change that was not confirmed."""
        shutil.rmtree(self._place(change.token), ignore_errors=True)

    def _exchange(self, change: Change, expected: str, wanted: str) -> Outcome:
        if change.name is None:
            return "outdated"
        place, file = self._place(change.token), self._file(change.name)
        now, after = file.read_bytes(), (place / wanted).read_bytes()
        if now == after:
            return "done"
        if now != (place / expected).read_bytes():
            return "outdated"
        write_whole(file, after)
        return "done"

    def _file(self, name: str) -> Path:
        """A file of the base by its name, which must be one of ``names``: nothing else is ever opened or written."""
        if name not in self.names():
            raise FileNotFoundError(f"{name} is no file of the knowledge base")
        return self.folder / name

    def _place(self, token: str) -> Path:
        if not _TOKEN.fullmatch(token):
            raise LookupError(token)
        backup = self.folder / BACKUP
        if backup.is_symlink():
            raise PermissionError(f"{BACKUP} is a link")
        return backup / token

    def _keep(self, change: Change) -> Change:
        told = {"names": change.names, "name": change.name, "sender": change.sender}
        write_whole(self._place(change.token) / "change.json", json.dumps(told, ensure_ascii=False).encode())
        return change

    def _forget(self) -> None:
        kept = sorted((self.folder / BACKUP).iterdir(), key=lambda place: place.stat().st_mtime_ns, reverse=True)
        for place in kept[MOST_KEPT:]:
            shutil.rmtree(place, ignore_errors=True)


def is_content(name: str) -> bool:
    """Whether a file of this name could belong to a base."""
    return Path(_named(name).lower()).suffix in SUFFIXES


def _named(sent: str) -> str:
    """A sent file's name without the second ending that phones and editors add: ``guide_documents.md.txt``."""
    return _ADDED.sub("", sent)


def write_whole(file: Path, content: bytes) -> None:
    """Put a file in place whole: it holds the old content or the new one, whatever happens meanwhile."""
    part = file.with_name(f".{file.name}.part")
    with contextlib.suppress(FileNotFoundError):
        part.unlink()  # never through a link that somebody put there
    try:
        with part.open("xb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        if file.exists():
            shutil.copymode(file, part)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
