"""Rare ways to say a day, a sum, a tail or stars: what is taken, offered or refused."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from knowledge.amounts import find_amounts
from knowledge.pastdays import DateMention, listed, ranged
from knowledge.slots import read
from knowledge.stars import read_rating

NOW = datetime(2026, 11, 20, 15, tzinfo=ZoneInfo("Asia/Shanghai"))
MONDAY = datetime(2026, 11, 23, 15, tzinfo=ZoneInfo("Asia/Shanghai"))
SUNDAY = datetime(2026, 11, 22, 15, tzinfo=ZoneInfo("Asia/Shanghai"))
SATURDAY = datetime(2026, 11, 21, 15, tzinfo=ZoneInfo("Asia/Shanghai"))


def understood(text, asked=None, *, locale="zh", now=NOW):
    reading = read(text, now=now, locale=locale, asked=asked)
    return {**reading.slots, **{name: list(values) for name, values in reading.choices.items()}, **reading.rejected}


def days(*numbers, month=11):
    return tuple(date(2026, month, number) for number in numbers)


@pytest.mark.parametrize(
    ("text", "locale", "now", "meant"),
    [
        ("last weekend", "en", NOW, days(14, 15)),
        ("上周末", "zh", SUNDAY, days(14, 15)),
        ("这周末", "zh", SATURDAY, days(21)),
        ("this weekend", "en", NOW, "date_in_future"),
        ("next weekend", "en", NOW, "date_in_future"),
        ("32号", "zh", NOW, "date_impossible"),
        ("2026-02-30", "zh", NOW, "date_impossible"),
        ("2月30号", "zh", NOW, "date_impossible"),
        ("20261131", "zh", NOW, "date_impossible"),
        ("2.30-2.31", "zh", NOW, "date_impossible"),
        ("11月31号到12月2号", "zh", NOW, "date_impossible"),
        ("11月20号到10月1号", "zh", NOW, "date_vague"),
        ("9月1号到11月10号", "zh", NOW, "date_vague"),
        ("双十一", "zh", NOW, days(11)),
        ("周一二三", "zh", NOW, days(16, 17, 18)),
        ("周一三", "zh", NOW, "date_vague"),
        ("周五或者3号", "zh", NOW, [days(3, 20), days(3, 13)]),
        ("10/11/2026", "en", NOW, [days(11, month=10), days(10)]),
        ("3/4/5", "zh", NOW, days(3, 4, 5)),
        ("25号到月底", "zh", NOW, "date_vague"),
        ("13号周五", "zh", NOW, days(13)),
        ("13号周四", "zh", NOW, [days(13), days(19)]),
        ("two months ago", "en", NOW, "date_vague"),
        ("the week before last friday", "en", NOW, days(6)),
        ("next friday", "en", NOW, "date_in_future"),
        ("in 3 days", "en", NOW, "date_in_future"),
        ("past friday", "en", NOW, days(13)),
    ],
)
def test_days_where_days_are_asked(text, locale, now, meant):
    assert understood(text, "trade_dates", locale=locale, now=now)["trade_dates"] == meant


def test_a_year_back_of_the_leap_day():
    leap = datetime(2028, 2, 29, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert understood("2027-02-28", "trade_dates", now=leap)["trade_dates"] == (date(2027, 2, 28),)
    assert understood("2027-02-27", "trade_dates", now=leap)["trade_dates"] == "date_too_old"


@pytest.mark.parametrize(
    ("text", "asked", "slot", "meant"),
    [
        ("20261131", "change_date", "change_date", "date_impossible"),
        ("45", "change_date", "change_date", "date_impossible"),
        ("前段时间", "change_date", "change_date", "date_vague"),
        ("3号换的还是5号换的", "change_date", "change_date", [*days(3, 5)]),
        ("0", "amounts", "amounts", "amount_zero"),
        ("一千二百", "amounts", "amounts", (120_000,)),
        ("12345678901", "amounts", "amounts", "amount_too_long"),
        ("负一千二百元", "amounts", "amounts", "amount_negative"),
        ("3元5分", "amounts", "amounts", (305,)),
        ("尾号12345", "new_tail", "new_tail", "tail_too_long"),
        ("旧卡尾号1234", "new_tail", "old_tail", "1234"),
        ("商户号 12345", "merchant_no", "merchant_no", "merchant_no_length"),
        ("40213377", "nothing we ask", "terminal_id", "40213377"),
        ("不对，是5号", None, "change_date", [*days(5)]),
        ("一共2300，1000和1200", "amounts", "amounts", [(100_000, 120_000), (230_000,)]),
    ],
)
def test_answers_to_the_other_questions(text, asked, slot, meant):
    assert understood(text, asked)[slot] == meant


@pytest.mark.parametrize(
    ("text", "minor", "rejected"),
    [
        ("三毛五分", 35, None),
        ("负三百元", None, "amount_negative"),
        ("两百块五毛", 20_050, None),
        ("2k", 200_000, None),
    ],
)
def test_sums_in_words(text, minor, rejected):
    (found,) = find_amounts(text)
    assert (found.minor, found.rejected) == (minor, rejected)


@pytest.mark.parametrize(
    ("text", "stars"),
    [("⭐⭐⭐⭐", 4), ("⭐⭐⭐⭐⭐⭐", None), ("★★☆", 2), ("-3", None), ("负3", None), ("给五星", 5), ("满分", 5),
     ("4", 4), ("9", None), ("挺好的", None), ("非常好", 5), ("somewhere", None)],
)  # fmt: skip
def test_stars(text, stars):
    assert read_rating(text) == stars


def test_days_beside_days_that_cannot_be_are_refused_together():
    fine, wrong = DateMention(0, 2, days=days(3)), DateMention(3, 5, rejected="date_impossible")
    assert listed(fine, wrong).rejected == listed(wrong, fine).rejected == "date_impossible"
    assert ranged(fine, wrong).rejected == ranged(wrong, fine).rejected == "date_impossible"


def test_a_choice_beside_a_day_stays_a_choice():
    friday = DateMention(0, 2, choices=(days(20), days(13)))
    assert listed(friday, DateMention(3, 5, days=days(3))).choices == (days(3, 20), days(3, 13))
    assert ranged(DateMention(0, 2, days=days(12)), friday).choices[1] == days(12, 13)
