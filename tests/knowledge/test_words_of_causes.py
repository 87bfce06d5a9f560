"""What articles say rests on the records: no card is named that no record names, and what is net is called net."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from knowledge.diagnosis import Finding
from tests.knowledge.merchants import BASE
from tests.knowledge.paperwork import CHANGE, day, look, paid

TODAY = day(20)
UNDONE = ("change_under_review", "change_need_merchant", "change_rejected")
STATUS = {"change_under_review": "auditing", "change_need_merchant": "need_merchant", "change_rejected": "rejected"}


def told(finding: Finding, locale: str, today: date = TODAY) -> str:
    article = BASE.article(locale, finding.primary)
    return BASE.render(article, {**finding.facts, "today": today, "reference": "S000"})


def undone(cause: str, *payouts: Any, **more: Any) -> Finding:
    change = replace(CHANGE, status=STATUS[cause], effective_at=None)
    (finding,) = look(*payouts, days=(day(18),), changes=(change,), **more)
    assert finding.primary == cause
    return finding


@pytest.mark.parametrize("cause", UNDONE)
def test_beside_an_unfinished_change_only_the_records_say_where_money_is(cause: str) -> None:
    waiting = undone(cause, paid(18, status="processing", sent_at=None, paid_at=None, due_date=day(23)))
    assert "还没有发出" in told(waiting, "zh")
    assert "has not been sent yet" in told(waiting, "en")
    unclear = undone(cause, paid(18, dest_tail=None))
    assert "记录没有写明付到哪张卡" in told(unclear, "zh")
    assert "does not say to which card" in told(unclear, "en")
    late = undone(cause)
    assert "晚了不一定是因为换卡" in told(late, "zh")
    assert "need not be because of the card change" in told(late, "en")
    assert "晚了" not in told(late, "zh", today=day(19))
    for finding in (waiting, unclear, late):
        assert "请先查旧卡" not in told(finding, "zh")
        assert "先留意旧卡" not in told(finding, "zh")


def test_what_was_not_sent_is_looked_for_on_no_card() -> None:
    (finding,) = look(paid(18, status="processing", sent_at=None, paid_at=None), days=(day(18),))
    assert finding.primary == "overdue_unexplained"
    assert "旧卡都看" not in told(finding, "zh")
    assert "both your cards" not in told(finding, "en")


def test_a_retry_that_never_came_is_not_said_to_have_no_reason() -> None:
    late = look(paid(10, status="failed", reason="bank_unavailable", paid_at=None), days=(day(10),))
    assert late[0].primary == "failed_unspecified"
    assert "没有重新出款" in told(late[0], "zh")
    assert "没有写明原因" not in told(late[0], "zh")
    assert "no new payout" in told(late[0], "en")
    assert "turn down" not in told(late[0], "en")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("amount", 1), ("explained", 99_400 + 600), ("deducted", 600), ("other_day", 70_000), ("one_payout", 130_000),
        ("total", 229_400),
    ],
)  # fmt: skip
def test_what_was_paid_is_called_net(kind: str, said: int) -> None:
    known: dict[str, object] = {
        "said": said, "gross": 100_000, "net": 99_400, "fee": 600, "d0_fee": None, "refund_offset": None, "held": None,
        "day": day(18), "found": day(17), "days": (day(17), day(18)), "amount": said, "basis": "net",
        "parts": ((day(17), 130_000), (day(18), 99_400)), "currency": "CNY", "several": False,
    }  # fmt: skip
    if kind == "one_payout":
        known["parts"] = (50_000, 80_000)
    assert "净额" in BASE.plain("zh", f"differs_{kind}", **known)
    assert re.search(r"\bnet\b", BASE.plain("en", f"differs_{kind}", **known))
