"""How an interface cuts a long list into pages, and how one knows that all of them have been seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from storage.settlement.mapped.answers import NoAnswer

__all__ = ["NAMES", "Pager", "Paging", "PagingKind"]

PagingKind = Literal["none", "page", "offset", "cursor", "link"]
NAMES: Mapping[str, frozenset[str]] = {
    "none": frozenset(),
    "page": frozenset({"page", "size"}),
    "offset": frozenset({"offset", "size"}),
    "cursor": frozenset({"cursor", "size"}),
    "link": frozenset({"size"}),
}
"""The names that a request may use in its path, query or body, by kind of paging."""


@dataclass(frozen=True)
class Paging:
    """What a mapping says of pages. ``next`` finds the next cursor, ``total`` the number of items on all pages."""

    kind: PagingKind = "none"
    size: int = 100
    first: int = 1
    most_pages: int = 50
    next: Callable[[Any], Any] | None = None
    total: Callable[[Any], Any] | None = None


class Pager:
    """Goes through the pages of one list. Raises ``NoAnswer`` where it cannot be had whole."""

    def __init__(self, paging: Paging, place: str) -> None:
        self._paging, self._place = paging, place
        self._page, self._got, self._cursor = 0, 0, ""
        self._before: list[Any] | None = None
        self._seen: set[str] = set()
        self.link: str | None = None
        """Where the next page is, when the server says so in a Link header."""

    def values(self) -> dict[str, str]:
        """What the names of this paging mean for the next request."""
        return {
            "page": str(self._paging.first + self._page),
            "offset": str(self._got),
            "cursor": self._cursor,
            "size": str(self._paging.size),
        }

    def more(self, data: Any, items: list[Any], link: str | None) -> bool:
        """Take note of a page; whether there is another one."""
        kind = self._paging.kind
        if kind == "none":
            return False
        if items and items == self._before:
            raise NoAnswer(f"{self._place}: the same page came twice")
        self._before = items
        self._page += 1
        self._got += len(items)
        going_on = {"cursor": self._by_cursor, "link": lambda *_: self._by_link(link)}.get(kind, self._by_count)
        if not going_on(data, items):
            return False
        if self._page >= self._paging.most_pages:
            raise NoAnswer(f"{self._place}: more than {self._paging.most_pages} pages")
        return True

    def ends(self) -> None:
        """The server says that there is no such page: as it may, unless it had promised one."""
        promised = self._paging.total is not None or self._paging.kind in ("cursor", "link")
        if self._page and promised:
            raise NoAnswer(f"{self._place}: the pages break off at {self._got}")

    def _by_count(self, data: Any, items: list[Any]) -> bool:
        if self._paging.total is None:
            return len(items) >= self._paging.size
        total = self._paging.total(data)
        if isinstance(total, str) and total.isascii() and total.isdigit():
            total = int(total)
        if not isinstance(total, int) or isinstance(total, bool):
            raise NoAnswer(f"{self._place}: the answer does not say how many there are in all")
        if self._got < total and not items:
            raise NoAnswer(f"{self._place}: the pages break off at {self._got} of {total}")
        return self._got < total

    def _by_cursor(self, data: Any, _items: list[Any]) -> bool:
        found = self._paging.next(data) if self._paging.next else None
        if found is None or found == "" or found is False:
            return False
        if not isinstance(found, str | int):
            raise NoAnswer(f"{self._place}: the next cursor is no text")
        self._once(str(found))
        self._cursor = str(found)
        return True

    def _by_link(self, link: str | None) -> bool:
        if link is None:
            return False
        self._once(link)
        self.link = link
        return True

    def _once(self, where: str) -> None:
        if where in self._seen:
            raise NoAnswer(f"{self._place}: the pages lead in a circle")
        self._seen.add(where)
