"""Understanding a message and diagnosing its payout, against what aiogram itself spends on an update.

aiogram's own handling is a bot that only echoes, on the same machine in the same minutes: it polls, reads the update,
finds the handler and sends the answer.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

import yaml

from bot.assembly import set_aside
from knowledge.case import Answers
from knowledge.diagnosis import diagnose
from knowledge.loader import load
from knowledge.records import CardChange, Found, Merchant, Payout, Records, Terminal
from knowledge.slots import read
from knowledge.text import normalise
from storage.settlement.around import DAYS_AFTER, DAYS_BEFORE
from tests.benchmarks.figures import Figure, median, spread
from tests.benchmarks.ground import REPOSITORY, Failed, Sandbox, echo, running
from tests.benchmarks.records import Person
from tests.benchmarks.traffic import FORM, crowd

BAR = 0.5
REPEATS, PEOPLE, MESSAGES = 5, 150, 1000
NOW = datetime.fromisoformat("2026-11-20T15:00:00+08:00")
CAUSE = "paid_to_old_card"


async def measure(folder: Path, *, quick: bool = False) -> list[Figure]:
    """Ours and the echo in turn; the same kind of words for both, as merchants write them."""
    repeats = 1 if quick else REPEATS
    people = [Person(number) for number in range(1, PEOPLE * (repeats + 1) + 1)]
    ours, taken, bare = _ours(_said()), [], []
    set_aside()  # as the program does
    ours()  # caches are filled, every line of code has run
    async with Sandbox(folder, people) as sandbox, running(echo(sandbox.url, folder), sandbox) as bot:
        for block in range(repeats + 1):
            load = crowd(people[block * PEOPLE : (block + 1) * PEOPLE], FORM)
            before, cpu = await sandbox.counters(), bot.cpu
            count = await sandbox.put(load)
            await sandbox.settled(bot, before.said + count, before.confirmed + count, lambda: True)
            spent, its = ours(), (bot.cpu - cpu) / count
            if block:  # the first warms the echo up
                taken.append(spent)
                bare.append(its)
    ratio = median(mine / its for mine, its in zip(taken, bare, strict=True))
    figures = [f"{spread([each * 1000 for each in runs], '{:.2f}')} ms" for runs in (taken, bare)]
    what = "understanding and diagnosis, CPU per message"
    return [Figure("understanding", what, figures[0], f"echo {figures[1]}", ratio, BAR)]


def _ours(said: list[tuple[str, str]]) -> Callable[[], float]:
    """CPU seconds per message: each one read, and each time a whole diagnosis, as if it were the last answer needed."""
    base, (result, answers) = load(REPOSITORY / "knowledge" / "base"), _records()
    lot = random.Random(20261120)
    messages = [lot.choice(said) for _ in range(MESSAGES)]

    def run() -> float:
        normalise.cache_clear()  # every message is a new one
        begun = time.process_time()
        for locale, text in messages:
            read(text, now=NOW, locale=locale)
            findings = diagnose(result, answers, base.causes, base.acquirers, base.calendar, NOW)
            if findings[0].primary != CAUSE:
                raise Failed(f"{findings[0].primary} instead of {CAUSE}")
        return (time.process_time() - begun) / MESSAGES

    return run


def _said() -> list[tuple[str, str]]:
    """What merchants say in the conversation tests, by language."""
    found: list[tuple[str, str]] = []
    for folder in sorted((REPOSITORY / "tests" / "conversations").iterdir()):
        for file in sorted(folder.rglob("*.yaml")):
            script: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
            said = (str(turn["merchant"]) for turn in script["talk"] if "merchant" in turn)
            found.extend((folder.name, text) for text in said if not text.startswith("/"))
    return found


def _records() -> tuple[Found, Answers]:
    """An ordinary merchant: the payouts that a lookup brings around a day; the one asked about went to the old card."""
    first = date(2026, 11, 10) - timedelta(DAYS_BEFORE)
    cut = datetime.combine(first, time_of_day(23), NOW.tzinfo)
    payouts = tuple(
        Payout(
            f"P{number}", "M1", "40213377", f"B{number}", first + timedelta(number), cut + timedelta(number), "paid",
            sent_at=cut + timedelta(number, hours=10), paid_at=cut + timedelta(number, hours=11), dest_tail="1234",
            gross=120_000, fee=720, net=119_280, currency="CNY",
        )
        for number in range(DAYS_BEFORE + 1 + DAYS_AFTER)
    )  # fmt: skip
    effective = cut + timedelta(DAYS_BEFORE, hours=8)
    change = CardChange("C1", "M1", None, "1234", "8821", "工商银行", "effective", effective, effective)
    merchant = Merchant("M1", "小城面馆", cycle="T1", currency="CNY")
    records = Records(Terminal("40213377", "M1"), merchant, (change,), payouts)
    answers = Answers("40213377", effective.date(), (first + timedelta(DAYS_BEFORE),), (119_280,), "8821")
    return Found(records, "made", NOW), answers
