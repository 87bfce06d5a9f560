"""The log of calls that the bot made, for assertions: the last few thousand, with their parameters cut short."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from bot.sandbox.table import Upload

Json = dict[str, Any]


class Call:
    """One call. Parameters are kept as received, long ones cut: the log stays small."""

    __slots__ = ("at", "chat", "code", "description", "fault", "method", "n", "parameters", "seconds")

    def __init__(self, number: int, method: str, chat: Any, parameters: Json, at: float) -> None:
        self.n = number
        self.method = method
        self.chat = chat
        self.parameters = {name: _short(value) for name, value in parameters.items()}
        self.at = at
        self.seconds = 0.0
        self.code = 200
        self.description = ""
        self.fault: str | None = None

    def shown(self) -> Json:
        """As the control API shows it."""
        canonical = json.dumps([self.method.lower(), self.parameters], sort_keys=True, default=str)
        return {
            "n": self.n,
            "at": self.at,
            "method": self.method,
            "chat": self.chat,
            "ok": self.code == 200 and self.fault not in {"reset", "hang"},
            "code": self.code,
            "description": self.description,
            "digest": blake2b(canonical.encode(), digest_size=8).hexdigest(),
            "params": self.parameters,
            "ms": round(self.seconds * 1000, 3),
            "fault": self.fault,
        }


def _short(value: Any) -> Any:
    if isinstance(value, Upload):
        digest = blake2b(value.data, digest_size=4).hexdigest()
        return f"<{len(value.data)} bytes, {value.name}, {digest}>"
    if isinstance(value, str) and len(value) > 4096:
        return f"{value[:4096]}… ({len(value)} characters)"
    return value


class Calls:
    """A ring of calls."""

    def __init__(self, keep: int = 5_000) -> None:
        self.last = 0
        self._ring: deque[Call] = deque(maxlen=keep)

    def begin(self, method: str, chat: Any, parameters: Json, at: float) -> Call:
        """Record a call."""
        self.last += 1
        call = Call(self.last, method, chat, parameters, at)
        self._ring.append(call)
        return call

    def since(self, after: int, method: str | None, chat: int | None) -> Iterator[Call]:
        """Calls after a number, oldest first, of one method and chat or of all."""
        wanted = None if method is None else method.lower()
        for call in self._ring:
            if call.n > after and wanted in {None, call.method.lower()} and chat in {None, call.chat}:
                yield call
