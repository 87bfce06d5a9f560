"""Every cause fires on the least that shows it; pairs that differ in one fact; no records break the diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.case import Answers
from knowledge.diagnosis import Finding, diagnose
from knowledge.records import (
    Absent,
    CardChange,
    Foreign,
    Found,
    Incident,
    Merchant,
    Payout,
    Records,
    Terminal,
    Unavailable,
)
from knowledge.rules import Acquirers, Causes
from knowledge.workdays import Calendar

BASE = Path(__file__).parents[2] / "knowledge/base"
CAUSES = Causes.from_data(yaml.safe_load((BASE / "causes.yaml").read_text(encoding="utf-8")))
ACQUIRERS = Acquirers.from_data(yaml.safe_load((BASE / "acquirers.yaml").read_text(encoding="utf-8")))
CALENDAR = Calendar()
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 15, tzinfo=ZONE)
DAY = date(2026, 11, 18)
TERMINAL = "40213377"


def at(day: int, hour: int = 12, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


MERCHANT = Merchant("M1", "晨光便利店", timezone="Asia/Shanghai", cycle="T1", balance=500)
EFFECTIVE = CardChange("C1", "M1", None, "1234", "8821", "工商银行", "effective", at(9, 10), at(11, 9, 15))
PAID = Payout(
    "P1", "M1", TERMINAL, "B1", DAY, at(18, 23), "paid", sent_at=at(19, 10), paid_at=at(19, 11), dest_tail="8821",
    gross=100_000, fee=600, net=99_400, currency="CNY",
)  # fmt: skip
SAID = Answers(TERMINAL, at(9).date(), (DAY,), (), "8821")


def ask(
    *payouts: Payout,
    answers: Answers = SAID,
    change: CardChange | None = EFFECTIVE,
    now: datetime = NOW,
    incidents: tuple[Incident, ...] = (),
    terminal: Mapping[str, Any] | None = None,
    **merchant: Any,
) -> Finding:
    """The one finding for records that are ordinary but for what is given."""
    records = Records(
        Terminal(TERMINAL, "M1", **(terminal or {})),
        replace(MERCHANT, **merchant),
        () if change is None else (change,),
        payouts,
        incidents,
    )
    found = diagnose(Found(records, "test", now), answers, CAUSES, ACQUIRERS, CALENDAR, now, traced=True)
    assert len(found) == 1
    return found[0]


def failed(reason: str | None, **more: Any) -> Payout:
    return replace(PAID, status="returned", reason=reason, paid_at=None, returned_at=at(20, 9), **more)


def pending(**more: Any) -> Payout:
    return replace(PAID, **{"status": "processing", "sent_at": None, "paid_at": None, **more})


OLD = replace(PAID, dest_tail="1234")
TODAY_ASKED = replace(SAID, trade_dates=(at(20).date(),))
DOWN = (Incident("I1", None, at(18, 8)),)
REVIEWED = replace(EFFECTIVE, status="auditing", effective_at=None)
SITUATIONS: dict[str, Any] = {
    "answers_conflict": lambda: ask(PAID, answers=replace(SAID, new_tail="5555")),
    "risk_hold": lambda: ask(replace(PAID, status="frozen")),
    "duplicate_records": lambda: ask(PAID, replace(PAID, payout_id="P2")),
    "returned_name_mismatch": lambda: ask(failed("name_mismatch")),
    "returned_wrong_number": lambda: ask(failed("wrong_number")),
    "returned_account_closed": lambda: ask(failed("account_closed")),
    "returned_account_frozen": lambda: ask(failed("account_frozen")),
    "returned_receive_limit": lambda: ask(failed("receive_limit")),
    "returned_account_type": lambda: ask(failed("account_type")),
    "returned_bank_branch": lambda: ask(failed("bank_branch")),
    "returned_refused": lambda: ask(failed("provider_refused")),
    "payouts_suspended_after_failure": lambda: ask(pending(status="created"), payouts_suspended=True),
    "bank_unavailable": lambda: ask(pending(), incidents=(Incident("I1", None, at(20, 8)),)),
    "reissued_pending": lambda: ask(failed("wrong_number"), pending(payout_id="P2", replaces="P1")),
    "failed_unspecified": lambda: ask(failed(None)),
    "paid_to_old_card_change_rejected": lambda: ask(OLD, change=replace(REVIEWED, status="rejected")),
    "paid_to_old_card_change_pending": lambda: ask(OLD, change=REVIEWED),
    "paid_to_old_card": lambda: ask(
        replace(OLD, trade_date=at(10).date(), cut_at=at(10, 23)), answers=replace(SAID, trade_dates=(at(10).date(),))
    ),
    "terminal_level_override": lambda: ask(OLD),
    "paid_to_old_card_moment_unknown": lambda: ask(OLD, change=replace(EFFECTIVE, effective_at=None)),
    "paid_to_other_card": lambda: ask(replace(PAID, dest_tail="7777")),
    "below_minimum": lambda: ask(min_payout=50_000, pending_sum=23_640),
    "negative_or_zero_net": lambda: ask(balance=-1),
    "manual_mode": lambda: ask(mode="manual"),
    "batch_not_uploaded": lambda: ask(terminal={"unsent_txns": 7}),
    "cycle_misread": lambda: ask(answers=replace(TODAY_ASKED, claims_cycle="D0")),
    "not_due_yet": lambda: ask(answers=TODAY_ASKED),
    "change_need_merchant": lambda: ask(change=replace(REVIEWED, status="need_merchant", need="sign")),
    "change_under_review": lambda: ask(change=REVIEWED),
    "change_rejected": lambda: ask(change=replace(REVIEWED, status="rejected")),
    "paid_to_card_on_file": lambda: ask(OLD, change=None, terminal={"account_tail": "1234"}),
    "change_not_submitted": lambda: ask(change=None),
    "bank_credit_late": lambda: ask(
        replace(PAID, status="sent", sent_at=at(11, 10), trade_date=at(10).date(), cut_at=at(11, 10)),
        answers=replace(SAID, trade_dates=(at(10).date(),)),
    ),
    "awaiting_bank_credit": lambda: ask(replace(PAID, status="sent")),
    "held_part": lambda: ask(replace(PAID, held=5_000)),
    "offset_by_refund": lambda: ask(
        replace(PAID, net=89_400, refund_offset=10_000), answers=replace(SAID, amounts=(100_000,))
    ),
    "net_of_fees": lambda: ask(PAID, answers=replace(SAID, amounts=(100_000,))),
    "paid_to_new_card": lambda: ask(PAID),
    "paid_destination_unclear": lambda: ask(replace(PAID, dest_tail=None)),
    "no_record": ask,
    "overdue_unexplained": lambda: ask(pending()),
}


@pytest.mark.parametrize("cause", [cause.id for cause in CAUSES.causes if not cause.gate])
def test_every_cause_fires(cause: str) -> None:
    finding = SITUATIONS[cause]()
    assert finding.primary == cause
    assert cause not in finding.secondary
    assert not {"no_record", "overdue_unexplained"} & set(finding.secondary)
    assert [line[0] for line in finding.trace] == [each.id for each in CAUSES.causes]
    true = [id for id, verdict, _ in finding.trace if verdict == "true"]
    assert [cause, *finding.secondary] == [id for id in true if id == cause or not CAUSES.by_id[id].fallback]
    assert [*finding.undecidable] == [id for id, verdict, _ in finding.trace if verdict == "undecidable"]


# --- gates and silence


def test_gates_tell_nothing() -> None:
    for result, cause in ((Absent("t"), "terminal_not_found"), (Foreign("t"), "terminal_not_bound")):
        found = diagnose(result, SAID, CAUSES, ACQUIRERS, CALENDAR, NOW)
        assert [finding.primary for finding in found] == [cause]
        assert found[0].secondary == found[0].payouts == found[0].hints == ()
        assert CAUSES.by_id[cause].reference == "S010"
    absent, foreign = (diagnose(r, SAID, CAUSES, ACQUIRERS, CALENDAR, NOW)[0] for r in (Absent(), Foreign()))
    assert absent.facts == foreign.facts
    assert {name for name, value in foreign.facts.items() if value is not None} <= {
        name for name in foreign.facts if name.startswith("answers.")
    }
    assert foreign.facts["answers.terminal_id"] == TERMINAL


def test_silence_is_no_finding() -> None:
    assert diagnose(Unavailable("timeout"), SAID, CAUSES, ACQUIRERS, CALENDAR, NOW) == ()


# --- pairs that differ in one fact


@pytest.mark.parametrize(
    ("cut", "cause"),
    [
        (at(11, 9, 14), "paid_to_old_card"),
        (at(11, 9, 15), "terminal_level_override"),
        (at(11, 9, 16), "terminal_level_override"),
        (None, "paid_to_old_card_moment_unknown"),
    ],
)
def test_a_minute_before_and_after_the_change(cut: datetime | None, cause: str) -> None:
    payout = replace(OLD, trade_date=at(10).date(), cut_at=cut)
    assert ask(payout, answers=replace(SAID, trade_dates=(at(10).date(),))).primary == cause


@pytest.mark.parametrize(("due", "cause"), [(at(20).date(), "not_due_yet"), (at(19).date(), "overdue_unexplained")])
def test_due_today_and_yesterday(due: date, cause: str) -> None:
    assert ask(pending(due_date=due)).primary == cause
    assert ask(pending(due_date=None, trade_date=DAY), now=at(20, 0)).primary == "overdue_unexplained"
    assert ask(pending(due_date=None, trade_date=DAY), now=at(19, 23, 59)).primary == "not_due_yet"


@pytest.mark.parametrize(
    ("sent_to", "went_to", "unsure"),
    [
        ("8821", "new", False), ("1234", "old", False), ("4421", "other", False), ("21", "new", True),
        ("821", "new", True), ("34", "old", True), ("1", None, False), (None, None, False), ("99", "other", False),
        ("**** 8821", "new", False),
    ],
)  # fmt: skip
def test_tails_of_two_to_four_digits(sent_to: str | None, went_to: str | None, unsure: bool) -> None:
    finding = ask(replace(PAID, dest_tail=sent_to))
    assert finding.facts["payout.went_to"] == went_to
    assert finding.low_confidence is unsure


@pytest.mark.parametrize(
    ("old", "new", "sent_to", "went_to"),
    [
        ("3321", "8821", "21", "both"), ("3321", "8821", "321", "old"), ("21", "8821", "8821", "new"),
        ("8821", "21", "8821", "old"), ("8821", "8821", "8821", "both"), (None, "8821", "8821", "new"),
        (None, "8821", "1234", None), ("1234", None, "1234", "old"), (None, None, "8821", None),
    ],
)  # fmt: skip
def test_the_longer_match_wins(old: str | None, new: str | None, sent_to: str, went_to: str | None) -> None:
    change = replace(EFFECTIVE, old_tail=old, new_tail=new)
    finding = ask(replace(PAID, dest_tail=sent_to), change=change, answers=replace(SAID, new_tail=None))
    assert finding.facts["payout.went_to"] == went_to
    if went_to in ("both", None):
        assert finding.primary == "paid_destination_unclear"


def test_unknown_is_not_absent() -> None:
    """No record, a record without a status, and a source that cannot say that there is none."""
    absent = ask(answers=replace(SAID, trade_dates=(DAY,)))
    assert (absent.primary, absent.undecidable.get("manual_mode")) == ("no_record", ("merchant.mode",))
    unknown = ask(pending(status=None))
    assert unknown.primary == "overdue_unexplained"
    assert "payout.status" in unknown.undecidable["paid_to_new_card"]
    records = Records(Terminal(TERMINAL, "M1"), MERCHANT, (EFFECTIVE,), (), knows_payouts=False)
    silent = diagnose(Found(records, "t", NOW), SAID, CAUSES, ACQUIRERS, CALENDAR, NOW)[0]
    assert silent.primary == "overdue_unexplained"
    assert "no_record" in silent.undecidable
    assert ask(failed(None)).undecidable["returned_wrong_number"] == ("payout.reason",)


UNDATED = replace(PAID, trade_date=None, cut_at=None, due_date=date(2026, 11, 16), batch_id="B9")
"""What an acquirer's payout orders tell: due on a Monday, and not of which day's trade."""


@pytest.mark.parametrize(
    ("day", "cycle", "found"),
    [(12, "T1", False), (13, "T1", True), (14, "T1", True), (15, "T1", True), (16, "T1", False),
     (15, "D1", True), (14, "D1", False), (16, "D0", True), (15, "D0", False), (15, None, False)],
)  # fmt: skip
def test_a_payout_of_no_day_is_of_those_whose_money_is_due_with_it(day: int, cycle: str | None, found: bool) -> None:
    said = replace(SAID, trade_dates=(date(2026, 11, day),))
    assert bool(ask(UNDATED, answers=said, cycle=cycle).payouts) is found


def test_a_payout_of_no_day_is_told_by_its_amount_too() -> None:
    said = replace(SAID, trade_dates=(date(2026, 11, 14),), amounts=(100_000,))
    other = replace(UNDATED, payout_id="P2", batch_id="B10", gross=200_000, net=198_800, dest_tail="1234")
    finding = ask(UNDATED, other, answers=said)
    assert [payout.payout_id for payout in finding.payouts] == ["P1"]
    assert (finding.primary, finding.trade_date) == ("net_of_fees", date(2026, 11, 14))


def test_a_guessed_calendar_gives_a_payout_no_day() -> None:
    due = date(2029, 3, 5)
    said = replace(SAID, trade_dates=(date(2029, 3, 2),))
    now = datetime(2029, 3, 6, 12, tzinfo=ZONE)
    assert not ask(replace(UNDATED, due_date=due), answers=said, now=now).payouts


def test_a_source_without_changes_knows_none() -> None:
    records = Records(Terminal(TERMINAL, "M1"), MERCHANT, (), (PAID,), knows_changes=False)
    finding = diagnose(Found(records, "t", NOW), SAID, CAUSES, ACQUIRERS, CALENDAR, NOW)[0]
    assert finding.primary == "paid_destination_unclear"
    assert finding.facts["change.status"] is None
    assert "change_not_submitted" in finding.undecidable


# --- rules that say more than the taxonomy's letter, so that no merchant is misled


@pytest.mark.parametrize(
    ("made", "cause"),
    [
        (lambda: ask(risk_hold=True), "risk_hold"),
        (lambda: ask(PAID, risk_hold=True), "paid_to_new_card"),
        (lambda: ask(payouts_suspended=True), "payouts_suspended_after_failure"),
        (lambda: ask(PAID, payouts_suspended=True), "paid_to_new_card"),
        (lambda: ask(PAID, change=None, answers=replace(SAID, change_date=None)), "paid_destination_unclear"),
        (lambda: ask(OLD, change=replace(EFFECTIVE, status=None)), "paid_to_old_card_moment_unknown"),
        (lambda: ask(PAID, change=REVIEWED), "paid_to_new_card"),
        (lambda: ask(PAID, change=replace(REVIEWED, status="rejected")), "paid_to_new_card"),
        (lambda: ask(PAID, change=replace(REVIEWED, status="need_merchant")), "paid_to_new_card"),
        (lambda: ask(PAID, answers=replace(SAID, change_date=date(2026, 6, 1))), "paid_to_new_card"),
        (lambda: ask(PAID, answers=Answers(TERMINAL, date(2026, 6, 1), (DAY,))), "change_not_submitted"),
        (
            lambda: ask(replace(PAID, replaces="P0", status="sent", sent_at=at(10, 9)),), "bank_credit_late",
        ),
        (lambda: ask(replace(PAID, replaces="P0", status="sent")), "reissued_pending"),
        (lambda: ask(replace(PAID, replaces="P0", status="sent", sent_at=None)), "reissued_pending"),
        (lambda: ask(replace(OLD, status="sent"), incidents=DOWN), "terminal_level_override"),
        (lambda: ask(replace(OLD, status="sent"), change=REVIEWED, incidents=DOWN), "paid_to_old_card_change_pending"),
        (lambda: ask(replace(PAID, status="sent", dest_tail="7777"), incidents=DOWN), "paid_to_other_card"),
        (lambda: ask(replace(PAID, status="sent"), incidents=DOWN), "bank_unavailable"),
        (lambda: ask(replace(PAID, status="sent", dest_tail=None), incidents=DOWN), "bank_unavailable"),
        (lambda: ask(replace(PAID, replaces="P0", status="sent", dest_tail="7777")), "paid_to_other_card"),
        (lambda: ask(balance=0, answers=TODAY_ASKED), "not_due_yet"),
        (lambda: ask(balance=0, cycle=None), "negative_or_zero_net"),
    ],
)  # fmt: skip
def test_corrected_rules(made: Any, cause: str) -> None:
    assert made().primary == cause


# The payouts of DAY are due on Thursday the 19th; the bank's five working days after it end on the 26th.


@pytest.mark.parametrize(
    ("payout", "early", "late"),
    [
        (pending(replaces="P0"), "reissued_pending", "overdue_unexplained"),
        (replace(PAID, replaces="P0", status="sent", sent_at=None), "reissued_pending", "bank_credit_late"),
        (replace(PAID, replaces="P0", status="sent", dest_tail=None), "reissued_pending", "paid_destination_unclear"),
        (replace(PAID, status="sent", sent_at=None), "awaiting_bank_credit", "bank_credit_late"),
        (pending(reason="bank_unavailable"), "bank_unavailable", "overdue_unexplained"),
        (replace(PAID, status="failed", reason="bank_unavailable"), "bank_unavailable", "failed_unspecified"),
    ],
)
def test_nobody_waits_for_ever(payout: Payout, early: str, late: str) -> None:
    assert ask(payout, now=at(26, 23)).primary == early
    finding = ask(payout, now=at(27, 9))
    assert finding.primary == late
    assert CAUSES.by_id[late].person


def test_a_retry_is_waited_for_from_the_return() -> None:
    late_return = failed("bank_unavailable", due_date=at(10).date())
    assert ask(late_return, now=at(27, 12)).primary == "bank_unavailable"
    assert ask(late_return, now=at(30, 12)).primary == "failed_unspecified"


def test_an_incident_that_nobody_ends_explains_five_days() -> None:
    assert ask(pending(), now=at(26, 23), incidents=DOWN).primary == "bank_unavailable"
    assert ask(pending(), now=at(27, 9), incidents=DOWN).primary == "overdue_unexplained"


def test_a_reissue_is_waited_for_from_the_return_of_the_first() -> None:
    """The due date that it has on record is the first one's."""
    back = failed("wrong_number", due_date=at(10).date())
    anew = pending(payout_id="P2", replaces="P1", due_date=at(10).date())
    assert ask(back, anew, now=at(27, 12)).primary == "reissued_pending"
    assert ask(back, anew, now=at(30, 12)).primary == "overdue_unexplained"
    assert ask(replace(back, returned_at=None), anew, now=at(20, 12)).primary == "overdue_unexplained"


