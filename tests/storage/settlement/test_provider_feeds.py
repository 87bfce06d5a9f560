"""Feeds of payment providers: words come in any order and from several formats, and what is so is so all the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from knowledge.formats import decimals
from knowledge.providers import Providers
from storage.moments import restored
from storage.settlement.formats import adyen_transfer, known_formats, stripe_payouts
from storage.settlement.formats.batch import Batch
from storage.settlement.formats.declaration import Intake, Unreadable
from storage.settlement.formats.feeds import owner, rescaled
from storage.settlement.importing import Importer, ImportReport
from storage.settlement.opening import Part
from tests.storage.settlement.test_settlement_formats import SAMPLES

OURS = "822331059990001"


def newest(engine: Engine, payout_id: str) -> dict[str, Any]:
    """What counts of a payout now."""
    sql = text("SELECT * FROM settlement_payouts WHERE payout_id = :id ORDER BY said_at DESC, id DESC LIMIT 1")
    with engine.connect().execution_options(reading=True) as connection:
        return dict(connection.execute(sql, {"id": payout_id}).mappings().one())


def count(engine: Engine, table: str) -> int:
    with engine.connect().execution_options(reading=True) as connection:
        return int(connection.execute(text(f"SELECT COUNT(*) FROM settlement_{table}")).scalar_one())


@pytest.fixture
def deliver(importer: Importer, tmp_path: Path) -> Callable[[str], ImportReport]:
    """Import one piece of text, as a webhook brings it; it must be good."""

    def take(content: str) -> ImportReport:
        path = tmp_path / "event"
        path.write_text(content, "utf-8")
        (report,) = importer.run([path]).reports
        assert report.good, report.bad
        return report

    return take


def events(name: str) -> list[str]:
    return (SAMPLES / name).read_text("utf-8").splitlines()


ORDERS: dict[str, Callable[[list[str]], Iterable[str]]] = {
    "as they happened": list,
    "backwards": lambda lines: list(reversed(lines)),
    "the odd ones first": lambda lines: lines[1::2] + lines[::2],
}
LIVES = {
    "adyen_transfer/a_payout_and_others.jsonl": ("LANTERNTRANSFER1", "returned", "account_closed", "returned"),
    "stripe_payouts/events.jsonl": ("po_lantern1", "failed", "account_closed", "failed"),
    "square_payouts/events.jsonl": ("po_lantern11", "failed", None, "FAILED"),
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("sample", LIVES)
def test_events_one_by_one_in_any_order(
    sample: str, order: Callable[[list[str]], Iterable[str]], engine: Engine, deliver: Callable[[str], ImportReport]
) -> None:
    payout_id, status, reason, raw = LIVES[sample]
    for event in order(events(sample)):
        deliver(event)
    row = newest(engine, payout_id)
    assert (row["status"], row["reason"], row["raw_status"]) == (status, reason, raw)
    assert row["merchant_no"]
    assert row["due_date"] == "2026-03-04"


def test_what_an_older_webhook_told_stays(engine: Engine, deliver: Callable[[str], ImportReport]) -> None:
    """The digits and times of a transfer stay although the newest word does not tell them again."""
    *_, returned = events("adyen_transfer/a_payout_and_others.jsonl")[:6]
    for event in events("adyen_transfer/a_payout_and_others.jsonl")[:5]:
        deliver(event)
    bare = json.loads(returned)
    del bare["data"]["counterparty"], bare["data"]["events"]
    deliver(json.dumps(bare))
    row = newest(engine, "LANTERNTRANSFER1")
    assert (row["status"], row["dest_tail"]) == ("returned", "8821")
    assert restored(row["paid_at"]) == datetime.fromisoformat("2026-03-04T10:03:00+01:00")


def test_the_same_event_again_changes_nothing(engine: Engine, deliver: Callable[[str], ImportReport]) -> None:
    first, second = events("square_payouts/events.jsonl")[0], events("square_payouts/events.jsonl")[2]
    deliver(first)
    deliver(second)
    before = newest(engine, "po_lantern11")
    assert before["status"] == "paid"
    assert deliver(first).state == "already"
    assert deliver(first + "\n\n").records["payouts"]["same"] == 1
    assert deliver(second + "\n\n").records["payouts"]["same"] == 1
    assert newest(engine, "po_lantern11") == before


@pytest.mark.parametrize(
    "event",
    [
        {"type": "balancePlatform.accountHolder.updated", "environment": "live",
         "data": {"balancePlatform": "Lantern"}},
        {"object": "event", "id": "evt_1", "created": 1772676000, "type": "charge.succeeded",
         "data": {"object": {"id": "ch_1", "object": "charge", "amount": 100}}},
        {"event_id": "e1", "merchant_id": "MLANTERN", "type": "payment.updated", "created_at": "2026-03-04T02:10:01Z",
         "data": {"type": "payment", "object": {"payment": {"id": "p1"}}}},
    ],
    ids=["adyen", "stripe", "square"],
)  # fmt: skip
def test_an_event_about_something_else_changes_nothing_and_is_no_error(
    event: dict[str, Any], engine: Engine, deliver: Callable[[str], ImportReport]
) -> None:
    report = deliver(json.dumps(event))
    assert report.notes
    assert (count(engine, "payouts"), count(engine, "merchants")) == (0, 0)


def test_the_reconciliation_report_adds_sums_and_leaves_the_rest(
    engine: Engine, importer: Importer, deliver: Callable[[str], ImportReport], tmp_path: Path
) -> None:
    report = SAMPLES / "stripe_reconciliation" / "itemized.csv"
    (alone,) = importer.run([report]).reports
    assert alone.good
    assert alone.records["payouts"]["unmatched"] == 3
    for event in events("stripe_payouts/events.jsonl"):
        deliver(event)
    (joined,) = importer.run([report], again=True).reports
    assert joined.good
    row = newest(engine, "po_lantern1")
    assert (row["status"], row["raw_status"], row["due_date"]) == ("failed", "failed", "2026-03-04")
    assert (row["gross"], row["fee"], row["refund_offset"], row["held"]) == (15000, 635, 2000, 1200)
    assert (row["net"], row["trade_date"]) == (11800, "2026-03-02")
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(report.read_text("utf-8").replace("50.00,1.45,48.55", "50.00,1.55,48.45").replace(
        "-118.00,0.00,-118.00", "-117.90,0.00,-117.90"), "utf-8")  # fmt: skip
    (later,) = importer.run([corrected]).reports
    assert later.good, later.bad
    assert newest(engine, "po_lantern1")["fee"] == 645


@pytest.mark.parametrize(
    ("provider", "sample", "payout_id"),
    [
        ("stripe", "stripe_payouts/payout.json", "po_lantern31"),
        ("sumup", "sumup/payouts.csv", f"{OURS}.SUMUP-PID0000001-PAYOUT-040326"),
        ("mollie", "mollie_settlements/settlement.json", "stl_lantern1"),
        ("stripe", "stripe_reconciliation/itemized.csv", "po_lantern1"),
    ],
)
def test_a_feed_that_names_nobody_is_of_the_default_merchant(
    provider: str, sample: str, payout_id: str, engine: Engine, importer: Importer, providers: Providers
) -> None:
    (without,) = importer.run([SAMPLES / sample]).reports
    assert without.good
    assert without.records["payouts"]["read"] == 0
    assert without.records["payouts"]["unmatched"]
    importer.providers = replace(providers, merchant_numbers={provider: {"default": OURS}})
    (report,) = importer.run([SAMPLES / sample], again=True).reports
    assert report.good, report.bad
    assert newest(engine, payout_id)["merchant_no"] == OURS


def test_the_day_of_a_sale_is_on_the_merchants_clocks(
    engine: Engine, importer: Importer, providers: Providers, tmp_path: Path
) -> None:
    """21:30 UTC is still the same day in New York, and the next one on the desk's clocks in Shanghai."""
    importer.run([SAMPLES / "square_payouts" / "day"])
    assert newest(engine, "po_lantern1")["trade_date"] == "2026-03-03"
    merchants = tmp_path / "merchants.csv"
    merchants.write_text("merchant_no,timezone,currency\nLLANTERN1,America/New_York,USD\n", "utf-8")
    assert importer.run([merchants]).good
    importer.run([SAMPLES / "square_payouts" / "day"], again=True)
    assert newest(engine, "po_lantern1")["trade_date"] == "2026-03-02"


