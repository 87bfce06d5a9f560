"""Which answer a day is about, and in which order several days stand."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from knowledge import slots
from knowledge.case import Answers
from knowledge.placing import of_the_days, place
from knowledge.reading import Reading

NOW = datetime.fromisoformat("2026-11-20T15:00:00+08:00")


@pytest.mark.parametrize(
    ("words", "locale", "days"),
    [
        ("40213377 18、17号没到", "zh", (18, 17)), ("18号3100，17号2100没到", "zh", (18, 17)),
        ("昨天和前天没到", "zh", (19, 18)), ("17号跟上周五没到", "zh", (17, 13)),
        ("16到19号没到", "zh", (16, 17, 18, 19)),
        ("13号换的卡，17号1150、13号1250没到", "zh", (17, 13)),
        ("13号换的卡8821，12号900，13号1200没到", "zh", (12, 13)),
        ("the 18th and the 17th are missing", "en", (18, 17)),
    ],
)  # fmt: skip
def test_days_stand_as_they_are_said(words: str, locale: str, days: tuple[int, ...]) -> None:
    read = place(slots.read(words, now=NOW, locale=locale), Answers(), words, NOW.date(), locale)
    assert read.slots["trade_dates"] == tuple(date(2026, 11, day) for day in days)


def test_a_sum_of_one_day_takes_no_other_day_back() -> None:
    said = Answers(trade_dates=(date(2026, 11, 17), date(2026, 11, 18)))
    read = of_the_days(Reading(slots={"trade_dates": (date(2026, 11, 18),), "amounts": (300_000,)}), said)
    assert read.slots == {"amounts": (300_000,), "trade_dates": (date(2026, 11, 18), date(2026, 11, 17))}
    other = Reading(slots={"trade_dates": (date(2026, 11, 16),), "amounts": (300_000,)})
    assert of_the_days(other, said) is other


def test_the_day_that_is_taken_back_tells_which_answer_is_meant() -> None:
    """Also where the right day is the other answer's, or the other answer is being asked."""
    said = Answers(change_date=date(2026, 11, 9), trade_dates=(date(2026, 11, 10),))
    for words, asked, slot, day in (
        ("说错了，是9号不是10号", None, "trade_dates", (date(2026, 11, 9),)),
        ("是8号不是9号", None, "change_date", date(2026, 11, 8)),
        ("8号不是10号", "change_date", "trade_dates", (date(2026, 11, 8),)),
        ("the 8th, not the 10th", "change_date", "trade_dates", (date(2026, 11, 8),)),
    ):
        read = slots.read(words, now=NOW, locale="zh", asked=asked)
        assert place(read, said, words, NOW.date(), "zh").slots == {slot: day}, words
