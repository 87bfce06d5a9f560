"""The authors' Markdown, and the small HTML that Telegram understands.

Markdown is converted once, when the base is loaded. Template tags (``{{ … }}``, ``{% … %}``) pass through untouched, so
that what a merchant said is only ever filled in afterwards, escaped, and never read as Markdown. Source of the allowed
elements and limits: Telegram Bot API, "HTML style" and ``sendMessage``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

LIMIT = 4096
"""The longest message, in UTF-16 units after entities are parsed."""
MOST_ENTITIES = 100
"""Telegram shows no more formatted stretches than this in one message."""

_TAGS = frozenset({"b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"})
_LINKS = re.compile(r"(https?|tg|mailto|tel):", re.IGNORECASE)
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_HELD = re.compile("\ue000([0-9]+)\ue001")
_CJK = re.compile(r"[\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’…—]")


@dataclass(frozen=True, slots=True)
class Flaw:
    """What Telegram would refuse or show wrongly; ``line`` counts from 1 within the text given, 0 is not known."""

    message: str
    remedy: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """One block as a message template: Telegram HTML with template tags. ``steps`` only for a numbered list."""

    html: str
    line: int
    steps: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A converted text: its blocks in order, and what was wrong."""

    blocks: tuple[Block, ...]
    flaws: tuple[Flaw, ...]


