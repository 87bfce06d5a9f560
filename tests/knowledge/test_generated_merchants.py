"""Every diagnosis of an invented merchant is right, and one fact makes the difference. Not tuned to the rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.records import Incident
from tests.knowledge.merchants import (
    BASE,
    CAUSES,
    Story,
    arrived,
    fees,
    not_sent_up,
    ordinary,
    returned,
    working_day_after,
)


def test_every_cause_has_its_merchants():
    assert set(CAUSES) == set(BASE.causes.by_id)


@pytest.mark.parametrize("cause", CAUSES)
@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_every_diagnosis_is_right(cause: str, seed: int):
    found = CAUSES[cause](ordinary(seed)).diagnose()
    assert [finding.primary for finding in found] == [cause]


# --- pairs that differ in one fact


def _cut(s: Story, minutes: int) -> Story:
    assert s.payout is not None
    assert s.payout.cut_at is not None
    return s.to_old().with_change(effective_at=s.payout.cut_at + timedelta(minutes=minutes))


def _looked_at(s: Story, days: int) -> Story:
    s.unsent()
    return s.today(s.due + timedelta(days))


def _half_alike(s: Story, went_to: str) -> Story:
    """Old and new card agree in two of their four digits, the first or the last two."""
    old = f"{s.draw.randint(0, 9999):04d}"
    other = f"{(int(old[:2]) + s.draw.randint(1, 99)) % 100:02d}"
    new = s.draw.choice([other + old[2:], old[:2] + f"{(int(old[2:]) + s.draw.randint(1, 99)) % 100:02d}"])
    s.with_change(old_tail=old, new_tail=new).saying(new_tail=None)
    return s.before_the_cut().with_payout(status="paid", dest_tail=old if went_to == "old" else new)


def _pending(s: Story, missing: int) -> Story:
    least = s.draw.randint(100, 100_000)
    return s.no_payout().with_merchant(min_payout=least, pending_sum=least - missing)


def _incident(s: Story, minutes: int) -> Story:
    s.unsent()
    s.incidents = (Incident("I1", None, s.now - timedelta(hours=2), s.now + timedelta(minutes=minutes)),)
    return s


def _begun(s: Story, days: int) -> Story:
    """An outage that goes on so many working days after the money was due."""
    s.unsent().today(working_day_after(s.due, days))
    s.incidents = (Incident("I1", None, s.now - timedelta(hours=2)),)
    return s


def _named(s: Story, days: int) -> Story:
    """The merchant names a change so many days before the one on file took place, and no card."""
    assert s.change is not None
    assert s.change.submitted_at is not None
    s.with_change(effective_at=s.change.submitted_at + timedelta(minutes=5))
    return s.unsent().saying(change_date=s.change.submitted_at.date() - timedelta(days), new_tail=None)


def _sent(s: Story, days: int) -> Story:
    return s.with_payout(status="sent", paid_at=None).today(working_day_after(s.due, days))


def _second(s: Story, batch: str | None) -> Story:
    assert s.payout is not None
    s.more = (replace(s.payout, payout_id="P2", batch_id=batch or s.payout.batch_id),)
    return s


PAIRS: dict[str, tuple[Callable[[Story], Story], str, Callable[[Story], Story], str]] = {
    "cut a minute before the change took effect, or with it": (
        lambda s: _cut(s, 1), "paid_to_old_card", lambda s: _cut(s, 0), "terminal_level_override",
    ),
    "cut a minute before, or a minute after": (
        lambda s: _cut(s, 1), "paid_to_old_card", lambda s: _cut(s, -1), "terminal_level_override",
    ),
    "due today, or yesterday": (
        lambda s: _looked_at(s, 0), "not_due_yet", lambda s: _looked_at(s, 1), "overdue_unexplained",
    ),
    "tails alike in two of four digits": (
        lambda s: _half_alike(s, "old"), "paid_to_old_card", lambda s: _half_alike(s, "new"), "paid_to_new_card",
    ),
    "a fen below the minimum, or at it": (
        lambda s: _pending(s, 1), "below_minimum", lambda s: _pending(s, 0), "no_record",
    ),
    "the last day of the bank, or the next": (
        lambda s: _sent(s, 5), "awaiting_bank_credit", lambda s: _sent(s, 6), "bank_credit_late",
    ),
    "an incident that ends in a minute, or ended a minute ago": (
        lambda s: _incident(s, 1), "bank_unavailable", lambda s: _incident(s, -1), "overdue_unexplained",
    ),
    "an outage on the last of the bank's days, or on the next": (
        lambda s: _begun(s, 5), "bank_unavailable", lambda s: _begun(s, 6), "overdue_unexplained",
    ),
    "a change fifteen days from the one named, or sixteen": (
        lambda s: _named(s, 15), "overdue_unexplained", lambda s: _named(s, 16), "change_not_submitted",
    ),
    "gross named, or net": (fees, "net_of_fees", arrived, "paid_to_new_card"),
    "a fen held, or none": (
        lambda s: s.with_payout(held=1), "held_part", lambda s: s.with_payout(held=0), "paid_to_new_card",
    ),
    "one batch twice, or two batches": (
        lambda s: _second(s, None), "duplicate_records", lambda s: _second(s, "B2"), "paid_to_new_card",
    ),
    "a sale that was not sent up, or none": (
        not_sent_up, "batch_not_uploaded", lambda s: s.no_payout(), "no_record",
    ),
    "balance of nothing, or of a fen": (
        lambda s: s.no_payout().with_merchant(balance=0), "negative_or_zero_net",
        lambda s: s.no_payout().with_merchant(balance=1), "no_record",
    ),
    "returned with its reason, or without": (
        returned("name_mismatch"), "returned_name_mismatch", returned(None), "failed_unspecified",
    ),
}  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS)
@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_one_fact_makes_the_difference(pair: str, seed: int):
    one, first, other, second = PAIRS[pair]
    assert {finding.primary for finding in one(ordinary(seed)).diagnose()} == {first}
    assert {finding.primary for finding in other(ordinary(seed)).diagnose()} == {second}
