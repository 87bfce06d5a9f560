"""``settledesk doctor``: what is good, what is not, and what to do about it."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from bot.checkup import (
    Check,
    base_check,
    calendar_check,
    deliveries_check,
    events_check,
    setting_checks,
    source_checks,
    storage_checks,
)
from bot.clock import Clock, clock_from
from bot.settings import Settings, SettingsError, read_settings
from bot.sources import source_of
from knowledge.providers import Providers
from storage.database import Storage
from storage.errors import StorageError

MARKS = {"ok": "ok     ", "warning": "WARNING", "failed": "FAILED "}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Leave Telegram out.")] = False,
) -> None:
    """Check settings, token, group rights, database, knowledge and settlement source. Exit code 1 if one failed."""
    checks = asyncio.run(_checks(offline))
    failed = [check for check in checks if check.state == "failed"]
    if as_json:
        sys.stdout.write(
            json.dumps(
                {"good": not failed, "checks": [asdict(check) for check in checks]}, ensure_ascii=False, indent=2
            )
            + "\n"
        )
    else:
        for check in checks:
            sys.stdout.write(f"{MARKS[check.state]} {check.name}: {check.says}\n")
            if check.remedy:
                sys.stdout.write(f"        → {check.remedy}\n")
        warnings = sum(check.state == "warning" for check in checks)
        sys.stdout.write(f"{len(checks)} checks, {len(failed)} failed, {warnings} with a warning\n")
    raise typer.Exit(1 if failed else 0)


async def _checks(offline: bool) -> list[Check]:
    try:
        settings = read_settings()
    except SettingsError as error:
        remedy = "Correct it in the environment or in .env; docs/operating.md lists every setting."
        return [Check("settings", "failed", str(error).replace("\n", "; "), remedy)]
    checks = setting_checks(settings)
    checks += [check for check in (events_check(settings),) if check is not None]
    base_found, base = base_check(settings)
    now = clock_from(settings.settledesk_now)().astimezone(settings.zone)
    checks.append(base_found)
    if base is not None:
        checks.append(calendar_check(base, now))
    checks += await _records(settings, base.providers if base is not None else Providers())
    if not offline:
        # the Telegram library takes a second to import: not for --help
        from bot.assembly import bot_of  # noqa: PLC0415
        from bot.checkup_telegram import telegram_checks  # noqa: PLC0415

        bot = bot_of(settings)
        try:
            checks += [check async for check in telegram_checks(settings, bot, base)]
        finally:
            if bot is not None:
                await bot.session.close()
    return checks


async def _records(settings: Settings, providers: Providers) -> list[Check]:
    """Database and settlement source; the tables are looked at, never changed, by an examination."""
    clock = clock_from(settings.settledesk_now)
    now = clock().astimezone(settings.zone)
    try:
        storage = Storage.open(settings.database_url, migrate=False)
    except (StorageError, OSError) as error:
        failure = error if isinstance(error, StorageError) else StorageError(str(error))
        return [check async for check in storage_checks(settings, failure, now)]
    try:
        checks = [check async for check in storage_checks(settings, storage, now)]
        checks += await _source(settings, storage, clock, providers, now)
        checks.append(await deliveries_check(storage, now))
    finally:
        await storage.close()
    return checks


async def _source(
    settings: Settings, storage: Storage, clock: Clock, providers: Providers, now: datetime
) -> list[Check]:
    try:
        source = source_of(settings, storage, clock, lambda: providers)
    except SettingsError as error:
        remedy = "Correct it; docs/settlement-sources/layers.md tells what SETTLEMENT_SOURCE may be."
        return [
            Check("settlement source", "failed", line.removeprefix("SETTLEMENT_SOURCE: "), remedy)
            for line in str(error).splitlines()
        ]
    try:
        return await source_checks(source, now)
    finally:
        await source.close()
