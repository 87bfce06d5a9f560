"""The composition root: settings in, a program that is ready to run out. Nothing else puts parts together."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.utils.token import TokenValidationError
from aiohttp import web

from bot.albums import Albums
from bot.checking import Checker
from bot.clock import Clock, clock_from
from bot.intake import Intake
from bot.jobs import Jobs
from bot.learning import Learner
from bot.membership import Membership
from bot.pacing import Pacing
from bot.processing import Processor
from bot.receiving import Receiver
from bot.registering import register
from bot.reloading import Learn, Reloader
from bot.sending import Sender
from bot.settings import TELEGRAM, Settings, SettingsError
from bot.sources import source_of
from bot.telegram import Call, Done, Telegram
from bot.webhook import delivered, webhook_app, webhook_call
from handlers.approvals import Approvals
from handlers.banning import Banning
from handlers.byhand import ByHand
from handlers.canned import CannedReplies
from handlers.counter import Counter
from handlers.desk import Desk
from handlers.filing import Filing
from handlers.groups import Groups
from handlers.incidents import IncidentDesk
from handlers.letters import Letters
from handlers.librarian import Librarian
from handlers.lookout import Lookout
from handlers.lookups import Lookups
from handlers.mending import Mending
from handlers.mishaps import Mishaps
from handlers.questions import Lessons, lessons
from handlers.reports import Reports
from handlers.routers import routers
from handlers.serving import Serving
from handlers.staff import Buttons, Commands
from handlers.statboard import StatBoard
from handlers.tickets import TicketDesk
from handlers.timekeeper import Timekeeper
from knowledge.files import signature
from knowledge.library import KnowledgeBase
from knowledge.loader import load
from storage.base_files import BaseFiles
from storage.database import Storage
from storage.settlement.announcing import AnnouncingSource
from storage.settlement.source import SettlementSource

log = logging.getLogger(__name__)

GAPS_DAYS = 30
"""How far back ``/kb gaps`` looks; ``settledesk kb gaps --since`` looks further."""
SHUTDOWN_SECONDS, KEEP_SECONDS = 10.0, 30.0
"""How long requests in hand may take to end when the server stops, and how long an idle connection is kept."""


def bot_of(settings: Settings) -> Bot | None:
    """The bot, or None without a token. Raises ``SettingsError`` for a token that cannot be one."""
    if settings.bot_token is None:
        return None
    session = AiohttpSession()
    if settings.bot_api_url != TELEGRAM:
        session.api = TelegramAPIServer.from_base(settings.bot_api_url)
    try:
        return Bot(settings.bot_token.get_secret_value(), session, DefaultBotProperties(parse_mode="HTML"))
    except TokenValidationError as error:
        raise SettingsError("BOT_TOKEN: is no token of @BotFather, it looks like 123456:TEST") from error


@dataclass(slots=True)
class Program:
    """Everything that runs, put together. ``run`` ends when ``stop`` is set, or raises when a part breaks."""

    settings: Settings
    bot: Bot
    storage: Storage
    source: SettlementSource
    serving: Serving
    clock: Clock
    telegram: Telegram
    mending: Mending
    processor: Processor
    sender: Sender
    intake: Intake
    receiver: Receiver
    jobs: Jobs
    reloader: Reloader
    learn: Learn
    learnt: asyncio.Event

    async def run(self, stop: asyncio.Event) -> None:
        """Take up what was left undone, then receive, process, send and look at the clock until ``stop``."""
        set_aside()
        await self.mending.begin()
        await self.intake.remember()
        await self.sender.start()
        await self.processor.start()
        parts = [asyncio.create_task(self._receive(stop)), asyncio.create_task(self.jobs.run(stop))]
        parts += [asyncio.create_task(self._settle_in()), asyncio.create_task(self.reloader.run(stop))]
        stopping = asyncio.create_task(stop.wait())
        try:
            await _first_end(parts, stopping)
        finally:
            stop.set()
            for part in (*parts, stopping):
                part.cancel()
            await asyncio.gather(*parts, stopping, return_exceptions=True)
            await self.processor.stop()
            await self.sender.stop()

    async def _receive(self, stop: asyncio.Event) -> None:
        async with listening(self.settings, self.intake, self.storage, self.serving.current, self.clock):
            if self.settings.webhook_url is None:
                await self.receiver.run()
            else:
                await self._set_webhook(self.settings.webhook_url)
                await stop.wait()

    async def _set_webhook(self, url: str) -> None:
        secret = _secret(self.settings)
        while not isinstance(outcome := await self.telegram.call(webhook_call(url, secret)), Done):
            log.error("setWebhook: %s", outcome)
            await asyncio.sleep(5)

    async def _settle_in(self) -> None:
        """What can wait until the first poll: the matcher's learning, menus, whether Telegram has the icons.

        Turns wait for the first, seconds at the very first start: else one of them would learn, and hold up all.
        """
        if self.settings.webhook_url is None:
            with contextlib.suppress(TimeoutError):  # what an earlier run left undone needs no poll
                await asyncio.wait_for(self.receiver.polled.wait(), 5.0)
        try:
            await self.learn(self.serving.base)
        finally:
            self.learnt.set()
        await registered(self.bot, self.serving.base, self.mending.groups, self.settings)
        await self.sender.icons.check(self.serving.base)
        set_aside()


def set_aside() -> None:
    """Take what is there for good out of the garbage collector's sight, and have it look less often at the rest.

    aiogram's models alone are 200,000 objects: going through them again and again was 40 % of what a turn cost.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def set_aside_anew() -> None:
    """The same after much has come and gone: what is not needed any more is freed first."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


async def registered(bot: Bot, base: KnowledgeBase, groups: Groups, settings: Settings) -> None:
    """Bring Telegram's menus and descriptions up to date; when that fails, the old ones stay."""
    try:
        await register(bot, base, groups.all(), settings.admin_ids)
    except Exception as error:
        log.warning("commands and descriptions could not be registered: %s", error)


