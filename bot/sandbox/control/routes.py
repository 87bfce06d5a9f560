"""The paths of the control API and what answers them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox.api import Api
from bot.sandbox.refusals import Impossible, Refused
from bot.sandbox.telegram import Telegram

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A control request: the world, the numbers in the path, the query, and the body."""

    api: Api
    ids: tuple[int, ...]
    query: dict[str, str]
    body: Any

    @property
    def telegram(self) -> Telegram:
        """The world and what runs on it."""
        return self.api.telegram

    def object(self) -> Json:
        """The body, which must be an object."""
        if not isinstance(self.body, dict):
            raise Impossible(400, "the body is a JSON object")
        return self.body

    def number(self, name: str, fallback: int) -> int:
        """A whole number of the query."""
        return int(self._float(name, fallback))

    def optional(self, name: str) -> int | None:
        """A whole number of the query, or None when it is not given."""
        return self.number(name, 0) if self.query.get(name) not in {None, ""} else None

    def seconds(self, name: str, fallback: float) -> float:
        """A number of the query."""
        return self._float(name, fallback)

    def _float(self, name: str, fallback: float) -> float:
        given = self.query.get(name, "")
        if given == "":
            return fallback
        try:
            return float(given)
        except ValueError:
            raise Impossible(400, f"{name} is a number") from None


Answering = Callable[[Asked], Awaitable[Any]]
_ROUTES: Final[dict[tuple[str, ...], Answering]] = {}
_NUMBER: Final = re.compile(r"-?\d{1,19}")


def route(method: str, path: str) -> Callable[[Answering], Answering]:
    """Register what answers a path; ``*`` stands for a number."""

    def register(answering: Answering) -> Answering:
        _ROUTES[(method, *path.split("/"))] = answering
        return answering

    return register


async def answer(api: Api, method: str, path: str, query: dict[str, str], body: Any) -> Any:
    """Answer a request; Impossible says what was wrong with it."""
    ids: list[int] = []
    key = [method]
    for part in path.strip("/").split("/"):
        if _NUMBER.fullmatch(part):
            ids.append(int(part))
            part = "*"  # noqa: PLW2901 - the pattern's word for it
        key.append(part)
    answering = _ROUTES.get(tuple(key))
    if answering is None:
        raise Impossible(404, f"there is no {method} /sandbox/{path}")
    try:
        return await answering(Asked(api, tuple(ids), query, body))
    except Refused as refused:
        raise Impossible(409, refused.description) from None
    except (KeyError, TypeError, ValueError) as error:
        raise Impossible(400, f"the body is not as described in docs/sandbox.md: {error!r}") from error
