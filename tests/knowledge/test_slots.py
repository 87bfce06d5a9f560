"""What whole messages say: invented openings and answers, and that no words can break the reading of them."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.case import Answers
from knowledge.reading import Act, Asked, Intent
from knowledge.slots import read

NOW = datetime(2026, 10, 14, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
FOLDER = Path(__file__).parent / "understanding"


NOVEMBER = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def rows(name: str) -> list[Any]:
    """Rows of a file of labelled messages, with their text as the test's name."""
    loaded = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return [pytest.param(row, id=f"{row.get('asked', 'opening')}: {row['text']}") for row in loaded]


def day(written: str | date) -> date:
    return written if isinstance(written, date) else date.fromisoformat(f"2026-{written}")


def value(slot: str, written: Any) -> object:
    if slot == "change_date":
        return day(written)
    if slot == "trade_dates":
        return tuple(day(one) for one in written)
    return tuple(written) if isinstance(written, list) else written


@pytest.mark.parametrize("row", rows("openings.yaml"))
def test_openings(row: dict[str, Any]) -> None:
    check_opening(row, NOW)


@pytest.mark.parametrize("row", rows("openings_november.yaml"))
def test_openings_of_november(row: dict[str, Any]) -> None:
    check_opening(row, NOVEMBER)


@pytest.mark.parametrize("row", rows("openings_beside.yaml"))
def test_openings_with_days_and_sums_beside_the_trades(row: dict[str, Any]) -> None:
    check_opening(row, NOVEMBER)


@pytest.mark.parametrize("row", rows("openings_everyday.yaml"))
def test_openings_in_everyday_words(row: dict[str, Any]) -> None:
    check_opening(row, NOVEMBER)


@pytest.mark.parametrize("row", rows("openings_cards.yaml"))
def test_openings_with_digits_of_cards_and_terminals(row: dict[str, Any]) -> None:
    check_opening(row, NOVEMBER)


@pytest.mark.parametrize("row", rows("openings_mentions.yaml"))
def test_openings_that_name_several_things(row: dict[str, Any]) -> None:
    check_opening(row, NOVEMBER)


@pytest.mark.parametrize("row", rows("openings_english.yaml"))
def test_openings_in_the_english_of_many_places(row: dict[str, Any]) -> None:
    check_opening(row, NOVEMBER)


@pytest.mark.parametrize("row", rows("openings_which.yaml"))
def test_which_of_several_days_and_sums_is_meant(row: dict[str, Any]) -> None:
    check_opening(row, NOVEMBER)


@pytest.mark.parametrize("row", rows("openings_days.yaml"))
def test_openings_with_days_said_in_many_ways(row: dict[str, Any]) -> None:
    check_opening(row, NOVEMBER)


def check_opening(row: dict[str, Any], now: datetime) -> None:
    reading = read(row["text"], now=now, locale=row.get("lang", "zh"))
    either = row.get("any", [])
    expected = {slot: value(slot, written) for slot, written in row["slots"].items() if slot not in either}
    assert {slot: said for slot, said in reading.slots.items() if slot not in either} == expected
    assert not {*row.get("ask", [])} & {*reading.slots}
    assert reading.card_number is row.get("card", False)
    if "intent" not in either:
        assert reading.intent == row["intent"]


@pytest.mark.parametrize("row", rows("openings_sums.yaml"))
def test_openings_with_sums_in_chinese(row: dict[str, Any]) -> None:
    check_opening(row, NOVEMBER)


@pytest.mark.parametrize("row", rows("openings_topics.yaml"))
def test_openings_of_any_topic(row: dict[str, Any]) -> None:
    check_opening(row, NOVEMBER)


@pytest.mark.parametrize("row", rows("answers.yaml"))
def test_answers(row: dict[str, Any]) -> None:
    asked = row["asked"]
    reading = read(row["text"], now=NOW, locale=row.get("lang", "zh"), asked=asked)
    if "value" in row:
        assert reading.slots[asked] == value(asked, row["value"])
        assert asked not in reading.rejected
    else:
        assert asked not in reading.slots
        assert (asked in reading.choices) is row.get("choose", False)
    if row.get("refuse", "any") != "any":
        assert reading.rejected[asked] == row["refuse"]


