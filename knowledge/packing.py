"""Words and numbers as bytes and back: nothing in them is ever run, and what is not whole is refused."""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections.abc import Sequence

_MARK = f"settledesk {sys.byteorder} ".encode()


class Packer:
    """Takes parts in order; ``packed`` gives all of them."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def words(self, words: Sequence[str]) -> None:
        """Add words, none of which holds a line break."""
        self._add("w", "\n".join(words).encode())

    def numbers(self, numbers: array[float] | array[int]) -> None:
        """Add numbers as the array holds them."""
        self._add(numbers.typecode, numbers.tobytes())

    def packed(self) -> bytes:
        """All parts, with their hash before them."""
        body = b"".join(self._parts)
        return _MARK + hashlib.sha256(body).digest() + body

    def _add(self, kind: str, data: bytes) -> None:
        self._parts.append(kind.encode() + len(data).to_bytes(8, "little") + data)


class Unpacker:
    """Gives the parts in the order that they were packed in. Raises ``ValueError`` for anything else."""

    def __init__(self, data: bytes) -> None:
        start = len(_MARK) + 32
        self._rest = memoryview(data)[start:]
        if data[:start] != _MARK + hashlib.sha256(self._rest).digest():
            raise ValueError("these bytes are not whole, or from another kind of machine")

    def words(self) -> list[str]:
        """The next part, which is words."""
        text = bytes(self._next("w")).decode()
        return text.split("\n") if text else []

    def numbers(self, kind: str) -> array:  # type: ignore[type-arg]
        """The next part, which is numbers of this ``array`` type code."""
        found = array(kind)
        found.frombytes(self._next(kind))
        return found

    def _next(self, kind: str) -> memoryview:
        end = 9 + int.from_bytes(self._rest[1:9], "little")
        if bytes(self._rest[:1]) != kind.encode() or end > len(self._rest):
            raise ValueError(f"another part than {kind} comes here")
        part, self._rest = self._rest[9:end], self._rest[end:]
        return part
