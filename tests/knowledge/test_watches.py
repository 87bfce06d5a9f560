"""What a watch tells: each thing once, only what is so, never by silence; and it always ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.acquirers import Acquirers
from knowledge.case import Answers, Case, Subject
from knowledge.diagnosis import case_of, diagnose
from knowledge.dialogue import advance
from knowledge.events import Looked
from knowledge.loader import load
from knowledge.moves import EndWatch, KeepWatch, Say
from knowledge.records import (
    Absent,
    CardChange,
    Foreign,
    Found,
    LookupResult,
    Merchant,
    Payout,
    Records,
    Terminal,
    Unavailable,
)
from knowledge.turn import Context
from knowledge.watches import (
    LONGEST_DAYS,
    MOST,
    SILENT_DAYS,
    WATCHED_DAYS,
    Added,
    Outcome,
    Watch,
    added,
    begin,
    look_again,
    next_look,
    subject_of,
)
from knowledge.workdays import Calendar

BASE = load(Path(__file__).parents[2] / "knowledge" / "base")
CALENDAR, ACQUIRERS = BASE.calendar, BASE.acquirers
ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 18, 15, tzinfo=ZONE)
DAY = date(2026, 11, 17)
SUBJECT = Subject("payout", "M1", "40213377", ("A",), (DAY,), "processing", date(2026, 11, 18))
NO_RECORD = replace(SUBJECT, ids=(), state=None)
CHANGE = Subject("change", "M1", "40213377", ("X",), state="auditing")
ANSWERS = Answers("40213377", trade_dates=(DAY,))


def payout(id: str, status: Any, **more: Any) -> Payout:
    return Payout(id, "M1", **{"trade_date": DAY, "status": status, "net": 100, "currency": "CNY", **more})


def change(status: Any, **more: Any) -> CardChange:
    return CardChange("X", "M1", **{"status": status, "new_tail": "8821", "submitted_at": START, **more})


def found(*payouts: Payout, at: datetime = START, changes: tuple[CardChange, ...] = (), **more: Any) -> Found:
    merchant = Merchant(more.pop("merchant_no", "M1"), cycle=more.pop("cycle", "T1"))
    records = Records(Terminal("40213377", merchant.merchant_no), merchant, changes, payouts, **more)
    return Found(records, "played", at)


def watching(subject: Subject = SUBJECT, now: datetime = START) -> Watch:
    return begin(7, 7, subject, ANSWERS, now, None)


def look(watch: Watch, result: LookupResult, now: datetime, calendar: Calendar = CALENDAR) -> Outcome:
    return look_again(watch, result, ACQUIRERS, calendar, now)


def told(outcome: Outcome) -> list[str]:
    return [item.kind for item in outcome.news]


# --- whatever comes, in whatever order

STATUS = st.sampled_from(["created", "processing", "sent", "paid", "failed", "returned", "frozen", None])
DUE = st.sampled_from([None, date(2026, 11, 18), date(2026, 11, 25), date(2028, 3, 1)])
CHANGED = st.sampled_from(["submitted", "need_merchant", "auditing", "rejected", "effective", None])


@st.composite
def some_payouts(draw: st.DrawFn) -> tuple[Payout, ...]:
    """A chain of re-issues, part of it shown, and a payout of somebody else's."""
    chain = []
    for id, before in (("A", None), ("B", "A"), ("C", "B"), ("A2", draw(st.sampled_from([None, "A", "C"])))):
        if draw(st.booleans()):
            chain.append(payout(id, draw(STATUS), replaces=before, due_date=draw(DUE), sent_at=draw(MOMENT)))
    if draw(st.booleans()):
        chain.append(replace(payout("Z", draw(STATUS), replaces="A"), merchant_no="M2"))
    return tuple(chain)


MOMENT = st.sampled_from([None, START, START + timedelta(days=9)])
RESULTS = st.one_of(
    st.builds(
        lambda payouts, status, whose, age, knows: found(
            *payouts,
            at=START + timedelta(days=age),
            changes=(change(status),),
            merchant_no=whose,
            knows_payouts=knows,
        ),
        some_payouts(),
        CHANGED,
        st.sampled_from(["M1", "M1", "M1", "M2"]),
        st.integers(0, 60),
        st.booleans(),
    ),
    st.sampled_from([Unavailable("silent"), Absent(), Foreign()]),
)
LOOKS = st.lists(st.tuples(RESULTS, st.integers(0, 200)), max_size=25)


