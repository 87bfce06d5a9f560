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
    odd = ('{"id": 1, "text": "x", "asked": "colour"}', '{"id": 1, "text": "x", "lang": 7}')
    for broken in ("{", "[]", '{"id": 1}', '{"text": "x"}', '{"id": 1, "text": 3}', *odd):
        with pytest.raises(UnreadableRow, match="line 2"):
            list(read_rows(["", broken], NOW))


def test_words_without_words() -> None:
    for text in ("", "\n\n \n", "😀🎉", "…", "\ud800"):
        assert rows({"id": 1, "text": text}) == [{"id": 1, "intent": "other", "slots": {}}]
        for asked in ("trade_dates", "amounts", "terminal_id", "yes_no"):
            assert rows({"id": 1, "text": text, "asked": asked}) == [{"id": 1, "rejected": "not_understood"}]
    assert rows({"id": 1, "text": "👍", "asked": "yes_no"}, {"id": 2, "text": "⭐⭐⭐", "asked": "rating"}) == [
        {"id": 1, "value": True},
        {"id": 2, "value": 3},
    ]


def test_no_more_is_read_than_a_message_holds() -> None:
    first, last = rows({"id": 1, "text": "9号的没到" + "啊" * 9000}, {"id": 2, "text": "啊" * 9000 + "9号的没到"})
    assert first == {"id": 1, "intent": "payout_missing", "slots": {"trade_dates": ["2026-10-09"]}}
    assert last == {"id": 2, "intent": "other", "slots": {}}


def test_languages_and_the_same_id_twice() -> None:
    """9/10 is the tenth of September in Chinese; in English it may be either, and elsewhere the chat speaks Chinese."""
    languages = ("zh-Hant", "ZH_cn", "fr", "", None)
    given = [{"id": 7, "text": "9/10", "asked": "change_date", "lang": lang} for lang in languages]
    assert rows(*given) == [{"id": 7, "value": "2026-09-10"}] * 5
    english = {"id": None, "text": "9/10", "asked": "change_date", "lang": "en-GB"}
    assert rows(english) == [{"id": None, "choices": ["2026-09-10", "2026-10-09"]}]
