"""Who may knock: programs and pages of this machine only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_HOST: Final = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?", re.IGNORECASE)


class Guard:
    """Refuses what a page of elsewhere could send through somebody's browser."""

    def __init__(self) -> None:
        self._good: set[str] = set()

    def refusal(self, headers: Mapping[str, str]) -> str | None:
        """Why a request is refused; None when it is let in."""
        host = headers.get("Host", "")
        if host not in self._good:
            if not _HOST.fullmatch(host):
                return "the host is not this machine"
            if len(self._good) < 100:
                self._good.add(host)
        origin = headers.get("Origin")
        if origin is not None and not (origin.startswith("http://") and _HOST.fullmatch(origin[7:])):
            return "the page is not of this machine"
        if headers.get("Sec-Fetch-Site") == "cross-site":
            return "the page is not of this machine"
        return None
