"""Patterns that are searched for quickly: the engine passes by every sign that none of their matches begins with.

CPython's engine does so by itself where a pattern begins with plain signs (``[换改]``, ``abc|xyz``). Most patterns for
what merchants write begin with a look around or an optional word, and are then tried at every sign of a text, word by
word. What a match can begin with is known all the same from the pattern; here the engine is told. It is told through
parts of CPython that are not public: where they are not as known, the pattern serves as ``re`` compiles it. The two
find the same.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

Heads = frozenset[tuple[Any, Any]]
"""Signs, ranges and classes of signs, as the parser of ``re`` has them in ``[…]``."""

_LOWEST, _WIDTHS = 3, slice(3, 5)
"""Places in a program's head: the least and the greatest length of a match."""
_KNOWN_START, _PREFIX = 2, 1
"""Place in a program's head that tells what ``re`` itself knows of a match's beginning; its bit for plain words."""
_DIGITS = ((0x30, 0x39), (0x660, 0x1FFF), (0xA600, 0xABFF), (0xFF10, 0xFF19), (0x10000, 0x10FFFF))
_BLANKS = ((0x09, 0x0D), (0x1C, 0x20), (0x85, 0xA0), (0x1680, 0x1680), (0x2000, 0x206F), (0x3000, 0x3000))
"""Ranges in which all that ``\\d`` and ``\\s`` mean lies, and little else: found sooner than a sign is asked about."""


def compiled(words: str) -> re.Pattern[str]:
    """The pattern as ``re.compile`` makes it, but quicker to search for. Raises ``re.error`` as that does."""
    try:
        return _quick(words)
    except (AttributeError, ImportError, IndexError, RuntimeError, TypeError, ValueError):  # another CPython
        return re.compile(words)


def _quick(words: str) -> re.Pattern[str]:
    """As ``re`` does it, but for the head of the program.

    A program of the engine is a head, which says how to search, and a body, which matches at one place. The body is
    the pattern's; the head is that of ``[…]`` with the signs that a match begins with, unless any sign may begin one,
    it may be empty or ``re`` knows the words of its beginning.
    """
    parser, compiler = import_module("re._parser"), import_module("re._compiler")
    tree = parser.parse(words)
    state, flags = tree.state, tree.state.flags
    program: list[int] = compiler._code(tree, flags)
    heads, empty = _heads(tree, import_module("re._constants"))
    if heads and not (empty or program[_KNOWN_START] & _PREFIX) and program[_LOWEST]:
        head: list[int] = []
        signs = sorted(_in_ranges(heads, import_module("re._constants")), key=repr)
        compiler._compile_info(head, parser.SubPattern(state, [(parser.IN, signs)]), flags)
        head[_WIDTHS] = program[_WIDTHS]
        program[: program[1] + 1] = head
    names: dict[str, int] = state.groupdict
    groups: list[str | None] = [None] * state.groups
    for name, place in names.items():
        groups[place] = name
    made: re.Pattern[str] = import_module("_sre").compile(words, flags, program, state.groups - 1, names, tuple(groups))
    return made


def _in_ranges(heads: Heads, known: Any) -> Heads:
    """The same signs, and perhaps some more, with ranges for digits and blanks."""
    ranges = {known.CATEGORY_DIGIT: _DIGITS, known.CATEGORY_SPACE: _BLANKS}
    plain = {(known.RANGE, one) for kind, value in heads if kind is known.CATEGORY for one in ranges.get(value, ())}
    return frozenset(
        plain | {(kind, value) for kind, value in heads if kind is not known.CATEGORY or value not in ranges}
    )


def _heads(items: Any, known: Any) -> tuple[Heads | None, bool]:
    """What a match of these items in a row can begin with, None for anything; and whether it can be empty."""
    heads: Heads = frozenset()
    for kind, value in items:
        own, empty = _heads_of_one(kind, value, known)
        if own is None:
            return None, empty
        heads |= own
        if not empty:
            return heads, False
    return heads, True


def _heads_of_one(kind: Any, value: Any, known: Any) -> tuple[Heads | None, bool]:
    match kind:
        case known.LITERAL:
            return frozenset({(kind, value)}), False
        case known.IN:
            return (None if (known.NEGATE, None) in value else frozenset(value)), False
        case known.AT | known.ASSERT | known.ASSERT_NOT:
            return frozenset(), True
        case known.BRANCH:
            every = [_heads(items, known) for items in value[1]]
            own = None if any(one is None for one, _ in every) else frozenset().union(*(one or () for one, _ in every))
            return own, any(empty for _, empty in every)
        case known.MAX_REPEAT | known.MIN_REPEAT:
            own, empty = _heads(value[2], known)
            return own, empty or value[0] == 0
        case known.SUBPATTERN if not (value[1] or value[2]):  # no flags of its own
            return _heads(value[3], known)
    return None, True
