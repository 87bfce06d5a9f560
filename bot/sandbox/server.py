"""The HTTP side: the Bot API, file downloads, the control API, the event stream and the chat page on one port."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
import struct
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final
from urllib.parse import unquote

from aiohttp import web
from aiohttp.http_parser import RawRequestMessage
from aiohttp.streams import StreamReader
from aiohttp.web_protocol import RequestHandler

from bot.sandbox.api import NOT_FOUND, UNAUTHORIZED, Answer, Api, Dropped, refusal
from bot.sandbox.building import empty_world, populate
from bot.sandbox.clock import Clock
from bot.sandbox.control import answer
from bot.sandbox.editing import Editor
from bot.sandbox.page import page_response
from bot.sandbox.refusals import Impossible, Refused
from bot.sandbox.stream import stream_events
from bot.sandbox.telegram import Telegram
from bot.sandbox.updates import encode

Json = dict[str, Any]

_LIMIT: Final = 60 * 1024 * 1024
_HOST: Final = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.IGNORECASE)
_log = logging.getLogger("sandbox")


class Sandbox:
    """A Bot API server on loopback. Use as a context, or ``start`` and ``stop``; ``url`` is its address.

    ``world`` is as described in docs/sandbox.md. ``pace`` shortens the webhook's pauses in tests. ``keep`` bounds the
    messages that are remembered. ``editor``: a folder that the page may edit. Raises Impossible when the world is
    wrong, OSError when the port is taken.
    """

    def __init__(
        self,
        world: Json | None = None,
        *,
        now: datetime | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        keep: int = 20_000,
        pace: float = 1.0,
        page: Path | None = None,
        editor: Editor | None = None,
    ) -> None:
        if host not in {"127.0.0.1", "::1", "localhost"}:
            raise ValueError("the sandbox listens on loopback only")
        data = world or {}
        self.telegram = Telegram(empty_world(data, keep), Clock(now), keep_events=max(1_000, keep // 2))
        populate(self.telegram, data)
        self.api = Api(self.telegram, pace)
        self.url = ""
        self._host, self._port = host, port
        self._page = page or Path(__file__).parent / "page"
        self._editor = editor
        self._prefix = f"/bot{self.telegram.world.token}/"
        self._files = f"/file/bot{self.telegram.world.token}/"
        self._hosts: set[str] = set()
        self._runner: web.ServerRunner | None = None

    async def start(self) -> None:
        """Listen."""
        server = web.Server(self._serve, request_factory=self._request, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, access_log=None, shutdown_timeout=0.3)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port, backlog=1024)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    async def stop(self) -> None:
        """Stop listening and delivering."""
        await self.api.webhook.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Sandbox:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _request(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: RequestHandler,
        writer: Any,
        task: asyncio.Task[None],
    ) -> web.BaseRequest:
        return web.BaseRequest(
            message, payload, protocol, writer, task, asyncio.get_running_loop(), client_max_size=_LIMIT
        )

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        if not self._welcome(request):
            return _json(403, {"error": "only pages and programs of this machine may ask"})
        path = request.raw_path.partition("?")[0]
        try:
            if path.startswith(self._prefix):
                return await self._call(request, path[len(self._prefix) :])
            return await self._elsewhere(request, path)
        except Dropped:
            return _break(request)
        except web.HTTPRequestEntityTooLarge:
            return _answered((413, refusal(Refused(413, "Request Entity Too Large"))))

    async def _call(self, request: web.BaseRequest, method: str) -> web.Response:
        body = await request.read() if request.body_exists else b""
        query = request.raw_path.partition("?")[2].encode("ascii", "replace")
        return _answered(await self.api.call(method, query, body, request.headers.get("Content-Type", "")))

    async def _elsewhere(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        if path.startswith("/sandbox/"):
            return await self._control(request, unquote(path[len("/sandbox/") :]))
        if "%3A" in path or "%3a" in path:
            decoded = unquote(path)
            if decoded.startswith(self._prefix):
                return await self._call(request, decoded[len(self._prefix) :])
        if path.startswith(self._files):
            return self._download(unquote(path[len(self._files) :]))
        if path.startswith(("/bot", "/file/bot")):
            return _answered(UNAUTHORIZED)
        if path == "/config":
            telegram = self.telegram
            shown = {"bot": telegram.bot_view(), "now": telegram.clock.iso(), "page": telegram.world.page,
                     "edit": self._editor is not None}  # fmt: skip
            return _json(200, shown)
        return page_response(self._page, unquote(path))

    def _welcome(self, request: web.BaseRequest) -> bool:
        """Refuse pages of other sites, also those whose name was pointed at this machine (DNS rebinding)."""
        headers = request.headers
        host = headers.get("Host", "")
        if host not in self._hosts:
            if not _HOST.fullmatch(host):
                return False
            if len(self._hosts) < 100:
                self._hosts.add(host)
        origin = headers.get("Origin")
        if origin is not None and not (origin.startswith("http://") and _HOST.fullmatch(origin[7:])):
            return False
        return headers.get("Sec-Fetch-Site") != "cross-site"

    def _download(self, path: str) -> web.Response:
        file = self.telegram.files.at(path)
        if file is None or not file.data:
            return _answered(NOT_FOUND)
        return web.Response(body=file.data, content_type="application/octet-stream")

    async def _control(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        if request.method == "GET" and path == "events":
            return await stream_events(self.telegram, request)
        if request.method == "GET" and path.startswith("files/"):
            return self._shown_file(path[len("files/") :])
        try:
            body = await _body(request)
            if self._editor is not None and (path == "edit" or path.startswith("edit/")):
                result = await self._editor.answer(request.method, path[len("edit") :], dict(request.query), body)
            else:
                result = await answer(self.api, request.method, path, dict(request.query), body)
        except Impossible as impossible:
            return _json(impossible.code, {"error": impossible.text})
        return _json(200, result)

    def _shown_file(self, name: str) -> web.Response:
        """A file for the chat page. Anything that a browser might run is handed over as a download."""
        file = self.telegram.files.find(name)
        if file is None or not file.data:
            return _json(404, {"error": f"there is no file {name}"})
        harmless = file.mime in {"application/pdf", "text/plain"} or (
            file.mime.startswith(("image/", "audio/", "video/")) and "svg" not in file.mime
        )
        headers = {
            "Content-Type": file.mime if harmless else "application/octet-stream",
            "X-Content-Type-Options": "nosniff",
            **({} if harmless else {"Content-Security-Policy": "sandbox", "Content-Disposition": "attachment"}),
        }
        return web.Response(body=file.data, headers=headers)


async def _body(request: web.BaseRequest) -> Any:
    if not request.body_exists:
        return {}
    raw = await request.read()
    if not raw:
        return {}
    if request.content_type != "application/json":
        raise Impossible(400, "the body must say Content-Type: application/json")
    try:
        return json.loads(raw)
    except ValueError:
        raise Impossible(400, "the body is no JSON") from None


def _answered(given: Answer) -> web.Response:
    status, body = given
    kind = "text/html" if status == 502 and body.startswith(b"<") else "application/json"
    return web.Response(body=body, status=status, headers={"Content-Type": kind})


def _json(status: int, value: Any) -> web.Response:
    return web.Response(
        body=encode(value).encode(),
        status=status,
        headers={"Content-Type": "application/json", "Cache-Control": "no-store"},
    )


def _break(request: web.BaseRequest) -> web.Response:
    """Break the connection so that the caller meets a reset, not an orderly end."""
    transport = request.transport
    if transport is not None:
        peer = transport.get_extra_info("socket")
        if peer is not None:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()