async def _first_end(parts: list[asyncio.Task[None]], stopping: asyncio.Task[bool]) -> None:
    """Wait until somebody wants to stop; a part that breaks stops everything and is raised."""
    waiting: set[asyncio.Task[None] | asyncio.Task[bool]] = {*parts, stopping}
    while stopping in waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for each in done:
            each.result()


def _secret(settings: Settings) -> str:
    if settings.webhook_secret is None:
        raise SettingsError("WEBHOOK_SECRET: is needed with WEBHOOK_URL, up to 256 of A-Z a-z 0-9 _ -")
    return settings.webhook_secret.get_secret_value()


@contextlib.asynccontextmanager
async def listening(
    settings: Settings, intake: Intake, storage: Storage, base: Callable[[], KnowledgeBase], clock: Clock
) -> AsyncIterator[None]:
    """The web server for Telegram's and the providers' webhooks, as long as the context lasts; none if none is set."""
    if settings.webhook_url is None and not settings.providers:
        yield
        return
    paths = []
    app = web.Application()
    if settings.webhook_url is not None:
        paths.append(urlsplit(settings.webhook_url).path or "/")
        app = webhook_app(intake, paths[0], _secret(settings))
    if settings.providers:
        from bot.settlement_events import add_routes  # noqa: PLC0415 - its memory is for those who use it

        paths += add_routes(app, settings, storage, lambda: base().providers, clock)
    host, _, port = settings.listen.rpartition(":")
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS, keepalive_timeout=KEEP_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, int(port)).start()
        except OSError as error:
            raise SettingsError(f"LISTEN: {settings.listen} cannot be listened on: {error.strerror}") from None
        log.info("listening on %s for %s", settings.listen, ", ".join(paths))
        yield
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def assembled(settings: Settings, pacing: Pacing) -> AsyncIterator[Program]:
    """Put everything together; what was opened is closed again. Raises ``SettingsError`` and ``KnowledgeErrors``."""
    bot = bot_of(settings)
    if bot is None:
        raise SettingsError("BOT_TOKEN: is not set; get a token from @BotFather and put BOT_TOKEN=… into .env")
    if settings.webhook_url is not None:
        _secret(settings)
    seen = signature(settings.knowledge_dir)  # taken first: what changes while it is read is read again
    serving = Serving(load(settings.knowledge_dir))
    storage = Storage.open(settings.database_url)
    source: SettlementSource | None = None
    try:
        clock = clock_from(settings.settledesk_now)
        configured = source_of(settings, storage, clock, lambda: serving.base.providers)
        source = AnnouncingSource(configured, storage, serving.current, clock)
        yield _program(settings, bot, serving, seen, storage, source, clock, pacing)
    finally:
        if source is not None:
            await source.close()
        await storage.close()
        await bot.session.close()


