"""Events as server-sent events, with resuming and a sign of life."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from bot.sandbox.control.reading import event_view
from bot.sandbox.telegram import Telegram
from bot.sandbox.updates import encode

Json = dict[str, Any]

PULSE = 15.0
"""Seconds after which a silent stream says that it is alive."""
_BATCH = 200


async def stream_events(telegram: Telegram, request: web.BaseRequest) -> web.StreamResponse:
    """Answer one reader until it goes away."""
    query = request.query
    given = request.headers.get("Last-Event-ID") or query.get("after") or ""
    after = int(given) if given.isdigit() else telegram.events.last
    chat = query.get("chat", "")
    only = int(chat) if chat.lstrip("-").isdigit() else None
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    try:
        if telegram.events.forgotten(after) or after > telegram.events.last:
            after = telegram.events.last
            await _write(response, {"type": "gap", "id": after})
        await _write(response, {"type": "hello", "id": after, "now": telegram.clock.iso()})
        while True:
            after = await _write_new(telegram, response, after, only)
            if after >= telegram.events.last and not await telegram.events.wait(only, PULSE):
                await response.write(b": alive\n\n")
    except (ConnectionError, asyncio.CancelledError):
        return response


async def _write_new(telegram: Telegram, response: web.StreamResponse, after: int, only: int | None) -> int:
    last = telegram.events.last
    lines: list[str] = []
    for event in telegram.events.since(after, only):
        lines.append(f"id: {event.id}\ndata: {encode(event_view(telegram, event))}\n\n")
        if len(lines) >= _BATCH:
            last = event.id
            break
    if lines:
        await response.write("".join(lines).encode())
    return last


async def _write(response: web.StreamResponse, data: Json) -> None:
    await response.write(f"data: {encode(data)}\n\n".encode())
