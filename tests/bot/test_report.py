"""`settledesk report`: a page that needs nothing else, with the figures of `/stats`, in every locale."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from typer.testing import CliRunner

from bot.cli import app_for
from bot.reporting import charts
from bot.reporting.page import page
from knowledge.figures import Missed, Worked, overview
from knowledge.periods import days
from knowledge.ticket import Ticket
from knowledge.ticket_rules import Rules
from storage.database import Storage
from tests.few import few

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 26, 17, tzinfo=ZONE)
BASE = few()
WEEK = days(date(2026, 11, 16), date(2026, 11, 22), ZONE)


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=ZONE)


TICKETS = (
    Worked(1001, "support", at(16, 10), "S200", 50, "<b>小陈</b>", at(16, 11), at(16, 12), "paid", 5),
    Worked(1002, "risk", at(17, 10), None, None, None, missed=(Missed(at(17, 11), "first_reply", None),)),
)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_page_needs_nothing_from_outside(locale: str) -> None:
    made = page(overview(TICKETS, WEEK, Rules.of(BASE, ZONE)), BASE, locale, ZONE, NOW)
    tree = html.fromstring(made)
    assert not tree.xpath("//script | //link | //img | //iframe | //@src | //@href | //@onload")
    assert not re.search(r"url\(|@import|https?://", made)
    assert tree.get("lang") == locale
    assert "<b>小陈</b>" in tree.text_content()
    assert [int(tile.text_content()) for tile in tree.xpath("//section/div[position() <= 3]/b")] == [2, 1, 1]
    assert len(tree.xpath("//table")) == 3
    assert len(tree.xpath("//figure[1]//g")) == 7


def test_a_time_without_tickets_has_a_page_too() -> None:
    made = page(overview((), WEEK, Rules.of(BASE, ZONE)), BASE, "zh", ZONE, NOW)
    assert made.count("这段时间没有工单") == 3


@given(st.integers(0, 10**7))
def test_ticks_are_few_and_reach_the_highest(highest: int) -> None:
    ticks = charts.ticked(highest)
    assert ticks[0] == 0
    assert highest <= ticks[-1] <= max(2 * highest, 1)
    assert 2 <= len(ticks) <= 6
    assert len({after - before for before, after in pairwise(ticks)}) == 1


@given(st.integers(1, 400), st.lists(st.integers(0, 60 * 24 * 400), max_size=30))
def test_every_bar_is_in_the_picture_and_none_covers_another(length: int, moments: list[int]) -> None:
    period = days(date(2025, 10, 1), date.fromordinal(date(2025, 10, 1).toordinal() + length - 1), ZONE)
    created = [datetime.fromtimestamp(period.begins.timestamp() + minutes * 60, ZONE) for minutes in moments]
    tickets = [Worked(1001 + number, "support", moment) for number, moment in enumerate(created)]
    drawn = charts.chart(overview(tickets, period, Rules.of(BASE, ZONE)))
    edge = charts.LEFT - 0.02
    for place in drawn.places:
        for bar in (place.opened, place.resolved):
            assert edge <= bar.x + 0.02
            assert bar.x + bar.width <= charts.WIDTH - charts.RIGHT + 0.02
            assert bar.y >= charts.TOP - 0.02
            assert bar.y + bar.height <= drawn.base + 0.02
            edge = bar.x + bar.width - 0.05
    assert sum(bool(place.label) for place in drawn.places) <= charts.LABELS


def test_the_command_writes_the_page_and_prints_the_figures(
    tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(migrated_file, tmp_path / "desk.db")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'desk.db'}")
    monkeypatch.setenv("SETTLEDESK_NOW", NOW.isoformat())
    monkeypatch.chdir(tmp_path)

    async def opened() -> None:
        storage = Storage.open(f"sqlite:///{tmp_path / 'desk.db'}")
        for day in (15, 16, 22, 23):
            await storage.run(lambda unit, day=day: unit.tickets.open(Ticket(0, 7, 7, "zh", "risk", at(day, 10))))  # type: ignore[misc]
        await storage.close()

    asyncio.run(opened())
    run = CliRunner().invoke
    made = run(app_for(), ["report", "--out", "report.html", "--locale", "en"])
    assert made.exit_code == 0
    assert "2 opened" in made.stdout  # last week's
    assert "Support report" in Path("report.html").read_text(encoding="utf-8")
    told = json.loads(run(app_for(), ["report", "--from", "2026-11-15", "--to", "2026-11-23", "--json"]).stdout)
    assert told["total"]["opened"] == 4
    assert run(app_for(), ["report"]).exit_code == 2
    assert run(app_for(), ["report", "--out", "x.html", "--from", "2026-11-23", "--to", "2026-11-15"]).exit_code == 2
    assert run(app_for(), ["report", "--out", "x.html", "--locale", "fr"]).exit_code == 2
    assert run(app_for(), ["report", "--out", "nowhere/x.html"]).exit_code == 1