def test_whose_a_payout_is() -> None:
    numbers = {"BA1": OURS, "AH2": "822331059990002", "default": "822331059990003"}
    intake = Intake(Providers(merchant_numbers={"adyen": numbers}))
    assert owner(intake, "adyen", "BA1", "AH2") == OURS
    assert owner(intake, "adyen", "BA9", "AH2") == "822331059990002"
    assert owner(intake, "adyen", None, "AH9") == "AH9"
    assert owner(intake, "adyen", "BA9", "AH9") == "BA9"  # an account that nobody mapped is not of the default merchant
    assert owner(intake, "adyen", None, None) == "822331059990003"
    assert owner(intake, "stripe", None) is None


@pytest.mark.parametrize("theirs", [adyen_transfer.DECIMALS, stripe_payouts.DECIMALS], ids=["adyen", "stripe"])
@given(data=st.data(), major=st.integers(0, 10**9))
def test_whole_sums_are_the_same_in_both_units(theirs: dict[str, int], data: st.DataObject, major: int) -> None:
    code = data.draw(st.sampled_from([*theirs, "EUR", "JPY", "KWD"]))
    given_places = theirs.get(code, decimals(code))
    assert rescaled(major * 10**given_places, code, theirs) == major * 10 ** decimals(code)


def test_a_part_of_the_smallest_unit_is_not_dropped() -> None:
    with pytest.raises(Unreadable):
        rescaled(150050, "ISK", stripe_payouts.DECIMALS)