def test_later_matches_are_secondary() -> None:
    finding = ask(failed("wrong_number"), risk_hold=True)
    assert finding.primary == "risk_hold"
    assert finding.secondary == ("returned_wrong_number", "failed_unspecified")


# --- nothing breaks it


def any_of(kind: type) -> st.SearchStrategy[Any]:
    """Any value of a record, of few enough words that records meet."""
    words = st.sampled_from(["", "M1", TERMINAL, "P1", "P2", "P3", "12", "8821", "1234", "x8", "工商银行"])
    moments = st.one_of(
        st.datetimes(timezones=st.sampled_from([ZONE, ZoneInfo("UTC")])), st.datetimes(), st.just(NOW),
        st.just(at(18, 23)), st.integers(-40, 40).map(lambda days: NOW + timedelta(days)),
    )  # fmt: skip
    days = st.one_of(st.dates(), st.integers(-10, 3).map(lambda number: NOW.date() + timedelta(number)))
    strategies: dict[str, st.SearchStrategy[Any]] = {
        "str": words, "int": st.integers(-5, 5), "bool": st.booleans(), "date": days, "datetime": moments,
        "Cycle": st.sampled_from(["T1", "D1", "D0"]),
        "PayoutStatus": st.sampled_from(["created", "processing", "sent", "paid", "failed", "returned", "frozen"]),
        "ChangeStatus": st.sampled_from(["submitted", "need_merchant", "auditing", "rejected", "effective"]),
    }  # fmt: skip
    made = {}
    for each in fields(kind):
        name = str(each.type).replace(" | None", "")
        strategy = strategies.get(name, words)
        if each.name == "timezone":
            strategy = st.sampled_from(["Asia/Shanghai", "America/New_York", "Mars/Olympus", ""])
        made[each.name] = strategy if "None" not in str(each.type) else st.one_of(st.none(), strategy)
    return st.builds(kind, **made)