@pytest.mark.parametrize(
    ("text", "asked", "slots"),
    [
        ("不对，是5号换的", None, {"change_date"}),
        ("不是3号是5号", "trade_dates", {"trade_dates"}),
        ("终端号打错了，是40213378", None, {"terminal_id"}),
        ("我说错了，金额是2300", None, {"amounts"}),
        ("金额写错了", None, {"amounts"}),
        ("尾号不是8821，是8812", None, {"new_tail"}),
        ("一千二，不对，一千三", "amounts", {"amounts"}),
        ("no wait, the 5th", "change_date", {"change_date"}),
        ("I meant 40213378", None, {"terminal_id"}),
        ("the amount was wrong, it's 2300 yuan", None, {"amounts"}),
        ("8号换的", "change_date", set()),
        ("金额不对", None, set()),
    ],
)
def test_corrections_name_what_they_correct(text: str, asked: str | None, slots: set[str]) -> None:
    assert read(text, now=NOW, locale="zh", asked=asked).corrects == slots


def test_a_day_of_a_correction_that_names_nothing_is_offered_for_both() -> None:
    reading = read("说错了，是9号", now=NOW, locale="zh")
    assert dict(reading.choices) == {"trade_dates": ((date(2026, 10, 9),),), "change_date": (date(2026, 10, 9),)}
    assert not reading.slots


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("算了", "cancel"),
        ("取消吧", "cancel"),
        ("never mind", "cancel"),
        ("重新开始", "start_over"),
        ("重来一遍", "start_over"),
        ("start over please", "start_over"),
        ("上一步", "back"),
        ("返回", "back"),
        ("go back", "back"),
        ("为什么要问这个", "why"),
        ("问这个干嘛", "why"),
        ("why do you need this?", "why"),
        ("what for", "why"),
        ("等一下", "wait"),
        ("稍等，我去看看机器", "wait"),
        ("hold on", "wait"),
        ("one moment please", "wait"),
        ("转人工", "human"),
        ("我要找客服", "human"),
        ("搵個真人", "human"),
        ("agent please", "human"),
        ("talk to a human", "human"),
        ("是的", "yes"),
        ("没错", "yes"),
        ("啱呀", "yes"),
        ("👍", "yes"),
        ("yep", "yes"),
        ("不是", "no"),
        ("nope", "no"),
        ("唔系", "no"),
        ("❌", "no"),
        ("跳过", "skip"),
        ("skip this", "skip"),
        ("不知道", "dont_know"),
        ("记不清了", "dont_know"),
        ("no idea", "dont_know"),
        ("唔記得", "dont_know"),
        ("谢谢", "thanks"),
        ("辛苦了", "thanks"),
        ("thank you so much", "thanks"),
        ("🙏", "thanks"),
        ("你好", "greeting"),
        ("在吗", "greeting"),
        ("good morning", "greeting"),
        ("您好！", "greeting"),
        ("解决了", "solved"),
        ("到账了", "solved"),
        ("it's fixed", "solved"),
        ("没解决", "not_solved"),
        ("还是没到", "not_solved"),
        ("didn't help", "not_solved"),
        ("下一步", "next_step"),
        ("然后呢", "next_step"),
        ("what next", "next_step"),
        ("签好了", "done"),
        ("我已经弄好了", "done"),
        ("done", "done"),
        ("I've signed", "done"),
        ("我的工单", "tickets"),
        ("my tickets", "tickets"),
        ("帮助", "help"),
        ("help", "help"),
        ("怎么用", "help"),
        ("改一下", "correct"),
        ("填错了", "correct"),
        ("made a mistake", "correct"),
        ("用中文", "language_zh"),
        ("English please", "language_en"),
        ("說中文", "language_zh"),
        ("不想说", "refuse"),
        ("凭什么告诉你", "refuse"),
        ("I'd rather not say", "refuse"),
        ("到账了告诉我", "track"),
        ("let me know when it arrives", "track"),
        ("帮我盯着", "track"),
        ("8号", None),
        ("换卡之后钱没到", None),
        ("40213377", None),
        ("不要人工", None),
        ("人民币", None),
    ],
)
def test_controls(text: str, act: Act | None) -> None:
    assert read(text, now=NOW, locale="zh").act == act


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("手续费是多少", True),
        ("what is the fee", True),
        ("几时到账", True),
        ("40213377", False),
        ("3号没到", False),
        ("ok", False),
    ],
)
def test_questions_are_seen(text: str, asks: bool) -> None:
    assert read(text, now=NOW, locale="zh").question is asks