SHARES = st.sampled_from(["sale", "refund", "fee", "d0_fee", "held", "carried", "other"])
SUMS = st.integers(-(10**9), 10**9)


@given(st.lists(st.tuples(SHARES, SUMS, SUMS)))
def test_nothing_is_lost_between_the_shares_of_a_batch(rows: list[tuple[Any, int, int]]) -> None:
    """Gross less fees, refunds and what is held, with what was carried in and the rest, is what is paid.

    Entries that are fees, holds or carried carry their fee in their net, so theirs counts once.
    """
    batch = Batch()
    for share, gross, fee in rows:
        batch.take(share, gross, fee, gross - fee)
    known = batch.gross - batch.fee - batch.d0_fee - batch.refunds - batch.held
    assert known + batch.carried_in + batch.other == batch.net == sum(gross - fee for _, gross, fee in rows)
    assert batch.rows == len(rows)


WRONG: tuple[Any, ...] = (None, [], "x", 10**30, {"id": {"id": []}})


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterable[tuple[Any, ...]]:
    """Every place in a document, of lists only the first two."""
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*at, key))


def changed(value: Any, at: tuple[Any, ...], new: Any) -> Any:
    if not at:
        return new
    mine = value.copy()
    mine[at[0]] = changed(value[at[0]], at[1:], new)
    return mine


@pytest.mark.parametrize(
    "sample",
    [
        "adyen_transfer/event.json", "stripe_payouts/payout.json", "square_payouts/withdrawal.json",
        "square_payouts/entries_alone.json", "mollie_settlements/settlement.json",
    ],
)  # fmt: skip
def test_any_field_may_be_of_another_kind(sample: str, providers: Providers) -> None:
    """What a provider writes into a field may change: that is said or passed over, and never an exception."""
    name = sample.split("/", maxsplit=1)[0]
    (form,) = (form for form in known_formats() if form.name == name)
    document = json.loads((SAMPLES / sample).read_text("utf-8"))
    for at in places(document):
        for wrong in WRONG:
            body = json.dumps(changed(document, at, wrong)).encode()
            part = Part("part", len(body), body, partial(BytesIO, body))
            form.recognises(part)
            for entry in form.read([part], Intake(providers)):
                assert entry.values[0]
                assert all(value is None or isinstance(value, str | int) for value in entry.values)
                assert all(abs(value) < 2**63 for value in entry.values if isinstance(value, int))
