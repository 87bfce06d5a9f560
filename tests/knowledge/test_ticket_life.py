"""A ticket's life: no sequence of events leads to a state that cannot be, and nobody hears the same thing twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.loader import load
from knowledge.ticket import REASONS, Ticket
from knowledge.ticket_events import (
    AgentWrote,
    Claim,
    Event,
    Floor,
    HandOver,
    HandTo,
    MerchantWrote,
    Merge,
    Outcome,
    Person,
    Prioritise,
    Refused,
    Release,
    Reopen,
    Resolve,
    Resume,
    Split,
    TakeIn,
    Tell,
    Tick,
    Wait,
)
from knowledge.ticket_life import happen, opened, split_off
from knowledge.ticket_rules import Rules, reply_due, resolution_due

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 15, tzinfo=ZONE)  # a Friday
BASE = load(Path(__file__).parents[2] / "knowledge" / "base")
RULES = Rules.of(BASE, ZONE)
CHEN, WANG, BOSS = Person(50, "小陈"), Person(51, "小王"), Person(52, "老李", supervisor=True)
TICKET = opened(Ticket(1001, 7, 7, "zh", "settlement", NOW), RULES, NOW)


def after(ticket: Ticket, *events: Event, now: datetime = NOW) -> Ticket:
    for event in events:
        outcome = happen(ticket, event, RULES, now)
        assert isinstance(outcome, Outcome), f"{event} was refused: {outcome}"
        ticket = outcome.ticket
    return ticket


def told(ticket: Ticket, event: Event, now: datetime = NOW) -> list[tuple[str, str]]:
    outcome = happen(ticket, event, RULES, now)
    assert isinstance(outcome, Outcome)
    return [(each.to, each.phrase) for each in outcome.effects if isinstance(each, Tell)]


def refused(ticket: Ticket, event: Event, now: datetime = NOW) -> str:
    outcome = happen(ticket, event, RULES, now)
    assert isinstance(outcome, Refused)
    return outcome.phrase


def test_one_has_it() -> None:
    mine = after(TICKET, Claim(CHEN))
    assert (mine.status, mine.owner, mine.owner_name) == ("claimed", 50, "小陈")
    assert refused(mine, Claim(WANG)) == "refused_claimed"
    assert refused(mine, Claim(CHEN)) == "done_already"
    for order in (
        Release(WANG),
        HandTo(WANG, WANG),
        Prioritise(WANG, "high"),
        Wait(WANG, "bank"),
        Resolve(WANG, "paid"),
    ):
        assert refused(mine, order) == "refused_not_owner"
        happened = happen(mine, replace(order, by=BOSS), RULES, NOW)
        assert isinstance(happened, Outcome)


def test_the_merchant_hears_a_name_once() -> None:
    assert told(TICKET, Claim(CHEN)) == [("merchant", "ticket_claimed")]
    back = after(TICKET, Claim(CHEN), Release(CHEN))
    assert told(back, Claim(CHEN)) == []
    assert told(back, Claim(WANG)) == [("merchant", "ticket_claimed")]


def test_hand_over_to_a_person_and_to_a_department() -> None:
    mine = after(TICKET, Claim(CHEN))
    outcome = happen(mine, HandTo(CHEN, WANG), RULES, NOW)
    assert isinstance(outcome, Outcome)
    assert (outcome.ticket.owner, outcome.ticket.status) == (51, "claimed")
    assert any(isinstance(each, Tell) and each.ping == (51, "小王") for each in outcome.effects)
    later = NOW + timedelta(days=3)
    moved = after(mine, HandOver(CHEN, "risk"), now=later)
    assert (moved.status, moved.owner, moved.department) == ("open", None, "risk")
    assert all(deadline.since == later for deadline in moved.life.deadlines)
    assert refused(mine, HandOver(CHEN, "cellar")) == "refused_no_department"


def test_waiting_for_the_merchant_stops_the_clock() -> None:
    waiting = after(TICKET, Claim(CHEN), AgentWrote(CHEN), Wait(CHEN, "merchant"), now=NOW + timedelta(hours=1))
    assert waiting.status == "waiting_merchant"
    assert resolution_due(waiting, RULES) is None
    monday = datetime(2026, 11, 23, 10, tzinfo=ZONE)
    assert ("topic", "note_merchant_answered") in told(waiting, MerchantWrote(), monday)
    back = after(waiting, MerchantWrote(), now=monday)
    assert back.status == "claimed"
    assert resolution_due(back, RULES) == datetime(2026, 11, 24, 16, tzinfo=ZONE)  # an hour of sixteen was used
    assert reply_due(back, RULES) == datetime(2026, 11, 23, 11, tzinfo=ZONE)


def test_waiting_for_the_bank_does_not_and_ends_on_its_day() -> None:
    until = datetime(2026, 11, 23, 9, tzinfo=ZONE)
    waiting = after(TICKET, Claim(CHEN), Wait(CHEN, "bank", until))
    assert resolution_due(waiting, RULES) == resolution_due(TICKET, RULES)
    assert refused(waiting, Wait(CHEN, "bank", until)) == "done_already"
    assert refused(waiting, Wait(CHEN, "bank", NOW)) == "refused_past"
    assert waiting.life.waiting is not None
    assert after(waiting, Tick()).status == "waiting_bank"
    assert after(waiting, Tick(), now=until).status == "claimed"
    assert after(waiting, Resume(CHEN)).life.waiting is None


def ticks(ticket: Ticket, end: datetime) -> list[tuple[datetime, str, str]]:
    """Let the clock look whenever the ticket wants to be looked at; returns who was told what, and when."""
    heard: list[tuple[datetime, str, str]] = []
    while ticket.look_at is not None and ticket.look_at <= end:
        now = ticket.look_at
        outcome = happen(ticket, Tick(), RULES, now)
        assert isinstance(outcome, Outcome)
        assert outcome.ticket != ticket, "the clock would look for ever"
        heard += [(now, each.to, each.phrase) for each in outcome.effects if isinstance(each, Tell)]
        ticket = outcome.ticket
    return heard


def test_the_owner_is_reminded_then_the_group_hears() -> None:
    mine = after(TICKET, Claim(CHEN))
    assert ticks(mine, NOW + timedelta(days=30)) == [
        (NOW + timedelta(minutes=22.5), "topic", "note_deadline_near"),
        (NOW + timedelta(minutes=30), "group", "group_deadline_missed"),
        (datetime(2026, 11, 23, 18, tzinfo=ZONE) + timedelta(hours=15), "topic", "note_deadline_near"),
        (datetime(2026, 11, 24, 13, tzinfo=ZONE), "group", "group_deadline_missed"),
    ]
    answered = after(mine, AgentWrote(CHEN))
    assert [phrase for _, _, phrase in ticks(answered, NOW + timedelta(days=30))] == [
        "note_deadline_near",
        "group_deadline_missed",
    ]


def test_nobody_is_told_at_night() -> None:
    mine = after(TICKET, Claim(CHEN))
    assert told(mine, Tick(), datetime(2026, 11, 21, 3, tzinfo=ZONE)) == []


def test_a_merchant_who_writes_at_night_hears_when_once() -> None:
    night = datetime(2026, 11, 20, 23, tzinfo=ZONE)
    assert told(TICKET, MerchantWrote(), night) == [("merchant", "ticket_away")]
    heard = after(TICKET, MerchantWrote(), now=night)
    assert told(heard, MerchantWrote(), night + timedelta(days=1)) == []
    assert reply_due(heard, RULES) == NOW + timedelta(minutes=30)  # promised when it was opened


def test_a_silent_merchant_is_asked_again_then_let_go() -> None:
    waiting = after(TICKET, AgentWrote(CHEN), Wait(CHEN, "merchant"))
    assert ticks(waiting, NOW + timedelta(days=60)) == [
        (datetime(2026, 11, 23, 14, tzinfo=ZONE), "merchant", "ticket_asked_again"),
        (datetime(2026, 11, 25, 12, tzinfo=ZONE), "merchant", "ticket_closed_silent"),
        (datetime(2026, 11, 25, 12, tzinfo=ZONE), "topic", "note_closed_silent"),
    ]
    closed = replace(waiting, status="closed", resolved_at=NOW, reason="silent")
    assert after(closed, Reopen()).status == "claimed"
    written = after(waiting, AgentWrote(CHEN), now=NOW + timedelta(hours=2))
    assert written.look_at == datetime(2026, 11, 23, 16, tzinfo=ZONE)  # they have the whole time after it


def test_resolved_and_reopened_by_a_word_for_seven_days() -> None:
    done = after(TICKET, Claim(CHEN), Resolve(CHEN, "paid", "payout_in_transit"))
    assert (done.status, done.reason, done.article) == ("resolved", "paid", "payout_in_transit")
    assert refused(done, Resolve(CHEN, "paid")) == "done_already"
    assert refused(done, Claim(WANG)) == "refused_resolved"
    back = after(done, Reopen(), now=NOW + timedelta(days=7))
    assert (back.status, back.owner, back.reason) == ("claimed", 50, None)
    assert refused(done, Reopen(), NOW + timedelta(days=8)) == "refused_too_late"
    closed = after(done, Tick(), now=NOW + timedelta(days=8))
    assert (closed.status, closed.look_at) == ("closed", None)
    assert after(closed, Reopen(WANG), now=NOW + timedelta(days=30)).status == "claimed"  # staff always may


def test_merged_tickets_are_one_from_then_on() -> None:
    other = after(replace(TICKET, number=1002), Claim(WANG))
    outcome = happen(TICKET, Merge(CHEN, other), RULES, NOW)
    assert isinstance(outcome, Outcome)
    merged = outcome.ticket
    assert (merged.status, merged.reason, merged.merged_into) == ("closed", "duplicate", 1002)
    assert Floor(taken=False, into=1002) in outcome.effects
    assert told(TICKET, Merge(CHEN, other)) == [("merchant", "ticket_merged"), ("topic", "note_merged")]
    assert refused(merged, Merge(CHEN, other)) == "done_already"
    assert refused(merged, Reopen()) == refused(merged, Reopen(BOSS)) == "refused_merged"
    assert merged.look_at is None
    assert refused(other, Merge(WANG, other)) == "refused_merge_itself"
    assert refused(other, Merge(WANG, merged)) == "refused_merge_resolved"
    assert refused(other, Merge(CHEN, TICKET)) == "refused_not_owner"


def test_only_one_persons_tickets_are_merged_and_a_merchants_by_a_supervisor() -> None:
    mine = replace(TICKET, merchant_no="M1", verified=True)
    theirs = replace(TICKET, number=1002, chat=8, user=8, merchant_no="M1", verified=True)
    assert refused(mine, Merge(CHEN, theirs)) == "refused_merge_people"
    assert after(mine, Merge(BOSS, theirs)).merged_into == 1002
    for changed in ({"merchant_no": "M2"}, {"verified": False}, {"merchant_no": None}):
        strangers = replace(theirs, **changed)  # type: ignore[arg-type]
        assert refused(mine, Merge(BOSS, strangers)) == "refused_merge_others"
    nobody = replace(mine, merchant_no=None)
    assert refused(nobody, Merge(BOSS, replace(theirs, merchant_no=None))) == "refused_merge_others"


def test_who_waits_for_an_answer_still_waits_after_merging() -> None:
    answered = after(replace(TICKET, number=1002), Claim(WANG), AgentWrote(WANG))
    assert reply_due(answered, RULES) is None
    joined = after(answered, TakeIn(CHEN, TICKET))
    assert joined.life.deadlines[-1].kind == "next_reply"
    assert joined.life.deadlines[-1].since == NOW
    assert after(joined, TakeIn(CHEN, TICKET)).life == joined.life
    waiting = after(answered, Wait(WANG, "merchant"))
    assert after(waiting, TakeIn(CHEN, TICKET)).life == waiting.life


def test_what_is_split_off_is_a_new_ticket_of_the_same_merchant() -> None:
    mine = replace(after(TICKET, Claim(CHEN), AgentWrote(CHEN)), merchant_no="M1", verified=True)
    later = NOW + timedelta(hours=1)
    assert after(mine, Split(CHEN, (7,)), now=later) == mine
    assert refused(mine, Split(CHEN, ())) == "done_already"
    assert refused(mine, Split(WANG, (7,))) == "refused_not_owner"
    new = split_off(mine, RULES, later)
    assert (new.chat, new.merchant_no, new.verified, new.status, new.owner) == (7, "M1", True, "open", None)
    assert reply_due(new, RULES) == later + timedelta(minutes=30)


PEOPLE = st.sampled_from([CHEN, WANG, BOSS])
ONCE_ELSEWHERE = ("warned_not_owner", "note_took_in")
"""Told to whoever writes, each time; told by a merge, which is refused the second time."""
OTHERS = st.sampled_from([
    replace(TICKET, number=1002),
    after(replace(TICKET, number=1003), Claim(WANG), Wait(WANG, "merchant")),
    after(replace(TICKET, number=1004), Resolve(CHEN, "paid")),
    replace(TICKET, number=1005, chat=8, user=8),
    TICKET,
])  # fmt: skip
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Claim, PEOPLE),
    st.builds(Release, PEOPLE),
    st.builds(HandTo, PEOPLE, PEOPLE),
    st.builds(HandOver, PEOPLE, st.sampled_from([*BASE.departments, "cellar"])),
    st.builds(Prioritise, PEOPLE, st.sampled_from(["low", "normal", "high", "urgent"])),
    st.builds(
        Wait,
        PEOPLE,
        st.sampled_from(["merchant", "bank"]),
        st.sampled_from([None, NOW, NOW + timedelta(days=2), NOW + timedelta(days=5)]),
    ),
    st.builds(Resume, PEOPLE),
    st.builds(Resolve, PEOPLE, st.sampled_from(REASONS)),
    st.builds(Reopen, st.one_of(st.none(), PEOPLE)),
    st.just(MerchantWrote()),
    st.builds(AgentWrote, PEOPLE),
    st.builds(Merge, PEOPLE, OTHERS),
    st.builds(TakeIn, PEOPLE, OTHERS),
    st.builds(Split, PEOPLE, st.sampled_from([(), (7,)])),
    st.just(Tick()),
)


def possible(ticket: Ticket) -> None:
    """What holds in every state."""
    life = ticket.life
    kinds = Counter(deadline.kind for deadline in life.deadlines)
    if not ticket.live:
        assert ticket.resolved_at is not None
        assert ticket.reason is not None
        assert not life.deadlines
        assert life.waiting is None
        return
    assert ticket.resolved_at is None
    assert ticket.reason is None
    assert (ticket.status == "open") == (ticket.owner is None)
    assert ticket.status.startswith("waiting_") == (life.waiting is not None)
    assert kinds["resolution"] == 1
    assert kinds["first_reply"] + kinds["next_reply"] <= 1
    assert ticket.status != "waiting_merchant" or kinds.total() == 1
    standing = [deadline for deadline in life.deadlines if deadline.since is None]
    assert bool(standing) == (ticket.status == "waiting_merchant")
    assert ticket.look_at is not None or ticket.life.deadlines


@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(EVENTS, st.sampled_from([0, 1, 20, 120, 900, 5000])), max_size=25))
def test_no_sequence_reaches_an_impossible_state_or_tells_anything_twice(steps: list[tuple[Event, int]]) -> None:
    ticket, now = TICKET, NOW
    missed: Counter[tuple[str, datetime | None]] = Counter()
    for event, minutes in steps:
        now += timedelta(minutes=minutes)
        outcome = happen(ticket, event, RULES, now)
        if isinstance(outcome, Refused):
            BASE.plain("zh", outcome.phrase, **{"name": "", "departments": (), **outcome.values})
            continue
        assert ticket.merged_into is None or outcome.ticket == ticket  # it goes on elsewhere
        possible(outcome.ticket)
        merchant = [each for each in outcome.effects if isinstance(each, Tell) and each.to == "merchant"]
        assert len({each.phrase for each in merchant}) == len(merchant)
        floors = [each for each in outcome.effects if isinstance(each, Floor)]
        assert len(floors) == (outcome.ticket.live != ticket.live)
        again = happen(outcome.ticket, event, RULES, now)
        if isinstance(again, Outcome):
            assert again.ticket.status == outcome.ticket.status
            twice = [each for each in again.effects if isinstance(each, Tell) and each.phrase not in ONCE_ELSEWHERE]
            assert not twice, f"{event} a second time tells {twice}"
        for each in outcome.effects:
            if isinstance(each, Tell) and each.phrase == "group_deadline_missed":
                kind = each.values["kind"]
                since = next(one.since for one in outcome.ticket.life.deadlines if one.kind == kind)
                missed[kind, since] += 1
                assert missed[kind, since] == 1
        ticket = outcome.ticket


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_everything_told_has_words(locale: str) -> None:
    """Each phrase renders with the values that it is told with."""
    at_night = NOW + timedelta(hours=8)
    resolved = after(TICKET, Claim(CHEN), Resolve(CHEN, "paid"))
    waiting = after(TICKET, AgentWrote(CHEN), Wait(CHEN, "merchant"))
    asked = replace(waiting, life=replace(waiting.life, waiting=replace(waiting.life.waiting, asked_at=NOW)))  # type: ignore[type-var]
    monday = datetime(2026, 11, 30, 10, tzinfo=ZONE)
    happened: list[tuple[Ticket, Event, datetime]] = [
        (TICKET, Claim(CHEN), NOW),
        (TICKET, HandTo(CHEN, WANG), NOW),
        (TICKET, HandOver(CHEN, "risk"), at_night),
        (TICKET, Wait(CHEN, "bank", NOW + timedelta(days=1)), NOW),
        (TICKET, Wait(CHEN, "merchant"), NOW),
        (TICKET, Resolve(CHEN, "paid"), NOW),
        (TICKET, Merge(CHEN, replace(TICKET, number=1002)), NOW),
        (TICKET, TakeIn(CHEN, replace(TICKET, number=1002)), NOW),
        (resolved, Reopen(), at_night),
        (TICKET, MerchantWrote(), at_night),
        (waiting, MerchantWrote(), NOW),
        (after(TICKET, Claim(CHEN)), AgentWrote(WANG), NOW),
        (TICKET, Tick(), NOW + timedelta(minutes=25)),
        (after(TICKET, Claim(CHEN)), Tick(), NOW + timedelta(minutes=25)),
        (TICKET, Tick(), monday),
        (waiting, Tick(), monday),
        (asked, Tick(), monday),
        (after(TICKET, Wait(CHEN, "bank", NOW + timedelta(days=1))), Tick(), monday),
    ]
    phrases = set()
    for ticket, event, now in happened:
        outcome = happen(ticket, event, RULES, now)
        assert isinstance(outcome, Outcome)
        for each in outcome.effects:
            if isinstance(each, Tell):
                phrases.add(each.phrase)
                values = {"link": None, **named(locale, each.values)}
                assert BASE.phrase(locale, each.phrase, zone=ZONE, today=now.date(), **values)
    assert len(phrases) >= 21


def named(locale: str, values: object) -> dict[str, object]:
    """As the desk gives them: departments and kinds of deadlines by name."""
    assert isinstance(values, dict)
    words = {"department": "department_", "kind": "deadline_"}
    return {
        key: BASE.phrase(locale, f"{words[key]}{value}") if key in words else value for key, value in values.items()
    }
