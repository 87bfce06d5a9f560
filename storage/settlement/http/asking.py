"""Sending one request and reading its answer: within limits, again where that is safe, never half an answer."""

from __future__ import annotations

import asyncio
import json
import random
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import aiohttp
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from yarl import URL

from storage.settlement.http.auth import Auth, ClientCredentials, Fixed, Outgoing, TokenRequest
from storage.settlement.http.circuit import Circuit
from storage.settlement.http.mapping import HttpMapping, Need
from storage.settlement.http.templates import filled, filled_body
from storage.settlement.mapped.answers import NoAnswer, shown

__all__ = ["Answer", "Asker"]

MOST_HOPS = 3
DEEPEST = 60
"""Levels of lists and objects in an answer; deeper ones are made to hurt."""
FIRST_PAUSE, LONGEST_PAUSE = 0.3, 3.0
"""Seconds before the first retry at most, and before any."""
_JSON = ("application/json", "text/json")
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that may be different a moment later (RFC 9110, 6585, 8470)."""
Sleep = Callable[[float], Awaitable[None]]


class _NotNow(NoAnswer):
    """Nothing came back, or the server asks to come again; ``after``: seconds that it names."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``absent``: the server said that there is none. ``link``: where the next page is."""

    data: Any = None
    absent: bool = False
    link: str | None = None


