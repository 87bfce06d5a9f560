"""Days in many wordings, against a Wednesday and against any other day."""

from datetime import date, timedelta

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.dates import find_dates
from knowledge.dates_bare import bare_days
from knowledge.text import normalise

TODAY = date(2026, 10, 14)


def days(text: str, today: date = TODAY, locale: str = "zh") -> list[list[str]]:
    return [[day.strftime("%m-%d") for day in one.days] for one in find_dates(normalise(text), today, locale)]


def rejected(text: str) -> list[str | None]:
    return [one.rejected for one in find_dates(normalise(text), TODAY)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("8号", ["10-08"]),
        ("八号", ["10-08"]),
        ("20日", ["09-20"]),
        ("31号", ["08-31"]),
        ("9月30日", ["09-30"]),
        ("九月三十日", ["09-30"]),
        ("上个月廿八", ["09-28"]),
        ("本月7日", ["10-07"]),
        ("去年11月3号", ["11-03"]),
        ("26年10月3日", ["10-03"]),
        ("昨晚", ["10-13"]),
        ("前儿个", ["10-12"]),
        ("大前天", ["10-11"]),
        ("寻日", ["10-13"]),
        ("六天前", ["10-08"]),
        ("两周前", ["09-30"]),
        ("上周五", ["10-09"]),
        ("上上礼拜二", ["09-29"]),
        ("这星期一", ["10-12"]),
        ("周五", ["10-09"]),
        ("上周4", ["10-08"]),
        ("8号9号", ["10-08", "10-09"]),
        ("8、9、10号", ["10-08", "10-09", "10-10"]),
        ("9月8到10号", ["09-08", "09-09", "09-10"]),
        ("29号到2号", ["09-29", "09-30", "10-01", "10-02"]),
        ("上周四到周六", ["10-08", "10-09", "10-10"]),
        ("上周四、五", ["10-08", "10-09"]),
        ("周一二", ["10-12", "10-13"]),
        ("前天和昨天", ["10-12", "10-13"]),
        ("9月30号到10月2号", ["09-30", "10-01", "10-02"]),
        ("10.8-10.10", ["10-08", "10-09", "10-10"]),
        ("10/8 10/9", ["10-08", "10-09"]),
        ("8、9、10三日", ["10-08", "10-09", "10-10"]),
        ("11/12/13", ["10-11", "10-12", "10-13"]),
        ("3号、5号到7号", ["10-03", "10-05", "10-06", "10-07"]),
        ("10月9号周五", ["10-09"]),
        ("Oct 9th, 2026", ["10-09"]),
        ("3-5 Oct", ["10-03", "10-04", "10-05"]),
        ("Oct 3, 4 and 5", ["10-03", "10-04", "10-05"]),
        ("the 3rd and the 5th", ["10-03", "10-05"]),
        ("Friday the 9th", ["10-09"]),
        ("mon+tue", ["10-12", "10-13"]),
        ("between Oct 3 and Oct 5", ["10-03", "10-04", "10-05"]),
        ("the day before yesterday", ["10-12"]),
        ("last month on the 29th", ["09-29"]),
        ("ten days ago", ["10-04"]),
        ("twenty-first of september", ["09-21"]),
    ],
)
def test_days_that_are_named(text: str, said: list[str]) -> None:
    assert days(text) == [said]


@pytest.mark.parametrize(
    "text",
    [
        "3号机",
        "2号店",
        "每月5号",
        "3日内",
        "连续三日",
        "2-3天",
        "21:30",
        "晚上10点40",
        "尾号是",
        "第3",
        "24/7",
        "一周一次",
        "以后天天",
        "first time",
        "second card",
        "I may pay",
        "市场3楼",
        "740还有1260",
        "三台",
        "99.8%",
    ],
)
def test_what_only_looks_like_a_day(text: str) -> None:
    assert days(text) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("明天", "date_in_future"),
        ("下周三", "date_in_future"),
        ("10月20号", "date_in_future"),
        ("下个月3号", "date_in_future"),
        ("next Friday", "date_in_future"),
        ("2月30日", "date_impossible"),
        ("9月31号", "date_impossible"),
        ("13月2号", "date_impossible"),
        ("40号", "date_impossible"),
        ("2024年3月1日", "date_too_old"),
        ("2025-10-13", "date_too_old"),
        ("农历八月十五", "date_lunar"),
        ("九月初三", "date_lunar"),
        ("月初", "date_vague"),
        ("9月中旬", "date_vague"),
        ("前几天", "date_vague"),
        ("上个月", "date_vague"),
        ("三四天前", "date_vague"),
        ("a couple of days ago", "date_vague"),
        ("early October", "date_vague"),
        ("每个周末", "date_vague"),
    ],
)
def test_days_that_cannot_be_meant_say_why(text: str, reason: str) -> None:
    assert rejected(text) == [reason]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("周三", [["10-14"], ["10-07"]]),
        ("3号或者4号", [["10-03"], ["10-04"]]),
        ("yesterday or the day before", [["10-13"], ["10-12"]]),
    ],
)
def test_what_is_ambiguous_is_offered(text: str, options: list[list[str]]) -> None:
    (one,) = find_dates(normalise(text), TODAY)
    assert [[day.strftime("%m-%d") for day in option] for option in one.choices] == options


