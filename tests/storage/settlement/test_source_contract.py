"""One suite of promises, kept by every source: the table, foreign tables, an interface, a cache, and layers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from knowledge.providers import Providers
from knowledge.records import (
    Absent,
    CardChange,
    Foreign,
    Found,
    Incident,
    Merchant,
    Payout,
    Query,
    Records,
    Terminal,
    Unavailable,
)
from storage.settlement.source import Freshness, SettlementSource
from tests.storage.settlement.conftest import BASE, NOW
from tests.storage.settlement.harbour import SHANGHAI
from tests.storage.settlement.worlds import MAKERS, PARAMS, Ground, ground_for

MINE, OTHERS = "822331059990001", "822331059990002"
BOUND = frozenset({MINE})
DAY = date(2026, 11, 19)
Sourced = Callable[..., Awaitable[SettlementSource]]


@pytest.fixture
async def ground(request: pytest.FixtureRequest, tmp_path: Path, providers: Providers) -> AsyncIterator[Ground]:
    async with ground_for(request, tmp_path, providers) as made:
        yield made


@pytest.fixture(params=PARAMS)
def sourced(request: pytest.FixtureRequest, ground: Ground) -> Sourced:
    """A source of each kind, filled with the base, the sheets named replaced."""

    async def make(**sheets: Any) -> SettlementSource:
        kind = request.param
        source: SettlementSource = await MAKERS[kind.partition("-")[0]](ground, kind, {**BASE, **sheets})
        return source

    return make


def paid(**values: str) -> dict[str, str]:
    """The base's payout with other values."""
    return {**BASE["payouts"][0], **values}


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).astimezone(SHANGHAI)


async def found(source: SettlementSource, *dates: date, terminal: str = "40213377") -> Records:
    result = await source.look_up(Query(terminal, dates, BOUND))
    assert isinstance(result, Found), result
    return result.records


def without_raw(payout: Payout) -> Payout:
    """A provider's own words are kept only where its words are read."""
    return replace(payout, raw_status=None)


async def test_all_that_is_known_of_a_terminal_and_nothing_else(sourced: Sourced) -> None:
    merchants = [
        {**BASE["merchants"][0], "min_payout": "10.00", "balance": "1.1", "account_type": "personal"},
        BASE["merchants"][1],
    ]
    terminals = [{**BASE["terminals"][0], "last_signon_at": "2026-11-20T08:00:00+08:00"}, *BASE["terminals"][1:]]
    source = await sourced(merchants=merchants, terminals=terminals)
    result = await source.look_up(Query(" 40213377", (DAY,), BOUND))
    assert isinstance(result, Found), result
    assert result.source in source.name.split(", ")
    assert (result.as_of, result.stale) == (NOW, False)
    records = result.records
    assert records.merchant == Merchant(
        MINE, "晨光便利店", "+8613800138001", timezone="Asia/Shanghai", acquirer="lakala", account_type="personal",
        cycle="T1", min_payout=1000, balance=110, currency="CNY", risk_hold=False,
    )  # fmt: skip
    assert records.terminal == Terminal(
        "40213377", MINE, account_tail="8821", last_signon_at=at("2026-11-20T08:00:00+08:00")
    )
    assert records.changes == (
        CardChange(
            "C1", MINE, old_tail="1234", new_tail="8821", status="effective",
            submitted_at=at("2026-11-18T10:00:00+08:00"), effective_at=at("2026-11-19T09:30:00+08:00"),
        ),
    )  # fmt: skip
    assert tuple(map(without_raw, records.payouts)) == (
        Payout(
            "P1", MINE, "40213377", "B1", DAY, at("2026-11-19T23:00:00+08:00"), "paid",
            sent_at=at("2026-11-20T14:00:00+08:00"), dest_tail="8821", gross=120000, fee=720, net=119280,
            currency="CNY",
        ),
    )  # fmt: skip
    assert records.incidents == (
        Incident("I1", "招商银行", at("2026-11-20T00:00:00+08:00"), at("2026-11-20T06:00:00+08:00"), "系统维护"),
    )
    assert records.knows_changes
    assert records.knows_payouts


async def test_a_terminal_that_is_not_there_is_absent(sourced: Sourced) -> None:
    source = await sourced()
    for nobody in ("99999999", "4021337", "%", "' OR '1'='1", "../40213377", "4021 3377", "终端"):
        assert isinstance(await source.look_up(Query(nobody, (DAY,), BOUND)), Absent), nobody
        assert await source.owner(nobody) is None


