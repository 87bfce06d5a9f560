"""What happened to a merchant's money in order, and its picture: nothing is drawn outside, nothing is forgotten."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.loader import load
from knowledge.records import CardChange, Incident, Merchant, Payout, Records, Terminal
from knowledge.rehearsal import records_of
from knowledge.staff_words import Sought, sought
from knowledge.timeline import Timeline, timeline
from knowledge.timeline_chart import MOST_TRACKS, WIDTH, chart

BASE = load(Path(__file__).parents[2] / "knowledge" / "base")
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime.fromisoformat("2026-11-20T15:00:00+08:00")
DAY = date(2026, 11, 13)
CHANGE = {
    "old_tail": "1234", "new_tail": "8821", "status": "effective",
    "submitted_at": "2026-11-13T10:00:00+08:00", "effective_at": "2026-11-14T10:00:00+08:00",
}  # fmt: skip
BACK = {
    "payout_id": "P1", "trade_date": "2026-11-13", "status": "returned", "reason": "account_closed",
    "dest_tail": "1234", "net": "800", "sent_at": "2026-11-16T10:00:00+08:00",
    "returned_at": "2026-11-17T12:00:00+08:00",
}  # fmt: skip
AGAIN = {
    "payout_id": "P2", "replaces": "P1", "trade_date": "2026-11-13", "status": "sent", "dest_tail": "8821",
    "net": "800", "sent_at": "2026-11-19T10:00:00+08:00",
}  # fmt: skip


def of(records: Records, terminal: str | None = "40213377", *days: date) -> Timeline:
    return timeline(records, terminal, days, BASE.acquirers, BASE.calendar, NOW)


def test_a_return_and_its_new_payout_beside_the_card_change() -> None:
    waiting = {"payout_id": "P3", "trade_date": "2026-11-19", "status": "created", "net": "5"}
    merchant = {"merchant_no": "M1", "cycle": "T1"}
    records = records_of({"merchant": merchant, "changes": [CHANGE], "payouts": [BACK, AGAIN, waiting]})
    line = of(records, "40213377", DAY)
    told = [(each.day.day, each.kind, each.payout.payout_id if each.payout else "") for each in line.happenings]
    assert told == [
        (13, "traded", "P1"),
        (13, "traded", "P2"),
        (13, "submitted", ""),
        (14, "effective", ""),
        (16, "sent", "P1"),
        (17, "returned", "P1"),
        (19, "traded", "P3"),
        (19, "sent", "P2"),
        (20, "due", "P3"),
    ]
    assert [(track.payout.payout_id, track.card) for track in line.tracks] == [
        ("P1", "old"),
        ("P2", "new"),
        ("P3", "other"),
    ]
    assert date(2026, 11, 14) in line.free
    assert line.last == NOW.date()


def test_other_terminals_are_left_out_and_what_is_the_merchants_is_not() -> None:
    payouts = [
        {**BACK, "payout_id": "A", "terminal_id": "40213377"},
        {**BACK, "payout_id": "B", "terminal_id": "50000000"},
        {**BACK, "payout_id": "C", "terminal_id": None},
    ]
    records = records_of({"payouts": payouts})
    assert {track.payout.payout_id for track in of(records).tracks} == {"A", "C"}
    assert {track.payout.payout_id for track in of(records, None).tracks} == {"A", "B", "C"}


def test_without_a_day_the_latest_two_weeks_and_with_one_the_days_around_it() -> None:
    old = {**BACK, "payout_id": "OLD", "trade_date": "2026-09-01", "sent_at": None, "returned_at": None}
    records = records_of({"payouts": [BACK, old]})
    assert {track.payout.payout_id for track in of(records).tracks} == {"P1"}
    assert {track.payout.payout_id for track in of(records, None, date(2026, 9, 2)).tracks} == {"OLD"}


def test_incidents_stand_in_it_and_are_over_when_they_are() -> None:
    incidents = [
        {"bank": "中国工商银行", "starts_at": "2026-11-19T18:00:00+08:00", "ends_at": "2026-11-19T20:00:00+08:00"},
        {"starts_at": "2026-11-20T14:00:00+08:00"},
    ]
    kinds = [each.kind for each in of(records_of({"incidents": incidents})).happenings]
    assert kinds == ["incident", "incident_over", "incident"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", Sought()),
        ("40213377", Sought("40213377")),
        ("M1 11-03", Sought("M1", (date(2026, 11, 3),))),
        ("40213377 11月3号和4号", Sought("40213377", (date(2026, 11, 3), date(2026, 11, 4)))),
        ("yesterday", Sought(None, (date(2026, 11, 19),))),
        ("昨天", Sought(None, (date(2026, 11, 19),))),
        ("40213377 whenever", Sought("40213377", (), "whenever")),
    ],
)
def test_what_is_looked_up(words: str, expected: Sought) -> None:
    assert sought(words, NOW, "zh") == expected


MOMENTS = st.one_of(
    st.none(),
    st.integers(-40 * 24 * 60, 40 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
)
DAYS = st.one_of(st.none(), st.integers(-60, 30).map(lambda days: NOW.date() + timedelta(days)))
TAILS = st.sampled_from([None, "1234", "8821", "21", "99990000"])
PAYOUTS = st.builds(
    Payout,
    payout_id=st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    merchant_no=st.just("M1"),
    terminal_id=st.sampled_from([None, "40213377", "50000000"]),
    trade_date=DAYS,
    cut_at=MOMENTS,
    status=st.sampled_from([None, "created", "processing", "sent", "paid", "failed", "returned", "frozen"]),
    sent_at=MOMENTS,
    paid_at=MOMENTS,
    returned_at=MOMENTS,
    due_date=DAYS,
    dest_tail=TAILS,
    net=st.one_of(st.none(), st.integers(-(10**9), 10**12)),
    currency=st.sampled_from([None, "CNY", "JPY", "KWD"]),
)
CHANGES = st.builds(
    CardChange,
    change_id=st.sampled_from("ABC"),
    merchant_no=st.just("M1"),
    terminal_id=st.sampled_from([None, "40213377", "50000000"]),
    old_tail=TAILS,
    new_tail=TAILS,
    status=st.sampled_from([None, "submitted", "need_merchant", "auditing", "rejected", "effective"]),
    submitted_at=MOMENTS,
    effective_at=MOMENTS,
)
INCIDENTS = st.builds(Incident, incident_id=st.sampled_from("AB"), starts_at=MOMENTS, ends_at=MOMENTS)


@settings(max_examples=150, deadline=None)
@given(
    payouts=st.lists(PAYOUTS, max_size=20),
    changes=st.lists(CHANGES, max_size=3),
    incidents=st.lists(INCIDENTS, max_size=2),
    days=st.lists(st.integers(-60, 5).map(lambda days: NOW.date() + timedelta(days)), max_size=2),
    terminal=st.sampled_from([None, "40213377"]),
)
def test_whatever_the_records_say_it_is_in_order_and_within_the_picture(
    payouts: list[Payout],
    changes: list[CardChange],
    incidents: list[Incident],
    days: list[date],
    terminal: str | None,
) -> None:
    records = Records(
        Terminal("40213377", "M1"), Merchant("M1", cycle="T1"), tuple(changes), tuple(payouts), tuple(incidents)
    )
    line = of(records, terminal, *days)
    assert [each.day for each in line.happenings] == sorted(each.day for each in line.happenings)
    drawing = chart(line, "40213377", ZONE)
    lanes = min(len(line.tracks), MOST_TRACKS)
    assert drawing.height >= lanes * 60
    for shape in drawing.shapes:
        assert all(-20 <= x <= WIDTH + 20 for x in shape.points[::2])
        assert all(0 <= y <= drawing.height for y in shape.points[1::2])
        assert shape.words.isascii()
