"""Updates carried to the bot's own address: in order per lane, again after failures, with the secret."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.clock import Clock
from bot.sandbox.refusals import bad
from bot.sandbox.updates import Update, Updates

Json = dict[str, Any]
Reply = Callable[[bytes, str], Awaitable[None]]
"""Executes a method that the bot put into its response: body and content type."""

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]*")
_LONGEST_PAUSE: Final = 3600.0


def _loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Webhook:
    """The webhook of the bot. ``pace`` shortens the pauses between attempts (1.0: as Telegram pauses)."""

    def __init__(self, updates: Updates, clock: Clock, reply: Reply, pace: float) -> None:
        self._updates = updates
        self._clock = clock
        self._reply = reply
        self._pace = pace
        self._session: aiohttp.ClientSession | None = None
        self._lanes: dict[tuple[str, int], deque[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(40)
        self.url = ""
        self.secret = ""
        self.certificate = False
        self.max_connections = 40
        self.last_error: tuple[int, str] | None = None

    async def set(self, parameters: Json) -> bool:
        """setWebhook; an empty url is deleteWebhook."""
        url = str(parameters.get("url", ""))
        if not url:
            return await self.delete(parameters)
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if not _loopback(url):
            raise bad("bad webhook: the sandbox calls loopback addresses only")
        secret = str(parameters.get("secret_token", ""))
        if len(secret) > 256:
            raise bad("secret token is too long")
        if not _SECRET.fullmatch(secret):
            raise bad("secret token contains unallowed characters")
        self._updates.allow(parameters.get("allowed_updates"))
        await self._stop()
        self.url, self.secret = url, secret
        self.certificate = "certificate" in parameters
        self.max_connections = min(max(int(parameters.get("max_connections", 40)), 1), 100)
        self._places = asyncio.Semaphore(self.max_connections)
        self.last_error = None
        self._updates.end_poll_for_webhook()
        if parameters.get("drop_pending_updates"):
            self._updates.drop()
        self._updates.on_new = self._take
        for update in list(self._updates.queue.values()):
            self._take(update)
        return True

    async def delete(self, parameters: Json) -> bool:
        """deleteWebhook: what was not delivered waits for getUpdates."""
        await self._stop()
        self.url = self.secret = ""
        self._updates.on_new = None
        if parameters.get("drop_pending_updates"):
            self._updates.drop()
        return True

    def info(self) -> Json:
        """getWebhookInfo."""
        info: Json = {
            "url": self.url,
            "has_custom_certificate": self.certificate,
            "pending_update_count": len(self._updates.queue),
        }
        if self.url:
            info["max_connections"] = self.max_connections
            info["ip_address"] = "127.0.0.1"
        if self.last_error is not None:
            info["last_error_date"], info["last_error_message"] = self.last_error
        if self._updates.allowed_named:
            info["allowed_updates"] = self._updates.allowed_named
        return info

    async def close(self) -> None:
        """Stop delivering."""
        await self._stop()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._lanes.clear()

    def _take(self, update: Update) -> None:
        lane = self._lanes.get(update.key)
        if lane is not None:
            lane.append(update)
            return
        self._lanes[update.key] = deque([update])
        task = asyncio.get_running_loop().create_task(self._drain(update.key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, key: tuple[str, int]) -> None:
        """Deliver a lane's updates one after another."""
        lane = self._lanes[key]
        while lane:
            failures = 0
            while True:
                async with self._places:
                    pause = await self._attempt(lane[0])
                if pause is None:
                    break
                failures += 1
                if pause == 0 and failures > 1:
                    pause = min(2.0 ** (failures - 1), _LONGEST_PAUSE)
                if pause:
                    await asyncio.sleep(pause * self._pace)
            self._updates.confirm(lane.popleft())
        del self._lanes[key]

    async def _attempt(self, update: Update) -> float | None:
        """Post one update; None when the bot took it, else the seconds that it asked to wait (0: none named)."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=60)
            )
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.secret
        self._updates.delivered += 1
        self._updates.polled_at = time.monotonic()
        try:
            async with self._session.post(self.url, data=update.body, headers=headers) as response:
                body = await response.read()
                if 200 <= response.status <= 299:
                    if body:
                        await self._reply(body, response.headers.get("Content-Type", ""))
                    return None
                reason = f"Wrong response from the webhook: {response.status} {response.reason}"
                wait = response.headers.get("Retry-After", "")
                pause = min(float(wait), _LONGEST_PAUSE) if wait.isdigit() else 0.0
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            refused = isinstance(error, aiohttp.ClientConnectorError)
            reason, pause = "Connection refused" if refused else "Webhook connection closed", 0.0
        self.last_error = (int(self._clock.now()), reason)
        return pause