def test_in_english_the_reading_that_is_near_counts() -> None:
    assert days("10/11", locale="en") == [["10-11"]]
    assert days("10/11", date(2026, 12, 1), "en") == [[]]


def test_bare_numbers_answer_a_question_for_days() -> None:
    for text, said in (("8", [8]), ("8、9", [8, 9]), ("8到10", [8, 9, 10]), ("8 9 10", [8, 9, 10])):
        found = bare_days(text, TODAY)
        assert found is not None
        assert [day.day for day in found.days] == said
    assert bare_days("2300", TODAY) is None
    assert bare_days("13/13", TODAY) is None


def chinese(number: int) -> str:
    return str(cn2an.an2cn(number)).replace("一十", "十", 1) if number < 20 else str(cn2an.an2cn(number))


ENGLISH = ("%d %B %Y", "%B %d, %Y", "%d-%b-%Y", "%b %d %Y")
past = st.tuples(st.dates(date(2025, 1, 1), date(2030, 12, 31)), st.integers(0, 364))


@settings(max_examples=200, deadline=None)
@given(past)
def test_every_day_of_the_past_year_is_read_as_it_was_written(drawn: tuple[date, int]) -> None:
    today, back = drawn
    day = today - timedelta(days=back)
    month, number = day.month, day.day
    written = [
        day.isoformat(),
        day.strftime("%Y%m%d"),
        day.strftime("%Y/%m/%d"),
        day.strftime("%Y.%m.%d"),
        f"{day.year}年{month}月{number}日",
        f"{day.year % 100}年{month}月{number}号",
        *(day.strftime(form) for form in ENGLISH),
    ]
    if not (month == today.month and day.year < today.year):
        written += [
            f"{month}月{number}号",
            f"{chinese(month)}月{chinese(number)}日",
            f"{month}月{number}",
            f"{month}-{number}",
        ]
        written += [day.strftime("%b %d")]
    for text in written:
        (one,) = find_dates(normalise(text), today)
        offered = text == f"{month}-{number}" and (day,) in one.choices  # or the days 12 to 14 of this month
        assert one.days == (day,) or offered, text


