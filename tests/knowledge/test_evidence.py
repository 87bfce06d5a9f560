"""Facts as an author types them for trying an article."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest

from knowledge.evidence import alternatives, read, sample, samples


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("payout.net", "payout.net is no fact: write it as name=value"),
        ("payout.nett=1", "there is no fact payout.nett. Did you mean payout.net?"),
        ("payout.found=yes", "payout.found cannot be yes: write true or false"),
        ("payout.status=pai", "payout.status cannot be pai: one of created, processing"),
        ("payout.trade_date=soon", "payout.trade_date cannot be soon: write a day like 2026-11-20"),
        ("payout.cut_at=soon", "payout.cut_at cannot be soon: write a moment like 2026-11-20T15:00:00+08:00"),
        ("payout.dest_suffix=12345678", "payout.dest_suffix cannot be 12345678: write the last 2 to 4 digits"),
        ("payout.net=1.234", "payout.net cannot be 1.234: CNY has no such sum"),
        ("payout.net=NaN", "payout.net cannot be NaN"),
        ("payout.net=much", "payout.net cannot be much: write a sum like 1200.50"),
        ("payout.n_live=many", "payout.n_live cannot be many: write a whole number"),
        ("payout.cut_at=2026-11-20T15:00:00", "it needs an offset, like 2026-11-20T15:00:00+08:00"),
    ],
)
def test_what_cannot_be_a_fact_is_refused_in_words(pair, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        read([pair], [])


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("payout.net", "12.5", 1250),
        ("payout.found", "TRUE", True),
        ("payout.found", "false", False),
        ("payout.cut_at", "2026-11-20T15:00:00+08:00", datetime.fromisoformat("2026-11-20T15:00:00+08:00")),
        ("payout.trade_date", "2026-11-20", date(2026, 11, 20)),
        ("payout.status", "paid", "paid"),
        ("payout.dest_suffix", "8821", "8821"),
        ("payout.dest_suffix", "", None),
        ("profile.review_days", "4", 4),
        ("reference", "T-1", "T-1"),
    ],
)
def test_a_fact_is_read_by_its_kind(name, typed, value):
    assert read([f"{name}={typed}"], []) == {name: value}


def test_sums_are_major_units_of_the_currency_that_was_typed():
    assert read(["payout.net=1200", "payout.currency=JPY"], [])["payout.net"] == 1200
    assert read(["payout.net=1200"], [])["payout.net"] == 120_000


def test_all_gives_samples_and_what_is_typed_wins():
    names = ["payout.net", "payout.currency", "payout.status"]
    assert read(["all", "payout.net="], names) == {**samples(names), "payout.net": None}
    assert samples(names)["payout.currency"] == "CNY"


def test_samples_can_be_as_long_as_they_get():
    for name in ("payout.net", "payout.payout_id", "payout.n_live"):
        assert len(str(sample(name, long=True))) > len(str(sample(name)))
    assert sample("payout.trade_date", long=True) == sample("payout.trade_date")


@pytest.mark.parametrize(
    ("name", "others"),
    [("payout.found", (False,)), ("payout.n_live", (0, 1)), ("payout.net", (0,)), ("payout.trade_date", ()),
     ("merchant.cycle", ("D1", "D0"))],
)  # fmt: skip
def test_the_other_values_of_a_fact(name, others):
    assert alternatives(name) == others
