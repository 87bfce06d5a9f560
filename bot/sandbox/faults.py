"""Faults on order: what a bot meets on bad days, for chosen methods and chats, a chosen number of times."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any, Final

KINDS: Final = frozenset({"429", "500", "502", "reset", "lost", "hang", "delay", "error"})


class Fault:
    """One fault. ``count`` 0 is for ever; ``skip`` calls pass first."""

    __slots__ = ("chat", "code", "count", "description", "hit", "id", "kind", "method", "retry_after", "seconds",
                 "skip")  # fmt: skip

    def __init__(self, number: int, wanted: dict[str, Any]) -> None:
        known = {"method", "chat", "kind", "count", "skip", "retry_after", "seconds", "code", "description"}
        for name in wanted:
            if name not in known:
                raise ValueError(f"a fault has no {name}")
        kind = str(wanted.get("kind"))
        if kind not in KINDS:
            raise ValueError("kind is one of " + " ".join(sorted(KINDS)))
        if kind == "error" and not ("code" in wanted and "description" in wanted):
            raise ValueError("an error needs code and description")
        self.id = number
        self.kind = kind
        self.method = str(wanted.get("method", "*")).lower()
        chat = wanted.get("chat")
        self.chat = None if chat is None else int(chat)
        self.count = int(wanted.get("count", 1))
        self.skip = int(wanted.get("skip", 0))
        self.retry_after = int(wanted.get("retry_after", 1))
        self.seconds = float(wanted.get("seconds", 1.0))
        self.code = int(wanted.get("code", 400))
        self.description = str(wanted.get("description", ""))
        self.hit = 0

    def shown(self) -> dict[str, Any]:
        """As the control API lists it; ``left`` None is for ever."""
        left = None if self.count == 0 else self.count - self.hit
        return {"id": self.id, "method": self.method, "chat": self.chat, "kind": self.kind, "left": left,
                "hit": self.hit}  # fmt: skip


class Faults:
    """The faults that wait for their calls, first ordered first met."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._serial = 0
        self.hits = 0

    def order(self, wanted: dict[str, Any]) -> Fault:
        """Put a fault in the way; ValueError when it makes no sense."""
        fault = Fault(self._serial + 1, wanted)
        self._serial += 1
        self._waiting.append(fault)
        return fault

    def meet(self, method: str, chat: int | None) -> Fault | None:
        """The fault that this call meets, if any. ``method`` in lower case."""
        if not self._waiting:
            return None
        for fault in self._waiting:
            if (fault.chat is not None and fault.chat != chat) or not fnmatchcase(method, fault.method):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.hit += 1
            self.hits += 1
            if fault.count and fault.hit >= fault.count:
                self._waiting.remove(fault)
            return fault
        return None

    def shown(self) -> list[dict[str, Any]]:
        """All that wait."""
        return [fault.shown() for fault in self._waiting]

    def remove(self, number: int | None = None) -> bool:
        """Take one away (None: all); whether there was one."""
        before = len(self._waiting)
        self._waiting = [] if number is None else [fault for fault in self._waiting if fault.id != number]
        return number is None or len(self._waiting) < before
