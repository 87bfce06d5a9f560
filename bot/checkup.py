"""The checks of ``settledesk doctor``: each says what is so, and when it is not good, what to do."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from aiogram import Bot
from sqlalchemy.engine import make_url

from bot.holding import RIGHTS
from bot.settings import Settings
from bot.telegram import Call, Done, Outcome, Refused, Telegram
from knowledge.errors import KnowledgeError
from knowledge.library import KnowledgeBase
from knowledge.loader import load
from knowledge.records import Unavailable
from storage.database import Storage
from storage.errors import StorageError
from storage.migrations import newest
from storage.moments import stored
from storage.settlement.books import refused_since
from storage.settlement.source import Freshness, SettlementSource

LITTLE_ROOM = 500 * 1024 * 1024
SLOW_OUTBOX = timedelta(minutes=10)
REFUSED_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Check:
    """One check's outcome. ``remedy``: what to do, empty when nothing is."""

    name: str
    state: Literal["ok", "warning", "failed"]
    says: str
    remedy: str = ""


async def telegram_checks(settings: Settings, bot: Bot | None) -> AsyncIterator[Check]:
    """Token, delivery and the support group's rights."""
    if bot is None:
        yield Check("BOT_TOKEN", "failed", "not set", "Get a token from @BotFather and put BOT_TOKEN=… into .env.")
        return
    telegram = Telegram(bot)
    me = await telegram.call(Call("getMe"), 10)
    if not isinstance(me, Done):
        yield _unreached("BOT_TOKEN", me, settings)
        return
    yield Check("BOT_TOKEN", "ok", f"@{me.result['username']} at {settings.bot_api_url}")
    if not me.result.get("supports_inline_queries"):
        remedy = (
            "Send /setinline to @BotFather: then staff find replies by typing the bot's name (/canned works anyway)."
        )
        yield Check("inline mode", "warning", "is off", remedy)
    async for check in _delivery(settings, telegram):
        yield check
    async for check in _group("SUPPORT_CHAT_ID", settings.support_chat_id, telegram, int(me.result["id"])):
        yield check
    if settings.spare_chat_id is not None:
        async for check in _group("SPARE_CHAT_ID", settings.spare_chat_id, telegram, int(me.result["id"])):
            yield check


def _unreached(name: str, outcome: Outcome, settings: Settings) -> Check:
    if isinstance(outcome, Refused) and outcome.code in (401, 404):
        return Check(name, "failed", "Telegram does not know this token", "Copy it again from @BotFather.")
    says = outcome.description if isinstance(outcome, Refused) else getattr(outcome, "reason", "no answer")
    return Check(name, "failed", f"{settings.bot_api_url}: {says}", "Check the network, or BOT_API_URL if it is set.")


async def _delivery(settings: Settings, telegram: Telegram) -> AsyncIterator[Check]:
    info = await telegram.call(Call("getWebhookInfo"), 10)
    if not isinstance(info, Done):
        return
    url = info.result.get("url", "")
    if settings.webhook_url is None:
        if url:
            says = f"Telegram still delivers to {url}"
            yield Check("WEBHOOK_URL", "warning", says, "`settledesk run` takes it away when it starts polling.")
        else:
            yield Check("WEBHOOK_URL", "ok", "not set: long polling")
        return
    if not settings.webhook_url.startswith("https://") and settings.bot_api_url.startswith("https://api.telegram.org"):
        yield Check("WEBHOOK_URL", "failed", "is not https", "Telegram delivers to https addresses only.")
    elif settings.webhook_secret is None:
        remedy = "Put WEBHOOK_SECRET=… into .env, up to 256 of A-Z a-z 0-9 _ -."
        yield Check("WEBHOOK_SECRET", "failed", "not set", remedy)
    else:
        yield Check("WEBHOOK_URL", "ok", settings.webhook_url)
    if info.result.get("last_error_message"):
        says = f"Telegram's last delivery failed: {info.result['last_error_message']}"
        yield Check("webhook delivery", "warning", says, "Check that the address reaches LISTEN from outside.")