async def test_no_record_of_a_merchant_leaves_that_the_asker_is_not_bound_to(sourced: Sourced) -> None:
    source = await sourced()
    for merchants in (frozenset[str](), frozenset({OTHERS}), frozenset({"*"})):
        assert isinstance(await source.look_up(Query("40213377", (DAY,), merchants)), Foreign)
    await found(source, DAY)
    assert isinstance(await source.look_up(Query("40213377", (DAY,), frozenset({OTHERS}))), Foreign)
    assert isinstance(await source.look_up(Query("50213377", (DAY,), BOUND)), Foreign)


async def test_a_merchant_as_a_whole_is_that_merchant_or_cannot_be_asked(sourced: Sourced) -> None:
    source = await sourced()
    for merchant_no in (MINE, OTHERS):
        result = await source.look_up(Query("", (DAY,), frozenset({merchant_no})))
        if isinstance(result, Unavailable):  # an interface is asked by terminal
            assert "by terminal" in result.reason
            continue
        assert isinstance(result, Found), result
        assert result.records.merchant.merchant_no == merchant_no
        assert {payout.merchant_no for payout in result.records.payouts} <= {merchant_no}
    assert not isinstance(await source.look_up(Query("", (DAY,), frozenset({"nobody"}))), Found)
    assert not isinstance(await source.look_up(Query("", (DAY,), frozenset({MINE, OTHERS}))), Found)


async def test_a_merchant_is_known_by_the_very_number_on_file(sourced: Sourced) -> None:
    source = await sourced()
    merchants = await source.merchants_with_phone("+8613800138001")
    assert not isinstance(merchants, Unavailable)
    assert [merchant.merchant_no for merchant in merchants] == [MINE]
    for stranger in ("+8613800138009", "+13800138001", "+86138001380011", "' OR 1=1 --"):
        assert await source.merchants_with_phone(stranger) == (), stranger
    merchant = await source.merchant(OTHERS)
    assert isinstance(merchant, Merchant)
    assert merchant.name == "南湖小馆"
    assert await source.merchant("nobody") is None


async def test_payouts_around_the_days_and_what_replaces_what(sourced: Sourced) -> None:
    rows = [paid(payout_id=f"D{offset:+}", trade_date=str(DAY + timedelta(offset))) for offset in (-8, -7, 0, 10, 11)]
    rows += [
        paid(payout_id="R1", trade_date="2026-09-01"),
        paid(payout_id="R2", replaces="R1"),
        paid(payout_id="R3", trade_date="2026-12-20", replaces="R2"),
        paid(payout_id="X", trade_date="2026-12-20", replaces="R3", merchant_no=OTHERS),
        paid(payout_id="Y", merchant_no=OTHERS),
    ]
    source = await sourced(payouts=rows)
    shown = [payout.payout_id for payout in (await found(source, DAY)).payouts]
    assert shown == ["R1", "D-7", "D+0", "R2", "D+10", "R3"]
    two = [payout.payout_id for payout in (await found(source, DAY, DAY + timedelta(1))).payouts]
    assert two == ["R1", "D-7", "D+0", "R2", "D+10", "D+11", "R3"]
    lately = [payout.payout_id for payout in (await found(source)).payouts]
    assert {"D-8", "D-7", "D+0", "R1", "R2", "R3"} <= set(lately)
    assert not {"X", "Y"} & set(lately)


async def test_what_is_not_said_is_unknown(sourced: Sourced) -> None:
    rows = [
        {
            name: BASE["payouts"][0][name]
            for name in ("payout_id", "merchant_no", "trade_date", "status", "gross", "net")
        }
    ]
    source = await sourced(payouts=rows, card_changes=[], incidents=[])
    records = await found(source, DAY, terminal="4021337A")
    assert records.terminal == Terminal("4021337A", MINE)
    (payout,) = map(without_raw, records.payouts)
    assert payout == Payout("P1", MINE, trade_date=DAY, status="paid", gross=120000, net=119280, currency="CNY")
    assert (records.merchant.payouts_suspended, records.merchant.balance) == (None, None)
    assert (records.changes, records.incidents) == ((), ())


async def test_sums_are_minor_units_of_their_own_currency(sourced: Sourced) -> None:
    rows = [
        paid(payout_id="P1", gross="1200.00", fee="7.20", net="1192.8", currency="CNY"),
        paid(payout_id="P2", gross="0.07", fee="0", net="0.07", currency="CNY"),
        paid(payout_id="P3", gross="99999999.99", fee="0.01", net="99999999.98", currency=""),
    ]
    payouts = (await found(await sourced(payouts=rows), DAY)).payouts
    assert [(one.gross, one.fee, one.net, one.currency) for one in payouts] == [
        (120000, 720, 119280, "CNY"), (7, 0, 7, "CNY"), (9999999999, 1, 9999999998, "CNY"),
    ]  # fmt: skip
    assert all(type(one.net) is int for one in payouts)


