"""The Bot API: one call in, one answer out, with its log, its faults and its counters."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

from bot.sandbox.calls import Call, Calls
from bot.sandbox.faults import Fault
from bot.sandbox.methods import HANDLERS
from bot.sandbox.parameters import given, split_uploads
from bot.sandbox.refusals import Refused, bad, too_many
from bot.sandbox.table import METHODS, Method
from bot.sandbox.telegram import Telegram
from bot.sandbox.updates import encode
from bot.sandbox.webhook import Webhook

Json = dict[str, Any]
Answer = tuple[int, bytes]
"""HTTP status and body."""

NOT_FOUND: Final[Answer] = (404, b'{"ok":false,"error_code":404,"description":"Not Found"}')
UNAUTHORIZED: Final[Answer] = (401, b'{"ok":false,"error_code":401,"description":"Unauthorized"}')
BAD_GATEWAY: Final[Answer] = (
    502,
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    b"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
)
_IN_RESPONSE_NEVER: Final = frozenset({"deletewebhook", "setwebhook", "close", "logout"})
_OWN: Final = frozenset({"getupdates", "setwebhook", "deletewebhook", "getwebhookinfo", "logout", "close"})


class Dropped(Exception):  # noqa: N818 - ordered, not an error
    """The connection is to break without an answer."""


def refusal(refused: Refused) -> bytes:
    """A refusal as the Bot API writes it."""
    answer: Json = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        answer["parameters"] = refused.parameters
    return encode(answer).encode()


class Api:
    """All methods. Handlers are plain functions; only polling and webhooks wait."""

    def __init__(self, telegram: Telegram, pace: float) -> None:
        self.telegram = telegram
        self.calls = Calls()
        self.webhook = Webhook(telegram.updates, telegram.clock, self._reply, pace)

    async def call(self, name: str, query: bytes, body: bytes, content_type: str) -> Answer:
        """Answer one request; raises Dropped when a fault wants the connection broken."""
        method = METHODS.get(name.lower())
        if method is None:
            self._count_error(name[:64], 404)
            return NOT_FOUND
        try:
            values = given(query, body, content_type)
        except Refused as refused:
            self._count_error(method.name, refused.code)
            return refused.code, refusal(refused)
        return await self._perform(method, values)

    async def _reply(self, body: bytes, content_type: str) -> None:
        """Execute the method in a webhook's response; nobody hears what comes of it."""
        try:
            values = given(b"", body, content_type)
        except Refused:
            return
        name = str(values.pop("method", "")).lower()
        method = METHODS.get(name)
        if method is None or name in _IN_RESPONSE_NEVER or name.startswith("get"):
            return
        try:
            await self._perform(method, values)
        except Dropped:
            return

    async def _perform(self, method: Method, values: Json) -> Answer:
        telegram = self.telegram
        key = method.name.lower()
        counted = telegram.counters.calls
        counted[method.name] = counted.get(method.name, 0) + 1
        chat = _chat_of(values)
        call = None
        if key != "getupdates":
            call = self.calls.begin(method.name, chat, values, telegram.now())
        begun = time.perf_counter()
        fault = telegram.faults.meet(key, chat)
        try:
            return await self._with_fault(method, key, values, fault, call)
        except Refused as refused:
            telegram.counters.errors[refused.code] = telegram.counters.errors.get(refused.code, 0) + 1
            if call is not None:
                call.code, call.description = refused.code, refused.description
            return refused.code, refusal(refused)
        finally:
            if call is not None:
                call.seconds = time.perf_counter() - begun

    async def _with_fault(
        self, method: Method, key: str, values: Json, fault: Fault | None, call: Call | None
    ) -> Answer:
        if fault is None:
            return 200, await self._result(method, key, values)
        if call is not None:
            call.fault = fault.kind
        match fault.kind:
            case "429":
                raise too_many(fault.retry_after)
            case "500":
                raise Refused(500, "Internal Server Error")
            case "error":
                raise Refused(fault.code, fault.description)
            case "502":
                if call is not None:
                    call.code = 502
                return BAD_GATEWAY
            case "reset":
                raise Dropped
            case "hang":
                await asyncio.sleep(fault.seconds)
                raise Dropped
        body = await self._result(method, key, values)
        if fault.kind == "lost":
            raise Dropped
        await asyncio.sleep(fault.seconds)
        return 200, body

    async def _result(self, method: Method, key: str, values: Json) -> bytes:
        attached = split_uploads(method, values)
        parameters = method.read(values)
        if attached:
            parameters["_attached"] = attached
        if key in _OWN:
            return b'{"ok":true,"result":' + await self._own(key, parameters) + b"}"
        handler = HANDLERS.get(key)
        if handler is None:
            raise bad(f"{method.name} is not emulated here")
        return f'{{"ok":true,"result":{encode(handler(self.telegram, parameters))}}}'.encode()

    async def _own(self, key: str, parameters: Json) -> bytes:
        """The methods that need the queue or the webhook."""
        match key:
            case "getupdates":
                return await self.telegram.updates.get(
                    parameters.get("offset", 0),
                    parameters.get("limit", 100),
                    parameters.get("timeout", 0),
                    parameters.get("allowed_updates"),
                )
            case "setwebhook":
                await self.webhook.set(parameters)
            case "deletewebhook":
                await self.webhook.delete(parameters)
            case "getwebhookinfo":
                return encode(self.webhook.info()).encode()
        return b"true"

    def _count_error(self, name: str, code: int) -> None:
        counters = self.telegram.counters
        counters.calls[name] = counters.calls.get(name, 0) + 1
        counters.errors[code] = counters.errors.get(code, 0) + 1


def _chat_of(values: Json) -> Any:
    """The chat that a call is about, for faults and the log; None when it names none."""
    chat = values.get("chat_id")
    if isinstance(chat, str) and chat.lstrip("-").isdigit():
        return int(chat)
    return chat
