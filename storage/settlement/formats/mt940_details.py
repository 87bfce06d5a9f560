"""``:86:`` of an MT940 statement: a business code with ``?NN`` fields, or words and ``/CODE/`` fields without them.

Source: the German banks' rules (fields ``?00`` posting text, ``?20``-``?29`` and ``?60``-``?63`` purpose, ``?31``
account, ``?34`` return reason; in the purpose ``EREF+``, ``KREF+``, ``SVWZ+`` and others begin a value) and the Dutch
banks' ``/EREF/…/RTRN/…``. A field goes on over the end of a line: lines are cut at 65 characters, fields at 27, and a
space that fell on a cut may be gone; in words it is put back, in a reference it cannot be part of a payout's id.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

__all__ = ["Details", "details_of"]

LINE, FIELD = 65, 27
"""Characters, as the rules have it."""
DROPPED = 4
"""Fewer spaces than this may have been dropped at the end of a full line."""
_STRUCTURED = re.compile(r"(\d{3})(?=\?\d{2})")
_FIELDS = re.compile(r"\?(\d{2})")
_PURPOSE = re.compile(r"2\d|6[0-3]")
_NAMES = "EREF KREF MREF BREF RREF CRED DEBT COAM OAMT SVWZ ABWA ABWE IBAN BIC PURP MDAT SQTP ORCR ORMR DDAT ANAM MTLG"
_NAMED = re.compile(rf"(?:^|(?<= ))({'|'.join(_NAMES.split())})[+:]")
_SLASHED = re.compile(r"/(EREF|KREF|RTRN|RETN|REJT|REMI)/+([^/]*)")
_FREE = re.compile(r"\b(EREF|KREF)[+:]\s*(\S+)")
_CODE = re.compile(r"(?<![A-Z0-9])(?:[A-Z]{2}|R)\d{2}(?![A-Z0-9])")
_RETURNS = ("RETOURE", "RUECKUEBERWEISUNG", "RÜCKÜBERWEISUNG", "退汇")
_WORDS = ("SVWZ", "MTLG", "")
"""Values of the purpose that are words for people; the one without a name is what stands before the first name."""


@dataclass(frozen=True)
class Details:
    """What a ``:86:`` says, as far as it matters here."""

    business: str = ""
    """The German banks' business code: 159 is a transfer that comes back."""
    posting: str = ""
    end_to_end: str = ""
    customer: str = ""
    account: str = ""
    returned: str = ""
    """``?34``: the German banks' number of why something came back."""
    code: str = ""
    """A return reason of ISO 20022 in a field for it."""
    mentioned: tuple[str, ...] = ()
    """What looks like such a code, or like one of NACHA, in the words."""
    marked: bool = False
    """A field for returns is there, whatever it holds, or the first words say that it is one."""
    words: tuple[str, ...] = field(default=())


def details_of(lines: Sequence[str]) -> Details:
    """Read the lines of a ``:86:``, the first without its tag, as they stand in the file."""
    found = _STRUCTURED.match(lines[0])
    return _structured(found[1], _joined(lines, "")[3:]) if found else _free(lines)


def _joined(lines: Sequence[str], gap: str) -> str:
    """The lines as they were before they were cut; spaces at the cut that were dropped are put back.

    A line is full at 65 characters; where a bank cuts all of them shorter, the longest tells what is full. What ends
    well before that was not cut: ``gap`` is what stands between it and the next line.
    """
    longest = max(len(line) for line in lines)
    full = LINE if longest > LINE - DROPPED else longest
    pieces = []
    for line, following in pairwise(lines):
        cut = len(line) > full - DROPPED and not (gap and full < LINE)
        pieces.append(line + gap if not cut else line if _FIELDS.match(following) else line.ljust(full))
    return "".join([*pieces, lines[-1]])


def _structured(business: str, content: str) -> Details:
    parts = _FIELDS.split(content)
    fields = list(zip(parts[1::2], parts[2::2], strict=True))
    named: dict[str, list[str]] = {}
    name = ""
    for number, value in fields:
        if not _PURPOSE.fullmatch(number):
            continue
        full = value if len(value) >= FIELD else f"{value} "
        first, *rest = _NAMED.split(full)
        named.setdefault(name, []).append(first)
        for name, piece in zip(rest[::2], rest[1::2], strict=True):
            named.setdefault(name, []).append(piece)
    words = tuple(said for key in _WORDS if (said := " ".join("".join(named.get(key, [])).split())))
    return Details(
        business=business,
        posting=_first(fields, "00"),
        end_to_end=_reference(named.get("EREF", [])),
        customer=_reference(named.get("KREF", [])),
        account=_first(fields, "31"),
        returned=_first(fields, "34"),
        marked=_is_return(_first(fields, "00")),
        mentioned=_codes(" ".join(words)),
        words=words,
    )


def _reference(pieces: Sequence[str]) -> str:
    """A reference over several fields: the space that is put back at the end of a short field is no part of an id."""
    return "".join(piece.removesuffix(" ") for piece in pieces).strip()


def _first(fields: Sequence[tuple[str, str]], number: str) -> str:
    return next((value.strip() for found, value in fields if found == number), "")


def _free(lines: Sequence[str]) -> Details:
    joined = _joined(lines, " ")
    slashed = {name: value.strip() for name, value in reversed(_SLASHED.findall(joined))}
    named = dict(reversed(_FREE.findall(joined)))
    code = slashed.get("RTRN") or slashed.get("RETN") or slashed.get("REJT") or ""
    text = " ".join(_FREE.sub("", slashed.get("REMI") or joined).split())
    return Details(
        end_to_end=slashed.get("EREF") or named.get("EREF", ""),
        customer=slashed.get("KREF") or named.get("KREF", ""),
        code=code if _CODE.fullmatch(code) else "",
        mentioned=_codes(text),
        marked=any(name in slashed for name in ("RTRN", "RETN", "REJT")) or _is_return(text),
        words=(text,),
    )


def _is_return(text: str) -> bool:
    return text.upper().startswith(_RETURNS)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_CODE.findall(text)))
