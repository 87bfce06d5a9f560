"""What the template parser says of a tag that it cannot read -> what an author understands, and what to do."""

from __future__ import annotations

import re

_CHARACTER = re.compile(r"unexpected char (['\"])(.+?)\1")
_GOT = re.compile(r"got '(\w+|=)'")
_UNKNOWN_TAG = re.compile(r"unknown tag '(\w+)'")
_QUOTES = "‘’“”„‚«»「」"
_SIGNS = {"&": "and", "｜": "|", "＝": "==", "（": "(", "）": ")", "，": ",", "．": ".", "！": "!="}
_WORDS = {"AND": "and", "OR": "or", "NOT": "not", "If": "if", "IF": "if", "ELSE": "else", "IN": "in", "IS": "is"}
_ANY_REMEDY = "Check the braces and tags of this line."


def explained(fault: str, line: str) -> tuple[str, str, int]:
    """Message, remedy and column (from 1; 1 when it is not known) for a fault of the parser in a line of words."""
    if found := _CHARACTER.search(fault):
        sign = found[2]
        column = _within(line, re.escape(sign))
        if sign in _QUOTES:
            return f"{sign} cannot stand in a tag", "Write plain quotes, as in 'sent'.", column
        wanted = f"Write {_SIGNS[sign]}." if sign in _SIGNS else "Write plain signs between the braces."
        return f"{sign} cannot stand in a tag", wanted, column
    if found := _GOT.search(fault):
        word = found[1]
        if word == "=":
            return "A single = compares nothing", "Write ==.", _within(line, r"(?<![=!<>])=(?!=)")
        if word == "if" and re.search(r"\{%-?\s*else\s+if\b", line):
            return "`else if` is no tag", "Write {% elif … %}.", _within(line, r"else\s+if\b")
        if word in _WORDS:
            return (
                f"`{word}` cannot stand here",
                f"Write `{_WORDS[word]}`, in small letters.",
                _within(line, rf"\b{word}\b"),
            )
    if found := _UNKNOWN_TAG.search(fault):
        word = found[1]
        column = _within(line, rf"\b{word}\b")
        if word.startswith("end") or word in ("else", "elif"):
            return f"{{% {word} %}} has no beginning", "Take it away, or add the {% if … %} that it belongs to.", column
        return f"There is no tag {word}", "Write if, elif, else and endif, or for and endfor.", column
    return _sentence(fault), _ANY_REMEDY, 1


def _within(line: str, pattern: str) -> int:
    """Where (from 1) the pattern stands within the tags of a line; 1 when it does not."""
    for tag in re.finditer(r"\{[{%].*?(?:[}%]\}|$)", line):
        found = re.search(pattern, tag[0])
        if found:
            return tag.start() + found.start() + 1
    return 1


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
