"""The composition root: settings in, a program that is ready to run out. Nothing else puts parts together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web

from bot.clock import Clock, clock_from
from bot.delivery import Courier, Places
from bot.intake import Intake
from bot.jobs import Jobs
from bot.processing import Processor
from bot.receiving import Receiver
from bot.registering import register
from bot.sending import Sender
from bot.settings import TELEGRAM, Settings, SettingsError
from bot.telegram import Done, Telegram
from bot.webhook import webhook_app, webhook_call
from handlers import routers
from handlers.counter import Counter
from handlers.desk import Desk
from handlers.mishaps import Mishaps
from handlers.tickets import TicketDesk
from knowledge.library import KnowledgeBase
from knowledge.loader import load
from storage.database import Storage
from storage.settlement.source import SettlementSource
from storage.settlement.table import TableSource

log = logging.getLogger(__name__)


def bot_of(settings: Settings) -> Bot | None:
    """The bot, or None without a token. Raises ``SettingsError`` for a token that cannot be one."""
    if settings.bot_token is None:
        return None
    session = AiohttpSession()
    if settings.bot_api_url != TELEGRAM:
        session.api = TelegramAPIServer.from_base(settings.bot_api_url)
    try:
        return Bot(settings.bot_token.get_secret_value(), session, DefaultBotProperties(parse_mode="HTML"))
    except ValueError as error:
        raise SettingsError("BOT_TOKEN: is no token of @BotFather, it looks like 123456:TEST") from error


def source_of(settings: Settings, storage: Storage, clock: Clock) -> SettlementSource:
    """The settlement source that the settings choose."""
    if settings.settlement_source != "table":
        raise SettingsError(f"SETTLEMENT_SOURCE: {settings.settlement_source} is unknown, use: table")
    return TableSource(storage, clock, timezone=settings.timezone)
