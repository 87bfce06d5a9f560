"""Working days: official ones, make-up days, overrides, and years that nobody has announced yet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.language import RuleError
from knowledge.workdays import LONGEST_BREAK, Calendar

PLAIN = Calendar()


@pytest.mark.parametrize(
    ("after", "makeup", "expected", "official"),
    [
        (date(2026, 11, 19), True, date(2026, 11, 20), True),
        (date(2026, 11, 20), True, date(2026, 11, 23), True),
        (date(2026, 11, 21), True, date(2026, 11, 23), True),
        (date(2026, 9, 18), True, date(2026, 9, 20), True),  # a Sunday worked for National Day
        (date(2026, 9, 18), False, date(2026, 9, 21), True),
        (date(2026, 9, 30), True, date(2026, 10, 8), True),
        (date(2026, 12, 30), True, date(2026, 12, 31), True),
        (date(2026, 12, 31), True, date(2027, 1, 4), False),  # New Year's Day is off in any year
        (date(2027, 4, 30), True, date(2027, 5, 3), False),
    ],
)
def test_the_next_working_day(after: date, makeup: bool, expected: date, official: bool) -> None:
    assert PLAIN.next_working_day(after, makeup) == (expected, official)


def test_counting_working_days() -> None:
    assert PLAIN.working_days(date(2026, 11, 11), date(2026, 11, 20)) == 7
    assert PLAIN.working_days(date(2026, 11, 20), date(2026, 11, 20)) == 0
    assert PLAIN.working_days(date(2026, 11, 20), date(2026, 11, 11)) == 0
    assert PLAIN.working_days(date(2026, 9, 18), date(2026, 9, 21)) == 2
    assert PLAIN.working_days(date(2026, 9, 18), date(2026, 9, 21), makeup=False) == 1


def test_a_guessed_year_counts_at_least_so_many() -> None:
    assert PLAIN.working_days(date(2027, 2, 1), date(2027, 2, 5)) == 0
    assert PLAIN.working_days(date(2027, 2, 1), date(2027, 2, 28)) == 19 - LONGEST_BREAK
    assert PLAIN.working_days(date(1, 1, 1), date(2026, 1, 1)) > 100_000


def test_an_announced_year_is_official() -> None:
    calendar = Calendar.from_data(
        {
            "version": 1,
            "years": {
                2027: {
                    "complete": True,
                    "holidays": [[date(2027, 1, 1), date(2027, 1, 4)]],
                    "makeup_days": [date(2027, 1, 9)],
                }
            },
        }
    )
    assert calendar.next_working_day(date(2026, 12, 31)) == (date(2027, 1, 5), True)
    assert calendar.next_working_day(date(2027, 1, 8)) == (date(2027, 1, 9), True)
    assert calendar.next_working_day(date(2027, 1, 8), makeup=False) == (date(2027, 1, 11), True)
    assert calendar.official(2027)
    assert not calendar.official(2028)


def test_single_overrides_leave_a_year_provisional() -> None:
    calendar = Calendar({date(2027, 1, 4): False})
    assert calendar.next_working_day(date(2026, 12, 31)) == (date(2027, 1, 5), False)
    assert not calendar.official(2027)


def test_overrides_win_over_the_package() -> None:
    assert Calendar({date(2026, 11, 23): False}).next_working_day(date(2026, 11, 20))[0] == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([], ()),
        ({}, ()),
        ({"version": 1, "years": []}, ("years",)),
        ({"version": 1, "years": {"x": {}}}, ("years", "x")),
        ({"version": 1, "years": {2027: {"holidays": ["2027-01-01"]}}}, ("years", 2027, "holidays", 0)),
        ({"version": 1, "years": {2027: {"holidays": [date(2026, 1, 1)]}}}, ("years", 2027, "holidays")),
        (
            {"version": 1, "years": {2027: {"holidays": [[date(2027, 2, 1), date(2027, 1, 1)]]}}},
            ("years", 2027, "holidays", 0),
        ),
        ({"version": 1, "years": {2027: {"holiday": []}}}, ("years", 2027, "holiday")),
        (
            {"version": 1, "years": {2027: {"holidays": [date(2027, 1, 1)], "makeup_days": [date(2027, 1, 1)]}}},
            ("years", 2027, "makeup_days"),
        ),
        ({"version": 1, "days": {}}, ("days",)),
    ],
)  # fmt: skip
def test_mistakes_name_their_place(data: object, path: tuple[object, ...]) -> None:
    with pytest.raises(RuleError) as caught:
        Calendar.from_data(data)
    assert caught.value.path == path


@given(st.dates(date(2004, 1, 2), date(2035, 12, 1)), st.integers(0, 60))
@settings(deadline=None)
def test_days_add_up(start: date, days: int) -> None:
    """Counting agrees with stepping, and no public holiday keeps everybody away for two weeks."""
    following, _ = PLAIN.next_working_day(start)
    assert 0 < (following - start).days < 14
    assert PLAIN.day(following).working
    end = start + timedelta(days)
    stepped = sum(PLAIN.day(start + timedelta(number)).working for number in range(1, days + 1))
    if PLAIN.official(start.year) and PLAIN.official(end.year):
        assert PLAIN.working_days(start, end) == stepped
    else:
        assert max(0, stepped - LONGEST_BREAK) <= PLAIN.working_days(start, end) <= stepped
