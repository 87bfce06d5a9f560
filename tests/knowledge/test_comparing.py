"""A second look says which cause became which, and what else the records say now."""

from __future__ import annotations

from datetime import date
from typing import Any

from knowledge.case import CauseTold
from knowledge.comparing import Changed, differences

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)


def told(cause: str, day: date | None = MONDAY, payouts: tuple[str, ...] = (), **more: Any) -> CauseTold:
    return CauseTold("S000", cause, trade_dates=() if day is None else (day,), payouts=payouts, **more)


def test_the_same_is_no_change():
    before = (told("not_due_yet", facts={"payout.status": "created"}), told("held_part", TUESDAY))
    assert differences(before, before) == ()


def test_one_cause_became_another():
    changed = differences((told("not_due_yet"),), (told("paid_to_old_card"),))
    assert changed == (Changed((MONDAY,), "not_due_yet", "paid_to_old_card"),)


def test_facts_change_beneath_the_same_cause():
    before = told("not_due_yet", facts={"payout.status": "created", "payout.due_date": "2026-11-17"})
    now = told(
        "not_due_yet",
        facts={
            "payout.status": "sent",
            "payout.due_date": "2026-11-18",
            "payout.net": "99400",
            "payout.payout_id": "P1",
        },
    )
    (changed,) = differences((before,), (now,))
    assert (changed.before, changed.now) == ("not_due_yet", "not_due_yet")
    assert changed.facts == (
        ("payout_status", "created", "sent"),
        ("payout_payout_id", None, "P1"),
        ("payout_due_date", TUESDAY, date(2026, 11, 18)),
        ("payout_net", None, 99400),
    )


def test_a_fact_that_the_records_do_not_tell_any_more_is_no_news():
    assert differences((told("no_record", facts={"payout.status": "created"}),), (told("no_record"),)) == ()


def test_findings_are_matched_by_payout_before_day():
    """Two batches of one day: each is compared with itself, whatever the order."""
    before = (told("not_due_yet", payouts=("P1",)), told("not_due_yet", payouts=("P2",)))
    now = (told("paid_to_new_card", payouts=("P2",)), told("not_due_yet", payouts=("P1",)))
    assert differences(before, now) == (Changed((MONDAY,), "not_due_yet", "paid_to_new_card"),)


def test_the_same_day_with_the_same_sum_is_the_same():
    before = (told("no_record", amounts=(100,)), told("no_record", amounts=(200,)))
    now = (told("held_part", amounts=(200,)), told("no_record", amounts=(100,)))
    assert [(each.before, each.now) for each in differences(before, now)] == [("no_record", "held_part")]


def test_what_came_and_what_went():
    before, now = (told("no_record", MONDAY),), (told("held_part", TUESDAY),)
    assert differences(before, now) == (
        Changed((TUESDAY,), None, "held_part"),
        Changed((MONDAY,), "no_record", None),
    )


def test_a_request_without_days_is_compared_as_a_whole():
    changed = differences((told("change_under_review", None),), (told("change_rejected", None),))
    assert changed == (Changed((), "change_under_review", "change_rejected"),)
