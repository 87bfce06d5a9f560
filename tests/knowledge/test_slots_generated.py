"""Whole messages put together from parts in every wording: each part is read as it was meant, none is guessed."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import cn2an
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.slots import read

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()

CHINESE = [
    "{change}换的卡，尾号{tail}，终端{terminal}，{trade}的{sum}没到",
    "终端{terminal} {trade}刷了{sum}没到账 {change}换的新卡{tail}",
    "我{change}改绑了尾号{tail}的卡，{trade}的{sum}到现在没收到，机器号{terminal}",
    "{trade}收的{sum}没到，卡是{change}换的，新卡尾号{tail}，设备号{terminal}",
    "机器编号{terminal}，{change}变更结算卡到{tail}，{trade}的货款{sum}未到",
    "{terminal} {change}换卡 {tail}结尾 {trade} {sum}没到",
    "换卡{change} 尾号{tail} 终端号{terminal} 交易{trade} 金额{sum} 未到账",
    "您好，{trade}那笔{sum}还没到，我是{change}换的卡，新卡后四位{tail}，终端号是{terminal}",
    "{trade}营业款{sum}迟迟不到 卡{change}已改成{tail} 机号{terminal}",
    "TID {terminal}\n换卡时间：{change}\n新卡尾号：{tail}\n交易时间：{trade}\n金额：{sum}",
    "{change}把卡换成{tail}了，{trade}卖货的{sum}一直没进账，pos机{terminal}",
    "{change}换卡后就没到过账，尾号是{tail}，{trade}那笔{sum}，终端编号{terminal}",
    "麻烦查下{terminal}这台机器，{trade}流水{sum}未到账；{change}变更过账户，尾号{tail}",
    "{sum}没到，{trade}刷的，卡{change}换的{tail}，终端{terminal}",
    "【{terminal}】{trade} {sum} 未结算，{change}更换结算卡（{tail}）",
    "{trade}我刷了一笔{sum}的，钱没到。上次{change}换过卡，换成{tail}了。机子号{terminal}",
    "{trade}嘅{sum}仲未到，{change}轉咗戶口，尾數{tail}，機號{terminal}",
]
ENGLISH = [
    "I changed my card on {change} (ending {tail}). Terminal {terminal}. {sum} from {trade} is missing",
    "terminal {terminal}: sale on {trade} of {sum} not received, card changed {change}, last 4 digits {tail}",
    "Since I switched to the card ending in {tail} on {change}, the {trade} payout of {sum} never came. TID {terminal}",
    "{sum} from {trade} hasn't arrived. New card {tail}, changed on {change}, terminal id {terminal}",
    "updated bank account to {tail} on {change}; {trade} sales {sum} missing; tid {terminal}",
    "{trade}: {sum} not paid out. Card changed {change} to {tail}. TID {terminal}",
    "my terminal is {terminal}; on {change} I replaced my card with one ending {tail}; {sum} of {trade} is missing",
]

MONTH_AND_DAY = re.compile(r"1[0-2](?:[0-2]\d|3[01])")
"""A bare sum of this shape ("1114没到") may be a day and is asked."""


def numeral(number: int) -> str:
    words = str(cn2an.an2cn(number))
    return words.replace("一十", "十", 1) if 10 <= number < 20 else words


def chinese_day(day: date) -> list[str]:
    written = [f"{day.month}月{day.day}号", f"{day.month}月{day.day}日", day.isoformat(), f"{day.month}/{day.day}"]
    written += [day.strftime("%Y%m%d"), f"{numeral(day.month)}月{numeral(day.day)}号", f"{day.month}-{day.day}"]
    back = (TODAY - day).days
    if back < 18:
        written += [f"{day.day}号", f"{day.day}日", f"{numeral(day.day)}号"]
    written += {1: ["昨天"], 2: ["前天"], 3: ["大前天"]}.get(back, [])
    monday = TODAY - timedelta(days=TODAY.weekday())
    if monday - timedelta(days=7) <= day < monday:
        written.append("上周" + "一二三四五六日"[day.weekday()])
    return written


def english_day(day: date) -> list[str]:
    return [
        f"{day:%b} {day.day}",
        f"{day.day} {day:%b}",
        f"{day:%B} {day.day}",
        f"{day.day} {day:%B %Y}",
        day.isoformat(),
    ]


def chinese_sum(yuan: int) -> list[str]:
    written = [f"{yuan}元", f"{yuan}块", f"{yuan:,}元", f"￥{yuan}", f"￥{yuan:,}.00", f"{yuan}.00元"]
    if yuan >= 100:
        spoken = str(cn2an.an2cn(yuan))
        written += [spoken, f"{spoken}块", f"{spoken}元"]
        written += [] if MONTH_AND_DAY.fullmatch(str(yuan)) else [str(yuan)]
    if yuan >= 10_000 and yuan % 100 == 0:
        written += [f"{yuan / 10_000:g}万", f"{yuan / 10_000:g}w"]
    return written


def english_sum(yuan: int) -> list[str]:
    return [f"{yuan} yuan", f"RMB {yuan:,}", f"CNY {yuan}.00", f"¥{yuan:,}", f"{yuan:,}.00", f"{yuan}rmb"]


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, str, dict[str, Any]]:
    trade = TODAY - timedelta(days=draw(st.integers(1, 40)))
    change = trade - timedelta(days=draw(st.integers(1, 20)))
    yuan = draw(st.one_of(st.integers(10, 9999), st.integers(100, 999).map(lambda number: number * 100)))
    tail = f"{draw(st.integers(0, 9999)):04}"
    terminal = str(draw(st.one_of(st.integers(10_000_000, 19_999_999), st.integers(21_000_000, 99_999_999))))
    english = draw(st.booleans())
    day, amount = (english_day, english_sum) if english else (chinese_day, chinese_sum)
    text = draw(st.sampled_from(ENGLISH if english else CHINESE)).format(
        change=draw(st.sampled_from(day(change))),
        trade=draw(st.sampled_from(day(trade))),
        sum=draw(st.sampled_from(amount(yuan))),
        tail=tail,
        terminal=terminal,
    )
    slots = {
        "terminal_id": terminal,
        "change_date": change,
        "trade_dates": (trade,),
        "amounts": (yuan * 100,),
        "new_tail": tail,
    }
    return text, "en" if english else "zh", slots


@settings(max_examples=600, deadline=None)
@given(messages())
def test_every_part_of_a_message_is_read_as_it_was_meant(message: tuple[str, str, dict[str, Any]]) -> None:
    text, locale, slots = message
    reading = read(text, now=NOW, locale=locale)
    assert dict(reading.slots) == slots
    assert reading.intent == "payout_missing"
    assert not reading.card_number
