"""Sums in many wordings: exact to the fen, or not at all."""

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.amounts import find_amounts
from knowledge.numerals import chinese_number
from knowledge.text import normalise


def sums(text: str) -> list[int | None]:
    return [one.minor for one in find_amounts(normalise(text))]


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("￥1,234.50", 123450),
        ("¥88", 8800),
        ("RMB860.40", 86040),
        ("CNY 12,000", 1200000),
        ("５６００块", 560000),
        ("两千三", 230000),
        ("一万二", 1200000),
        ("三万零五百", 3050000),
        ("两万零五", 2000500),
        ("一百二", 12000),
        ("一百零二", 10200),
        ("三块五", 350),
        ("十八块六", 1860),
        ("五块半", 550),
        ("18块65", 1865),
        ("三千二百元五角", 320050),
        ("1.2万", 1200000),
        ("12w", 12000000),
        ("3k", 300000),
        ("9.2k", 920000),
        ("1万2", 1200000),
        ("1万2千", 1200000),
        ("1万6千8", 1680000),
        ("4千5", 450000),
        ("3W5", 3500000),
        ("1万2000", 1200000),
        ("3万零500", 3050000),
        ("2千三百", 230000),
        ("壹万叁仟肆佰元整", 1340000),
        ("壹仟贰佰叁拾肆元伍角陆分", 123456),
        ("三万一千块零七毛五", 3100075),
        ("一百二十万三千", 120300000),
        ("两k", 200000),
        ("五毛", 50),
        ("8毛5", 85),
        ("五千五百点五", 550050),
        ("一亿二千万", 12000000000),
        ("two thousand three hundred", 230000),
        ("1.234,50", 123450),
        ("12.345.678,90", 1234567890),
        ("five hundred yuan", 50000),
        ("3 thousand", 300000),
        ("三千五百蚊", 350000),
    ],
)
def test_a_sum_is_exact(text: str, fen: int) -> None:
    (one,) = find_amounts(normalise(text))
    assert one.minor == fen
    assert one.marked


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("760跟1340", [76000, 134000]),
        ("760,1340", [76000, 134000]),
        ("500、800和1200", [50000, 80000, 120000]),
        ("3000元5000元", [300000, 500000]),
        ("3000/5000", [300000, 500000]),
        ("4000一笔 500一笔", [400000, 50000]),
    ],
)
def test_several_sums_in_one_breath(text: str, fen: list[int]) -> None:
    assert sums(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "几千",
        "几百块",
        "好几万",
        "两百多",
        "2000多",
        "2000+",
        "三千出头",
        "五百来块",
        "千把块",
        "两三千",
        "五六百",
        "一两万",
        "上万",
        "小一万",
        "不到三千",
        "近五千",
        "3000到5000",
        "1-2万",
        "1k-2k",
        "20多万",
        "一百二三十",
        "几块钱",
        "百八十块",
        "some thousands",
        "a few hundred",
        "over 2000",
        "2000ish",
        "1万多点",
        "大几千",
        "三千不到",
    ],
)
def test_what_is_vague_has_no_value(text: str) -> None:
    assert [(one.minor, one.rejected) for one in find_amounts(normalise(text))] == [(None, "amount_vague")]


@pytest.mark.parametrize(
    "text", ["1.234", "1234,5", "1.234,5", "三千三千", "两千500", "两万半", "3.3.3", "500*2", "12345，67"]
)
def test_what_can_be_read_wrongly_is_not_read(text: str) -> None:
    assert [(one.minor, one.rejected) for one in find_amounts(normalise(text))] == [(None, "amount_unclear")]


@pytest.mark.parametrize("text", ["-500", "￥-500", "负500"])
def test_a_sum_below_nothing_is_refused(text: str) -> None:
    assert [one.rejected for one in find_amounts(normalise(text))] == ["amount_negative"]


@pytest.mark.parametrize(
    "text",
    [
        "一笔",
        "3天",
        "两台",
        "0.38%",
        "千分之几",
        "百分之零点六",
        "万一没到",
        "千万别",
        "十万火急",
        "一毛钱也没",
        "1234567890123",
        "5折",
    ],
)
def test_what_is_no_money(text: str) -> None:
    assert sums(text) == []


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("2，300", ((230000,), (200, 30000))),
        ("2 300", ((230000,), (200, 30000))),
        ("100,200,300", ((10000, 20000, 30000), (10020030000,))),
    ],
)
def test_two_readings_of_the_same_digits_are_offered(text: str, options: tuple[tuple[int, ...], ...]) -> None:
    (one,) = find_amounts(normalise(text))
    assert one.choices == options


