"""Values of other people's systems: money comes through to the last digit, and nothing whatever breaks the reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.formats import decimals
from knowledge.positions import read_yaml
from knowledge.providers import Providers
from knowledge.records import Merchant, Payout
from storage.settlement.formats.declaration import Unreadable
from storage.settlement.http.mapping import expression
from storage.settlement.mapped.answers import NoAnswer, shown
from storage.settlement.mapped.columns import FieldMapping, House, Usual, read_fields
from storage.settlement.mapped.files import Fields
from storage.settlement.mapped.records import Plan, Reader
from storage.settlement.mapped.values import Clock, as_day, as_moment, as_sum, as_text
from storage.settlement.tables import PAYOUTS

SHANGHAI = ZoneInfo("Asia/Shanghai")


def naive(words: str) -> datetime:
    """A time without a zone, as many databases keep them."""
    return datetime.fromisoformat(words)


WORDS = Providers(payout_statuses={"leshua": {"1": "paid"}}, words=(("户名", "name_mismatch"),))
MAPPING = """
payout_id: id
merchant_no: shop
trade_date: day
status: {from: state, provider: leshua}
raw_reason: words
sent_at: {from: sent, format: epoch_ms}
cut_at: cut
dest_tail: {from: account, tail: true}
gross: gross
net: {from: net, units: minor}
currency: ccy
replaces: old
"""


def plan(text: str = MAPPING) -> Plan:
    fields = Fields(read_yaml(text))
    found = read_fields(fields, PAYOUTS, Usual("major", SHANGHAI), "from", expression, WORDS, ("payout_id",))
    assert fields.faults == []
    return Plan(PAYOUTS, "payouts", found)


PLAN = plan()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NEARLY = st.sampled_from(
    ["P1", "M1", "2026-11-19", 1, "1", "12.50", 1250, Decimal("12.50"), "CNY", "JPY", "622202******8821", 1795312800000,
     "2026-11-19T23:00:00", "", None, "户名不符"]
)  # fmt: skip


@given(st.fixed_dictionaries(dict.fromkeys(PLAN.fields, NEARLY | JSON)))
def test_no_value_whatever_breaks_the_reading(row: dict[str, Any]) -> None:
    reader = Reader({PAYOUTS: PLAN}, House(lambda: WORDS, "Asia/Shanghai"))
    try:
        payout = reader.payout(row, Merchant("M1", currency="CNY"))
    except NoAnswer:
        return
    assert isinstance(payout, Payout)
    assert payout.payout_id
    assert payout.status in (None, "paid")
    assert payout.trade_date is None or type(payout.trade_date) is date
    for amount in (payout.gross, payout.net):
        assert amount is None or (type(amount) is int and amount >= 0)
    assert payout.dest_tail is None or 2 <= len(payout.dest_tail) <= 4
    for moment in (payout.sent_at, payout.cut_at):
        assert moment is None or moment.utcoffset() == timedelta(hours=8)


@given(
    st.integers(0, 10**12),
    st.sampled_from(["CNY", "JPY", "KWD", "EUR"]),
    st.sampled_from(
        [str, Decimal, lambda text: Decimal(f"{text}0") if "." in text else Decimal(text), lambda text: text]
    ),
)
def test_major_units_come_through_to_the_last_digit(minor: int, currency: str, form: Callable[[str], Any]) -> None:
    places = decimals(currency)
    text = f"{Decimal(minor).scaleb(-places):f}"
    mapping = PLAN.fields["gross"]
    assert mapping.read(form(text), House(Providers, "UTC"), places) == minor


@given(st.integers(0, 10**11))
def test_a_float_with_two_decimals_is_what_it_shows(minor: int) -> None:
    assert PLAN.fields["gross"].read(minor / 100, House(Providers, "UTC"), 2) == minor


@pytest.mark.parametrize(
    ("raw", "places", "shown_as"),
    [
        (Decimal("12.5000"), 2, "12.50"), (Decimal("12.5"), 2, "12.5"), ("12.500", 2, "12.5"), (12.0, 0, "12"),
        (Decimal("12.505"), 2, "12.505"), ("1,200.00", 2, "1,200.00"), (0.1 + 0.2, 2, "0.30000000000000004"),
        (Decimal("1E+3"), 2, "1000"), (None, 2, None), ("", 2, None), (True, 2, Unreadable),
        (float("nan"), 2, Unreadable),
        (Decimal("1E+99"), 2, Unreadable), (float("inf"), 2, Unreadable), ([1], 2, Unreadable),
    ],
)  # fmt: skip
def test_sums(raw: Any, places: int, shown_as: Any) -> None:
    if shown_as is Unreadable:
        with pytest.raises(Unreadable):
            as_sum(raw, places)
    else:
        found = as_sum(raw, places)
        assert (found is None) == (shown_as is None)
        assert (
            found is None or shown_as is None or Decimal(found.replace(",", "")) == Decimal(shown_as.replace(",", ""))
        )


@given(
    st.datetimes(naive("2001-01-01"), naive("2098-01-01")),
    st.sampled_from(["Asia/Shanghai", "UTC", "America/Sao_Paulo"]),
)
def test_a_moment_is_the_same_however_it_is_written(local: datetime, zone_name: str) -> None:
    zone = ZoneInfo(zone_name)
    moment = local.replace(microsecond=0, tzinfo=UTC).astimezone(zone)
    if moment.fold or moment.replace(fold=1).utcoffset() != moment.utcoffset():
        return  # an hour that comes twice is not told apart by clocks without an offset
    for clock in (
        Clock(), Clock(zone=zone), Clock("epoch_s", zone), Clock("epoch_ms"), Clock("%Y%m%d%H%M%S", zone),
        Clock("%d/%m/%Y %H:%M:%S %z"),
    ):  # fmt: skip
        written = clock.write(moment)
        read = as_moment(written, clock)
        assert read is not None
        assert datetime.fromisoformat(read) == moment
    assert as_day(moment, Clock(zone=zone)) == moment.date().isoformat()


@pytest.mark.parametrize(
    ("raw", "clock", "read"),
    [
        (naive("2026-11-19T23:30"), Clock(zone=SHANGHAI), "2026-11-19"),
        (datetime(2026, 11, 19, 23, 30, tzinfo=UTC), Clock(zone=SHANGHAI), "2026-11-20"),
        ("2026-11-19T23:30:00Z", Clock(zone=SHANGHAI), "2026-11-20"),
        ("2026-11-19 23:30:00", Clock(), "2026-11-19"),
        (date(2026, 11, 19), Clock(), "2026-11-19"),
        (20261119, Clock("%Y%m%d"), "2026-11-19"),
        (None, Clock(), None),
        ("2026-11-19T23:30:00Z", Clock(), "no zone"),
        ("19/11/2026", Clock("%Y%m%d"), "written as %Y%m%d"),
    ],
)
def test_days(raw: Any, clock: Clock, read: str | None) -> None:
    if read is None or read.startswith("2026"):
        assert as_day(raw, clock) == read
    else:
        with pytest.raises(Unreadable, match=read):
            as_day(raw, clock)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("2026-11-19 23:30:00", "gives no zone"), (naive("2026-11-19"), "gives no zone"),
        ("2026-11-19", "a day where"),
        (date(2026, 11, 19), "a day where"), ("soon", "a day where"), ("soon, very soon", "not a time written as ISO"),
    ],
)  # fmt: skip
def test_moments_without_a_zone_are_refused(raw: Any, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        as_moment(raw, Clock())


def test_an_offset_goes_before_the_zone_of_the_mapping() -> None:
    there = datetime(2026, 11, 19, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert as_moment(there, Clock(zone=SHANGHAI)) == "2026-11-19T23:30:00-05:00"


@pytest.mark.parametrize(
    ("raw", "tail"),
    [
        ("622202******8821", "8821"), ("6222 0200 0000 8821", "8821"), ("8821", "8821"), ("**21", "21"),
        (6222020000008821, "8821"), ("６２２２＊＊＊＊８８２１", None), ("8821****", None), ("***1", None),
        (None, "unknown"), (821, None), (True, None),
    ],
)  # fmt: skip
def test_of_an_account_the_last_digits_are_kept(raw: Any, tail: str | None) -> None:
    mapping: FieldMapping = PLAN.fields["dest_tail"]
    if tail is None:
        with pytest.raises(Unreadable):
            mapping.read(raw, House(Providers, "UTC"))
    else:
        assert (mapping.read(raw, House(Providers, "UTC")) or "unknown") == tail


def test_a_whole_account_is_refused_where_only_its_tail_was_promised() -> None:
    mapping = plan("payout_id: id\ndest_tail: account").fields["dest_tail"]
    with pytest.raises(Unreadable, match="must not be stored"):
        mapping.read("6222020000008821", House(Providers, "UTC"))


def test_plain_values_as_text() -> None:
    assert [as_text(raw) for raw in (7, Decimal("7.0"), 7.5, " x ", "", None, True)] == [
        "7", "7.0", "7.5", "x", None, None, "true",
    ]  # fmt: skip


def test_what_others_say_is_shown_without_numbers() -> None:
    assert shown('relation "pay" does not exist\nLINE 1: SELECT') == 'relation "pay" does not exist'
    assert shown("no 6222020000008821 here") == "no … here"
    assert shown("") == ""
