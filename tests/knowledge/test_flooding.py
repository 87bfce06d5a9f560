"""A merchant who writes too fast: nothing is lost, nothing comes twice, one polite line, and few messages for staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.case import Case
from knowledge.dialogue import advance
from knowledge.events import Attached, Commanded, Event, Heard, Pressed, Shared, Woke
from knowledge.flooding import MOST_HELD, QUIET
from knowledge.loader import load
from knowledge.moves import Erase, LookUp, Moves, OpenTicket, Relay, RelayTogether, Say, Settle
from knowledge.pacing import Rate, empty, reserve
from knowledge.ticket import Known
from knowledge.turn import Context

BASE = load(Path(__file__).parents[2] / "knowledge" / "base")
BURST, GATHER = BASE.desk.flood_burst, timedelta(seconds=BASE.desk.flood_gather_seconds)
NOW = datetime.fromisoformat("2026-11-20T15:00:00+08:00")
ONE = (Known(1001, True),)
WITH_AGENT = replace(Case(1, 1), ticket=1001, state="person", ticket_serial=0)


def play(case: Case, event: Event, now: datetime, tickets: tuple[Known, ...] = ONE) -> tuple[Case, Moves]:
    return advance(case, event, Context(BASE, now, frozenset(), tickets))


def flood(case: Case, count: int, now: datetime = NOW, tickets: tuple[Known, ...] = ONE) -> tuple[Case, list[Moves]]:
    told = []
    for number in range(count):
        case, moves = play(case, Heard(f"快点{'啊' * number}", 100 + number), now, tickets)
        told.append(moves)
    return case, told


def phrases(moves: Moves) -> list[str]:
    return [move.phrase for move in moves if isinstance(move, Say)]


def arrived(moves: Moves) -> list[str]:
    """What reached staff: words, and media by their message."""
    found: list[str] = []
    for move in moves:
        if isinstance(move, Relay):
            found.append(f"photo {move.message}" if move.media else move.text)
        elif isinstance(move, RelayTogether):
            found += [*(words for _, words in move.words), *(f"photo {message}" for message in move.media)]
    return found


@given(
    st.lists(st.floats(0, 30), max_size=60),
    st.integers(1, 20),
    st.floats(0.05, 5),
)
def test_no_more_passes_than_the_rate_allows(gaps: list[float], burst: int, per_second: float) -> None:
    rate, busy, now, passed = Rate(per_second, burst), 0.0, 1e6, []
    for gap in gaps:
        now += gap
        moment, taken = reserve(busy, rate, now)
        if moment <= now:
            busy = taken
            passed.append(now)
        else:
            busy = empty(rate, now)
    for first in range(len(passed)):
        for last in range(first, len(passed)):
            assert last - first + 1 <= burst + (passed[last] - passed[first]) * per_second + 1e-3


def test_what_comes_too_fast_is_gathered_and_the_merchant_hears_one_line() -> None:
    case, told = flood(WITH_AGENT, 100)
    assert all(len(arrived(moves)) == 1 for moves in told[:BURST])
    assert not any(arrived(moves) for moves in told[BURST:])
    assert [phrases(moves) for moves in told if phrases(moves)] == [["slow_down"]]
    assert case.wake_at == NOW + GATHER
    early, moves = play(case, Woke(), NOW + GATHER / 2)
    assert (early.flow.held, moves) == (case.flow.held, ())
    case, moves = play(case, Woke(), NOW + GATHER)
    (together,) = moves
    assert isinstance(together, RelayTogether)
    assert len(together.words) == 100 - BURST
    assert (case.flow.held, case.wake_at, case.state) == ((), None, "person")


def test_who_goes_on_is_asked_once_in_a_while_and_waits_each_time() -> None:
    case, now, lines, notices = WITH_AGENT, NOW, 0, 0
    for minute in range(30):
        now = NOW + timedelta(minutes=minute)
        case, told = flood(case, 50, now)
        lines += sum(phrases(moves).count("slow_down") for moves in told)
        notices += sum(len(moves) - len(phrases(moves)) for moves in told)
        case, moves = play(case, Woke(), now + GATHER)
        notices += len(moves)
    assert lines <= 30 * timedelta(minutes=1) / QUIET
    assert notices <= BURST + (BASE.desk.flood_per_minute + 1) * 30  # of 1,500


def test_a_patient_merchant_is_never_slowed() -> None:
    case, now = WITH_AGENT, NOW
    for number in range(200):
        now += timedelta(seconds=60 / BASE.desk.flood_per_minute)
        case, moves = play(case, Heard("在吗", number), now)
        assert arrived(moves) == ["在吗"]


def test_pictures_are_copied_together_and_the_last_digits_stay_alone() -> None:
    case, _ = flood(WITH_AGENT, BURST)
    for message in (301, 302):
        case, _ = play(case, Attached("photo", message), NOW)
    case, _ = play(case, Heard("是这两张", 303), NOW)
    case, _ = play(case, Heard("6222 0212", 304), NOW)
    _, moves = play(case, Woke(), NOW + GATHER)
    assert moves == (RelayTogether(1001, ((303, "是这两张"),), (301, 302)), Relay(1001, 304, "6222 0212", quiet=True))


def test_what_is_gathered_keeps_its_formatting_and_makes_no_sound() -> None:
    case, _ = flood(WITH_AGENT, BURST)
    case, _ = play(case, Heard("快", 303, html="<i>快</i>"), NOW)
    case, _ = play(case, Heard("<b>快</b>", 304), NOW)
    case, _ = play(case, Heard("第12次", 305), NOW)
    _, moves = play(case, Woke(), NOW + GATHER)
    (words,) = (move.words for move in moves if isinstance(move, RelayTogether))
    assert words == ((303, "<i>快</i>"), (304, "&lt;b&gt;快&lt;/b&gt;"))
    assert [move.quiet for move in moves if isinstance(move, Relay)] == [True]


def test_a_card_number_is_taken_out_of_what_is_held() -> None:
    case, _ = flood(WITH_AGENT, BURST)
    case, _ = play(case, Heard("6222 0212", 304), NOW)
    case, moves = play(case, Heard("[card number]", 305, removed=(304, 305)), NOW)
    assert Erase((304, 305)) in moves
    _, moves = play(case, Woke(), NOW + GATHER)
    assert arrived(moves) == ["[card number]"]


def test_an_edit_changes_what_is_held() -> None:
    case, _ = flood(WITH_AGENT, BURST + 1)
    held = case.flow.held[0].message
    case, _ = play(case, Heard("改过的", held, edited=True), NOW)
    _, moves = play(case, Woke(), NOW + GATHER)
    assert arrived(moves) == ["改过的"]


def test_words_for_the_desk_are_read_as_one_question() -> None:
    case, _ = flood(Case(1, 1), BURST, tickets=())
    for number, text in enumerate(("上周五换的卡", "尾号8821", "终端 40213377", "3号的1200没到")):
        case, moves = play(case, Heard(text, 300 + number), NOW, ())
        assert phrases(moves) in (["slow_down"], [])
    case, moves = play(case, Woke(), case.wake_at or NOW, ())
    assert case.answers.terminal_id == "40213377"
    assert case.answers.new_tail == "8821"
    assert phrases(moves)
    assert not case.flow.held


def test_what_stands_behind_a_question_is_taken_a_moment_later() -> None:
    case, _ = flood(Case(1, 1), BURST, tickets=())
    case, _ = play(case, Heard("钱没到", 300), NOW, ())
    case, _ = play(case, Commanded("human", "", 301), NOW, ())
    case, _ = play(case, Commanded("human", "", 302), NOW, ())
    assert case.wake_at is not None
    case, _ = play(case, Woke(), case.wake_at, ())
    assert [held.kind for held in case.flow.held] == ["command"]
    assert case.wake_at is not None
    case, moves = play(case, Woke(), max(case.wake_at, NOW + GATHER), ())
    assert any(isinstance(move, OpenTicket) for move in moves)


def test_buttons_and_contacts_are_turned_down_kindly() -> None:
    case, _ = flood(Case(1, 1), BURST, tickets=())
    after, moves = play(case, Pressed("menu", "payout_missing", 0, 5, "cb"), NOW, ())
    assert moves == (Settle("cb", "button_too_fast"),)
    after, moves = play(after, Shared("+8613800000001", True, 6), NOW, ())
    assert phrases(moves) == ["slow_down"]
    later = NOW + timedelta(seconds=60)
    _, moves = play(after, Pressed("menu", "payout_missing", after.serial, 5, "cb"), later, ())
    assert Settle("cb", "button_too_fast") not in moves


def test_the_reminder_of_a_form_is_not_forgotten() -> None:
    case, moves = play(Case(1, 1), Pressed("menu", "payout_missing", 0, 5, "cb"), NOW, ())
    assert not any(isinstance(move, LookUp) for move in moves)
    case, _ = flood(case, BURST + 5, tickets=ONE[:0])
    case, _ = play(case, Attached("sticker", 900), NOW, ())
    while case.flow.held:
        assert case.wake_at is not None
        case, _ = play(case, Woke(), max(case.wake_at, NOW + GATHER), ())
    assert case.state in ("asking", "identifying")
    assert case.wake_at is not None


def test_too_much_to_hold_does_not_wait() -> None:
    case, _ = flood(WITH_AGENT, BURST + MOST_HELD)
    assert case.wake_at is not None
    assert case.wake_at <= NOW


STEPS = st.lists(
    st.tuples(st.sampled_from(["words", "digits", "photo", "edit"]), st.sampled_from([0, 0, 0, 0, 1, 3, 20, 70])),
    max_size=120,
)


@settings(max_examples=40, deadline=None)
@given(STEPS, st.sampled_from([ONE, (Known(1002, True), Known(1001, True))]))
def test_every_message_arrives_once(steps: list[tuple[str, int]], tickets: tuple[Known, ...]) -> None:
    case = replace(WITH_AGENT, chosen_at=NOW)
    base = replace(BASE, desk=replace(BASE.desk, flood_burst=3))
    now, sent, got = NOW, [], []
    for number, (kind, seconds) in enumerate(steps):
        now += timedelta(seconds=seconds)
        event: Event = Heard("快" * (number + 1), number)
        if kind == "digits":
            event = Heard(f"1{number:05}", number)
        elif kind == "photo":
            event = Attached("photo", number)
        elif kind == "edit":
            event = Heard("改" * (number + 1), number + 1000, edited=True)
        sent.append(f"photo {number}" if isinstance(event, Attached) else event.text)  # type: ignore[union-attr]
        if case.wake_at is not None and case.wake_at <= now:
            case, moves = advance(case, Woke(), Context(base, now, frozenset(), tickets))
            got += arrived(moves)
        case, moves = advance(case, event, Context(base, now, frozenset(), tickets))
        got += arrived(moves)
        assert phrases(moves).count("slow_down") <= 1
    for _ in range(5):
        if case.wake_at is not None:
            case, moves = advance(case, Woke(), Context(base, case.wake_at, frozenset(), tickets))
            got += arrived(moves)
    assert not case.flow.held
    assert sorted(got) == sorted(sent)
    assert [each for each in got if "photo" not in each] == [each for each in sent if "photo" not in each] or any(
        kind == "edit" for kind, _ in steps
    )


@pytest.mark.parametrize("locale", BASE.locales)
def test_what_is_gathered_is_escaped(locale: str) -> None:
    words = BASE.phrase(locale, "note_together", lines=("<b>1</b>", "2"), count=31, media=0)
    assert "&lt;b&gt;" in words
    assert "/ban" in words


def test_pictures_of_cards_are_held_back_in_a_flood_too() -> None:
    case, _ = flood(WITH_AGENT, BURST + 1)
    for number, caption in enumerate(("小票", "新卡正面", "新卡反面", "小票")):
        case, _ = play(case, Attached("photo", 500 + number, caption), NOW)
    case, moves = play(case, Woke(), NOW + GATHER)
    relayed = {move.message: move.held for move in moves if isinstance(move, Relay)}
    assert relayed == {501: True, 502: True}
    assert [move.media for move in moves if isinstance(move, RelayTogether)] == [(500, 503)]
    assert phrases(moves).count("card_photo_held") == 1
