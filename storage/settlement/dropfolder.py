"""A drop folder: what is put there is imported once it is complete, and moved to ``done`` or ``rejected``.

Looking at the folder again and again is all it takes: network shares tell nobody of what others write, and whether a
file is complete shows only in its having rested between two looks. Import, report and move follow each other so that a
kill between any two of them leaves the file where it was: it is imported again, which changes nothing, and moved.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import stat
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from storage.errors import StorageError, place_of
from storage.settlement.formats import sort_by_format
from storage.settlement.importing import Importer, ImportReport, Outcome
from storage.settlement.opening import MEGABYTE, Unopenable, open_parts, shown_name
from storage.settlement.reporting import lines_of
from storage.workers import translated

__all__ = ["DropFolder", "Handled"]

log = logging.getLogger(__name__)

UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
"""Ends of names that programs give to files while they write them."""
PASSED_OVER = (".DS_Store", "._", ".nfs")
"""Beginnings of hidden names that systems leave behind: they do not say that a folder is still being filled."""
_Verdict = Literal["done", "rejected"]
DONE: _Verdict = "done"
REJECTED: _Verdict = "rejected"
PATIENCE = 60.0
"""Seconds that a zip without an end may rest before it counts as broken off: some clients write with long breaks."""
_State = tuple[tuple[str, int, int, int], ...]
"""Name, size, time of change and number of every file in an entry."""


@dataclass(frozen=True)
class Handled:
    """What became of one delivery. ``waits``: nothing yet, ``says`` tells why; it is tried again at the next look."""

    names: tuple[str, ...]
    verdict: Literal["done", "rejected", "waits"]
    says: str = ""
    moved: tuple[Path, ...] = ()
    reports: tuple[ImportReport, ...] = ()


@dataclass
class _Seen:
    """An entry as it looked when it last changed, and since when it looks so (seconds of a steady clock)."""

    state: _State
    since: float


@dataclass(frozen=True)
class _Judged:
    """A delivery that was imported or refused and only has to be moved."""

    state: _State
    verdict: _Verdict
    reports: tuple[ImportReport, ...]


class DropFolder:
    """Takes what is dropped into ``folder``. ``every``: seconds that a file has to rest; ``clock``: the desk's time."""

    def __init__(
        self,
        folder: Path,
        importer: Importer,
        clock: Callable[[], datetime],
        *,
        every: float = 5.0,
        keep_good: bool = False,
        patience: float = 0.0,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder, self.importer, self.clock = folder, importer, clock
        self.every, self.keep_good, self.patience, self.steady = every, keep_good, patience, steady
        self._seen: dict[str, _Seen] = {}
        self._judged: dict[str, _Judged] = {}
        self._told: dict[tuple[str, ...], str] = {}
        self._unfinished: tuple[str, ...] = ()

    @property
    def waiting(self) -> tuple[str, ...]:
        """Names that were there at the last look and have not been taken."""
        return tuple(sorted(shown_name(name) for name in (*self._seen, *self._unfinished)))

    def look(self) -> Iterator[Handled]:
        """Look once: take what is complete, oldest first. What waits is told once, until the reason is another one."""
        entries = self._entries()
        there = {shown_name(name) for name in self._seen}
        for names in list(self._told):
            if not set(names) <= there:
                del self._told[names]
        for delivery in self._deliveries(entries):
            handled = self._handle(delivery)
            if handled.verdict != "waits":
                self._told.pop(handled.names, None)
                yield handled
            elif self._told.get(handled.names) != handled.says:
                self._told[handled.names] = handled.says
                yield handled

    # What is there, and what of it is complete

    def _entries(self) -> dict[str, _Seen]:
        """Everything that may be taken one day, by name. Raises ``OSError`` when the folder itself cannot be read."""
        now = self.steady()
        found: dict[str, _Seen] = {}
        names = os.listdir(self.folder)  # noqa: PTH208 - names are all that is wanted
        self._unfinished = tuple(name for name in names if _unfinished(name) and not name.startswith("."))
        for name in names:
            if name in (DONE, REJECTED) or _unfinished(name):
                continue
            state = _state(self.folder / name)
            if state is None:
                continue
            before = self._seen.get(name)
            found[name] = before if before is not None and before.state == state else _Seen(state, now)
            if found[name] is not before:
                self._judged.pop(name, None)
        self._seen = found
        return found

    def _rests(self, seen: _Seen) -> bool:
        return bool(seen.state) and self.steady() - seen.since >= self.every

    def _deliveries(self, entries: Mapping[str, _Seen]) -> list[tuple[Path, ...]]:
        """What is complete, oldest first; loose files that refer to each other (merchants and payouts) together."""
        alone: list[tuple[Path, ...]] = []
        groups: list[dict[str, Path]] = []
        held = False
        for name in sorted(entries, key=lambda name: (_age(entries[name].state), name)):
            path, complete = self.folder / name, self._rests(entries[name])
            role = None if path.is_dir() or name in self._judged else _role(path)
            if role is not None and not complete:
                held = True  # what belongs to it may still be on its way
            elif role is not None:
                if not groups or role in groups[-1]:
                    groups.append({})
                groups[-1][role] = path
            elif complete:
                alone.append((path,))
        together = [] if held else [tuple(group.values()) for group in groups]
        return sorted([*alone, *together], key=lambda paths: max(_age(entries[path.name].state) for path in paths))

    # What becomes of it

    def _handle(self, paths: tuple[Path, ...]) -> Handled:
        shown = tuple(shown_name(path.name) for path in paths)
        judged = self._judged.get(paths[0].name)
        if judged is None:
            found = self._judge(paths)
            if isinstance(found, str):
                return Handled(shown, "waits", found)
            judged = found
        moved, trouble = [], ""
        for path in paths:
            try:
                moved.append(self._put_away(path, judged))
            except OSError as error:
                trouble = f"cannot be moved to {judged.verdict}: {_why(error)}; it stays here"
                self._judged[path.name] = _Judged(self._seen[path.name].state, judged.verdict, judged.reports)
            else:
                self._seen.pop(path.name, None)
                self._judged.pop(path.name, None)
        if trouble:
            return Handled(shown, "waits", trouble, tuple(moved), judged.reports)
        return Handled(shown, judged.verdict, "", tuple(moved), judged.reports)

    def _judge(self, paths: tuple[Path, ...]) -> _Judged | str:
        """Import it; why it has to wait when it cannot be decided yet."""
        trouble = next((trouble for path in paths if (trouble := self._not_yet(path))), None)
        if trouble is not None:
            return trouble
        refused = next((refused for path in paths if (refused := _unfit(path))), None)
        outcome = _outcome_of(refused) if refused else self._import(paths)
        if isinstance(outcome, str):
            return outcome
        for path in paths:
            if _state(path) != self._seen[path.name].state:
                self._seen.pop(path.name, None)  # looked at anew, as if it had just come
                return "it changed while it was read"
            if any(report.state == "unreadable" for report in outcome.reports):
                try:
                    _read_through(path)
                except OSError as error:
                    return f"cannot be read: {_why(error)}"
        bad = any(report.state in ("rejected", "unreadable") for report in outcome.reports)
        return _Judged(self._seen[paths[0].name].state, REJECTED if bad else DONE, outcome.reports)

    def _not_yet(self, path: Path) -> str | None:
        """Why a path that rests cannot be taken yet."""
        try:
            if path.is_symlink():
                return "a link: links are not followed, drop the file itself"
            if not path.is_dir() and not path.is_file():
                return "not a file or folder"
            for file in _files(path):
                with file.open("rb") as stream:
                    packed = stream.read(4) == b"PK\x03\x04"
                resting = self.steady() - self._seen[path.name].since
                if packed and not zipfile.is_zipfile(file) and resting < max(PATIENCE, self.every):
                    return "the zip has no end yet"
        except FileNotFoundError:
            return "it is gone again"
        except OSError as error:
            return f"cannot be read: {_why(error)}"
        return None

    def _import(self, paths: Sequence[Path]) -> Outcome | str:
        try:
            return self.importer.run(paths, keep_good=self.keep_good, together=True, patience=self.patience)
        except StorageError as error:  # another import, mostly
            return str(error)
        except Exception as error:
            if isinstance(lost := translated(error), StorageError):
                return f"the database does not take it: {lost}"
            log.error("reading %s failed: %s", ", ".join(shown_name(path.name) for path in paths), place_of(error))
            return _outcome_of((shown_name(paths[0].name), f"reading it failed: {type(error).__name__}"))

    def _put_away(self, path: Path, judged: _Judged) -> Path:
        """Write the reports where the file goes, then move it there. Raises ``OSError`` when it stays."""
        folder = self.folder / judged.verdict / self.clock().date().isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        target = _free(folder, path.name)
        self._report(target, shown_name(path.name), judged)
        try:
            path.rename(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            shutil.move(path, target)
        return target

    def _report(self, target: Path, name: str, judged: _Judged) -> None:
        """Beside the file, whole or not at all; a disk without room for it does not keep the file from moving."""
        data: dict[str, Any] = {
            "name": name, "verdict": judged.verdict, "at": self.clock().isoformat(),
            "imports": [report.as_data() for report in judged.reports],
        }  # fmt: skip
        lines = [
            line for report in judged.reports for line in lines_of(report, f"{shown_name(target.name)}.report.json")
        ]
        texts = {"json": json.dumps(data, ensure_ascii=False, indent=2), "txt": "\n".join(lines)}
        for kind, text in texts.items():
            file = target.with_name(f"{target.name}.report.{kind}")
            draft = file.with_name(f".{file.name}.tmp")
            try:
                draft.write_text(text + "\n", "utf-8")
                draft.replace(file)
            except OSError as error:
                log.error("%s cannot be written: %s", shown_name(str(file)), _why(error))
                draft.unlink(missing_ok=True)


def _unfinished(name: str) -> bool:
    return name.startswith(".") or name.lower().endswith(UNFINISHED)


def _state(path: Path) -> _State | None:
    """What an entry looks like; empty for a folder that is empty or still being filled; None when it is gone."""
    try:
        if not stat.S_ISDIR(path.lstat().st_mode):
            return (_mark(path, path.name),)
        found = []
        for folder, folders, files in os.walk(path):
            if any(_unfinished(name) and not name.startswith(PASSED_OVER) for name in files):
                return ()
            found += [_mark(Path(folder) / name, f"{folder}/{name}") for name in (*files, *folders)]
        return tuple(sorted(found))
    except OSError:
        return None


def _mark(path: Path, name: str) -> tuple[str, int, int, int]:
    looks = path.lstat()
    return name, looks.st_size, looks.st_mtime_ns, looks.st_ino


def _age(state: _State) -> int:
    return max((mark[2] for mark in state), default=0)


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else [file for file in path.iterdir() if file.is_file()]


def _role(path: Path) -> str | None:
    """Which file of a delivery of several loose ones this is, if its format has such."""
    if path.is_symlink():
        return None
    try:
        parts = open_parts(path)
        found, _ = sort_by_format(parts)
    except (Unopenable, OSError):
        return None
    return found[0][0].role(parts[0]) if len(parts) == 1 and found else None


def _unfit(path: Path) -> tuple[str, str] | None:
    """The name of what must not be in a folder that is dropped, and why."""
    if not path.is_dir():
        return None
    for inside in sorted(path.iterdir()):
        if inside.is_symlink():
            return f"{shown_name(path.name)}/{shown_name(inside.name)}", "a link: links are not followed"
        if inside.is_dir():
            return (
                f"{shown_name(path.name)}/{shown_name(inside.name)}",
                "a folder in a folder: put all files of a delivery into one folder",
            )
    return None


def _outcome_of(refused: tuple[str, str]) -> Outcome:
    return Outcome((ImportReport.unreadable(*refused),))


def _read_through(path: Path) -> None:
    """Raises ``OSError`` when it is the disk or the share that fails, not the content."""
    for file in _files(path):
        with file.open("rb") as stream:
            while stream.read(MEGABYTE):
                pass


def _free(folder: Path, name: str) -> Path:
    """The name, or the first one with a number that no file there has."""
    target, number = folder / name, 1
    stem, suffix = (target.stem, target.suffix) if target.suffix else (name, "")
    while target.exists() or target.is_symlink():
        number += 1
        target = folder / f"{stem}-{number}{suffix}"
    return target


def _why(error: OSError) -> str:
    return error.strerror or str(error)
