"""What staff write after a command."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.staff_words import chosen, numbered, wait_until

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("3", 3), ("3天", 3), ("３个工作日", 3), ("2 days", 2), ("明天", 1), ("tomorrow", 1),
        ("11-25", date(2026, 11, 25)), ("11月25日", date(2026, 11, 25)), ("2026-11-25", date(2026, 11, 25)),
        ("12/1", date(2026, 12, 1)), ("1.5", date(2027, 1, 5)),
        ("0", None), ("99", None), ("11-20", None), ("11-31", None), ("2027-11-25", None), ("soon", None), ("", None),
    ],
)  # fmt: skip
def test_days(text: str, read: int | date | None) -> None:
    assert wait_until(text, FRIDAY) == read


def test_choices_by_id_or_name_in_any_width() -> None:
    choices = {"high": ("高", "high"), "low": ("低",)}
    assert chosen("ＨＩＧＨ", choices) == "high"
    assert chosen("低", choices) == "low"
    assert chosen("middling", choices) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1042", 1042),
        (" #1042 ", 1042),
        ("", None),
        ("x", None),
        ("-1", None),
        ("9" * 15, 10**15 - 1),
        ("9" * 16, None),
    ],
)
def test_numbers_of_tickets_and_what_no_database_holds(text: str, number: int | None) -> None:
    assert numbered(text) == number
