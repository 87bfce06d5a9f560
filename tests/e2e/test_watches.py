"""Told when it arrives: once, by the whole program, across restarts and while files are imported."""

from __future__ import annotations

import asyncio
import csv
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.bundle import NOW
from bot.demo.stage import Stage
from storage.database import Storage

pytestmark = pytest.mark.e2e


def paid(stage: Stage, folder: Path, merchant_no: str, day: str) -> str:
    """A bundle that says of the merchant's payout of that day that it was paid; returns the payout's id."""
    with (stage.folder / "bundle" / "payouts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (row,) = [row for row in rows if row["merchant_no"] == merchant_no and row["trade_date"] == day]
    row |= {"status": "paid", "sent_at": "2026-11-20T15:01:00+08:00", "paid_at": "2026-11-20T15:02:00+08:00"}
    folder.mkdir()
    with (folder / "payouts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
    return row["payout_id"]


async def looked_again(storage: Storage, chat: int, version: int) -> int:
    """Wait until the watch was looked at; returns its version then."""
    for _ in range(600):
        (watch,) = await storage.read(lambda unit: unit.watches.of_chat(chat))
        if watch.version > version:
            return watch.version
        await asyncio.sleep(0.05)
    raise AssertionError("nobody looked")


async def test_told_once_across_restarts(tmp_path: Path) -> None:
    async with Stage(tmp_path / "demo", port=0) as stage:
        person, visitor = stage.manifest.of("overdue_unexplained"), stage.visitor
        user = person.user
        await visitor.start(user)
        await visitor.says(user, person.opening)
        await visitor.hears(user, text="登记的手机号")
        since = await visitor.cursor()
        await visitor.shares_contact(user)
        (answer,) = await visitor.hears(user, text="S990", after=since)
        assert await visitor.hears(user, text="工单号", after=since)
        await visitor.presses(user, answer["id"], label="🔔 到了告诉我", wait=0)
        assert await visitor.hears(user, text="我会盯着", after=since)

        storage = Storage.open(stage.database_url, migrate=False)
        (watch,) = await storage.read(lambda unit: unit.watches.of_chat(user))
        payout = paid(stage, tmp_path / "paid", person.merchant_no, str(person.asked))
        await stage.imports(tmp_path / "paid")
        since = await visitor.cursor()
        await stage.restarts(NOW + timedelta(minutes=90))
        version = await looked_again(storage, user, watch.version)
        (news,) = await visitor.hears(user, text="记录显示已到账", after=since)
        assert payout in news["message"]["text"]
        assert await visitor.hears(stage.support_chat, text="自行解决", after=since)

        await stage.restarts(NOW + timedelta(hours=26))
        await looked_again(storage, user, version)
        await visitor.says(user, "/watches")
        assert await visitor.hears(user, text="防退回", after=since)
        told = [each for each in await visitor.chat_messages(user) if "记录显示已到账" in str(each["message"])]
        assert len(told) == 1
        await storage.close()
