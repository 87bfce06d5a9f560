"""Opening what somebody hands us: a file, a folder, a zip or a gzip, none of which can be trusted.

A zip that unpacks to far more than it is, a member that points outside, a line without end, a NUL byte, another
encoding: each ends in ``Unopenable`` with the reason, before it can do harm. Nothing is ever unpacked to disk.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

__all__ = ["CHINESE", "MEGABYTE", "UTF8", "Part", "Unopenable", "digest_of", "open_parts", "part_of", "shown_name"]

UTF8 = ("utf-8",)
CHINESE = ("utf-8", "gb18030")
"""Chinese providers write either; GB18030 holds all of GBK. The first text that is not ASCII decides."""

MEGABYTE = 1 << 20
LONGEST_LINE = MEGABYTE
LARGEST_UNPACKED = 4096 * MEGABYTE
LARGEST_DOCUMENT = 64 * MEGABYTE
"""Of JSON and XML, which are read as a whole; a day's statement of a large acquirer is a tenth of it."""
LARGEST_RATIO = 200
"""A CSV of payouts packs to about a tenth. What packs more than this is no statement, once it is past a megabyte."""
MOST_MEMBERS = 1000
HEAD = 8192
TOLD_EVERY = 65536
"""Bytes between two words on how far the reading is."""
_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError, RuntimeError, OSError,
    ValueError, IndexError,
)  # fmt: skip
"""What the standard library raises over damaged archives; found by damaging them."""


def shown_name(name: str) -> str:
    """A file's name as it may be printed and stored: what is not UTF-8 or would move the cursor becomes a mark."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


class Unopenable(Exception):  # noqa: N818 - an ordinary outcome of opening what others send
    """What was handed in cannot be read at all, or not beyond this ``line``."""

    def __init__(self, name: str, reason: str, line: int = 0) -> None:
        super().__init__(f"{name}: {reason}")
        self.name, self.reason, self.line = shown_name(name), reason, line


@dataclass(frozen=True)
class Part:
    """One file of what was handed in; ``open`` may be called again and again and reads from the beginning each time."""

    name: str
    size: int
    """Bytes as they are read, for a gzip as it claims: for showing progress only."""
    head: bytes
    open: Callable[[], IO[bytes]]

    def lines(self, encodings: Sequence[str] = UTF8, advance: Callable[[int], None] | None = None) -> Iterator[str]:
        """Lines with their ends, decoded by the first encoding that fits; a byte order mark of UTF-8 is dropped.

        ``Unopenable`` names the line at which they stop being text.
        """
        with self.open() as stream:
            number, untold, tried = 0, 0, list(encodings)
            try:
                while raw := stream.readline(LONGEST_LINE + 1):
                    number += 1
                    if number == 1 and tried[0] == "utf-8":
                        raw = raw.removeprefix(b"\xef\xbb\xbf")
                    if len(raw) > LONGEST_LINE:
                        raise Unopenable(self.name, "a line is longer than a megabyte", number)
                    if b"\0" in raw:
                        raise Unopenable(self.name, "there is a NUL byte: not a text file, or UTF-16", number)
                    if len(tried) > 1 and not raw.isascii():
                        tried = [_fitting(raw, tried)]
                    yield raw.decode(tried[0])
                    untold += len(raw)
                    if untold >= TOLD_EVERY and advance is not None:
                        advance(untold)
                        untold = 0
                if advance is not None:
                    advance(untold)
            except UnicodeDecodeError as error:
                at = f"byte {error.start + 1} of the line is not {tried[0].upper()}"
                raise Unopenable(self.name, f"{at}; save the file as UTF-8", number) from None
            except _BROKEN as error:
                raise Unopenable(self.name, f"the file breaks off or is damaged: {error}", number) from None

    def content(self, most: int = LARGEST_DOCUMENT) -> bytes:
        """The whole of a document that cannot be read line by line. ``Unopenable`` beyond ``most`` bytes."""
        try:
            with self.open() as stream:
                raw = stream.read(most + 1)
        except _BROKEN as error:
            raise Unopenable(self.name, f"the file breaks off or is damaged: {error}") from None
        if len(raw) > most:
            raise Unopenable(self.name, f"larger than {most // MEGABYTE} MB; ask for it in pieces")
        return raw

    def text(self, encodings: Sequence[str] = UTF8, *, most: int = LARGEST_DOCUMENT) -> str:
        """The whole of a document, decoded by the first encoding that fits. ``Unopenable`` beyond ``most`` bytes."""
        raw = self.content(most)
        raw = raw.removeprefix(b"\xef\xbb\xbf")
        if b"\0" in raw:
            line = raw.count(b"\n", 0, raw.index(b"\0")) + 1
            raise Unopenable(self.name, "there is a NUL byte: not a text file, or UTF-16", line)
        encoding = _fitting(raw, encodings)
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise Unopenable(self.name, f"this is not {encoding.upper()}; save the file as UTF-8", line) from None


def _fitting(raw: bytes, encodings: Sequence[str]) -> str:
    """The first encoding in which the bytes are text; the first of all when they are in none."""
    for encoding in encodings:
        try:
            raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return encodings[0]


class _Guarded(io.RawIOBase):
    """A stream of unpacked bytes that stops when it grows beyond what its packed size can honestly hold."""

    def __init__(self, name: str, inner: IO[bytes] | gzip.GzipFile, packed: int) -> None:
        self._name, self._inner = name, inner
        self._room = min(LARGEST_UNPACKED, max(MEGABYTE, packed * LARGEST_RATIO))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._inner.read(len(buffer))
        self._room -= len(data)
        if self._room < 0:
            raise Unopenable(self._name, "unpacks to far more than a statement of this size can be (a zip bomb?)")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


def part_of(name: str, content: bytes) -> Part:
    """What came some other way than as a file, such as the body of a request."""
    return _part(name, len(content), partial(io.BytesIO, content))


def open_parts(path: Path) -> tuple[Part, ...]:
    """The files in ``path``, sorted by name; hidden ones and folders in folders do not count. Raises ``Unopenable``."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            inside = sorted(entry for entry in path.iterdir() if entry.is_file() and not entry.name.startswith("."))
            if len(inside) > MOST_MEMBERS:
                raise Unopenable(path.name, f"more than {MOST_MEMBERS} files")
            return tuple(part for entry in inside for part in _file(entry, within=True))
        if not stat.S_ISREG(mode):
            raise Unopenable(path.name, "not a file or folder")
        return _file(path)
    except _BROKEN as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Unopenable(path.name, reason) from None