def convert(markdown: str) -> Page:
    """Turn Markdown with template tags into blocks of Telegram HTML."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(found[0])
        # the tag's own lines are kept, so that places below it stay true
        return f"\ue000{len(held) - 1}\ue001" + "\n" * found[0].count("\n")

    tokens = _parser().parse(_TAG.sub(hold, markdown.replace("\ue000", "").replace("\ue001", "")))
    writer = _Writer(held)
    blocks = tuple(writer.blocks(tokens))
    return Page(blocks, tuple(writer.flaws))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("strikethrough")
    setattr(parser, "validateLink", _accept)  # noqa: B010 (mypy refuses to assign methods)
    setattr(parser, "normalizeLink", str)  # noqa: B010
    return parser


def _accept(_: str) -> bool:
    """Every link is kept, to be judged where its place can be named."""
    return True


class _Writer:
    """Writes Markdown tokens as Telegram HTML."""

    def __init__(self, held: list[str]) -> None:
        self.held = held
        self.flaws: list[Flaw] = []
        self.line = 1

    def blocks(self, tokens: list[Token]) -> Iterator[Block]:
        """One block per top-level token tree."""
        start = 0
        for index, token in enumerate(tokens):
            if token.level == 0 and token.nesting <= 0:
                group = tokens[start : index + 1]
                start = index + 1
                line = (group[0].map or [0])[0] + 1
                steps: tuple[tuple[str, int], ...] = ()
                if group[0].type == "ordered_list_open":
                    steps = tuple((self._tree(item), (item[0].map or [0])[0] + 1) for item in _items(group))
                yield Block(self._tree(group), line, steps)

    def _tree(self, tokens: list[Token]) -> str:
        return self._blocks(tokens).strip("\n")

    def _blocks(self, tokens: list[Token]) -> str:
        parts: list[str] = []
        position = 0
        while position < len(tokens):
            token = tokens[position]
            end = _end(tokens, position)
            parts.append(self._block(token, tokens[position + 1 : end]))
            position = end + 1
        return "\n\n".join(part for part in parts if part)

    def _block(self, token: Token, inner: list[Token]) -> str:
        if token.map:
            self.line = token.map[0] + 1
        match token.type:
            case "inline":
                return self._inline(token.children or [])
            case "paragraph_open" | "list_item_open":
                return self._blocks(inner)
            case "heading_open":
                return f"<b>{self._blocks(inner)}</b>"
            case "blockquote_open":
                return f"<blockquote>{self._blocks(inner)}</blockquote>"
            case "bullet_list_open" | "ordered_list_open":
                return self._list(token, inner)
            case "fence" | "code_block":
                return f"<pre>{self._restore(html.escape(token.content.rstrip(), quote=False))}</pre>"
            case "hr":
                return "———"
            case "html_block":
                return self._raw(token.content.strip())
        self._flaw(f"{token.type} cannot be shown in Telegram", "Use paragraphs, lists, quotes and headings.")
        return ""

    def _list(self, token: Token, inner: list[Token]) -> str:
        number = int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None
        lines = []
        for item in _items([token, *inner, token]):
            sign = "•" if number is None else f"{number}."
            text = self._blocks(item[1:-1] if item[0].type == "list_item_open" else item)
            lines.append(f"{sign} " + re.sub(r"\n+", "\n   ", text))
            if number is not None:
                number += 1
        return "\n".join(lines)

    def _inline(self, tokens: list[Token]) -> str:
        parts: list[str] = []
        for index, token in enumerate(tokens):
            match token.type:
                case "text":
                    if "**" in token.content or "~~" in token.content:
                        self._flaw(
                            "These asterisks do not make anything bold",
                            "Put no space inside them, and put punctuation outside of them.",
                        )
                    parts.append(self._restore(html.escape(token.content, quote=False)))
                case "strong_open" | "strong_close" | "em_open" | "em_close" | "s_open" | "s_close":
                    name = {"strong": "b", "em": "i", "s": "s"}[token.type.split("_")[0]]
                    parts.append(f"<{name}>" if token.nesting > 0 else f"</{name}>")
                case "code_inline":
                    parts.append(f"<code>{self._restore(html.escape(token.content, quote=False))}</code>")
                case "link_open":
                    parts.append(self._link(str(token.attrs.get("href", ""))))
                case "link_close":
                    parts.append("</a>")
                case "softbreak":
                    parts.append(_seam(tokens, index, self.held))
                    self.line += 1
                case "hardbreak":
                    parts.append("\n")
                    self.line += 1
                case "html_inline":
                    parts.append(self._raw(token.content))
                case _:
                    self._flaw(f"{token.type} cannot be shown in a message", "Describe it in words.")
        return "".join(parts)

    def _link(self, target: str) -> str:
        shown = self._restore(html.escape(target))
        if not _LINKS.match(target) and not target.startswith("\ue000"):
            self._flaw(f"The link {shown} leads nowhere", "Begin it with https://, tel: or mailto:.")
        return f'<a href="{shown}">'

    def _raw(self, content: str) -> str:
        """Telegram's own elements may be written as they are; anything else would be refused by Telegram."""
        for name in re.findall(r"<\s*/?\s*([A-Za-z][\w-]*|!)", content):
            if name.lower() not in _TAGS:
                self._flaw(f"<{name}> is not understood by Telegram", "Take it away, or write &lt; for a plain <.")
        return self._restore(content)

    def _restore(self, text: str) -> str:
        return _HELD.sub(lambda found: self.held[int(found[1])], text)

    def _flaw(self, message: str, remedy: str) -> None:
        self.flaws.append(Flaw(message, remedy, self.line))


