"""The Bot API's door: a call comes in, is checked, meets the faults on order, is done, logged and answered."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final, NamedTuple

from bot.sandbox.calls import Call, Calls
from bot.sandbox.faults import Fault
from bot.sandbox.methods import HANDLERS
from bot.sandbox.parameters import given, split_uploads
from bot.sandbox.refusals import Refused, bad
from bot.sandbox.table import METHODS, Method
from bot.sandbox.telegram import Telegram
from bot.sandbox.updates import encode
from bot.sandbox.webhook import Webhook

Json = dict[str, Any]

_GATEWAY: Final = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"  # noqa: E501
_NOT_IN_REPLY: Final = frozenset({"getupdates", "setwebhook", "deletewebhook"})


class Broken(Exception):  # noqa: N818 - what a fault wants
    """The connection is to break without an answer."""


class Answer(NamedTuple):
    """Status, body and media type of a response."""

    status: int
    body: bytes
    kind: str = "application/json"


def _refusal(refused: Refused) -> Answer:
    body: Json = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return Answer(refused.code, encode(body).encode())


_NOT_FOUND: Final = _refusal(Refused(404, "Not Found"))
_UNAUTHORIZED: Final = _refusal(Refused(401, "Unauthorized"))


class BotApi:
    """The methods over the world, as a bot calls them."""

    def __init__(self, telegram: Telegram, *, pace: float) -> None:
        self.telegram = telegram
        self.calls = Calls()
        self.webhook = Webhook(telegram.updates, telegram.clock, self.reply, pace)

    async def call(self, token: str, name: str, query: bytes, body: bytes, content_type: str) -> Answer:
        """One HTTP call. Raises Broken when a fault breaks the connection."""
        if token != self.telegram.world.token:
            return _UNAUTHORIZED
        method = METHODS.get(name.lower())
        if method is None:
            return _NOT_FOUND
        counted = self.telegram.counters.calls
        counted[method.name] = counted.get(method.name, 0) + 1
        try:
            values = given(query, body, content_type)
        except Refused as refused:
            return self._refused(None, refused)
        return await self._answered(method, values)

    async def reply(self, body: bytes, content_type: str) -> None:
        """Do what the bot put into its response to a webhook's update; what becomes of it nobody learns."""
        try:
            values = given(b"", body, content_type)
        except Refused:
            return
        name = str(values.pop("method", "")).lower()
        method = METHODS.get(name)
        if method is None or name in _NOT_IN_REPLY:
            return
        counted = self.telegram.counters.calls
        counted[method.name] = counted.get(method.name, 0) + 1
        try:
            await self._answered(method, values)
        except Broken:
            return

    async def _answered(self, method: Method, values: Json) -> Answer:
        """Log the call, let it meet its fault, do it."""
        name = method.name.lower()
        chat = _chat(values.get("chat_id"))
        call = None
        if name != "getupdates":
            call = self.calls.begin(method.name, chat, values, self.telegram.now())
        begun = time.perf_counter()
        try:
            fault = self.telegram.faults.meet(name, chat)
            if fault is None:
                return await self._done(method, name, values, call)
            if call is not None:
                call.fault = fault.kind
            return await self._with(fault, method, values, call)
        finally:
            if call is not None:
                call.seconds = time.perf_counter() - begun

    async def _with(self, fault: Fault, method: Method, values: Json, call: Call | None) -> Answer:
        match fault.kind:
            case "429":
                seconds = fault.retry_after
                refused = Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
                return self._refused(call, refused)
            case "500":
                return self._refused(call, Refused(500, "Internal Server Error"))
            case "502":
                self._refused(call, Refused(502, "Bad Gateway"))
                return Answer(502, _GATEWAY, "text/html")
            case "error":
                return self._refused(call, Refused(fault.code, fault.description))
            case "hang":
                await asyncio.sleep(fault.seconds)
                raise Broken
            case "reset":
                raise Broken
        answer = await self._done(method, method.name.lower(), values, call)
        if fault.kind == "lost":
            raise Broken
        await asyncio.sleep(fault.seconds)
        return answer

    async def _done(self, method: Method, name: str, values: Json, call: Call | None) -> Answer:
        try:
            handler = HANDLERS.get(name)
            if handler is not None:
                attached = split_uploads(method, values)
                parameters = method.read(values)
                if attached:
                    parameters["_attached"] = attached
                return Answer(200, f'{{"ok":true,"result":{encode(handler(self.telegram, parameters))}}}'.encode())
            return Answer(200, b'{"ok":true,"result":' + await self._updates(method, name, values) + b"}")
        except Refused as refused:
            return self._refused(call, refused)

    async def _updates(self, method: Method, name: str, values: Json) -> bytes:
        """The methods that govern how updates reach the bot."""
        if name not in {"getupdates", "setwebhook", "deletewebhook", "getwebhookinfo"}:
            raise bad(f"{method.name} is not emulated here")
        parameters = method.read(values)
        match name:
            case "getupdates":
                return await self.telegram.updates.get(
                    parameters.get("offset", 0),
                    parameters.get("limit", 100),
                    parameters.get("timeout", 0),
                    parameters.get("allowed_updates"),
                )
            case "setwebhook":
                return encode(await self.webhook.set(parameters)).encode()
            case "deletewebhook":
                return encode(await self.webhook.delete(parameters)).encode()
            case _:
                return encode(self.webhook.info()).encode()

    def _refused(self, call: Call | None, refused: Refused) -> Answer:
        if call is not None:
            call.code, call.description = refused.code, refused.description
        errors = self.telegram.counters.errors
        errors[refused.code] = errors.get(refused.code, 0) + 1
        return _refusal(refused)


def _chat(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
