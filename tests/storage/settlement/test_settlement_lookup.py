"""What a lookup lets out: the newest word, of the asker's own merchants, of finished imports only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from knowledge.records import Absent, Foreign, Found, Query, Records, Unavailable
from storage.database import Storage
from storage.settlement import lookup, writing
from storage.settlement.importing import Importer
from storage.settlement.table import TableSource

Bundle = Callable[..., Path]
MINE = frozenset({"822331059990001"})
DAY = date(2026, 11, 19)


@pytest.fixture
def source(storage: Storage, now: datetime) -> TableSource:
    """The table source over the same database as the importer's."""
    return TableSource(storage, lambda: now)


async def found(source: TableSource, *dates: date, terminal: str = "40213377") -> Records:
    """The records of a terminal of the asker's."""
    result = await source.look_up(Query(terminal, dates, MINE))
    assert isinstance(result, Found)
    return result.records


async def test_records_of_a_terminal(source: TableSource, importer: Importer, bundle: Bundle, now: datetime) -> None:
    importer.run([bundle()])
    result = await source.look_up(Query(" 4021337a ", (DAY,), MINE))
    assert isinstance(result, Found)
    assert (result.source, result.as_of, result.stale) == ("table", now, False)
    records = result.records
    assert records.terminal.terminal_id == "4021337A"
    assert records.merchant.name == "晨光便利店"
    assert records.merchant.risk_hold is False
    assert records.merchant.payouts_suspended is None
    assert [change.change_id for change in records.changes] == ["C1"]
    assert records.changes[0].effective_at == datetime.fromisoformat("2026-11-19T09:30:00+08:00")
    assert records.changes[0].effective_at.utcoffset() == timedelta(hours=8)
    assert [payout.payout_id for payout in records.payouts] == ["P1"]
    assert (records.payouts[0].net, records.payouts[0].trade_date) == (119280, DAY)
    assert [incident.incident_id for incident in records.incidents] == ["I1"]
    assert records.knows_changes
    assert records.knows_payouts


async def test_unknown_and_foreign_terminals(source: TableSource, importer: Importer, bundle: Bundle) -> None:
    importer.run([bundle()])
    assert await source.look_up(Query("99999999", (DAY,), MINE)) == Absent("table")
    assert await source.look_up(Query("50213377", (DAY,), MINE)) == Foreign("table")
    assert await source.look_up(Query("40213377", (DAY,), frozenset())) == Foreign("table")


async def test_an_empty_table_has_not_answered(source: TableSource) -> None:
    assert isinstance(await source.look_up(Query("40213377", (DAY,), MINE)), Unavailable)
    assert isinstance(await source.merchants_with_phone("+8613800138001"), Unavailable)
    (freshness,) = await source.freshness()
    assert not isinstance(freshness, Unavailable)
    assert (freshness.as_of, freshness.stale) == (None, True)


async def test_a_closed_database_has_not_answered(source: TableSource, storage: Storage) -> None:
    await storage.close()
    assert isinstance(await source.look_up(Query("40213377", (DAY,), MINE)), Unavailable)
    assert isinstance((await source.freshness())[0], Unavailable)


async def test_the_window_and_the_chain(source: TableSource, importer: Importer, bundle: Bundle, payout: Any) -> None:
    rows = [payout(payout_id=f"D{offset:+}", trade_date=str(DAY + timedelta(offset))) for offset in (-8, -7, 0, 10, 11)]
    rows += [
        payout(payout_id="R1", trade_date="2026-09-01"),
        payout(payout_id="R2", replaces="R1"),
        payout(payout_id="R3", trade_date="2026-12-20", replaces="R2"),
        payout(payout_id="X", trade_date="2026-12-20", replaces="R3", merchant_no="822331059990002"),
    ]
    importer.run([bundle(payouts=rows)])
    shown = [payout.payout_id for payout in (await found(source, DAY)).payouts]
    assert sorted(shown) == ["D+0", "D+10", "D-7", "R1", "R2", "R3"]
    every = [payout.payout_id for payout in (await found(source)).payouts]
    assert {"D-8", "D+11", "R1", "R2", "R3"} <= set(every)
    assert "X" not in every


async def test_the_newest_word_counts(source: TableSource, importer: Importer, bundle: Bundle, payout: Any) -> None:
    importer.run([bundle()])
    importer.run([bundle("later", payouts=[payout(status="returned", returned_at="2026-11-21T09:00:00+08:00")])])
    assert [payout.status for payout in (await found(source, DAY)).payouts] == ["returned"]
    merchants = [{"merchant_no": "822331059990001", "phone": "13900139000"}, {"merchant_no": "822331059990002"}]
    importer.run([bundle("moved", merchants=merchants, payouts=[payout(merchant_no="822331059990002")])])
    assert (await found(source, DAY)).payouts == ()
    assert await source.merchants_with_phone("+8613800138001") == ()
    (merchant,) = await source.merchants_with_phone("+8613900139000")  # type: ignore[misc]
    assert merchant.merchant_no == "822331059990001"


