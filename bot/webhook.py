"""The webhook: an update is in the inbox before Telegram gets its 200; anything else makes Telegram repeat it."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Sequence

from aiohttp import web

from bot.intake import ALLOWED_UPDATES, LARGEST, Intake
from bot.telegram import Call, Telegram
from storage.errors import StorageError

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
MOST_BYTES = 4 * LARGEST
CONNECTIONS = 40
CATCH_UP_SECONDS = 10.0


def webhook_call(url: str, secret: str, allowed: Sequence[str] = ALLOWED_UPDATES) -> Call:
    """Tell Telegram where to deliver; what it already has for us is kept."""
    return Call(
        "setWebhook",
        {"url": url, "secret_token": secret, "allowed_updates": list(allowed), "max_connections": CONNECTIONS},
    )


def webhook_app(intake: Intake, path: str, secret: str) -> web.Application:
    """The web application that takes updates under ``path`` from whoever knows the secret."""
    expected = secret.encode()

    async def take(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode(errors="replace")
        if not hmac.compare_digest(given, expected):
            return web.Response(status=401)
        try:
            return await _take(request, intake)
        except StorageError as error:
            log.error("an update could not be kept, Telegram will repeat it: %s", error)
            return web.Response(status=503)

    app = web.Application(client_max_size=MOST_BYTES)
    app.router.add_post(path, take)
    return app


async def _take(request: web.Request, intake: Intake) -> web.Response:
    """Whatever can never become better by repeating is kept as given up and answered with 200."""
    try:
        update = json.loads(await request.read())
    except web.HTTPRequestEntityTooLarge:
        await intake.reject(f"too large: more than {MOST_BYTES} bytes")
    except ValueError:
        await intake.reject("not JSON")
    except RecursionError:
        await intake.reject("nested too deeply")
    else:
        await intake.take([update])
    return web.Response()


async def delivered(telegram: Telegram, seconds: float = CATCH_UP_SECONDS) -> None:
    """Return when Telegram holds back nothing that it could not deliver yet, or after ``seconds``."""
    deadline = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < deadline:
        info = getattr(await telegram.call(Call("getWebhookInfo")), "result", None)
        if isinstance(info, dict) and info.get("pending_update_count") == 0:
            return
        await asyncio.sleep(0.5)
