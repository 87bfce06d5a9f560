"""Two persons: whatever happens in whatever order, nobody alone brings anything about."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.four_eyes import ANONYMOUS, LONGEST_REASON, WITHIN, Request, Subject, ask, decide
from knowledge.ticket_events import Person, Refused

NOW = datetime.fromisoformat("2026-11-20T15:00:00+08:00")
CHEN, WANG, BOSS = Person(50, "小陈"), Person(51, "小王"), Person(52, "老李", supervisor=True)
NOBODY = Person(ANONYMOUS, "Group")
MERCHANT = Person(7, "李娜")
SUBJECT = Subject("bind", 1001, 7, "M1")
PEOPLE = (CHEN, WANG, BOSS, NOBODY, MERCHANT)


def asked(by: Person = CHEN, subject: Subject = SUBJECT) -> Request:
    request = ask(subject, "营业执照已核对", by, NOW)
    assert isinstance(request, Request)
    return request


def phrase(outcome: Request | Refused) -> str:
    return outcome.phrase if isinstance(outcome, Refused) else outcome.state


@pytest.mark.parametrize(
    ("by", "reason", "expected"),
    [
        (CHEN, "营业执照已核对", "open"),
        (CHEN, "", "refused_no_reason"),
        (CHEN, "  好 ", "refused_no_reason"),
        (NOBODY, "营业执照已核对", "refused_anonymous"),
        (MERCHANT, "营业执照已核对", "refused_own_matter"),
    ],
)
def test_who_may_ask_and_with_what_reason(by: Person, reason: str, expected: str) -> None:
    assert phrase(ask(SUBJECT, reason, by, NOW)) == expected


def test_a_reason_is_kept_in_one_line_and_not_endless() -> None:
    request = ask(SUBJECT, "a\n b " * 200, CHEN, NOW)
    assert isinstance(request, Request)
    assert len(request.reason) == LONGEST_REASON
    assert "\n" not in request.reason


@pytest.mark.parametrize(
    ("by", "after", "approve", "expected"),
    [
        (WANG, 0, True, "approved"),
        (BOSS, 59, True, "approved"),
        (WANG, 60, True, "refused_expired"),
        (WANG, 60, False, "refused_expired"),
        (WANG, 5, False, "refused"),
        (CHEN, 5, True, "refused_own_request"),
        (CHEN, 5, False, "withdrawn"),
        (NOBODY, 5, True, "refused_anonymous"),
        (MERCHANT, 5, True, "refused_own_matter"),
        (MERCHANT, 5, False, "refused_own_matter"),
    ],
)
def test_who_may_decide_and_when(by: Person, after: int, approve: bool, expected: str) -> None:
    assert phrase(decide(asked(), by, NOW + timedelta(minutes=after), approve=approve)) == expected


def test_a_supervisor_cannot_approve_what_they_asked_for_either() -> None:
    assert phrase(decide(asked(BOSS), BOSS, NOW, approve=True)) == "refused_own_request"


@pytest.mark.parametrize("approve", [True, False])
def test_who_did_what_it_would_undo_decides_about_no_colleagues_request(approve: bool) -> None:
    request = asked(CHEN, Subject("unban", 1001, 7))
    assert phrase(decide(request, BOSS, NOW, approve=approve, undone=BOSS.id)) == "refused_own_deed"
    assert phrase(decide(request, WANG, NOW, approve=True, undone=BOSS.id)) == "approved"


def test_who_did_it_may_ask_for_its_end() -> None:
    request = asked(BOSS, Subject("unban", 1001, 7))
    assert phrase(decide(request, WANG, NOW, approve=True, undone=BOSS.id)) == "approved"
    assert phrase(decide(request, BOSS, NOW, approve=False, undone=BOSS.id)) == "withdrawn"


STEPS = st.lists(st.tuples(st.sampled_from(PEOPLE), st.booleans(), st.integers(0, 40)), max_size=12)


@given(st.sampled_from(PEOPLE), st.sampled_from([SUBJECT, Subject("link", merchant_no="M1")]), STEPS)
def test_nothing_comes_about_by_one_person_late_or_twice(
    by: Person, subject: Subject, steps: list[tuple[Person, bool, int]]
) -> None:
    request = ask(subject, "营业执照已核对", by, NOW)
    if isinstance(request, Refused):
        assert by in (NOBODY, MERCHANT)
        return
    now, approvals = NOW, 0
    for person, approve, minutes in steps:
        now += timedelta(minutes=minutes)
        outcome = decide(request, person, now, approve=approve)
        if isinstance(outcome, Refused):
            continue
        assert request.state == "open"
        assert outcome.state != "open"
        request = outcome
        approvals += outcome.state == "approved"
    assert approvals <= 1
    if request.state == "approved":
        assert request.decided_by not in (request.by, request.subject.user, ANONYMOUS)
        assert request.by != ANONYMOUS
        assert request.decided_at is not None
        assert request.decided_at - request.at < WITHIN
    alone = {person.id for person, _, _ in steps} <= {by.id}
    assert not (alone and request.state == "approved")
