"""Bills of wallets: what came back is told of what was sent, fees finer than fen are not rounded, balances follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from knowledge.providers import Providers
from storage.settlement.formats import known_formats
from storage.settlement.formats.bills import FINE, Account, Movement, minor_of
from storage.settlement.formats.declaration import Intake
from storage.settlement.importing import Importer, ImportReport
from storage.settlement.opening import open_parts
from storage.settlement.tables import PAYOUTS

SAMPLES = Path(__file__).resolve().parents[2] / "settlements"
DAY, NEXT = "1900000109_fund_2026-11-05.csv", "next_day.csv.gz"


@pytest.fixture
def take(importer: Importer) -> Callable[..., ImportReport]:
    """Import one of the samples."""
    return lambda kind, name: importer.run([SAMPLES / kind / name]).reports[0]


@pytest.fixture
def stored(engine: Engine) -> Callable[[str], list[Any]]:
    """The versions of a payout, oldest first: status and net."""

    def versions(payout_id: str) -> list[Any]:
        sql = "SELECT status, net FROM settlement_payouts WHERE payout_id = :id ORDER BY said_at, id"
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql), {"id": payout_id})]

    return versions


def test_a_withdrawal_that_comes_back_a_day_later_is_returned(
    take: Callable[..., ImportReport], stored: Callable[[str], list[Any]]
) -> None:
    assert take("wechat_fund_bill", DAY).good
    assert stored("20261105110000000000000002") == [("sent", 20000)]
    assert take("wechat_fund_bill", NEXT).good
    assert stored("20261105110000000000000002") == [("sent", 20000), ("returned", 20000)]


def test_a_bill_that_comes_late_does_not_undo_a_return(
    take: Callable[..., ImportReport], stored: Callable[[str], list[Any]]
) -> None:
    report = take("wechat_fund_bill", NEXT)
    assert report.good
    assert report.records["payouts"]["unmatched"] == 1  # a return of what is not known makes no payout of its own
    assert stored("20261105110000000000000002") == []
    assert take("wechat_fund_bill", DAY).good
    assert stored("20261105090500000000000001")[-1] == ("returned", 100000)


@pytest.mark.parametrize(
    "sample", [path for path in sorted(SAMPLES.glob("*/*")) if path.suffix != ".expected"], ids=lambda path: path.name
)
def test_samples_of_wallets_import_whole_or_say_why(sample: Path, importer: Importer) -> None:
    """What the reader takes without a complaint the table takes too."""
    if sample.parent.name not in (
        "wechat_settlement_account",
        "yeepay_settle",
        "alipay_fund_bill",
        "wechat_trade_bill",
    ):
        return
    refused = '"bad": []' not in sample.with_name(f"{sample.name}.expected").read_text("utf-8")
    assert importer.run([sample]).good is not refused


def test_the_same_day_in_two_bills_is_refused(tmp_path: Path, importer: Importer) -> None:
    bill = (SAMPLES / "wechat_trade_bill/1900000109_all.csv").read_bytes()
    folder = tmp_path / "bills"
    folder.mkdir()
    (folder / "one.csv").write_bytes(bill)
    (folder / "two.csv").write_bytes(bill.replace("午市套餐".encode(), "晚市套餐".encode()))
    (report,) = importer.run([folder]).reports
    assert [bad.reason for bad in report.bad] == ["the ALL bill of 2026-11-05 of merchant 1900000109 is in one.csv too"]


def test_fees_of_a_day_that_are_no_whole_fen_are_said(take: Callable[..., ImportReport]) -> None:
    report = take("wechat_trade_bill", "partner_gbk.csv.gz")
    assert [note for note in report.notes if "0.38038" in note]


def test_adjustments_are_said(take: Callable[..., ImportReport]) -> None:
    (note,) = take("unionpay_zm", "adjusted.zip").notes
    assert "822331059990003 has 1 adjustments" in note


def test_an_account_that_failed_its_verification_is_said(take: Callable[..., ImportReport]) -> None:
    (note,) = take("wechat_settlement_account", "answers.json").notes
    assert note == "1900006496: the account ending in 46 stands at VERIFY_FAIL: 户名不符"


@given(st.lists(st.integers(-(10**8), 10**8), max_size=20))
def test_a_fee_is_told_only_where_the_fees_come_to_whole_fen(fees: list[int]) -> None:
    total = sum(fees)
    found = minor_of(total, "CNY")
    assert (found is None) == (total % 10 ** (FINE - 2) != 0)
    assert found is None or found * 10 ** (FINE - 2) == total


def _movements(amounts: Sequence[int], start: int) -> list[Movement]:
    balance, found = start, []
    for number, amount in enumerate(amounts):
        balance += amount
        found.append(Movement(number + 2, 10**15 + number, amount, balance, "交易", (f"N{number}",)))
    return found


def _gap(movements: Sequence[Movement]) -> int | None:
    account = Account("bill", "wechat", "wechat_fund")
    for movement in movements:
        account.take(movement, Intake())
    return account.gap


@given(st.lists(st.integers(-(10**7), 10**7).filter(bool), max_size=12), st.integers(0, 10**9))
def test_balances_follow_read_downwards_or_upwards(amounts: list[int], start: int) -> None:
    movements = _movements(amounts, start)
    assert _gap(movements) is None
    assert _gap(movements[::-1]) is None


@given(st.lists(st.integers(2, 10**7), min_size=2, max_size=12), st.booleans(), st.data())
def test_a_balance_that_does_not_follow_is_found(amounts: list[int], newest_first: bool, data: st.DataObject) -> None:
    movements = _movements(amounts, 0)
    place = data.draw(st.integers(0, len(movements) - 1))
    movements[place] = replace(movements[place], balance=movements[place].balance + 1)
    assert _gap(movements[::-1] if newest_first else movements) is not None


@pytest.mark.parametrize("name", ["alipay_fund_bill", "wechat_fund_bill"])
def test_no_withdrawal_is_ever_called_paid(name: str, providers: Providers) -> None:
    """A bill of the account says that money left it, not that it arrived."""
    (form,) = (form for form in known_formats() if form.name == name)
    status = PAYOUTS.fields.index("status")
    for sample in (SAMPLES / name).glob("*"):
        if sample.suffix != ".expected":
            entries = list(form.read(open_parts(sample), Intake(providers)))
            assert {entry.values[status] for entry in entries if entry.kind is PAYOUTS} <= {"sent", "returned"}
