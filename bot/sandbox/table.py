"""Every method and parameter that the Bot API has, read from ``bot_api.txt``; refuses what it does not have."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.sandbox.refusals import Refused, bad

Raw = str | int | float | bool | dict[str, Any] | list[Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the request."""

    name: str
    mime: str
    data: bytes


class WrongType(Exception):  # noqa: N818 - turned into a refusal at once
    """The value is not of the type that the parameter has."""


Reader = Callable[[Any], Any]
_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0"})


def _integer(value: Any) -> int:
    if isinstance(value, bool):
        raise WrongType
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            raise WrongType from None
    if isinstance(value, int):
        return value
    raise WrongType


def _chat(value: Any) -> int | str:
    try:
        return _integer(value)
    except WrongType:
        if isinstance(value, str):
            return value
        raise


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise WrongType


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.lower()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
    raise WrongType


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise WrongType
    try:
        return float(value)
    except ValueError:
        raise WrongType from None


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise WrongType from None


def _object(value: Any) -> dict[str, Any]:
    value = _parsed(value)
    if isinstance(value, dict):
        return value
    raise WrongType


def _list_of(kind: type) -> Reader:
    def read(value: Any) -> list[Any]:
        value = _parsed(value)
        if isinstance(value, list) and all(isinstance(one, kind) and not isinstance(one, bool) for one in value):
            return value
        raise WrongType

    return read


def _file(value: Any) -> Any:
    return value if isinstance(value, Upload) else _text(value)


def _any(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _reader(types: frozenset[str]) -> Reader:
    simple: dict[frozenset[str], Reader] = {
        frozenset({"int"}): _integer,
        frozenset({"int", "str"}): _chat,
        frozenset({"str"}): _text,
        frozenset({"bool"}): _boolean,
        frozenset({"float"}): _number,
        frozenset({"file"}): _file,
        frozenset({"file", "str"}): _file,
        frozenset({"any"}): _any,
        frozenset({"[str]"}): _list_of(str),
        frozenset({"[int]"}): _list_of(int),
    }
    if types in simple:
        return simple[types]
    return _list_of(dict) if all(one.startswith("[") for one in types) else _object


_WORDS = {"int": "Integer", "str": "String", "bool": "Boolean", "float": "Float", "file": "InputFile", "any": "Any"}


def _spelt(types: str) -> str:
    """The types as the Bot API's documentation writes them."""
    names = []
    for one in types.split("|"):
        inner = one.strip("[]")
        names.append(("Array of " if one.startswith("[") else "") + _WORDS.get(inner, inner))
    return " or ".join(names)


_MISSING: Final[dict[str, str]] = {
    "chat_id": "chat_id is empty",
    "from_chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "user_id": "invalid user_id specified",
    "file_id": "file_id not specified",
    "media": "can't parse media JSON object",
    "action": "wrong parameter action in request",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    "inline_query_id": "query is too old and response timeout expired or query ID is invalid",
    "results": "can't parse inline query results JSON object",
    "commands": "can't parse commands JSON array",
    "phone_number": "phone number is empty",
    "first_name": "contact first name must be non-empty",
    "name": "title must be non-empty",
    **{
        kind: f"there is no {kind.replace('_', ' ')} in the request"
        for kind in ("photo", "document", "video", "voice", "video_note", "audio", "animation", "sticker")
    },
}
"""What telegram-bot-api says when a required parameter is missing or empty."""

ELSEWHERE: Final[frozenset[str]] = frozenset(
    {
        "allow_paid_broadcast",
        "business_connection_id",
        "direct_messages_topic_id",
        "ephemeral_message_parameters",
        "receiver_user_id",
        "suggested_post_parameters",
    }
)
"""Parameters that exist but lead out of what is played here; with ``callback_query_id`` on sending methods."""


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its name as documented, readers of its parameters, and what must be there."""

    name: str
    readers: Mapping[str, Reader]
    types: Mapping[str, str]
    required: tuple[str, ...]
    files: frozenset[str]

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Check names and types of what was given; Refused (400) names the first thing wrong."""
        readers = self.readers
        values: dict[str, Any] = {}
        for name, raw in given.items():
            reader = readers.get(name)
            if reader is None:
                raise bad(f"parameter {name} is unknown to {self.name}")
            if raw is None or (raw == "" and name != "icon_custom_emoji_id"):
                continue
            if name in ELSEWHERE or (name == "callback_query_id" and self.types[name] == "any"):
                raise bad(f"parameter {name} of {self.name} is not emulated here")
            try:
                values[name] = reader(raw)
            except WrongType:
                raise self._mistyped(name) from None
        for name in self.required:
            if name not in values:
                raise bad(_MISSING.get(name, f"parameter {name} of {self.name} is required"))
        return values

    def _mistyped(self, name: str) -> Refused:
        if name == "reply_markup":
            return bad("can't parse reply keyboard markup JSON object")
        return bad(f"parameter {name} of {self.name} must be of type {_spelt(self.types[name])}")


_OPTIONAL_HERE = {("setWebhook", "url"), ("editMessageText", "text")}
"""Required by the documentation; without them the real server still does something sensible."""


def _method(line: str) -> Method:
    name, *words = line.split()
    readers: dict[str, Reader] = {}
    types: dict[str, str] = {}
    required: list[str] = []
    for word in words:
        parameter, _, kind = word.partition(":")
        if parameter.endswith("!"):
            parameter = parameter[:-1]
            if (name, parameter) not in _OPTIONAL_HERE:
                required.append(parameter)
        readers[parameter] = _reader(frozenset(kind.split("|")))
        types[parameter] = kind
    files = frozenset(parameter for parameter, kind in types.items() if "file" in kind.split("|"))
    required.sort(key=lambda parameter: parameter in {"chat_id", "from_chat_id"})
    return Method(name, readers, types, tuple(required), files)


def _load() -> tuple[dict[str, Method], tuple[str, ...]]:
    methods: dict[str, Method] = {}
    updates: tuple[str, ...] = ()
    for line in (Path(__file__).parent / "bot_api.txt").read_text("utf-8").splitlines():
        if line.startswith("@updates "):
            updates = tuple(line.split()[1:])
        elif line and not line.startswith("#"):
            method = _method(line)
            methods[method.name.lower()] = method
    return methods, updates


METHODS, UPDATES = _load()
"""Methods by lower-case name; the kinds of update."""
