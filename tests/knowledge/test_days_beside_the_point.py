"""Words that hold a day or a number and do not answer the question that was asked."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from knowledge.slots import read

NOW = datetime.fromisoformat("2026-11-20T15:00:00+08:00")


@pytest.mark.parametrize("asked", ["change_date", "trade_dates"])
@pytest.mark.parametrize(
    "text",
    [
        "今天我去银行问了", "等我周一去店里看看", "昨天银行说没收到", "今天天气不错", "今天在外面，晚点查",
        "昨晚没睡好", "the weather is nice today", "I'm busy today",
    ],
)  # fmt: skip
def test_what_was_done_otherwise_on_a_day_is_no_answer(asked: str, text: str) -> None:
    reading = read(text, now=NOW, locale="zh", asked=asked)
    assert not {"change_date", "trade_dates"} & {*reading.slots, *reading.choices}


@pytest.mark.parametrize(
    ("asked", "text", "day"),
    [
        ("change_date", "昨天去银行换的", date(2026, 11, 19)), ("trade_dates", "昨天在家收的款", (date(2026, 11, 19),)),
        ("trade_dates", "昨天的，银行说没收到", (date(2026, 11, 19),)),
        ("change_date", "我今天去换的卡", date(2026, 11, 20)),
    ],
)  # fmt: skip
def test_a_day_of_money_or_of_a_card_is_one(asked: str, text: str, day: object) -> None:
    assert read(text, now=NOW, locale="zh", asked=asked).slots[asked] == day


def test_a_number_that_is_no_day_is_not_called_an_impossible_one() -> None:
    assert read("1131", now=NOW, locale="zh", asked="trade_dates").rejected == {"trade_dates": "date_impossible"}
    assert read("1200", now=NOW, locale="zh", asked="trade_dates").rejected == {}


def test_sums_of_days_and_mistyped_terminals() -> None:
    """A terminal's number of seven digits is no money; the sum of a day is no terminal that is too short."""
    said = {"trade_dates": (date(2026, 11, 18),), "amounts": (90_000,)}
    for asked in (None, "terminal_id"):
        assert read("终端 4021337 18号的900没到", now=NOW, locale="zh", asked=asked).slots == said
    reading = read("18号的900没到", now=NOW, locale="zh", asked="terminal_id")
    assert (reading.slots, reading.rejected) == (said, {})
    assert read("终端 4021337", now=NOW, locale="zh", asked="terminal_id").rejected == {
        "terminal_id": "terminal_length"
    }
    assert read("40213377终端 120000没到", now=NOW, locale="zh").slots["amounts"] == (12_000_000,)


def test_a_tail_that_is_only_denied_is_no_poor_answer() -> None:
    reading = read("不是8821", now=NOW, locale="zh", asked="new_tail")
    assert (reading.slots, reading.choices, reading.rejected) == ({}, {}, {})
