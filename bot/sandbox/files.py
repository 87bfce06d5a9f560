"""Files that were sent: kept in memory within a bound, named by file_id, described as messages describe them."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Final

from bot.sandbox.pictures import made_up_document, made_up_picture, made_up_sound, picture_size
from bot.sandbox.refusals import Refused, bad
from bot.sandbox.table import Upload

Json = dict[str, Any]

DOWNLOAD_LIMIT: Final = 20 * 1024 * 1024
UPLOAD_LIMIT: Final = 50 * 1024 * 1024
PERSONS_LIMIT: Final = 2000 * 1024 * 1024
PHOTO_LIMIT: Final = 10 * 1024 * 1024
_KEEP_BYTES: Final = 128 * 1024 * 1024
_KEEP_FILES: Final = 20_000

_FOLDERS: Final = {
    "photo": ("photos", "jpg", "image/jpeg"),
    "document": ("documents", "bin", "application/octet-stream"),
    "video": ("videos", "mp4", "video/mp4"),
    "voice": ("voice", "oga", "audio/ogg"),
    "video_note": ("video_notes", "mp4", "video/mp4"),
    "audio": ("music", "mp3", "audio/mpeg"),
    "animation": ("animations", "mp4", "video/mp4"),
    "sticker": ("stickers", "webp", "image/webp"),
}
KINDS: Final = frozenset(_FOLDERS)


class File:
    """One file. ``size`` may be more than ``data`` holds: such a file was never really there."""

    __slots__ = ("data", "details", "id", "kind", "mime", "name", "path", "size", "unique")

    def __init__(self, number: int, kind: str, upload: Upload, size: int, details: Json) -> None:
        folder, extension, _ = _FOLDERS[kind]
        self.id = f"{kind}-{number}"
        self.unique = f"u{number}"
        self.kind = kind
        self.data = upload.data
        self.name = upload.name
        self.mime = upload.mime
        self.size = size
        self.details = details
        ending = self.name.rpartition(".")[2] if "." in self.name else extension
        self.path = f"{folder}/file_{number}.{ending}"

    def described(self) -> Any:
        """The value of the message's field for this kind of file."""
        base = {"file_id": self.id, "file_unique_id": self.unique, "file_size": self.size}
        if self.kind == "photo":
            return self._sizes()
        if self.kind in {"document", "audio", "video", "animation"}:
            base |= {"file_name": self.name, "mime_type": self.mime}
        if self.kind == "voice":
            base["mime_type"] = self.mime
        return base | self.details

    def _sizes(self) -> list[Json]:
        width, height = self.details["width"], self.details["height"]
        sizes = []
        for letter, bound in (("s", 90), ("m", 320)):
            if max(width, height) > bound:
                share = bound / max(width, height)
                sizes.append((letter, max(1, round(width * share)), max(1, round(height * share))))
        sizes.append(("x", width, height))
        return [
            {"file_id": f"{self.id}-{letter}", "file_unique_id": f"{self.unique}{letter}", "width": w, "height": h,
             "file_size": self.size}
            for letter, w, h in sizes
        ]  # fmt: skip


class Files:
    """All files, by any of their ids. The oldest are forgotten beyond the bound."""

    def __init__(self) -> None:
        self._by_id: OrderedDict[str, File] = OrderedDict()
        self._by_path: dict[str, File] = {}
        self._serial = 0
        self._bytes = 0

    def add(self, kind: str, upload: Upload, details: Json | None = None, *, size: int | None = None) -> File:
        """Take a new file; Refused (400, 413) when it is too big or no picture.

        With ``size`` it is a person's file of so many bytes that is not really there: people may send more than bots.
        """
        real = len(upload.data) if size is None else size
        if real > (UPLOAD_LIMIT if size is None else PERSONS_LIMIT):
            raise Refused(413, "Request Entity Too Large")
        if real == 0:
            raise bad("file must be non-empty")
        details = dict(details or {})
        if kind == "photo":
            dimensions = picture_size(upload.data) if size is None else (1280, 960)
            if dimensions is None or real > PHOTO_LIMIT:
                raise bad("IMAGE_PROCESS_FAILED")
            details = {"width": dimensions[0], "height": dimensions[1]}
        self._serial += 1
        file = File(self._serial, kind, upload, real, _completed(kind, details))
        self._by_id[file.id] = file
        self._by_path[file.path] = file
        self._bytes += len(file.data)
        self._bound()
        return file

    def made_up(self, kind: str, name: str = "", details: Json | None = None) -> File:
        """A small sample of a kind."""
        details = details or {}
        seed = f"{kind}{self._serial}"
        if kind in {"photo", "sticker"}:
            sample = Upload(name or f"{kind}.png", "image/png", made_up_picture(seed))
        elif kind == "document":
            sample = Upload(name or "document.pdf", "application/pdf", made_up_document(name or "document.pdf"))
        elif kind in {"voice", "audio"}:
            sample = Upload(name or f"{kind}.wav", "audio/wav", made_up_sound(int(details.get("duration", 2))))
        else:
            sample = Upload(name or f"{kind}.mp4", "video/mp4", b"\x00\x00\x00\x18ftypmp42" + seed.encode())
        return self.add(kind, sample, details)

    def find(self, name: str) -> File | None:
        """A file by file_id or file_unique_id, of any size of it."""
        file = self._by_id.get(name) or self._by_id.get(name.rpartition("-")[0])
        if file is None and name.startswith("u"):
            number = name[1:].rstrip("smx")
            file = next((one for one in self._by_id.values() if one.unique == "u" + number), None)
        return file

    def at(self, path: str) -> File | None:
        """A file by the path that getFile gave."""
        return self._by_path.get(path)

    def reused(self, kind: str, name: str) -> File:
        """A file that the bot names by file_id; Refused when it is none, or of another kind."""
        if name.startswith(("http://", "https://")):
            raise bad("sending a file by URL is not emulated here")
        if name.startswith("attach://"):
            raise bad("file not found in the request")
        file = self.find(name)
        if file is None:
            raise bad("wrong file identifier/HTTP URL specified")
        if file.kind != kind:
            raise bad(f"can't use file of type {_camel(file.kind)} as {_camel(kind)}")
        return file

    def _bound(self) -> None:
        while len(self._by_id) > 1 and (self._bytes > _KEEP_BYTES or len(self._by_id) > _KEEP_FILES):
            _, old = self._by_id.popitem(last=False)
            self._by_path.pop(old.path, None)
            self._bytes -= len(old.data)


def _camel(kind: str) -> str:
    return "".join(word.capitalize() for word in kind.split("_"))


def _completed(kind: str, details: Json) -> Json:
    """With what the Bot API always says of a kind."""
    match kind:
        case "video" | "animation":
            return {"width": 640, "height": 360, "duration": 5} | details
        case "voice" | "audio":
            return {"duration": 2} | details
        case "video_note":
            return {"length": 240, "duration": 5} | details
        case "sticker":
            return {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False} | details
        case _:
            return details