def digest_of(part: Part) -> str:
    """SHA-256 of the unpacked content: the name and the packing make no difference."""
    content = hashlib.sha256()
    with part.open() as stream:
        try:
            while block := stream.read(MEGABYTE):
                content.update(block)
        except _BROKEN as error:
            raise Unopenable(part.name, f"the file breaks off or is damaged: {error}") from None
    return content.hexdigest()


def _file(path: Path, *, within: bool = False) -> tuple[Part, ...]:
    with path.open("rb") as stream:
        start = stream.read(4)
    if start == _ZIP:
        return _zip(path, f"{path.name}/" if within else "")
    size = path.stat().st_size
    if start[:2] == _GZIP:

        def unpack() -> IO[bytes]:
            return io.BufferedReader(_Guarded(path.name, gzip.open(path, "rb"), size), MEGABYTE)

        return (_part(path.name.removesuffix(".gz"), _unpacked_size(path, size), unpack),)
    return (_part(path.name, size, lambda: path.open("rb", buffering=MEGABYTE)),)


def _unpacked_size(path: Path, packed: int) -> int:
    """What a gzip says it unpacks to, in its last four bytes: true of one member below 4 GB, else a guess."""
    with path.open("rb") as stream:
        stream.seek(max(0, packed - 4))
        return max(packed, int.from_bytes(stream.read(4), "little"))


def _zip(path: Path, prefix: str) -> tuple[Part, ...]:
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MOST_MEMBERS:
        raise Unopenable(path.name, f"more than {MOST_MEMBERS} files in the zip")
    if _is_workbook(members):
        return _workbook(path.name, path.read_bytes() if path.stat().st_size <= LARGEST_DOCUMENT else b"")
    parts: list[Part] = []
    for member in members:
        pieces = member.filename.replace("\\", "/").split("/")
        if ".." in pieces or pieces[0] == "" or ":" in pieces[0]:
            raise Unopenable(path.name, f"a file in the zip points outside of it: {member.filename!r}")
        if member.flag_bits & 1:
            raise Unopenable(path.name, f"{member.filename} is encrypted")
        if pieces[0] == "__MACOSX" or pieces[-1].startswith("."):
            continue
        part = _part(prefix + member.filename, member.file_size, _member(path, member))
        parts += _within_zip(part) if part.head.startswith(_ZIP) else (part,)
    total = sum(part.size for part in parts)
    if total > LARGEST_UNPACKED or total > max(MEGABYTE, path.stat().st_size * LARGEST_RATIO):
        raise Unopenable(path.name, "unpacks to far more than a statement of this size can be (a zip bomb?)")
    return tuple(sorted(parts, key=lambda part: part.name))


def _is_workbook(members: Sequence[zipfile.ZipInfo]) -> bool:
    return any(member.filename == "xl/workbook.xml" for member in members)


def _within_zip(part: Part) -> tuple[Part, ...]:
    """A workbook in a zip; any other zip in a zip is refused: nobody packs statements twice, but bombs are."""
    with part.open() as stream:
        content = stream.read(LARGEST_DOCUMENT + 1)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if _is_workbook(archive.infolist()):
            return _workbook(part.name, content)
    raise Unopenable(part.name, "a zip within a zip")


def _workbook(name: str, content: bytes) -> tuple[Part, ...]:
    """The sheets of a workbook that hold anything, each as the CSV that it would be saved as."""
    if not 0 < len(content) <= LARGEST_DOCUMENT:
        raise Unopenable(name, f"a workbook larger than {LARGEST_DOCUMENT // MEGABYTE} MB; save its sheets as CSV")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():  # what it says of its sizes is true once every byte has been counted
            with archive.open(member) as stream:
                guarded = _Guarded(name, stream, member.compress_size)
                while guarded.read(MEGABYTE):
                    pass
    from storage.settlement.workbooks import sheets_of  # noqa: PLC0415 - costs only those who have workbooks

    try:
        sheets = sheets_of(content)
    except ValueError as error:
        raise Unopenable(name, f"the workbook is damaged: {error}") from None
    return tuple(
        _part(f"{name}/{title}" if len(sheets) > 1 else name, len(table), partial(io.BytesIO, table))
        for title, table in sheets
    )


def _member(path: Path, member: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    def unpack() -> IO[bytes]:
        with zipfile.ZipFile(path) as archive:
            stream = archive.open(member)  # keeps the file open by itself
        return io.BufferedReader(_Guarded(member.filename, stream, member.compress_size), MEGABYTE)

    return unpack


def _part(name: str, size: int, opening: Callable[[], IO[bytes]]) -> Part:
    with opening() as stream:
        try:
            head = stream.read(HEAD)
        except _BROKEN as error:
            raise Unopenable(name, f"the file breaks off or is damaged: {error}") from None
    return Part(shown_name(name), size, head, opening)
