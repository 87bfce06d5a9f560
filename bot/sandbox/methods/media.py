"""Sending files: uploaded or known by file_id, alone or as an album; and giving them back."""

from __future__ import annotations

from typing import Any, Final

from bot.sandbox.files import DOWNLOAD_LIMIT, File
from bot.sandbox.methods.register import plays
from bot.sandbox.methods.sending import Place, caption_content
from bot.sandbox.refusals import bad
from bot.sandbox.table import Upload
from bot.sandbox.telegram import Telegram
from bot.sandbox.world import Post

Json = dict[str, Any]

_DETAILS: Final = ("width", "height", "duration", "length", "title", "performer", "emoji")
_ALBUM: Final = {
    "photo": frozenset({"photo", "video"}),
    "video": frozenset({"photo", "video"}),
    "document": frozenset({"document"}),
    "audio": frozenset({"audio"}),
}
EXCHANGEABLE: Final = frozenset({"photo", "video", "document", "audio", "animation"})
"""Files that can take each other's place in a message."""
_INPUT_MEDIA: Final = frozenset(
    {"type", "media", "thumbnail", "cover", "start_timestamp", "caption", "parse_mode", "caption_entities",
     "show_caption_above_media", "width", "height", "duration", "supports_streaming", "has_spoiler", "performer",
     "title", "disable_content_type_detection"}
)  # fmt: skip


def unchangeable(post: Post, kind: str) -> str | None:
    """Why a message cannot get a file of this kind in the place of what it has; None when it can."""
    if "text" not in post.message and post.kind not in EXCHANGEABLE:
        return "message can't be edited"
    if "media_group_id" in post.message and kind not in _ALBUM.get(post.kind, ()):
        return "can't change media type in the album"
    return None


def take_file(telegram: Telegram, kind: str, value: Any, details: Json, attached: dict[str, Upload]) -> File:
    """The file that a parameter means: an upload, ``attach://`` one of the request's, or a file_id."""
    if isinstance(value, str) and value.startswith("attach://"):
        value = attached.get(value[9:], value)
    if isinstance(value, Upload):
        return telegram.files.add(kind, value, {name: details[name] for name in _DETAILS if name in details})
    if not isinstance(value, str):
        raise bad("wrong file identifier/HTTP URL specified")
    return telegram.files.reused(kind, value)


def file_content(file: File, parameters: Json) -> Json:
    """The content of a message with a file."""
    content: Json = {}
    if file.kind == "animation":
        content["document"] = {name: value for name, value in file.described().items()
                               if name not in {"width", "height", "duration"}}  # fmt: skip
    content[file.kind] = file.described()
    if parameters.get("has_spoiler"):
        content["has_media_spoiler"] = True
    return content


def _send_file(kind: str, telegram: Telegram, parameters: Json) -> Json:
    caption = caption_content(parameters)
    attached: dict[str, Upload] = parameters.get("_attached", {})
    place = Place(telegram, parameters)
    file = take_file(telegram, kind, parameters[kind], parameters, attached)
    return place.put(telegram, kind, file_content(file, parameters) | caption).message


@plays("sendPhoto")
def send_photo(telegram: Telegram, parameters: Json) -> Json:
    return _send_file("photo", telegram, parameters)


@plays("sendDocument")
def send_document(telegram: Telegram, parameters: Json) -> Json:
    return _send_file("document", telegram, parameters)


@plays("sendVideo")
def send_video(telegram: Telegram, parameters: Json) -> Json:
    return _send_file("video", telegram, parameters)


@plays("sendVoice")
def send_voice(telegram: Telegram, parameters: Json) -> Json:
    return _send_file("voice", telegram, parameters)


@plays("sendVideoNote")
def send_video_note(telegram: Telegram, parameters: Json) -> Json:
    return _send_file("video_note", telegram, parameters)


@plays("sendAudio")
def send_audio(telegram: Telegram, parameters: Json) -> Json:
    return _send_file("audio", telegram, parameters)


@plays("sendAnimation")
def send_animation(telegram: Telegram, parameters: Json) -> Json:
    return _send_file("animation", telegram, parameters)


@plays("sendSticker")
def send_sticker(telegram: Telegram, parameters: Json) -> Json:
    return _send_file("sticker", telegram, parameters)


def checked_media(item: Json, kinds: frozenset[str]) -> str:
    """The kind of an InputMedia; Refused when it cannot be here or carries unknown fields."""
    for name in item:
        if name not in _INPUT_MEDIA:
            raise bad(f"field {name} is unknown to InputMedia")
    kind = item.get("type")
    if kind not in kinds:
        raise bad("can't parse InputMedia: unsupported type specified")
    if not isinstance(item.get("media"), str) or not item["media"]:
        raise bad("can't parse InputMedia: Can't find field \"media\"")
    return str(kind)


@plays("sendMediaGroup")
def send_media_group(telegram: Telegram, parameters: Json) -> list[Json]:
    media: list[Json] = parameters["media"]
    if not 2 <= len(media) <= 10:
        raise bad("group send failed" if len(media) > 10 else "media must include 2-10 items")
    kinds = [checked_media(item, frozenset(_ALBUM)) for item in media]
    if not set(kinds) <= _ALBUM[kinds[0]]:
        raise bad("Can't use the media of the specified type in the album")
    captions = [caption_content(item) for item in media]
    attached: dict[str, Upload] = parameters.get("_attached", {})
    place = Place(telegram, parameters, count=len(media))
    files = [take_file(telegram, kind, item["media"], item, attached) for kind, item in zip(kinds, media, strict=True)]
    place.extra["media_group_id"] = str(telegram.world.serial() + 13_000_000_000_000_000)
    return [
        place.put(telegram, file.kind, file_content(file, item) | caption).message
        for file, item, caption in zip(files, media, captions, strict=True)
    ]


@plays("getFile")
def get_file(telegram: Telegram, parameters: Json) -> Json:
    file = telegram.files.find(parameters["file_id"])
    if file is None:
        raise bad("invalid file_id")
    if file.size > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    return {"file_id": parameters["file_id"], "file_unique_id": file.unique, "file_size": file.size,
            "file_path": file.path}  # fmt: skip
