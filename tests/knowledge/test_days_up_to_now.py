"""Days that are counted up to now: which words mean them, and which do not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from knowledge.days_up_to_now import days_since, first_day, last_days, means_all, since_change, tells_every_day_since

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("最近三天", 3), ("这3天的都没到", 3), ("就近两天", 2), ("过去十五天没收到", 15),
        ("the last three days", 3),
        ("just the past 2 days", 2), ("last 7 days haven't arrived", 7), ("these two days' sales", 2),
        ("最近三天的到了", 0),
        ("最近几天", 0), ("大概最近三天", 0),
        ("last few days", 0), ("最近一天", 0), ("最近32天", 0), ("上三天", 0), ("", 0),
    ],
)  # fmt: skip
def test_last_days(text: str, count: int) -> None:
    """Up to yesterday, whose money is due, or up to today: both are offered."""
    found = last_days(text, TODAY)
    assert [len(days) for days in found] == [count] * 2 * bool(count)
    assert [days[-1] for days in found] == [TODAY - timedelta(days=1), TODAY][: 2 * bool(count)]


@pytest.mark.parametrize(
    "text",
    [
        "换卡以后都没到", "换了卡就没到过", "从换卡到现在", "自从换了卡", "换完卡之后就没收到过", "那天以后都没到",
        "换卡后每天", "every day since the change", "since I changed my card", "all of the sales since then",
        "Since we switched banks",
    ],
)  # fmt: skip
def test_since_the_change(text: str) -> None:
    assert since_change(text)
    assert not means_all(text)


@pytest.mark.parametrize(
    "text", ["换卡", "没换卡", "换卡以后3号没到", "换卡失败了", "旧卡没到", "since the 5th", "change"]
)
def test_not_since_the_change(text: str) -> None:
    assert not since_change(text)


@pytest.mark.parametrize(
    "text",
    [
        "全部",
        "都没到",
        "每天都没到",
        "一直没到账",
        "所有的",
        "all of them",
        "everything",
        "none of them arrived",
        "all",
    ],
)
def test_all(text: str) -> None:
    assert means_all(text)


@pytest.mark.parametrize("text", ["没到", "全部到了", "都到了", "3号", "all right", "every Monday", "都可以", ""])
def test_not_all(text: str) -> None:
    assert not means_all(text)


def test_told_among_other_things() -> None:
    assert tells_every_day_since("14号换的卡，换卡以后每天都没到账，终端40213377")
    assert tells_every_day_since("changed on the 14th, every day since the change is missing")
    assert not tells_every_day_since("14号换的卡，换卡以后没到账")


def test_from_the_change_to_yesterday() -> None:
    assert days_since(date(2026, 11, 17), TODAY, 31) == tuple(date(2026, 11, day) for day in (17, 18, 19))
    assert days_since(date(2026, 11, 19), TODAY, 31) == (date(2026, 11, 19),)
    assert days_since(TODAY, TODAY, 31) == ()  # nothing is due yet
    assert days_since(None, TODAY, 31) == ()
    assert len(days_since(date(2026, 10, 20), TODAY, 31)) == 31
    assert days_since(date(2026, 10, 19), TODAY, 31) == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("15号开始就没有了", 15), ("从15号到现在", 15), ("15号以后的", 15), ("since the 15th", 15),
        ("from the 15th on", 15),
        ("from 15 Nov onwards", 15), ("around the 15th, based on memory", None), ("15号", None),
        ("15号和16号以后", None),
    ],
)  # fmt: skip
def test_from_a_day_on(text: str, day: int | None) -> None:
    assert first_day(text, TODAY, "zh") == (None if day is None else date(2026, 11, day))
