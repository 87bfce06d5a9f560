"""Which pictures are held back, by the words around them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from knowledge.card_photos import may_show_card
from knowledge.case import Line

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


def line(text: str, minutes: float = 1) -> Line:
    return Line("merchant", NOW - timedelta(minutes=minutes), text, 5)


@pytest.mark.parametrize(
    ("caption", "held"),
    [
        ("这是我的新卡", True),
        ("銀行卡正面", True),
        ("卡的照片", True),
        ("卡号在上面", True),
        ("my new card", True),
        ("Photo of the card, front", True),
        ("银行卡流水截图", False),
        ("新卡的回单", False),
        ("screenshot of my card app", False),
        ("昨天的小票", False),
        ("刷卡机的屏幕", False),
        ("the card reader shows this", False),
        ("门头照片", False),
    ],
)
def test_the_words_under_it_decide(caption: str, held: bool) -> None:
    assert may_show_card(caption, None, (line("这是我的卡，您看一下"),), NOW) is held


@pytest.mark.parametrize(
    ("said", "minutes", "held"),
    [
        ("这是我的新卡，拍给您看", 1, True),
        ("I'm sending you a picture of my card", 1, True),
        ("这是我的新卡，拍给您看", 3, False),
        ("我上周换了新卡，钱一直没到", 1, False),
        ("这是新卡的回单", 1, False),
        ("您好", 1, False),
    ],
)
def test_without_words_what_was_announced_just_before_decides(said: str, minutes: float, held: bool) -> None:
    assert may_show_card("", None, (line("这是我的卡，您看"), line(said, minutes)), NOW) is held


def test_a_picture_in_answer_to_the_question_for_the_card_is_held() -> None:
    assert may_show_card("", "new_tail", (), NOW)
    assert not may_show_card("", "amounts", (), NOW)
    assert not may_show_card("小票", "new_tail", (), NOW)