async def test_moments_stand_in_the_merchants_own_zone(sourced: Sourced) -> None:
    merchants = [{**BASE["merchants"][0], "timezone": "America/New_York", "phone": "+8613800138001"}]
    others = [row for row in BASE["terminals"] if row["merchant_no"] == MINE]
    incidents = [
        {"incident_id": "I1", "starts_at": "2026-11-29T23:30:00-05:00", "ends_at": "2026-11-30T02:00:00-05:00"},
        {"incident_id": "I2", "starts_at": "2026-11-30T00:30:00-05:00", "ends_at": "2026-11-30T02:00:00-05:00"},
        {"incident_id": "I3", "starts_at": "2026-10-01T00:30:00-05:00", "ends_at": ""},
        {"incident_id": "I4", "starts_at": "2026-10-01T00:30:00-05:00", "ends_at": "2026-11-11T23:59:00-05:00"},
    ]
    records = await found(await sourced(merchants=merchants, terminals=others, incidents=incidents), DAY)
    assert records.payouts[0].sent_at == datetime(2026, 11, 20, 6, tzinfo=UTC)
    assert records.payouts[0].sent_at.utcoffset() == timedelta(hours=-5)
    assert records.changes[0].effective_at is not None
    assert records.changes[0].effective_at.utcoffset() == timedelta(hours=-5)
    assert [incident.incident_id for incident in records.incidents] == ["I1", "I3"]


async def test_silence_is_not_absence(sourced: Sourced, ground: Ground) -> None:
    source = await sourced()
    await ground.down()
    for asked in (Query("40213377", (DAY,), BOUND), Query("99999999", (), BOUND), Query("50213377", (), BOUND)):
        result = await source.look_up(asked)
        assert isinstance(result, Unavailable)
        assert result.source == source.name
        assert "40213377" not in result.reason
    assert isinstance(await source.merchants_with_phone("+8613800138001"), Unavailable)
    assert isinstance(await source.merchant(MINE), Unavailable)
    assert isinstance(await source.owner("40213377"), Unavailable)
    assert all(isinstance(layer, Unavailable) for layer in await source.freshness())


async def test_old_records_are_called_stale(sourced: Sourced, ground: Ground) -> None:
    ground.as_of = NOW - timedelta(hours=25)
    source = await sourced()
    result = await source.look_up(Query("40213377", (DAY,), BOUND))
    assert isinstance(result, Found)
    live = result.source == "harbour-api"
    assert (result.as_of, result.stale) == ((NOW, False) if live else (ground.as_of, True))
    for layer in await source.freshness():
        assert isinstance(layer, Freshness)
        assert (layer.as_of, layer.stale) == ((NOW, False) if layer.source == "harbour-api" else (ground.as_of, True))


async def test_staff_may_ask_whose_a_terminal_is(sourced: Sourced) -> None:
    source = await sourced()
    assert await source.owner("50213377") == OTHERS
    assert await source.owner(" 4021337a ") == MINE
    assert await source.owner("99999999") is None


async def test_each_layer_says_how_it_is(sourced: Sourced) -> None:
    source = await sourced()
    layers = await source.freshness()
    assert ", ".join(layer.source for layer in layers) == source.name
    for layer in layers:
        assert isinstance(layer, Freshness)
        assert (layer.as_of, layer.stale) == (NOW, False)
        if layer.counts:
            assert {kind: layer.counts[kind] for kind in ("merchants", "terminals", "payouts")} == {
                "merchants": 2, "terminals": 3, "payouts": 1,
            }  # fmt: skip


async def test_words_that_nobody_has_mapped_stay_raw(sourced: Sourced) -> None:
    rows = [paid(status="failed", raw_reason="户名不符"), paid(payout_id="P2", status="failed", raw_reason="天知道")]
    source = await sourced(payouts=rows)
    first, second = (await found(source, DAY)).payouts
    assert (first.reason, first.raw_reason) == ("name_mismatch", "户名不符")
    assert (second.reason, second.raw_reason) == (None, "天知道")
    unmapped = [layer.unmapped for layer in await source.freshness() if isinstance(layer, Freshness)]
    assert all(layer["reason"] == {"天知道": 1} for layer in unmapped)


async def test_many_at_once(sourced: Sourced) -> None:
    import asyncio

    source = await sourced()
    results = await asyncio.gather(*(source.look_up(Query("40213377", (DAY,), BOUND)) for _ in range(20)))
    assert all(isinstance(result, Found) for result in results)
