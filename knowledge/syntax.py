"""Python's parser for one thread at a time.

``ast.parse`` counts its depth once for all threads in CPython 3.11: where the garbage collector lets another thread in,
either may end in a SystemError (malthe/chameleon#361). Both functions raise what ``ast.parse`` raises.
"""

from __future__ import annotations

import ast
from threading import Lock

_ONE_AT_A_TIME = Lock()


def module_of(text: str) -> ast.Module:
    """The tree of a whole program."""
    with _ONE_AT_A_TIME:
        return ast.parse(text)


def expression_of(text: str) -> ast.Expression:
    """The tree of one expression."""
    with _ONE_AT_A_TIME:
        return ast.parse(text, mode="eval")
