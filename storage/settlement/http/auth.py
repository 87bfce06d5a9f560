"""How a request shows who asks: fixed headers, an OAuth 2 token (client credentials, RFC 6749 §4.4), a signature."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Protocol
from urllib.parse import quote, urlencode

from storage.settlement.http.templates import filled
from storage.settlement.mapped.answers import NoAnswer

__all__ = ["SIGNED", "Auth", "ClientCredentials", "Fixed", "Outgoing", "Signature", "TokenRequest"]

SOONER = 30
"""Seconds before its end at which a token is replaced: it must still be good when it arrives."""
UNSAID = 300
"""Seconds that a token is used for when the server does not say how long it lasts."""
SIGNED = frozenset(
    {"method", "path", "query", "sorted_query", "body", "body_sha256", "timestamp", "nonce", "signature"}
)
"""Names that the string to sign (all but ``signature``) and the headers of a signature may use."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as it will be sent: what a signature is made of."""

    method: str
    path: str
    query: str
    body: bytes = b""


class Auth(Protocol):
    """Shows who asks."""

    async def headers(self, request: Outgoing) -> Mapping[str, str]:
        """The headers for this request."""
        ...

    def refused(self, headers: Mapping[str, str]) -> bool:
        """The server did not take these headers (401). True when there may be better ones: try once more."""
        ...


class Fixed:
    """The same headers every time; none at all for an interface without keys."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    async def headers(self, request: Outgoing) -> Mapping[str, str]:  # noqa: ARG002 - the same for all
        """The headers."""
        return self._headers

    def refused(self, headers: Mapping[str, str]) -> bool:  # noqa: ARG002
        """There are no others."""
        return False


@dataclass(frozen=True)
class TokenRequest:
    """What is sent for a token. ``in_body``: id and secret in the form instead of an Authorization header."""

    url: str
    client_id: str
    client_secret: str
    scope: str = ""
    audience: str = ""
    in_body: bool = False

    def form(self) -> bytes:
        """The form."""
        wanted = {"grant_type": "client_credentials", "scope": self.scope, "audience": self.audience}
        if self.in_body:
            wanted |= {"client_id": self.client_id, "client_secret": self.client_secret}
        return urlencode({name: value for name, value in wanted.items() if value}).encode()

    def headers(self) -> dict[str, str]:
        """Its headers; id and secret are form-encoded before they are joined (RFC 6749 §2.3.1)."""
        found = {"Content-Type": "application/x-www-form-urlencoded"}
        if not self.in_body:
            pair = f"{quote(self.client_id, safe='')}:{quote(self.client_secret, safe='')}"
            found["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        return found


class ClientCredentials:
    """A token, asked for when the first request needs it, kept until shortly before its end, replaced once on 401.

    ``ask`` sends the token request and returns the JSON of its answer, or raises ``NoAnswer``; ``clock`` is monotonic.
    """

    def __init__(
        self, request: TokenRequest, ask: Callable[[TokenRequest], Awaitable[Any]], clock: Callable[[], float]
    ) -> None:
        self._request, self._ask, self._clock = request, ask, clock
        self._token, self._until = "", 0.0
        self._lock = asyncio.Lock()

    async def headers(self, request: Outgoing) -> Mapping[str, str]:  # noqa: ARG002 - the same for all
        """The token as a header. Raises ``NoAnswer`` when none is given."""
        async with self._lock:  # whoever comes meanwhile waits for the same token
            if not self._token or self._clock() >= self._until:
                await self._renew()
        return {"Authorization": f"Bearer {self._token}"}

    def refused(self, headers: Mapping[str, str]) -> bool:
        """The token has expired early, or was taken back: another may do. One that is new already is kept."""
        if headers.get("Authorization") == f"Bearer {self._token}":
            self._token = ""
        return True

    async def _renew(self) -> None:
        answer = await self._ask(self._request)
        token = answer.get("access_token") if isinstance(answer, dict) else None
        kind = str(answer.get("token_type") or "bearer") if isinstance(answer, dict) else ""
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or kind.lower() != "bearer":
            raise NoAnswer("the token server gave no bearer token")
        lasts = answer.get("expires_in")
        try:
            seconds = float(lasts) if lasts is not None else UNSAID
        except (TypeError, ValueError):
            seconds = UNSAID
        self._token, self._until = token, self._clock() + max(0.0, seconds - SOONER)


Algorithm = Literal["sha256", "sha1", "md5", "sha512"]
Encoding = Literal["hex", "HEX", "base64"]


@dataclass(frozen=True)
class Signature:
    """A keyed hash (HMAC) of a string made of the request, and the headers that carry it."""

    secret: bytes
    string: str
    headers_with: Mapping[str, str]
    algorithm: Algorithm = "sha256"
    encoding: Encoding = "hex"
    timestamp: Literal["s", "ms", "iso"] = "s"
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    nonce: Callable[[], str] = lambda: secrets.token_hex(16)

    async def headers(self, request: Outgoing) -> Mapping[str, str]:
        """The headers with the signature of this very request."""
        values = {
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "sorted_query": "&".join(sorted(request.query.split("&"))),
            "body": request.body.decode("utf-8"),
            "body_sha256": hashlib.sha256(request.body).hexdigest(),
            "timestamp": self._time(),
            "nonce": self.nonce(),
        }
        signed = hmac.new(self.secret, filled(self.string, values).encode(), self.algorithm)
        values["signature"] = self._encoded(signed.digest())
        return {name: filled(text, values) for name, text in self.headers_with.items()}

    def refused(self, headers: Mapping[str, str]) -> bool:  # noqa: ARG002
        """The next signature would be refused too."""
        return False

    def _time(self) -> str:
        now = self.now()
        if self.timestamp == "iso":
            return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return str(int(now.timestamp() * (1000 if self.timestamp == "ms" else 1)))

    def _encoded(self, digest: bytes) -> str:
        if self.encoding == "base64":
            return base64.b64encode(digest).decode()
        return digest.hex().upper() if self.encoding == "HEX" else digest.hex()