@given(LOOKS, st.sampled_from([SUBJECT, NO_RECORD, CHANGE]))
def test_each_thing_is_told_once_truly_and_never_by_silence(looks, subject):
    watch, now, seen = watching(subject), START, []
    for result, hours in looks:
        now += timedelta(hours=hours)
        outcome = look(watch, result, now)
        ours = isinstance(result, Found) and result.records.merchant.merchant_no == "M1"
        if not ours:
            assert outcome.news == ()
            assert outcome.ended is None or now >= watch.until + timedelta(days=SILENT_DAYS)
            assert outcome.watch == watch
        for item in outcome.news:
            assert item.key not in seen
            seen.append(item.key)
            if item.payout is not None:
                assert item.payout.merchant_no == "M1"
                assert item.kind in ("reissued", "late") or item.kind == item.payout.status
            if item.change is not None:
                assert item.kind in ("late", item.change.status)
            if item.kind == "late" and item.change is None:
                assert item.due is not None
                assert min(now, result.as_of).astimezone(ZONE).date() > item.due
                assert item.payout is None or item.payout.status in ("created", "processing", "sent")
        assert look(outcome.watch, result, now).news == ()
        assert outcome.watch.until <= watch.since + timedelta(days=LONGEST_DAYS)
        watch = outcome.watch
        if outcome.ended:
            break


@given(LOOKS, st.sampled_from([SUBJECT, NO_RECORD, CHANGE]), RESULTS)
def test_every_watch_ends(looks, subject, last):
    watch, now = watching(subject), START
    for result, hours in looks:
        now += timedelta(hours=hours)
        watch = look(watch, result, now).watch
    end = watch.since + timedelta(days=LONGEST_DAYS + SILENT_DAYS + 1)
    for _ in range(2):  # news of the last look may prolong it, never beyond the longest
        outcome = look(watch, last, max(now, end))
        watch = outcome.watch
    assert outcome.ended is not None


@given(some_payouts(), CHANGED, st.booleans(), DUE)
def test_what_was_known_when_it_began_is_no_news(payouts, status, knows, due):
    result = found(*payouts, changes=(change(status),), knows_payouts=knows)
    case = case_of(result.records, ANSWERS, ACQUIRERS, CALENDAR, START)
    for finding in diagnose(result, ANSWERS, BASE.causes, ACQUIRERS, CALENDAR, START):
        for kind in ("payout", "change"):
            subject = subject_of(finding, kind, case)
            if subject is not None:
                assert look(watching(subject), result, START).news == ()


@given(LOOKS, st.floats(0, 1), st.integers(0, 24 * 60), st.sampled_from([SUBJECT, NO_RECORD, CHANGE]))
def test_the_next_look_is_later_and_by_day(looks, jitter, minutes, subject):
    watch, now = watching(subject), START + timedelta(minutes=minutes)
    for result, _ in looks[:3]:
        watch = look(watch, result, now).watch
    at = next_look(watch, now, CALENDAR, jitter)
    assert now < at < now + timedelta(days=2)
    assert 8 <= at.hour < 22


@given(LOOKS)
def test_who_is_not_bound_hears_nothing_of_the_records(looks):
    """The last guard is in the conversation itself, whatever the look before it came to."""
    watch = watching()
    for result, _ in looks:
        outcome = look(watch, result, START)
        context = Context(BASE, START, frozenset({"M9"}))
        _, moves = advance(Case(7, 7), Looked((outcome,), result), context)
        assert [move.phrase for move in moves if isinstance(move, Say)] == ["watch_ended_unbound"]
        assert {type(move) for move in moves} == {Say, EndWatch}


# --- by example


