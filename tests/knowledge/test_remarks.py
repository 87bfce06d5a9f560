"""Words in place of an answer: whose side is taken, who is asked, which answer is named."""

from __future__ import annotations

import pytest

from knowledge import remarks


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("以记录为准", "records"), ("按你们系统的来", "records"), ("应该是你们记录对", "records"),
        ("哦，我记错了", "records"),
        ("my mistake", "records"), ("go with the records", "records"), ("You're right.", "records"),
        ("以我的为准", "words"), ("按我说的", "words"), ("我没记错", "words"), ("系统搞错了", "words"),
        ("记录有误", "words"),
        ("trust me", "words"), ("the records are wrong", "words"), ("I'm sure", "words"),
        ("你们", None), ("系统", None), ("我的", None), ("13号", None), ("不对", None),
        ("我记错了是13号", None), ("", None),
    ],
)  # fmt: skip
def test_sides(text: str, side: str | None) -> None:
    assert remarks.side_of(text) == side


@pytest.mark.parametrize(
    "text", ["你是谁", "你们是谁啊", "你是机器人吗？", "are you a bot", "Who is this?", "am I talking to a bot"]
)
def test_who_asks(text: str) -> None:
    assert remarks.asks_who(text)


@pytest.mark.parametrize("text", ["谁换的卡", "你是人工吗", "who changed it", "是老板换的", ""])
def test_nobody_is_asked_for(text: str) -> None:
    assert not remarks.asks_who(text)


@pytest.mark.parametrize(
    "text", ["金额是1580", "the amount was 1580", "换卡日期应该是14号", "尾号是8812", "sorry, the date is the 5th"]
)
def test_a_named_answer(text: str) -> None:
    assert remarks.gives_named(text)


@pytest.mark.parametrize(
    "text", ["金额什么时候到", "我的钱是不是丢了", "the money is missing", "尾号8812的卡收不到", "1580"]
)
def test_no_named_answer(text: str) -> None:
    assert not remarks.gives_named(text)
