"""Settlement events by webhook: ``POST /settlements/<provider>``, answered with 200 once they are committed.

A stranger costs a body of half a megabyte and a hash, and learns nothing. Events that wait while one import runs are
brought in together by the next, so that the ledger has one line for them all. Bodies are never logged.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from bot.clock import Clock
from bot.settings import Settings
from knowledge.providers import Providers
from storage.database import Storage
from storage.errors import StorageError, place_of
from storage.settlement.events import PROVIDERS, Event, EventTable, Kind, event_of
from storage.settlement.importing import Importer
from storage.settlement.signatures import (
    ADYEN_HEADER,
    SQUARE_HEADER,
    STRIPE_HEADER,
    from_adyen,
    from_square,
    from_stripe,
)

log = logging.getLogger(__name__)

MOST_BYTES = 512 * 1024
MOST_READING = 64
"""Bodies that are being read at the same time, of friends and strangers."""
MOST_WAITING = 1000
MOST_TOGETHER = 200
"""Events in one import; the table's ids have room for 1024 files of one."""
READ_SECONDS = 10.0
RETRY_SECONDS = 30
SAY_EVERY = 60.0
Genuine = Callable[[bytes, Mapping[str, str]], bool]


def add_routes(
    app: web.Application, settings: Settings, storage: Storage, providers: Callable[[], Providers], clock: Clock
) -> list[str]:
    """Serve the providers of which a secret is known; returns their paths. Any other path stays unknown: 404."""
    importer = Importer(storage.engine, clock, providers(), timezone=settings.timezone)
    table = EventTable(importer)

    def bring(events: Sequence[Event]) -> None:
        importer.providers = providers()  # as the base that serves now has them; one import runs at a time
        table.bring(events)

    arrivals = Arrivals(bring)
    checks = checks_of(settings, clock)
    for name, genuine in checks.items():
        app.router.add_post(f"/settlements/{name}", door(PROVIDERS[name], genuine, arrivals))
    return [f"/settlements/{name}" for name in checks]


def checks_of(settings: Settings, clock: Clock) -> dict[str, Genuine]:
    """How each provider's signature is checked, for those of which a secret is known."""
    adyen, stripe, square = (
        tuple(each.get_secret_value() for each in keys)
        for keys in (settings.adyen_hmac_keys, settings.stripe_webhook_secrets, settings.square_webhook_keys)
    )
    url = settings.square_webhook_url or ""
    every: dict[str, Genuine] = {
        "adyen": lambda body, headers: from_adyen(body, headers.get(ADYEN_HEADER, ""), adyen),
        "stripe": lambda body, headers: from_stripe(
            body, headers.get(STRIPE_HEADER, ""), stripe, clock().timestamp()
        ),
        "square": lambda body, headers: from_square(body, url, headers.get(SQUARE_HEADER, ""), square),
    }  # fmt: skip
    return {name: every[name] for name in settings.providers}


@dataclass
class Arrivals:
    """Events that wait to be committed; one import at a time, of all of one provider's that wait by then."""

    bring: Callable[[Sequence[Event]], None]
    """Blocking: what brings events into the table. Runs in a thread."""
    _waiting: deque[tuple[Event, asyncio.Future[None]]] = field(default_factory=deque)
    _working: asyncio.Task[None] | None = None
    reading: int = 0

    @property
    def full(self) -> bool:
        """Whether more would only wait for longer than anybody does."""
        return len(self._waiting) >= MOST_WAITING or self.reading >= MOST_READING

    async def take(self, event: Event) -> None:
        """Return when the event is committed. Raises ``StorageError`` when it has to come again."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((event, future))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work(), name="settlement events")
        await future

    async def _work(self) -> None:
        while self._waiting:
            kind = self._waiting[0][0].kind
            mine = [each for each in self._waiting if each[0].kind is kind][:MOST_TOGETHER]
            chosen = {id(future) for _, future in mine}
            self._waiting = deque(each for each in self._waiting if id(each[1]) not in chosen)
            failure: Exception | None = None
            try:
                await asyncio.to_thread(self.bring, [event for event, _ in mine])
            except Exception as error:
                failure = error
            for _, future in mine:
                if future.done():
                    continue
                if failure is None:
                    future.set_result(None)
                else:
                    future.set_exception(failure)


def door(kind: Kind, genuine: Genuine, arrivals: Arrivals) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler of one provider's path."""
    said = _Seldom(f"{kind.provider}: an event with a wrong signature; is the secret the right one?")
    failed = _Seldom(f"{kind.provider}: events could not be kept, they will be repeated")

    async def take(request: web.Request) -> web.Response:
        if arrivals.full:
            return _later()
        arrivals.reading += 1
        try:
            body = await _body(request)
        except TimeoutError:
            return web.Response(status=408)
        finally:
            arrivals.reading -= 1
        if body is None:
            return web.Response(status=413)
        if not genuine(body, request.headers):
            said.say()
            return web.Response(status=401)
        event = event_of(kind, body)
        if event is None:
            return web.Response(status=400)
        if event.of_payouts:
            try:
                await arrivals.take(event)
            except StorageError as error:
                failed.say(f"{type(error).__name__}: {error}")
                return _later()
            except Exception as error:  # its words may hold what the event says
                failed.say(place_of(error))
                return _later()
        return web.Response()

    return take


async def _body(request: web.Request) -> bytes | None:
    """The body as it came; None when it is too large. Raises ``TimeoutError`` when it comes too slowly."""
    if request.content_length is not None and request.content_length > MOST_BYTES:
        return None
    body = bytearray()
    async with asyncio.timeout(READ_SECONDS):
        async for piece in request.content.iter_any():
            body += piece
            if len(body) > MOST_BYTES:
                return None
    return bytes(body)


def _later() -> web.Response:
    return web.Response(status=503, headers={"Retry-After": str(RETRY_SECONDS)})


class _Seldom:
    """A complaint that anybody can cause: said at once, then at most once a minute with how often it was."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._count = 0
        self._last = -SAY_EVERY

    def say(self, why: str = "") -> None:
        """Log it, or only count it."""
        self._count += 1
        if time.monotonic() - self._last >= SAY_EVERY:
            times = f" ({self._count} times)" if self._count > 1 else ""
            log.warning("%s%s%s", self._words, times, f": {why}" if why else "")
            self._last, self._count = time.monotonic(), 0