def _program(
    settings: Settings,
    bot: Bot,
    serving: Serving,
    seen: object,
    storage: Storage,
    source: SettlementSource,
    clock: Clock,
    pacing: Pacing,
) -> Program:
    zone, current = settings.zone, serving.current
    telegram = Telegram(bot)
    bot_name = BotName(telegram)
    groups = Groups(settings.support_chat_id, settings.spare_chat_id)
    tickets = TicketDesk(current, zone, groups)
    mishaps = Mishaps(storage, current, clock, zone, tickets)
    supervisors = tuple(dict.fromkeys((*settings.supervisor_ids, *settings.admin_ids)))
    mending = Mending(storage, current, clock, zone, tickets, supervisors)

    async def catch_up() -> None:
        await (receiver.catch_up() if settings.webhook_url is None else delivered(telegram))

    sender = Sender(
        storage,
        telegram,
        pacing,
        clock,
        undelivered=mishaps.undelivered,
        topic_lost=mishaps.topic_lost,
        groups=groups,
        menders=mending,
        delivered=tickets.relay.delivered,
        catch_up=catch_up,
    )
    desk = Desk(storage, source, current, clock, zone, tickets, sender.typing)
    counter = Counter(storage, source, current, clock, zone, tickets, bot_name, frozenset(supervisors))
    canned, lookups, incidents = CannedReplies(counter), Lookups(counter), IncidentDesk(counter)
    approvals = Approvals(counter)
    banning = Banning(counter, approvals)
    commands: Commands = {
        "ban": banning, "bans": banning, "unban": banning,
        "bind": approvals, "link": approvals, "show": approvals,
        "canned": canned, "incident": incidents, "lookup": lookups, "stats": StatBoard(counter),
    }  # fmt: skip
    buttons: Buttons = {
        "ban": banning, "canned": canned, "eyes": approvals, "incident": incidents, "letter": Letters(counter),
        "lookup": lookups, "ticket": counter,
    }  # fmt: skip

    learn, learnt = Learner(), asyncio.Event()
    reloader, librarian, filing = _library(settings, bot, serving, seen, storage, telegram, clock, learn, groups)
    dispatcher = Dispatcher(
        desk=desk,
        counter=counter,
        canned=canned,
        commands=commands,
        buttons=buttons,
        librarian=librarian,
        filing=filing,
        by_hand=ByHand(counter),
        mending=mending,
        look=sender.holds.look,
        is_staff=Membership(telegram, lambda: groups.current),
        disable_fsm=True,  # conversations are in the database
    )
    dispatcher.include_routers(*routers(groups, settings.admin_ids))
    processor = Processor(
        bot,
        dispatcher,
        storage,
        gave_up=mishaps.gave_up,
        albums=Albums(storage, settings.admin_ids),
        landed=sender.landed,
        ready=learnt,
    )
    intake = Intake(
        storage,
        clock,
        processor.hand_on,
        bot_id=bot.id,
        topic_found=sender.places.found,
        topic_changed=sender.places.changed,
    )
    receiver = Receiver(telegram, intake, room=processor.room)
    lookout = Lookout(storage, source, desk, current, clock, zone)
    jobs = Jobs(storage, desk, lookout, Timekeeper(storage, tickets, clock, zone), clock, incidents.round)
    return Program(
        settings, bot, storage, source, serving, clock, telegram, mending, processor, sender, intake, receiver, jobs,
        reloader, learn, learnt,
    )  # fmt: skip


def _library(
    settings: Settings,
    bot: Bot,
    serving: Serving,
    seen: object,
    storage: Storage,
    telegram: Telegram,
    clock: Clock,
    learn: Learn,
    groups: Groups,
) -> tuple[Reloader, Librarian, Filing]:
    """What keeps the base up to date with its folder, and what admins do with it."""
    zone, current = settings.zone, serving.current
    registering: set[asyncio.Task[None]] = set()

    async def served(base: KnowledgeBase) -> None:
        set_aside_anew()
        task = asyncio.create_task(registered(bot, base, groups, settings))  # Telegram may be slow: nobody waits for it
        registering.add(task)
        task.add_done_callback(registering.discard)

    check = Checker(lambda: clock().astimezone(zone).date())
    reports = Reports(storage, current, clock, settings.admin_ids)
    reloader = Reloader(settings.knowledge_dir, serving, check, reports, clock, learn, seen=seen, served=served)

    async def learnt() -> Lessons:
        return await lessons(storage, current(), clock() - timedelta(days=GAPS_DAYS))

    librarian = Librarian(storage, current, clock, zone, reloader, learnt)
    filing = Filing(storage, current, clock, BaseFiles(settings.knowledge_dir), check, reloader, telegram.fetch)
    return reloader, librarian, filing


class BotName:
    """The bot's user name, asked for when a link needs it first."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._name = ""

    async def __call__(self) -> str:
        """The name, without @. Raises ``ConnectionError`` while Telegram does not say."""
        if not self._name:
            outcome = await self._telegram.call(Call("getMe"))
            if not isinstance(outcome, Done):
                raise ConnectionError("Telegram does not say what the bot is called")
            self._name = str(outcome.result["username"])
        return self._name