async def _group(setting: str, chat_id: int | None, telegram: Telegram, me: int) -> AsyncIterator[Check]:
    if chat_id is None:
        remedy = "Make a supergroup with topics, add the bot as administrator, put SUPPORT_CHAT_ID=-100… into .env."
        yield Check(setting, "failed", "not set: tickets would reach nobody", remedy)
        return
    chat = await telegram.call(Call("getChat", {"chat_id": chat_id}), 10)
    if not isinstance(chat, Done):
        says = chat.description if isinstance(chat, Refused) else "no answer"
        yield Check(setting, "failed", f"{chat_id}: {says}", "Add the bot to the group, and check the number.")
        return
    if chat.result.get("type") != "supergroup" or not chat.result.get("is_forum"):
        says = f"“{chat.result.get('title', chat_id)}” has no topics"
        yield Check("support group", "failed", says, "Open the group's settings and turn Topics on.")
    else:
        yield Check("support group", "ok", f"“{chat.result.get('title', chat_id)}”, a forum")
    member = await telegram.call(Call("getChatMember", {"chat_id": chat_id, "user_id": me}), 10)
    rights: dict[str, Any] = member.result if isinstance(member, Done) else {}
    missing = [right for right in RIGHTS if not rights.get(right)]
    if rights.get("status") not in ("administrator", "creator"):
        yield Check("group rights", "failed", "the bot is no administrator", "Make the bot an administrator.")
    elif missing:
        remedy = "Give the bot these rights: manage topics, pin messages, delete messages."
        yield Check("group rights", "failed", f"missing: {', '.join(missing)}", remedy)
    else:
        yield Check("group rights", "ok", "administrator, may manage topics, pin and delete")


def setting_checks(settings: Settings) -> list[Check]:
    """Settings that are right in form but may not be meant."""
    checks = [Check("settings", "ok", "every value is well-formed")]
    if settings.settledesk_now is not None:
        says = f"the clock starts at {settings.settledesk_now.isoformat()}"
        checks.append(
            Check("SETTLEDESK_NOW", "warning", says, "For demos and tests only: remove it for real merchants.")
        )
    if not settings.admin_ids:
        remedy = "Put ADMIN_IDS=… (comma-separated Telegram user ids) into .env."
        checks.append(Check("ADMIN_IDS", "warning", "nobody is told about faults of the knowledge base", remedy))
    if not settings.supervisor_ids:
        checks.append(
            Check("SUPERVISOR_IDS", "warning", "nobody supervises", "Put SUPERVISOR_IDS=… (comma-separated) into .env.")
        )
    return checks


def base_check(settings: Settings) -> tuple[Check, KnowledgeBase | None]:
    """Whether the knowledge base would serve."""
    try:
        base = load(settings.knowledge_dir)
    except KnowledgeError as error:
        lines = str(error).splitlines()
        says = "; ".join(lines[:3]) + (f" … and {len(lines) - 3} more" if len(lines) > 3 else "")
        return Check("knowledge base", "failed", says, "See `settledesk kb check`."), None
    return Check("knowledge base", "ok", f"version {base.version}, {', '.join(base.locales)}"), base


def calendar_check(base: KnowledgeBase, now: datetime) -> Check:
    """From December on, next year's holidays are needed."""
    wanted = now.year + 1 if now.month == 12 else now.year
    if base.calendar.official(wanted):
        return Check("calendar", "ok", f"official working days of {wanted}")
    remedy = "Update chinesecalendar, or write the days into knowledge/base/calendar.yaml."
    return Check("calendar", "warning", f"no official working days of {wanted}: dates are provisional", remedy)