def _end(tokens: list[Token], start: int) -> int:
    """The index of the token that closes the one at ``start``; itself when it stands alone."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += tokens[index].nesting
        if depth <= 0:
            return index
    return len(tokens) - 1


def _items(group: list[Token]) -> Iterator[list[Token]]:
    position = 1
    while position < len(group) - 1:
        end = _end(group, position)
        yield group[position : end + 1]
        position = end + 1


def _seam(tokens: list[Token], index: int, held: list[str]) -> str:
    """What a line end in the source becomes: nothing between Chinese characters or beside nothing, else a space."""

    def visible(found: re.Match[str]) -> str:
        return "\ue002" if held[int(found[1])].startswith("{{") else ""

    before = _HELD.sub(visible, "".join(token.content for token in tokens[:index]))[-1:]
    after = _HELD.sub(visible, "".join(token.content for token in tokens[index + 1 :]))[:1]
    if not before or not after:
        return ""
    # a value beside Chinese is set without a space, as its own phrase brings what it needs
    chinese = [side == "\ue002" or bool(_CJK.match(side)) for side in (before, after)]
    return "" if all(chinese) and before + after != "\ue002\ue002" else " "


class _Reader(HTMLParser):
    """Reads Telegram HTML strictly: known elements, closed in order, few attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.entities = 0
        self.flaws: list[Flaw] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.entities += 1
        if tag not in _TAGS:
            self._flaw(f"<{tag}> is not understood by Telegram", "Take it away, or write &lt; for a plain <.")
            return
        allowed = {"a": {"href"}, "blockquote": {"expandable"}, "code": {"class"}}.get(tag, set())
        for name, _ in attrs:
            if name not in allowed:
                self._flaw(f"<{tag}> has no {name} in Telegram", f"Take {name} away.")
        # an address that is a template tag is empty while the template is looked at
        target = dict(attrs).get("href")
        if tag == "a" and (target is None or (target and not _LINKS.match(target))):
            self._flaw("<a> leads nowhere", 'Write <a href="https://…">, or [words](https://…).')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        elif tag in _TAGS:
            self._flaw(f"</{tag}> closes what is not open", "Close elements in the reverse order of opening them.")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:  # noqa: ARG002 (the parent names it)
        self._flaw("A comment would be refused by Telegram", "Use {# … #} for comments.")

    def _flaw(self, message: str, remedy: str) -> None:
        self.flaws.append(Flaw(message, remedy, self.getpos()[0]))


def _read(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    for tag in reader.open:
        reader.flaws.append(Flaw(f"<{tag}> is not closed", f"Add </{tag}>."))
    return reader


def flaws(text: str) -> tuple[Flaw, ...]:
    """Everything that Telegram would refuse in a message of HTML, its length included."""
    reader = _read(text)
    found = list(reader.flaws)
    if re.search(r"<(?![a-zA-Z/!])|&(?!#?\w+;)", text):
        found.append(Flaw("A plain < or & would be refused by Telegram", "Write &lt; or &amp;."))
    if reader.entities > MOST_ENTITIES:
        found.append(Flaw(f"More than {MOST_ENTITIES} formatted stretches", "Use less bold, code and links."))
    size = units("".join(reader.words))
    if size > LIMIT:
        found.append(Flaw(f"{size} characters are too long for a message of {LIMIT}", "Say it shorter."))
    return tuple(found)


_PIECE = re.compile(r"\{\{.*?\}\}|\{#.*?#\}|\{%-?\s*(\w+).*?%\}|<(/?)([a-zA-Z][\w-]*)[^<>]*>", re.DOTALL)


def crossing(template: str) -> str:
    """What is not closed where it was opened in a template of HTML, empty when all is well.

    Conditions and elements must nest like brackets: then every way through the conditions gives whole HTML.
    """
    opened: list[str] = []
    for found in _PIECE.finditer(template):
        word, closing, element = found[1], found[2], found[3]
        if element:
            element = element.lower()
            if not closing:
                opened.append(f"<{element}>")
            elif not opened or opened.pop() != f"<{element}>":
                return f"</{element}>"
        elif word in ("if", "for"):
            opened.append(word)
        elif word in ("elif", "else"):
            if not opened or opened[-1] not in ("if", "for"):
                return opened[-1] if opened else word
        elif word and word.startswith("end") and (not opened or opened.pop() != word[3:]):
            return word
    return opened[-1] if opened else ""


def plain(text: str) -> str:
    """The words of a piece of Telegram HTML, as the reader sees them: for buttons, titles and logs."""
    if "<" not in text and "&" not in text:
        return str(text)
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def units(words: str) -> int:
    """Length as Telegram counts it: UTF-16 units."""
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def length(text: str) -> int:
    """How long a message of Telegram HTML is for Telegram."""
    return units(plain(text))
