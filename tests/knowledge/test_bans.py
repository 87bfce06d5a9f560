"""Reasons and times as staff write them, and who may ban."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.bans import LONGEST, REASON_CHARACTERS, USUAL, may_ban, read_ban
from knowledge.ticket import Ticket
from knowledge.ticket_events import Person, Refused

NOW = datetime.fromisoformat("2026-11-20T15:00:00+08:00")
CHEN, BOSS = Person(50, "小陈"), Person(52, "老李", supervisor=True)


@pytest.mark.parametrize(
    ("words", "reason", "span"),
    [
        ("骂人", "骂人", USUAL),
        ("骂人 3天", "骂人", timedelta(days=3)),
        ("刷屏，2小时", "刷屏", timedelta(hours=2)),
        ("２個小時 刷屏", "刷屏", timedelta(hours=2)),
        ("1周 冒充商户", "冒充商户", timedelta(days=7)),
        ("spam for 30 min", "spam", timedelta(minutes=30)),
        ("2H insults the staff", "insults the staff", timedelta(hours=2)),
        ("sent 300 photos 7d", "sent 300 photos", timedelta(days=7)),
        ("sent 3 days of spam", "sent 3 days of spam", USUAL),
        ("昨天3天前的事", "昨天3天前的事", USUAL),
        ("骂人 999天", "骂人", LONGEST),
        ("骂人 0天", "骂人", timedelta(days=1)),
        ("3天", "", timedelta(days=3)),
        ("", "", USUAL),
    ],
)
def test_reason_and_time(words: str, reason: str, span: timedelta) -> None:
    assert read_ban(words) == (reason, span)


@given(st.text())
def test_no_words_break_it_and_every_ban_ends(words: str) -> None:
    reason, span = read_ban(words)
    assert len(reason) <= REASON_CHARACTERS
    assert timedelta(0) < span <= LONGEST


def test_who_may_ban() -> None:
    ticket = Ticket(1001, 7, 7, "zh", "support", NOW)
    assert may_ban(ticket, CHEN, staff=False) is None
    assert may_ban(ticket, BOSS, staff=True) == Refused("refused_ban_staff")
    owned = Ticket(1001, 7, 7, "zh", "support", NOW, status="claimed", owner=51, owner_name="小王")
    assert may_ban(owned, CHEN, staff=False) == Refused("refused_not_owner", {"name": "小王"})
    assert may_ban(owned, BOSS, staff=False) is None
