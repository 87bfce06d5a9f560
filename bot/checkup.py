"""The checks of ``settledesk doctor``: each says what is so, and when it is not good, what to do."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy.engine import make_url

from bot.settings import Settings
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