async def test_nothing_of_an_unfinished_import_is_seen(
    source: TableSource, importer: Importer, bundle: Bundle, payout: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer.run([bundle()])
    merchants = [{"merchant_no": "822331059990001", "phone": "13900139000"}, {"merchant_no": "822331059990002"}]
    more = bundle("more", merchants=merchants, payouts=[payout(status="returned"), payout(payout_id="P2")])

    def killed(_writer: writing.Writer) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing.Writer, "drop_cycles", killed)
    with pytest.raises(KeyboardInterrupt):
        importer.run([more])
    records = await found(source, DAY)
    assert [(payout.payout_id, payout.status) for payout in records.payouts] == [("P1", "paid")]
    assert records.merchant.phone == "+8613800138001"
    assert await source.merchants_with_phone("+8613900139000") == ()
    monkeypatch.undo()
    importer.run([more])
    assert [payout.status for payout in (await found(source, DAY)).payouts] == ["returned", "paid"]


async def test_incidents_that_touch_the_days_or_now(
    source: TableSource, importer: Importer, bundle: Bundle, now: datetime
) -> None:
    old, far = now - timedelta(days=60), now + timedelta(days=60)
    incidents = [
        {"incident_id": "over", "starts_at": old.isoformat(), "ends_at": (old + timedelta(hours=2)).isoformat()},
        {"incident_id": "open", "starts_at": old.isoformat(), "ends_at": ""},
        {"incident_id": "now", "starts_at": (now - timedelta(hours=1)).isoformat(), "ends_at": ""},
        {"incident_id": "planned", "starts_at": far.isoformat(), "ends_at": ""},
    ]
    importer.run([bundle(incidents=incidents)])
    shown = (await found(source, DAY - timedelta(days=30))).incidents
    assert {incident.incident_id for incident in shown} == {"open", "now"}


async def test_old_records_are_called_stale(
    storage: Storage, importer: Importer, bundle: Bundle, now: datetime
) -> None:
    importer.run([bundle()])
    later = TableSource(storage, lambda: now + timedelta(hours=25), fresh_for=timedelta(hours=24))
    result = await later.look_up(Query("40213377", (DAY,), MINE))
    assert isinstance(result, Found)
    assert result.stale


async def test_statistics(source: TableSource, importer: Importer, bundle: Bundle, payout: Any, now: datetime) -> None:
    importer.run([bundle(payouts=[payout(status="failed", raw_reason="神秘原因")])])
    importer.run([bundle("two", payouts=[payout(payout_id="P2"), payout(status="paid")])])
    (freshness,) = await source.freshness()
    assert not isinstance(freshness, Unavailable)
    assert freshness.as_of == now
    assert freshness.counts == {
        "merchants": 2, "terminals": 3, "card_changes": 1, "payouts": 2, "incidents": 1, "imports": 2,
    }  # fmt: skip
    assert freshness.unmapped == {"reason": {"神秘原因": 1}}
    assert await source.merchant("nobody") is None


async def test_without_changes_none_is_denied(source: TableSource, importer: Importer, bundle: Bundle) -> None:
    importer.run([bundle(card_changes="")])
    records = await found(source, DAY)
    assert records.changes == ()
    assert not records.knows_changes
    assert records.knows_payouts


async def test_part_of_the_payouts_is_no_answer(
    source: TableSource, importer: Importer, bundle: Bundle, payout: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "MOST_PAYOUTS", 3)
    importer.run([bundle(payouts=[payout(payout_id=f"P{number}") for number in range(4)])])
    assert isinstance(await source.look_up(Query("40213377", (DAY,), MINE)), Unavailable)
    importer.run([bundle("again", payouts=[payout(payout_id="P0", status="returned")])])
    monkeypatch.setattr(lookup, "MOST_PAYOUTS", 4)
    assert len((await found(source, DAY)).payouts) == 4  # versions of one payout are one


async def test_a_terminal_that_no_terminal_can_be(source: TableSource, importer: Importer, bundle: Bundle) -> None:
    importer.run([bundle()])
    for terminal in ("4021\x003377", "\ud800", "'; DROP TABLE x; --"):
        assert await source.look_up(Query(terminal, (DAY,), MINE)) == Absent("table")
    # none at all asks for a whole merchant, which has to be one and known
    for merchants in (frozenset(), frozenset({"822331059990009"}), MINE | {"822331059990002"}):
        assert await source.look_up(Query("", (DAY,), merchants)) == Absent("table")
