"""``settledesk run``: the bot."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys

import typer

from bot.logs import configure
from bot.pacing import UNLIMITED, Limits, Pacing
from bot.settings import TELEGRAM, Settings, read_settings
from knowledge.errors import KnowledgeError
from storage.errors import StorageError

log = logging.getLogger(__name__)


def run() -> None:
    """Run the bot with the settings of the environment and .env until Ctrl-C or SIGTERM."""
    settings = read_settings()
    configure(settings.log_level, settings.log_format, settings.secrets)
    try:
        asyncio.run(_run(settings))
    except (KnowledgeError, StorageError) as error:
        sys.stderr.write(f"settledesk: {error}\n")
        raise typer.Exit(1) from None


async def _run(settings: Settings) -> None:
    from bot.assembly import assembled  # noqa: PLC0415 - the Telegram library takes a second to import: not for --help

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(each, stop.set)
    # another Bot API server (one's own, the sandbox) refuses by itself what is too fast for it
    pacing = Pacing(Limits() if settings.bot_api_url == TELEGRAM else UNLIMITED)
    async with assembled(settings, pacing) as program:
        log.info("knowledge base %s, process %s", program.serving.base.version, os.getpid())
        await program.run(stop)
    log.info("stopped")