def test_an_answer_and_what_else_was_said_are_both_taken() -> None:
    reading = read("40213377，昨天的2300没到", now=NOW, locale="zh", asked="terminal_id")
    assert dict(reading.slots) == {
        "terminal_id": "40213377",
        "trade_dates": (date(2026, 10, 13),),
        "amounts": (230000,),
    }


def test_the_same_words_mean_what_was_asked() -> None:
    asked_for = {
        "new_tail": "1008",
        "change_date": date(2026, 10, 8),
        "amounts": (100800,),
        "trade_dates": (date(2026, 10, 8),),
    }
    for slot, meant in asked_for.items():
        assert dict(read("1008", now=NOW, locale="zh", asked=slot).slots) == {slot: meant}


SLOTS = {*Answers.__dataclass_fields__, "yes_no", "rating"}
alphabet = st.sampled_from(
    [
        "的",
        "了",
        "号",
        "日",
        "月",
        "年",
        "周",
        "上",
        "下",
        "前",
        "昨",
        "今",
        "天",
        "到",
        "没",
        "换",
        "卡",
        "终端",
        "尾号",
        "机器",
        "钱",
        "元",
        "块",
        "万",
        "千",
        "百",
        "三",
        "五",
        "两",
        "一",
        "零",
        "几",
        "多",
        "不是",
        "错了",
        "是",
        "和",
        "、",
        "，",
        "。",
        "：",
        "；",
        "-",
        "/",
        ".",
        ",",
        ":",
        "*",
        "#",
        "(",
        ")",
        "0",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
        "20261103",
        "40213377",
        "6222",
        "nov",
        "3rd",
        "the",
        "last",
        "friday",
        "yesterday",
        "to",
        "and",
        "k",
        "w",
        "rmb",
        "¥",
        "yes",
        "no",
        "not",
        "wait",
        "手续费",
        "一共",
        "只",
        "收到",
        "刷",
        "大概",
        "左右",
        "８",
        "ｘ",
        "👍",
        "\n",
        " ",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(), st.lists(alphabet, max_size=14).map("".join)),
    st.sampled_from([None, *get_args(Asked)]),
    st.sampled_from(["zh", "en"]),
    st.integers(0, 3000).map(lambda days: NOW + timedelta(days=days - 800, hours=days)),
)
def test_no_words_break_the_reading(text: str, asked: str | None, locale: str, now: datetime) -> None:
    reading = read(text, now=now, locale=locale, asked=asked)
    assert reading.intent in get_args(Intent)
    assert reading.act is None or reading.act in get_args(Act)
    assert {*reading.slots, *reading.choices, *reading.rejected, *reading.corrects} <= SLOTS
    assert not {*reading.slots} & {*reading.choices}
    for slot, said in [
        *reading.slots.items(),
        *((slot, one) for slot, some in reading.choices.items() for one in some),
    ]:
        assert well_formed(slot, said, now.date()), (slot, said)


def well_formed(slot: str, said: Any, today: date) -> bool:
    if slot == "change_date":
        return today - timedelta(days=366) <= said <= today
    if slot == "trade_dates":
        return bool(said) and all(today - timedelta(days=366) <= one <= today for one in said)
    if slot == "amounts":
        return bool(said) and all(isinstance(one, int) and one > 0 for one in said)
    if slot in {"new_tail", "old_tail"}:
        return said.isdecimal() and 2 <= len(said) <= 4
    if slot == "terminal_id":
        return len(said) == 8 and said.isascii() and said.isalnum() and said == said.upper()
    if slot == "rating":
        return said in range(1, 6)
    return slot != "yes_no" or isinstance(said, bool)


def test_very_long_words_are_read_in_time() -> None:
    for piece in ("1", "3号", "一", "4111 ", "上周", "a ", "，", "不是", "终端", "1,", "*"):
        read(piece * 4000, now=NOW, locale="zh", asked="amounts")
