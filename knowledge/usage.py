"""Which phrases the program's own text asks for: so that none is missing and none is kept for nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from knowledge.syntax import module_of

SPEAKING = {"phrase": 2, "plain": 2, "say": 1, "Say": 1, "Button": 1, "PhraseButton": 1}
"""Calls that name a phrase, and among how many of the first arguments it stands."""
_KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass
class Usage:
    """Every text that could be a key, every pattern of an f-string that could make one, and keys surely asked for."""

    words: set[str] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)
    joins: bool = False
    """Whether two values are joined with an underscore somewhere, like f"{prefix}_{name}"."""
    asked: list[tuple[str, str, int, int]] = field(default_factory=list)
    """key, file, line and column (from 1)."""

    def uses(self, key: str) -> bool:
        """Whether something in the program could ask for the phrase."""
        if key in self.words or any(re.fullmatch(pattern, key) for pattern in self.patterns):
            return True
        halves = ((key[:place], key[place + 1 :]) for place, sign in enumerate(key) if sign == "_")
        return self.joins and any(left in self.words and right in self.words for left, right in halves)


def usage(texts: Iterable[tuple[str, str]]) -> Usage:
    """Read Python texts given with their file names."""
    found = Usage()
    for file, text in texts:
        for node in ast.walk(module_of(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _KEY.fullmatch(node.value):
                found.words.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                found.patterns.update(_pattern(node))
                found.joins = found.joins or _fixed(node) == "_"
            elif isinstance(node, ast.Call):
                found.asked.extend((key, file, line, column) for key, line, column in _asked(node))
    return found


def _pattern(node: ast.JoinedStr) -> Iterator[str]:
    parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
    fixed = _fixed(node)
    if len(fixed) >= 4 and re.fullmatch(r"[a-z0-9_]+", fixed):
        yield "".join("[a-z0-9_A-Z]+" if part is None else re.escape(str(part)) for part in parts)


def _fixed(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))


def _asked(node: ast.Call) -> Iterator[tuple[str, int, int]]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    for argument in node.args[: SPEAKING.get(name, 0)]:
        for choice in (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,):
            if isinstance(choice, ast.Constant) and isinstance(choice.value, str) and "_" in choice.value:
                yield choice.value, choice.lineno, choice.col_offset + 1
