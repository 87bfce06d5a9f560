"""Telegram HTML to text with entities, with the words that telegram-bot-api finds for what is wrong.

Offsets of entities count UTF-16 code units, offsets in error texts count bytes of UTF-8.
"""

from __future__ import annotations

import re
from typing import Any, Final

from bot.sandbox.refusals import Refused, bad

Entities = list[dict[str, Any]]

_TAGS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TOKEN_START = re.compile(r"<(/?)(b|i|u|s|code|pre|blockquote)>|[<&]")
"""A tag without attributes, as nearly all are, or the beginning of anything else."""
_DOMAIN = re.compile(r"\.(?:com|org|net|cn|io|me)")
_REFERENCE = re.compile(r"&(?:#(\d{1,8})|#[xX]([0-9a-fA-F]{1,7})|(lt|gt|amp|quot));?")
_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"[^\s=>/\"']*")
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_SPACE = re.compile(r"\s*")


def utf16_length(text: str) -> int:
    """UTF-16 code units of a text."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _wrong(source: str, text: str, position: int | None = None, rest: str = "") -> Refused:
    where = "" if position is None else f" at byte offset {len(source[:position].encode())}"
    return bad(f"can't parse entities: {text}{where}{rest}")


def _unescape(match: re.Match[str]) -> str:
    decimal, hexadecimal, named = match.groups()
    if named:
        return _NAMED[named]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code == 0 or code >= 0x10FFFF or 0xD800 <= code < 0xE000:
        return match.group()
    return chr(code)


class _Open:
    """A tag that waits for its end."""

    __slots__ = ("argument", "offset", "parts", "tag")

    def __init__(self, tag: str, argument: str, offset: int, parts: int) -> None:
        self.tag = tag
        self.argument = argument
        self.offset = offset
        self.parts = parts


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.parts: list[str] = []
        self.offset = 0
        self.entities: Entities = []
        self.open: list[_Open] = []
        self.length = len if utf16_length(source) == len(source) else utf16_length

    def read(self) -> tuple[str, Entities]:
        position, source = 0, self.source
        while True:
            found = _TOKEN_START.search(source, position)
            if found is None:
                self._text(source[position:])
                break
            self._text(source[position : found.start()])
            position = found.start()
            tag = found[2]
            if tag is not None and not found[1]:
                self.open.append(_Open(tag, "", self.offset, len(self.parts)))
                position = found.end()
            elif tag is not None and self.open and self.open[-1].tag == tag:
                self._close(self.open.pop())
                position = found.end()
            elif source[position] == "&":
                position = self._reference(position)
            elif source.startswith("</", position):
                position = self._end(position)
            else:
                position = self._start(position)
        if self.open:
            raise _wrong(source, f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.parts), self.entities

    def _text(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self.offset += self.length(text)

    def _reference(self, position: int) -> int:
        match = _REFERENCE.match(self.source, position)
        if match is None:
            self._text("&")
            return position + 1
        self._text(_unescape(match))
        return match.end()

    def _start(self, begin: int) -> int:
        source = self.source
        match = _NAME.match(source, begin + 1)
        assert match is not None
        position = match.end()
        if position >= len(source):
            raise _wrong(source, "Unclosed start tag", begin)
        tag = match.group().lower()
        if tag not in _TAGS:
            raise _wrong(source, f'Unsupported start tag "{tag}"', begin)
        attributes: dict[str, str] = {}
        while True:
            position = self._skip(position)
            if position >= len(source):
                raise _wrong(source, "Unclosed start tag", begin)
            if source[position] == ">":
                break
            position = self._attribute(tag, begin, position, attributes)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _wrong(source, 'Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(_Open(tag, _argument(tag, attributes), self.offset, len(self.parts)))
        return position + 1

    def _skip(self, position: int) -> int:
        match = _SPACE.match(self.source, position)
        assert match is not None
        return match.end()

    def _attribute(self, tag: str, begin: int, position: int, attributes: dict[str, str]) -> int:
        source = self.source
        match = _ATTRIBUTE.match(source, position)
        assert match is not None
        name = match.group().lower()
        if not name:
            raise _wrong(source, f'Empty attribute name in the tag "{tag}"', begin)
        position = self._skip(match.end())
        if not source.startswith("=", position):
            attributes[name] = ""
            return position
        position = self._skip(position + 1)
        if position >= len(source):
            raise _wrong(source, "Unclosed start tag", begin)
        quote = source[position]
        if quote in "'\"":
            end = source.find(quote, position + 1)
            if end < 0:
                raise _wrong(source, "Unclosed start tag", begin)
            attributes[name] = _REFERENCE.sub(_unescape, source[position + 1 : end])
            return end + 1
        token = _TOKEN.match(source, position)
        assert token is not None
        end = token.end()
        if end < len(source) and not source[end].isspace() and source[end] != ">":
            raise _wrong(source, "Unexpected end of name token", position)
        attributes[name] = token.group().lower()
        return end

    def _end(self, begin: int) -> int:
        source = self.source
        if not self.open:
            raise _wrong(source, "Unexpected end tag", begin)
        match = _NAME.match(source, begin + 2)
        assert match is not None
        name = match.group().lower()
        position = self._skip(match.end())
        if position >= len(source) or source[position] != ">":
            raise _wrong(source, "Unclosed end tag", begin)
        opened = self.open.pop()
        if name and name != opened.tag:
            raise _wrong(source, "Unmatched end tag", begin, f', expected "</{opened.tag}>", found "</{name}>"')
        self._close(opened)
        return position + 1

    def _close(self, opened: _Open) -> None:
        length = self.offset - opened.offset
        if length <= 0:
            return
        entity: dict[str, Any] = {"offset": opened.offset, "length": length, "type": _TAGS[opened.tag]}
        match opened.tag:
            case "a":
                url = opened.argument or "".join(self.parts[opened.parts :])
                if "." not in url and "://" not in url:
                    return
                entity["url"] = url
            case "tg-emoji":
                entity["custom_emoji_id"] = opened.argument
            case "blockquote" if opened.argument:
                entity["type"] = "expandable_blockquote"
            case "code" if opened.argument:
                entity["_language"] = opened.argument
            case "pre":
                self._take_language(entity)
        self.entities.append(entity)

    def _take_language(self, pre: dict[str, Any]) -> None:
        """``<pre><code class="language-x">`` is one block with a language."""
        for inner in self.entities:
            if "_language" in inner and (inner["offset"], inner["length"]) == (pre["offset"], pre["length"]):
                pre["language"] = inner["_language"]
                self.entities.remove(inner)
                return


def _argument(tag: str, attributes: dict[str, str]) -> str:
    match tag:
        case "a":
            return attributes.get("href", "")
        case "tg-emoji":
            return attributes.get("emoji-id", "")
        case "blockquote":
            return "expandable" if "expandable" in attributes else ""
        case "code":
            name = attributes.get("class", "")
            return name[9:] if name.startswith("language-") else ""
    return ""


def _trimmed(text: str, entities: Entities) -> tuple[str, Entities]:
    """Without the white space around the text, as Telegram stores it."""
    short = text.strip()
    if len(short) == len(text):
        return text, entities
    lead = utf16_length(text[: len(text) - len(text.lstrip())])
    total = utf16_length(short)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        end = min(total, entity["offset"] - lead + entity["length"])
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return short, kept


def parse_html(source: str) -> tuple[str, Entities]:
    """Text and entities of Telegram HTML; Refused (400) says what is wrong and at which byte."""
    if "<" not in source and "&" not in source:
        return source.strip(), []
    text, entities = _trimmed(*_Reader(source).read())
    for entity in entities:
        entity.pop("_language", None)
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return text, entities


_LOOKED_FOR = re.compile(
    r"(?P<url>(?:https?|tg)://[^\s<>\"]+|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|org|net|cn|io|me)(?![\w.])(?:/[^\s<>\"]*)?)"
    r"|(?P<email>[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)(?![\w/])"
    r"|(?<!\w)(?P<mention>@[A-Za-z0-9_]{3,32})\b"
    r"|(?<!\w)(?P<hashtag>#\w{1,256})"
)


def with_found(text: str, entities: Entities) -> Entities:
    """The entities with those that Telegram finds by itself: commands, mentions, links, hashtags."""
    if not ("/" in text or "@" in text or "#" in text or _DOMAIN.search(text)):
        return entities
    found: Entities = []
    for match in _LOOKED_FOR.finditer(text):
        entity = {
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match.group()),
            "type": match.lastgroup,
        }
        if not any(_overlap(entity, other) for other in entities):
            found.append(entity)
    return sorted(entities + found, key=lambda entity: (entity["offset"], -entity["length"])) if found else entities


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    if other["type"] not in {"code", "pre", "text_link"}:
        return False
    return bool(one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"])


def checked_entities(given: Entities, text: str) -> Entities:
    """Entities that the bot gave itself; Refused when they do not fit."""
    total = utf16_length(text)
    for entity in given:
        if not {"type", "offset", "length"} <= entity.keys():
            raise bad("can't parse MessageEntity: Can't find field \"offset\"")
        if entity["offset"] < 0 or entity["length"] < 0 or entity["offset"] + entity["length"] > total:
            raise bad("ENTITY_BOUNDS_INVALID")
    return [dict(entity) for entity in given]


def read_text(source: str, parse_mode: str | None, given: Entities | None) -> tuple[str, Entities]:
    """Text and entities of a message or caption from what the bot sent."""
    if parse_mode:
        if parse_mode.lower() != "html":
            if parse_mode.lower() in {"markdown", "markdownv2"}:
                raise bad(f"parse_mode {parse_mode} is not emulated here")
            raise bad("unsupported parse_mode")
        text, entities = parse_html(source)
    elif given:
        text, entities = _trimmed(source, checked_entities(given, source))
    else:
        text, entities = source.strip(), []
    return text, with_found(text, entities)