async def storage_checks(settings: Settings, storage: Storage | StorageError, now: datetime) -> AsyncIterator[Check]:
    """The database, its tables, and whether anything waits too long or was given up."""
    shown = make_url(settings.database_url).render_as_string(hide_password=True)
    if not isinstance(storage, Storage):
        remedy = "Check DATABASE_URL; `settledesk db upgrade` brings the tables up to date."
        yield Check("database", "failed", f"{shown}: {storage}", remedy)
        return
    yield Check("database", "ok", shown)
    yield Check("migrations", "ok", f"at {newest()}")
    if shown.startswith("sqlite:///"):
        free = _free(shown.removeprefix("sqlite:///"))
        state: Literal["ok", "failed"] = "ok" if free > LITTLE_ROOM else "failed"
        remedy = "" if state == "ok" else "Make room: a full disk stops the desk."
        yield Check("disk", state, f"{free // 1024**2} MB free", remedy)
    inbox, outbox, oldest = await storage.read(
        lambda unit: (unit.inbox.counts(), unit.outbox.counts(), unit.outbox.oldest())
    )
    if inbox["failed"]:
        says = f"{inbox['failed']} updates were given up"
        yield Check("inbox", "warning", says, "`settledesk db status` lists them with their errors.")
    else:
        yield Check("inbox", "ok", f"{inbox['new']} waiting")
    if oldest is not None and now - oldest > SLOW_OUTBOX:
        says = f"{outbox['new']} messages wait, the oldest since {oldest.isoformat(timespec='minutes')}"
        yield Check("outbox", "warning", says, "Is `settledesk run` running, and does Telegram answer?")
    elif outbox["failed"]:
        says = f"{outbox['failed']} messages were refused by Telegram"
        yield Check(
            "outbox", "warning", says, "`settledesk db status` lists them; most are people who blocked the bot."
        )
    else:
        yield Check("outbox", "ok", f"{outbox['new']} waiting")


def _free(file: str) -> int:
    """Bytes free where the database lives."""
    return shutil.disk_usage(Path(file).absolute().parent).free


def events_check(settings: Settings) -> Check | None:
    """Which providers' settlement events are taken; None when no secret is set."""
    if not settings.providers:
        return None
    paths = ", ".join(f"/settlements/{name}" for name in settings.providers)
    if settings.settledesk_now is not None and "stripe" in settings.providers:
        says = f"{paths} at {settings.listen}, but Stripe signs with the time of day and the clock shows another"
        return Check("settlement events", "warning", says, "Remove SETTLEDESK_NOW.")
    return Check("settlement events", "ok", f"{paths} at {settings.listen}")


async def deliveries_check(storage: Storage, now: datetime) -> Check:
    """Whether files or events were refused lately that nobody has put right."""
    since = stored(now - REFUSED_FOR)
    try:
        found = await storage.read(lambda unit: refused_since(unit.wire, since))
    except StorageError as error:
        return Check("settlement deliveries", "failed", str(error), "Check DATABASE_URL.")
    if not found:
        return Check("settlement deliveries", "ok", f"none was refused in {REFUSED_FOR.days} days")
    name, why = found[0].name, found[0].reasons[0] if found[0].reasons else ""
    last = why if why.startswith(name) else f"{name}: {why}"
    says = f"refused in {REFUSED_FOR.days} days and not imported since: {len(found)}, the last: {last}"
    return Check("settlement deliveries", "warning", says, "`settledesk settlements stats` lists them with reasons.")


async def source_checks(source: SettlementSource, now: datetime) -> list[Check]:
    """Whether each layer of the settlement source answers, and how old its records are."""
    return [_layer_check(layer, now) for layer in await source.freshness()]


def _layer_check(found: Freshness | Unavailable, now: datetime) -> Check:
    name = "settlement source"
    if isinstance(found, Unavailable):
        return Check(name, "failed", f"{found.source}: {found.reason}", "See docs/settlement-sources/layers.md.")
    if found.as_of is None:
        return Check(name, "failed", f"{found.source} is empty", "Fill it: `settledesk settlements import PATH`.")
    counts = "".join(f", {number} {kind}" for kind, number in found.counts.items())
    says = f"{found.source}: as of {found.as_of.astimezone(now.tzinfo).isoformat(timespec='minutes')}{counts}"
    if found.stale:
        remedy = "Import newer files; until then answers say as of when they are."
        if "imports" not in found.counts:
            remedy = "See why its tables have not been brought up to date; until then answers say as of when they are."
        return Check(name, "warning", says, remedy)
    return Check(name, "ok", says)