def test_paid_is_told_once_and_watched_a_while_longer():
    first = look(watching(), found(payout("A", "paid")), START)
    assert (told(first), first.ended, first.watch.arrived) == (["paid"], None, True)
    later = look(first.watch, found(payout("A", "returned")), START + timedelta(days=3))
    assert (told(later), later.watch.arrived) == (["returned"], False)
    quiet = look(first.watch, found(payout("A", "paid")), START + timedelta(days=8))
    assert (told(quiet), quiet.ended) == ([], "over")


def test_a_payout_issued_anew_is_followed_and_never_told_beside_the_old_one():
    both = found(payout("A", "returned"), payout("B", "processing", replaces="A"))
    first = look(watching(), both, START)
    assert [(item.kind, item.payout and item.payout.payout_id) for item in first.news] == [("reissued", "B")]
    paid = found(payout("A", "returned"), payout("B", "paid", replaces="A"))
    assert told(look(first.watch, paid, START)) == ["paid"]
    assert told(look(watching(), paid, START)) == ["paid"]


def test_a_record_that_vanishes_for_a_while_is_still_followed():
    gone = look(watching(), found(), START)
    assert (told(gone), gone.watch.follows) == ([], ("A",))
    assert told(look(gone.watch, found(payout("A", "paid")), START)) == ["paid"]


def test_late_is_after_the_official_due_date_as_of_the_records():
    watch, open_ = watching(), payout("A", "processing")
    friday = datetime(2026, 11, 20, 9, tzinfo=ZONE)
    assert told(look(watch, found(open_, at=friday), friday)) == ["late"]
    assert told(look(watch, found(open_, at=START), friday)) == []  # records of the due date itself
    assert told(look(watch, found(open_, at=friday), datetime(2026, 11, 18, 23, tzinfo=ZONE))) == []


@pytest.mark.parametrize("days", [10, 25])
def test_a_provisional_due_date_makes_nothing_late(days):
    """2027 has no official calendar yet in the package that serves; a base of one's own may complete it."""
    day = date(2027, 5, 10)
    began = datetime(2027, 5, 10, 9, tzinfo=ZONE)
    now = began + timedelta(days=days)
    watch = begin(7, 7, replace(SUBJECT, days=(day,)), replace(ANSWERS, trade_dates=(day,)), began, None)
    record = replace(watch, follows=(), subject=replace(watch.subject, ids=()))
    assert CALENDAR.official(2027) is False
    for each, result in ((watch, found(payout("A", "processing", trade_date=day), at=now)), (record, found(at=now))):
        assert told(look(each, result, now)) == []
        assert told(look(each, result, now, Calendar(years=frozenset({2027})))) == ["late"]


def test_what_was_sent_is_late_only_after_the_days_of_its_bank():
    sent = payout("A", "sent", sent_at=datetime(2026, 11, 18, 10, tzinfo=ZONE))
    for days, expected in ((5, []), (12, ["late"])):
        now = START + timedelta(days=days)
        assert told(look(watching(), found(sent, at=now), now)) == expected


def test_a_reissue_is_late_from_the_return_of_the_first():
    """The due date that it has on record is the first one's."""
    back = payout("A", "returned", due_date=DAY, returned_at=datetime(2026, 11, 23, 9, tzinfo=ZONE))
    anew = payout("B", "processing", due_date=DAY, replaces="A")
    for day, expected in ((23, ["reissued"]), (24, ["reissued", "late"])):
        now = datetime(2026, 11, day, 15, tzinfo=ZONE)
        assert told(look(watching(), found(back, anew, at=now), now)) == expected


def test_no_record_is_late_only_where_the_source_tells_of_every_payout():
    now = START + timedelta(days=2)
    assert told(look(watching(NO_RECORD), found(at=now), now)) == ["late"]
    assert told(look(watching(NO_RECORD), found(at=now, knows_payouts=False), now)) == []


def test_payouts_that_were_there_already_are_not_the_one_waited_for():
    watch = watching(replace(NO_RECORD, others=("OLD",)))
    old = payout("OLD", "paid", batch_id="B1")
    assert told(look(watch, found(old), START)) == []
    new = look(watch, found(old, payout("NEW", "paid", batch_id="B2")), START)
    assert [item.payout and item.payout.payout_id for item in new.news] == ["NEW"]