class Asker:
    """Sends the requests of one mapping over one session.

    ``clock`` is monotonic; ``sleep`` waits between retries. Everything that goes wrong is raised as ``NoAnswer``.
    """

    def __init__(
        self, mapping: HttpMapping, clock: Callable[[], float] = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._mapping, self._limits, self._sleep = mapping, mapping.limits, sleep
        self.circuit = Circuit(clock, mapping.limits.failures, mapping.limits.pause)
        self._session: aiohttp.ClientSession | None = None
        self._origin = _origin(mapping.base_url)
        auth = mapping.auth
        self._auth: Auth = auth.signature or Fixed(auth.headers)
        if auth.token is not None:
            self._auth = ClientCredentials(auth.token, self._token, clock)

    async def ask(self, need: Need, values: Mapping[str, str], link: str | None = None) -> Answer:
        """The answer to one request; ``link`` instead of the path and query where a page has named the next one."""
        trying = self.circuit.admit()
        end = self.circuit.undecided
        try:
            answer = await self._patiently(need, values, link)
            end = self.circuit.succeeded
        except _NotNow:
            end = self.circuit.failed
            raise
        except NoAnswer:
            end = self.circuit.succeeded  # it did answer, only not as it should
            raise
        finally:
            end(trying=trying)
        return answer

    async def close(self) -> None:
        """Close the session and its connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _patiently(self, need: Need, values: Mapping[str, str], link: str | None) -> Answer:
        attempts = 1 + (self._limits.retries if need.repeatable else 0)
        retrying = AsyncRetrying(
            stop=stop_after_attempt(attempts),
            wait=_pause,
            retry=retry_if_exception(self._worth_waiting),
            sleep=self._sleep,
            reraise=True,
        )
        return await retrying(self._once, need, values, link)

    def _worth_waiting(self, error: BaseException) -> bool:
        return isinstance(error, _NotNow) and (error.after is None or error.after <= self._limits.request)

    async def _once(self, need: Need, values: Mapping[str, str], link: str | None) -> Answer:
        url, body = self._address(need, values, link), b""
        if need.body is not None:
            body = json.dumps(filled_body(need.body, values), ensure_ascii=False).encode()
        renewed = False
        for _ in range(MOST_HOPS + 1):
            outgoing = Outgoing(need.method, url.raw_path, url.raw_query_string, body)
            headers = await self._auth.headers(outgoing)
            async with self._sent(outgoing, url, headers) as response:
                if response.status == 401 and not renewed and self._auth.refused(headers):
                    renewed = True
                elif response.status in (301, 302, 303, 307, 308):
                    url = self._elsewhere(need, url, response.headers.get("Location", ""))
                else:
                    return await self._read(need, url, response)
        raise NoAnswer(f"{need.name}: redirected too often")

    def _sent(self, outgoing: Outgoing, url: URL, headers: Mapping[str, str]) -> Any:
        content = {"Content-Type": "application/json"} if outgoing.body else {}
        return _Sending(
            self._opened().request(
                outgoing.method,
                url,
                data=outgoing.body or None,
                headers={"Accept": "application/json", **content, **headers},
                allow_redirects=False,
            ),
            self._limits.request,
        )

    def _address(self, need: Need, values: Mapping[str, str], link: str | None) -> URL:
        if link is not None:
            return URL(link, encoded=True)
        if any(values[name] in (".", "..") for name in values):
            raise NoAnswer(f"{need.name}: what is asked for cannot stand in an address")
        path = filled(need.path, values, lambda value: quote(value, safe=""))
        given = {name: filled(text, values) for name, text in need.query.items()}
        query = urlencode({name: value for name, value in given.items() if value}, quote_via=quote)
        return URL(f"{self._mapping.base_url}{path}" + (f"?{query}" if query else ""), encoded=True)

    def _elsewhere(self, need: Need, url: URL, location: str) -> URL:
        """Where a redirect leads: on the same server only, since the key goes along."""
        target = _joined(url, location)
        if need.method != "GET" or target is None or _origin(str(target)) != self._origin:
            raise NoAnswer(f"{need.name}: redirected to another server")
        return target

    async def _read(self, need: Need, url: URL, response: aiohttp.ClientResponse) -> Answer:
        status = response.status
        if status in need.absent:
            return Answer(absent=True)
        if status in _LATER:
            raise _NotNow(f"{need.name}: HTTP {status}", _after(response.headers.get("Retry-After")))
        if status in (401, 403):
            raise NoAnswer(f"{need.name}: HTTP {status}: our key is not accepted")
        if status != 200:
            part = " is part of an answer only" if status == 206 else ""
            raise NoAnswer(f"{need.name}: HTTP {status}{part}")
        data = _parsed(need.name, response.content_type, await self._body(need.name, response))
        if need.absent_when is not None and need.absent_when(data):
            return Answer(absent=True)
        if need.good_when is not None and not need.good_when(data):
            raise NoAnswer(f"{need.name}: the answer says that it failed")
        return Answer(data, link=self._next(need, url, response))

    def _next(self, need: Need, url: URL, response: aiohttp.ClientResponse) -> str | None:
        if need.paging.kind != "link":
            return None
        try:
            target = next((link["url"] for relation, link in response.links.items() if relation == "next"), None)
        except (ValueError, KeyError):
            raise NoAnswer(f"{need.name}: the Link header cannot be read") from None
        if target is None:
            return None
        target = _joined(url, str(target))
        if target is None or _origin(str(target)) != self._origin:
            raise NoAnswer(f"{need.name}: the next page is on another server")
        return str(target)

    async def _body(self, name: str, response: aiohttp.ClientResponse) -> bytes:
        parts: list[bytes] = []
        size = 0
        async for part in response.content.iter_chunked(65536):
            size += len(part)
            if size > self._limits.bytes:
                response.close()
                raise NoAnswer(f"{name}: the answer is larger than {self._limits.bytes} bytes")
            parts.append(part)
        return b"".join(parts)

    async def _token(self, request: TokenRequest) -> Any:
        sending = _Sending(
            self._opened().post(
                URL(request.url), data=request.form(), headers=request.headers(), allow_redirects=False
            ),
            self._limits.request,
        )
        async with sending as response:
            if response.status in _LATER:
                raise _NotNow(f"token: HTTP {response.status}", _after(response.headers.get("Retry-After")))
            if response.status != 200:
                raise NoAnswer(f"token: HTTP {response.status}: no token is given for our id and secret")
            return _parsed("token", response.content_type, await self._body("token", response))

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            verified = ssl.create_default_context(cafile=self._mapping.ca_file or None)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._limits.connections, ssl=verified),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=self._limits.request, sock_connect=self._limits.connect),
            )
        return self._session


class _Sending:
    """A request on its way, as a context: whatever happens to it, also while its answer is read, is a ``_NotNow``."""

    def __init__(self, request: Any, seconds: float) -> None:
        self._request, self._seconds = request, seconds

    async def __aenter__(self) -> aiohttp.ClientResponse:
        try:
            response: aiohttp.ClientResponse = await self._request.__aenter__()
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise self._why(error) from None
        return response

    async def __aexit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        await self._request.__aexit__(kind, error, trace)
        if isinstance(error, aiohttp.ClientError | TimeoutError | OSError):
            raise self._why(error) from None

    def _why(self, error: Exception) -> NoAnswer:
        """In words without the address: it has the terminal's ID in it."""
        if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
            return NoAnswer("its certificate is not trusted")
        if isinstance(error, TimeoutError):
            return _NotNow(f"no answer within {self._seconds} s")
        if isinstance(error, aiohttp.ClientConnectorError):
            return _NotNow(f"no connection: {shown(error.os_error.strerror or type(error.os_error).__name__)}")
        if isinstance(error, aiohttp.ClientPayloadError):
            return _NotNow("the answer broke off")
        return _NotNow(f"the connection failed: {type(error).__name__}")


def _pause(state: RetryCallState) -> float:
    """Seconds before the next attempt: what the server asks for, else a random part of twice as long as before."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _NotNow) and error.after is not None:
        return error.after
    return random.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (state.attempt_number - 1)))  # noqa: S311


def _after(words: str | None) -> float | None:
    """Retry-After: seconds, or a date."""
    if words is None:
        return None
    if words.strip().isdecimal():
        return float(words)
    try:
        return max(0.0, parsedate_to_datetime(words).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _parsed(name: str, content_type: str, body: bytes) -> Any:
    """The answer's JSON, its fractions as exact decimals."""
    if content_type not in _JSON and not content_type.endswith("+json"):
        raise NoAnswer(f"{name}: the answer is no JSON but {shown(content_type)}")
    try:
        data = json.loads(body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number)
    except RecursionError:
        raise NoAnswer(f"{name}: the answer is nested too deeply") from None
    except (ValueError, ArithmeticError):  # UnicodeDecodeError and JSONDecodeError among them
        raise NoAnswer(f"{name}: the answer is no JSON") from None
    level = [data]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _within(outer)]
        if not level:
            return data
    raise NoAnswer(f"{name}: the answer is nested too deeply")


def _within(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for one in inner if isinstance(one, dict | list)]


def _no_number(words: str) -> Any:
    raise ValueError(words)


def _joined(url: URL, location: str) -> URL | None:
    try:
        return url.join(URL(location, encoded=True)) if location else None
    except ValueError:
        return None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, port
