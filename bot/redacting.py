"""Card numbers out of updates, before anything of them is kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.redaction import MASK, redact

ADJACENT_SECONDS = 120
"""Two messages of a chat within this time may hold one number between them."""
ALLOWABLE = frozenset({"merchant_no", "terminal_id"})
MESSAGES = ("message", "edited_message", "channel_post", "edited_channel_post", "business_message")
_WORDS = frozenset(
    {"text", "caption", "query", "question", "explanation", "title", "description", "address", "file_name"}
    | {"name", "first_name", "last_name"}
)
"""Keys whose strings are people's words. File ids, callback data and phone numbers look like numbers and stay."""
_OFFSETS = {
    "text": "entities",
    "caption": "caption_entities",
    "question": "question_entities",
    "explanation": "explanation_entities",
}
_SHORTEST_PART = 2


@dataclass(frozen=True, slots=True)
class Previous:
    """The message before, of which a card number may be the first half."""

    update_id: int
    message: int
    date: int
    text: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """An update as it may be kept. ``joined`` is the message before when only both together held a card number."""

    update: Mapping[str, Any]
    found: bool = False
    joined: Previous | None = None


def message_of(update: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
    """The update's own message and the key that it is under; None for updates of other kinds."""
    for key in MESSAGES:
        message = update.get(key)
        if isinstance(message, dict):
            return key, message
    return None


def redact_update(
    update: Mapping[str, Any], *, allow: frozenset[str] = frozenset(), before: Previous | None = None
) -> Redacted:
    """The update without card numbers. Its message then tells under ``settledesk`` which messages are to be deleted:
    ``{"removed": [message ids], "joined": bool}``. What came without one comes back as it is.
    """
    own = message_of(update)
    joins = own is not None and before is not None and _joins(own[1], before, allow)
    if own is None or not joins:
        clean = _clean(update, allow)
        if clean is update:
            return Redacted(update)
        if own is None or _words(clean[own[0]]) == _words(own[1]):
            return Redacted(clean, True)  # it was in a name, or in what the message quotes or answers to
        key, message = own[0], clean[own[0]]
        return Redacted({**clean, key: _noted(message, [message["message_id"]], joined=False)}, True)
    assert before is not None
    key, message = own
    words = "text" if "text" in message else "caption"
    rest = {name: value for name, value in message.items() if name not in (words, _OFFSETS[words])}
    text = redact(str(message[words]), allow=allow, before=before.text).text
    clean = _clean({**update, key: {**rest, words: text}}, allow)
    ids = [before.message, message["message_id"]]
    return Redacted({**clean, key: _noted(clean[key], ids, joined=True)}, True, before)


def scrub(update: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message before, once the next one showed what its digits were: without its words, an album without all."""
    own = message_of(update)
    if own is None:
        return update
    key, message = own
    clean = _scrubbed(message)
    if "album" in (note := message.get("settledesk", {})):
        clean["settledesk"] = {**note, "album": [_scrubbed(part) for part in note["album"]]}
    return {**update, key: clean}


def _scrubbed(message: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in message.items() if name not in ("entities", "caption_entities")}
    return {name: MASK if name in ("text", "caption") else value for name, value in kept.items()}


class Memory:
    """Of each chat, its last message if that could be the first part of a card number. Bounded; words leave it soon."""

    MOST = 10_000

    def __init__(self) -> None:
        self._last: OrderedDict[int, Previous] = OrderedDict()

    def before(self, chat: int, date: int) -> Previous | None:
        """The chat's previous message, when it is recent enough for the two to belong together."""
        found = self._last.get(chat)
        return found if found is not None and 0 <= date - found.date <= ADJACENT_SECONDS else None

    def note(self, update: Mapping[str, Any]) -> None:
        """Remember the update's message, or forget the chat's when it could not be a first part."""
        own = message_of(update)
        if own is None or own[0].startswith("edited"):
            return
        message = own[1]
        text = message.get("text") or message.get("caption") or ""
        chat = message["chat"]["id"]
        self._last.pop(chat, None)
        if sum(map(str.isnumeric, text)) >= _SHORTEST_PART:
            self._last[chat] = Previous(update["update_id"], message["message_id"], message.get("date", 0), text)
        if self._last:
            date = message.get("date", 0)
            oldest = next(iter(self._last.values()))
            if len(self._last) > self.MOST or date - oldest.date > ADJACENT_SECONDS:
                self._last.popitem(last=False)


def _noted(message: Mapping[str, Any], removed: list[int], *, joined: bool) -> dict[str, Any]:
    return {**message, "settledesk": {"removed": removed, "joined": joined}}


def _words(message: Mapping[str, Any]) -> tuple[object, object]:
    return message.get("text"), message.get("caption")


def _joins(message: Mapping[str, Any], before: Previous, allow: frozenset[str]) -> bool:
    text = message.get("text") or message.get("caption")
    return bool(text) and redact(str(text), allow=allow, before=before.text).joined


def _clean(value: Any, allow: frozenset[str], words: bool = False) -> Any:
    """The same JSON without card numbers in people's words; the same object when there are none."""
    if isinstance(value, str):
        return redact(value, allow=allow).text if words and len(value) >= 13 else value
    if isinstance(value, list):
        items = [_clean(item, allow, words) for item in value]
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    if not isinstance(value, dict):
        return value
    pairs = ((key, item, _clean(item, allow, key in _WORDS)) for key, item in value.items())
    changed = {key: clean for key, item, clean in pairs if clean is not item}
    if not changed:
        return value
    dropped = {_OFFSETS[key] for key in changed if key in _OFFSETS}
    return {key: changed.get(key, item) for key, item in value.items() if key not in dropped}
