"""Statistics from small tables whose figures can be counted by hand, and what holds of any."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.figures import BARS, Figures, Missed, Period, Times, Worked, overview, sparkline, times
from knowledge.periods import LONGEST, days, read_period
from knowledge.staff_words import past_day
from knowledge.ticket import SILENT
from knowledge.ticket_rules import Rules
from tests.few import few

ZONE = ZoneInfo("Asia/Shanghai")
RULES = Rules.of(few(), ZONE)
WEEK = days(date(2026, 11, 16), date(2026, 11, 22), ZONE)


def at(day: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day:02}T{clock}:00+08:00")


# support works from 9 to 21 every day, risk from 9 to 18 on working days
TICKETS = (
    Worked(1001, "support", at(16, "10:00"), "S200", 50, "小陈", at(16, "10:10"), at(16, "12:00"), "paid", 5),
    Worked(1002, "support", at(16, "20:00"), "S200", 51, "小王", at(17, "09:30"), at(17, "10:00"), "paid", 2,
           (Missed(at(17, "09:05"), "first_reply", None), Missed(at(17, "09:40"), "resolution", 51))),
    Worked(1003, "risk", at(20, "17:00"), "S112", 51, "小王", at(23, "09:30")),
    Worked(1004, "support", at(18, "09:00"), None, 50, "小陈", at(18, "09:20"), at(21, "09:00"), SILENT),
    Worked(1005, "support", at(10, "09:00"), "S112", 50, "小陈", at(10, "09:01"), at(22, "20:59"), "explained", 4),
    Worked(1006, "support", at(10, "09:00"), "S112", 50, "小陈", at(10, "09:01"), at(23, "00:00"), "explained", 1,
           (Missed(at(15, "09:40"), "resolution", 50), Missed(at(19, "09:40"), "resolution", 50))),
    Worked(1007, "support", at(23, "00:00"), "S112"),
)  # fmt: skip


def test_a_week_counted_by_hand() -> None:
    total = overview(TICKETS, WEEK, RULES).total
    assert (total.opened, total.resolved, total.silent, total.missed) == (4, 3, 1, 3)
    assert total.first_reply == Times(4, 55, 90)  # 10, 90, 90, 20 minutes
    assert total.resolution == Times(3, 120, 12 * 12 * 60 + 719)  # 120, 120 and twelve days of work
    assert total.stars == (0, 1, 0, 1, 1)
    assert total.mean_stars == pytest.approx(11 / 3)


def test_groups_have_their_own() -> None:
    told = overview(TICKETS, WEEK, RULES)
    assert [(group.key, group.figures.opened, group.figures.resolved) for group in told.causes] == [
        ("S200", 2, 2), ("S112", 1, 1), (None, 1, 0),
    ]  # fmt: skip
    assert [(group.key, group.figures.opened) for group in told.departments] == [("support", 3), ("risk", 1)]
    agents = {group.key: group for group in told.agents}
    assert (agents[50].name, agents[50].figures.missed, agents[50].figures.rated) == ("小陈", 1, 2)
    assert (agents[51].figures.missed, agents[51].figures.mean_stars) == (1, 2.0)
    assert agents[None].figures == Figures(missed=1)  # nobody had it when the first reply was due


def test_an_agent_sees_their_own() -> None:
    told = overview(TICKETS, WEEK, RULES, agent=51)
    assert (told.total.opened, told.total.resolved, told.total.missed) == (2, 1, 1)
    assert {group.key for group in told.agents} == {51}


def test_slices() -> None:
    told = overview(TICKETS, WEEK, RULES)
    assert [each.opened for each in told.slices] == [2, 0, 1, 0, 1, 0, 0]
    assert [each.resolved for each in told.slices] == [1, 1, 0, 0, 0, 0, 1]
    assert [each.missed for each in told.slices] == [0, 2, 0, 1, 0, 0, 0]
    today = overview(TICKETS, days(date(2026, 11, 16), date(2026, 11, 16), ZONE), RULES)
    assert [each.opened for each in today.slices] == [0] * 10 + [1] + [0] * 9 + [1] + [0] * 3
    quarter = overview(TICKETS, days(date(2026, 10, 1), date(2026, 12, 31), ZONE), RULES)
    assert len(quarter.slices) == 14


def test_nothing_happened() -> None:
    told = overview((), WEEK, RULES)
    assert told.total == Figures()
    assert told.total.mean_stars is None
    assert (told.causes, told.departments, told.agents) == ((), (), ())


MOMENTS = st.integers(0, 21 * 24 * 60).map(lambda minutes: at(8, "00:00") + timedelta(minutes=minutes))


@st.composite
def worked(draw: st.DrawFn) -> Worked:
    created = draw(MOMENTS)
    later = st.none() | st.integers(0, 9000).map(lambda minutes: created + timedelta(minutes=minutes))
    owner = draw(st.none() | st.sampled_from([50, 51]))
    resolved = draw(later)
    return Worked(
        draw(st.integers(1001, 1100)),
        draw(st.sampled_from(["support", "risk", "cellar"])),
        created,
        draw(st.sampled_from([None, "S112", "S200"])),
        owner,
        str(owner) if owner else None,
        draw(later),
        resolved,
        draw(st.sampled_from(["paid", SILENT])) if resolved else None,
        draw(st.none() | st.integers(1, 5)),
        tuple(
            draw(st.lists(st.builds(Missed, MOMENTS, st.just("resolution"), st.sampled_from([None, 50])), max_size=2))
        ),
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(worked(), max_size=12))
def test_groups_and_slices_add_up(tickets: list[Worked]) -> None:
    told = overview(tickets, WEEK, RULES)
    for groups in (told.causes, told.departments, told.agents):
        for count in ("opened", "resolved", "silent", "missed", "rated"):
            assert sum(getattr(group.figures, count) for group in groups) == getattr(told.total, count)
    for count in ("opened", "resolved", "missed"):
        assert sum(getattr(each, count) for each in told.slices) == getattr(told.total, count)
    before, after = (
        days(date(2026, 11, 1), date(2026, 11, 15), ZONE),
        days(date(2026, 11, 23), date(2026, 12, 31), ZONE),
    )
    whole = overview(tickets, Period(before.begins, after.ends), RULES).total
    parts = [overview(tickets, part, RULES).total for part in (before, WEEK, after)]
    assert sum(part.opened for part in parts) == whole.opened == len(tickets)
    for agent in (50, 51):
        own = overview(tickets, WEEK, RULES, agent).total
        assert next((group.figures for group in told.agents if group.key == agent), Figures()) == own


@given(st.lists(st.floats(0, 1e5), min_size=1))
def test_half_and_nine_tenths_are_within(minutes: list[float]) -> None:
    told = times(minutes)
    assert told.median is not None
    assert told.most is not None
    assert told.median <= told.most
    assert sum(each <= told.most + 0.5 for each in minutes) >= 0.9 * len(minutes)
    assert sum(each <= told.median + 0.5 for each in minutes) >= 0.5 * len(minutes)


@given(st.lists(st.integers(0, 10_000)))
def test_a_bar_for_each_value(values: list[int]) -> None:
    bars = sparkline(values)
    assert len(bars) == len(values)
    order = [BARS.index(bar) for bar in bars]
    for one, its in zip(values, order, strict=True):
        assert (its == 0) == (one == 0)
        assert all(other >= its for value, other in zip(values, order, strict=True) if value >= one)
    assert not values or max(values) == 0 or max(order) == len(BARS) - 1


NOW = at(25, "15:00")  # a Wednesday


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("", "2026-11-23", "2026-11-25"),
        ("today", "2026-11-25", "2026-11-25"),
        ("本周", "2026-11-23", "2026-11-25"),
        ("上週", "2026-11-16", "2026-11-22"),
        ("Last Month", "2026-10-01", "2026-10-31"),
        ("month", "2026-11-01", "2026-11-25"),
        ("昨天", "2026-11-24", "2026-11-24"),
        ("11-01 11-15", "2026-11-01", "2026-11-15"),
        ("11月1日到11月15日", "2026-11-01", "2026-11-15"),
        ("2026-01-01 to 2026-11-25", "2026-01-01", "2026-11-25"),
        ("12-20 1-5", "2025-12-20", "2026-01-05"),
        ("11-20", "2026-11-20", "2026-11-20"),
    ],
)
def test_periods_as_written(words: str, first: str, last: str) -> None:
    assert read_period(words, NOW, ZONE) == days(date.fromisoformat(first), date.fromisoformat(last), ZONE)


@pytest.mark.parametrize(
    "words", ["soon", "11-15 11-01", "2027-01-01", "2-30", "11-1 11-2 11-3", "2020-01-01 2026-01-01"]
)
def test_no_period(words: str) -> None:
    assert read_period(words, NOW, ZONE) is None


@given(st.text(max_size=30))
def test_whatever_is_written_the_period_is_one(words: str) -> None:
    period = read_period(words, NOW, ZONE)
    assert period is None or timedelta(0) < period.ends - period.begins <= LONGEST + timedelta(1)


def test_a_day_without_a_year_has_been() -> None:
    today = date(2026, 11, 25)
    assert past_day("11-25", today) == today
    assert past_day("11-26", today) == date(2025, 11, 26)
    assert past_day("2-29", today) is None