@pytest.mark.parametrize(
    ("status", "ended"), [("effective", "effective"), ("rejected", "rejected"), ("auditing", None)]
)
def test_the_end_of_a_card_change_ends_its_watch(status, ended):
    outcome = look(watching(CHANGE), found(changes=(change(status),)), START)
    assert outcome.ended == ended
    assert told(outcome) == ([] if ended is None else [status])


def test_after_its_time_it_ends_but_not_while_the_source_is_silent():
    end = START + timedelta(days=WATCHED_DAYS)
    assert look(watching(), found(at=START), end).ended == "time"
    assert look(watching(), Unavailable("silent"), end).ended is None
    assert look(watching(), Unavailable("silent"), end + timedelta(days=SILENT_DAYS)).ended == "time"


def test_asking_twice_is_one_watch_and_ten_are_enough():
    days = [DAY - timedelta(days=back) for back in range(12)]
    wanted = [watching(replace(NO_RECORD, days=(day,))) for day in days]
    assert added((), [*wanted[:3], wanted[0]]) == Added(tuple(wanted[:3]), same=(wanted[0],))
    wishes = added((), wanted)
    assert (len(wishes.new), wishes.same, len(wishes.refused)) == (MOST, (), 2)
    # the same day, now that there is a record of it
    assert added(wishes.new, [watching()]).same == (wanted[0],)
    # the same payout, watched under its former number
    reissued = replace(watching(), follows=("B",))
    assert added([reissued], [watching()]).same == (reissued,)


def test_what_a_ticket_watches_becomes_the_merchants_by_their_wish():
    """And what a merchant waits for becomes a ticket's when one is opened of it: still one watch."""
    theirs, tickets = watching(), replace(watching(), asked=False, ticket=1001)
    both = replace(theirs, ticket=1001)
    assert added([tickets], [theirs]) == Added(raised=(both,))
    assert added([theirs], [tickets]) == Added(raised=(both,))
    assert added([both], [theirs]) == Added(same=(both,))
    assert added([both], [replace(tickets, ticket=1002)]).raised == (replace(both, ticket=1002),)


def test_what_is_watched_for_a_ticket_alone_is_told_while_it_is_open():
    outcome = look(replace(watching(), asked=False, ticket=1001), found(payout("A", "paid")), START)
    context = Context(BASE, START, frozenset({"M1"}))
    for ticket, said in ((1001, ["watch_paid_unclear"]), (None, []), (1002, [])):
        _, moves = advance(Case(7, 7, ticket=ticket), Looked((outcome,), found(payout("A", "paid"))), context)
        assert [move.phrase for move in moves if isinstance(move, Say)] == said
        assert any(isinstance(move, EndWatch) for move in moves) == (not said)


def test_kept_or_ended_with_its_news():
    for status, kind in (("auditing", None), ("need_merchant", KeepWatch), ("effective", EndWatch)):
        result = found(changes=(change(status),))
        outcome = look(watching(CHANGE), result, START)
        _, moves = advance(Case(7, 7), Looked((outcome,), result), Context(BASE, START, frozenset({"M1"})))
        assert kind is None or isinstance(moves[0], kind)


def test_the_night_is_quiet():
    late = datetime(2026, 11, 18, 23, 30, tzinfo=ZONE)
    assert next_look(watching(), late, CALENDAR, 0.5).date() == date(2026, 11, 19)
    near = next_look(watching(), START, CALENDAR, 0.5)
    far = next_look(watching(replace(SUBJECT, due=date(2026, 12, 9))), START, CALENDAR, 0.5)
    assert near - START < timedelta(minutes=15) < far - START
    assert START.astimezone(UTC) < near


def test_profiles_decide_how_long_a_review_is():
    quick = Acquirers.from_data({"version": 1, "acquirers": {"default": {"review_days": 1}}})
    now = START + timedelta(days=4)
    result = found(changes=(change("auditing"),), at=now)
    assert told(look_again(watching(CHANGE), result, quick, CALENDAR, now)) == ["late"]
    assert told(look(watching(CHANGE), result, now)) == []
