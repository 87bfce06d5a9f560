"""Answers of acquirers' APIs, imported one after the other: what comes later, and what is no word on the matter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storage.settlement.importing import Importer

ORDER = {
    "billId": "20261110000100000001", "createTime": "2026-11-10 04:12:30.0", "bankretTime": "2026-11-10 08:20:00.0",
    "merchantId": "5791100001", "planAmount": 6660, "suspendAmount": 0, "realAmount": 6660, "settType": "D1",
    "settDate": "2026-11-10", "bankAccount": "622588*********1103",
}  # fmt: skip
RECORD = {"member_no": "M1", "settle_amount": 6660, "settle_fee": 0, "settle_date": "20261110"}


@pytest.fixture
def take(importer: Importer, tmp_path: Path) -> Any:
    """Import values as JSON lines; returns the report, which must be good."""

    def taken(*values: Any) -> Any:
        path = tmp_path / "answers.json"
        path.write_text("\n".join(json.dumps(value, ensure_ascii=False) for value in values), "utf-8")
        (report,) = importer.run([path], again=True).reports
        assert report.good, report.bad
        return report

    return taken


def newest(engine: Engine, table: str, *columns: str) -> dict[str, tuple[Any, ...]]:
    """Key -> the columns of the newest word on each record."""
    key = {"payouts": "payout_id", "card_changes": "change_id", "merchants": "merchant_no"}[table]
    sql = f"SELECT {key}, {', '.join(columns)} FROM settlement_{table} ORDER BY said_at, id"
    with engine.connect().execution_options(reading=True) as connection:
        return {row[0]: tuple(row)[1:] for row in connection.execute(text(sql))}


def test_what_came_back_stays_returned_when_an_old_answer_comes_late(engine: Engine, take: Any) -> None:
    take({"data": {**ORDER, "state": 2, "failReason": "账户已销户"}})
    take({"data": {**ORDER, "state": 1}})
    assert newest(engine, "payouts", "status", "reason") == {ORDER["billId"]: ("returned", "account_closed")}


def test_an_order_made_again_replaces_the_one_that_its_remark_names(engine: Engine, take: Any) -> None:
    again = {**ORDER, "billId": "20261112000100000002", "createTime": "2026-11-12 04:00:00.0", "state": 0}
    take({"list": [{**ORDER, "state": 2}]})
    take({"list": [{**again, "remark": f"重出 {ORDER['billId']}"}]})
    found = newest(engine, "payouts", "replaces", "batch_id", "trade_date")
    assert found[again["billId"]] == (ORDER["billId"], ORDER["billId"], None)


@pytest.mark.parametrize(
    "remark",
    [
        f"重出 {ORDER['billId']} 20261109000100000009",  # which of the two?
        "重出 20261199000100000001",  # no day
        "重出 20261113000100000009",  # younger than itself
        "重出 2026111000010000000",  # a digit short
        "重出",
    ],
)
def test_a_remark_that_does_not_name_exactly_one_older_order_links_nothing(
    engine: Engine, take: Any, remark: str
) -> None:
    take([{**ORDER, "billId": "20261112000100000002", "state": 1, "remark": remark}])
    assert newest(engine, "payouts", "replaces") == {"20261112000100000002": (None,)}


def test_a_later_answer_amends_a_settlement_and_a_second_equal_one_is_another(engine: Engine, take: Any) -> None:
    take({"result": {"record": [{**RECORD, "settle_status": 2}]}})
    take({"result": {"record": [{**RECORD, "settle_status": 3}, {**RECORD, "settle_status": 1}]}})
    take({"result": {"record": [{**RECORD, "settle_status": 2}]}})  # an old answer, late
    found = newest(engine, "payouts", "status", "net", "batch_id")
    batch = "M1.20261110.6660"
    assert found == {batch: ("paid", 6660, batch), f"{batch}.2": ("created", 6660, batch)}


def test_a_mode_said_before_the_merchant_was_named_counts_and_an_older_one_does_not(engine: Engine, take: Any) -> None:
    take({"result": {"record": [{**RECORD, "settle_status": 2}]}})

    def setting(day: str, kind: str) -> dict[str, Any]:
        asked = {"mercId": "M1", "settleType": kind}
        return {"asked_at": f"2026-11-{day} 09:00:00", "asked": asked, "answer": {"retCode": "000000"}}

    take(setting("02", "01"))
    take(setting("04", "03"))
    take(setting("03", "01"))
    assert newest(engine, "merchants", "mode", "acquirer") == {"M1": ("auto", "lakala")}


def test_an_application_for_something_else_is_no_card_change(engine: Engine, take: Any) -> None:
    asked = {"huifu_id": "6666000100000001", "apply_no": "202611010000000001"}
    answer = {"resp_code": "00000000", "bind_card_status": "S", "settle_status": "S"}
    report = take({"asked_at": "2026-11-01 09:00:00", "asked": asked, "answer": answer})
    assert report.records["card_changes"]["unmatched"] == 1
    assert newest(engine, "card_changes", "status") == {}


def test_a_page_that_is_short_of_orders_is_said_to_be(take: Any) -> None:
    report = take({"totalCount": 41, "pageNo": 3, "pageSize": 20, "list": []}, {
        "totalCount": 42, "pageNo": 3, "pageSize": 20, "list": [{**ORDER, "state": 1}],
    })  # fmt: skip
    assert report.notes == ["answers.json: page 3 lists 1 of 2 orders"]