@settings(max_examples=100, deadline=None)
@given(st.dates(date(2025, 1, 1), date(2030, 12, 31)), st.integers(0, 27))
def test_recent_days_are_read_from_words(today: date, back: int) -> None:
    day = today - timedelta(days=back)
    monday = today - timedelta(days=today.weekday())
    written = [f"{day.day}号", f"{chinese(day.day)}日"]
    if back:
        written += [f"{back}天前", f"{back} days ago"]
    if monday - timedelta(days=7) <= day < monday:
        sign = "一二三四五六日"[day.weekday()]
        written += [f"上周{sign}", f"上个星期{sign}", f"上礼拜{sign}", f"last {day:%A}"]
    for text in written:
        (one,) = find_dates(normalise(text), today)
        assert one.days == (day,), text


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789一二三十廿月号日周上下前昨到至、,/-. 年去天星期末初农历nov3rdth"), past)
def test_no_text_gives_a_day_in_the_future_or_long_past(text: str, drawn: tuple[date, int]) -> None:
    today, _ = drawn
    for one in find_dates(normalise(text), today):
        for option in (one.days, *one.choices):
            assert all(today - timedelta(days=366) <= day <= today for day in option)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("9 oct 2 oct", [["10-02", "10-09"]]),
        ("oct 6 7 8", [["10-06", "10-07", "10-08"]]),
        ("6 7 8 oct", [["10-06", "10-07", "10-08"]]),
        ("oct 5, 13,400 is missing", [["10-05"]]),
        ("5 oct 2,410.5", [["10-05"]]),
        ("changed 4 oct. 5 oct 610", [["10-04"], ["10-05"]]),
        ("12/10/26", [["10-12"]]),
        ("28-09-26", [["09-28"]]),
        ("the 12th last month", [["09-12"]]),
        ("8号 last month", [["09-08"]]),
        ("3号、4号 last month", [["09-03", "09-04"]]),
        ("last sat n sun", [["10-10", "10-11"]]),
        ("last week tue to thu", [["10-06", "10-07", "10-08"]]),
        ("wed n thurs last week", [["10-07", "10-08"]]),
        ("上礼拜 Friday", [["10-09"]]),
        ("这周 monday", [["10-12"]]),
        ("a fortnight ago", [["09-30"]]),
        ("a week ago today", [["10-07"]]),
        ("day b4 yesterday", [["10-12"]]),
        ("oct 5, sorry 7", [["10-05"], ["10-07"]]),
        ("sep 5, i mean the 6th", [["09-05"], ["09-06"]]),
        ("9月5号 不对 6号", [["09-05"], ["09-06"]]),
    ],
)
def test_days_said_in_a_hurry(text: str, said: list[list[str]]) -> None:
    assert days(text, locale="en") == said


@pytest.mark.parametrize(
    "text",
    ["two days before yesterday", "three mondays ago", "tuesday before last", "last last monday"],
)
def test_a_day_counted_from_another_is_not_that_other(text: str) -> None:
    assert "date_vague" in rejected(text)
    assert days(text) == [[]] * len(days(text))


@pytest.mark.parametrize("text", ["4/10/26", "10/4/26", "10-04-26"])
def test_a_short_year_last_leaves_just_two_readings(text: str) -> None:
    (one,) = find_dates(normalise(text), TODAY, "en")
    assert {day for (day,) in one.choices} == {date(2026, 10, 4), date(2026, 4, 10)}


@given(
    st.dates(date(2025, 1, 1), date(2030, 12, 31)),
    st.lists(st.integers(1, 31), min_size=2, max_size=4, unique=True).map(sorted),
    st.sampled_from(["{}号", "{}号、", "{}th, "]),
)
def test_rising_days_of_one_list_are_of_one_month_or_asked(today: date, numbers: list[int], form: str) -> None:
    text = "".join(form.format(number) for number in numbers).rstrip(" ,、")
    for one in find_dates(normalise(text), today):
        assert len({(day.year, day.month) for day in one.days}) <= 1
        assert all(len({(day.year, day.month) for day in days}) == 1 for days in one.choices)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5, 6, 7", [["10-05", "10-06", "10-07"]]),
        ("5、6、7都没到", [["10-05", "10-06", "10-07"]]),
        ("nothing came 5, 6 and 7", [["10-05", "10-06", "10-07"]]),
        ("5, 7, 8", []),
        ("5, 6", []),
        ("5, 6, 7 yuan", []),
        ("1、2、3号机", []),
        ("1,005, 1,006, 1,007", []),
    ],
)
def test_a_row_of_three_numbers_that_count_up_is_days(text: str, said: list[list[str]]) -> None:
    assert days(text) == said


@pytest.mark.parametrize(
    ("text", "hour", "options"),
    [
        ("半小时前刷的", 15, [["10-14"]]),
        ("两个小时前", 15, [["10-14"]]),
        ("20分钟前", 9, [["10-14"]]),
        ("an hour ago", 15, [["10-14"]]),
        ("about half an hour ago", 15, [[]]),
        ("半小时前刷的", 0, [["10-14"], ["10-13"]]),
        ("3 hours ago", 2, [["10-14"], ["10-13"]]),
        ("两个半小时前", 2, [["10-14"], ["10-13"]]),
        ("90分钟前", 1, [["10-14"], ["10-13"]]),
    ],
)
def test_hours_ago_are_today_unless_midnight_lies_between(text: str, hour: int, options: list[list[str]]) -> None:
    (one,) = find_dates(normalise(text), TODAY, hour=hour)
    assert [[day.strftime("%m-%d") for day in days] for days in one.choices or (one.days,)] == options