@pytest.mark.parametrize("text", ["大概5000", "5300左右", "差不多两千", "about 500", "一万左右"])
def test_a_hedged_sum_is_to_be_confirmed(text: str) -> None:
    (one,) = find_amounts(normalise(text))
    assert one.minor is not None
    assert one.hedged


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 10**9))
def test_every_sum_is_read_as_it_was_written(fen: int) -> None:
    yuan, rest = divmod(fen, 100)
    plain = f"{yuan}.{rest:02}"
    written = [
        f"{plain}元",
        f"￥{plain}",
        f"￥{yuan:,}.{rest:02}",
        f"RMB {yuan:,}.{rest:02}",
        f"CNY{plain}",
        f"{yuan:,}.{rest:02} yuan",
    ]
    if fen >= 100:
        written += [str(cn2an.an2cn(plain, "rmb"))]
    if not rest and yuan:
        written += [f"{cn2an.an2cn(yuan)}元", f"{cn2an.an2cn(yuan)}块钱", f"{yuan}块", f"{yuan:,}元"]
    if yuan and rest % 10 == 0 and rest:
        written += [f"{yuan}块{rest // 10}", f"{cn2an.an2cn(yuan)}块{'零一二三四五六七八九'[rest // 10]}"]
    for text in written:
        assert sums(text) == [fen], text


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 9999))
def test_what_is_said_short_is_read_in_full(number: int) -> None:
    for scale, size, word in ((10_000, 1000, "万"), (1000, 100, "千")):
        head, tail = number % 9 + 1, number % 9 + 1
        assert sums(f"{head}{word}{tail}") == [(head * scale + tail * size) * 100]
        spoken = "一二三四五六七八九"
        assert sums(f"{spoken[head - 1]}{word}{spoken[tail - 1]}") == [(head * scale + tail * size) * 100]
    assert sums(f"{number / 100}万") == [number * 100 * 100]


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10**8 - 1))
def test_chinese_numerals_mean_what_another_library_writes(number: int) -> None:
    assert chinese_number(cn2an.an2cn(number)) == number
    assert chinese_number(cn2an.an2cn(number, "up")) == number


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789.,，零一二两三十百千万亿kw元块毛角分半多来几左右-+ ¥rmb"))
def test_no_text_gives_less_than_a_fen(text: str) -> None:
    for one in find_amounts(normalise(text)):
        assert one.minor is None or (isinstance(one.minor, int) and one.minor > 0)
        assert (one.minor is not None) + (one.rejected is not None) + bool(one.choices) == 1


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("seven hundred and forty point two five", 74025),
        ("8 hundred", 80000),
        ("three grand six hundred", 360000),
        ("4 thousand 250", 425000),
        ("1350 yuan 40 fen", 135040),
        ("twenty yuan 6 jiao", 2060),
        ("six point two thousand", 620000),
        ("4 and a half thousand", 450000),
        ("twenty four hundred", 240000),
        ("half a grand", 50000),
        ("5个w", 5000000),
        ("两个万", 2000000),
    ],
)
def test_digits_and_words_of_one_sum_are_read_together(text: str, fen: int) -> None:
    (one,) = find_amounts(normalise(text))
    assert one.minor == fen


@pytest.mark.parametrize(
    "text",
    [
        "between 1500 and 1800",
        "between five hundred and six hundred",
        "over three thousand",
        "more than 4 hundred",
        "close to 900 yuan",
        "four to five thousand",
        "six hundred odd",
        "seven hundred 800",
        "320 twice",
        "小三千",
        "差点8000",
        "4000冒头",
        "250乘4",
        "600的两倍",
        "4、5千",
        "六百和七百之间",
    ],
)
def test_a_word_that_changes_a_sum_is_not_left_unread(text: str) -> None:
    found = find_amounts(normalise(text))
    assert found
    assert all(one.minor is None and one.rejected for one in found)


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("1200 or 1300", ((120000,), (130000,))),
        ("700或者800", ((70000,), (80000,))),
        ("three thousand and four hundred", ((340000,), (300000, 40000))),
    ],
)
def test_two_readings_of_sums_are_a_choice(text: str, choices: tuple[tuple[int, ...], ...]) -> None:
    (one,) = find_amounts(normalise(text))
    assert one.choices == choices


@pytest.mark.parametrize("text", ["1毛都没到", "一块钱也没有收到", "1块都冇到"])
def test_not_a_penny_is_no_sum(text: str) -> None:
    assert find_amounts(normalise(text)) == ()


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("收了千二没到", [1200_00]),
        ("百五", [150_00]),
        ("万三", [13000_00]),
        ("千二三", []),
        ("万五千", []),
        ("成千二三百", []),
        ("费率千六", []),
        ("3k+4.5k两笔", [3000_00, 4500_00]),
        ("820/1,430/655", [820_00, 1430_00, 655_00]),
        ("ten k", [10000_00]),
        ("Eight. Thousand. Yuan.", [8000_00]),
        ("six thousand. five hundred. yuan", [6500_00]),
        ("three thousand, two hundred and ten", [3210_00]),
        ("nine hundred and twenty and one thousand and five", [920_00, 1005_00]),
        ("500文", [500_00]),
        ("800大洋", [800_00]),
        ("两千皮", [2000_00]),
        ("五千三几时到", [5300_00]),
        ("two times 5,000", []),
    ],
)
def test_sums_as_they_are_said(text: str, fen: list[int]) -> None:
    assert [one.minor for one in find_amounts(normalise(text)) if one.minor is not None] == fen
