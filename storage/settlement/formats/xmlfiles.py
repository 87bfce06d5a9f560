"""Reading XML statements (ISO 20022): element after element, by local names, so that any version's namespace will do.

What banks send needs none of XML's dangerous parts, so they are refused: a DOCTYPE, and with it every entity, is never
parsed; nothing is fetched; the document, its depth and its single texts are limited in size. The encoding is the one
that a byte order mark or the XML declaration names, of a short list, else UTF-8; nothing is guessed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree

from knowledge.formats import decimals
from storage.settlement.formats import cells
from storage.settlement.formats.declaration import Column, Intake, Sum, Unreadable
from storage.settlement.opening import Part, Unopenable

__all__ = ["Element", "Shape", "children", "elements", "local_name", "message_of", "parent_name", "text_at", "texts_at"]

Element = etree._Element
ENCODINGS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "ascii": "ascii", "iso-8859-1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15", "windows-1252": "cp1252", "utf-16": "utf-16", "gb2312": "gb18030", "gbk": "gb18030",
    "gb18030": "gb18030",
}  # fmt: skip
"""Declared name -> how it is decoded; GB18030 holds all of GBK and GB2312."""
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,200}?\?>")
_ENCODING = re.compile(rb"""<\?xml\b[^>]{0,150}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_MESSAGE = re.compile(r"""xmlns(?::[\w.-]+)?\s*=\s*["'][^"'<>]{0,80}?\b((?:camt|pain|pacs)\.\d{3})\.\d{3}\.\d{2}\b""")
_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def message_of(head: bytes) -> str | None:
    """``camt.053`` and the like: the message that the namespace names in a file's beginning; None when there is none.

    An envelope's own header (``head.001``) does not count. Source: urn:iso:std:iso:20022:tech:xsd:camt.053.001.08 and
    the national variants of it, which all hold the message's name.
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        words = head.decode("utf-16", "replace")
    else:
        words = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    if not words.lstrip().startswith("<"):
        return None
    found = _MESSAGE.search(words)
    return found[1] if found else None


def elements(part: Part, intake: Intake, paths: Collection[str]) -> Iterator[tuple[str, Element]]:
    """The elements at these paths (``Stmt/Ntry``: parent and element), each when it ends; it is emptied afterwards.

    Whatever makes the document unreadable is reported, with its line, and ends the reading; the last thing that is
    yielded for a whole document is ``("", root)``.
    """
    try:
        content = _plain(part)
    except Unopenable as error:
        intake.refuse(part.name, error.line, "", error.reason)
        return
    if intake.advance is not None:
        intake.advance(part.size)
    names = {path.rpartition("/")[2] for path in paths}
    reading = etree.iterparse(
        io.BytesIO(content), events=("end",), tag=[f"{{*}}{name}" for name in sorted(names)], encoding="utf-8",
        load_dtd=False, no_network=True, resolve_entities=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        for _, element in reading:
            path = f"{parent_name(element)}/{local_name(element)}"
            if path in paths:
                yield path, element
                element.clear()
    except etree.XMLSyntaxError as error:
        intake.refuse(part.name, error.lineno or 0, "", f"this is not XML that can be read: {_why(error)}")
        return
    if reading.root is not None:
        yield "", reading.root


def _plain(part: Part) -> bytes:
    """The document in UTF-8 without its XML declaration, its line numbers unchanged."""
    raw = part.content()
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    if encoding is None:
        declared = _ENCODING.match(raw.lstrip()[:400])
        name = declared[1].decode("ascii").lower() if declared else "utf-8"
        encoding = ENCODINGS.get(name)
        if encoding is None or encoding == "utf-16":
            raise Unopenable(part.name, f"the encoding {name} is not read here; ask for the file in UTF-8", 1)
    try:
        words = raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unopenable(part.name, f"this is not {encoding.upper()}, which it says it is", line) from None
    for pattern, reason in (
        (_DOCTYPE, "a DOCTYPE or an entity is declared; no statement needs one, so such a file is not read"),
        (_NOT_XML, "there is a control character that XML does not allow"),
    ):
        found = pattern.search(words)
        if found:
            raise Unopenable(part.name, reason, words.count("\n", 0, found.start()) + 1)
    declaration = _DECLARATION.match(words)
    if declaration:
        words = "\n" * declaration[0].count("\n") + words[declaration.end() :]
    return words.encode("utf-8")


def _why(error: etree.XMLSyntaxError) -> str:
    """libxml2's words without the name of the stream, which is none of the reader's business."""
    return re.sub(r",? ?\(<[^>]*>, line \d+\)$", "", str(error))[:200]


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def parent_name(element: Element) -> str:
    """The name of the element around it, empty for the root."""
    parent = element.getparent()
    return "" if parent is None else local_name(parent)


@lru_cache(1000)
def _anywhere(path: str) -> str:
    return "/".join(f"{{*}}{name}" for name in path.split("/"))


def children(element: Element, path: str) -> list[Element]:
    """All elements at a path of local names such as ``NtryDtls/TxDtls``."""
    return element.findall(_anywhere(path))


def text_at(element: Element, paths: str) -> str:
    """The text of the first of several paths (``Sts/Cd|Sts``) that has any, without the space around it; or empty."""
    for path in paths.split("|"):
        found = element.find(_anywhere(path))
        if found is not None and found.text and found.text.strip():
            return found.text.strip()
    return ""


def texts_at(element: Element, paths: str) -> list[str]:
    """The texts of all elements at several paths, in that order."""
    return [found.text for path in paths.split("|") for found in children(element, path) if found.text]


@dataclass(frozen=True)
class Shape:
    """The declaration of one kind of element: a name -> a ``Column`` or ``Sum`` whose header is a path, or several.

    A ``Sum`` is read by the currency in its ``Ccy`` attribute, which is given as the field ``NAME_currency``.
    """

    columns: Mapping[str, Column | Sum]

    def read(self, element: Element, part: Part, intake: Intake) -> dict[str, Any] | None:
        """What the element says; None when something required is missing or cannot be read, which has been reported."""
        found: dict[str, Any] = {}
        good = True
        for name, column in self.columns.items():
            try:
                if isinstance(column, Sum):
                    found.update(_money(element, name, column))
                elif cell := text_at(element, column.header):
                    found[name] = column.read(cell)
                if column.required and name not in found:
                    raise Unreadable("missing, and required")
            except Unreadable as error:
                path = f"{local_name(element)}/{column.header.partition('|')[0]}"
                intake.refuse(part.name, element.sourceline or 0, path, str(error))
                good = False
        return found if good else None


def _money(element: Element, name: str, column: Sum) -> dict[str, Any]:
    """A sum in minor units and its currency; noughts beyond the currency's decimals are nothing (ISO allows five)."""
    for path in column.header.split("|"):
        found = element.find(_anywhere(path))
        if found is None or not (found.text or "").strip():
            continue
        currency = cells.currency(str(found.get("Ccy") or ""))
        places = decimals(currency)
        whole, dot, rest = (found.text or "").strip().partition(".")
        if dot and rest[places:].strip("0") == "":
            rest = rest[:places]
        written = f"{whole}.{rest}" if rest else whole
        return {name: column.read(written, places), f"{name}_currency": currency}
    return {}