ANY_RECORDS = st.builds(
    Records,
    any_of(Terminal),
    any_of(Merchant),
    st.lists(any_of(CardChange), max_size=4).map(tuple),
    st.lists(any_of(Payout), max_size=8).map(tuple),
    st.lists(any_of(Incident), max_size=2).map(tuple),
    st.booleans(),
    st.booleans(),
)
ANY_ANSWERS = st.builds(
    Answers,
    terminal_id=st.sampled_from([None, TERMINAL]),
    change_date=st.one_of(st.none(), st.dates()),
    trade_dates=st.lists(st.integers(-10, 3).map(lambda n: NOW.date() + timedelta(n)), max_size=3).map(tuple),
    amounts=st.lists(st.integers(-5, 10), max_size=3).map(tuple),
    new_tail=st.sampled_from([None, "8821", "21", "1"]),
    claims_cycle=st.sampled_from([None, "T1", "D0"]),
)


@given(ANY_RECORDS, ANY_ANSWERS)
@settings(deadline=None, max_examples=400)
def test_no_records_break_the_diagnosis(records: Records, answers: Answers) -> None:
    found = diagnose(Found(records, "t", NOW), answers, CAUSES, ACQUIRERS, CALENDAR, NOW)
    assert found
    for finding in found:
        assert finding.primary in CAUSES.by_id
        assert finding.primary not in finding.secondary
        assert not set(finding.undecidable) & {finding.primary, *finding.secondary}
        assert all(finding.undecidable.values())
        orders = [CAUSES.by_id[cause].order for cause in (finding.primary, *finding.secondary)]
        assert CAUSES.by_id[finding.primary].fallback or orders == sorted(orders)
        assert all(payout.merchant_no == records.merchant.merchant_no for payout in finding.payouts)
    if answers.trade_dates:
        told = {day for finding in found for day in finding.trade_dates}
        assert set(answers.trade_dates) <= told
    assert found == diagnose(Found(records, "t", NOW), answers, CAUSES, ACQUIRERS, CALENDAR, NOW)


@given(ANY_RECORDS, ANY_ANSWERS, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=100)
def test_the_order_of_changes_does_not_matter(records: Records, answers: Answers, random: Any) -> None:
    changes = list({change.change_id: change for change in records.changes}.values())
    records = replace(records, changes=tuple(changes))
    random.shuffle(changes)
    shuffled = replace(records, changes=tuple(changes))
    one, two = (
        diagnose(Found(each, "t", NOW), answers, CAUSES, ACQUIRERS, CALENDAR, NOW) for each in (records, shuffled)
    )
    assert [finding.primary for finding in one] == [finding.primary for finding in two]
