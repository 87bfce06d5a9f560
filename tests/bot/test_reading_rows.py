"""Rows of words read from a shell."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.commands.reading import UnreadableRow, read_rows

NOW = datetime(2026, 10, 14, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def rows(*given: object) -> list[object]:
    return [json.loads(line) for line in read_rows([json.dumps(row) for row in given], NOW)]


def test_an_opening_has_an_intent_and_slots() -> None:
    assert rows({"id": "a", "text": "终端40213377，8号换的卡，9号和10号的1280没到"}) == [
        {
            "id": "a",
            "intent": "payout_missing",
            "slots": {
                "terminal_id": "40213377",
                "change_date": "2026-10-08",
                "trade_dates": ["2026-10-09", "2026-10-10"],
                "amounts": [128000],
            },
        }
    ]


def test_an_answer_is_a_value_or_choices_or_a_reason() -> None:
    given = [
        {"id": 1, "text": "上周五", "asked": "change_date", "lang": "zh"},
        {"id": 2, "text": "wed", "asked": "trade_dates", "lang": "en"},
        {"id": 3, "text": "幾千", "asked": "amounts", "lang": "zh-Hant"},
        {"id": 4, "text": "……", "asked": "terminal_id"},
        {"id": 5, "text": "對", "asked": "yes_no"},
    ]
    assert rows(*given) == [
        {"id": 1, "value": "2026-10-09"},
        {"id": 2, "choices": [["2026-10-14"], ["2026-10-07"]]},
        {"id": 3, "rejected": "amount_vague"},
        {"id": 4, "rejected": "not_understood"},
        {"id": 5, "value": True},
    ]


def test_empty_lines_are_skipped_and_broken_ones_named() -> None:
    assert list(read_rows(["\n", "  "], NOW)) == []
    for broken in ("{", "[]", '{"id": 1}', '{"id": 1, "text": "x", "asked": "colour"}'):
        with pytest.raises(UnreadableRow, match="line 2"):
            list(read_rows(["", broken], NOW))
