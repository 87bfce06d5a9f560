"""The time of day at which a payment was taken, out of a merchant's words."""

from __future__ import annotations

from datetime import time

import pytest

from knowledge.hours_said import hour_said


@pytest.mark.parametrize(
    ("words", "hour"),
    [
        ("昨晚11点半刷的600没到", time(23, 30)), ("昨晚十一点40那笔", time(23, 40)), ("18号23:40刷了600", time(23, 40)),
        ("18号晚上9点刷的", time(21)), ("下午3点刷的", time(15)), ("taken at 11:30 pm on the 18th", time(23, 30)),
        ("last night 11pm", time(23)), ("我0点刷的", time(0)),
    ],
)  # fmt: skip
def test_one_time_is_read(words: str, hour: time) -> None:
    assert hour_said(words) == hour


@pytest.mark.parametrize(
    "words", ["晚上12点刷的", "23点以后刷的", "晚上11点截批", "3点到5点", "营业到23:00", "25点", "600没到"]
)
def test_what_is_no_time_of_a_sale_is_none(words: str) -> None:
    assert hour_said(words) is None
