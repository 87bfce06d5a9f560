"""Working time: shifts, holidays, make-up days, and promises that stand still."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.deadlines import Hours, moments
from knowledge.library import Department, DeskRules
from knowledge.loader import load
from knowledge.ticket import Deadline
from knowledge.ticket_rules import Rules
from knowledge.workdays import Calendar

ZONE = ZoneInfo("Asia/Shanghai")
BASE = load(Path(__file__).parents[2] / "knowledge" / "base")
SETTLEMENT = Hours(BASE.departments["settlement"], BASE.calendar, ZONE)
SUPPORT = Hours(BASE.departments["support"], BASE.calendar, ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("since", "minutes", "due"),
    [
        ("2026-11-20T15:00", 30, "2026-11-20T15:30"),  # a Friday afternoon
        ("2026-11-20T17:45", 30, "2026-11-23T09:15"),  # over the weekend
        ("2026-11-20T17:30", 30, "2026-11-20T18:00"),  # the last minute of the day
        ("2026-11-21T03:00", 30, "2026-11-23T09:30"),  # written at night
        ("2026-09-30T17:50", 20, "2026-10-08T09:10"),  # National Day
        ("2026-02-13T17:50", 20, "2026-02-14T09:10"),  # a Saturday that is worked instead
        ("2026-11-20T15:00", 960, "2026-11-24T13:00"),  # sixteen hours are nearly two days
    ],
)
def test_only_working_time_counts(since: str, minutes: int, due: str) -> None:
    assert SETTLEMENT.after(at(since), timedelta(minutes=minutes)) == at(due)


def test_a_department_that_works_on_holidays() -> None:
    assert SUPPORT.open(at("2026-10-01T20:59"))
    assert not SUPPORT.open(at("2026-10-01T21:00"))
    assert not SETTLEMENT.open(at("2026-10-01T10:00"))
    assert SETTLEMENT.opens(at("2026-10-01T10:00")) == at("2026-10-08T09:00")


def test_banks_work_on_working_days_whatever_the_department_does() -> None:
    rules = Rules.of(BASE, ZONE)
    for department in ("support", "settlement"):
        assert rules.working_day(department, at("2026-11-20T15:00"), 1) == at("2026-11-23T09:00")
        assert rules.working_day(department, at("2026-11-20T15:00"), 3) == at("2026-11-25T09:00")
    assert SETTLEMENT.day(date(2026, 11, 22)) == at("2026-11-23T09:00")


def test_an_hour_is_an_hour_when_the_clocks_change() -> None:
    night = Department("night", frozenset(range(1, 8)), time(0), time(6), "work", "normal", 30, 60)
    hours = Hours(night, Calendar(), ZoneInfo("Europe/Berlin"))
    before = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # half past midnight; at two the clocks go to three
    assert hours.after(before, timedelta(hours=2)).astimezone(UTC) == before + timedelta(hours=2)
    assert hours.between(before, before + timedelta(hours=2)) == timedelta(hours=2)


def test_a_promise_depends_on_priority_and_on_what_was_used_of_it() -> None:
    rules = DeskRules()
    running = Deadline("resolution", at("2026-11-20T10:00"))
    assert moments(running, SETTLEMENT, "normal", rules) == (at("2026-11-23T13:00"), at("2026-11-23T17:00"))
    assert moments(running, SETTLEMENT, "urgent", rules) == (at("2026-11-20T13:00"), at("2026-11-20T14:00"))
    used = Deadline("resolution", at("2026-11-20T10:00"), spent=15 * 3600)
    assert moments(used, SETTLEMENT, "normal", rules) == (at("2026-11-20T10:00"), at("2026-11-20T11:00"))
    assert moments(Deadline("resolution", None, 60), SETTLEMENT, "normal", rules) is None


MOMENTS = st.integers(0, 330 * 24 * 60).map(lambda minutes: at("2026-01-01T00:00") + timedelta(minutes=minutes))


@settings(max_examples=60, deadline=None)
@given(MOMENTS, st.integers(0, 5000), st.integers(0, 5000))
def test_time_adds_up(begin: datetime, first: int, second: int) -> None:
    """So much after so much is the sum of both, and between the ends lies just that."""
    middle = SETTLEMENT.after(begin, timedelta(minutes=first))
    end = SETTLEMENT.after(middle, timedelta(minutes=second))
    assert SETTLEMENT.between(begin, end) == timedelta(minutes=first + second)
    assert SETTLEMENT.opens(end) == SETTLEMENT.opens(SETTLEMENT.after(begin, timedelta(minutes=first + second)))
